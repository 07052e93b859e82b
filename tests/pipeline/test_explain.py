"""`explain` answers for whatever a title is called by, present or past, wanted or not, and says what it rests on."""

from datetime import UTC, datetime

import pytest

from reconciler.commands.render.explain import explain_text
from reconciler.commands.render.page import View
from reconciler.core.rails import Pause
from reconciler.errors import UsageProblem
from reconciler.explaining import explain
from reconciler.pausing import pause
from schemas.explain import ExplainedKey, Explanation
from schemas.plan import Action
from schemas.reasons import Reason
from tests.pipeline import lives
from tests.pipeline.home import Clock, Home
from tests.pipeline.lives import DUNE, HEAT, MATRIX, THRONES


def asked(home: Home, query: str) -> Explanation:
    return home.within(lambda session: explain(session, query))


def only(home: Home, query: str = MATRIX) -> ExplainedKey:
    (one,) = asked(home, query).keys
    return one


def page(home: Home, query: str, width: int = 100) -> str:
    return explain_text(asked(home, query), View(width=width, now=home.clock()))


# --- what it understands ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "The Matrix",
        "matrix (1999)",
        MATRIX,
        "tt0133093",
        "https://www.imdb.com/title/tt0133093/",
        "https://www.themoviedb.org/movie/603-the-matrix",
        "imdb:tt0133093",
    ],
)
def test_a_title_is_known_by_whatever_people_call_it(home: Home, query: str) -> None:
    lives.wanted(home, "tt0133093", HEAT)
    assert str(only(home, query).key) == MATRIX


def test_an_address_on_the_household_s_own_server_names_its_title(home: Home) -> None:
    lives.wanted(home)
    assert str(only(home, f"{home.server.url}/movie/603").key) == MATRIX


def test_another_year_is_another_title(home: Home) -> None:
    lives.wanted(home, "Dune (1984)", "Dune (2021)")
    assert str(only(home, "dune (1984)").key) == "movie:tmdb:841"
    assert {str(one.key) for one in asked(home, "dune").keys} == {"movie:tmdb:841", DUNE}


def test_of_titles_that_hold_the_words_those_that_are_called_so_are_told_and_the_others_named(home: Home) -> None:
    lives.wanted(home, "Alien (1979)", "Alien: Romulus (2024)", "Aliens (1986)")
    found = asked(home, "alien")
    assert [str(one.key) for one in found.keys] == ["movie:tmdb:348"]
    assert [str(one.key) for one in found.also] == ["movie:tmdb:945961"]


def test_a_title_in_both_qualities_is_told_twice_and_one_quality_alone_when_that_is_asked(home: Home) -> None:
    lives.wanted(home, request={"is_4k": "both"})
    assert [str(one.key) for one in asked(home, "matrix").keys] == [MATRIX, f"{MATRIX}@4k"]
    assert str(only(home, f"{MATRIX}@4k").key) == f"{MATRIX}@4k"


def test_a_row_that_left_its_list_still_names_its_title(home: Home) -> None:
    """By the name that the list had for it, and by its IMDb id for good."""
    lives.requested(home, "tt0133093", HEAT)
    lives.loses(home, HEAT)
    assert str(only(home, "imdb:tt0133093").key) == MATRIX
    lives.loses(home, HEAT, plans=2)
    home.apply()
    gone = only(home, "tt0133093")
    assert (str(gone.key), gone.formerly, gone.wanted) == (MATRIX, ("films",), False)
    assert "requested" in {event.type for event in gone.events}
    assert gone.obstacles[0].detail.startswith("formerly on films; gone since 2026-01-0")


@pytest.mark.parametrize(
    ("query", "meant"), [("Matrxi", "The Matrix (1999)"), ("file:the-matrx-1999", "file:the-matrix-1999")]
)
def test_what_nothing_fits_is_an_error_that_names_what_is_near(home: Home, query: str, meant: str) -> None:
    lives.wanted(home, "The Matrix (1999)")
    with pytest.raises(UsageProblem) as error:
        asked(home, query)
    assert error.value.exit_code == 64
    assert query in str(error.value)
    assert f"did you mean {meant}?" in error.value.remedy


def test_a_key_that_tmdb_does_not_know_is_an_error_with_where_to_look(home: Home) -> None:
    lives.wanted(home)
    with pytest.raises(UsageProblem, match="TMDB knows no movie 999999999"):
        asked(home, "movie:tmdb:999999999")


def test_an_error_names_the_lists_that_could_not_be_read(home: Home) -> None:
    lives.wanted(home)
    home.yaml["lists"]["lost"] = {"source": "file:lost.txt"}
    home.plan()
    with pytest.raises(UsageProblem) as error:
        asked(home, "Qwertyuiop")
    assert "lost (Failed)" in error.value.remedy


# --- why not ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [DUNE, "tt1160419", "Dune: Part Two"])
def test_a_title_that_no_list_holds_is_answered_for(home: Home, query: str) -> None:
    lives.wanted(home)
    one = only(home, query)
    assert (one.wanted, one.action, one.sentence) == (False, Action.NOTHING, "no list holds it")
    assert one.title.startswith("Dune")
    assert one.year is not None
    assert "put it on one of the lists" in one.way_out


