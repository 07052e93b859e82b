"""Lists made of lists in a household: what they hold, who sponsors it, and that a list that fails fools nobody."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.explaining import explain
from reconciler.listing import listed
from schemas.fetch import Verdict
from schemas.reasons import Reason
from tests.pipeline.home import Clock, Home, remote

MATRIX, DUNE, HEAT, THRONES = "movie:tmdb:603", "movie:tmdb:438631", "movie:tmdb:949", "tv:tmdb:1399"


def combine(home: Home, name: str, *of: str, at_least: int = 1, without: tuple[str, ...] = (), **options: Any) -> None:
    home.yaml["lists"][name] = {
        "combine": {"of": list(of), "at_least": at_least, "except": list(without)},
        **options,
    }


def ingredient(home: Home, name: str, *titles: Any, **options: Any) -> None:
    home.holds(name, *titles, input_only=True, **options)


def left_out(home: Home, name: str = "best") -> list[tuple[str, Reason, str]]:
    return [(str(one.key), one.reason, one.detail) for one in home.plan().excluded if one.list == name]


def test_only_the_combination_requests_and_it_is_its_own_sponsor(home: Home) -> None:
    ingredient(home, "critics", MATRIX, DUNE)
    ingredient(home, "friends", DUNE, THRONES)
    combine(home, "best", "critics", "friends", at_least=2)
    plan = home.plan()
    assert remote(plan) == [f"create {DUNE}"]
    assert [(one.lists, one.lead) for one in plan.actions] == [(("best",), "best")]
    home.apply()
    assert home.says() == []


def test_what_a_combination_leaves_out_says_through_which_ingredient_it_was_there(home: Home) -> None:
    ingredient(home, "critics", MATRIX, DUNE)
    ingredient(home, "friends", DUNE, HEAT)
    ingredient(home, "seen", DUNE)
    combine(home, "best", "critics", "friends", at_least=2, without=("seen",))
    assert left_out(home) == [
        (MATRIX, Reason.NOT_COMBINED, "1 of at least 2 lists (through critics)"),
        (DUNE, Reason.NOT_COMBINED, "seen holds it too (through critics, friends)"),
        (HEAT, Reason.NOT_COMBINED, "1 of at least 2 lists (through friends)"),
    ]


def test_explain_names_the_ingredients_and_the_row(home: Home) -> None:
    ingredient(home, "critics", "The Matrix (1999)")
    ingredient(home, "friends", MATRIX)
    combine(home, "best", "critics", "friends")
    home.plan()
    (found,) = home.within(lambda session: explain(session, "Matrix")).keys
    sponsors = {one.list: (one.through, one.listed_as, one.method) for one in found.sponsors}
    assert sponsors["best"] == (("critics", "friends"), "The Matrix (1999)", "title")
    assert found.lead == "best"


def test_the_limit_keeps_the_best_by_what_any_ingredient_tells(home: Home) -> None:
    ingredient(home, "plain", MATRIX, DUNE, HEAT)
    rated = [
        {"title": "The Matrix", "tmdb_id": 603, "imdb_rating": 8.7},
        {"title": "Dune", "tmdb_id": 438631, "imdb_rating": 8.0},
    ]
    ingredient(home, "rated", *rated)
    combine(home, "best", "plain", "rated", sort="rating", limit=2)
    assert sorted(remote(home.plan())) == [f"create {DUNE}", f"create {MATRIX}"]
    home.yaml["lists"]["best"] |= {"sort": "-rating", "limit": 1}
    assert remote(home.plan()) == [f"create {MATRIX}"]
    assert left_out(home) == [
        (DUNE, Reason.OVER_LIMIT, "the list keeps 1 (through plain, rated)"),
        (HEAT, Reason.OVER_LIMIT, "the list keeps 1 (through plain)"),
    ]


def test_a_filter_on_the_result_asks_the_server_for_what_no_ingredient_tells(home: Home) -> None:
    home.server.people.change_title("movie", 949, genres=["Western"])
    ingredient(home, "critics", MATRIX, HEAT)
    combine(home, "best", "critics", filter={"genres": {"none": ["Western"]}})
    assert remote(home.plan()) == [f"create {MATRIX}"]
    assert left_out(home) == [(HEAT, Reason.FILTERED, "genres: Western is excluded (through critics)")]


def test_an_ingredients_own_filter_and_limit_come_first(home: Home) -> None:
    ingredient(home, "critics", MATRIX, DUNE, HEAT, limit=2, filter={"years": "1990.."})
    combine(home, "best", "critics", limit=5)
    assert remote(home.plan()) == [f"create {MATRIX}", f"create {DUNE}"]


def test_a_combination_with_an_except_that_was_never_read_well_is_failed_and_requests_nothing(home: Home) -> None:
    ingredient(home, "critics", MATRIX)
    ingredient(home, "seen", DUNE)
    (home.folder / "seen.txt").unlink()
    combine(home, "best", "critics", without=("seen",))
    plan = home.plan()
    assert remote(plan) == []
    line = next(line for line in plan.lists if line.name == "best")
    assert line.verdict is Verdict.FAILED
    assert line.message == "seen (under `except`) was never read well"


def test_an_except_that_fails_later_keeps_what_it_held(home: Home, clock: Clock) -> None:
    ingredient(home, "critics", MATRIX, DUNE)
    ingredient(home, "seen", DUNE)
    combine(home, "best", "critics", without=("seen",))
    home.apply()
    (home.folder / "seen.txt").unlink()
    clock.pass_(days=2)
    assert remote(home.plan()) == []


def test_an_ingredient_that_fails_takes_nothing_away(home: Home, clock: Clock) -> None:
    home.yaml["server"]["request_as"] = "asker"
    ingredient(home, "critics", MATRIX)
    ingredient(home, "friends", DUNE)
    combine(home, "best", "critics", "friends", policy={"on_removed": "cancel"})
    home.apply()
    (home.folder / "critics.txt").unlink()
    for _ in range(3):
        clock.pass_(days=1)
        assert home.says() == []


def test_a_title_that_left_an_ingredient_is_lost_after_two_fetches(home: Home) -> None:
    home.yaml["server"]["request_as"] = "asker"
    ingredient(home, "critics", MATRIX, DUNE)
    ingredient(home, "friends", MATRIX, DUNE)
    combine(home, "best", "critics", "friends", at_least=2, policy={"on_removed": "cancel"})
    home.apply()
    ingredient(home, "critics", DUNE)
    assert home.says() == [f"hold SourceUntrusted {MATRIX}"]
    assert home.says() == [f"cancel LeftAllLists {MATRIX}"]


def test_a_title_that_was_seen_leaves_the_combination_after_two_fetches(home: Home) -> None:
    home.yaml["server"]["request_as"] = "asker"
    ingredient(home, "critics", MATRIX, DUNE)
    ingredient(home, "seen", HEAT)
    combine(home, "best", "critics", without=("seen",), policy={"on_removed": "cancel"})
    home.apply()
    ingredient(home, "seen", HEAT, MATRIX)
    assert home.says() == [f"hold SourceUntrusted {MATRIX}"]
    assert home.says() == [f"cancel LeftAllLists {MATRIX}"]


def test_combinations_may_be_made_of_combinations_in_any_order(home: Home) -> None:
    combine(home, "outer", "best", without=("seen",))
    combine(home, "best", "critics", "friends", at_least=2, input_only=True)
    ingredient(home, "critics", MATRIX, DUNE)
    ingredient(home, "friends", MATRIX, DUNE)
    ingredient(home, "seen", DUNE)
    assert remote(home.plan()) == [f"create {MATRIX}"]


def test_lists_shows_what_a_combination_holds(home: Home) -> None:
    ingredient(home, "critics", MATRIX, DUNE)
    ingredient(home, "friends", DUNE)
    combine(home, "best", "critics", "friends", at_least=2)
    document = home.within(lambda session: listed(session, "best"))
    assert [str(one.key) for one in document.items if one.wanted] == [DUNE]
    assert document.list.wanted == 1


@pytest.mark.parametrize(
    ("best", "said"),
    [
        ("{of: [critcs]}", "lists.best.combine.of[0]: there is no list critcs (did you mean critics?)"),
        ("{of: [critics], except: [sen]}", "lists.best.combine.except[0]: there is no list sen"),
        ("{of: [best]}", "lists.best.combine: is made of itself: best → best (break the circle)"),
        ("{of: [inner]}", "lists.best.combine: is made of itself: best → inner → best (break the circle)"),
        ("{of: [critics], at_least: 2}", "lists.best.combine.at_least: no title can be in 2 of 1 lists"),
    ],
    ids=["unknown", "unknown except", "itself", "circle", "too many"],
)
def test_wrong_combinations_are_refused_at_validate_with_line_and_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], best: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "version: 1\nserver: {url: http://seerr:5055, api_key: k}\nlists:\n  critics: {source: imdb:top}\n"
    text += f"  best: {{combine: {best}}}\n  inner: {{combine: {{of: [critics], except: [best]}}}}\n"
    (tmp_path / "listsync.yaml").write_text(text, encoding="utf-8")
    assert run(["validate"], World({})) == 1
    line = next(line for line in capsys.readouterr().out.splitlines() if said in line)
    assert line.startswith("listsync.yaml:5:")
