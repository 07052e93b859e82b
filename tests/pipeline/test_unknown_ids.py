"""Ids that TMDB does not know are told as such, and stand in nobody's way; an outage of TMDB says nothing of ids."""

from reconciler.demo.server import DemoServer
from schemas.reasons import Reason
from tests.pipeline.home import Home

MATRIX, THRONES, LOST = "movie:tmdb:603", "tv:tmdb:1399", "tv:tmdb:987654"


def test_a_show_that_tmdb_does_not_know_is_held_by_name_and_makes_no_run_partly_done(home: Home) -> None:
    home.holds("shows", LOST, THRONES, MATRIX)
    report = home.apply()
    assert [(str(one.key), one.reason) for one in report.held] == [(LOST, Reason.UNKNOWN_ID)]
    assert report.exit_code == 0
    assert len(home.requests()) == 2
    assert home.says() == [f"hold UnknownId {LOST}"]


def test_a_show_that_tmdb_forgets_is_held_and_left_alone(home: Home, server: DemoServer) -> None:
    home.holds("shows", THRONES, MATRIX)
    home.apply()
    server.people.remove_title("tv", 1399)
    server.state.tmdb.remembered.clear()
    home.clock.pass_(days=40)
    assert home.apply().exit_code == 0
    assert len(home.requests()) == 2


def test_an_outage_of_tmdb_is_no_proof_that_an_id_is_unknown(home: Home, server: DemoServer) -> None:
    server.people.set_tmdb(500)
    home.holds("shows", LOST, THRONES)
    report = home.apply()
    assert {one.reason for one in report.held} == {Reason.ACTUAL_UNREADABLE}
    assert report.exit_code == 3
    server.people.set_tmdb(None)
    home.clock.pass_(days=1)
    report = home.apply()
    assert [(str(one.key), one.reason) for one in report.held] == [(LOST, Reason.UNKNOWN_ID)]
    assert report.exit_code == 0


def test_a_filter_that_needs_the_details_of_an_unknown_id_leaves_it_unresolved_and_lets_the_list_lose_titles(
    home: Home,
) -> None:
    home.yaml["server"]["request_as"] = "asker"
    wants = {"filter": {"genres": {"none": ["Western"]}}, "policy": {"on_removed": "cancel"}}
    home.holds("films", "movie:tmdb:987654", MATRIX, THRONES, **wants)
    report = home.apply()
    assert [one.reason for one in report.unresolved] == [Reason.UNKNOWN_ID]
    assert report.exit_code == 0
    home.holds("films", "movie:tmdb:987654", MATRIX)
    home.apply()
    home.apply()
    assert home.requests() == [("movie", 603)]
