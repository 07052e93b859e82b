"""What a loop does between ticks: wait, and look every few seconds whether anything calls for a tick."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from reconciler.loop import asking
from reconciler.loop.errand import Findings
from reconciler.loop.files import ListFile
from reconciler.loop.heartbeat import Signs
from reconciler.loop.source import ConfigSource
from reconciler.loop.wakeups import Wakeups

WATCH = 5.0
"""Seconds between two looks at the configuration and at who asks for a tick."""
SET_BACK = timedelta(minutes=1)
"""By which the clock may go back unnoticed."""


class Waiting:
    """Waits for the time, a signal, a wish, another configuration or list file, or a clock that is set back."""

    def __init__(
        self,
        source: ConfigSource,
        wakeups: Wakeups,
        *,
        clock: Callable[[], datetime],
        wait: Callable[[float], None],
        signs: Signs | None,
    ) -> None:
        self._source, self._wakeups, self._signs = source, wakeups, signs
        self._clock, self._wait = clock, wait
        self._latest: datetime | None = None
        """The time as it was last looked at."""
        self._database: Path | None = None
        self._wish: int | None = None
        """The mark of the wish that was taken last."""
        self._asked: frozenset[str] = frozenset()
        self._watched: Mapping[str, ListFile] = {}
        """The files of lists as they were when they were last looked at, which may be before they could be read."""
        self.read: Mapping[str, ListFile] = {}
        """As they were when they were last read."""

    def until(self, wake: datetime) -> None:
        """Until then, or until something calls for a tick."""
        while True:
            if self._signs is not None:
                self._signs.turn()
            now = self._clock()
            if now >= wake or self._is_called(now):
                return
            self._wait(min(WATCH, (wake - now).total_seconds()))

    def saw(self, now: datetime) -> None:
        """The time at the end of a tick: a clock that is set back later is noticed by it."""
        self._latest = now

    def take_wish(self, database: Path, lists: Collection[str]) -> frozenset[str]:
        """The lists that somebody asked for, also those of a tick that failed meanwhile."""
        self._database = database
        self._wish = asking.wish(database)
        names = asking.take(database) if self._wish is not None else frozenset()
        self._asked |= frozenset(lists) if asking.EVERYTHING in names else names
        return self._asked

    def heard(self, found: Findings) -> None:
        """A pass was made: what was asked for was fetched, or is asked for again in the next."""
        if found.files is not None:
            self._watched = found.files
        if found.is_granted:
            self._asked = frozenset()
            self.read = self._watched

    def _is_called(self, now: datetime) -> bool:
        set_back = self._latest is not None and now < self._latest - SET_BACK
        self._latest = now
        return (
            self._wakeups.stopping
            or self._wakeups.reload
            or set_back
            or self._is_wished()
            or self._source.changed(now)
            or any(file.changed for file in self._watched.values())
        )

    def _is_wished(self) -> bool:
        mark = asking.wish(self._database) if self._database is not None else None
        return mark is not None and mark != self._wish
