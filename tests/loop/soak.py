"""Years in minutes: a household whose server, lists, configuration, clock and process misbehave.

`python -m tests.loop.soak 2000` prints the figures; with `--disk FOLDER`, a small file system of its own, the disk is
full for a while, too.
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from reconciler.demo.server import Catalogue, DemoServer, Title
from reconciler.frugal import let_go
from reconciler.loop.tick import Tick
from schemas.conditions import ConditionType, Truth
from tests.loop.house import House, Looping
from tests.pipeline.home import Clock
from tests.providers.site import Answer, Asked, Site, document, serving

FAULTS = ("status", "rate_limit", "close", "cut", "garbage", "empty_search", "lose_answer")
SHARE = 0.2
FILLER = "filler"
TITLES = range(1_001, 1_151)


class Killed(BaseException):
    """The process ends, wherever it is."""


class Mortal(Clock):
    """A clock that may be the last thing that its process looks at."""

    lives: int | None = None

    def sleep(self, seconds: float) -> None:
        """Years of naps are not written down."""
        self.now += timedelta(seconds=seconds)

    def __call__(self):
        if self.lives is not None:
            self.lives -= 1
            if self.lives <= 0:
                self.lives = None
                raise Killed
        return super().__call__()


@dataclass
class Figures:
    """What a soak measured."""

    ticks: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    faults: int = 0
    transitions: int = 0
    untrue: list[str] = field(default_factory=list)
    """Transitions that tell nothing new."""
    forgotten: list[str] = field(default_factory=list)
    """The same, from a process that could not know: the one before it was killed after it had kept how things stood and
    before it told that, or while the full disk kept nothing of what had been told."""
    memory: list[float] = field(default_factory=list)
    """Resident megabytes, a hundred ticks apart."""
    files: list[int] = field(default_factory=list)
    """Open descriptors, a hundred ticks apart."""
    seconds: float = 0.0
    requested: int = 0
    twice: list[object] = field(default_factory=list)
    missing: list[object] = field(default_factory=list)


class Soak:
    """One household, lived through."""

    def __init__(
        self, folder: Path, server: DemoServer, clock: Mortal, site: Site, seed: int, disk: Path | None = None
    ) -> None:
        self.random = Random(seed)
        self.house = House(folder, server, clock)
        self.server, self.clock, self.site, self.disk = server, clock, site, disk
        self.figures = Figures()
        self.known: dict[tuple[str | None, str], tuple[Truth, str]] = {}
        self.is_unkept = False
        """Whether the disk is full, or was, and no tick has come to its end since."""
        self.is_cut_off = False
        """Whether a process was killed, and none has looked at what it kept and come to the end of a tick since."""
        self.titles = [f"movie:tmdb:{number}" for number in TITLES]

    def declare(self, site: str) -> None:
        if self.disk is not None:
            self.house.yaml["state"] = {"database": str(self.disk / "listsync.db"), "history": "7d"}
        self.house.yaml["rails"] = {"budget": {"first_run": 5, "per_run": 4}}
        self.house.yaml["providers"] = {"stevenlu": {"base_url": site, "retries": 1}}
        self.house.yaml["lists"]["popular"] = {"source": "stevenlu", "every": "2h"}
        self.house.holds("top", *self.titles[:10], every="1h")
        self.house.holds("other", *self.titles[5:15], every="3h")
        self.house.write()

    def published(self, asked: Asked) -> Answer:
        if self.random.random() < SHARE:
            return self.random.choice(
                [Answer(b"no", 500), Answer(b"", 429, {"Retry-After": "900"}), document("[]"), document("{")]
            )
        rows = [{"title": f"n{one}", "tmdb_id": int(one.rpartition(":")[2])} for one in self.titles[40:60]]
        return document(json.dumps(rows))

    def live(self, ticks: int) -> Figures:
        began = time.monotonic()
        self.server.faults.at_random(SHARE, kinds=FAULTS, seed=7)
        done = 0
        while done < ticks:
            try:
                with self.house.looping(self.observe) as loop:
                    while done < ticks:
                        done += 1
                        self.one(loop, done, ticks)
            except Killed:
                self.figures.kills += 1
                self.is_cut_off = True
        self.clock.lives = None
        self.settle()
        self.figures.ticks, self.figures.seconds = done, time.monotonic() - began
        return self.figures

    def one(self, loop: Looping, number: int, ticks: int) -> None:
        chance = self.random.random
        loop.ticks[:-1] = []
        if chance() < 0.03:
            self.clock.lives = self.random.randrange(5, 200)
        if chance() < 0.1:
            self.edit()
        if chance() < 0.01:
            self.clock.now += timedelta(days=self.random.choice([-1, 1]))
        if number == ticks // 2:
            self.server.stop()
        if number == ticks // 2 + min(120, ticks // 10):
            self.server.start()
        if self.disk is not None and number in {ticks // 3, ticks // 3 + min(60, ticks // 10)}:
            self.is_unkept = True
            fill(self.disk, full=number == ticks // 3)
        tick = loop.next() if loop.ticks else loop.tick()
        self.is_unkept &= tick.status is None
        self.figures.errors[tick.error.partition(":")[0][:50]] += bool(tick.error)
        self.server.reset_calls()
        self.figures.faults += len(self.server.faults.fired)
        self.server.faults.fired.clear()
        self.site.asked.clear()
        if number % 100 == 0 or number == ticks:
            let_go()
            self.figures.memory.append(resident())
            self.figures.files.append(len(list(Path("/proc/self/fd").iterdir())))

    def edit(self) -> None:
        """A person changes something; sometimes for the worse."""
        what = self.random.randrange(4)
        if what == 0:
            self.house.path.write_text(self.house.path.read_text() + "\nrails: [\n")
            return
        if what == 1:
            self.house.yaml["lists"]["popular"]["every"] = self.random.choice(["2h", "4h", "1h30m"])
        else:
            size = self.random.randrange(20, 40)
            name = self.random.choice(["top", "other"])
            held = (self.house.folder / f"{name}.txt").read_text().splitlines()
            self.house.holds(name, *dict.fromkeys([*held, *self.random.sample(self.titles, 2)][: size + 60]))
        self.house.write()

    def observe(self, tick: Tick) -> None:
        for one in tick.changed:
            self.figures.transitions += 1
            place, now = (one.list, one.now.type.value), (one.now.status, one.now.reason)
            if self.known.get(place) == now and tick.loaded is not None:
                told_again = self.figures.forgotten if self.is_unkept or self.is_cut_off else self.figures.untrue
                was = (one.before.status, one.before.reason) if one.before is not None else None
                told_again.append(f"{tick.number} of {self.figures.kills}: {place} {was} {now}")
            self.known[place] = now
        if self.is_cut_off and tick.status is not None:
            self.is_cut_off = False
            everything = {None: tick.conditions.whole, **tick.conditions.lists}
            self.known |= {
                (name, one.type.value): (one.status, one.reason)
                for name, several in everything.items()
                for one in several
            }

    def settle(self) -> None:
        """Everything works again: soon all is as declared."""
        self.server.faults.clear()
        self.house.write()
        with self.house.looping(self.observe) as loop:
            for _ in range(150):
                tick = loop.next() if loop.ticks else loop.tick()
                ready = tick.conditions.of(ConditionType.READY, "popular")
                done = not tick.error and tick.plan is not None and not tick.plan.remote and not tick.plan.deferred
                if done and ready is not None and tick.number > 30:
                    break
        wanted = {
            line
            for name in ("top", "other")
            for line in (self.house.folder / f"{name}.txt").read_text().splitlines()
            if line
        }
        held = Counter(self.house.requests())
        self.figures.requested = sum(held.values())
        self.figures.twice = [key for key, count in held.items() if count > 1]
        there = {f"{kind}:tmdb:{tmdb}" for kind, tmdb in held}
        self.figures.missing = sorted(wanted - there)


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def fill(disk: Path, *, full: bool) -> None:
    """Use the disk up, or free it."""
    if not full:
        (disk / FILLER).unlink(missing_ok=True)
        return
    with contextlib.suppress(OSError), (disk / FILLER).open("wb") as file:
        while True:
            file.write(b"x" * 4096)
            file.flush()


@contextlib.contextmanager
def soaking(folder: Path, seed: int = 1, disk: Path | None = None) -> Iterator[Soak]:
    clock = Mortal()
    catalogue = Catalogue(
        [Title(kind="movie", tmdb_id=number, title=f"n{number}", date="2001-01-01") for number in TITLES]
    )
    with DemoServer("seerr", catalogue, pending_share=0.0, clock=lambda: Clock.__call__(clock)) as server:
        holder: list[Soak] = []
        with serving(lambda asked: holder[0].published(asked)) as site:
            holder.append(Soak(folder, server, clock, site, seed, disk))
            holder[0].declare(site.url)
            yield holder[0]
        assert server.crashed is None, server.crashed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("ticks", type=int, nargs="?", default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--disk", type=Path)
    given = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        disk = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.disk))) if given.disk else None
        soak = stack.enter_context(soaking(folder, given.seed, disk))
        sys.stdout.write(f"{soak.live(given.ticks)}\n")


if __name__ == "__main__":
    main()
