"""How listsync stands, as people read it."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.page import View, and_more, cut, grid, heading, indented, to_text, way_out
from reconciler.commands.render.parts import lists_section, product_text, title_text, warnings_section
from reconciler.core.drift import WAY_TO_ANOTHER_SERVER
from reconciler.words import ago, clean, until
from schemas.conditions import ConditionType
from schemas.events import Run
from schemas.status import StatusReport

STATES = {
    "requested": "requested by us",
    "tracked": "requested by somebody else",
    "satisfied": "in the library",
    "suppressed": "deleted or declined, not asked for again",
    "released": "on no list any more",
    "not_kept": "dropped by the server",
}
CODES = {0: "done", 1: "failed", 2: "changes", 3: "partly done", 4: "refused", 130: "interrupted", 143: "terminated"}


def status_text(status: StatusReport, view: View) -> str:
    """The whole of it on a screen."""
    return to_text(_parts(status, view), view)


def _parts(status: StatusReport, view: View) -> Iterable[RenderableType]:
    server = status.server
    answer = product_text(server) if server is not None else Text(f"✗ {clean(status.server_error)}", "red")
    yield grid([(Text("Server    ", "bold"), Text.assemble(clean(status.server_url), "  ", answer))], indent=0)
    if status.server_remedy:
        yield way_out(clean(status.server_remedy), 2)
    if status.server_changed:
        yield indented(Text("! another installation answers than the one that the ledger knows", "yellow"), 0)
        yield way_out(WAY_TO_ANOTHER_SERVER, 2)
    yield grid(_facts(status, view), indent=0)
    yield from _failing(status, view)
    yield from warnings_section(status.warnings)
    yield from (indented(Text.assemble(("! paused: ", "yellow"), clean(pause)), 0) for pause in status.pauses)
    yield from lists_section(status.lists, view)
    if status.records:
        yield heading("Titles", sum(status.records.values()), "that the ledger remembers")
        yield grid((f"{number:,}", STATES.get(state, state)) for state, number in status.records.items())
    if status.unsettled:
        yield heading("Unsettled", len(status.unsettled), "sent, and never answered; the next apply finds out")
        shown, rest = cut(status.unsettled, view)
        rows = (
            (one.action.value, title_text(one.title, one.year, one.key), ago(one.sent_at, view.now)) for one in shown
        )
        yield grid(rows)
        yield from and_more(rest, view)


def _failing(status: StatusReport, view: View) -> Iterable[RenderableType]:
    """What a loop that runs found wrong. Lists are told of where they are shown, the server was asked just now."""
    if status.loop is None:
        return
    for one in status.conditions.whole:
        if one.failing and one.type is not ConditionType.SERVER_REACHABLE:
            told = f"{one.type.value} is {one.status.value} ({ago(one.since, view.now)}): {one.message}"
            yield indented(Text.assemble(("! ", "yellow"), clean(told)), 0)
            if one.remedy:
                yield way_out(clean(one.remedy), 2)


def _facts(status: StatusReport, view: View) -> Iterable[tuple[Text | str, ...]]:
    yield Text("Ledger", "bold"), clean(status.database)
    if status.revision:
        yield Text("Config", "bold"), clean(status.revision)[:12]
    if status.loop is not None:
        due = f"; next tick {until(status.loop.next_wake, view.now)}" if status.loop.next_wake else ""
        yield Text("Loop", "bold"), clean(status.loop.holder) + due
    yield Text("Last apply", "bold"), _run_text(status.last_apply, view)
    if status.last_run is not None and status.last_run != status.last_apply:
        yield Text("Last run", "bold"), _run_text(status.last_run, view)


def _run_text(run: Run | None, view: View) -> str:
    if run is None:
        return "never"
    return f"{ago(run.started, view.now)}: {ended_as(run)} ({clean(run.id)})"


def ended_as(run: Run) -> str:
    """`done, 12 requested`."""
    ended = "still running, or cut off" if run.exit_code is None else CODES.get(run.exit_code, str(run.exit_code))
    created = run.counts.get("create.done", 0)
    return f"{ended}, {created:,} requested" if created else ended
