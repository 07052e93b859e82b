"""A list misses a title once, shrinks, is emptied, fails, comes back; a ledger is lost: what is withdrawn, and when."""

import json
from pathlib import Path

import pytest

from reconciler.accepting import accept_list, accept_server
from reconciler.demo.server import Catalogue
from reconciler.errors import Refused
from schemas.fetch import Verdict
from schemas.reasons import Reason
from tests.pipeline.home import Home, remote

FILMS = [title.tmdb_id for title in Catalogue.load() if title.kind == "movie"][:24]
KEYS = [f"movie:tmdb:{tmdb}" for tmdb in FILMS]


@pytest.fixture
def house(home: Home) -> Home:
    """Twelve films requested by a user whose requests wait for approval, and withdrawn when no list wants them."""
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", *KEYS[:12], policy={"on_removed": "cancel"})
    home.holds("others", KEYS[20])
    home.apply()
    assert len(home.requests()) == 13
    return home


def day(home: Home) -> int:
    """A day passes and an apply; how many requests are left."""
    home.clock.pass_(days=1)
    home.apply()
    return len(home.requests())


def verdict(home: Home) -> Verdict:
    return home.plan().lists[0].verdict


def test_a_title_that_is_missing_once_is_kept(house):
    house.holds("films", *KEYS[1:12])
    assert day(house) == 13
    house.holds("films", *KEYS[:12])
    assert day(house) == 13
    assert house.says() == []


def test_a_title_that_is_missing_twice_is_withdrawn(house):
    house.holds("films", *KEYS[1:12])
    assert [day(house), day(house)] == [13, 12]


def test_an_emptied_list_withdraws_nothing_before_it_was_seen_empty_for_a_day_and_lost_its_titles_twice(house):
    (house.folder / "films.txt").write_text("# nothing\n")
    house.clock.pass_(days=1)
    assert house.plan().lists[0].verdict is Verdict.EMPTY_UNCONFIRMED
    assert [day(house), day(house)] == [13, 1]


def test_a_list_that_is_emptied_and_comes_back_has_lost_nothing(house):
    (house.folder / "films.txt").write_text("")
    house.clock.pass_(hours=6)
    house.apply()
    house.holds("films", *KEYS[:12])
    for _ in range(3):
        assert day(house) == 13
    assert house.says() == []


def test_a_list_that_shrinks_by_more_than_half_withdraws_nothing_at_first_and_may_still_add(house):
    house.holds("films", *KEYS[:3], KEYS[15])
    house.clock.pass_(days=1)
    assert verdict(house) is Verdict.SHRINK_UNCONFIRMED
    house.apply()
    assert len(house.requests()) == 14
    house.holds("films", *KEYS[:12])
    assert day(house) in {13, 14}
    assert ("movie", FILMS[0]) in house.requests()


def test_what_a_shrunken_list_adds_pushes_nothing_over_its_limit(house):
    """The titles that were trusted keep their places: what is not trusted may add, never remove."""
    house.holds("films", *KEYS[:12], limit=12, policy={"on_removed": "cancel"})
    assert day(house) == 13
    house.holds("films", KEYS[12], KEYS[0], KEYS[13], limit=12, policy={"on_removed": "cancel"})
    assert day(house) == 13
    assert verdict(house) is Verdict.SHRINK_UNCONFIRMED
    assert house.says() == []


def test_a_decline_that_was_seen_while_no_list_wanted_the_title_outlives_its_request(house):
    """Even where what is deleted is to be requested again."""
    request = house.server.people.requests_of("movie", FILMS[0])[0]["id"]
    house.server.people.decline(request)
    films = house.yaml["lists"].pop("films") | {"policy": {"on_deleted": "request"}}
    house.apply()
    house.server.people.delete_request(request)
    house.yaml["lists"]["films"] = films
    house.apply()
    assert f"hold Suppressed {KEYS[0]}" in house.says()
    assert ("movie", FILMS[0]) not in house.requests()


def test_a_shrunken_list_that_a_person_accepts_withdraws_at_once(house):
    house.holds("films", *KEYS[:3])
    house.clock.pass_(hours=1)
    house.apply()
    assert len(house.requests()) == 13
    house.within(lambda session: accept_list(session, "films"))
    house.apply()
    assert len(house.requests()) == 4


@pytest.mark.parametrize("text", ["<html>sign in</html>", '[{"id": 1', "\0\0\0"])
def test_a_list_that_becomes_something_else_keeps_what_it_held(house, text):
    Path(house.folder / "films.json").write_text(json.dumps([{"id": tmdb} for tmdb in FILMS[:12]]))
    house.yaml["lists"]["films"]["source"] = "file:films.json"
    house.apply()
    assert len(house.requests()) == 13
    (house.folder / "films.json").write_text(text)
    for _ in range(4):
        assert day(house) == 13
    assert house.apply().exit_code == 3


def test_more_withdrawals_than_is_usual_are_held_together_until_the_number_is_raised(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", *KEYS, policy={"on_removed": "cancel"})
    home.apply()
    home.yaml["lists"] = {"others": {"source": "file:films.txt", "limit": 1}}
    plan = home.plan()
    assert {one.reason for one in plan.held} == {Reason.MASS_CANCEL}
    assert remote(plan) == []
    with pytest.raises(Refused):
        home.apply()
    assert len(home.requests()) == 24
    home.yaml["rails"]["max_cancels"] = 30
    home.apply()
    assert len(home.requests()) == 1


def test_a_lost_ledger_requests_nothing_twice_and_withdraws_nothing(house):
    house.server.people.approve(1)
    for path in (house.folder / "data").iterdir():
        path.unlink()
    assert house.apply().exit_code == 0
    assert house.says() == []
    assert house.server.count("/request", "POST") == 13
    del house.yaml["lists"]["films"]
    house.apply()
    assert len(house.requests()) == 13, "what the ledger does not know as ours is not ours to withdraw"


def test_an_emptied_server_is_accepted_once_and_its_emptiness_respected(house):
    for one in house.server.people.all_requests():
        house.server.people.delete_request(one["id"])
    house.server.people.reset()
    with pytest.raises(Refused, match="another server"):
        house.apply()
    house.within(accept_server)
    house.apply()
    assert house.requests() == []
    assert {line.split()[1] for line in house.says()} == {"Suppressed"}


def test_a_lost_ledger_asks_for_no_season_that_the_server_knows_as_declined(home):
    home.server.people.add_title("tv", 990200, "Long Show", date="2020-01-01", tvdb_id=990200, seasons=[[1, 8]])
    home.holds("shows", "tv:tmdb:990200")
    home.apply()
    home.server.people.make_available("tv", 990200)
    home.server.people.add_season(990200)
    day(home)
    home.server.people.decline(home.server.people.all_requests()[-1]["id"])
    home.server.people.add_season(990200)
    for path in (home.folder / "data").iterdir():
        path.unlink()
    day(home)
    asked = [season["seasonNumber"] for one in home.server.people.all_requests() for season in one["seasons"]]
    assert asked == [1, 2, 3], "the second season was declined, the third is new"


def test_a_run_in_which_no_list_could_be_read_and_nothing_was_done_has_failed(house):
    for name in ("films", "others"):
        (house.folder / f"{name}.txt").unlink()
    assert house.apply().exit_code == 1
    house.holds("others", KEYS[20])
    assert house.apply().exit_code == 3


def test_a_run_in_which_no_list_could_be_read_and_something_was_done_is_partly_done(house):
    (house.folder / "films.txt").unlink()
    (house.folder / "others.txt").unlink()
    house.server.people.delete_request(1)
    assert house.apply().exit_code == 3
