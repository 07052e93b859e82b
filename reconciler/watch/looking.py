"""The ledger's side of the status, read for whoever looks: at most once in a few seconds, however many look."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.watch.board import Seen
from schemas.conditions import ConditionType
from schemas.events import Event
from schemas.status import StatusReport
from schemas.watching import LoopStatus

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

FRESH = 5.0
"""Seconds for which a reading will do."""
EVENTS = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """What the ledger said."""

    status: StatusReport
    events: tuple[Event, ...] = ()
    problem: str = ""
    """Why it could not be read; empty when it could."""


class Looker:
    """Reads the ledger for many onlookers. Asks the media server nothing: the last tick did."""

    def __init__(self, clock: Callable[[], datetime], log: "FilteringBoundLogger") -> None:
        self._clock, self._log = clock, log
        self._lock = threading.Lock()
        self._kept: tuple[int, float, Reading] | None = None

    def read(self, seen: Seen) -> Reading:
        """As things stand, from the ledger of the configuration in effect."""
        with self._lock:
            kept = self._kept
            if kept is not None and kept[0] == seen.ticks and time.monotonic() - kept[1] < FRESH:
                return kept[2]
            reading = self._read(seen)
            self._kept = (seen.ticks, time.monotonic(), reading)
            return reading

    def _read(self, seen: Seen) -> Reading:
        from reconciler.ledger.errors import LedgerError
        from reconciler.session import Tools, open_session
        from reconciler.standing import status_with

        blank = StatusReport(at=self._clock(), server=seen.server, revision=seen.config.applied)
        if seen.loaded is None:
            return Reading(blank)
        reachable = seen.conditions.of(ConditionType.SERVER_REACHABLE)
        error, remedy = (reachable.message, reachable.remedy) if reachable and reachable.failing else ("", "")
        try:
            with open_session(
                seen.loaded, tools=Tools(log=self._log, clock=self._clock), run="look", ledger="read"
            ) as session:
                status = status_with(session, None if error else seen.server, error, remedy)
                return Reading(status, session.ledger.events(limit=EVENTS))
        except (LedgerError, OSError) as problem:
            return Reading(blank, problem=str(problem))


def loop_status(seen: Seen, status: StatusReport) -> LoopStatus:
    """The status with what only the loop knows."""
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
