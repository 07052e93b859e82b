"""What others changed, as people read it."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.page import View, and_more, cut, grid, heading, indented, to_text, way_out
from reconciler.commands.render.parts import mentioned, shorter, title_text
from reconciler.words import clean, count
from schemas.plan import Drift, DriftKind

KINDS = {
    DriftKind.SERVER_CHANGED: "Another server answers",
    DriftKind.REQUEST_DELETED: "Requests deleted on the server",
    DriftKind.REQUEST_DECLINED: "Requests declined on the server",
    DriftKind.MEDIA_DELETED: "Deleted from the library",
    DriftKind.REQUEST_FAILED: "Requests failed on the server",
    DriftKind.ITEM_RELISTED: "Back on a list",
    DriftKind.MATCH_CORRECTED: "Matched to another title",
    DriftKind.FOREIGN_WRITER: "Requested by somebody else",
    DriftKind.EDITED: "Requests edited on the server",
    DriftKind.NOT_KEPT: "Accepted by the server, and dropped",
}


def drift_text(drift: Sequence[Drift], view: View, ignored: Sequence[Drift] = ()) -> str:
    """Grouped by kind: what happened, what listsync does about it, how to have it otherwise. That there is nothing to
    say is said first, and what is ignored last."""
    line = summary_line(drift, ignored)
    if not drift:
        return to_text([Text(line), *ignored_parts(ignored, view)], view)
    return to_text([*drift_parts(drift, view), *ignored_parts(ignored, view), Text(f"\n{line}", "bold")], view)


def summary_line(drift: Sequence[Drift], ignored: Sequence[Drift] = ()) -> str:
    """`Drift: 2 differences, 1 more ignored.` or that there is none."""
    if not drift:
        apart = f" apart from {count(len(ignored), 'ignored difference')}" if ignored else ""
        return f"No drift{apart}: the server is as listsync left it."
    return f"Drift: {count(len(drift), 'difference')}{f', {len(ignored):,} more ignored' if ignored else ''}."


def ignored_parts(ignored: Sequence[Drift], view: View) -> Iterable[RenderableType]:
    """Counted, each with why it is passed over."""
    if ignored:
        yield heading("Ignored", len(ignored), "by drift.ignore")
        shown, rest = cut(ignored, shorter(view))
        yield grid((_ignored_row(one) for one in shown), wrap=1)
        yield from and_more(rest, view)


def _ignored_row(one: Drift) -> tuple[Text | str, ...]:
    told = title_text(one.title, one.year, one.key) if one.title else Text(clean(one.detail))
    told.append(f"  {clean(one.why)}", "dim")
    return Text(one.kind.value.replace("_", " "), "dim"), told, mentioned(one.lists)


def drift_parts(drift: Sequence[Drift], view: View) -> Iterable[RenderableType]:
    """The groups alone, for a page that says more than drift."""
    for kind in DriftKind:
        several = [one for one in drift if one.kind is kind]
        if not several:
            continue
        yield heading(KINDS[kind], len(several))
        for (reaction, way), group in _alike(several):
            shown, rest = cut(group, shorter(view))
            yield grid((_row(one) for one in shown), wrap=1)
            yield from and_more(rest, view)
            if reaction:
                yield indented(Text(f"so {reaction}" if not reaction.startswith("so ") else reaction), 6)
            if way:
                yield way_out(way, 6)


def _row(one: Drift) -> tuple[Text | str, ...]:
    title = title_text(one.title, one.year, one.key) if one.title else Text("")
    if one.detail:
        title.append(("  " if one.title else "") + clean(one.detail), "dim")
    return Text("≠", "yellow"), title, mentioned(one.lists)


def _alike(several: Sequence[Drift]) -> Iterable[tuple[tuple[str, str], list[Drift]]]:
    """Those with one reaction and one way out, which names the key where it is about one title alone."""
    groups: dict[tuple[str, str], list[Drift]] = {}
    for one in several:
        way = clean(one.way_out).replace(f"{one.key}`", "KEY`") if one.key is not None else clean(one.way_out)
        groups.setdefault((clean(one.reaction), way), []).append(one)
    for (reaction, way), group in groups.items():
        if len(group) == 1 and group[0].key is not None:
            way = way.replace("KEY`", f"{group[0].key}`")
        yield (reaction, way), group
