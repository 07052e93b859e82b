"""What is said of lists and runs: lines of a plan, and the report of an apply."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from reconciler.apply import Applied
from reconciler.core.desire import ListRule
from reconciler.core.guard import last_words, way_out
from reconciler.desires import Desires
from reconciler.errors import ExitCode
from reconciler.fetch import FetchedList
from reconciler.rules import ACCEPTED, ANEW
from reconciler.session import VERSION, Session
from schemas.events import Event, EventType, Run
from schemas.fetch import Verdict
from schemas.plan import Excluded, ListLine, Plan, Unresolved
from schemas.reasons import Reason
from schemas.report import Outcome, Report, Status

_PARTLY = {Status.REFUSED, Status.UNKNOWN, Status.LEFT}
_FAILED = {Verdict.FAILED, Verdict.SUSPICIOUS_EMPTY}


def list_lines(
    rules: Mapping[str, ListRule], fetched: Mapping[str, FetchedList], desires: Desires
) -> tuple[ListLine, ...]:
    """How every list fared."""
    return tuple(_line(rule, fetched.get(rule.name), desires) for rule in rules.values())


def _line(rule: ListRule, fetched: FetchedList | None, desires: Desires) -> ListLine:
    selection = desires.selections[rule.name]
    counts = {
        "wanted": len(selection.chosen),
        "unresolved": len(selection.unresolved),
        "excluded": len(selection.excluded),
    }
    if fetched is None:
        why = desires.broken.get(rule.name, "")
        return ListLine(
            name=rule.name,
            source=str(rule.combination or ""),
            verdict=Verdict.FAILED if why else Verdict.TRUSTED,
            message=why,
            items=sum(counts.values()),
            **counts,
        )
    trusted, kept = fetched.state.trusted, fetched.verdict is Verdict.KEPT
    return ListLine(
        name=rule.name,
        source=rule.source,
        verdict=fetched.verdict,
        message=last_words(fetched.state, rule.source) if kept else fetched.message,
        remedy=fetched.remedy or way_out(fetched.state.verdict, rule.name),
        items=desires.counted.get(rule.name, 0),
        fetched_at=trusted.fetched_at if trusted else None,
        warnings=fetched.warnings,
        **counts,
    )


def unresolved_of(desires: Desires, scope: Collection[str] | None) -> tuple[Unresolved, ...]:
    """Every item without a key, list by list."""
    return tuple(
        one
        for name, selection in desires.selections.items()
        if scope is None or name in scope
        for one in selection.unresolved
    )


def excluded_of(desires: Desires, scope: Collection[str] | None) -> tuple[Excluded, ...]:
    """Every item that its list does not want, list by list."""
    return tuple(
        one
        for name, selection in desires.selections.items()
        if scope is None or name in scope
        for one in selection.excluded
    )


def start_run(session: Session, plan: Plan, command: str, now: datetime) -> Run:
    """Write down that a run begins, and which server it is for."""
    run = Run(
        id=session.run,
        command=command,
        started=now,
        revision=session.loaded.revision.commit or session.loaded.revision.digest,
        config_digest=session.loaded.digest,
        plan=plan.id,
    )
    version = session.reader.version()
    with session.ledger.writing() as tx:
        tx.put_run(run)
        tx.set_server_fingerprint(session.server.fingerprint)
        tx.put_setting(VERSION, version)
        tx.add_event(Event(at=now, run=run.id, type=EventType.RUN_STARTED, message=command))
    return run


def end_run(session: Session, run: Run, code: int, message: str) -> None:
    """A run that ended without doing anything."""
    now = session.tools.clock()
    with session.ledger.writing() as tx:
        tx.put_run(run.model_copy(update={"finished": now, "exit_code": code, "message": message}))
        tx.add_event(Event(at=now, run=run.id, type=EventType.RUN_FINISHED, message=message, data={"exit_code": code}))


def finish(session: Session, run: Run, plan: Plan, done: Applied, settled: list[Outcome], unconfirmed: str) -> Report:
    """The report, and its end in the ledger."""
    now = session.tools.clock()
    unsettled = len(session.ledger.open_intents())
    code = exit_code(plan, done.outcomes, unsettled=unsettled, recorded=done.recorded + len(settled))
    report = Report(
        run=run.id,
        plan=plan.id,
        started=run.started,
        finished=now,
        exit_code=code,
        server=f"{plan.server.product} {plan.server.version}".strip(),
        lists=plan.lists,
        outcomes=tuple(done.outcomes),
        recorded=done.recorded,
        held=plan.held,
        deferred=plan.deferred,
        unresolved=plan.unresolved,
        drift=plan.drift,
        settled=tuple(settled),
        warnings=plan.warnings + ((unconfirmed,) if unconfirmed else ()),
    )
    counts = Counter(f"{one.action.value}.{one.status.value}" for one in done.outcomes)
    counts |= Counter({"record": done.recorded, "held": len(plan.held), "deferred": len(plan.deferred)})
    with session.ledger.writing() as tx:
        tx.put_run(run.model_copy(update={"finished": now, "exit_code": code, "counts": dict(counts)}))
        if _to_its_end(plan, done.outcomes):
            tx.mark_plan_applied(plan.id)
            tx.put_setting(ANEW, None)
        tx.put_setting(ACCEPTED, None)
        tx.add_event(Event(at=now, run=run.id, type=EventType.RUN_FINISHED, data={"exit_code": code}))
    return report


def _to_its_end(plan: Plan, outcomes: Collection[Outcome]) -> bool:
    """Whether a plan was carried out. One of which all that was to be sent waits for a window or a pause was not: else
    the first apply, and its small budget, would be over before a single request was sent."""
    waits = any(one.proposed is not None for one in (*plan.held, *plan.deferred))
    return not any(one.status is Status.LEFT for one in outcomes) and (bool(outcomes) or not waits)


def exit_code(plan: Plan, outcomes: Collection[Outcome], *, unsettled: int = 0, recorded: int = 0) -> int:
    """0 when all is done, deferred titles included; 3 when something was refused, left, or has no known outcome, or a
    list, a lookup or a title's state could not be read: another run may do more. 1 when no list at all could be read
    and nothing was done either."""
    if _nothing_read(plan) and not (outcomes or unsettled or recorded):
        return ExitCode.ERROR
    partly = (
        unsettled > 0
        or any(one.status in _PARTLY for one in outcomes)
        or any(line.verdict in _FAILED for line in plan.lists)
        or any(one.reason is Reason.LOOKUP_FAILED for one in plan.unresolved)
        or any(one.reason is Reason.ACTUAL_UNREADABLE for one in plan.held)
    )
    return ExitCode.PARTLY if partly else ExitCode.DONE


def _nothing_read(plan: Plan) -> bool:
    """Whether every list failed. A combination is not read itself."""
    read = [line.verdict for line in plan.lists if line.verdict is not Verdict.TRUSTED or line.fetched_at is not None]
    return bool(read) and all(verdict in _FAILED for verdict in read)
