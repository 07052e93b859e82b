"""The page at `/` as an outline: conditions first, then the last plan, then what happened lately. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from reconciler.commands.render.outline import (
    Group,
    Heads,
    Notice,
    Outline,
    Row,
    Section,
    Tone,
    cut,
    filled,
    plain,
    say,
)
from reconciler.commands.render.outlines import outline_of
from reconciler.watch.board import MOST_ROWS, Seen, standing
from reconciler.words import ago, clean, count, moment, numbers_of, sentence, until
from schemas.conditions import Condition, ConditionType, Truth
from schemas.plan import ListLine

_HEADS = Heads(title="List", name="Source", note="State", when="Since")
_NAMES = {
    ConditionType.SERVER_REACHABLE: "the media server",
    ConditionType.CONFIG_VALID: "the configuration",
    ConditionType.GIT_REACHABLE: "the git repository",
    ConditionType.RECONCILED: "the last pass",
}


def front(seen: Seen, now: datetime) -> Outline:
    """All that is known, in one outline."""
    status = standing(seen, now)
    made = outline_of(status, events=seen.events)
    last = outline_of(seen.last) if seen.last is not None else None
    lists = _lists_section(seen, status.lists, now)
    rest = [section for one in (last, made) if one is not None for section in one.sections if section.id != "lists"]
    summary, tone = _summary(seen)
    return replace(
        made,
        title="Running",
        summary=summary,
        tone=tone,
        facts=(*_facts(seen, now), *(fact for fact in made.facts if fact[0] != "Looked at")),
        counts=last.counts if last is not None else (),
        notices=(*_notices(seen), *made.notices),
        sections=filled([lists, *rest]),
        more="listsync status",
    )


def _summary(seen: Seen) -> tuple[str, Tone]:
    if seen.at is None:
        return "The first pass is under way.", Tone.INFO
    failing = [name for name, several in seen.conditions.lists.items() if any(one.failing for one in several)]
    whole = [one for one in seen.conditions.whole if one.failing]
    if whole or failing:
        troubled = [_NAMES.get(one.type, one.type.value) for one in whole]
        troubled += [f"{len(failing)} of {count(len(seen.conditions.lists), 'list')}"] if failing else []
        return f"In trouble: {', '.join(troubled)}.", Tone.BAD
    return f"All is well with {count(len(seen.conditions.lists), 'list')}.", Tone.GOOD


def _facts(seen: Seen, now: datetime) -> list[tuple[str, str]]:
    facts = []
    if seen.at is not None:
        facts.append(("Last pass", f"{ago(seen.at, now)} (number {seen.ticks:,})"))
    if seen.next_wake is not None:
        facts.append(("Next pass", f"{until(seen.next_wake, now)}, {moment(seen.next_wake)}"))
    config = seen.config
    if config.source:
        facts.append(("From", cut(config.source)))
    if config.attempted and config.attempted != config.applied:
        facts.append(("Revision read", f"{cut(config.attempted)}, not in effect"))
    facts.append(("Running since", moment(seen.started)))
    return facts


def _notices(seen: Seen) -> Iterator[Notice]:
    said: list[str] = []
    for one in seen.conditions.whole:
        if one.failing:
            told = sentence(f"{_NAMES.get(one.type, one.type.value)}: {one.message or one.reason}")
            said.append(told)
            yield Notice(text=plain(told), way_out=say(one.remedy), tone=Tone.BAD)
    for problem in seen.config.problems:
        if not any(clean(problem) in told for told in said):
            yield Notice(text=plain(problem), tone=Tone.BAD)
    for notifier in seen.notifiers:
        if notifier.delivery != "sent":
            told = f"{notifier.name}: {notifier.message}"
            way_out = "`listsync notify test` tries every receiver"
            yield Notice(text=plain(sentence(told)), way_out=say(way_out), tone=Tone.CARE)
    if seen.is_cut:
        text = f"Only the first {MOST_ROWS:,} rows of each section are here: `listsync plan --all` shows every one."
        yield Notice(text=say(text), tone=Tone.INFO)


def _lists_section(seen: Seen, lines: Sequence[ListLine], now: datetime) -> Section:
    """Every list with its conditions, those in trouble first."""
    known = {line.name: line for line in seen.measures.lists}
    rows = [_list_row(known.get(line.name, line), seen.conditions.lists.get(line.name, ()), now) for line in lines]
    rows.sort(key=lambda row: row.tone is not Tone.BAD)
    bad = sum(row.tone is Tone.BAD for row in rows)
    return Section(
        id="lists",
        title="Lists",
        note=f"{bad:,} in trouble" if bad else "all well",
        tone=Tone.BAD if bad else Tone.GOOD,
        groups=(Group(rows=tuple(rows), heads=_HEADS),),
    )


def _list_row(line: ListLine, conditions: Sequence[Condition], now: datetime) -> Row:
    by_type = {one.type: one for one in conditions}
    ready = by_type.get(ConditionType.READY)
    told = numbers_of(line)
    told += [f"as of {ago(line.fetched_at, now)}"] if line.fetched_at is not None else []
    failing = {cut(one.message or one.reason): one for one in conditions if one.failing}
    remedies = [one.remedy for one in failing.values() if one.remedy]
    return Row(
        title=cut(line.name),
        tags=tuple(_tags(by_type)),
        name=cut(line.source),
        note=", ".join(told),
        remarks=tuple(plain(message) for message in failing),
        when=moment(ready.since) if ready is not None and ready.status is not Truth.TRUE else "",
        way_out=say(remedies[0]) if remedies else (),
        tone=Tone.BAD if failing else Tone.GOOD if ready is not None and ready.status is Truth.TRUE else Tone.INFO,
    )


def _tags(by_type: dict[ConditionType, Condition]) -> Iterator[str]:
    ready = by_type.get(ConditionType.READY)
    if ready is None or ready.status is Truth.UNKNOWN:
        yield "not looked at yet"
    else:
        yield "ready" if ready.status is Truth.TRUE else clean(ready.reason) or "not ready"
    words = {
        (ConditionType.SUSPENDED, Truth.TRUE): "paused",
        (ConditionType.RESOLVED, Truth.FALSE): "some unresolved",
        (ConditionType.CONVERGED, Truth.FALSE): "not yet done",
        (ConditionType.CONVERGED, Truth.TRUE): "done",
    }
    for (type_, status), word in words.items():
        if (one := by_type.get(type_)) is not None and one.status is status:
            yield word
