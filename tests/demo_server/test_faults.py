"""Faults and delays on the way, and the log that says what a client did."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from reconciler.demo.server import DemoServer

from .conftest import DUNE, MATRIX, Api


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something becomes true within two seconds."""
    end = time.monotonic() + 2
    while time.monotonic() < end and not holds():
        time.sleep(0.005)
    return holds()


def test_a_bad_gateway_answers_html_and_does_nothing(api: Api) -> None:
    api.server.faults.add("status", method="POST", path="/request", status=502)
    spoiled = api.movie(DUNE)
    assert (spoiled.status_code, spoiled.headers["content-type"].split(";")[0]) == (502, "text/html")
    assert api.server.people.all_requests() == []
    assert api.movie(DUNE).status_code == 201, "only once"


def test_a_rate_limit_says_when_to_come_back(api: Api) -> None:
    api.server.faults.add("rate_limit", seconds=3)
    answer = api.get("/auth/me")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")


def test_a_call_that_hangs_is_not_carried_out(api: Api) -> None:
    api.server.faults.add("hang", method="POST")
    with pytest.raises(httpx.ReadTimeout):
        api.client.post("/request", json={"mediaType": "movie", "mediaId": DUNE}, timeout=0.1)
    assert eventually(lambda: len(api.server.calls) == 1)
    assert (api.server.calls[0].status, api.server.people.all_requests()) == (0, [])


@pytest.mark.parametrize(("kind", "carried_out"), [("close", 0), ("lose_answer", 1), ("cut", 1)])
def test_a_broken_connection_may_or_may_not_have_done_its_work(api: Api, kind: str, carried_out: int) -> None:
    api.server.faults.add(kind, method="POST")
    with pytest.raises(httpx.RemoteProtocolError):
        api.movie(DUNE)
    assert len(api.server.people.all_requests()) == carried_out


def test_garbage_is_a_success_that_is_no_json(api: Api) -> None:
    api.server.faults.add("garbage", path="/media")
    answer = api.get("/media")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


def test_an_empty_search_spoils_searches_alone(api: Api) -> None:
    api.server.faults.add("empty_search", times=0)
    assert api.get("/auth/me").status_code == 200
    assert api.found("dune") == []


def test_a_slow_post_is_carried_out_though_its_client_is_gone(api: Api) -> None:
    api.server.faults.add("slow", method="POST", seconds=0.2)
    with pytest.raises(httpx.ReadTimeout):
        api.client.post(
            "/request",
            json={"mediaType": "movie", "mediaId": DUNE},
            headers={"X-Api-Key": api.server.api_key},
            timeout=0.05,
        )
    assert api.server.people.all_requests() == []
    assert eventually(lambda: len(api.server.people.all_requests()) == 1)


def test_a_late_post_is_carried_out_after_its_connection_was_closed(api: Api) -> None:
    api.server.faults.add("late", method="POST", seconds=0.1)
    with pytest.raises(httpx.RemoteProtocolError):
        api.movie(DUNE)
    assert api.get("/request").json()["results"] == []
    assert eventually(lambda: len(api.server.people.all_requests()) == 1)


def test_a_rule_names_method_path_and_which_call(api: Api) -> None:
    api.server.faults.add("status", method="GET", path="/movie/*", nth=2, times=2)
    assert [api.get(f"/movie/{DUNE}").status_code for _ in range(4)] == [200, 503, 503, 200]
    assert len(api.server.faults.fired) == 2


def test_the_same_seed_spoils_the_same_calls() -> None:
    def statuses(seed: int) -> list[int]:
        with DemoServer() as server:
            server.faults.at_random(0.3, kinds=("status", "rate_limit"), seed=seed)
            api = Api(server)
            found = [api.get("/auth/me").status_code for _ in range(60)]
            api.close()
            return found

    assert statuses(1) == statuses(1) != statuses(2)
    assert 5 < sum(status != 200 for status in statuses(1)) < 35


def test_an_unknown_fault_is_refused_with_the_known_ones(server: DemoServer) -> None:
    with pytest.raises(ValueError, match="rate_limit"):
        server.faults.add("explode")  # type: ignore[arg-type]


def test_faults_can_be_cleared(api: Api) -> None:
    api.server.faults.at_random(1.0, kinds=("status",))
    assert api.get("/auth/me").status_code >= 500
    api.server.faults.clear()
    assert api.get("/auth/me").status_code == 200


def test_latency_delays_each_call_and_tmdb_each_new_question(api: Api) -> None:
    api.server.people.set_latency(call=0.05)
    started = time.perf_counter()
    api.get("/auth/me")
    assert time.perf_counter() - started >= 0.05
    api.server.people.set_latency(call=0.0, tmdb=0.1)
    started = time.perf_counter()
    api.get(f"/movie/{DUNE}")
    assert time.perf_counter() - started >= 0.1


def test_the_log_tells_what_was_asked_by_whom(api: Api) -> None:
    api.get("/media?take=5")
    api.movie(DUNE, user=2)
    read, written = api.server.calls
    assert (read.method, read.path, read.query, read.user, read.status) == ("GET", "/media", "take=5", None, 200)
    assert (written.user, written.body["mediaId"], written.status, written.write) == ("2", DUNE, 201, True)
    assert (api.server.count(), api.server.count("/request", "POST")) == (2, 1)
    assert api.server.calls.most_writes_at_once == 1
    api.server.reset_calls()
    assert api.server.count() == 0


def test_the_control_endpoints_need_no_key_and_leave_no_trace(api: Api) -> None:
    base = api.server.url + "/_demo"
    api.movie(DUNE, user=2)
    assert httpx.post(base + "/people/approve", json={"request_id": 1}).json() == {"result": None}
    assert httpx.get(base + "/state").json()["requests"] == 1
    assert [call["path"] for call in httpx.get(base + "/calls").json()["calls"]] == ["/request"]
    assert httpx.post(base + "/people/request", json={"kind": "movie", "tmdb_id": MATRIX}).json() == {"result": 2}
    httpx.post(base + "/faults", json={"kind": "status", "path": "/auth/me", "status": 500})
    assert api.get("/auth/me").status_code == 500
    assert httpx.get(base + "/faults").json()["fired"][0]["path"] == "/auth/me"
    httpx.post(base + "/faults", json={"share": 1.0, "kinds": ["status"]})
    httpx.delete(base + "/faults")
    httpx.delete(base + "/calls")
    assert api.server.count() == 0


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/people/approve", {"request_id": 9}, 400),
        ("/people/approve", {"wrong": 9}, 400),
        ("/people/vanish", {}, 404),
        ("/people/_scan", {}, 404),
        ("/people/request", {"kind": "movie", "tmdb_id": 99999999}, 400),
        ("/nothing", {}, 404),
    ],
)
def test_an_impossible_control_call_says_so(api: Api, path: str, body: dict[str, object], status: int) -> None:
    answer = httpx.post(api.server.url + "/_demo" + path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_the_control_endpoints_can_be_left_out() -> None:
    with DemoServer(control=False) as server:
        assert httpx.get(server.url + "/_demo/state").status_code == 404
