"""One pass over the pipeline: due lists are fetched, the others' snapshots speak, and what is to be done is done."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from providers.lists import registry
from reconciler.errors import Refused
from reconciler.loop.conditions import ListFacts, facts_undone
from reconciler.loop.schedule import LONGEST_WAIT, TOGETHER, Rhythm, due_at, restamped, was_set_back
from reconciler.pipeline import Considered, apply_plan, consider, plan_of
from reconciler.plans import write_plan
from reconciler.progress import Progress, Step
from reconciler.rules import pauses_now
from reconciler.session import Session, Tools
from reconciler.settle import STILL_POSSIBLE
from schemas.config.running import RunMode
from schemas.fetch import ListState
from schemas.plan import Plan, PlannedAction
from schemas.reasons import Reason
from schemas.report import Report, Status

PLANS_KEPT = 10
A_MOMENT = timedelta(seconds=1)
NAP = 0.5
"""Seconds of sleep at a time, so that stopping is noticed."""


class Stopping(BaseException):
    """The loop is to end: raised where something would be waited for. Not an Exception, so that no provider's failure
    is made of it."""


@dataclass(frozen=True, slots=True)
class Passed:
    """What one pass came to."""

    fetched: tuple[str, ...]
    plan: Plan
    report: Report | None
    facts: Mapping[str, ListFacts]
    written: Path | None = None
    """The plan's file, in the mode `plan`."""
    busy: str = ""
    """Who writes meanwhile, so that nothing was applied; empty: nobody."""


@dataclass(slots=True)
class Stopwatch:
    """A `Progress` that measures how long the stages take, and passes everything on."""

    inner: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Step]:
        """One stage of the pipeline, under its own name."""
        with self.part(name), self.inner.stage(name, total) as step:
            yield step

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure it; parts of one name add up."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - began

    def told(self) -> dict[str, float]:
        """By the words of `Tick.seconds`."""
        words = {"Fetching lists": "fetch", "plan": "plan", "apply": "apply"}
        return {word: self.seconds[name] for name, word in words.items() if name in self.seconds}


def rhythms(session: Session) -> dict[str, Rhythm]:
    """How often each list is fetched; combinations are not."""
    config = session.config
    return {
        name: Rhythm(
            name=name,
            source=str(source),
            every=config.lists[name].every,
            least=registry.get(source.provider).capabilities.minimum_interval,
            zone=config.zone,
        )
        for name, source in session.loaded.sources.items()
    }


def due_lists(session: Session, asked: Collection[str], now: datetime) -> tuple[str, ...]:
    """The lists to be fetched now: those whose time has come, and those that somebody asks for. What was tried in a
    future that the clock has left is put right first."""
    kept = session.ledger.list_headings()
    for name, was in ((name, one.was) for name, one in session.config.lists.items()):
        if was is not None and name not in kept and was in kept:
            kept[name] = kept[was]
    if any(was_set_back(state, now) for state in kept.values()):
        for state in session.ledger.list_states().values():
            if was_set_back(state, now):
                session.ledger.save_list_state(restamped(state, now))
    return tuple(
        name
        for name, rhythm in rhythms(session).items()
        if name in asked or due_at(rhythm, kept.get(name), now) <= now + TOGETHER
    )


def pass_over(session: Session, due: tuple[str, ...], stopwatch: Stopwatch) -> Passed:
    """Fetch what is due, plan for all lists, and apply the plan or write it. Raises Stopping, and what the pipeline
    raises."""
    with stopwatch.part("plan"):
        seen = consider(session, scope=due)
        if session.tools.stop.is_set():
            raise Stopping
        plan = plan_of(session, seen)
    with stopwatch.part("apply"):
        report, written, busy = _act(session, plan)
    return Passed(due, plan, report, _facts(session, seen, plan, report), written, busy)


