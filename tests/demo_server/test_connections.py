"""The settings that lead to Radarr and Sonarr, and the test that asks them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from reconciler.demo.server import DemoServer

from .conftest import Api, products

WHOM = [("radarr", 7878), ("sonarr", 8989)]


def question(kind: str, port: int, /, **other: Any) -> dict[str, Any]:
    whole = {"hostname": f"{kind}.household.example", "port": port, "apiKey": f"{kind}0key", "useSsl": False}
    return whole | other


@pytest.mark.parametrize(("kind", "port"), WHOM)
def test_settings_hold_the_address_and_the_key_and_are_for_administrators_alone(api: Api, kind: str, port: int) -> None:
    first = api.get(f"/settings/{kind}").json()[0]
    assert {name: first[name] for name in question(kind, port)} == question(kind, port)
    assert api.get(f"/settings/{kind}", user=2).status_code == 403
    assert api.post(f"/settings/{kind}/test", question(kind, port), user=2).status_code == 403


@pytest.mark.parametrize(("kind", "port"), WHOM)
def test_a_test_tells_all_that_can_be_chosen_and_changes_nothing(api: Api, kind: str, port: int) -> None:
    api.server.people.change_service(kind, 0, more_folders=("/other",), tags={1: "requested", 7: "list"})
    told = api.post(f"/settings/{kind}/test", question(kind, port)).json()
    assert [one["name"] for one in told["profiles"]] == ["HD-1080p", "HD - 720p/1080p", "Ultra-HD"]
    assert [one["path"] for one in told["rootFolders"]][1:] == ["/other"]
    assert told["tags"] == [{"id": 1, "label": "requested"}, {"id": 7, "label": "list"}]
    assert not api.server.calls.writes()


@pytest.mark.parametrize("wrong", [{"apiKey": "no"}, {"port": 1}, {"hostname": "elsewhere"}, {"baseUrl": "/radarr"}])
def test_a_wrong_address_or_key_is_a_failed_connection(api: Api, wrong: dict[str, Any]) -> None:
    answer = api.post("/settings/radarr/test", question("radarr", 7878, **wrong))
    assert (answer.status_code, answer.json()) == (500, {"message": "Failed to connect to Radarr"})


def test_a_body_without_a_key_is_refused(api: Api) -> None:
    body = question("radarr", 7878)
    del body["apiKey"]
    assert api.post("/settings/radarr/test", body).status_code == 400


@pytest.mark.parametrize("condition", ["down", "timeout", "hanging"])
@pytest.mark.parametrize(("kind", "port"), WHOM)
def test_a_test_of_a_failing_service_fails_and_the_server_lives(kind: str, port: int, condition: Any) -> None:
    with DemoServer(service_timeout=0.05) as server:
        server.people.set_service(kind, 0, condition)
        api = Api(server)
        assert api.post(f"/settings/{kind}/test", question(kind, port)).status_code == 500
        assert server.crashed is None
        api.close()


@products("seerr", "overseerr", "jellyseerr-2.3")
def test_a_kept_answer_that_is_renewed_from_a_failing_radarr_kills_the_server(server: DemoServer) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    server.state.clock = lambda: now
    api = Api(server)
    assert api.post("/settings/radarr/test", question("radarr", 7878)).status_code == 200
    server.people.set_service("radarr", 0, "down")
    now += timedelta(seconds=5)
    assert api.post("/settings/radarr/test", question("radarr", 7878)).status_code == 500
    now += timedelta(seconds=30)
    assert api.post("/settings/radarr/test", question("radarr", 7878, baseUrl="/.")).status_code == 500
    assert server.crashed is None
    with pytest.raises(httpx.HTTPError):
        api.post("/settings/radarr/test", question("radarr", 7878))
    assert server.crashed is not None
    assert "kept" in server.crashed
    api.close()
