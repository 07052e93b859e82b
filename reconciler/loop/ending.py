"""How a pass ends: what was gathered while it went on, and what is said of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from providers.servers import ServerError
from reconciler.config import ConfigErrors
from reconciler.errors import ListsyncError
from reconciler.ledger import LedgerCorrupt, LedgerError
from reconciler.loop.conditions import Statement, with_lists, with_whole
from reconciler.loop.errand import Findings
from reconciler.loop.files import ListFile
from reconciler.loop.source import Reading
from schemas.conditions import Conditions, ConditionType, Truth
from schemas.events import Event
from schemas.status import StatusReport

if TYPE_CHECKING:
    from reconciler.loop.passing import Passed


class NothingYet(ListsyncError):
    """There was never a valid configuration."""


@dataclass(slots=True)
class Ending:
    """What is known at the end of a pass, gathered while it goes on."""

    before: Conditions
    statements: tuple[Statement, ...]
    """Of the configuration."""
    redact: Callable[[str], str] = str
    remembered: bool = False
    told: str = ""
    conditions: Conditions | None = None
    passed: "Passed | None" = None
    is_unfinished: bool = False
    failure: Exception | None = None
    wakes: list[datetime] = field(default_factory=list)
    standing: StatusReport | None = None
    events: tuple[Event, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    lists: dict[str, tuple[Statement, ...]] | None = None
    calls: dict[str, int] = field(default_factory=dict)
    files: Mapping[str, ListFile] | None = None

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
        if isinstance(self.failure, LedgerCorrupt):
            from reconciler.safekeeping import way_back

            return way_back(self.failure)
        return str(getattr(self.failure, "remedy", ""))

    def stated(self, now: datetime) -> Conditions:
        """How things stand, from all that is known so far."""
        made = with_whole(self.before, (*self.statements, *whole_statements(self)), now)
        return made if self.lists is None else with_lists(made, self.lists, now)

    def findings(self, now: datetime) -> Findings:
        """The pass is over."""
        conditions = self.conditions
        if conditions is None or self.failure is not None:
            conditions = self.stated(now)
        passed = self.passed
        return Findings(
            before=self.before,
            conditions=conditions,
            remembered=self.remembered,
            told=self.told,
            wakes=tuple(self.wakes),
            is_granted=passed is not None,
            files=self.files,
            is_unfinished=self.is_unfinished,
            failure=self.failure,
            error=self.error,
            remedy=self.remedy,
            plan=passed.plan if passed else None,
            report=passed.report if passed else None,
            fetched=passed.fetched if passed else (),
            standing=self.standing,
            events=self.events,
            seconds=self.seconds,
            calls=self.calls,
        )


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
