"""Who may call what, and how the server says no."""

from __future__ import annotations

import httpx
import pytest

from reconciler.demo.server import DemoServer

from .conftest import MATRIX, Api, products

NOT_YOURS = {"status": 403, "error": "You do not have permission to access this endpoint"}
ALL = ("seerr", "jellyseerr-2.7", "jellyseerr-2.3", "overseerr")


def test_status_and_public_settings_need_no_key(api: Api) -> None:
    assert api.get("/status", key=None).json()["version"] == "3.1.0"
    assert api.get("/settings/public", key=None).json()["initialized"] is True


def test_a_wrong_key_is_forbidden_with_the_key_error_in_the_body(api: Api) -> None:
    answer = api.get("/auth/me", key="wrong")
    assert (answer.status_code, answer.json()) == (403, NOT_YOURS)


def test_no_key_at_all_asks_for_a_cookie(api: Api) -> None:
    answer = api.get("/auth/me", key=None)
    text = "cookie 'connect.sid' required"
    assert answer.status_code == 401
    assert answer.json() == {"message": text, "errors": [{"path": "/api/v1/auth/me", "message": text}]}


@pytest.mark.parametrize("where", ["?apikey={key}", ""])
def test_a_key_elsewhere_than_in_its_header_does_not_count(api: Api, where: str) -> None:
    path = "/auth/me" + where.format(key=api.server.api_key)
    answer = api.get(path, key=None, headers={"Authorization": f"Bearer {api.server.api_key}"})
    assert answer.status_code == 401


@pytest.mark.parametrize("user", [1, 2, 7])
def test_a_numeric_user_is_acted_for(api: Api, user: int) -> None:
    assert api.get("/auth/me", user=user).json()["id"] == user


def test_an_empty_user_header_acts_as_the_administrator(api: Api) -> None:
    assert api.get("/auth/me", user="").json()["id"] == 1


@pytest.mark.parametrize("user", ["99", "0", "-1", "1.5"])
def test_an_unknown_user_is_answered_as_a_wrong_key(api: Api, user: str) -> None:
    answer = api.get("/auth/me", user=user)
    assert (answer.status_code, answer.json()) == (403, NOT_YOURS)


@products(*ALL)
@pytest.mark.parametrize("user", ["anna", "nan", "Infinity", "1_0", "2,3"])
def test_a_user_that_is_no_number_ends_the_server(api: Api, server: DemoServer, user: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        api.get("/auth/me", user=user)
    assert server.crashed is not None
    with pytest.raises(httpx.ConnectError):
        api.get("/status")


def test_a_dead_server_can_be_started_again_with_its_data(api: Api, server: DemoServer) -> None:
    api.movie(MATRIX)
    with pytest.raises(httpx.RemoteProtocolError):
        api.get("/status", user="anna")
    server.stop()
    server.start()
    assert server.crashed is None
    assert api.get("/request/1").json()["media"]["tmdbId"] == MATRIX


def test_an_unknown_route_is_not_found_even_without_a_key(api: Api) -> None:
    answer = api.get("/nothing", key=None)
    assert (answer.status_code, answer.json()["message"]) == (404, "not found")


def test_a_wrong_method_is_not_allowed(api: Api) -> None:
    assert api.post("/search", {}).status_code == 405


def test_an_unknown_query_parameter_is_refused_by_name(api: Api) -> None:
    answer = api.get("/search?query=dune&take=5")
    assert (answer.status_code, answer.json()["message"]) == (400, "Unknown query parameter 'take'")


def test_main_settings_with_the_key_are_for_administrators(api: Api) -> None:
    assert api.get("/settings/main").json()["apiKey"] == api.server.api_key
    assert api.get("/settings/main", user=2).status_code == 403


def test_a_body_over_100_kilobytes_is_too_large(api: Api) -> None:
    answer = api.post("/request", {"mediaType": "movie", "rootFolder": "x" * 110_000})
    assert (answer.status_code, answer.json()["message"]) == (413, "request entity too large")


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/plain"}])
def test_a_body_that_does_not_call_itself_json_is_unsupported(api: Api, headers: dict[str, str]) -> None:
    answer = api.call("POST", "/request", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert answer.json()["message"].startswith("unsupported media type")


def test_a_body_that_is_no_json_is_a_bad_request(api: Api) -> None:
    answer = api.call("POST", "/request", content=b"movie", headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Unexpected token")


def test_csrf_protection_stops_writes_that_carry_only_a_key(api: Api) -> None:
    api.server.people.set_csrf(on=True)
    refused = api.movie(MATRIX)
    assert (refused.status_code, refused.json()) == (403, {"message": "invalid csrf token"})
    cookies = {
        part.split("=")[0]: part.split("=")[1].split(";")[0]
        for part in api.get("/status").headers.get_list("set-cookie")
    }
    headers = {
        "Cookie": f"_csrf={cookies['_csrf']}; XSRF-TOKEN={cookies['XSRF-TOKEN']}",
        "X-XSRF-TOKEN": cookies["XSRF-TOKEN"],
    }
    body = {"mediaType": "movie", "mediaId": MATRIX, "is4k": False}
    assert api.post("/request", body, headers=headers).status_code == 201


def test_the_service_lists_are_open_to_every_user_and_begin_at_0(api: Api) -> None:
    services = api.get("/service/radarr", user=4).json()
    assert [(one["id"], one["is4k"], one["isDefault"]) for one in services] == [(0, False, True), (1, True, True)]
    detail = api.get("/service/sonarr/1").json()
    assert detail["rootFolders"][0]["path"] == "/tv4k"
    assert {"server", "profiles", "tags"} <= set(detail)


def test_asking_a_failing_radarr_for_its_profiles_ends_the_server(api: Api, server: DemoServer) -> None:
    server.people.set_service("radarr", 0, "down")
    with pytest.raises(httpx.RemoteProtocolError):
        api.get("/service/radarr/0")
    assert server.crashed is not None


def test_asking_a_failing_sonarr_is_survived(api: Api, server: DemoServer) -> None:
    server.people.set_service("sonarr", 0, "down")
    answer = api.get("/service/sonarr/0")
    assert answer.status_code == 500
    assert answer.json()["message"].startswith("[Sonarr] Failed to retrieve system status")
    assert server.crashed is None
