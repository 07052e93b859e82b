"""Every answer agrees with the vendor's own description, but for the places where the real servers do not either."""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from reconciler.demo.server import DemoServer

from .conftest import DUNE, MATRIX, THRONES, Api

core = pytest.importorskip("openapi_core")
testing = pytest.importorskip("openapi_core.testing")

RECORDINGS = Path(os.environ.get("LISTSYNC_RECORDINGS", Path(__file__).parents[3] / "shared" / "recordings"))
SPECS = {"seerr": "seerr", "jellyseerr-2.3": "jellyseerr", "overseerr": "overseerr"}
HOST = "http://localhost:5055"

# (schema, property) → why the real server's null is right and the description wrong. All are columns that are
# NULL until something sets them; the descriptions never say `nullable`.
NULL_IN_TRUTH = {
    ("MediaRequest", "serverId"): "null unless the request chose a server (observed)",
    ("MediaRequest", "profileId"): "null unless the request chose a profile (observed)",
    ("MediaRequest", "rootFolder"): "null unless the request chose a folder (observed)",
    ("User", "plexUsername"): "null for users who did not sign in through Plex (observed)",
}
# schema → why the properties that it requires are not all sent.
NOT_ALL_SENT = {
    "RadarrSettings": "GET /service/radarr sends a summary without address and key (observed), described by the whole",
    "SonarrSettings": "GET /service/sonarr sends a summary without address and key (observed), described by the whole",
}


def _described(product: str) -> dict[str, Any]:
    file = RECORDINGS.parent / "openapi" / f"{SPECS[product]}-api.yml"
    if not file.exists():
        pytest.skip(f"no vendor description at {file}")
    spec: dict[str, Any] = YAML(typ="safe", pure=False).load(file.read_text(encoding="utf-8"))
    return spec


@cache
def _description(product: str) -> Any:
    spec = deepcopy(_described(product))
    schemas = spec["components"]["schemas"]
    for schema in NOT_ALL_SENT:
        schemas[schema].pop("required", None)
    for schema, name in NULL_IN_TRUTH:
        described = schemas.get(schema, {}).get("properties", {}).get(name)
        if described is not None:
            described["nullable"] = True
    return core.OpenAPI.from_dict(spec)


@pytest.fixture(params=SPECS)
def inhabited(request: pytest.FixtureRequest) -> Iterator[Api]:
    """A server in the middle of its life: every kind of row exists."""
    with DemoServer(request.param) as server:
        api = Api(server)
        people = server.people
        api.movie(DUNE)
        api.movie(MATRIX, user=2)
        api.show(THRONES, [1, 2])
        api.movie(550, serverId=0, profileId=4, rootFolder="/movies")
        people.make_available("tv", THRONES, seasons=[1])
        people.change_title("movie", DUNE, countries=["US", "CA"], keywords=["desert"], certifications={"US": "PG-13"})
        people.change_title("tv", THRONES, countries=["GB"], keywords=["dragon"], certifications={"DE": "16"})
        people.make_available("movie", 550)
        if server.state.product.block_paths:
            people.block("movie", 155, title="The Dark Knight")
        yield api
        api.close()


def reached(kind: str, port: int) -> dict[str, Any]:
    return {"hostname": f"{kind}.household.example", "port": port, "apiKey": f"{kind}0key", "useSsl": False}


READS = (
    ("/status", "/status"),
    ("/settings/public", "/settings/public"),
    ("/settings/main", "/settings/main"),
    ("/auth/me", "/auth/me"),
    ("/search", "/search?query=the"),
    ("/search", "/search?query=christopher%20nolan"),
    ("/search", "/search?query=dune"),
    (f"/movie/{DUNE}", f"/movie/{DUNE}"),
    ("/movie/238", "/movie/238"),
    (f"/tv/{THRONES}", f"/tv/{THRONES}"),
    ("/tv/63247", "/tv/63247"),
    ("/request", "/request?take=100"),
    ("/request/count", "/request/count"),
    ("/request/1", "/request/1"),
    ("/media", "/media?take=100"),
    ("/user", "/user?take=100"),
    ("/user/2", "/user/2"),
    ("/user/2/requests", "/user/2/requests"),
    ("/user/3/quota", "/user/3/quota"),
    ("/service/radarr", "/service/radarr"),
    ("/service/sonarr", "/service/sonarr"),
    ("/settings/radarr", "/settings/radarr"),
    ("/settings/sonarr", "/settings/sonarr"),
)
WRITES = (
    ("POST", "/request", {"mediaType": "movie", "mediaId": 680, "is4k": False}, 201),
    ("POST", "/request", {"mediaType": "tv", "mediaId": 1396, "is4k": False, "seasons": "all"}, 201),
    ("PUT", "/request/3", {"mediaType": "tv", "seasons": [1, 3]}, 200),
    ("POST", "/request/2/approve", None, 200),
    ("POST", "/request/2/decline", None, 200),
    ("POST", "/request/1/retry", None, 200),
    ("POST", "/media/1/available", {"is4k": False}, 200),
    ("DELETE", "/request/2", None, 204),
    ("DELETE", "/media/1", None, 204),
    ("POST", "/settings/radarr/test", reached("radarr", 7878), 200),
    ("POST", "/settings/sonarr/test", reached("sonarr", 8989), 200),
)


def validate(api: Api, method: str, path: str, answer: Any) -> None:
    description = _description(api.server.state.product.name)
    request = testing.MockRequest(HOST, method.lower(), "/api/v1" + path)
    kind = answer.headers.get("content-type", "application/json").split(";")[0]
    response = testing.MockResponse(answer.content, answer.status_code, content_type=kind)
    description.validate_response(request, response)


@pytest.mark.parametrize(("path", "target"), READS, ids=[target for _, target in READS])
def test_a_read_is_answered_as_described(inhabited: Api, path: str, target: str) -> None:
    answer = inhabited.get(target)
    assert answer.status_code == 200
    validate(inhabited, "GET", path, answer)


@pytest.mark.parametrize(("method", "path", "body", "status"), WRITES, ids=[f"{one[0]} {one[1]}" for one in WRITES])
def test_a_write_is_answered_as_described(inhabited: Api, method: str, path: str, body: Any, status: int) -> None:
    answer = inhabited.call(method, path, body=body)
    assert answer.status_code == status
    validate(inhabited, method, path, answer)


@pytest.mark.parametrize("product", SPECS)
def test_every_query_parameter_of_the_description_is_known_and_no_other(product: str) -> None:
    """The real servers validate calls by these descriptions, so ours must accept exactly the same names."""
    described = _described(product)["paths"]
    with DemoServer(product) as server:
        api = Api(server)
        for path, target in {path: target for path, target in READS if path.count("/") == 1}.items():
            names = {one["name"] for one in described[path]["get"].get("parameters", ()) if one["in"] == "query"}
            query = target.partition("?")[2]
            for name in names | {"unheardOf"}:
                answer = api.get(f"{path}?{query}{'&' if query else ''}{name}=1")
                message = str(answer.json().get("message", "")) if isinstance(answer.json(), dict) else ""
                assert message.startswith("Unknown query parameter") == (name == "unheardOf"), (path, name, message)
        api.close()
