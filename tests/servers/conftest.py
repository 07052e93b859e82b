"""The same contract for every product: embedded ones, or the live server that LISTSYNC_TEST_SERVER names."""

import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from providers.servers import ServerSettings, connect, open_writer
from providers.servers.seerr import SeerrReader
from providers.servers.writer import SeerrWriter
from reconciler.demo.server import Call, CallLog, DemoServer

PRODUCTS = ("seerr", "jellyseerr-2.7", "jellyseerr-2.3", "overseerr")
LIVE = os.environ.get("LISTSYNC_TEST_SERVER", "")
LIVE_KEY = os.environ.get("LISTSYNC_TEST_KEY", "")
ADMIN, ASKER, LIMITED, GUEST, TRUSTED, MANAGER, MOVIEGOER, SHARP = range(1, 9)
MATRIX, DUNE, FIGHT_CLUB, THRONES = 603, 438631, 550, 1399


@dataclass
class Waits:
    """A sleeper that does not sleep, and remembers how long it would have."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class Hands:
    """What a client is handed: no waiting, no chance."""

    waits: Waits = field(default_factory=Waits)
    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def reader(self, settings: ServerSettings) -> SeerrReader:
        return connect(settings, sleep=self.waits, jitter=lambda: 0.5)

    def writer(self, settings: ServerSettings) -> SeerrWriter:
        return open_writer(settings, sleep=self.waits, jitter=lambda: 0.5, monotonic=self.monotonic)


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is spoken to directly, whatever the machine's proxies; a test that wants one sets it."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def hands() -> Hands:
    return Hands()


def logged(server: DemoServer, calls: int) -> CallLog:
    """The server's log, once it holds that many calls: it notes a call when its answer has gone out."""
    patience = threading.Event()
    for _ in range(1000):
        if len(server.calls) >= calls:
            break
        patience.wait(0.002)
    return server.calls


def harmless(calls: tuple[Call, ...]) -> None:
    """Nothing that is known to kill or mislead a real server was sent."""
    for call in calls:
        assert not re.match(r"/service/(radarr|sonarr)/", call.path), f"{call.path} kills a server whose Radarr is down"
        if not call.write:
            assert call.user is None, "a read acted as somebody"
        if call.user is not None:
            assert re.fullmatch(r"[1-9][0-9]*", call.user), f"X-Api-User: {call.user!r} kills a server"
        if call.method == "POST" and call.path == "/request":
            body = call.body if isinstance(call.body, dict) else json.loads(call.body)
            assert isinstance(body["is4k"], bool), "without is4k the check for duplicates is off"
            assert body["mediaType"] == "movie" or all(isinstance(one, int) for one in body["seasons"])
            assert "userId" not in body, "approval would follow the administrator"


@dataclass(frozen=True)
class Place:
    """Where a test plays: `server` is None on a live one."""

    settings: ServerSettings
    server: DemoServer | None
    product: str = ""


@pytest.fixture(params=("live",) if LIVE else PRODUCTS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A server. An embedded one must, whatever the test was about, be alive afterwards, never have had two writes at
    once, and have been sent nothing dangerous."""
    if LIVE and request.param == "live":
        yield Place(ServerSettings(LIVE, LIVE_KEY), None)
        return
    with DemoServer(request.param, pending_share=0.0) as server:
        yield Place(ServerSettings(server.url, server.api_key, timeout=5.0), server, request.param)
        assert server.crashed is None
        assert server.calls.most_writes_at_once <= 1
        harmless(server.calls.all())


@pytest.fixture
def demo(place: Place) -> DemoServer:
    """The server, for tests that steer it."""
    if place.server is None:
        pytest.skip("needs control over the server")
    return place.server


@pytest.fixture
def settings(place: Place) -> ServerSettings:
    return place.settings


@pytest.fixture
def reader(settings: ServerSettings, hands: Hands) -> Iterator[SeerrReader]:
    with hands.reader(settings) as reader:
        yield reader


@pytest.fixture
def writer(settings: ServerSettings, hands: Hands) -> Iterator[SeerrWriter]:
    with hands.writer(settings) as writer:
        yield writer


Clean = Callable[[int], None]


@pytest.fixture
def clean(settings: ServerSettings) -> Iterator[Clean]:
    """Remembers requests made on a live server, and deletes them in the end."""
    made: list[int] = []
    yield made.append
    if LIVE:
        with open_writer(settings) as writer:
            for request_id in made:
                writer.cancel(request_id)
