from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.demo.server import DemoServer
from tests.pipeline.home import Clock, Home


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
def home(tmp_path: Path, server: DemoServer, clock: Clock) -> Home:
    return Home(tmp_path, server, clock)
