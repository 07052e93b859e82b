"""What somebody deleted stays deleted, whichever way a title leaves the lists and comes back: only a person's own wish,
an `allow` or the policy asks for it again."""

from collections.abc import Callable

import pytest

from tests.pipeline.home import Home

MATRIX, DUNE, HEAT = "movie:tmdb:603", "movie:tmdb:438631", "movie:tmdb:949"
THRONES = "tv:tmdb:1399"


def day(home: Home) -> list[str]:
    home.clock.pass_(days=1)
    home.apply()
    return home.says()


def delete(home: Home, tmdb: int) -> None:
    for one in home.server.people.all_requests():
        if one["media"]["tmdbId"] == tmdb:
            home.server.people.delete_request(one["id"])


def filtered(home: Home) -> None:
    home.yaml["lists"]["films"]["filter"] = {"years": "..1950"}


def limited(home: Home) -> None:
    home.yaml["lists"]["films"]["limit"] = 1


def denied(home: Home) -> None:
    home.yaml["overrides"] = {"deny": {MATRIX: {"why": "for a while"}}}


def taken_out(home: Home) -> None:
    del home.yaml["lists"]["films"]
    home.yaml["lists"]["others"] = {"source": "file:films.txt", "limit": 1}


def made_an_ingredient(home: Home) -> None:
    home.yaml["lists"]["films"]["input_only"] = True


def as_before(home: Home) -> None:
    home.yaml.pop("overrides", None)
    home.yaml["lists"] = {"films": {"source": "file:films.txt"}}


WAYS_OUT = [filtered, limited, denied, taken_out, made_an_ingredient]


@pytest.mark.parametrize("leaves", WAYS_OUT)
def test_a_deleted_request_stays_deleted_when_the_configuration_lets_its_title_in_again(
    home: Home, leaves: Callable[[Home], None]
) -> None:
    home.holds("films", DUNE, MATRIX)
    home.apply()
    delete(home, 603)
    assert day(home) == [f"hold Suppressed {MATRIX}"]
    leaves(home)
    day(home)
    home.clock.pass_(days=2)
    as_before(home)
    for _ in range(2):
        assert day(home) == [f"hold Suppressed {MATRIX}"]
    assert ("movie", 603) not in home.requests()


@pytest.mark.parametrize("leaves", WAYS_OUT)
def test_what_is_deleted_while_the_configuration_keeps_it_out_is_not_requested_when_it_comes_back(
    home: Home, leaves: Callable[[Home], None]
) -> None:
    home.holds("films", DUNE, MATRIX)
    home.apply()
    leaves(home)
    for _ in range(2):
        day(home)
    delete(home, 603)
    day(home)
    as_before(home)
    for _ in range(2):
        assert day(home) == [f"hold Suppressed {MATRIX}"]
    assert ("movie", 603) not in home.requests()


@pytest.mark.parametrize("leaves", WAYS_OUT)
def test_what_we_withdrew_ourselves_is_requested_again_when_it_comes_back(
    home: Home, leaves: Callable[[Home], None]
) -> None:
    home.yaml["server"]["request_as"] = "asker"
    home.yaml["defaults"] = {"policy": {"on_removed": "cancel"}}
    home.holds("films", DUNE, MATRIX)
    home.apply()
    leaves(home)
    for _ in range(2):
        day(home)
    assert ("movie", 603) not in home.requests()
    as_before(home)
    assert day(home) == []
    assert ("movie", 603) in home.requests()


def test_somebody_who_puts_it_back_on_a_list_of_theirs_is_heard_whatever_a_filter_did_meanwhile(home: Home) -> None:
    home.holds("films", DUNE, MATRIX)
    home.apply()
    delete(home, 603)
    day(home)
    home.holds("films", DUNE)
    for _ in range(3):
        day(home)
    home.holds("films", DUNE, MATRIX)
    assert day(home) == []
    assert ("movie", 603) in home.requests()


def test_a_season_deleted_while_a_filter_kept_its_show_out_stays_deleted(home: Home) -> None:
    home.holds("shows", THRONES, HEAT)
    home.apply()
    home.server.people.make_available("tv", 1399)
    day(home)
    home.yaml["lists"]["shows"]["filter"] = {"kinds": ["movie"]}
    day(home)
    home.server.people.delete_files("tv", 1399, seasons=[2])
    day(home)
    home.yaml["lists"]["shows"].pop("filter")
    for _ in range(2):
        assert day(home) == []
    assert home.server.count("/request", "POST") == 2


def test_a_title_that_a_limit_pushed_out_comes_back_without_being_a_wish(home: Home) -> None:
    home.server.people.add_title("movie", 990100, "Newest", date="2026-01-01", imdb_id="tt0990100")
    home.holds("films", DUNE, MATRIX, limit=2)
    home.apply()
    delete(home, 603)
    day(home)
    home.holds("films", "movie:tmdb:990100", DUNE, MATRIX)
    for _ in range(3):
        day(home)
    home.holds("films", DUNE, MATRIX)
    assert f"hold Suppressed {MATRIX}" in day(home)
    assert ("movie", 603) not in home.requests()