def test_a_filter_says_which_rule_excludes_what_and_the_line_to_change(home: Home) -> None:
    asks = {"years": "2000..", "genres": {"none": ["Western"]}, "rating": {"imdb": "8.."}}
    rows = {"title": "The Matrix", "tmdb_id": 603, "release_year": 1999, "genres": ["Action"]}
    home.holds("films", rows, filter=asks)
    home.plan()
    one = only(home)
    (left,) = one.left_out
    assert [(rule.rule, rule.verdict, rule.detail) for rule in left.filters] == [
        ("rating.imdb", "unknown", ""),
        ("years", "excludes", "years: 1999 is before 2000"),
        ("genres", "holds", "Action"),
    ]
    assert one.way_out == left.way_out == "change `lists.films.filter.years`, which is 2000.."


def test_a_list_that_wants_a_title_says_what_each_rule_of_its_filter_found(home: Home) -> None:
    lives.wanted(home, filter={"years": "1990..", "rating": {"tmdb": "7.."}, "runtime": "..180"})
    (sponsor,) = only(home).sponsors
    assert {rule.rule: (rule.verdict, rule.detail) for rule in sponsor.filters} == {
        "rating.tmdb": ("holds", "8.2"),
        "years": ("holds", "1999"),
        "runtime": ("holds", "136 minutes"),
    }


def test_what_an_unknown_value_excludes_may_be_let_through(home: Home) -> None:
    lives.wanted(home, filter={"rating": {"imdb": "8.."}, "when_unknown": "hold"})
    assert only(home).way_out.startswith("`lists.films.filter.when_unknown: pass` lets it through")


def test_an_ingredient_alone_requests_nothing_and_that_is_said(home: Home) -> None:
    home.holds("critics", MATRIX, input_only=True)
    home.plan()
    one = only(home)
    assert one.sentence == "only critics holds it, an ingredient that requests nothing by itself"
    assert one.way_out == "drop `lists.critics.input_only`"
    assert "held by        critics since" in page(home, MATRIX)


def test_a_combination_that_cannot_be_made_is_said_to_be_in_the_way(home: Home) -> None:
    home.holds("critics", MATRIX, input_only=True)
    home.yaml["lists"]["seen"] = {"source": "file:nowhere.txt", "input_only": True}
    home.yaml["lists"]["best"] = {"combine": {"of": ["critics"], "except": ["seen"]}}
    home.plan()
    (obstacle,) = only(home).obstacles
    assert "seen (under `except`) was never read well" in obstacle.detail
    assert "listsync status" in obstacle.way_out


def test_a_row_beyond_the_limit_is_found_by_its_title_and_by_its_key(home: Home) -> None:
    lives.wanted(home, DUNE, "The Matrix (1999)", limit=1)
    assert [row.reason for row in asked(home, "matrix").left_out] == [Reason.OVER_LIMIT]
    home.yaml["lists"]["films"].pop("limit")
    home.plan()
    home.yaml["lists"]["films"]["limit"] = 1
    one = only(home)
    assert (one.reason, one.way_out) == (Reason.OVER_LIMIT, "raise `lists.films.limit`, which is 1")


# --- what is in the way ----------------------------------------------------------------------------------------------


def test_a_denial_names_the_reason_that_a_person_gave_and_the_key_that_stands_in_the_file(home: Home) -> None:
    lives.denied(home)
    home.yaml["lists"]["films"]["request"] = {"is_4k": True}
    home.yaml["overrides"]["deny"][MATRIX]["until"] = "2027-01-01"
    one = only(home)
    assert one.detail == "own it on disc, until 2027-01-01"
    assert one.way_out == f"`listsync deny {MATRIX} --remove`"


def test_one_quality_may_be_denied_alone(home: Home) -> None:
    home.yaml["overrides"] = {"deny": {f"{MATRIX}@4k": {"why": "no room"}}}
    lives.wanted(home, request={"is_4k": "both"})
    assert home.says() == [f"create Wanted {MATRIX}"]
    hd, uhd = asked(home, "matrix").keys
    assert (hd.reason, uhd.reason, uhd.detail) == (Reason.WANTED, Reason.DENIED, "no room")
    assert uhd.way_out == f"`listsync deny {MATRIX}@4k --remove`"


def test_what_stands_behind_the_first_no_is_told_too(home: Home) -> None:
    lives.suppressed(home)
    home.yaml["lists"]["films"]["pause"] = {"reason": "disk full"}
    first, second = only(home).obstacles
    assert (first.reason, second.reason) == (Reason.SUPPRESSED, Reason.PAUSED)
    assert second.way_out == "remove `lists.films.pause` from listsync.yaml"
    assert "Then in the way" in page(home, MATRIX)


