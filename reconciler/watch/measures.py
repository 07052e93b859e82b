"""What is counted over all ticks of the process: pure, one value to the next."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from reconciler.loop.tick import Tick
from schemas.plan import ListLine, PlannedAction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spent:
    """How often something was done, and the seconds that took."""

    count: int = 0
    seconds: float = 0.0

    def plus(self, seconds: float) -> "Spent":
        """With one time more."""
        return Spent(self.count + 1, self.seconds + seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Counters since the start, and gauges as the last tick that knew them left them."""

    ticks: Mapping[str, int] = field(default_factory=dict)
    """By result: `done`, `failed`."""
    tick_seconds: Spent = Spent()
    stages: Mapping[str, Spent] = field(default_factory=dict)
    """By stage: `fetch`, `plan`, `apply`."""
    actions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By action and result."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """To the media server, by method."""
    last_tick: datetime | None = None
    lists: tuple[ListLine, ...] = ()
    held: Mapping[str, int] = field(default_factory=dict)
    """By reason."""
    deferred: Mapping[str, int] = field(default_factory=dict)
    drift: Mapping[str, int] = field(default_factory=dict)
    """By kind."""


def counted(before: Measures, tick: Tick) -> Measures:
    """With one tick more."""
    result = "failed" if tick.error else "done"
    after = replace(
        before,
        ticks=_plus(before.ticks, {result: 1}),
        tick_seconds=before.tick_seconds.plus((tick.finished - tick.started).total_seconds()),
        stages={**before.stages, **{name: _spent(before, name).plus(took) for name, took in tick.seconds.items()}},
        calls=_plus(before.calls, tick.calls),
        last_tick=tick.finished,
    )
    if tick.report is not None:
        outcomes = [*tick.report.settled, *tick.report.outcomes]
        after = replace(
            after, actions=_plus(before.actions, Counter((one.action.value, one.status.value) for one in outcomes))
        )
    if (plan := tick.plan) is None:
        return after
    told = tick.report or plan
    return replace(
        after,
        lists=plan.lists,
        held=_by_reason(told.held),
        deferred=_by_reason(told.deferred),
        drift=dict(Counter(one.kind.value for one in plan.drift)),
    )


def _spent(measures: Measures, stage: str) -> Spent:
    return measures.stages.get(stage, Spent())


def _by_reason(several: tuple[PlannedAction, ...]) -> dict[str, int]:
    return dict(Counter(one.reason.value if one.reason else "Unknown" for one in several))


def _plus(before: Mapping[T, int], more: Mapping[T, int]) -> dict[T, int]:
    return dict(Counter(before) + Counter(more))
