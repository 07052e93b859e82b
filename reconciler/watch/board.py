"""What the web page, the metrics and the probes know of the loop: small values, replaced whole after every tick."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.loop.tick import ConfigStatus, Tick
from reconciler.watch.measures import Measures, counted
from schemas.conditions import Conditions
from schemas.events import Event
from schemas.plan import Plan, ServerIdentity
from schemas.report import Report
from schemas.status import StatusReport
from schemas.watching import LoopStatus, NotifierLine

if TYPE_CHECKING:
    from reconciler.config import Loaded

MOST_ROWS = 500
"""Of each part of a plan: more is not kept between ticks."""
_PARTS = ("actions", "outcomes", "settled", "held", "deferred", "unresolved", "drift", "drift_ignored")


@dataclass(frozen=True, slots=True)
class Seen:
    """The loop after its last tick."""

    started: datetime
    """When the process began to watch."""
    measures: Measures = field(default_factory=Measures)
    ticks: int = 0
    run: str = ""
    at: datetime | None = None
    """The end of the last tick; None: there was none yet."""
    next_wake: datetime | None = None
    conditions: Conditions = field(default_factory=Conditions)
    config: ConfigStatus = field(default_factory=lambda: ConfigStatus(""))
    error: str = ""
    remedy: str = ""
    loaded: "Loaded | None" = None
    status: StatusReport | None = None
    """The last one that could be read."""
    events: tuple[Event, ...] = ()
    server: ServerIdentity | None = None
    last: Plan | Report | None = None
    """What the last tick did, or the plan of one that had nothing to do or only plans; cut. None: there was none."""
    is_cut: bool = False
    notifiers: tuple[NotifierLine, ...] = ()
    notified: dict[tuple[str, str], int] = field(default_factory=dict)
    """Messages by receiver and result."""


class Board:
    """An observer that keeps what can be seen. The loop writes, other threads read."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._seen = Seen(started=clock())

    @property
    def seen(self) -> Seen:
        """What is known now: a value that does not change any more."""
        with self._lock:
            return self._seen

    def __call__(self, tick: Tick) -> None:
        """Take from a tick what may be looked at later, and let go of it."""
        with self._lock:
            before = self._seen
            after = replace(
                before,
                measures=counted(before.measures, tick),
                ticks=tick.number,
                run=tick.run_id,
                at=tick.finished,
                next_wake=tick.next_wake,
                conditions=tick.conditions,
                config=tick.config,
                error=tick.error,
                remedy=tick.remedy,
                loaded=tick.loaded,
            )
            if tick.status is not None:
                after = replace(after, status=tick.status, events=tick.events)
            if tick.plan is not None:
                last, is_cut = _shortened(tick.report or tick.plan)
                after = replace(after, server=tick.plan.server, last=last, is_cut=is_cut)
            self._seen = after

    def notified(self, line: NotifierLine) -> None:
        """A message was sent, or was not."""
        with self._lock:
            others = [one for one in self._seen.notifiers if one.name != line.name]
            key = (line.name, line.delivery)
            count = {**self._seen.notified, key: self._seen.notified.get(key, 0) + 1}
            notifiers = tuple(sorted([*others, line], key=lambda one: one.name))
            self._seen = replace(self._seen, notifiers=notifiers, notified=count)


def _shortened(told: Plan | Report) -> tuple[Plan | Report, bool]:
    """The same, no part of it longer than a page shows, and whether it was cut."""
    parts = {name: getattr(told, name) for name in _PARTS if hasattr(told, name)}
    unread = {name: () for name in ("remembered", "excluded") if hasattr(told, name)}
    kept = {name: rows[:MOST_ROWS] for name, rows in parts.items()}
    return told.model_copy(update={**kept, **unread}), any(len(rows) > MOST_ROWS for rows in parts.values())


def standing(seen: Seen, now: datetime) -> StatusReport:
    """The status that was read last; before the first, as little as is known."""
    return seen.status or StatusReport(at=now, server=seen.server, revision=seen.config.applied)


def loop_status(seen: Seen, now: datetime) -> LoopStatus:
    """The status with what only the loop knows."""
    status = standing(seen, now)
    return LoopStatus.model_validate(
        {
            **{name: getattr(status, name) for name in StatusReport.model_fields},
            "conditions": seen.conditions,
            "ticks": seen.ticks,
            "ticked_at": seen.at,
            "next_tick": seen.next_wake,
            "error": seen.error,
            "remedy": seen.remedy,
            "config_source": seen.config.source,
            "config_attempted": seen.config.attempted,
            "config_applied": seen.config.applied,
            "config_problems": seen.config.problems,
            "notifiers": seen.notifiers,
        }
    )
