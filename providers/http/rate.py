"""How often each host is asked, whatever list or thread asks."""

import threading
from collections.abc import Callable


class HostRates:
    """Evenly spaced turns per host. Several rates for one host: the slowest holds.

    There is no burst: a window of a second never holds more than the rate allows.
    """

    def __init__(self, monotonic: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._interval: dict[str, float] = {}
        self._next: dict[str, float] = {}
        self._closed: dict[str, float] = {}

    def hold(self, host: str, seconds: float) -> None:
        """Ask `host` nothing for so long: it said so to one of us."""
        with self._lock:
            self._next[host] = max(self._next.get(host, 0.0), self._monotonic() + seconds)

    def close(self, host: str, seconds: float) -> None:
        """Remember that `host` wants nobody for so long that nobody waits for it."""
        with self._lock:
            self._closed[host] = max(self._closed.get(host, 0.0), self._monotonic() + seconds)

    def closed_for(self, host: str) -> float:
        """Seconds until a closed host may be asked again; 0 for every other one."""
        with self._lock:
            return max(0.0, self._closed.get(host, 0.0) - self._monotonic())

    def take(self, host: str, per_second: float) -> None:
        """Wait for this host's next turn and use it; from now on it is asked at most so often (0: no limit)."""
        interval = 1.0 / per_second if per_second > 0 else 0.0
        with self._lock:
            interval = self._interval[host] = max(self._interval.get(host, 0.0), interval)
            now = self._monotonic()
            turn = max(now, self._next.get(host, 0.0))
            self._next[host] = turn + interval
        if turn > now:
            self._sleep(turn - now)
