"""A sign of life in a small file: what `listsync healthcheck` and `/livez` look at. Imports next to nothing."""

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, Self

VARIABLE = "LISTSYNC_HEARTBEAT"
"""Names the file; without it, it lies beside the database."""
EVERY = 20.0
"""Seconds between two signs."""
STALE = 120.0
"""Seconds without one, after which the process is held to be dead or frozen."""
LONGEST_IDLE = 120.0
"""Seconds between two turns of the waiting loop, after which it hangs."""
LONGEST_TICK = 7200.0
"""Seconds that one tick may take: large lists behind a challenge take long."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What the file says, and when it was written."""

    pid: int
    holder: str
    """Who runs, in words."""
    database: str
    busy: bool = False
    """Whether a tick is under way."""
    turned: float = 0.0
    """Seconds since the loop last came round, when the sign was written."""
    ticks: int = 0
    next_wake: str = ""
    """When the next tick is expected, ISO 8601."""
    error: str = ""
    """Of the last tick."""
    at: float = 0.0
    """Unix time of the file."""

    def lifeless(self, now: float) -> str:
        """Why the loop is not alive at this Unix time; empty when it is. A sign from the future was written before the
        clock was set back, and is renewed within seconds."""
        if now - self.at > STALE:
            return f"the last sign of life is {now - self.at:.0f} s old"
        limit = LONGEST_TICK if self.busy else LONGEST_IDLE
        if self.turned > limit:
            return f"the loop has not come round for {self.turned:.0f} s"
        return ""


def beside(database: Path) -> Path:
    """Where the sign lies, unless it is told."""
    return database.with_name(f"{database.name}.heartbeat")


def read_heartbeat(path: Path) -> Heartbeat | None:
    """What the file says; None: there is none, or it cannot be read."""
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        known = {name: written[name] for name in Heartbeat.__dataclass_fields__ if name in written}
        return Heartbeat(**known | {"at": path.stat().st_mtime})
    except (OSError, ValueError, TypeError):
        return None


class Signs(Protocol):
    """Who is told that the loop is alive."""

    def lies(self, database: Path) -> None:
        """The ledger in use."""

    def turn(self, *, busy: bool = False) -> None:
        """The loop came round."""

    def told(self, *, ticks: int, next_wake: str, error: str) -> None:
        """A tick came to its end."""


class Pulse:
    """Writes the sign from a thread of its own while it is open, and says when the loop itself stands still."""

    def __init__(self, holder: str, *also: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._also = also
        self._monotonic = monotonic
        self._paths: tuple[Path, ...] = also
        self._said = Heartbeat(pid=os.getpid(), holder=holder, database="")
        self._turned = monotonic()
        self._end = threading.Event()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(1)
        for path in self._paths:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def lies(self, database: Path) -> None:
        """Write beside this database from now on, and to the files named at the start."""
        self._paths = (beside(database), *self._also)
        self._say(database=str(database))

    def turn(self, *, busy: bool = False) -> None:
        """The loop came round; cheap."""
        self._turned = self._monotonic()
        if self._said.busy is not busy:
            self._say(busy=busy)

    def told(self, *, ticks: int, next_wake: str, error: str) -> None:
        """What a tick came to."""
        self._say(ticks=ticks, next_wake=next_wake, error=error[:300], busy=False)

    def _say(self, **news: Any) -> None:
        with self._writing:
            self._said = Heartbeat(**{**asdict(self._said), **news})
        self._write()

    def _beat(self) -> None:
        while not self._end.wait(EVERY):
            self._write()

    def _write(self) -> None:
        """A full disk takes no new text, but the time of the file can still be set."""
        with self._writing:
            text = json.dumps(asdict(self._said) | {"turned": round(self._monotonic() - self._turned, 1)})
            for path in self._paths:
                draft = path.with_name(f"{path.name}.{os.getpid()}.part")
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    draft.write_text(text + "\n", encoding="utf-8")
                    draft.replace(path)
                except OSError:
                    with contextlib.suppress(OSError):
                        draft.unlink(missing_ok=True)
                    with contextlib.suppress(OSError):
                        os.utime(path)
