"""What a reader does with a server that somebody steers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers.servers import (
    KeyRefused,
    SearchFailed,
    ServerBroken,
    ServerSettings,
    Unreachable,
    Unreadable,
    resolve_user,
)
from providers.servers.seerr import SeerrReader
from reconciler.demo.server import Catalogue, DemoServer, Title
from schemas.media import Key, Kind
from schemas.server import MediaStatus, RequestStatus

from .conftest import ADMIN, ASKER, DUNE, FIGHT_CLUB, LIMITED, MATRIX, PRODUCTS, THRONES, Hands, logged

only_seerr = pytest.mark.parametrize("place", ["seerr"], indirect=True)


def test_identifying_takes_two_calls_and_makes_users_free(reader: SeerrReader, demo: DemoServer) -> None:
    reader.identify()
    reader.users()
    reader.me()
    reader.identify()
    logged(demo, 2)
    assert [call.path for call in demo.calls] == ["/settings/public", "/user"]


def test_the_status_page_is_never_asked_for_unasked(reader: SeerrReader, demo: DemoServer) -> None:
    reader.identify()
    reader.observe()
    assert logged(demo, 4).count("/status") == 0
    reader.version()
    reader.version()
    assert logged(demo, 5).count("/status") == 1


def test_a_version_that_is_not_told_is_empty(reader: SeerrReader, demo: DemoServer) -> None:
    demo.faults.add("status", path="/status", times=0, status=500)
    assert reader.version() == ""


def test_another_installation_has_another_fingerprint_and_an_upgrade_has_not(
    demo: DemoServer, settings: ServerSettings, hands: Hands
) -> None:
    def fingerprint() -> str:
        with hands.reader(settings) as reader:
            return reader.identify().fingerprint

    before = fingerprint()
    demo.people.upgrade("seerr")
    assert fingerprint() == before
    demo.people.reset()
    assert fingerprint() != before


def test_what_can_be_requested_in_4k_is_told(demo: DemoServer, settings: ServerSettings, hands: Hands) -> None:
    with hands.reader(settings) as reader:
        assert (reader.identify().movie_4k, reader.identify().tv_4k) == (True, True)
    demo.people.remove_services(only_4k=True)
    with hands.reader(settings) as reader:
        assert (reader.identify().movie_4k, reader.identify().tv_4k) == (False, False)


def test_specials_can_be_requested_where_the_server_says_so(
    demo: DemoServer, settings: ServerSettings, hands: Hands
) -> None:
    demo.people.set_special_episodes(on=True)
    with hands.reader(settings) as reader:
        assert reader.identify().special_episodes
    demo.people.set_special_episodes(on=False)
    with hands.reader(settings) as reader:
        assert reader.identify().special_episodes == (reader.identify().product == "overseerr")


def test_quotas_are_told_as_what_is_left_and_none_without_limit(reader: SeerrReader, demo: DemoServer) -> None:
    demo.people.request("movie", MATRIX, user=LIMITED)
    left = reader.quota(LIMITED)
    assert (left.movies_remaining, left.seasons_remaining) == (1, 3)
    free = reader.quota(ADMIN)
    assert (free.movies_remaining, free.seasons_remaining) == (None, None)


def test_a_user_of_two_names_is_found_by_either_and_twins_are_refused(reader: SeerrReader, demo: DemoServer) -> None:
    first, second = demo.people.add_user("twin"), demo.people.add_user("Twin")
    with pytest.raises(Exception, match=rf"twin \({first}\), Twin \({second}\)"):
        resolve_user(reader, "TWIN")
    assert resolve_user(reader, second).name == "Twin"


def test_the_whole_state_is_seen_quality_by_quality(reader: SeerrReader, demo: DemoServer) -> None:
    hd = demo.people.request("movie", MATRIX, user=ASKER)
    uhd = demo.people.request("movie", MATRIX, user=ADMIN, is4k=True)
    show = demo.people.request("tv", THRONES, user=ASKER, seasons=[2, 1])
    demo.people.make_available("movie", DUNE)
    demo.people.make_partially_available(THRONES, seasons=[3])
    state = reader.observe()
    requests = {row.id: row for row in state.requests}
    assert requests[hd].key == Key(Kind.MOVIE, MATRIX)
    assert requests[hd].status == RequestStatus.PENDING
    assert requests[uhd].key == Key(Kind.MOVIE, MATRIX, is_4k=True)
    assert (requests[uhd].status, requests[uhd].media_status) == (RequestStatus.APPROVED, MediaStatus.PROCESSING)
    assert requests[show].seasons == (1, 2)
    media = {(row.kind, row.tmdb): row for row in state.media}
    assert media[Kind.MOVIE, DUNE].status == MediaStatus.AVAILABLE
    assert 3 in [season.number for season in media[Kind.TV, THRONES].seasons]
    assert state.highest_request == show


@pytest.mark.parametrize("place", [product for product in PRODUCTS if product != "overseerr"], indirect=True)
def test_blocklisted_titles_show_in_their_media(reader: SeerrReader, demo: DemoServer) -> None:
    demo.people.request("movie", MATRIX, user=ASKER)
    demo.people.block("movie", MATRIX)
    state = reader.observe()
    assert [(row.tmdb, row.status) for row in state.media] == [(MATRIX, MediaStatus.BLOCKLISTED)]
    assert state.requests == ()


def test_a_title_that_the_server_does_not_know_is_observed_as_nothing(reader: SeerrReader, demo: DemoServer) -> None:
    seen = reader.observe_title(Kind.MOVIE, FIGHT_CLUB)
    assert (seen.media, seen.requests) == ((), ())
    demo.people.request("movie", FIGHT_CLUB, user=ASKER)
    seen = reader.observe_title(Kind.MOVIE, FIGHT_CLUB)
    assert [row.status for row in seen.media] == [MediaStatus.PENDING]
    assert [row.status for row in seen.requests] == [RequestStatus.PENDING]


def test_five_thousand_titles_take_eight_calls(hands: Hands) -> None:
    titles = [Title(kind="movie", tmdb_id=number, title=f"Movie {number}") for number in range(1, 5001)]
    with DemoServer("seerr", Catalogue(titles)) as server:
        for number in range(1, 5001):
            server.people.request("movie", number)
        with hands.reader(ServerSettings(server.url, server.api_key)) as reader:
            reader.identify()
            logged(server, 2)
            server.reset_calls()
            state = reader.observe()
        assert (len(state.media), len(state.requests)) == (5000, 5000)
        assert {row.tmdb for row in state.requests} == set(range(1, 5001))
        assert [row.id for row in state.requests] == sorted(row.id for row in state.requests)
        calls = logged(server, 8)
        assert (calls.count("/media"), calls.count("/request"), len(calls)) == (4, 4, 8)


def test_reads_go_eight_at_a_time(reader: SeerrReader, demo: DemoServer) -> None:
    meeting = threading.Barrier(8, timeout=10)

    def look(number: int) -> bool:
        meeting.wait()
        return reader.search(f"matrix {number}").page == 1

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(look, range(8)))


def test_a_tmdb_outage_during_a_look_up_by_id_is_an_error_and_not_nothing(
    reader: SeerrReader, demo: DemoServer
) -> None:
    demo.people.set_tmdb(500)
    for scheme, value in (("imdb", "tt0133093"), ("tvdb", "121361")):
        with pytest.raises(SearchFailed) as caught:
            reader.find(scheme, value)  # type: ignore[arg-type]
        assert caught.value.transient
    assert reader.search("dune").hits == ()


def test_a_wrong_key_is_refused_with_the_place_where_keys_are_found(
    demo: DemoServer, settings: ServerSettings, hands: Hands
) -> None:
    settings = ServerSettings(settings.url, "wrong-key-4711")
    with hands.reader(settings) as reader, pytest.raises(KeyRefused) as caught:
        reader.identify()
    assert "permission" in str(caught.value)
    assert "Settings" in caught.value.remedy
    assert "4711" not in f"{caught.value}{caught.value.remedy}{caught.value.url}"
    assert hands.waits.seconds == []


@pytest.mark.parametrize("kind", ["status", "rate_limit", "close", "cut", "garbage"])
def test_a_read_that_fails_for_a_passing_reason_is_tried_again(
    reader: SeerrReader, demo: DemoServer, hands: Hands, kind: str
) -> None:
    demo.people.request("movie", MATRIX)
    reader.identify()
    demo.faults.add(kind, path="/media", times=2)  # type: ignore[arg-type]
    demo.faults.add(kind, path="/request", times=2)  # type: ignore[arg-type]
    state = reader.observe()
    assert (len(state.media), len(state.requests)) == (1, 1)
    assert len(hands.waits.seconds) == 4


def test_a_hanging_read_is_given_up_and_tried_again(demo: DemoServer, hands: Hands) -> None:
    demo.faults.add("hang", path="/settings/public")
    with hands.reader(ServerSettings(demo.url, demo.api_key, timeout=0.2)) as reader:
        assert reader.identify().product


def test_a_server_that_keeps_hanging_is_said_to_have_timed_out(demo: DemoServer, hands: Hands) -> None:
    demo.faults.add("hang", path="/settings/public", times=0)
    settings = ServerSettings(demo.url, demo.api_key, timeout=0.1)
    with hands.reader(settings) as reader, pytest.raises(Unreachable, match=r"within 0.1 seconds") as caught:
        reader.identify()
    assert caught.value.how == "timeout"


@only_seerr
def test_waiting_follows_retry_after_up_to_half_a_minute(reader: SeerrReader, demo: DemoServer, hands: Hands) -> None:
    demo.faults.add("rate_limit", path="/search", seconds=7)
    demo.faults.add("rate_limit", path="/search", nth=2, seconds=3600)
    assert reader.search("dune").hits
    assert hands.waits.seconds == [7, 30]


@only_seerr
def test_a_lasting_failure_is_told_after_five_tries_with_longer_and_longer_waits(
    reader: SeerrReader, demo: DemoServer, hands: Hands
) -> None:
    demo.faults.add("status", path="/search", times=0, status=500)
    with pytest.raises(ServerBroken, match="500"):
        reader.search("dune")
    assert hands.waits.seconds == pytest.approx([0.2, 0.4, 0.8, 1.6])


@only_seerr
def test_garbage_for_ever_is_unreadable_and_never_an_empty_state(reader: SeerrReader, demo: DemoServer) -> None:
    reader.identify()
    demo.faults.add("garbage", path="/request", times=0)
    with pytest.raises((Unreadable, Exception), match=r"127\.0\.0\.1"):
        reader.observe()


def test_a_fifth_of_all_reads_failing_loses_nothing(demo: DemoServer, settings: ServerSettings, hands: Hands) -> None:
    for tmdb in (MATRIX, DUNE, FIGHT_CLUB):
        demo.people.request("movie", tmdb)
    demo.faults.at_random(0.2, kinds=("status", "rate_limit", "close", "cut"), seed=3)
    for _ in range(10):
        with hands.reader(settings) as reader:
            assert {row.tmdb for row in reader.observe().requests} == {MATRIX, DUNE, FIGHT_CLUB}


def test_a_closed_reader_says_so(settings: ServerSettings, demo: DemoServer, hands: Hands) -> None:
    reader = hands.reader(settings)
    reader.identify()
    reader.close()
    reader.close()


def test_a_sub_path_and_extra_headers_are_kept(hands: Hands) -> None:
    with DemoServer("seerr", base_path="/requests") as server:
        settings = ServerSettings(server.url + "/", server.api_key, headers={"CF-Access-Client-Id": "me"})
        with hands.reader(settings) as reader:
            info = reader.identify()
        assert info.url == server.url.rstrip("/")
        assert len(logged(server, 2)) == 2
