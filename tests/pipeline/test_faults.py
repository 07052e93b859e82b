"""A fifth of the calls goes wrong: nothing is lost, nothing is doubled, and what is left is said."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from providers.servers import ServerError
from reconciler.demo.server import Catalogue, DemoServer
from reconciler.demo.server.faults import KINDS, USUAL, FaultKind
from schemas.reasons import Reason
from schemas.report import Report, Status
from tests.pipeline.home import Clock, Home, remote

PRODUCTS = ("seerr", "jellyseerr-2.7", "jellyseerr-2.3", "overseerr")
TITLES = [title for title in Catalogue.load() if title.imdb_id and (title.kind == "movie" or title.tvdb_id)]
MOVIES = [title for title in TITLES if title.kind == "movie"][:24]
SHOWS = [title for title in TITLES if title.kind == "tv"][:6]
WANTED = sorted((title.kind, title.tmdb_id) for title in (*MOVIES, *SHOWS))


@pytest.fixture
def houses(tmp_path: Path) -> Iterator[object]:
    """Makes a household for a product; its server is stopped at the end."""
    servers: list[DemoServer] = []

    def make(product: str = "seerr") -> Home:
        clock = Clock()
        servers.append(DemoServer(product, clock=clock).start())
        home = Home(tmp_path, servers[-1], clock)
        home.yaml["server"]["timeout"] = "1s"
        home.holds("keys", *(f"{one.kind}:tmdb:{one.tmdb_id}" for one in (*MOVIES[:8], *SHOWS[:2])))
        home.holds("ids", *(one.imdb_id for one in (*MOVIES[8:16], *SHOWS[2:4])))
        home.holds("names", *(f"{one.title} ({one.year})" for one in (*MOVIES[16:], *SHOWS[4:])))
        return home

    yield make
    for server in servers:
        assert server.crashed is None
        assert server.calls.most_writes_at_once <= 1
        server.stop()


def done(report: Report) -> set[tuple[str, int]]:
    return {(one.key.kind.value, one.key.tmdb) for one in (*report.outcomes, *report.settled) if one.status == "done"}


def left(report: Report) -> int:
    """Titles that the report says were not done, whatever the reason."""
    not_done = {one.key for one in report.outcomes if one.status is not Status.DONE}
    return len(not_done | {one.key for one in report.held} | {one.key for one in report.deferred}) + len(
        report.unresolved
    )


def until_all_is_done(home: Home, runs: int) -> list[Report]:
    """Apply again and again, three minutes apart; what a run without a server would report is left out."""
    reports = []
    for _ in range(runs):
        with suppress(ServerError):
            reports.append(home.apply())
        home.clock.pass_(minutes=3)
    return reports


@pytest.mark.slow
@pytest.mark.parametrize("kinds", [USUAL, KINDS], ids=["usual", "all"])
@pytest.mark.parametrize(("product", "seed"), [(product, seed) for seed, product in enumerate(PRODUCTS)])
def test_a_fifth_of_the_calls_failing_loses_nothing_and_doubles_nothing(houses, product, seed, kinds):
    home = houses(product)
    home.server.faults.at_random(0.2, kinds=kinds, seed=seed, seconds=0.05)
    known: set[tuple[str, int]] = set()
    for report in until_all_is_done(home, 3):
        assert not [title for title, count in Counter(home.requests()).items() if count > 1]
        known |= done(report)
        assert len(known) + left(report) >= len(WANTED), "a title is neither done nor said to be left"
        assert report.exit_code == (3 if left(report) else 0)
    assert home.server.faults.fired
    home.server.faults.clear()
    until_all_is_done(home, 2)
    assert home.requests() == WANTED
    assert home.says() == []
    assert home.apply().exit_code == 0


@pytest.mark.parametrize("share", [0.2, 0.6])
@pytest.mark.parametrize("seed", range(3))
def test_a_search_that_finds_nothing_now_and_then_is_no_proof_that_a_title_does_not_exist(houses, seed, share):
    home = houses()
    home.server.faults.at_random(share, kinds=("empty_search",), seed=seed)
    report = home.apply()
    assert {one.reason for one in report.unresolved} <= {Reason.LOOKUP_FAILED}
    assert report.exit_code == (3 if report.unresolved else 0)
    home.server.faults.clear()
    assert home.apply().exit_code == 0
    assert home.requests() == WANTED


def test_an_id_that_nobody_knows_is_asked_for_thrice_and_then_not_for_two_days(houses):
    home = houses()
    home.holds("ids", "tt99999999")
    home.apply()
    asked = home.server.count("/search")
    home.clock.pass_(hours=47)
    assert home.apply().exit_code == 0
    assert home.server.count("/search") == asked
    assert [one.reason for one in home.plan().unresolved] == [Reason.NOT_FOUND]
    home.clock.pass_(hours=2)
    home.plan()
    assert home.server.count("/search") > asked


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "empty_search"])
def test_one_answer_that_goes_astray_costs_two_minutes_at_most(houses, kind: FaultKind):
    """Carried out or not, with or without an answer: the title is requested once, and the run after next is over."""
    home = houses()
    home.server.faults.add(kind, method="POST", path="/request", nth=4, seconds=0.02)
    home.apply()
    home.clock.pass_(minutes=3)
    assert home.apply().exit_code == 0
    assert home.requests() == WANTED
    assert home.says() == []


def test_a_request_without_an_answer_is_not_sent_again_before_two_minutes_have_passed(houses):
    home = houses()
    home.holds("ids")
    home.server.faults.add("close", method="POST", path="/request", nth=1)
    first = home.apply()
    unknown = [one.key for one in first.outcomes if one.status is Status.UNKNOWN]
    assert (first.exit_code, len(unknown)) == (3, 1)
    home.clock.pass_(seconds=90)
    again = home.apply()
    assert (again.exit_code, again.outcomes) == (3, ())
    assert [(one.key, one.reason) for one in again.held] == [(unknown[0], Reason.OUTCOME_UNKNOWN)]
    home.clock.pass_(seconds=31)
    assert remote(home.plan()) == [f"create {unknown[0]}"]
    last = home.apply()
    assert [(one.key, one.status) for one in last.outcomes] == [(unknown[0], Status.DONE)]
    assert last.exit_code == 0


def test_a_server_that_stops_answering_is_not_sent_request_after_request(houses):
    home = houses()
    home.server.faults.add("close", method="POST", path="/request", times=0)
    report = home.apply()
    counted = Counter(one.status for one in report.outcomes)
    assert counted == {Status.UNKNOWN: 5, Status.LEFT: len(WANTED) - 5}
    assert report.exit_code == 3
    home.server.faults.clear()
    home.clock.pass_(minutes=3)
    assert home.apply().exit_code == 0
    assert home.requests() == WANTED


def test_without_tmdb_nothing_is_requested_and_nothing_is_concluded(houses):
    home = houses()
    home.server.people.set_tmdb(500)
    report = home.apply()
    assert report.exit_code == 3
    assert home.requests() == []
    home.server.people.set_tmdb(None)
    home.clock.pass_(minutes=3)
    assert home.apply().exit_code == 0
    assert home.requests() == WANTED


def test_a_server_that_dies_in_the_middle_leaves_the_rest_for_later(houses):
    home = houses()
    home.server.faults.add("hang", method="POST", path="/request", nth=5)
    home.server.faults.add("status", method="POST", path="/request", nth=6, times=0, status=502)
    report = home.apply()
    assert report.exit_code == 3
    assert Counter(one.status for one in report.outcomes)[Status.DONE] == 4
    home.server.stop()
    with pytest.raises(Exception, match="refuses connections"):
        home.apply()
    home.server.faults.clear()
    home.server.start()
    home.clock.pass_(minutes=3)
    assert home.apply().exit_code == 0
    assert home.requests() == WANTED


def test_a_request_whose_answer_was_lost_is_planned_as_ours_before_it_is_written_down(home):
    home.server.faults.add("lose_answer", method="POST", path="/request")
    home.server.faults.add("status", method="GET", path="/request", nth=2, times=0)
    home.holds("films", "movie:tmdb:603")
    assert home.apply().exit_code == 3
    home.server.faults.clear()
    (planned,) = home.plan().actions
    assert (planned.action, planned.reason, planned.becomes) == ("record", "InFlight", "requested")
    assert "an earlier run sent it" in planned.detail
    assert home.apply().exit_code == 0
    assert home.says() == []
    assert home.server.count("/request", "POST") == 1
