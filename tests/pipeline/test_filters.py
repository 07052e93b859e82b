"""Filters in a household: what lists do not tell is asked of the server, once, and no more of it than is needed."""

import pytest

from schemas.media import Key, Kind
from schemas.reasons import Reason
from tests.pipeline.home import Clock, Home, remote

MATRIX, DUNE, HEAT = "movie:tmdb:603", "movie:tmdb:438631", "movie:tmdb:949"
FIRST = 700_000


def add_films(home: Home, count: int, every: int, genre: str = "Western") -> None:
    """So many films on TMDB, of which every n-th is of that genre, and the others dramas."""
    for n in range(count):
        home.server.people.add_title(
            "movie", FIRST + n, f"Film {n}", date="2001-01-01", genres=[genre if n % every == 0 else "Drama"]
        )
    home.holds("films", *(f"movie:tmdb:{FIRST + n}" for n in range(count)))


def left_out(home: Home) -> list[tuple[str, Reason, str]]:
    return [(str(one.key), one.reason, one.detail) for one in home.plan().excluded]


def detail_calls(home: Home) -> int:
    return home.server.count("/movie", "GET") + home.server.count("/tv", "GET")


def test_a_title_is_left_out_with_the_rule_and_the_value_that_did_it(home: Home) -> None:
    home.holds("films", MATRIX, DUNE, filter={"years": "2000.."})
    plan = home.plan()
    assert remote(plan) == [f"create {DUNE}"]
    assert [(str(one.key), one.reason, one.detail) for one in plan.excluded] == [
        (MATRIX, Reason.FILTERED, "years: 1999 is before 2000")
    ]


def test_what_the_row_tells_is_not_asked_of_the_server(home: Home) -> None:
    rows = [
        {"title": "The Matrix", "tmdb_id": 603, "release_year": 1999, "rating": 8.7},
        {"title": "Dune", "tmdb_id": 438631, "release_year": 2021},
    ]
    home.holds("films", *rows, filter={"years": "2000..", "kinds": ["movie"]})
    assert remote(home.plan()) == [f"create {DUNE}"]
    assert detail_calls(home) == 0


def test_details_are_read_once_and_kept(home: Home, clock: Clock) -> None:
    home.holds("films", MATRIX, DUNE, filter={"genres": {"none": ["Western"]}})
    home.plan()
    assert detail_calls(home) == 2
    clock.pass_(days=3)
    home.plan()
    assert detail_calls(home) == 2


def test_only_what_passed_the_cheap_rules_is_looked_into(home: Home) -> None:
    rows = [{"title": f"Film {n}", "tmdb_id": n, "release_year": 1950} for n in (1, 2, 3)]
    home.holds("films", *rows, {"title": "Dune", "tmdb_id": 438631, "release_year": 2021})
    home.yaml["lists"]["films"]["filter"] = {"years": "1990..", "genres": {"none": ["Western"]}}
    home.plan()
    assert [call.path for call in home.server.calls if call.path.startswith("/movie")] == ["/movie/438631"]


def test_a_limit_is_filled_past_what_the_details_refuse_and_no_further(home: Home) -> None:
    add_films(home, 300, every=5)
    home.yaml["lists"]["films"] |= {"limit": 10, "filter": {"genres": ["Western"]}}
    plan = home.plan()
    assert remote(plan) == [f"create movie:tmdb:{FIRST + 5 * n}" for n in range(10)]
    assert detail_calls(home) < 100


def test_a_filter_that_refuses_nearly_all_looks_into_a_bounded_number_in_each_run_and_goes_on_in_the_next(
    home: Home,
) -> None:
    add_films(home, 450, every=400)
    home.yaml["lists"]["films"] |= {"limit": 3, "filter": {"genres": ["Western"]}}
    calls = []
    for _ in range(4):
        before = detail_calls(home)
        wanted = home.plan().summary.create
        calls.append((detail_calls(home) - before, wanted))
    assert calls == [(200, 1), (200, 1), (50, 2), (0, 2)]


def test_details_that_grew_old_serve_on_while_they_are_renewed_some_at_a_time(home: Home, clock: Clock) -> None:
    add_films(home, 900, every=300)
    home.yaml["lists"]["films"] |= {"limit": 3, "filter": {"genres": ["Western"]}}
    while home.plan().summary.create < 3:
        pass
    clock.pass_(days=8)
    calls = []
    for _ in range(3):
        before = detail_calls(home)
        assert home.plan().summary.create == 3
        calls.append(detail_calls(home) - before)
    assert calls[0] == 500
    assert sum(calls) < 900
    assert calls[2] == 0


def test_rows_that_were_not_looked_into_yet_are_no_loss(home: Home) -> None:
    home.holds("films", f"movie:tmdb:{FIRST + 449}", policy={"on_removed": "cancel"})
    home.server.people.add_title("movie", FIRST + 449, "Last", date="2001-01-01", genres=["Western"])
    home.yaml["server"]["request_as"] = "asker"
    home.apply()
    add_films(home, 450, every=449)
    home.yaml["lists"]["films"] |= {"limit": 3, "filter": {"genres": ["Western"]}}
    for _ in range(2):
        assert not [line for line in home.says() if line.startswith("cancel")]


