from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.demo.server import DemoServer
from tests.loop.house import House
from tests.pipeline.home import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[DemoServer]:
    with DemoServer("seerr", pending_share=0.0, clock=clock) as running:
        yield running
        assert running.crashed is None
        assert running.calls.most_writes_at_once <= 1


@pytest.fixture
def house(tmp_path: Path, server: DemoServer, clock: Clock) -> House:
    return House(tmp_path, server, clock)
