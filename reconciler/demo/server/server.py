"""A server as an object, for tests and the demonstration, and as a foreground program."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Self, TextIO

from .app import DemoApp
from .calls import CallLog
from .catalogue import Catalogue
from .control import Control
from .faults import USUAL, FaultKind, FaultPlan
from .incoming import API
from .people import People
from .products import product_named
from .runner import Connections, Runner, listen
from .state import Clock, State, system_clock

PENDING_SHARE = 93 / 1500


class DemoServer:
    """One embedded server on loopback; a context manager. Several may run in one process.

    `product` is `seerr`, `jellyseerr-2.7`, `jellyseerr-2.3` or `overseerr`. `catalogue` is a Catalogue, the path of a
    CSV, or None for the built-in titles. `latency` and `tmdb_latency` are seconds per call and seconds more for a
    call that asks TMDB something new. `pending_share` is the share of approvals whose media row misses them,
    `race_window` the seconds between the checks of a POST and its writing. Everything random follows `seed`.
    After `stop()` a `start()` serves the same state on the same port.
    """

    def __init__(
        self,
        product: str = "seerr",
        catalogue: Catalogue | str | Path | None = None,
        port: int = 0,
        latency: float = 0.0,
        tmdb_latency: float = 0.0,
        base_path: str = "",
        api_key: str | None = None,
        seed: int = 0,
        *,
        host: str = "127.0.0.1",
        pending_share: float = PENDING_SHARE,
        race_window: float = 0.0,
        service_timeout: float = 10.0,
        control: bool = True,
        clock: Clock = system_clock,
    ) -> None:
        self.state = State(
            product_named(product),
            _catalogue(catalogue),
            api_key=api_key or token_hex(32),
            clock=clock,
            seed=seed,
            pending_share=pending_share,
        )
        self.state.latency, self.state.tmdb_latency = latency, tmdb_latency
        self.state.race_window, self.state.service_timeout = race_window, service_timeout
        self.people = People(self.state)
        self.faults = FaultPlan(seed=seed)
        self.calls = CallLog()
        self.crashed: str | None = None
        self.host = host
        self.port = port
        self.base_path = base_path.rstrip("/")
        self._connections = Connections()
        self._runner: Runner | None = None
        self._app = DemoApp(
            self.state,
            Control(self.state, self.people, self.faults, self.calls) if control else None,
            self.faults,
            self.calls,
            base_path=self.base_path,
            drop=self._connections.drop,
            die=self._die,
        )

    @property
    def url(self) -> str:
        """The address as a person would write it into a configuration: without /api/v1."""
        return f"http://{self.host}:{self.port}{self.base_path}"

    @property
    def api_url(self) -> str:
        """The address below which the API answers."""
        return self.url + API

    @property
    def api_key(self) -> str:
        """The key of the header X-Api-Key."""
        return self.state.api_key

    def count(self, path: str = "/", method: str | None = None) -> int:
        """How many calls went to paths below /api/v1 that begin like this."""
        return self.calls.count(path, method)

    def reset_calls(self) -> None:
        """Forget the calls so far."""
        self.calls.clear()

    def start(self) -> Self:
        """Serve in a thread. OSError if the port is taken."""
        self._prepare().start()
        return self

    def run(self) -> None:
        """Serve in the foreground until SIGINT or SIGTERM."""
        self._prepare().run()

    def stop(self) -> None:
        """Stop serving and close every connection, hanging ones too; the state stays."""
        if self._runner is not None:
            self._runner.stop()
            self._runner = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def listen(self) -> None:
        """Take the port now, so that the address is known before anything is served."""
        if self._runner is None:
            listener = listen(self.host, self.port)
            self.port = listener.getsockname()[1]
            self._runner = Runner(self._app, self._connections, listener)

    def _prepare(self) -> Runner:
        self.listen()
        assert self._runner is not None
        self.crashed = None
        return self._runner

    def _die(self, cause: str) -> None:
        """The process of the real server would be gone: nothing answers any more until it is started again."""
        self.crashed = cause
        if self._runner is not None:
            self._runner.refuse()


@cache
def _built_in() -> Catalogue:
    return Catalogue.load()


def _catalogue(given: Catalogue | str | Path | None) -> Catalogue:
    if given is None:
        return _built_in()
    return given if isinstance(given, Catalogue) else Catalogue.load(given)


def serve(
    *,
    product: str = "seerr",
    catalogue: str | Path | None = None,
    host: str = "127.0.0.1",
    port: int = 5055,
    latency: float = 0.0,
    tmdb_latency: float = 0.0,
    fault_rate: float = 0.0,
    fault_kinds: tuple[FaultKind, ...] = USUAL,
    seed: int = 0,
    base_path: str = "",
    api_key: str | None = None,
    json_ready: bool = False,
    out: TextIO | None = None,
) -> None:
    """Serve in the foreground until interrupted. One line with address and key is printed when the port is open.

    `latency` and `tmdb_latency` are seconds; `fault_rate` is a share from 0 to 1. With `json_ready` the line is a JSON
    object. ValueError for an unknown product or an unusable catalogue, OSError for a port that is taken.
    """
    server = DemoServer(product, catalogue, port, latency, tmdb_latency, base_path, api_key, seed, host=host)
    server.faults.at_random(fault_rate, kinds=fault_kinds, seed=seed)
    server.listen()
    facts = {"url": server.url, "api_key": server.api_key, "product": product, "port": server.port}
    ready = json.dumps(facts) if json_ready else f"{product} answers at {server.url} with the API key {server.api_key}"
    print(ready, file=out or sys.stdout, flush=True)
    server.run()
