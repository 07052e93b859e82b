"""How a tick ends: what was gathered while it went on, and what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from providers.servers import ServerError
from reconciler.config import ConfigErrors
from reconciler.errors import ListsyncError
from reconciler.ledger import LedgerError
from reconciler.loop.conditions import Statement
from reconciler.loop.passing import Passed, Stopwatch
from reconciler.loop.source import Reading
from reconciler.loop.tick import Tick
from reconciler.session import Tools
from schemas.conditions import ConditionType, Truth
from schemas.events import Event
from schemas.report import Status
from schemas.status import StatusReport


class NothingYet(ListsyncError):
    """There was never a valid configuration."""


@dataclass(slots=True)
class Ending:
    """What is known at the end of a tick, gathered while it goes on."""

    started: datetime
    number: int
    run: str
    statements: tuple[Statement, ...]
    """Of the configuration."""
    redact: Callable[[str], str] = str
    passed: Passed | None = None
    failure: Exception | None = None
    wakes: list[datetime] = field(default_factory=list)
    """Moments from which another tick may have something to do."""
    standing: StatusReport | None = None
    events: tuple[Event, ...] = ()
    stopwatch: Stopwatch | None = None
    lists: dict[str, tuple[Statement, ...]] | None = None
    calls: dict[str, int] = field(default_factory=dict)

    @property
    def error(self) -> str:
        """The failure in words, without any secret; empty when there is none."""
        if self.failure is None:
            return ""
        text = str(getattr(self.failure, "problem", None) or self.failure)
        known = isinstance(self.failure, ServerError | ListsyncError | LedgerError)
        return self.redact(text if known else f"{type(self.failure).__name__}: {text}".rstrip(": "))

    @property
    def remedy(self) -> str:
        """What to do about the failure, where that is known."""
        return str(getattr(self.failure, "remedy", ""))


def whole_statements(ending: Ending) -> tuple[Statement, ...]:
    """What a tick says of the server and of itself. One that was stopped, or could not begin, says nothing."""
    failure = ending.failure
    if ending.passed is None and (failure is None or isinstance(failure, ConfigErrors | NothingYet)):
        return ()
    if isinstance(failure, ServerError):
        reason = type(failure).__name__
        return (Statement(ConditionType.SERVER_REACHABLE, Truth.FALSE, reason, ending.error, ending.remedy),)
    if failure is None:
        busy = ending.passed.busy if ending.passed else ""
        note = f"{busy} was writing; what is to be done follows" if busy else ""
        reached = Statement(ConditionType.SERVER_REACHABLE, Truth.TRUE, "Reachable")
        return (reached, Statement(ConditionType.RECONCILED, Truth.TRUE, "Reconciled", note))
    known = isinstance(failure, ListsyncError | LedgerError)
    reason = type(failure).__name__ if known else "UnexpectedError"
    return (Statement(ConditionType.RECONCILED, Truth.FALSE, reason, ending.error, ending.remedy),)


def nothing_yet(reading: Reading) -> NothingYet:
    """Why there is no configuration at all."""
    wrong = next((one for one in reading.statements if one.status is Truth.FALSE), None)
    told = f": {wrong.message}" if wrong is not None else ""
    return NothingYet(f"there is no configuration yet{told}", remedy=wrong.remedy if wrong is not None else "")


def log_tick(tools: Tools, tick: Tick) -> None:
    """One line a tick, and one for whatever changed."""
    for one in tick.changed:
        now = one.now
        level = tools.log.warning if now.failing else tools.log.info
        about = {"list": one.list} if one.list is not None else {}
        if one.before is not None or now.failing:
            level(f"{now.type.value} is {now.status.value}", reason=now.reason, message=now.message, **about)
    facts = {"fetched": len(tick.fetched), "next": tick.next_wake.isoformat(timespec="seconds")}
    if tick.error:
        tools.log.warning("The tick ended early", error=tick.error, remedy=tick.remedy, **facts)
    else:
        done = sum(1 for one in tick.report.outcomes if one.status is Status.DONE) if tick.report else 0
        tools.log.info("Tick", done=done, took=round((tick.finished - tick.started).total_seconds(), 1), **facts)