def test_a_tmdb_outage_lets_nothing_through_a_filter_and_takes_nothing_away(home: Home, clock: Clock) -> None:
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX, policy={"on_removed": "cancel"}, filter={"genres": {"none": ["Western"]}})
    home.apply()
    home.holds("films", MATRIX, HEAT)
    home.server.people.set_tmdb(500)
    clock.pass_(days=40)
    for _ in range(3):
        plan = home.plan()
        assert remote(plan) == []
        assert [(one.ref, one.reason) for one in plan.unresolved] == [("tmdb:movie:949", Reason.LOOKUP_FAILED)]
    home.server.people.set_tmdb(None)
    assert remote(home.plan()) == [f"create {HEAT}"]


def test_lists_shows_which_rows_wait_for_their_details(home: Home) -> None:
    from reconciler.listing import listed

    home.holds("films", MATRIX, filter={"genres": {"none": ["Western"]}})
    home.server.people.set_tmdb(500)
    (row,) = home.within(lambda session: listed(session, "films")).items
    assert (str(row.key), row.reason) == (MATRIX, Reason.LOOKUP_FAILED)
    assert "genres" in row.detail


def test_an_outage_ends_the_asking_before_every_title_was_tried(home: Home) -> None:
    add_films(home, 200, every=2)
    home.yaml["lists"]["films"]["filter"] = {"genres": ["Western"]}
    home.server.people.set_tmdb(500)
    assert home.plan().summary.unresolved == 200
    assert detail_calls(home) < 100


def test_titles_that_tmdb_forgot_do_not_end_the_asking(home: Home) -> None:
    add_films(home, 60, every=1)
    home.holds("gone", *(f"movie:tmdb:{n}" for n in range(880_000_000, 880_000_040)))
    for name in ("films", "gone"):
        home.yaml["lists"][name]["filter"] = {"genres": ["Western"]}
    plan = home.plan()
    assert (plan.summary.create, plan.summary.unresolved) == (60, 40)


@pytest.mark.parametrize(("when_unknown", "created"), [("pass", 1), ("hold", 0)])
def test_when_unknown_decides_about_what_nobody_tells(home: Home, when_unknown: str, created: int) -> None:
    home.server.people.add_title("movie", FIRST, "Untold", date="2001-01-01")
    home.holds("films", f"movie:tmdb:{FIRST}", filter={"genres": {"none": ["Horror"]}, "when_unknown": when_unknown})
    plan = home.plan()
    assert plan.summary.create == created
    told = [one.detail for one in plan.excluded]
    assert told == ([] if created else ["genres: not known (`when_unknown: hold`)"])


def test_a_filter_added_later_counts_at_once_like_every_edit(home: Home) -> None:
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX, DUNE, policy={"on_removed": "cancel"})
    home.apply()
    home.yaml["lists"]["films"]["filter"] = {"years": "2000.."}
    assert home.says() == [f"cancel LeftAllLists {MATRIX}"]


def test_a_suppressed_title_stays_suppressed_through_a_filter_that_comes_and_goes(home: Home, clock: Clock) -> None:
    home.holds("films", MATRIX, DUNE)
    home.apply()
    request = next(one["id"] for one in home.server.people.all_requests() if one["media"]["tmdbId"] == 603)
    home.server.people.delete_request(request)
    home.apply()
    home.yaml["lists"]["films"]["filter"] = {"years": "2000.."}
    home.apply()
    clock.pass_(hours=1)
    del home.yaml["lists"]["films"]["filter"]
    home.apply()
    record = home.within(lambda session: session.ledger.record(Key(Kind.MOVIE, 603)))
    assert record is not None
    assert record.state == "suppressed"


def test_a_list_with_a_filter_is_read_to_its_end(home: Home) -> None:
    """A provider that stops at the limit would leave nothing for the filter to choose from."""
    rows = [{"title": f"Film {n}", "tmdb_id": n, "release_year": 1950} for n in range(1, 30)]
    home.holds("films", *rows, {"title": "Dune", "tmdb_id": 438631, "release_year": 2021}, limit=1)
    home.yaml["lists"]["films"]["filter"] = {"years": "1990.."}
    assert remote(home.plan()) == [f"create {DUNE}"]


def test_every_rule_is_answered_by_what_the_server_tells(home: Home) -> None:
    home.server.people.add_title(
        "movie",
        FIRST,
        "Le Film",
        original_title="Le Film",
        date="2001-01-01",
        language="fr",
        genres=["Drama"],
        runtime=95,
        rating=7.1,
        votes=800,
        countries=["FR", "BE"],
        keywords=["heist"],
        certifications={"US": "R", "FR": "12"},
    )
    rules = {
        "kinds": ["movie"],
        "years": "2001",
        "rating": {"tmdb": "7..", "votes": "500.."},
        "runtime": "..100",
        "genres": ["Drama"],
        "languages": ["fr"],
        "countries": ["BE"],
        "keywords": ["Heist"],
        "certification": ["FR:12"],
        "released": "30d",
        "status": ["released"],
        "title": ["^Le "],
        "when_unknown": "hold",
    }
    home.holds("films", f"movie:tmdb:{FIRST}", filter=rules)
    assert left_out(home) == []
    wrong = {
        "years": "2002",
        "rating": {"tmdb": "8.."},
        "runtime": "100..",
        "genres": ["Comedy"],
        "languages": ["en"],
        "countries": {"none": ["BE"]},
        "keywords": {"none": ["heist"]},
        "certification": {"none": ["R"]},
        "status": ["planned"],
        "title": {"none": ["^Le "]},
    }
    for name, rule in wrong.items():
        home.yaml["lists"]["films"]["filter"] = rules | {name: rule}
        (_, reason, detail) = left_out(home)[0]
        assert (reason, detail.split(":")[0].split(" ")[0].split(".")[0]) == (Reason.FILTERED, name)