def _act(session: Session, plan: Plan) -> tuple[Report | None, Path | None, str]:
    from reconciler.ledger import LedgerLocked

    if session.config.run.mode is RunMode.PLAN:
        return None, keep_plan(session, plan), ""
    if not (plan.actions or plan.remembered or session.ledger.open_intents()):
        return None, None, ""
    try:
        return apply_plan(session, plan, command="run"), None, ""
    except LedgerLocked as locked:
        return None, None, locked.holder
    except Refused:
        if plan.actions:
            raise
        return None, None, ""  # all of it is held by a rail: that is how things stand, and no failure


def keep_plan(session: Session, plan: Plan) -> Path | None:
    """Write the plan for a person to apply, beside the database; nothing to do writes nothing. The last ten stay."""
    folder = session.ledger.path.parent / "plans"
    if not plan.actions:
        return None
    path = folder / f"{plan.created:%Y%m%d-%H%M%S}-{plan.id[:8]}.json"
    write_plan(path, plan)
    for old in sorted(folder.glob("*.json"))[:-PLANS_KEPT]:
        old.unlink(missing_ok=True)
    return path


def unfinished(passed: Passed) -> bool:
    """Whether the same may go better soon: the server or TMDB was at fault, not the titles."""
    outcomes = passed.report.outcomes if passed.report is not None else ()
    return (
        any(one.status in {Status.LEFT, Status.UNKNOWN} and one.reason is not Reason.STOPPED for one in outcomes)
        or any(one.reason is Reason.LOOKUP_FAILED for one in passed.plan.unresolved)
        or any(one.reason is Reason.ACTUAL_UNREADABLE for one in passed.plan.held)
    )


def calls_for_a_tick(session: Session, passed: Passed, now: datetime) -> Iterator[datetime]:
    """Every moment from which there may be something to do, lists aside."""
    waiting: tuple[PlannedAction, ...] = (passed.report or passed.plan).deferred
    yield from (one.turn for one in waiting if one.turn is not None)
    yield from (intent.sent_at + STILL_POSSIBLE + A_MOMENT for intent in session.ledger.open_intents())
    yield from (pause.until for pause in pauses_now(session, now).values() if pause.until is not None)


def next_due(session: Session, states: Mapping[str, ListState], now: datetime) -> datetime:
    """When the next list is due; the next tick is a day away at most."""
    dues = [due_at(rhythm, states.get(name), now) for name, rhythm in rhythms(session).items()]
    return min([*dues, now + LONGEST_WAIT])


def _facts(session: Session, seen: Considered, plan: Plan, report: Report | None) -> dict[str, ListFacts]:
    undone = facts_undone(plan, report)
    lines = {line.name: line for line in plan.lists}
    paused = pauses_now(session, session.tools.clock())
    everything = paused.get(None)
    found = {}
    for name in session.config.lists:
        fetched = seen.fetched.get(name)
        pause = everything or paused.get(name)
        found[name] = ListFacts(
            name=name,
            state=fetched.state.model_copy(update={"trusted": None, "previous": None, "extra": None})
            if fetched is not None
            else None,
            remedy=fetched.remedy if fetched is not None else "",
            broken=seen.desires.broken.get(name, ""),
            unresolved=lines[name].unresolved if name in lines else 0,
            undone=undone.get(name, {}),
            paused=(str(pause) or "paused") if pause is not None else None,
        )
    return found


def tools_that_stop(tools: Tools, stopwatch: Stopwatch, nap: Callable[[float], None]) -> Tools:
    """The same tools, measured; sleeping ends when the loop does. Where something is being sent, the wait is short and
    bounded by the writer, and is cut all the same: what was sent is settled by the next start."""

    def sleep(seconds: float) -> None:
        while True:
            if tools.stop.is_set():
                raise Stopping
            if seconds <= 0:
                return
            nap(min(seconds, NAP))
            seconds -= NAP

    return replace(tools, sleep=sleep, progress=stopwatch)
