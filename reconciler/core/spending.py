"""Budgets and quotas while actions are taken in the order of service, and what each rail says of one action. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from schemas.media import Kind
from schemas.plan import Action, PlannedAction
from schemas.reasons import Reason

if TYPE_CHECKING:
    from reconciler.core.rails import Budget, Pause, Rails

DAY = timedelta(days=1)
_HOLDS = frozenset({Reason.PAUSED, Reason.MASS_CANCEL, Reason.MASS_DELETION})


@dataclass(frozen=True, slots=True)
class Check:
    """What one rail says of one action, when its turn comes in the order of service."""

    rail: Literal["pause", "window", "first_run", "per_run", "per_day", "quota", "mass_change"]
    scope: str | None = None
    """The list whose rail it is; None: everything's."""
    refusal: Reason | None = None
    """None: the rail lets it pass."""
    turn: datetime | None = None
    """When a deferred action's turn is expected."""
    used: int = 0
    """Of a budget or quota, before this action."""
    limit: int | None = None
    """Of a budget, a quota, or a mass change."""
    pause: "Pause | None" = None

    @property
    def holds(self) -> bool:
        """Whether a person has to act, rather than time to pass."""
        return self.refusal in _HOLDS


class _Purse:
    """One budget, of everything or of a list, while actions are taken in the order of service."""

    def __init__(self, scope: str | None, budget: "Budget", sent: Sequence[datetime]) -> None:
        self.scope, self.budget = scope, budget
        self._sent = sorted(sent)
        self.used = 0
        self.waiting: Counter[str] = Counter()

    def per_run(self, now: datetime, interval: timedelta) -> Check | None:
        limit = self.budget.per_run
        if limit is None:
            return None
        if self.used < limit:
            return Check("per_run", self.scope, used=self.used, limit=limit)
        turn = now + interval * (1 + self.waiting["per_run"] // limit) if limit else None
        return Check("per_run", self.scope, Reason.RUN_BUDGET, turn, self.used, limit)

    def per_day(self, now: datetime) -> Check | None:
        limit = self.budget.per_day
        if limit is None:
            return None
        used = len(self._sent) + self.used
        if used < limit:
            return Check("per_day", self.scope, used=used, limit=limit)
        return Check("per_day", self.scope, Reason.DAY_BUDGET, self._freed(now, limit), used, limit)

    def _freed(self, now: datetime, limit: int) -> datetime | None:
        """When there is room again: so many of the rolling day's requests have to become a day old that one place is
        left, and one more for each title that waits already; then the next day's follow in their steps."""
        if not limit:
            return None
        rounds, place = divmod(self.waiting["per_day"], limit)
        place += len(self._sent) + self.used - limit
        freed = self._sent[place] if place < len(self._sent) else now
        return freed + DAY * (1 + rounds)


class Spending:
    """All rails while actions are taken in the order of service."""

    def __init__(self, rails: "Rails", now: datetime) -> None:
        self._rails, self._now = rails, now
        day_ago = now - DAY
        sent = [(at, lead) for at, lead in rails.sent if at > day_ago]
        self._house = _Purse(None, rails.budget, [at for at, _ in sent])
        self._lists = {
            name: _Purse(name, budget, [at for at, lead in sent if lead == name])
            for name, budget in rails.list_budgets.items()
            if budget.per_run is not None or budget.per_day is not None
        }
        self._first_waiting = 0
        self._quota: Counter[tuple[int | None, Kind]] = Counter()

    def checks(self, action: PlannedAction) -> Iterator[Check]:
        """What the rails say, in their order; only those that have something to say."""
        if not action.action.remote:
            return
        for scope, pause in ((None, self._rails.pause), (action.lead, self._rails.list_pauses.get(action.lead or ""))):
            if pause is not None and pause.holds(self._now):
                yield Check("pause", scope, Reason.PAUSED, pause.until, pause=pause)
        if self._rails.opens is not None and self._rails.opens > self._now:
            yield Check("window", refusal=Reason.OUTSIDE_WINDOW, turn=self._rails.opens)
        elif self._rails.closes is not None:
            yield Check("window", turn=self._rails.closes)
        if action.action is not Action.CANCEL:
            yield from filter(None, self._budgets(action))
            if action.action is Action.CREATE:
                yield from self._over_quota(action)

    def _budgets(self, action: PlannedAction) -> Iterator[Check | None]:
        yield self._first_run()
        own = self._lists.get(action.lead or "")
        for purse in (self._house, own) if own is not None else (self._house,):
            yield purse.per_run(self._now, self._rails.interval)
            yield purse.per_day(self._now)

    def _first_run(self) -> Check | None:
        limit, per_run = self._rails.first_run, self._rails.budget.per_run
        if limit is None:
            return None
        if self._house.used < limit:
            return Check("first_run", used=self._house.used, limit=limit)
        turn = self._now + self._rails.interval * (1 + (self._first_waiting // per_run if per_run else 0))
        return Check("first_run", None, Reason.FIRST_RUN_BUDGET, turn, self._house.used, limit)

    def _over_quota(self, action: PlannedAction) -> Iterator[Check]:
        quota = self._rails.quotas.get(action.options.requester)
        if quota is None:
            return
        left = quota.movies_remaining if action.key.kind is Kind.MOVIE else quota.seasons_remaining
        if left is not None:
            used = self._quota[action.options.requester, action.key.kind]
            refusal = Reason.QUOTA_EXCEEDED if used + _cost(action) > left else None
            yield Check("quota", refusal=refusal, used=used, limit=left)

    def spend(self, action: PlannedAction) -> None:
        """Count an action that passed."""
        if action.action not in {Action.CREATE, Action.RETRY}:
            return
        self._house.used += 1
        if (own := self._lists.get(action.lead or "")) is not None:
            own.used += 1
        if action.action is Action.CREATE:
            self._quota[action.options.requester, action.key.kind] += _cost(action)

    def put_off(self, no: Check) -> None:
        """Count an action that waits: those after it wait behind it."""
        if no.rail == "first_run":
            self._first_waiting += 1
        elif no.rail in {"per_run", "per_day"}:
            purse = self._house if no.scope is None else self._lists[no.scope]
            purse.waiting[no.rail] += 1


def _cost(action: PlannedAction) -> int:
    """What a request takes of a quota: shows are counted by season."""
    return max(1, len(action.seasons))
