"""The loop: one level-triggered tick after another, whatever happens, and nothing held open between them.

A tick looks at everything anew (configuration, server, ledger) and fetches only what is due. What fails is a condition
and a reason to come back sooner; it never ends the loop. Two locks keep others out: the loop's own, held for its life,
so that there is one loop for a ledger; and the writer's, held only while a tick writes, so that `apply`, `accept`
and their kin work beside it and are refused, naming it, in those moments alone.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from providers.servers import ServerError
from reconciler.errors import ExitCode, ListsyncError, Refused
from reconciler.frugal import let_go
from reconciler.ledger import LedgerError, WriterLock
from reconciler.loop import keeping
from reconciler.loop.conditions import list_statements, overlaid, transitions, with_lists, with_whole
from reconciler.loop.ending import Ending, log_tick, nothing_yet, whole_statements
from reconciler.loop.heartbeat import Signs
from reconciler.loop.owning import take_ledger
from reconciler.loop.passing import (
    LONGEST_WAIT,
    Passed,
    Stopping,
    Stopwatch,
    calls_for_a_tick,
    due_lists,
    next_due,
    pass_over,
    tools_that_stop,
    unfinished,
)
from reconciler.loop.patience import Patience
from reconciler.loop.source import ConfigSource, Reading
from reconciler.loop.tick import Observer, Tick
from reconciler.loop.waiting import Waiting
from reconciler.loop.wakeups import Wakeups
from reconciler.session import Session, Tools, database_path, open_session
from reconciler.standing import status
from schemas.base import utc_now
from schemas.conditions import Conditions
from schemas.events import Run
from schemas.fetch import ListState

if TYPE_CHECKING:
    from reconciler.config import Loaded

LEAST = timedelta(seconds=30)
"""Between two ticks that nobody asked for."""
WHILE_LOCKED = timedelta(seconds=15)
"""Until the next try, while another process writes."""
WITHOUT_CONFIGURATION = timedelta(minutes=5)
"""Until it is read again where there was never a valid one: what it refers to may not be there yet."""
EVENTS_SHOWN = 50

OpenTools = Callable[["Loaded | None"], AbstractContextManager[Tools]]
"""Log, progress and the rest for one tick, as its configuration wants them."""


class Loop:
    """Keeps the server as declared. `tick()` is one pass; `run()` goes on until it is stopped."""

    def __init__(
        self,
        source: ConfigSource,
        open_tools: OpenTools,
        wakeups: Wakeups,
        *,
        clock: Callable[[], datetime] = utc_now,
        random: Random | None = None,
        wait: Callable[[float], None] | None = None,
        observers: Callable[[Tick], None] | tuple[Observer, ...] = (),
        signs: Signs | None = None,
    ) -> None:
        self._source, self._open_tools, self._wakeups = source, open_tools, wakeups
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - for waiting times
        self._waiting = Waiting(source, wakeups, clock=clock, wait=wait or wakeups.wait, signs=signs)
        self._patience = Patience(self._random)
        self._observers = observers if isinstance(observers, tuple) else (observers,)
        self._signs = signs
        self._number = 0
        self._told = ""
        """The failure that was recorded last; the same one over and over is recorded once."""
        self._conditions: Conditions | None = None
        self._remembered = False
        """Whether the conditions that the ledger keeps were read."""
        self._database: Path | None = None
        self._lock: WriterLock | None = None
        self.failure: Exception | None = None
        """What ended the last tick; None: it came to its end."""

    def close(self) -> None:
        """Let go of the loop's lock."""
        if self._lock is not None:
            self._lock.__exit__(None, None, None)
            self._lock, self._database = None, None

    def run(self) -> int:
        """Tick until stopped. Raises Refused when another loop has the ledger."""
        try:
            while not self._wakeups.stopping:
                tick = self.tick()
                if not self._wakeups.stopping:
                    self.wait_until(tick.next_wake)
                del tick
        finally:
            self.close()
        return ExitCode.DONE

    def wait_until(self, wake: datetime) -> None:
        """Wait as `run` does between two ticks."""
        self._waiting.until(wake)

    def tick(self) -> Tick:
        """One pass, told to all observers. Nothing but Refused of the first tick leaves it, and what ends the
        process."""
        if self._signs is not None:
            self._signs.turn(busy=True)
        started = self._clock()
        self._number += 1
        if self._wakeups.reload:
            self._wakeups.reload = False
            self._source.refresh()
        reading = self._source.read(started)
        redact = reading.loaded.redactor if reading.loaded is not None else str
        with self._open_tools(reading.loaded) as tools:
            ending = Ending(started, self._number, _run_id(started, self._random), reading.statements, redact)
            before = self._conditions or Conditions()
            if reading.loaded is None:
                ending.failure = reading.error or nothing_yet(reading)
                ending.wakes.append(started + WITHOUT_CONFIGURATION)
                self._conditions = self._stated(before, ending, reading)
            else:
                before = self._pass(reading, tools, ending)
            tick = self._ended(reading, before, ending)
            log_tick(tools, tick)
            for observer in self._observers:
                try:
                    observer(tick)
                except Exception:
                    tools.log.exception("An observer of the loop failed")
        if self._signs is not None:
            self._signs.told(ticks=tick.number, next_wake=tick.next_wake.isoformat(), error=tick.error)
        let_go()
        return tick

    def _pass(self, reading: Reading, tools: Tools, ending: Ending) -> Conditions:
        """The pass itself, with everything that may go wrong in it. The conditions as they were before."""
        loaded = reading.loaded
        assert loaded is not None
        ending.stopwatch = Stopwatch(tools.progress)
        tools = tools_that_stop(tools, ending.stopwatch, tools.sleep)
        before = self._conditions or Conditions()
        if not self._owned(database_path(loaded), ending):
            self._conditions = self._stated(before, ending, reading)
            return before
        asked = self._waiting.take_wish(database_path(loaded), loaded.config.lists)
        try:
            with open_session(loaded, tools=tools, run=ending.run) as session:
                if not self._remembered:
                    before = overlaid(keeping.read_conditions(session.ledger), before)
                    self._remembered = True
                with self._judged(tools, ending):
                    self._work(session, asked, reading.status.applied, ending)
                ending.calls = dict(session.calls)
                self._conditions = self._stated(before, ending, reading)
                self._keep(session, loaded, ending)
        except Stopping:
            ending.wakes.append(self._clock())
        except LedgerError as error:  # outside of the work itself: opening, or keeping what is known
            ending.failure = ending.failure or error
        except Exception as error:
            tools.log.exception("The tick failed unexpectedly")
            ending.failure = ending.failure or error
        if self._conditions is None or ending.failure is not None:
            self._conditions = self._stated(before, ending, reading)
        return before

    def _work(self, session: Session, asked: Collection[str], revision: str, ending: Ending) -> None:
        due = due_lists(session, asked, self._clock())
        assert ending.stopwatch is not None
        ending.passed = passed = pass_over(session, due, ending.stopwatch)
        self._waiting.granted()
        ending.lists = {name: list_statements(facts) for name, facts in passed.facts.items()}
        now = self._clock()
        states = {name: facts.state for name, facts in passed.facts.items() if facts.state is not None}
        ending.wakes += self._calls(session, passed, states, now)
        gone = keeping.care(session.ledger, session.config.state.history, now)
        if gone:
            session.tools.log.info("Old history was let go of", events=gone)
        keeping.keep_revision(session.ledger, revision, now)

    def _calls(
        self, session: Session, passed: Passed, states: dict[str, ListState], now: datetime
    ) -> Iterator[datetime]:
        """When to come back, from what was found."""
        yield next_due(session, states, now)
        least = now + LEAST
        yield from (max(at, least) for at in calls_for_a_tick(session, passed, now))
        if passed.busy:
            yield now + WHILE_LOCKED
        if unfinished(passed):
            yield now + self._patience.after_unfinished()
        else:
            self._patience.finished()

    @contextmanager
    def _judged(self, tools: Tools, ending: Ending) -> Iterator[None]:
        """Whatever goes wrong in a pass ends the pass, and nothing else."""
        try:
            yield
        except (ServerError, ListsyncError, LedgerError) as error:
            ending.failure = error
        except Exception as error:
            tools.log.exception("The tick failed unexpectedly")
            ending.failure = error

    def _keep(self, session: Session, loaded: "Loaded", ending: Ending) -> None:
        """Everything that is to be known after a restart, and how things stand now."""
        assert self._conditions is not None
        keeping.keep_conditions(session.ledger, self._conditions)
        if ending.error != self._told and ending.error:
            self._told = ending.error
            run = Run(
                id=ending.run,
                command="run",
                started=ending.started,
                finished=self._clock(),
                revision=loaded.revision.commit or loaded.revision.digest,
                config_digest=loaded.digest,
            )
            keeping.record_failure(session.ledger, run, self._told, ExitCode.ERROR)
        if ending.failure is None:
            self._told = ""
            ending.standing = status(session)
        ending.events = session.ledger.events(limit=EVENTS_SHOWN)

    def _stated(self, before: Conditions, ending: Ending, reading: Reading) -> Conditions:
        now = self._clock()
        statements = (*reading.statements, *whole_statements(ending))
        made = with_whole(before, statements, now)
        return made if ending.lists is None else with_lists(made, ending.lists, now)

    def _ended(self, reading: Reading, before: Conditions, ending: Ending) -> Tick:
        now, failure = self._clock(), ending.failure
        self._waiting.saw(now)
        assert self._conditions is not None
        self.failure = failure
        if failure is not None and reading.loaded is not None:
            ending.wakes = [now + self._patience.after_failure(failure)]
        elif failure is None:
            self._patience.ended()
        passed, seconds = ending.passed, ending.stopwatch.told() if ending.stopwatch else {}
        return Tick(
            number=ending.number,
            run_id=ending.run,
            started=ending.started,
            finished=now,
            conditions=self._conditions,
            changed=transitions(before, self._conditions),
            config=reading.status,
            next_wake=min([*ending.wakes, now + LONGEST_WAIT]),
            loaded=reading.loaded,
            plan=passed.plan if passed else None,
            report=passed.report if passed else None,
            status=ending.standing,
            events=ending.events,
            fetched=passed.fetched if passed else (),
            error=ending.error,
            remedy=ending.remedy,
            seconds=seconds,
            calls=ending.calls,
        )

    def _owned(self, database: Path, ending: Ending) -> bool:
        """Be the one loop of this ledger; of another one, when the configuration names another. Raises Refused when
        that fails at the start."""
        if self._database == database:
            return True
        try:
            lock = take_ledger(database, self._clock())
        except (Refused, LedgerError) as error:
            if self._lock is None:
                raise
            ending.failure = error
            return False
        self.close()
        self._lock, self._database, self._remembered = lock, database, False
        if self._signs is not None:
            self._signs.lies(database)
        return True


def _run_id(now: datetime, random: Random) -> str:
    return f"{now:%Y%m%d-%H%M%S}-{random.getrandbits(24):06x}"
