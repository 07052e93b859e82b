"""A household with a loop: a server, a folder, a clock that only waiting moves."""

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

from reconciler.config import Loaded
from reconciler.log import LogSettings, opened_log
from reconciler.loop.loop import Loop
from reconciler.loop.source import ConfigSource, FileSource
from reconciler.loop.tick import Tick
from reconciler.loop.wakeups import Wakeups
from reconciler.progress import SILENT, Progress, Step
from reconciler.session import Tools
from schemas.conditions import Condition, ConditionType
from tests.pipeline.home import Home


class Broken:
    """A mistake of ours, somewhere in the middle of a tick."""

    def stage(self, name: str, total: int | None = None) -> contextlib.AbstractContextManager[Step]:
        raise RuntimeError(f"no {name} today")


class House(Home):
    """A home whose loop is ticked by hand; the loop may be abandoned and begun anew at any time."""

    breaks = 0
    """How many ticks to come fail in a way that nobody foresaw."""

    def write(self) -> None:
        """Write listsync.yaml as it is declared now."""
        self.loaded()

    def saved(self, name: str, **ago: float) -> None:
        """As if the list's file had been saved so long before now."""
        at = (self.clock() - timedelta(**ago)).timestamp()
        os.utime(self.folder / f"{name}.txt", (at, at))

    yaml_path: Path | None = None

    @property
    def path(self) -> Path:
        return self.yaml_path or self.folder / "listsync.yaml"

    def file_source(self) -> FileSource:
        from reconciler.config import load

        return FileSource(lambda: self.path, lambda path: load(path, {"KEY": self.server.api_key}, clock=self.clock))

    @contextlib.contextmanager
    def tools(self, loaded: Loaded | None) -> Iterator[Tools]:
        progress: Progress = SILENT
        if self.breaks > 0:
            self.breaks -= 1
            progress = Broken()
        with opened_log(LogSettings(verbosity=-1)) as log:
            yield Tools(log=log, clock=self.clock, sleep=self.clock.sleep, random=Random(1), progress=progress)

    @contextlib.contextmanager
    def looping(self, *observers: Callable[[Tick], None], source: ConfigSource | None = None) -> Iterator["Looping"]:
        """A loop of one process; leaving the block is its end, however sudden."""
        with Wakeups() as wakeups:
            loop = Loop(
                source or self.file_source(),
                self.tools,
                wakeups,
                clock=self.clock,
                random=Random(1),
                wait=self.clock.sleep,
                observers=observers,
            )
            try:
                yield Looping(loop, wakeups, self)
            finally:
                loop.close()


class Looping:
    """A loop under test, with the ticks that it came to."""

    def __init__(self, loop: Loop, wakeups: Wakeups, house: House) -> None:
        self.loop, self.wakeups, self.house = loop, wakeups, house
        self.ticks: list[Tick] = []

    def tick(self) -> Tick:
        """One tick, now."""
        self.ticks.append(self.loop.tick())
        return self.ticks[-1]

    def next(self) -> Tick:
        """Tick when the loop would."""
        self.house.clock.now = max(self.house.clock.now, self.ticks[-1].next_wake)
        return self.tick()

    def pass_(self, **time: float) -> list[Tick]:
        """Live for so long."""
        end = self.house.clock() + timedelta(**time)
        lived = []
        while not self.ticks or self.ticks[-1].next_wake <= end:
            lived.append(self.next() if self.ticks else self.tick())
        self.house.clock.now = max(end, self.house.clock.now)
        return lived


def condition(tick: Tick, kind: ConditionType, name: str | None = None) -> Condition:
    found = tick.conditions.of(kind, name)
    assert found is not None, f"{kind} of {name} is not known"
    return found
