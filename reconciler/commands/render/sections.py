"""Sections that the Markdown and HTML of several documents share."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reconciler.commands.render.drift import KINDS
from reconciler.commands.render.history import event_about, event_word, told
from reconciler.commands.render.outline import (
    Count,
    Group,
    Heads,
    Notice,
    Row,
    Said,
    Section,
    Tone,
    cut,
    plain,
    say,
)
from reconciler.commands.render.parts import BAD, by_reason, product_text, reason_sentence
from reconciler.words import clean, moment, numbers_of, seasons_text, sentence, titled
from schemas.events import Event
from schemas.fetch import Verdict
from schemas.media import Key
from schemas.plan import Drift, DriftKind, Excluded, ListLine, PlannedAction, ServerIdentity, Unresolved
from schemas.reasons import REASONS, Reason
from schemas.record import Candidate
from schemas.report import Outcome

_TURNS = Heads(when="Turn")
_ITEMS = Heads(name="Item", note="Could be")
_LISTS = Heads(title="List", name="Source", note="State", when="As of")
_TITLES = Heads()
_PLACEHOLDERS = ("KEY", "ITEM")


def title_row(
    title: str, year: int | None, key: Key | None, lists: Sequence[str] = (), seasons: Sequence[int] = ()
) -> Row:
    """A title as every section shows it."""
    tags = (seasons_text(seasons), "4K" if key is not None and key.is_4k else "")
    return Row(
        title=cut(titled(title, year)),
        tags=tuple(tag for tag in tags if tag),
        name=str(key) if key is not None else "",
        lists=tuple(cut(name) for name in lists),
    )


def server_fact(server: ServerIdentity) -> tuple[str, str]:
    """Name, product and version."""
    return "Server", f"{cut(server.name)} ({cut(product_text(server))})"


def tone_of(lists: Sequence[ListLine], *, waiting: bool) -> Tone:
    """Of the whole: lists in trouble, things that wait for a person, or all well."""
    if any(line.verdict in BAD for line in lists):
        return Tone.BAD
    return Tone.CARE if waiting else Tone.GOOD


def waiting_counts(held: int, deferred: int, unresolved: int) -> Iterable[Count]:
    """What is not done now."""
    yield Count(number=held, word="held", section="held", tone=Tone.CARE)
    yield Count(number=deferred, word="deferred", section="deferred", tone=Tone.INFO)
    yield Count(number=unresolved, word="unresolved", section="unresolved", tone=Tone.CARE)


def notices_of(warnings: Iterable[str]) -> tuple[Notice, ...]:
    """What is to be said of the whole."""
    return tuple(Notice(text=say(warning)) for warning in warnings)


def lists_section(lists: Sequence[ListLine], *, fine_folded: bool = True) -> Section | None:
    """Lists that failed, emptied or shrank first, each with what happened and what to do; then those that are fine."""
    ordered = sorted(lists, key=lambda line: BAD.get(line.verdict, 4 if line.verdict is Verdict.PARTIAL else 5))
    troubled = tuple(_list_row(line) for line in ordered if _has_trouble(line))
    fine = tuple(_list_row(line) for line in ordered if not _has_trouble(line))
    groups = [Group(rows=troubled, heads=_LISTS), Group(rows=fine, heads=_LISTS, folded=fine_folded)]
    note = f"{len(troubled):,} with something to tell" if troubled else "all well"
    tone = Tone.BAD if any(row.tone is Tone.BAD for row in troubled) else Tone.CARE if troubled else Tone.GOOD
    return Section(
        id="lists", title="Lists", note=note, tone=tone, groups=tuple(group for group in groups if group.rows)
    )


def _has_trouble(line: ListLine) -> bool:
    return bool(line.verdict in BAD or line.verdict is Verdict.PARTIAL or line.message or line.warnings)


def _list_row(line: ListLine) -> Row:
    remarks = [say(text) for text in (line.message, *line.warnings) if clean(text)]
    good = Tone.GOOD if not remarks else Tone.CARE
    return Row(
        title=cut(line.name),
        tags=(line.verdict.value,),
        name=cut(line.source),
        note=", ".join(numbers_of(line)),
        remarks=tuple(remarks),
        when=moment(line.fetched_at) if line.fetched_at else "",
        way_out=say(line.remedy),
        tone=Tone.BAD if line.verdict in BAD else Tone.CARE if line.verdict is Verdict.PARTIAL else good,
    )


def held_section(held: Sequence[PlannedAction]) -> Section | None:
    """By reason: its sentence, its titles, and the way out beside each."""
    groups = tuple(_reasoned(reason, several) for reason, several in by_reason(held))
    return Section(id="held", title="Held", note="not done, and why", tone=Tone.CARE, groups=groups)


def deferred_section(deferred: Sequence[PlannedAction]) -> Section | None:
    """By reason: its sentence, its titles, and when the turn of each comes."""
    groups = tuple(_reasoned(reason, several, _TURNS) for reason, several in by_reason(deferred))
    return Section(id="deferred", title="Deferred", note="their turn comes", tone=Tone.INFO, groups=groups)


def _reasoned(reason: Reason | None, several: Sequence[PlannedAction], heads: Heads = _TITLES) -> Group:
    way_out = REASONS[reason].way_out if reason else ""
    return Group(
        label=reason.value if reason else "",
        sentence=say(sentence(reason_sentence(reason))),
        rows=tuple(_waiting_row(one, way_out) for one in several),
        way_out=() if _is_personal(way_out) else say(way_out),
        heads=heads,
    )


def _waiting_row(one: PlannedAction, way_out: str) -> Row:
    row = title_row(one.title, one.year, one.key, one.lists, one.seasons)
    return replace(
        row, note=cut(one.detail), when=moment(one.turn) if one.turn else "", way_out=way_for(way_out, one.key)
    )


def _is_personal(way_out: str) -> bool:
    """Whether it is a command about one title."""
    return any(name in way_out for name in _PLACEHOLDERS)


def way_for(way_out: str, key: Key | None = None, item: str = "") -> Said:
    """The way out of one title, with its name in the command; nothing where it is the same for all."""
    names = {"KEY": str(key) if key is not None else "", "ITEM": shlex.quote(clean(item)) if item else ""}
    return say(way_out, {name: value for name, value in names.items() if value}) if _is_personal(way_out) else ()


def unresolved_section(unresolved: Sequence[Unresolved]) -> Section | None:
    """By reason: items with what they could be, and how to decide."""
    groups = []
    for reason, several in by_reason(unresolved):
        assert reason is not None
        way_out = REASONS[reason].way_out
        groups.append(
            Group(
                label=reason.value,
                sentence=say(sentence(REASONS[reason].summary)),
                rows=tuple(_unresolved_row(one, way_out) for one in several),
                way_out=() if _is_personal(way_out) else say(way_out),
                heads=_ITEMS,
            )
        )
    note = "list items that no title was found for"
    return Section(id="unresolved", title="Unresolved", note=note, tone=Tone.CARE, groups=tuple(groups))


def _unresolved_row(one: Unresolved, way_out: str) -> Row:
    row = title_row(one.title, one.year, None, (one.list,))
    return replace(
        row,
        name=cut(one.ref),
        remarks=(plain(one.detail),) if clean(one.detail) else (),
        way_out=way_for(way_out, item=one.ref),
        beneath=tuple(_candidate_row(candidate) for candidate in one.candidates[:3]),
    )


def _candidate_row(one: Candidate) -> Row:
    return replace(title_row(one.title, one.year, one.key), note=f"{one.score:.2f}")


def excluded_section(excluded: Sequence[Excluded]) -> Section | None:
    """By reason, folded: they are as the configuration wants them."""
    groups = []
    reasons: dict[Reason, list[Excluded]] = {}
    for one in excluded:
        reasons.setdefault(one.reason, []).append(one)
    for reason, several in reasons.items():
        rows = (replace(title_row(one.title, one.year, one.key, (one.list,)), note=cut(one.detail)) for one in several)
        groups.append(
            Group(
                label=reason.value,
                sentence=say(sentence(REASONS[reason].summary)),
                rows=tuple(rows),
                way_out=say(REASONS[reason].way_out),
                folded=True,
            )
        )
    return Section(id="excluded", title="Excluded", note="as their lists want it", groups=tuple(groups))


def drift_section(drift: Sequence[Drift]) -> Section | None:
    """By kind: what happened, what is done about it, how to have it otherwise."""
    groups: dict[tuple[DriftKind, str, str], list[Drift]] = {}
    for one in sorted(drift, key=lambda one: list(DriftKind).index(one.kind)):
        groups.setdefault((one.kind, one.reaction, _shared(one)), []).append(one)
    return Section(
        id="drift",
        title="Drift",
        note="changed by somebody or something else",
        tone=Tone.CARE,
        groups=tuple(
            _drift_group(kind, reaction, way_out, group) for (kind, reaction, way_out), group in groups.items()
        ),
    )


def _shared(one: Drift) -> str:
    """The way out as all of its kind have it: empty where it is a command about this title alone."""
    return "" if one.key is not None and str(one.key) in one.way_out else one.way_out


def _drift_group(kind: DriftKind, reaction: str, way_out: str, several: Sequence[Drift]) -> Group:
    return Group(
        label=kind.value,
        sentence=say(sentence(KINDS[kind])),
        rows=tuple(replace(_drift_row(one), way_out=() if way_out else say(one.way_out)) for one in several),
        reaction=say(sentence(reaction)),
        way_out=say(way_out),
    )


def _drift_row(one: Drift) -> Row:
    if one.key is None and not one.title:
        return Row(title="The server", note=cut(one.detail))
    return replace(title_row(one.title, one.year, one.key, one.lists), note=cut(one.detail))


def ignored_section(drift: Sequence[Drift]) -> Section | None:
    """Last, folded, with the reason that a person gave."""
    rows = (replace(_drift_row(one), tags=(one.kind.value,), note=cut(one.why)) for one in drift)
    group = Group(rows=tuple(rows), folded=True, heads=Heads(note="Why it is ignored"))
    return Section(id="ignored", title="Ignored drift", note="by `drift.ignore`", groups=(group,))


def events_section(events: Sequence[Event]) -> Section | None:
    """What happened lately, newest first."""
    group = Group(rows=tuple(_event_row(event) for event in told(events)), heads=Heads(title="Event"))
    return Section(id="events", title="Lately", note="newest first", groups=(group,))


def _event_row(event: Event) -> Row:
    _, word, _ = event_word(event)
    what, more = event_about(event)
    name = str(event.key) if event.key is not None else ""
    return Row(
        title=cut(what) or "–",
        tags=(word,),
        name="" if name == what else name,
        note=cut("; ".join(more)),
        when=moment(event.at),
    )


def outcome_row(one: Outcome, way_out: str = "") -> Row:
    """What came of one action."""
    row = title_row(one.title, one.year, one.key, one.lists, one.seasons)
    request = (f"request {one.request_id}",) if one.request_id is not None else ()
    return replace(row, tags=(*row.tags, *request), note=cut(one.detail), way_out=way_for(way_out, one.key))
