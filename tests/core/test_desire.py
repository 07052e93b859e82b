"""From rows to wants: order, filter, limit, combining, leads, and when a loss is certain."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.decide import Desired
from reconciler.core.desire import (
    Combination,
    ListRule,
    Losses,
    Selection,
    Want,
    contents,
    desired,
    earlier_contents,
    fetched_well,
    loss_countable,
    titled,
    wants,
)
from reconciler.core.filter_rules import make_filter
from reconciler.core.filters import ListFilter
from reconciler.core.selecting import Selecting, candidates, combined, offers
from schemas.config import Filter
from schemas.fetch import ListState, Snapshot
from schemas.media import Ids, Item, Key, Kind
from schemas.reasons import Reason
from schemas.record import Record, RecordState, Resolved, Terms
from schemas.server import Details, RequestOptions

NOW = datetime(2026, 7, 15, tzinfo=UTC)
NAIVE = datetime(2020, 1, 1)  # noqa: DTZ001  as some services write it


def row(n: int, **facts: Any) -> Item:
    """The n-th row; a movie whose TMDB id is n unless told otherwise."""
    return Item(
        **{"ref": f"x:{n}", "title": f"Title {n}", "position": n, "kind": Kind.MOVIE, "ids": Ids(tmdb=n), **facts}
    )


def resolve(item: Item) -> Resolved:
    """By its TMDB id; a row without one is not found."""
    key = Key(item.kind or Kind.MOVIE, item.ids.tmdb) if item.ids.tmdb else None
    return Resolved(ref=item.ref, evidence="", key=key, reason=None if key else Reason.NOT_FOUND, at=NOW)


def asked(**rules: Any) -> ListFilter:
    return make_filter(Filter.model_validate(rules), NOW)


def select(
    rule: ListRule,
    items: Iterable[Item],
    details: Mapping[tuple[Kind, int], Details] | None = None,
    denied: Mapping[Key, str] | None = None,
) -> Selection:
    """The whole way at once, as for a list whose every row is looked up."""
    best_first, left_out = candidates(rule, offers(items))
    selecting = Selecting(rule, (denied or {}).get)
    selecting.take(best_first, resolve, details or {})
    return selecting.finish((), left_out)


def combine(rule: ListRule, selections: Mapping[str, Selection]) -> Selection:
    offered, left_out = combined(rule, selections)
    best_first, filtered = candidates(rule, offered)
    selecting = Selecting(rule, lambda _: None)
    selecting.take(best_first, resolve, {})
    return selecting.finish((), left_out + filtered)


def ids(selection: Selection) -> list[int]:
    return [key.tmdb for key in selection.chosen]


def left_out(selection: Selection) -> list[tuple[str, Reason, str]]:
    return [(one.ref, one.reason, one.detail) for one in selection.excluded]


# order and limit


def test_a_list_keeps_its_own_order_unless_told_otherwise() -> None:
    assert ids(select(ListRule("a"), [row(2), row(1), row(3)])) == [1, 2, 3]
    assert ids(select(ListRule("a", sort="-position"), [row(2), row(1), row(3)])) == [3, 2, 1]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("rating", [2, 1, 3]),
        ("-rating", [1, 2, 3]),
        ("votes", [1, 2, 3]),
        ("-votes", [2, 1, 3]),
        ("added", [1, 2, 3]),
        ("-added", [2, 1, 3]),
        ("release", [2, 1, 3]),
        ("-release", [1, 2, 3]),
    ],
)
def test_a_list_is_sorted_by_what_its_rows_tell_and_what_does_not_tell_comes_last(sort: str, order: list[int]) -> None:
    rows = [
        row(1, ratings={"imdb": 8.0}, votes={"imdb": 10}, added=NAIVE, released=date(2001, 1, 1)),
        row(2, ratings={"imdb": 7.0}, votes={"imdb": 20}, added=datetime(2021, 1, 1, tzinfo=UTC), year=2000),
        row(3),
    ]
    assert ids(select(ListRule("a", sort=sort), rows)) == order


def test_ratings_of_different_services_are_compared_on_one_scale() -> None:
    rows = [row(1, ratings={"letterboxd": 4.5}), row(2, ratings={"imdb": 8.0}), row(3, ratings={"metacritic": 85.0})]
    assert ids(select(ListRule("a", sort="-rating"), rows)) == [1, 3, 2]


def test_of_equal_rows_the_earlier_one_comes_first_in_either_direction() -> None:
    rows = [row(n, ratings={"imdb": 7.0}) for n in (1, 2, 3)]
    assert ids(select(ListRule("a", sort="rating"), rows)) == [1, 2, 3]
    assert ids(select(ListRule("a", sort="-rating"), rows)) == [1, 2, 3]


def test_a_limit_keeps_the_best_and_names_the_others() -> None:
    selection = select(ListRule("a", limit=2, sort="-rating"), [row(n, ratings={"imdb": float(n)}) for n in (1, 2, 3)])
    assert ids(selection) == [3, 2]
    assert left_out(selection) == [("x:1", Reason.OVER_LIMIT, "the list keeps 2")]


def test_a_limit_counts_after_the_filter_the_denied_and_the_doubles() -> None:
    rows = [
        row(1, title="video", excluded="a video game"),
        row(2, year=1950),
        row(3, year=2000),
        row(4, year=2000),
        row(5, year=2000, ids=Ids(tmdb=4)),
        row(6, year=2000),
    ]
    rule = ListRule("a", limit=2, filter=asked(years="1990.."))
    selection = select(rule, rows, denied={Key(Kind.MOVIE, 3): "own it"})
    assert ids(selection) == [4, 6]
    assert left_out(selection) == [
        ("x:1", Reason.NOT_REQUESTABLE, "a video game"),
        ("x:2", Reason.FILTERED, "years: 1950 is before 1990"),
        ("x:3", Reason.DENIED, "own it"),
        ("x:5", Reason.DUPLICATE, "the same title as x:4"),
    ]


def test_a_row_that_could_not_be_looked_up_keeps_its_place_in_the_limit() -> None:
    selection = select(ListRule("a", limit=2), [row(1, ids=Ids()), row(2), row(3)])
    assert ids(selection) == [2]
    assert [one.ref for one in selection.unresolved] == ["x:1"]


def test_ranks_count_what_is_wanted() -> None:
    selection = select(
        ListRule("a", filter=asked(years="1990..")), [row(1, year=1950), row(2, year=2000), row(3, year=2001)]
    )
    assert [one.rank for one in selection.chosen.values()] == [1, 2]


@given(st.integers(1, 10), st.lists(st.tuples(st.integers(0, 8), st.booleans()), max_size=25))
def test_a_limit_of_n_never_gives_more_than_n(limit: int, kinds: list[tuple[int, bool]]) -> None:
    rows = [row(n, ids=Ids(tmdb=tmdb or None), year=2000 if new else 1950) for n, (tmdb, new) in enumerate(kinds, 1)]
    rule = ListRule("a", limit=limit, filter=asked(years="1990..", genres=["Drama"]))
    known = {(Kind.MOVIE, n): Details(kind=Kind.MOVIE, tmdb=n, title="", genres=("Drama",)) for n in range(1, 5)}
    selection = select(rule, rows, known)
    assert len(selection.chosen) + len(selection.unresolved) <= limit
    assert len(selection.chosen) + len(selection.unresolved) + len(selection.excluded) == len(rows)


# filters that need details


DRAMA, HORROR = (
    Details(kind=Kind.MOVIE, tmdb=n, title="", genres=(genre,)) for n, genre in ((1, "Drama"), (2, "Horror"))
)
KNOWN = {(Kind.MOVIE, 1): DRAMA, (Kind.MOVIE, 2): HORROR}


def test_what_the_row_does_not_tell_the_details_decide() -> None:
    selection = select(ListRule("a", filter=asked(genres={"none": ["Horror"]})), [row(1), row(2)], KNOWN)
    assert ids(selection) == [1]
    assert left_out(selection) == [("x:2", Reason.FILTERED, "genres: Horror is excluded")]
    assert selection.excluded[0].key == Key(Kind.MOVIE, 2)


@pytest.mark.parametrize("when_unknown", ["pass", "hold"])
def test_a_title_whose_details_cannot_be_read_now_waits_and_proves_no_loss(when_unknown: str) -> None:
    rule = ListRule("a", filter=asked(genres={"none": ["Horror"]}, when_unknown=when_unknown))
    selection = select(rule, [row(1), row(3)], KNOWN)
    assert ids(selection) == [1]
    assert [(one.ref, one.reason) for one in selection.unresolved] == [("x:3", Reason.LOOKUP_FAILED)]
    assert selection.uncertain


def test_details_are_asked_only_for_what_is_open_resolved_and_not_denied() -> None:
    rule = ListRule("a", filter=asked(genres={"none": ["Horror"]}, kinds=["movie"]))
    rows = [row(1), row(2, genres=("Drama",)), row(3, ids=Ids()), row(4), row(5, kind=None)]
    best_first, _ = candidates(rule, offers(rows))
    selecting = Selecting(rule, {Key(Kind.MOVIE, 4): "no"}.get)
    found = [selecting.asks(offer, resolve) for offer in best_first]
    assert found == [(Kind.MOVIE, 1), None, None, None, (Kind.MOVIE, 5)]


def test_a_title_of_the_wrong_kind_is_left_out_without_reading_its_details() -> None:
    rule = ListRule("a", filter=asked(kinds=["tv"], genres=["Drama"]))
    best_first, _ = candidates(rule, offers([row(1, kind=None)]))
    selecting = Selecting(rule, lambda _: None)
    assert selecting.asks(best_first[0], resolve) is None
    selecting.take(best_first, resolve, {})
    assert left_out(selecting.finish((), ()))[0][1:] == (Reason.FILTERED, "kinds: it is a movie")


def test_a_list_cut_short_by_its_calls_proves_no_loss() -> None:
    best_first, _ = candidates(ListRule("a"), offers([row(1), row(2)]))
    selecting = Selecting(ListRule("a"), lambda _: None)
    selecting.take(best_first[:1], resolve, {})
    selection = selecting.finish(best_first[1:], (), "not looked into yet")
    assert selection.uncertain
    assert left_out(selection) == [("x:2", Reason.OVER_LIMIT, "not looked into yet")]


# combining


def ingredients() -> dict[str, Selection]:
    return {
        "a": select(ListRule("a"), [row(1, ratings={"imdb": 6.0}), row(2), row(3, year=1950)]),
        "b": select(
            ListRule("b"), [row(3, ref="b:3", ratings={"imdb": 9.0}), row(1, ref="b:1"), row(4, ratings={"imdb": 8.0})]
        ),
        "seen": select(ListRule("seen"), [row(4)]),
    }


def test_a_combination_is_the_union_in_the_order_of_its_ingredients() -> None:
    made = combine(ListRule("c", combination=Combination(("b", "a"))), ingredients())
    assert ids(made) == [1, 3, 4, 2]
    assert [one.rank for one in made.chosen.values()] == [1, 2, 3, 4]


def test_at_least_two_is_the_intersection_and_says_where_the_others_were() -> None:
    made = combine(ListRule("c", combination=Combination(("a", "b"), at_least=2)), ingredients())
    assert ids(made) == [1, 3]
    assert left_out(made) == [
        ("x:2", Reason.NOT_COMBINED, "1 of at least 2 lists (through a)"),
        ("x:4", Reason.NOT_COMBINED, "1 of at least 2 lists (through b)"),
    ]


def test_a_list_named_twice_counts_once() -> None:
    assert ids(combine(ListRule("c", combination=Combination(("seen", "seen"), at_least=2)), ingredients())) == []


def test_what_an_except_holds_is_left_out_by_name() -> None:
    made = combine(ListRule("c", combination=Combination(("b",), without=("seen",))), ingredients())
    assert sorted(ids(made)) == [1, 3]
    assert left_out(made) == [("x:4", Reason.NOT_COMBINED, "seen holds it too (through b)")]


def test_a_combination_knows_through_which_ingredients_each_title_came() -> None:
    made = combine(ListRule("c", combination=Combination(("a", "b"))), ingredients())
    assert {key.tmdb: one.through for key, one in made.chosen.items()} == {
        1: ("a", "b"),
        2: ("a",),
        3: ("a", "b"),
        4: ("b",),
    }


def test_a_combination_is_sorted_by_what_any_ingredient_tells() -> None:
    rule = ListRule("c", combination=Combination(("a", "b")), sort="-rating", limit=2)
    made = combine(rule, ingredients())
    assert ids(made) == [3, 4]
    assert ("x:1", Reason.OVER_LIMIT, "the list keeps 2 (through a, b)") in left_out(made)


def test_a_combination_is_filtered_by_what_any_ingredient_tells() -> None:
    rule = ListRule("c", combination=Combination(("a", "b")), filter=asked(rating={"imdb": "7.."}, when_unknown="hold"))
    made = combine(rule, ingredients())
    assert sorted(ids(made)) == [3, 4]
    assert ("x:1", Reason.FILTERED, "rating.imdb 6 is below 7 (through a, b)") in left_out(made)
    assert ("x:2", Reason.FILTERED, "rating.imdb: not known (`when_unknown: hold`) (through a)") in left_out(made)


def test_a_combination_of_combinations_keeps_the_rows_it_rests_on() -> None:
    selections = ingredients()
    selections["c"] = combine(ListRule("c", combination=Combination(("a", "b"))), selections)
    made = combine(ListRule("d", combination=Combination(("c", "seen"), at_least=2)), selections)
    assert ids(made) == [4]
    chosen = next(iter(made.chosen.values()))
    assert (chosen.through, [one.ref for one in chosen.rows]) == (("c", "seen"), ["x:4", "x:4"])


# wants


def want_of(rules: Iterable[ListRule], selections: Mapping[str, Selection], key: str) -> Want:
    return wants(rules, selections)[Key.parse(key)]


def test_the_first_list_in_the_configuration_leads_and_seasons_are_the_union() -> None:
    rows = [row(7, kind=Kind.TV)]
    first = ListRule("first", seasons=("first",), options=RequestOptions(requester=2))
    second = ListRule("second", seasons=("latest",), options=RequestOptions(requester=3))
    want = want_of([first, second], {"first": select(first, rows), "second": select(second, rows)}, "tv:tmdb:7")
    assert (want.lead, want.sponsors, want.options.requester) == ("first", ("first", "second"), 2)
    assert want.seasons == {"first", "latest"}


def test_an_ingredient_requests_nothing_and_a_combination_sponsors_what_it_makes() -> None:
    one = ListRule("one", requests=False)
    both = ListRule("both", combination=Combination(("one",)))
    selections = {"one": select(one, [row(1)])}
    selections["both"] = combine(both, selections)
    want = want_of([one, both], selections, "movie:tmdb:1")
    assert (want.lead, want.sponsors) == ("both", ("both",))


def test_both_qualities_are_two_wants() -> None:
    rule = ListRule("a", qualities=(False, True))
    assert sorted(map(str, wants([rule], {"a": select(rule, [row(1)])}))) == ["movie:tmdb:1", "movie:tmdb:1@4k"]


def test_options_follow_kind_and_quality_and_so_do_obstacles() -> None:
    films, shows = RequestOptions(server_id=0, profile_id=4), RequestOptions(requester=2)
    rule = ListRule(
        "a",
        qualities=(False, True),
        options=shows,
        routes={(Kind.MOVIE, False): films},
        obstacles={(Kind.TV, True): "no such profile"},
    )
    found = wants([rule], {"a": select(rule, [row(1), row(2, kind=Kind.TV)])})
    told = {str(key): (want.options, want.obstacle) for key, want in found.items()}
    assert told == {
        "movie:tmdb:1": (films, ""),
        "movie:tmdb:1@4k": (shows, ""),
        "tv:tmdb:2": (shows, ""),
        "tv:tmdb:2@4k": (shows, "no such profile"),
    }


def test_the_place_of_service_is_the_best_that_any_sponsor_gives() -> None:
    long, short = ListRule("long"), ListRule("short")
    selections = {"long": select(long, [row(n) for n in range(1, 9)]), "short": select(short, [row(8, position=1)])}
    want = want_of([long, short], selections, "movie:tmdb:8")
    assert (want.position, want.list_order) == (1, 1)


def test_a_bare_id_is_called_by_the_servers_title() -> None:
    rule = ListRule("a")
    found = wants([rule], {"a": select(rule, [row(1, title="")])})
    named = titled(found, {(Kind.MOVIE, 1): Details(kind=Kind.MOVIE, tmdb=1, title="Ariel", year=1988)})
    assert [(want.title, want.year) for want in named.values()] == [("Ariel", 1988)]


# contents and losses


def snapshot(source: str, *rows: Item) -> Snapshot:
    return Snapshot(items=rows, fetched_at=NOW, digest="", source=source)


def test_what_an_untrusted_fetch_brings_is_added_and_replaces_nothing() -> None:
    state = ListState(
        name="a", source="s", trusted=snapshot("s", row(1)), extra=snapshot("s", row(1, title="else"), row(2))
    )
    assert [(one.ref, one.title) for one in contents(state, "s")] == [("x:1", "Title 1"), ("x:2", "Title 2")]


def test_another_sources_past_is_not_this_lists() -> None:
    state = ListState(name="a", source="s", trusted=snapshot("old", row(1)), previous=snapshot("older", row(1)))
    assert contents(state, "s") == earlier_contents(state, "s") == ()
    assert not fetched_well(state, "s")
    assert not loss_countable(state, "s")
    assert contents(None, "s") == ()


def record(*sponsors: str) -> Record:
    return Record(key=Key(Kind.MOVIE, 1, True), title="", state=RecordState.REQUESTED, since=NOW, sponsors=sponsors)


@pytest.mark.parametrize(
    ("earlier", "declared", "answer"),
    [
        ({"a": frozenset()}, {"a"}, Desired.ABSENT),
        ({"a": frozenset({Key(Kind.MOVIE, 1)})}, {"a"}, Desired.UNKNOWN),
        ({}, {"a"}, Desired.UNKNOWN),
        ({}, set(), Desired.ABSENT),
    ],
    ids=["lost twice", "lost once", "cannot testify", "no longer declared"],
)
def test_a_loss_is_certain_when_every_former_sponsor_lost_it_for_good(
    earlier: dict[str, frozenset[Key]], declared: set[str], answer: Desired
) -> None:
    assert desired(None, record("a"), Losses(earlier, frozenset(declared)), None) is answer


def test_one_sponsor_that_cannot_testify_keeps_the_loss_uncertain() -> None:
    losses = Losses({"a": frozenset()}, frozenset({"a", "b"}))
    assert desired(None, record("a", "b"), losses, None) is Desired.UNKNOWN


def test_a_denial_counts_at_once() -> None:
    assert desired(None, record("a"), Losses({}, frozenset({"a"})), "own it") is Desired.ABSENT


def test_what_is_wanted_is_wanted_whatever_was_lost() -> None:
    want = Want(Key(Kind.MOVIE, 1), "", None, ("a",), "a", frozenset(), 1, 0, False, Terms(), RequestOptions())
    assert desired(want, record("a"), Losses({}, frozenset()), None) is Desired.WANTED
