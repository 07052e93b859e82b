"""What provider tests share: time that does not pass by itself, recordings where they are, contexts."""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from providers.base import Context, ProviderSettings
from providers.http import HttpEvent, HttpPool
from providers.lists import registry

ROOT = Path(__file__).parents[2]
START = datetime(2026, 9, 1, 12, tzinfo=UTC)


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)


@dataclass
class Kept:
    """A provider's memory, for one test."""

    values: dict[str, str] = field(default_factory=dict)

    def get_many(self, keys: tuple[str, ...]) -> Mapping[str, str]:
        return {key: self.values[key] for key in keys if key in self.values}

    def put_many(self, values: Mapping[str, str]) -> None:
        self.values |= values


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def events() -> list[HttpEvent]:
    return []


@pytest.fixture
def http_pool(clock: Clock, events: list[HttpEvent]) -> Iterator[HttpPool]:
    with HttpPool(
        clock=clock.now, sleep=clock.sleep, rng=random.Random(7), monotonic=clock.monotonic, on_event=events.append
    ) as pool:
        yield pool


Contexts = Callable[..., Context]


@pytest.fixture
def context_for(http_pool: HttpPool, clock: Clock, tmp_path: Path) -> Contexts:
    """A context for a provider, its service at `base_url`."""

    def make(provider: str, base_url: str | None = None, *, timeout: float = 5.0, **options: str) -> Context:
        settings = ProviderSettings(base_url=base_url, timeout=timeout, retries=2, options=options)
        return Context(
            http=http_pool.bind(provider, settings, registry.get(provider).capabilities),
            settings=settings,
            memory=Kept(),
            clock=clock.now,
            base_dir=tmp_path,
        )

    return make


def recordings() -> Path:
    """Where recorded answers are kept: `LISTSYNC_RECORDINGS`, or beside the project."""
    return Path(os.environ.get("LISTSYNC_RECORDINGS") or ROOT.parent / "shared" / "recordings")


def recorded(pattern: str) -> list[Path]:
    """The recorded bodies of a pattern, notes left out."""
    return sorted(
        path for path in recordings().glob(pattern) if path.is_file() and not path.name.endswith((".meta.json", ".md"))
    )


needs_recordings = pytest.mark.skipif(
    not recordings().is_dir(), reason="no recordings here: set LISTSYNC_RECORDINGS to the folder that holds them"
)
