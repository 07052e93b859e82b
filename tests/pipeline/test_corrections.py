"""A match that a person corrects: the wrong title is taken back as far as it may be, and both are shown together."""

import pytest

from schemas.plan import DriftKind
from schemas.reasons import Reason
from tests.pipeline.home import Home, remote

DUNE, DUNE_84 = "movie:tmdb:438631", "movie:tmdb:841"
ITEM = "file:dune-1984"


@pytest.fixture
def matched(home: Home) -> Home:
    """A house whose `Dune (1984)` was requested, and is corrected to be the new one."""
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", "Dune (1984)")
    home.apply()
    return home


def correct(home: Home) -> None:
    home.yaml["overrides"] = {"match": {ITEM: {"to": DUNE, "why": "the new one"}}}


def request_id(home: Home) -> int:
    return home.server.people.requests_of("movie", 841)[0]["id"]


def told(home: Home) -> tuple[str, str]:
    [drift] = [one for one in home.plan().drift if one.kind is DriftKind.MATCH_CORRECTED]
    assert str(drift.key) == DUNE_84
    assert DUNE in drift.detail
    return drift.reaction, drift.way_out


def test_our_pending_request_is_withdrawn_and_the_right_title_requested(matched):
    """One plan shows both, each naming the other."""
    correct(matched)
    plan = matched.plan()
    assert remote(plan) == [f"cancel {DUNE_84}", f"create {DUNE}"]
    cancel, create = plan.actions
    assert (cancel.reason, cancel.detail) == (Reason.MATCH_CORRECTED, f"it is {DUNE}")
    assert create.detail == f"in the place of {DUNE_84}, Dune"
    assert "withdrawn" in told(matched)[0]
    matched.apply()
    assert matched.requests() == [("movie", 438631)]
    assert matched.says() == []
    assert matched.plan().drift == ()


def test_what_is_being_processed_is_left_alone_and_said(matched):
    """Approved is not ours to take back: who wants it gone removes it on the server."""
    matched.server.people.approve(request_id(matched))
    correct(matched)
    plan = matched.plan()
    assert remote(plan) == [f"create {DUNE}"]
    assert plan.actions[-1].detail == f"in the place of {DUNE_84}, Dune"
    reaction, way_out = told(matched)
    assert reaction.startswith("it is being processed, so it is left alone")
    assert way_out == "remove it on the server, if it is not wanted"
    matched.apply()
    assert matched.requests() == [("movie", 841), ("movie", 438631)]
    assert matched.says() == []


def test_what_is_in_the_library_stays_there(matched):
    matched.server.people.make_available("movie", 841)
    correct(matched)
    assert told(matched)[0].startswith("it is in the library")
    matched.apply()
    assert ("movie", 841) in matched.requests()
    assert matched.says() == []


def test_somebody_elses_request_for_the_wrong_title_is_theirs(home):
    home.yaml["server"]["request_as"] = "asker"
    home.server.people.request("movie", 841, user=3)
    home.holds("films", "Dune (1984)")
    home.apply()
    correct(home)
    assert told(home)[0].startswith("somebody else's request")
    home.apply()
    assert home.requests() == [("movie", 841), ("movie", 438631)]


def test_a_title_that_another_list_wants_is_not_given_up(matched):
    """The item was wrong, the title is wanted all the same."""
    matched.holds("classics", DUNE_84)
    correct(matched)
    assert remote(matched.plan()) == [f"create {DUNE}"]
    assert matched.plan().drift == ()


def test_a_correction_taken_back_asks_for_the_first_title_again(matched):
    """Its record was released, and the list wants it."""
    correct(matched)
    matched.apply()
    del matched.yaml["overrides"]
    plan = matched.plan()
    assert f"create {DUNE_84}" in remote(plan)
