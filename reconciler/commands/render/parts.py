"""Sections that a plan and a report share."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.page import View, and_more, cut, grid, heading, indented, way_out
from reconciler.words import ago, clean, joined, numbers_of, seasons_text, titled, until
from schemas.fetch import Verdict
from schemas.media import Key
from schemas.plan import Action, Excluded, ListLine, PlannedAction, ServerIdentity, Unresolved
from schemas.reasons import REASONS, Reason
from schemas.record import Candidate
from schemas.report import Outcome

PRODUCTS = {"seerr": "Seerr", "jellyseerr": "Jellyseerr", "overseerr": "Overseerr"}
Reasoned = TypeVar("Reasoned", PlannedAction, Unresolved, Outcome)
SIGNS: dict[Action, tuple[str, str, str]] = {
    Action.CREATE: ("+", "request", "green"),
    Action.RETRY: ("~", "retry", "yellow"),
    Action.CANCEL: ("-", "cancel", "red"),
    Action.HOLD: ("!", "held", "yellow"),
}
"""Sign, word and colour: the word is always there, so that nothing hangs on the colour."""
BAD = {Verdict.FAILED: 0, Verdict.SUSPICIOUS_EMPTY: 1, Verdict.EMPTY_UNCONFIRMED: 2, Verdict.SHRINK_UNCONFIRMED: 3}
"""Verdicts under which an older snapshot speaks, worst first."""
_HELD_ROWS = 5
"""Of one reason: what matters is the reason and its way out."""


def product_text(server: ServerIdentity) -> str:
    """`Seerr 3.1.0`."""
    shown = " ".join(part for part in (PRODUCTS.get(server.product, server.product), server.version) if part)
    return clean(shown)


def title_text(title: str, year: int | None, key: Key | None = None, seasons: Sequence[int] = ()) -> Text:
    """`Severance (2022), seasons 1-2, 4K`, cleaned."""
    shown = Text(titled(title, year))
    for extra in (seasons_text(seasons), "4K" if key is not None and key.is_4k else ""):
        if extra:
            shown.append(f", {extra}", "dim")
    return shown


def mentioned(names: Sequence[str]) -> Text:
    """The lists that are behind something."""
    shown = joined(names) if len(names) < 3 else f"{clean(names[0])} +{len(names) - 1}"
    return Text(shown, "dim")


def reason_sentence(reason: Reason | None, detail: str = "") -> str:
    """The reason's own sentence, with what this case adds to it."""
    summary = REASONS[reason].summary if reason is not None else ""
    return "; ".join(part for part in (summary, clean(detail)) if part)


def lists_section(lists: Sequence[ListLine], view: View) -> list[RenderableType]:
    """A line per list, those with trouble first, each trouble with what to do."""
    if not lists:
        return []
    ordered = sorted(lists, key=lambda line: BAD.get(line.verdict, 4 if line.verdict is Verdict.PARTIAL else 5))
    troubled = sum(bool(_troubles(line)) for line in ordered)
    shown = ordered if view.rows is None else ordered[: max(troubled, view.rows)]
    widths = max(len(clean(line.name)) for line in shown), max(len(line.verdict.value) for line in shown)
    parts: list[RenderableType] = [heading("Lists", len(lists))]
    for line in shown:
        parts.append(grid([_list_row(line, view, widths)], wrap=3))
        parts += [indented(text, 6) for text in _troubles(line)]
        if line.remedy:
            parts.append(way_out(clean(line.remedy), 6))
    return parts + and_more(len(ordered) - len(shown), view)


def _troubles(line: ListLine) -> tuple[str, ...]:
    return tuple(clean(text) for text in (line.message, *line.warnings) if text)


def _list_row(line: ListLine, view: View, widths: tuple[int, int]) -> tuple[Text | str, ...]:
    bad = line.verdict in BAD
    sign, color = ("✗", "red") if bad else ("~", "yellow") if line.verdict is Verdict.PARTIAL else ("✓", "green")
    told = numbers_of(line)
    if line.fetched_at is not None and line.verdict in {Verdict.KEPT, *BAD}:
        told.append(f"as of {ago(line.fetched_at, view.now)}")
    name, verdict = clean(line.name).ljust(min(widths[0], 24)), line.verdict.value.ljust(widths[1])
    return (Text(sign, color), name, Text(verdict, color), ", ".join(told))


def troubled(lists: Sequence[ListLine]) -> tuple[ListLine, ...]:
    """Those that have something to say."""
    return tuple(line for line in lists if line.verdict in BAD or _troubles(line))


def reasons_section(caption: str, sign: str, color: str, having: Sequence[Reasoned]) -> list[RenderableType]:
    """Why, how many, and the way out; the titles were shown by the plan."""
    if not having:
        return []
    parts: list[RenderableType] = [heading(caption, len(having))]
    for reason, several in by_reason(having):
        parts.append(reason_line(sign, color, reason, len(several)))
        parts += way_out_of(reason)
    return parts


