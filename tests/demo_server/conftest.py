"""A server per test, and a client that sends exactly what it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from reconciler.demo.server import DemoServer

FIGHT_CLUB, DUNE, DUNE_1984, MATRIX = 550, 438631, 841, 603
THRONES, CHERNOBYL, NO_TVDB = 1399, 87108, 118357


class Api:
    """Calls below /api/v1 as the administrator, or as `user`."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.client = httpx.Client(base_url=server.api_url, timeout=10, verify=False)

    def call(
        self, method: str, path: str, *, user: object = None, key: str | None = "", body: Any = None, **more: Any
    ) -> httpx.Response:
        headers = {"X-Api-Key": key or self.server.api_key} if key is not None else {}
        if user is not None:
            headers["X-Api-User"] = str(user)
        return self.client.request(method, path, headers=headers | more.pop("headers", {}), json=body, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        return self.call("POST", path, body=body, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        return self.call("DELETE", path, **more)

    def movie(self, tmdb_id: int, *, user: object = None, **body: Any) -> httpx.Response:
        return self.post("/request", {"mediaType": "movie", "mediaId": tmdb_id, "is4k": False, **body}, user=user)

    def show(self, tmdb_id: int, seasons: Any = "all", *, user: object = None, **body: Any) -> httpx.Response:
        whole = {"mediaType": "tv", "mediaId": tmdb_id, "is4k": False, "seasons": seasons, **body}
        return self.post("/request", whole, user=user)

    def found(self, query: str) -> list[tuple[str, int]]:
        results = self.get("/search?query=" + quote(query, safe="")).json()["results"]
        return [(result["mediaType"], result["id"]) for result in results]

    def raw(self, target: str) -> tuple[int, Any]:
        """A GET whose target is sent as it is, where httpx would escape it."""
        connection = HTTPConnection(self.server.host, self.server.port, timeout=10)
        connection.putrequest("GET", "/api/v1" + target, skip_accept_encoding=True)
        connection.putheader("X-Api-Key", self.server.api_key)
        connection.endheaders()
        answer = connection.getresponse()
        status, body = answer.status, json.loads(answer.read())
        connection.close()
        return status, body

    def close(self) -> None:
        self.client.close()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[DemoServer]:
    """A Seerr unless the test is parametrised with another product; its media rows never miss an approval."""
    with DemoServer(getattr(request, "param", "seerr"), pending_share=0.0) as running:
        yield running


@pytest.fixture
def api(server: DemoServer) -> Iterator[Api]:
    api = Api(server)
    yield api
    api.close()


def products(*names: str) -> pytest.MarkDecorator:
    """Run a test once against each of these products."""
    return pytest.mark.parametrize("server", names, indirect=True)