def test_a_title_that_is_there_has_nothing_in_its_way(home: Home) -> None:
    lives.available(home)
    home.yaml["rails"]["pause"] = {"reason": "disk full"}
    assert only(home).obstacles == ()


def test_every_rail_says_its_verdict_and_what_it_goes_by(home: Home) -> None:
    home.yaml["rails"] = {
        "budget": {"first_run": 5, "per_run": 1, "per_day": 3},
        "windows": [{"allow": "0 11 * * *", "for": "2h"}],
    }
    lives.wanted(home, DUNE, MATRIX, budget={"per_run": 4})
    one = only(home)
    told = [(rail.rail, rail.list, rail.passes, rail.detail) for rail in one.rails]
    assert told == [
        ("window", None, True, "open until 2026-01-05 13:00 UTC"),
        ("first_run", None, True, "1 of 5 used"),
        ("per_run", None, False, "1 of 1 used"),
        ("per_day", None, True, "1 of 3 used"),
        ("per_run", "films", True, "1 of 4 used"),
    ]
    assert (one.action, one.proposed, one.reason) == (Action.CREATE, Action.CREATE, Reason.RUN_BUDGET)
    assert one.turn == datetime(2026, 1, 6, 12, tzinfo=UTC)
    assert "waits for its turn (in 24 h)" in page(home, MATRIX)


def test_a_pause_that_a_person_set_is_lifted_by_the_command_that_it_names(home: Home) -> None:
    lives.wanted(home)
    home.within(lambda session: pause(session, "films", Pause("holidays", None, "`listsync resume films`")))
    one = only(home)
    assert (one.action, one.reason, one.way_out) == (Action.HOLD, Reason.PAUSED, "`listsync resume films`")
    assert one.rails[0].detail == "holidays"


def test_explaining_leaves_plans_and_budgets_as_they_are(home: Home) -> None:
    lives.wanted(home)
    before = home.says()
    writes = len(list(home.server.calls.writes()))
    asked(home, MATRIX)
    assert home.says() == before
    assert len(list(home.server.calls.writes())) == writes


# --- what it rests on ------------------------------------------------------------------------------------------------


def test_a_list_that_tells_when_a_title_was_added_is_believed(home: Home) -> None:
    home.holds("films", {"title": "The Matrix", "tmdb_id": 603, "added": "2025-03-04T10:00:00Z"})
    home.plan()
    (sponsor,) = only(home).sponsors
    assert (sponsor.since, sponsor.since_told) == (datetime(2025, 3, 4, 10, tzinfo=UTC), True)


def test_else_a_list_holds_it_since_it_was_first_seen_there_as_far_as_is_remembered(home: Home, clock: Clock) -> None:
    lives.requested(home)
    first = clock.now
    for _ in range(4):
        clock.pass_(days=3)
        home.plan()
    (sponsor,) = only(home).sponsors
    assert (sponsor.since, sponsor.since_told) == (first, False)
    assert "films since 2026-01-05 or earlier" in page(home, MATRIX)


def test_a_match_by_title_tells_its_score_and_what_came_second(home: Home) -> None:
    lives.wanted(home, "Alien (1979)")
    (sponsor,) = only(home, "movie:tmdb:348").sponsors
    assert (sponsor.method, sponsor.score) == ("title", 2.0)
    assert sponsor.runner_up is not None
    assert sponsor.runner_up.title.startswith("Alien")


def test_an_override_tells_its_reason_and_what_the_row_was_taken_for(home: Home) -> None:
    lives.corrected(home)
    (sponsor,) = only(home, DUNE).sponsors
    assert (sponsor.method, sponsor.why, str(sponsor.instead_of)) == ("override", "the new one", "movie:tmdb:841")
    assert "matched by `overrides.match`, not movie:tmdb:841, the new one" in page(home, DUNE, 140)


def test_the_request_is_told_with_its_state_its_requester_and_its_day(home: Home) -> None:
    lives.declined(home)
    one = only(home)
    assert (one.request_status, one.ours, one.requester) == ("declined", True, "asker")
    assert one.requested_at.startswith("2026-01-05")


def test_a_show_tells_its_seasons(home: Home) -> None:
    lives.partly_there(home)
    one = only(home, THRONES)
    assert one.seasons_wanted[-1] == one.seasons_there[-1] + 1
    assert one.seasons_remembered == one.seasons_there


def test_the_first_lines_are_the_verdict_and_the_way_out(home: Home) -> None:
    lives.suppressed(home)
    lines = page(home, MATRIX, 140).splitlines()
    assert lines[0].startswith("! The Matrix (1999) is not requested: it was deleted or declined")
    assert lines[1] == f"  → `listsync allow {MATRIX}` lifts it once"


def test_many_titles_are_told_in_two_lines_each(home: Home) -> None:
    for n in range(6):
        home.server.people.add_title("movie", 700_000 + n, f"Film {n}", date="2001-01-01")
    lives.wanted(home, *(f"Film {n} (2001)" for n in range(6)))
    shown = page(home, "film")
    assert len(shown.splitlines()) < 6 * 4
    assert "wanted by" not in shown
