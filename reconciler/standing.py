"""How listsync stands: what `status` says, without fetching a list or changing anything."""

import time
from collections import Counter
from datetime import datetime

from providers.servers import ServerError
from reconciler.core.desire import contents
from reconciler.core.guard import way_out
from reconciler.loop.heartbeat import beside, read_heartbeat
from reconciler.loop.keeping import read_conditions
from reconciler.recalling import recall_lists
from reconciler.rules import active_pauses
from reconciler.session import Session, database_path
from schemas.fetch import ListState, Verdict
from schemas.plan import ListLine, ServerIdentity
from schemas.status import LoopStanding, StatusReport

RUNS_LOOKED_AT = 50


def status(session: Session) -> StatusReport:
    """Server, lists as last fetched, records, open intents, the last runs. A dead server is said, not raised."""
    ledger, config = session.ledger, session.config
    server, error, remedy = _server(session)
    kept = ledger.server_fingerprint()
    runs = ledger.runs(RUNS_LOOKED_AT)
    return StatusReport(
        at=session.tools.clock(),
        server=server,
        server_url=config.server.url,
        server_error=error,
        server_remedy=remedy,
        server_changed=server is not None and kept is not None and kept != server.fingerprint,
        revision=session.loaded.revision.commit or session.loaded.revision.digest,
        database=str(session.loaded.base_dir / config.state.database),
        lineage=ledger.lineage,
        lists=tuple(_lines(session)),
        records=dict(Counter(record.state.value for record in ledger.records().values())),
        unsettled=ledger.open_intents(),
        last_run=runs[0] if runs else None,
        last_apply=next((run for run in runs if run.command in {"apply", "run"}), None),
        conditions=read_conditions(ledger),
        loop=_loop(session),
        pauses=active_pauses(session, session.tools.clock()),
        warnings=tuple(str(problem) for problem in session.loaded.warnings),
    )


def _loop(session: Session) -> LoopStanding | None:
    """The loop that leaves its sign of life beside the ledger."""
    found = read_heartbeat(beside(database_path(session.loaded)))
    if found is None or found.lifeless(time.time()):
        return None
    due = datetime.fromisoformat(found.next_wake) if found.next_wake else None
    return LoopStanding(holder=found.holder, next_wake=due, error=found.error)


def _server(session: Session) -> tuple[ServerIdentity | None, str, str]:
    try:
        info = session.server
    except ServerError as error:
        return None, str(error), error.remedy
    version = info.version or session.reader.version()
    name = session.config.server.name
    found = ServerIdentity(name=name, product=info.product, version=version, fingerprint=info.fingerprint)
    return found, "", ""


def _lines(session: Session) -> list[ListLine]:
    states = recall_lists(session)
    return [_line(session, name, states.get(name)) for name in session.config.lists]


def _line(session: Session, name: str, state: ListState | None) -> ListLine:
    source = str(session.loaded.sources[name]) if name in session.loaded.sources else ""
    made = session.config.lists[name].combine
    if made is not None:
        return ListLine(name=name, source=str(made), verdict=Verdict.TRUSTED, counted=False)
    if state is None or state.verdict is None:
        return ListLine(name=name, source=source, verdict=Verdict.KEPT, message="never fetched")
    return ListLine(
        name=name,
        source=source,
        verdict=state.verdict,
        message=state.message or "",
        remedy=way_out(state.verdict, name),
        items=len(contents(state, source)),
        fetched_at=state.trusted.fetched_at if state.trusted else None,
    )
