"""Rules that may turn an action into held or deferred, and never add one (design, section 7). Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from reconciler.core.spending import DAY, Check, Spending
from schemas.media import Key
from schemas.plan import Action, Plan, PlannedAction
from schemas.reasons import Reason
from schemas.record import RecordState
from schemas.server import Quota

FIRST_RUN = 25
"""Creates of a new ledger's first apply, unless configured."""
MASS_SUPPRESSIONS = 20
MASS_SHARE = 0.1
LIVE = frozenset({RecordState.REQUESTED, RecordState.TRACKED, RecordState.SATISFIED})
"""Record states that something on the server answers to."""
_DELETIONS = frozenset({Reason.REQUEST_DELETED, Reason.MEDIA_DELETED, Reason.DECLINED})


@dataclass(frozen=True, slots=True)
class Pause:
    """Requests are paused, for a reason, until a moment or until resumed."""

    reason: str = ""
    until: datetime | None = None
    way_out: str = ""
    """What ends it before its time."""

    def holds(self, now: datetime) -> bool:
        """Whether it is still on."""
        return self.until is None or now < self.until

    def __str__(self) -> str:
        end = f"until {self.until:%Y-%m-%d %H:%M %Z}" if self.until else ""
        return ", ".join(part for part in (self.reason, end) if part)

    @property
    def told(self) -> str:
        """With its way out."""
        return ": ".join(part for part in (str(self), self.way_out) if part)

    def told_in(self, zone: tzinfo) -> "Pause":
        """The same, its end by the clocks there."""
        return replace(self, until=self.until.astimezone(zone)) if self.until else self

    def beside(self, other: "Pause | None") -> "Pause":
        """Both as one: it ends when both have ended."""
        if other is None:
            return self
        until = None if self.until is None or other.until is None else max(self.until, other.until)
        reasons = dict.fromkeys(part for part in (self.reason, other.reason) if part)
        return Pause("; ".join(reasons), until, " and ".join(filter(None, (self.way_out, other.way_out))))


@dataclass(frozen=True, slots=True)
class Budget:
    """How many creates and retries; None is without limit."""

    per_run: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Rails:
    """Everything that may hold or defer, as of one moment."""

    pause: Pause | None = None
    list_pauses: Mapping[str, Pause] = field(default_factory=dict)
    opens: datetime | None = None
    """The next opening of a window; None while one is open, or when there are none."""
    closes: datetime | None = None
    """When the window that is open closes; None when there are none."""
    budget: Budget = field(default_factory=Budget)
    first_run: int | None = None
    """The first-run budget; None once a run was applied, and when unlimited."""
    list_budgets: Mapping[str, Budget] = field(default_factory=dict)
    sent: tuple[tuple[datetime, str | None], ...] = ()
    """Creates and retries of the last 24 hours, with their leads."""
    quotas: Mapping[int | None, Quota] = field(default_factory=dict)
    """What is left to each requester."""
    max_cancels: int = MASS_SUPPRESSIONS
    our_pending: int = 0
    live_records: int = 0
    accepted: bool = False
    """Whether a person accepted the server's state: mass deletion does not hold this once."""
    interval: timedelta = DAY
    """Between runs: for telling when a deferred title's turn comes."""


def restrict(plan: Plan, rails: Rails, now: datetime) -> Plan:
    """The plan with all held or deferred that a rail forbids now. A restricted plan may be restricted again."""
    kept: list[PlannedAction] = []
    held: list[PlannedAction] = []
    deferred: list[PlannedAction] = []
    spending = Spending(rails, now)
    for action in plan.actions:
        no = next((check for check in spending.checks(action) if check.refusal is not None), None)
        if no is None or no.refusal is None:
            spending.spend(action)
            kept.append(action)
        elif no.holds:
            held.append(hold(action, no.refusal, no.pause.told if no.pause else ""))
        else:
            spending.put_off(no)
            deferred.append(defer(action, no.refusal, no.turn))
    kept, mass = _mass_change(kept, rails)
    return plan.model_copy(
        update={
            "actions": tuple(kept),
            "held": plan.held + tuple(held) + tuple(mass),
            "deferred": plan.deferred + tuple(deferred),
        }
    )


def inspect(plan: Plan, rails: Rails, now: datetime, keys: Collection[Key]) -> dict[Key, tuple[Check, ...]]:
    """What every rail says of the actions for these keys, those that come after a refusal included."""
    found: dict[Key, tuple[Check, ...]] = {}
    kept: list[PlannedAction] = []
    spending = Spending(rails, now)
    for action in plan.actions:
        checks = spending.checks(action)
        told = tuple(checks) if action.key in keys else ()
        no = next((check for check in told or checks if check.refusal is not None), None)
        if told:
            found[action.key] = told
        if no is None:
            spending.spend(action)
            kept.append(action)
        elif not no.holds:
            spending.put_off(no)
    masses = _masses(kept, rails)
    for action in kept:
        mass = masses.get(_kind_of_mass(action))
        if mass is not None and action.key in keys:
            found[action.key] = (*found.get(action.key, ()), mass)
    return found


def hold(action: PlannedAction, reason: Reason, detail: str = "") -> PlannedAction:
    """The action, held; what it would have been is kept beside."""
    return replace(action, action=Action.HOLD, reason=reason, detail=detail, proposed=action.action)


def defer(action: PlannedAction, reason: Reason, turn: datetime | None) -> PlannedAction:
    """The action, put off; it stays what it is."""
    return replace(action, reason=reason, turn=turn, proposed=action.action)


def _mass_change(actions: list[PlannedAction], rails: Rails) -> tuple[list[PlannedAction], list[PlannedAction]]:
    """Hold removals and suppressions together when they are unusually many: a mistake is likelier than a wish."""
    masses = _masses(actions, rails)
    kept: list[PlannedAction] = []
    held: list[PlannedAction] = []
    for action in actions:
        mass = masses.get(_kind_of_mass(action))
        if mass is None or mass.refusal is None:
            kept.append(action)
        else:
            held.append(hold(action, mass.refusal, f"{mass.used} at once"))
    return kept, held


def _masses(actions: Sequence[PlannedAction], rails: Rails) -> dict[Reason | None, Check]:
    """What is said of all cancels together, and of all suppressions."""
    counted = Counter(_kind_of_mass(action) for action in actions)
    most = {
        Reason.MASS_CANCEL: max(rails.max_cancels, int(MASS_SHARE * rails.our_pending)),
        Reason.MASS_DELETION: max(MASS_SUPPRESSIONS, int(MASS_SHARE * rails.live_records)),
    }
    if rails.accepted:
        del most[Reason.MASS_DELETION]
    return {
        kind: Check("mass_change", refusal=kind if counted[kind] > limit else None, used=counted[kind], limit=limit)
        for kind, limit in most.items()
        if counted[kind]
    }


def _kind_of_mass(action: PlannedAction) -> Reason | None:
    if action.action is Action.CANCEL:
        return Reason.MASS_CANCEL
    return Reason.MASS_DELETION if _is_deletion(action) else None


def _is_deletion(action: PlannedAction) -> bool:
    """A suppression of something that was alive: a title unknown to us, declined long ago, is not vanishing."""
    return (
        action.action is Action.RECORD
        and action.becomes is RecordState.SUPPRESSED
        and action.reason in _DELETIONS
        and action.expects.serial is not None
    )