def held_section(held: Sequence[PlannedAction], view: View) -> list[RenderableType]:
    """Grouped by reason: the sentence once, its titles, its way out."""
    if not held:
        return []
    parts: list[RenderableType] = [heading("Held", len(held))]
    for reason, several in by_reason(held):
        parts.append(reason_line("!", "yellow", reason, len(several)))
        shown, rest = cut(several, shorter(view))
        parts.append(grid(((_subject(one), mentioned(one.lists)) for one in shown), indent=6, wrap=0))
        parts += and_more(rest, view, 6)
        parts += way_out_of(reason, key=_only_key(several))
    return parts


def deferred_section(deferred: Sequence[PlannedAction], view: View) -> list[RenderableType]:
    """Grouped by reason; each title says when its turn comes."""
    if not deferred:
        return []
    parts: list[RenderableType] = [heading("Deferred", len(deferred))]
    for reason, several in by_reason(deferred):
        parts.append(reason_line("…", "blue", reason, len(several)))
        shown, rest = cut(several, shorter(view))
        rows = ((_subject(one), mentioned(one.lists), until(one.turn, view.now) if one.turn else "") for one in shown)
        parts.append(grid(rows, indent=6, wrap=0))
        parts += and_more(rest, view, 6)
        parts += way_out_of(reason, key=_only_key(several))
    return parts


def by_reason(having: Iterable[Reasoned]) -> list[tuple[Reason | None, list[Reasoned]]]:
    """In the order of the first of each."""
    groups: dict[Reason | None, list[Reasoned]] = {}
    for one in having:
        groups.setdefault(one.reason, []).append(one)
    return list(groups.items())


def reason_line(sign: str, color: str, reason: Reason | None, number: int) -> RenderableType:
    """`! Blocklisted (2): it is on the server's blocklist`"""
    told = f"{reason.value if reason else 'Unknown'} ({number:,}): {reason_sentence(reason)}"
    return grid([(Text(sign, color), told)], gap=1)


def _subject(one: PlannedAction) -> Text:
    shown = title_text(one.title, one.year, one.key, one.seasons)
    if one.detail:
        shown.append(f"  {clean(one.detail)}", "dim")
    return shown


def way_out_of(reason: Reason | None, *, key: str = "KEY", item: str = "ITEM") -> list[RenderableType]:
    """With the title's own name in the command where there is only one."""
    text = REASONS[reason].way_out if reason is not None else ""
    text = text.replace("match ITEM", f"match {clean(item)}").replace("allow KEY", f"allow {key}")
    return [way_out(text, 6)] if text else []


def _only_key(several: Sequence[PlannedAction]) -> str:
    return str(several[0].key) if len(several) == 1 else "KEY"


def shorter(view: View) -> View:
    """For a part of a section."""
    return view if view.rows is None else View(view.width, view.color, min(view.rows, _HELD_ROWS), view.more, view.now)


def unresolved_section(unresolved: Sequence[Unresolved], view: View) -> list[RenderableType]:
    """Every item with the candidates it could have been."""
    if not unresolved:
        return []
    parts: list[RenderableType] = [heading("Unresolved", len(unresolved), "list items that no title was found for")]
    for reason, several in by_reason(unresolved):
        parts.append(reason_line("?", "yellow", reason, len(several)))
        shown, rest = cut(several, shorter(view))
        for item in shown:
            subject = Text(titled(item.title, item.year))
            subject.append(f"  {clean(item.ref)}  {clean(item.list)}", "dim")
            parts.append(indented(subject, 6))
            if item.detail:
                parts.append(indented(Text(clean(item.detail), "dim"), 8))
            if item.candidates:
                parts.append(grid((candidate_row(one) for one in item.candidates[:3]), indent=8, wrap=0))
        parts += and_more(rest, view, 6)
        parts += way_out_of(reason, item=several[0].ref if len(several) == 1 else "ITEM")
    return parts


def candidate_row(one: Candidate) -> tuple[Text, Text, str]:
    """Title, key, score."""
    return title_text(one.title, one.year), Text(str(one.key), "dim"), f"{one.score:.2f}"


def excluded_line(excluded: Sequence[Excluded]) -> list[RenderableType]:
    """Counted by reason: they are as the configuration wants them."""
    if not excluded:
        return []
    counted = Counter(item.reason for item in excluded).most_common()
    rows = ((f"{number:,}", reason.value, REASONS[reason].summary) for reason, number in counted)
    return [heading("Excluded", len(excluded)), grid(rows, wrap=2)]


def warnings_section(warnings: Sequence[str]) -> list[RenderableType]:
    """What is to be said of the whole."""
    return [indented(Text.assemble(("! ", "yellow"), clean(text)), 0) for text in warnings]
