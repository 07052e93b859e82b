"""How listsync stands as an outline."""

from collections.abc import Iterable
from dataclasses import replace

from reconciler.commands.render.outline import (
    Count,
    Group,
    Heads,
    Notice,
    Outline,
    Section,
    Tone,
    cut,
    filled,
    plain,
    say,
)
from reconciler.commands.render.parts import BAD
from reconciler.commands.render.sections import (
    lists_section,
    notices_of,
    server_fact,
    title_row,
    tone_of,
)
from reconciler.commands.render.status import STATES, ended_as
from reconciler.core.drift import WAY_TO_ANOTHER_SERVER
from reconciler.words import clean, count, moment, sentence
from schemas.reasons import REASONS, Reason
from schemas.status import StatusReport


def status_outline(status: StatusReport, more: str) -> Outline:
    """Server, lists with their conditions, and what waits for a person."""
    server = server_fact(status.server)[1] if status.server is not None else ""
    facts = [("Server", f"{server} at {cut(status.server_url)}" if server else cut(status.server_url))]
    facts += [("Ledger", cut(status.database)), ("Configuration", cut(status.revision)[:12])]
    facts += [("Last apply", f"{moment(run.started)}: {ended_as(run)}" if (run := status.last_apply) else "never")]
    if status.last_run is not None and status.last_run != status.last_apply:
        facts.append(("Last run", f"{moment(status.last_run.started)}: {ended_as(status.last_run)}"))
    facts.append(("Looked at", moment(status.at)))
    return Outline(
        kind="status",
        title="Status",
        summary=_status_summary(status),
        tone=Tone.BAD if status.server_error or status.server_changed else tone_of(status.lists, waiting=False),
        facts=tuple((name, text) for name, text in facts if text),
        counts=tuple(
            Count(number=number, word=STATES.get(state, clean(state)), section="")
            for state, number in status.records.items()
        ),
        notices=tuple(_status_notices(status)),
        sections=filled([lists_section(status.lists, fine_folded=False), _unsettled(status)]),
        more=more,
    )


def _status_summary(status: StatusReport) -> str:
    troubled = sum(line.verdict in BAD for line in status.lists)
    lists = f"{count(len(status.lists), 'list')}, {f'{troubled:,} in trouble' if troubled else 'all well'}"
    if status.server_error:
        return f"The server cannot be asked; {lists}."
    if status.server_changed:
        return f"Another server answers than the ledger knows; {lists}."
    return f"{sentence(lists)[:-1]}; {count(sum(status.records.values()), 'title')} remembered."


def _status_notices(status: StatusReport) -> Iterable[Notice]:
    if status.server_error:
        yield Notice(text=plain(status.server_error), way_out=say(status.server_remedy), tone=Tone.BAD)
    if status.server_changed:
        way_out = WAY_TO_ANOTHER_SERVER
        text = "Another installation answers than the one that the ledger knows."
        yield Notice(text=plain(text), way_out=say(way_out), tone=Tone.BAD)
    for pause in status.pauses:
        yield Notice(text=say(pause), way_out=say(REASONS[Reason.PAUSED].way_out))
    yield from notices_of(status.warnings)


def _unsettled(status: StatusReport) -> Section:
    rows = (
        replace(title_row(one.title, one.year, one.key, one.sponsors), when=moment(one.sent_at), note=one.action.value)
        for one in status.unsettled
    )
    group = Group(rows=tuple(rows), heads=Heads(when="Sent", note="Action"))
    note = "sent, and never answered; the next apply finds out"
    return Section(id="unsettled", title="Unsettled", note=note, tone=Tone.CARE, groups=(group,))
