"""The bulk lists: paging without a maximum, filters, and what each user sees."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from reconciler.demo.server import Catalogue, DemoServer, Title

from .conftest import DUNE, MATRIX, THRONES, Api, products


@pytest.fixture
def filled(api: Api) -> Api:
    """Twenty-five movies, requested in turn by the administrator and by user 2."""
    titles = [one.tmdb_id for one in api.server.state.tmdb.catalogue if one.kind == "movie"][:25]
    for at, tmdb_id in enumerate(titles):
        api.server.people.request("movie", tmdb_id, user=1 + at % 2)
    return api


def ids(api: Api, query: str, **more: object) -> list[int]:
    return [row["id"] for row in api.get("/request" + query, **more).json()["results"]]


def test_requests_come_newest_first_by_tens(filled: Api) -> None:
    body = filled.get("/request").json()
    assert body["pageInfo"] == {"pages": 3, "pageSize": 10, "results": 25, "page": 1}
    assert [row["id"] for row in body["results"]] == list(range(25, 15, -1))
    assert body["serviceErrors"] == {"radarr": [], "sonarr": []}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?take=0", list(range(25, 15, -1))),
        ("?take=1000", list(range(25, 0, -1))),
        ("?take=-1", list(range(25, 0, -1))),
        ("?take=5&skip=23", [2, 1]),
        ("?skip=500", []),
        ("?take=3&sortDirection=asc", [1, 2, 3]),
        ("?take=2&sort=modified&sortDirection=asc", [1, 2]),
        ("?take=100&requestedBy=99", []),
        ("?mediaType=tv", []),
    ],
)
def test_paging_has_no_maximum(filled: Api, query: str, expected: list[int]) -> None:
    assert ids(filled, query) == expected


@pytest.mark.parametrize(
    ("query", "status"),
    [("?take=1.5", 500), ("?take=abc", 400), ("?take=", 400), ("?filter=declined", 400), ("?sort=title", 400)],
)
def test_impossible_paging_is_refused(filled: Api, query: str, status: int) -> None:
    assert filled.raw("/request" + query)[0] == status


def test_without_the_right_to_see_requests_one_sees_ones_own(filled: Api) -> None:
    assert len(ids(filled, "?take=100", user=2)) == 12
    assert len(ids(filled, "?take=100&requestedBy=2", user=6)) == 12
    assert filled.get("/request?requestedBy=1", user=2).status_code == 403


def test_request_filters_go_by_request_and_media(api: Api) -> None:
    people = api.server.people
    for number, tmdb_id in enumerate((550, 551, 552)):
        people.add_title("movie", tmdb_id, f"Film {number}")
    api.movie(DUNE, user=2)
    api.movie(MATRIX)
    api.movie(550)
    api.movie(551)
    api.movie(552)
    people.make_available("movie", 550)
    people.make_available("movie", 551)
    people.delete_files("movie", 551)
    people.fail_request(5)
    expected = {
        "all": 5, "pending": 1, "approved": 1, "processing": 1, "unavailable": 2, "failed": 1,
        "available": 1, "completed": 2, "deleted": 1,
    }  # fmt: skip
    assert {name: len(ids(api, f"?filter={name}")) for name in expected} == expected
    assert api.get("/request/count").json() == {
        "total": 5, "movie": 5, "tv": 0, "pending": 1, "approved": 1, "declined": 0,
        "processing": 1, "available": 0, "completed": 2,
    }  # fmt: skip


@products("overseerr", "jellyseerr-2.3")
def test_older_products_find_available_requests_among_the_approved(api: Api) -> None:
    api.movie(DUNE)
    api.server.people.make_available("movie", DUNE)
    assert ids(api, "?filter=available") == [1]


def test_media_is_open_to_everybody_and_newest_first(api: Api) -> None:
    api.movie(DUNE)
    api.show(THRONES)
    api.server.people.make_available("tv", THRONES, seasons=[1])
    rows = api.get("/media", user=4).json()["results"]
    assert [(row["mediaType"], row["tmdbId"], row["tvdbId"]) for row in rows] == [
        ("tv", THRONES, 121361),
        ("movie", DUNE, None),
    ]
    assert rows[0]["seasons"][0]["status"] == 5
    assert not {"requests", "title"} & set(rows[0])


def test_media_filters_look_at_hd_and_deleted_lets_everything_through(api: Api) -> None:
    api.movie(DUNE)
    api.movie(MATRIX, user=2)
    api.server.people.make_available("movie", DUNE)
    counts = {
        name: api.get(f"/media?filter={name}").json()["pageInfo"]["results"]
        for name in ("all", "available", "allavailable", "pending", "processing", "partial", "deleted")
    }
    assert counts == {
        "all": 2, "available": 1, "allavailable": 1, "pending": 1, "processing": 0, "partial": 0, "deleted": 2,
    }  # fmt: skip


def test_users_show_mail_addresses_only_to_their_managers(api: Api) -> None:
    rows = api.get("/user?take=100").json()["results"]
    assert [row["id"] for row in rows] == list(range(1, 9))
    assert rows[1]["email"] == "asker@household.example"
    assert "email" not in api.get("/user", user=2).json()["results"][0]
    assert api.get("/user/99").status_code == 404
    assert [row["id"] for row in api.get("/user?includeIds=2%2C3").json()["results"]] == [2, 3]
    assert api.raw("/user?includeIds=2,3")[0] == 400
    assert [row["id"] for row in api.get("/user?q=trust").json()["results"]] == [5]


def test_a_users_requests_are_listed_for_him(api: Api) -> None:
    api.movie(DUNE, user=2)
    assert api.get("/user/2/requests", user=2).json()["pageInfo"]["results"] == 1
    assert api.get("/user/2/requests", user=3).status_code == 403


def test_a_hanging_radarr_delays_the_list_of_requests_and_is_named(api: Api) -> None:
    api.server.state.service_timeout = 0.2
    api.server.people.set_service("radarr", 0, "hanging")
    started = time.perf_counter()
    body = api.get("/request").json()
    assert time.perf_counter() - started >= 0.2
    assert body["serviceErrors"] == {"radarr": [{"id": 0, "name": "Radarr HD"}], "sonarr": []}


@pytest.fixture(scope="module")
def crowded() -> Iterator[DemoServer]:
    """Five thousand requested movies."""
    catalogue = Catalogue(Title("movie", number, f"Film {number}") for number in range(1, 5001))
    with DemoServer(catalogue=catalogue) as server:
        for number in range(1, 5001):
            server.people.request("movie", number, user=2)
        yield server


@pytest.mark.parametrize("path", ["/media?take=5000", "/request?take=5000"])
def test_five_thousand_rows_come_in_one_answer(crowded: DemoServer, path: str) -> None:
    api = Api(crowded)
    assert len(api.get(path).json()["results"]) == 5000
    api.close()
