"""A loop whose messages go to a receiver on loopback; each `told` is a process of its own, with the same ledger."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from reconciler.config import Loaded
from reconciler.log import LogSettings, opened_log
from reconciler.loop.tick import Observer
from reconciler.watch import watching
from tests.watch import ticks
from tests.watch.receivers import Receivers, listening


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    with listening() as found:
        yield found


@pytest.fixture
def clock() -> ticks.Clock:
    return ticks.Clock()


Loop = Callable[..., AbstractContextManager[Observer]]


@pytest.fixture
def loop(tmp_path: Path, clock: ticks.Clock) -> Loop:
    """Watch until the end of the block, which sends what is due."""

    @contextmanager
    def run(loaded: Loaded, log: Path | None = None) -> Iterator[Observer]:
        settings = LogSettings(verbosity=-1, level="debug", file=log, redact=loaded.redactor)
        with (
            opened_log(settings) as logger,
            watching(
                loaded,
                log=logger,
                clock=clock,
                redact=loaded.redactor,
                heartbeat=tmp_path / "beat",
                environ={},
                patience=10,
            ) as observe,
        ):
            yield observe

    return run


@pytest.fixture
def configured(tmp_path: Path, receivers: Receivers) -> Callable[..., Loaded]:
    """A configuration whose `webhook` receivers are at /1, /2 …, with the events given for each."""

    def load(*events: list[str] | None, kind: str = "webhook", **more: Any) -> Loaded:
        entries = [
            {kind: f"{receivers.url}/secret-{number}", **({"events": wanted} if wanted else {}), **more}
            for number, wanted in enumerate(events or (None,), 1)
        ]
        return ticks.loaded(tmp_path, notifications=entries)

    return load
