"""The log of calls, for assertions about what a client did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

WRITES = ("POST", "PUT", "DELETE")
QUESTIONS = ("/settings/radarr/test", "/settings/sonarr/test")
"""Asked by POST; they change nothing."""


def _writes(method: str, path: str) -> bool:
    return method in WRITES and path not in QUESTIONS


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `path` is below /api/v1, `query` undecoded, `user` the X-Api-User header; status 0: never answered."""

    method: str
    path: str
    query: str
    user: str | None
    body: Any
    status: int
    at: datetime
    seconds: float

    @property
    def write(self) -> bool:
        """Whether the call may have changed something."""
        return _writes(self.method, self.path)


class CallLog:
    """The calls in the order in which they were answered (or given up)."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls: list[Call] = []
        self._writing = 0
        self.most_writes_at_once = 0

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(self.all())

    def __getitem__(self, at: int) -> Call:
        return self._calls[at]

    def all(self) -> tuple[Call, ...]:
        """Every call so far."""
        with self._lock:
            return tuple(self._calls)

    def count(self, path: str = "/", method: str | None = None) -> int:
        """How many calls went to paths that begin like this, with this method."""
        return sum(call.path.startswith(path) and method in (None, call.method) for call in self.all())

    def writes(self) -> tuple[Call, ...]:
        """The calls that may have changed something."""
        return tuple(call for call in self.all() if call.write)

    def clear(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._calls = []
            self.most_writes_at_once = self._writing

    def begin(self, method: str, path: str) -> None:
        """A call came in."""
        if _writes(method, path):
            with self._lock:
                self._writing += 1
                self.most_writes_at_once = max(self.most_writes_at_once, self._writing)

    def end(self, call: Call) -> None:
        """A call was answered or given up."""
        with self._lock:
            self._calls.append(call)
            if call.write:
                self._writing -= 1
