"""Rules that may turn an action into held or deferred, and never add one (design, section 7). Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from schemas.media import Kind
from schemas.plan import Action, Plan, PlannedAction
from schemas.reasons import Reason
from schemas.record import RecordState
from schemas.server import Quota

FIRST_RUN = 25
"""Creates of a new ledger's first apply, unless configured."""
MASS_SUPPRESSIONS = 20
MASS_SHARE = 0.1
DAY = timedelta(days=1)
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
    spending = _Spending(rails, now)
    for action in plan.actions:
        if not action.action.remote:
            kept.append(action)
        elif (pause := _pause(action, rails, now)) is not None:
            held.append(hold(action, Reason.PAUSED, pause.told))
        elif rails.opens is not None and rails.opens > now:
            deferred.append(defer(action, Reason.OUTSIDE_WINDOW, rails.opens))
        elif action.action is Action.CANCEL:
            kept.append(action)
        elif (no := spending.refusal(action)) is not None:
            reason, turn = no
            deferred.append(defer(action, reason, turn))
        else:
            spending.spend(action)
            kept.append(action)
    kept, mass = _mass_change(kept, rails)
    return plan.model_copy(
        update={
            "actions": tuple(kept),
            "held": plan.held + tuple(held) + tuple(mass),
            "deferred": plan.deferred + tuple(deferred),
        }
    )


def hold(action: PlannedAction, reason: Reason, detail: str = "") -> PlannedAction:
    """The action, held; what it would have been is kept beside."""
    return replace(action, action=Action.HOLD, reason=reason, detail=detail, proposed=action.action)


def defer(action: PlannedAction, reason: Reason, turn: datetime | None) -> PlannedAction:
    """The action, put off; it stays what it is."""
    return replace(action, reason=reason, turn=turn, proposed=action.action)


def _pause(action: PlannedAction, rails: Rails, now: datetime) -> Pause | None:
    for pause in (rails.pause, rails.list_pauses.get(action.lead or "")):
        if pause is not None and pause.holds(now):
            return pause
    return None


class _Spending:
    """The budgets while actions are taken in the order of service."""

    def __init__(self, rails: Rails, now: datetime) -> None:
        self._rails, self._now = rails, now
        day_ago = now - DAY
        self._sent = sorted((at, lead) for at, lead in rails.sent if at > day_ago)
        self._run: Counter[str | None] = Counter()
        self._put_off: Counter[Reason] = Counter()
        self._quota: Counter[tuple[int | None, Kind]] = Counter()

    def refusal(self, action: PlannedAction) -> tuple[Reason, datetime | None] | None:
        """Why the action cannot be afforded now, and when its turn is expected."""
        rails, lead = self._rails, action.lead
        total = sum(self._run.values())
        if rails.first_run is not None and total >= rails.first_run:
            return self._later(Reason.FIRST_RUN_BUDGET, rails.budget.per_run)
        for budget, used, mine in (
            (rails.budget, total, self._sent),
            (rails.list_budgets.get(lead or ""), self._run[lead], [sent for sent in self._sent if sent[1] == lead]),
        ):
            if budget is None:
                continue
            if budget.per_run is not None and used >= budget.per_run:
                return self._later(Reason.RUN_BUDGET, budget.per_run)
            if budget.per_day is not None and used + len(mine) >= budget.per_day:
                return self._tomorrow(budget.per_day, [at for at, _ in mine])
        return self._over_quota(action)

    def spend(self, action: PlannedAction) -> None:
        """Count the action."""
        self._run[action.lead] += 1
        self._quota[action.options.requester, action.key.kind] += _cost(action)

    def _over_quota(self, action: PlannedAction) -> tuple[Reason, datetime | None] | None:
        quota = self._rails.quotas.get(action.options.requester)
        if quota is None or action.action is not Action.CREATE:
            return None
        left = quota.movies_remaining if action.key.kind is Kind.MOVIE else quota.seasons_remaining
        used = self._quota[action.options.requester, action.key.kind]
        return (Reason.QUOTA_EXCEEDED, None) if left is not None and used + _cost(action) > left else None

    def _later(self, reason: Reason, per_run: int | None) -> tuple[Reason, datetime | None]:
        runs = 1 + (self._put_off[reason] // per_run if per_run else 0)
        self._put_off[reason] += 1
        return reason, self._now + runs * self._rails.interval

    def _tomorrow(self, per_day: int, sent: list[datetime]) -> tuple[Reason, datetime | None]:
        """A place becomes free when the oldest request of the rolling day is a day old."""
        place = self._put_off[Reason.DAY_BUDGET]
        self._put_off[Reason.DAY_BUDGET] += 1
        rounds, slot = divmod(place, max(per_day, 1))
        freed = (sent[slot] if slot < len(sent) else self._now) + DAY * (rounds + 1)
        return Reason.DAY_BUDGET, freed


def _cost(action: PlannedAction) -> int:
    """What a request takes of a quota: shows are counted by season."""
    return max(1, len(action.seasons))


def _mass_change(actions: list[PlannedAction], rails: Rails) -> tuple[list[PlannedAction], list[PlannedAction]]:
    """Hold removals and suppressions together when they are unusually many: a mistake is likelier than a wish."""
    reasons: dict[int, Reason] = {}
    cancels = [n for n, action in enumerate(actions) if action.action is Action.CANCEL]
    if len(cancels) > max(rails.max_cancels, int(MASS_SHARE * rails.our_pending)):
        reasons |= dict.fromkeys(cancels, Reason.MASS_CANCEL)
    gone = [n for n, action in enumerate(actions) if _is_deletion(action)]
    if not rails.accepted and len(gone) > max(MASS_SUPPRESSIONS, int(MASS_SHARE * rails.live_records)):
        reasons |= dict.fromkeys(gone, Reason.MASS_DELETION)
    counted = Counter(reasons.values())
    kept = [action for n, action in enumerate(actions) if n not in reasons]
    held = [
        hold(action, reasons[n], f"{counted[reasons[n]]} at once") for n, action in enumerate(actions) if n in reasons
    ]
    return kept, held


def _is_deletion(action: PlannedAction) -> bool:
    """A suppression of something that was alive: a title unknown to us, declined long ago, is not vanishing."""
    return (
        action.action is Action.RECORD
        and action.becomes is RecordState.SUPPRESSED
        and action.reason in _DELETIONS
        and action.expects.serial is not None
    )
