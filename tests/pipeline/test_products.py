"""What people do on each of the products, and what listsync makes of it the day after."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from reconciler.demo.server import DemoServer
from schemas.media import Key
from schemas.reasons import Reason
from schemas.record import Record
from tests.pipeline.home import Clock, Home, said

TELL_DELETIONS = ("seerr", "jellyseerr-2.7")
"""The others leave the request approved and its media unknown, as if it were still on its way."""
PRODUCTS = ("seerr", "jellyseerr-2.7", "jellyseerr-2.3", "overseerr")
MATRIX, DUNE, HEAT = "movie:tmdb:603", "movie:tmdb:438631", "movie:tmdb:949"
THRONES = "tv:tmdb:1399"
NO_TVDB = "tv:tmdb:990001"


@pytest.fixture(params=PRODUCTS)
def product(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make(tmp_path: Path, product: str) -> Iterator[Callable[..., Home]]:
    """Makes a household whose listsync acts as a user; requests wait for approval unless it is the administrator."""
    servers: list[DemoServer] = []

    def household(who: str | None = "asker", pending_share: float = 0.0) -> Home:
        clock = Clock()
        servers.append(DemoServer(product, pending_share=pending_share, clock=clock).start())
        servers[-1].people.add_title("tv", 990001, "Lost Show", date="2020-01-01", seasons=[[1, 8], [2, 8]])
        home = Home(tmp_path, servers[-1], clock)
        if who:
            home.yaml["server"]["request_as"] = who
        return home

    yield household
    for server in servers:
        server.stop()
        assert server.crashed is None
        assert server.calls.most_writes_at_once <= 1


def day(home: Home) -> list[str]:
    """A day passes and an apply; what is left to say then, none of it an action."""
    home.clock.pass_(days=1)
    home.apply()
    plan = home.plan()
    assert plan.actions == (), "a second plan right after an apply has nothing to do"
    return said(plan)


def record(home: Home, key: str) -> Record:
    found = home.within(lambda session: session.ledger.record(Key.parse(key)))
    assert found is not None
    return found


def request_id(home: Home, key: str) -> int:
    kind, tmdb = Key.parse(key).title
    return home.server.people.requests_of(kind.value, tmdb)[-1]["id"]


def active(home: Home) -> Counter[tuple[int, bool]]:
    """Pending and approved requests, by title and quality."""
    return Counter(
        (one["media"]["tmdbId"], one["is4k"]) for one in home.server.people.all_requests() if one["status"] in {1, 2}
    )


def test_a_film_from_request_to_library_to_the_bin(make, product):
    home = make()
    home.holds("films", MATRIX)
    assert day(home) == []
    home.server.people.approve(request_id(home, MATRIX))
    assert day(home) == []
    assert record(home, MATRIX).state == "requested"
    home.server.people.make_available("movie", 603)
    assert day(home) == []
    assert record(home, MATRIX).state == "satisfied"
    home.server.people.delete_files("movie", 603)
    tells = product in TELL_DELETIONS
    for _ in range(3):
        assert day(home) == ([f"hold Suppressed {MATRIX}"] if tells else [])
    assert home.server.count("/request", "POST") == 1


def test_a_declined_film_stays_declined_until_it_is_allowed(make):
    home = make()
    home.holds("films", MATRIX)
    day(home)
    home.server.people.decline(request_id(home, MATRIX))
    assert day(home) == [f"hold Suppressed {MATRIX}"]
    assert record(home, MATRIX).reason is Reason.DECLINED
    assert day(home) == [f"hold Suppressed {MATRIX}"]
    home.yaml["overrides"] = {"allow": {MATRIX: {"why": "please"}}}
    assert day(home) == []
    assert active(home) == {(603, False): 1}
    home.server.people.decline(request_id(home, MATRIX))
    assert day(home) == [f"hold Suppressed {MATRIX}"], "an allow lifts once"


@pytest.mark.parametrize("approved", [False, True])
def test_a_deleted_request_stays_deleted(make, approved):
    home = make()
    home.holds("films", MATRIX, DUNE)
    day(home)
    if approved:
        home.server.people.approve(request_id(home, MATRIX))
        day(home)
    home.server.people.delete_request(request_id(home, MATRIX))
    for _ in range(3):
        assert day(home) == [f"hold Suppressed {MATRIX}"]
    assert active(home) == {(438631, False): 1}


def test_a_blocklisted_film_is_held_and_its_end_is_no_invitation(make, product):
    if product == "overseerr":
        pytest.skip("Overseerr has no blocklist")
    home = make()
    home.holds("films", MATRIX, DUNE)
    home.server.people.block("movie", 603)
    for _ in range(2):
        assert day(home) == [f"hold Blocklisted {MATRIX}"]
    home.server.people.unblock(603)
    assert day(home) == []
    home.server.people.block("movie", 603)
    assert day(home) == [f"hold Blocklisted {MATRIX}"]
    home.server.people.unblock(603)
    assert day(home) == [f"hold Suppressed {MATRIX}"]
    assert active(home) == {(438631, False): 1}


def test_specials_are_not_requested_unless_a_rule_names_them(make, product):
    home = make()
    home.server.people.set_special_episodes(on=True)
    home.holds("shows", THRONES)
    assert day(home) == []
    (made,) = home.server.people.all_requests()
    asked = {season["seasonNumber"] for season in made["seasons"]}
    assert 0 not in asked
    assert len(asked) == 8
    home.yaml["lists"]["shows"]["request"] = {"seasons": [0, 1]}
    assert day(home) == []
    assert active(home) == {(1399, False): 1}


def test_a_show_without_tvdb_id_that_is_dropped_on_approval_is_not_requested_for_ever(make):
    home = make(who=None)
    home.holds("shows", NO_TVDB)
    for _ in range(3):
        assert day(home) == [f"hold NotKept {NO_TVDB}"]
    assert home.server.count("/request", "POST") == 1


def test_a_show_without_tvdb_id_that_is_approved_later_is_not_requested_for_ever(make):
    home = make()
    home.holds("shows", NO_TVDB)
    assert day(home) == []
    home.server.people.approve(request_id(home, NO_TVDB))
    for _ in range(3):
        assert day(home) == [f"hold Suppressed {NO_TVDB}"]
    assert home.server.count("/request", "POST") == 1


def test_seasons_that_others_asked_for_are_left_to_them_and_the_rest_is_requested_when_they_have_come(make, product):
    home = make()
    home.server.people.request("tv", 1399, user=5, seasons=[1, 2])
    home.holds("shows", THRONES)
    assert day(home) == []
    assert record(home, THRONES).state == "tracked"
    assert home.server.count("/request", "POST") == 0
    home.server.people.make_available("tv", 1399, seasons=[1, 2])
    assert day(home) == []
    assert home.server.count("/request", "POST") == 1
    ours = home.server.people.all_requests()[-1]
    assert {season["seasonNumber"] for season in ours["seasons"]} == {3, 4, 5, 6, 7, 8}
    home.server.people.approve(ours["id"])
    assert day(home) == []
    home.server.people.make_available("tv", 1399)
    assert day(home) == []
    assert record(home, THRONES).state == "satisfied"
    home.server.people.delete_files("tv", 1399, seasons=[1])
    assert day(home) == []
    assert home.server.count("/request", "POST") == 1
    if product not in TELL_DELETIONS:
        return
    number = home.server.people.add_season(1399)
    home.clock.pass_(days=31)
    assert day(home) == []
    assert {one["seasonNumber"] for one in home.server.people.all_requests()[-1]["seasons"]} == {number}


def test_an_approved_request_whose_media_row_missed_it_is_in_flight_all_the_same(make):
    home = make(who=None, pending_share=1.0)
    home.holds("films", MATRIX, DUNE, THRONES)
    for _ in range(2):
        assert day(home) == []
    assert {one["status"] for one in home.server.people.all_requests()} == {2}
    assert home.server.count("/request", "POST") == 3
    home.server.people.make_available("movie", 603)
    assert day(home) == []
    assert record(home, MATRIX).state == "satisfied"


def several_rows(home: Home, kind: str, tmdb: int) -> int:
    """Five people ask for a title at once, and the server makes a media row for each; how many it made."""
    home.server.state.race_window = 0.2
    url, headers = f"{home.server.api_url}/request", {"X-Api-Key": home.server.api_key, "X-Api-User": "2"}
    body = {"mediaType": kind, "mediaId": tmdb, "is4k": False} | ({"seasons": [1, 2]} if kind == "tv" else {})
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: httpx.post(url, json=body, headers=headers), range(5)))
    home.server.state.race_window = 0.0
    home.server.calls.clear()
    return sum(1 for row in home.server.people.all_media() if row["tmdbId"] == tmdb)


def test_a_title_with_several_media_rows_is_read_over_all_of_them(make):
    home = make(who="trusted")
    assert several_rows(home, "movie", 603) > 1
    home.holds("films", MATRIX)
    assert day(home) == []
    assert record(home, MATRIX).state == "tracked"
    requests = home.server.people.requests_of("movie", 603)
    for one in requests[:-1]:
        home.server.people.delete_request(one["id"])
        assert day(home) == []
    home.server.people.decline(requests[-1]["id"])
    assert day(home) == [f"hold Suppressed {MATRIX}"]
    assert home.server.count("/request", "POST") == 0


def test_the_last_request_of_several_media_rows_deleted_is_a_deletion(make):
    home = make(who="trusted")
    several_rows(home, "movie", 603)
    home.holds("films", MATRIX)
    day(home)
    for one in reversed(home.server.people.requests_of("movie", 603)):
        home.server.people.delete_request(one["id"])
    assert day(home) == [f"hold Suppressed {MATRIX}"]


def test_hd_and_4k_live_apart(make):
    home = make(who="trusted")
    home.holds("films", MATRIX, request={"is_4k": "both"})
    assert day(home) == []
    assert active(home) == {(603, False): 1, (603, True): 1}
    home.server.people.make_available("movie", 603)
    assert day(home) == []
    four_k = next(one["id"] for one in home.server.people.all_requests() if one["is4k"])
    home.server.people.delete_request(four_k)
    assert day(home) == [f"hold Suppressed {MATRIX}@4k"]
    assert record(home, MATRIX).state == "satisfied"
    home.server.people.make_available("movie", 603, is4k=True)
    assert day(home) == []
    assert record(home, f"{MATRIX}@4k").state == "satisfied"


def test_our_pending_request_is_cancelled_by_policy_and_nobody_elses_ever(make):
    home = make()
    home.holds("films", MATRIX, DUNE, HEAT, policy={"on_removed": "cancel"})
    home.server.people.request("movie", 438631, user=5)
    day(home)
    home.server.people.approve(request_id(home, HEAT))
    home.yaml["lists"].pop("films")
    home.holds("others", "movie:tmdb:841")
    assert day(home) == []
    assert active(home) == {(438631, False): 1, (949, False): 1, (841, False): 1}


def test_a_failed_request_is_retried_by_policy_thrice_and_a_day_apart(make):
    home = make(who=None)
    home.holds("films", MATRIX, policy={"on_failed": "retry"})
    home.server.people.set_service("radarr", 0, "down")
    assert day(home) == [f"hold Failed {MATRIX}"]
    retries = []
    for _ in range(6):
        assert day(home) == [f"hold Failed {MATRIX}"]
        retries.append(home.server.count(f"/request/{request_id(home, MATRIX)}/retry", "POST"))
    assert retries == [1, 2, 3, 3, 3, 3]
    home.server.people.set_service("radarr", 0, "ok")
    assert active(home) == {}
    assert home.says() == [f"hold Failed {MATRIX}"]


def test_a_used_up_quota_is_waited_for_and_nothing_is_lost(make):
    home = make(who="limited")
    home.holds("films", MATRIX, DUNE, HEAT, "movie:tmdb:841")
    home.apply()
    assert sum(active(home).values()) == 2
    assert {one.reason for one in home.plan().deferred} == {Reason.QUOTA_EXCEEDED}
    for _ in range(9):
        home.clock.pass_(days=1)
        assert home.apply().exit_code == 0
    assert sum(active(home).values()) == 4


def test_a_server_that_is_upgraded_is_the_same_server(make, product):
    home = make()
    home.holds("films", MATRIX, DUNE, THRONES)
    day(home)
    home.server.people.make_available("movie", 603)
    home.server.people.upgrade("seerr")
    assert day(home) == []
    assert home.server.count("/request", "POST") == 3


def test_a_new_season_of_a_show_that_is_all_there_is_on_its_way_once_approved(make):
    home = make(who=None)
    home.server.people.add_title(
        "tv", 990300, "Long Show", date="2020-01-01", tvdb_id=990300, seasons=[[1, 8]], status="Returning Series"
    )
    home.holds("shows", "tv:tmdb:990300")
    day(home)
    home.server.people.make_available("tv", 990300)
    assert day(home) == []
    assert record(home, "tv:tmdb:990300").state == "satisfied"
    home.server.people.add_season(990300)
    home.clock.pass_(days=2)
    for _ in range(2):
        assert day(home) == []
        assert record(home, "tv:tmdb:990300").state == "requested"
    assert home.server.count("/request", "POST") == 2
    home.server.people.make_available("tv", 990300)
    assert day(home) == []
    assert record(home, "tv:tmdb:990300").state == "satisfied"
