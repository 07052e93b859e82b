"""A watched loop on loopback: ticks are handed in, and looked at over HTTP."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.log import LogSettings, opened_log
from reconciler.loop.heartbeat import Pulse, beside
from reconciler.loop.tick import Observer
from reconciler.watch import watching
from tests.watch import ticks


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@dataclass
class Watched:
    observe: Observer
    web: httpx.Client
    loaded: Any
    clock: Callable[[], Any]


Watch = Callable[..., Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """Start to watch, with any options of `run` and of the rest of the configuration."""
    with ExitStack() as stack:
        log = stack.enter_context(opened_log(LogSettings(verbosity=-1)))

        def start(run: dict[str, Any] | None = None, **sections: Any) -> Watched:
            from schemas.base import utc_now

            port = free_port()
            loaded = ticks.loaded(tmp_path, run={"http": f"127.0.0.1:{port}", **(run or {})}, **sections)
            (tmp_path / "data").mkdir(exist_ok=True)
            (tmp_path / "data" / "listsync.db").touch()
            heartbeat = beside(tmp_path / "data" / "listsync.db")
            pulse = stack.enter_context(Pulse("a test"))
            pulse.lies(tmp_path / "data" / "listsync.db")
            observer = stack.enter_context(
                watching(
                    loaded,
                    log=log,
                    clock=utc_now,
                    redact=loaded.redactor,
                    heartbeat=heartbeat,
                    environ={},
                )
            )
            web = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False))
            _wait_until_served(web)
            return Watched(observer, web, loaded, utc_now)

        yield start


def _wait_until_served(web: httpx.Client) -> None:
    for _ in range(200):
        try:
            web.get("/livez")
        except httpx.TransportError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError("it does not listen")
