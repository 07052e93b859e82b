"""The loop: one level-triggered tick after another, whatever happens, and nothing held open between them.

A tick looks at everything anew (configuration, server, ledger) and fetches only what is due. What fails is a condition
and a reason to come back sooner; it never ends the loop. Two locks keep others out: the loop's own, held for its life,
so that there is one loop for a ledger; and the writer's, held only while a tick writes, so that `apply`, `accept`
and their kin work beside it and are refused, naming it, in those moments alone.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from reconciler.errors import ExitCode, Refused
from reconciler.frugal import let_go
from reconciler.ledger import LedgerError, WriterLock
from reconciler.loop.conditions import transitions
from reconciler.loop.ending import Ending, nothing_yet
from reconciler.loop.errand import CarryOut, Errand, Findings
from reconciler.loop.heartbeat import Signs
from reconciler.loop.owning import take_ledger
from reconciler.loop.patience import Patience
from reconciler.loop.schedule import LONGEST_WAIT
from reconciler.loop.source import ConfigSource, Reading
from reconciler.loop.tick import Observer, Tick, log_tick
from reconciler.loop.waiting import Waiting
from reconciler.loop.wakeups import Wakeups
from reconciler.session import Tools, database_path
from schemas.base import utc_now
from schemas.conditions import Conditions

if TYPE_CHECKING:
    from reconciler.config import Loaded

WITHOUT_CONFIGURATION = timedelta(minutes=5)
"""Until it is read again where there was never a valid one: what it refers to may not be there yet."""

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
        carry_out: CarryOut | None = None,
    ) -> None:
        """`carry_out` makes the passes; None: here, in this process."""
        self._source, self._open_tools, self._wakeups = source, open_tools, wakeups
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - for waiting times
        self._waiting = Waiting(source, wakeups, clock=clock, wait=wait or wakeups.wait, signs=signs)
        self._patience = Patience(self._random)
        self._observers = observers if isinstance(observers, tuple) else (observers,)
        self._signs = signs
        self._carry_out = carry_out
        self._number = 0
        self._told = ""
        """The failure that was recorded last; the same one over and over is recorded once."""
        self._conditions = Conditions()
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
                wake = self.tick().next_wake
                let_go()
                if not self._wakeups.stopping:
                    self.wait_until(wake)
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
        with self._open_tools(reading.loaded) as tools:
            tick = self._told_of(reading, started, tools)
            log_tick(tools.log, tick)
            for observer in self._observers:
                try:
                    observer(tick)
                except Exception:
                    tools.log.exception("An observer of the loop failed")
        if self._signs is not None:
            self._signs.told(ticks=tick.number, next_wake=tick.next_wake.isoformat(), error=tick.error)
        return tick

    def _told_of(self, reading: Reading, started: datetime, tools: Tools) -> Tick:
        """The pass, if there is one to be made, and what it leaves behind for the next."""
        run = _run_id(started, self._random)
        found = self._pass(reading, started, run, tools)
        now = self._clock()
        self._waiting.saw(now)
        self._waiting.heard(found)
        self._conditions, self._remembered, self._told = found.conditions, found.remembered, found.told
        self.failure = found.failure
        return Tick(
            number=self._number,
            run_id=run,
            started=started,
            finished=now,
            conditions=found.conditions,
            changed=transitions(found.before, found.conditions),
            config=reading.status,
            next_wake=min([*self._wakes(reading, found, now), now + LONGEST_WAIT]),
            loaded=reading.loaded,
            plan=found.plan,
            report=found.report,
            status=found.standing,
            events=found.events,
            fetched=found.fetched,
            error=found.error,
            remedy=found.remedy,
            seconds=found.seconds,
            calls=found.calls,
        )

    def _pass(self, reading: Reading, started: datetime, run: str, tools: Tools) -> Findings:
        loaded = reading.loaded
        redact = loaded.redactor if loaded is not None else str
        ending = Ending(self._conditions, reading.statements, redact, self._remembered, self._told)
        if loaded is None:
            ending.failure = reading.error or nothing_yet(reading)
            return ending.findings(self._clock())
        database = database_path(loaded)
        if (refusal := self._own(database)) is not None:
            ending.failure = refusal
            return ending.findings(self._clock())
        errand = Errand(
            loaded=loaded,
            run=run,
            started=started,
            statements=reading.statements,
            revision=reading.status.applied,
            asked=self._waiting.take_wish(database, loaded.config.lists),
            read=self._waiting.read,
            before=self._conditions,
            remembered=self._remembered,
            told=self._told,
        )
        if self._carry_out is None:
            from reconciler.loop.working import carry_out

            self._carry_out = carry_out
        return self._carry_out(errand, tools)

    def _wakes(self, reading: Reading, found: Findings, now: datetime) -> tuple[datetime, ...]:
        """When to come back."""
        if reading.loaded is None:
            return (now + WITHOUT_CONFIGURATION,)
        if found.failure is not None:
            return (now + self._patience.after_failure(found.failure),)
        self._patience.ended()
        if found.is_unfinished:
            return (*found.wakes, now + self._patience.after_unfinished())
        self._patience.finished()
        return found.wakes

    def _own(self, database: Path) -> Refused | LedgerError | None:
        """Be the one loop of this ledger; of another one, when the configuration names another. Why that cannot be;
        raises it at the start."""
        if self._database == database:
            return None
        try:
            lock = take_ledger(database, self._clock())
        except (Refused, LedgerError) as error:
            if self._lock is None:
                raise
            return error
        self.close()
        self._lock, self._database, self._remembered = lock, database, False
        if self._signs is not None:
            self._signs.lies(database)
        return None


def _run_id(now: datetime, random: Random) -> str:
    return f"{now:%Y%m%d-%H%M%S}-{random.getrandbits(24):06x}"
