"""A filter's rules hold of a title, exclude it with the rule and the value, or find the value not told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.filter_rules import make_filter
from reconciler.core.filters import ListFilter
from schemas.config import Filter
from schemas.media import Ids, Item, Kind
from schemas.server import Details

NOW = datetime(2026, 7, 15, 12, tzinfo=UTC)
MATRIX = Item(ref="imdb:tt0133093", title="The Matrix", position=1, kind=Kind.MOVIE)


def made(**rules: Any) -> ListFilter:
    return make_filter(Filter.model_validate(rules), NOW)


def item(**facts: Any) -> Item:
    return replace(MATRIX, **facts)


def details(kind: Kind = Kind.MOVIE, **facts: Any) -> Details:
    return Details(kind=kind, tmdb=603, title="The Matrix", **facts)


def of_item(rules: dict[str, Any], **facts: Any) -> str | None:
    """The refusal; empty, it passes; None, it is open."""
    screening = made(**rules).of_rows([item(**facts)])
    return None if screening.open else screening.refusal


def of_details(rules: dict[str, Any], kind: Kind = Kind.MOVIE, **facts: Any) -> str:
    asked = made(**rules)
    return asked.of_details(asked.rules, details(kind, **facts))


ITEM_CASES = [
    ({"kinds": ["movie"]}, {"kind": "movie"}, ""),
    ({"kinds": ["movie"]}, {"kind": "tv"}, "kinds: it is a show"),
    ({"kinds": ["tv"]}, {"kind": "movie"}, "kinds: it is a movie"),
    ({"kinds": ["movie"]}, {"kind": None}, None),
    ({"years": "1990.."}, {"year": 1990}, ""),
    ({"years": "1990.."}, {"year": 1989}, "years: 1989 is before 1990"),
    ({"years": "..1999"}, {"year": 2000}, "years: 2000 is after 1999"),
    ({"years": "1999"}, {"released": date(1999, 3, 31)}, ""),
    ({"years": "1999"}, {}, None),
    ({"rating": {"imdb": "6.5.."}}, {"ratings": {"imdb": 6.5}}, ""),
    ({"rating": {"imdb": "6.5.."}}, {"ratings": {"imdb": 5.9}}, "rating.imdb 5.9 is below 6.5"),
    ({"rating": {"imdb": "..8"}}, {"ratings": {"imdb": 8.75}}, "rating.imdb 8.75 is above 8"),
    ({"rating": {"metacritic": "60.."}}, {"ratings": {"metacritic": 59.0}}, "rating.metacritic 59 is below 60"),
    ({"rating": {"letterboxd": "3.5.."}}, {"ratings": {"letterboxd": 4.1}}, ""),
    ({"rating": {"tmdb": "6.."}}, {"ratings": {"imdb": 9.0}}, None),
    ({"rating": {"tmdb": "6.."}}, {"ratings": {"tmdb": float("nan")}}, None),
    ({"rating": {"votes": "5000.."}}, {"votes": {"imdb": 4999}}, "rating.votes 4999 is below 5000"),
    ({"rating": {"votes": "5000.."}}, {"votes": {"imdb": 5000, "tmdb": 10}}, ""),
    ({"rating": {"votes": "5000.."}}, {"votes": {"tmdb": 10}}, "rating.votes 10 is below 5000"),
    ({"rating": {"votes": "5000.."}}, {"votes": {"letterboxd": 9}}, None),
    ({"rating": {"trakt": "1..", "votes": "50.."}}, {"votes": {"imdb": 9, "trakt": 60}, "ratings": {"trakt": 8.0}}, ""),
    ({"runtime": "..180"}, {"runtime": 136}, ""),
    ({"runtime": "..180"}, {"runtime": 201}, "runtime 201 is above 180"),
    ({"runtime": "..180"}, {"runtime": 0}, None),
    ({"genres": {"any": ["Drama"]}}, {"genres": ("drama",)}, ""),
    ({"genres": ["Drama"]}, {"genres": ("Action", "War")}, "genres: none of Drama (it has Action, War)"),
    ({"genres": {"all": ["Action", "Drama"]}}, {"genres": ("Action",)}, "genres: lacks Drama (it has Action)"),
    ({"genres": {"none": ["horror"]}}, {"genres": ("Drama", "Horror")}, "genres: horror is excluded"),
    ({"genres": {"none": ["Horror"]}}, {"genres": ()}, None),
    ({"languages": ["en", "fr"]}, {"languages": ("ko", "en")}, "languages: none of en, fr (it has ko)"),
    ({"languages": ["EN"]}, {"languages": ("en", "ko")}, ""),
    ({"languages": {"none": ["hi"]}}, {"languages": ("en", "hi")}, ""),
    ({"languages": {"all": ["en", "hi"]}}, {"languages": ("en", "hi")}, ""),
    ({"languages": ["zh"]}, {"languages": ("cn",)}, ""),
    ({"countries": ["uk"]}, {"countries": ("GB", "US")}, ""),
    ({"countries": {"none": ["US"]}}, {"countries": ("GB", "US")}, "countries: US is excluded"),
    ({"keywords": ["heist"]}, {"keywords": ("Heist",)}, ""),
    ({"keywords": ["heist"]}, {"keywords": ("space",)}, None),
    ({"keywords": {"none": ["christmas"]}}, {"keywords": ("christmas",)}, "keywords: christmas is excluded"),
    ({"keywords": {"none": ["christmas"]}}, {"keywords": ("space",)}, None),
    ({"certification": ["PG-13"]}, {"certification": "pg13"}, ""),
    ({"certification": ["PG"]}, {"certification": "R"}, "certification: none of PG (it has R)"),
    ({"certification": {"none": ["NC-17"]}}, {"certification": "NC-17"}, "certification: NC-17 is excluded"),
    ({"certification": ["DE:12"]}, {"certification": "R"}, None),
    ({"released": True}, {"released": date(2026, 7, 15)}, ""),
    ({"released": True}, {"released": date(2026, 7, 16)}, "released: not before 2026-07-16"),
    ({"released": "30d"}, {"released": date(2026, 7, 1)}, "released: 2026-07-01, less than 30 days ago"),
    ({"released": "30d"}, {"released": date(2026, 6, 15)}, ""),
    ({"released": True}, {"year": 2025}, ""),
    ({"released": True}, {"year": 2026}, None),
    ({"released": True}, {"year": 2027}, "released: not before 2027"),
    ({"status": ["ended"]}, {"kind": "tv", "status": "Ended"}, ""),
    ({"status": {"none": ["cancelled"]}}, {"kind": "tv", "status": "canceled"}, "status: canceled is excluded"),
    ({"status": ["ended"]}, {"kind": "tv", "status": "Continuing"}, "status: none of ended (it is returning series)"),
    ({"status": ["ended"]}, {"kind": "tv", "status": "released"}, None),
    (
        {"status": ["released"]},
        {"kind": "movie", "status": "post_production"},
        "status: none of released (it is post production)",
    ),
    ({"status": ["released"]}, {"kind": "movie", "status": "who knows"}, None),
    ({"title": {"none": ["^the "]}}, {}, "title: /^the / is excluded"),
    ({"title": ["matrix$"]}, {}, ""),
    ({"title": ["^Le "]}, {"original_title": "Le Matrix"}, ""),
    ({"title": ["^Le "]}, {"title": ""}, None),
    ({"title": ["^Le "]}, {"title": "tt0133093", "ids": Ids(imdb="tt0133093")}, None),
]


@pytest.mark.parametrize(("rules", "facts", "answer"), ITEM_CASES, ids=[f"{one[0]} {one[1]}" for one in ITEM_CASES])
def test_a_rule_passes_excludes_with_the_value_or_stays_open(
    rules: dict[str, Any], facts: dict[str, Any], answer: str | None
) -> None:
    assert of_item(rules, **facts) == answer


DETAILS_CASES = [
    ({"rating": {"tmdb": "7.."}}, {"rating": 8.2, "votes": 100}, ""),
    ({"rating": {"tmdb": "7.."}}, {"rating": 6.0, "votes": 100}, "rating.tmdb 6 is below 7"),
    ({"rating": {"votes": "50.."}}, {"votes": 0}, "rating.votes 0 is below 50"),
    ({"runtime": "..100"}, {"runtime": 136}, "runtime 136 is above 100"),
    ({"genres": ["Sci-Fi"]}, {"genres": ("Science Fiction",)}, ""),
    ({"genres": {"none": ["Fantasy"]}}, {"genres": ("Sci-Fi & Fantasy",)}, "genres: Fantasy is excluded"),
    ({"languages": ["en"]}, {"languages": ("fr",)}, "languages: none of en (it has fr)"),
    ({"countries": ["FR"]}, {"countries": ("US", "FR")}, ""),
    ({"keywords": {"none": ["christmas"]}}, {"keywords": ()}, ""),
    ({"keywords": ["heist"]}, {"keywords": ()}, "keywords: none of heist (it has none)"),
    ({"released": True}, {"released": "2026-12-18"}, "released: not before 2026-12-18"),
    ({"released": True}, {"released": "1999-03-31"}, ""),
    ({"released": True}, {"status": "In Production"}, "released: not yet (In Production)"),
    ({"released": True}, {"status": "Released"}, ""),
    ({"status": ["released"]}, {"status": "Rumored"}, "status: none of released (it is rumored)"),
    ({"title": ["^the matrix$"]}, {}, ""),
]


@pytest.mark.parametrize(("rules", "facts", "answer"), DETAILS_CASES, ids=[f"{one[0]}" for one in DETAILS_CASES])
def test_what_no_row_tells_the_servers_details_answer(
    rules: dict[str, Any], facts: dict[str, Any], answer: str
) -> None:
    assert of_details(rules, **facts) == answer


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Sci-Fi", "Science Fiction"),
        ("science-fiction", "Sci-Fi & Fantasy"),
        ("Action", "Action & Adventure"),
        ("Action & Adventure", "Adventure"),
        ("War", "War & Politics"),
        ("Talk", "Talk-Show"),
        ("Reality", "Reality-TV"),
        ("Sport", "Sports"),
        ("Children", "Kids"),
        ("film noir", "Film-Noir"),
    ],
)
def test_genres_are_one_whichever_service_names_them(written: str, told: str) -> None:
    assert of_item({"genres": [written]}, genres=(told,)) == ""
    assert of_item({"genres": [told]}, genres=(written,)) == ""


CERTIFIED = {"US": "R", "AU": "PG", "DE": "16", "NL": "12"}


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ({"any": ["PG", "PG-13"]}, "certification: none of PG, PG-13 (it has US R, AU PG, DE 16, NL 12)"),
        ({"any": ["R"]}, ""),
        ({"any": ["AU:PG"]}, ""),
        ({"any": ["DE:12"]}, "certification: none of DE:12 (it has US R, AU PG, DE 16, NL 12)"),
        ({"any": ["12"]}, ""),
        ({"none": ["16"]}, "certification: 16 is excluded"),
    ],
)
def test_an_american_label_means_americas_rating_and_a_country_in_front_means_its_own(
    rule: dict[str, Any], answer: str
) -> None:
    assert of_details({"certification": rule}, certifications=CERTIFIED) == answer


def test_a_label_of_another_country_stands_in_where_america_gave_none() -> None:
    assert of_details({"certification": ["PG"]}, certifications={"AU": "PG"}) == ""


def test_the_kind_and_year_of_the_matched_title_answer_without_details() -> None:
    asked = made(kinds=["movie"], years="1990..")
    screening = asked.of_rows([item(kind=None)])
    assert [rule.name for rule in screening.open] == ["kinds", "years"]
    assert asked.of_match(screening.open, Kind.TV, 1999).refusal == "kinds: it is a show"
    assert asked.of_match(screening.open, Kind.MOVIE, 1984).refusal == "years: 1984 is before 1990"
    assert asked.of_match(screening.open, Kind.MOVIE, 1999) == made().of_rows([MATRIX])


def test_every_rule_must_hold() -> None:
    asked = {"kinds": ["movie"], "years": "1990..", "rating": {"imdb": "7.."}}
    assert of_item(asked, year=1999, ratings={"imdb": 8.7}) == ""
    assert of_item(asked, year=1999, ratings={"imdb": 6.0}) == "rating.imdb 6 is below 7"
    assert of_item(asked, year=1980, ratings={"imdb": 8.7}) == "years: 1980 is before 1990"


def test_a_refusal_does_not_wait_for_what_is_open() -> None:
    assert of_item({"genres": ["Drama"], "years": "2000.."}, year=1999) == "years: 1999 is before 2000"


def test_a_value_that_nobody_tells_passes_unless_the_list_holds_it() -> None:
    rule = {"rating": {"imdb": "7.."}}
    assert of_item(rule) == ""
    assert of_item({**rule, "when_unknown": "hold"}) == "rating.imdb: not known (`when_unknown: hold`)"
    assert of_details({"genres": {"none": ["Horror"]}}) == ""
    held = of_details({"genres": {"none": ["Horror"]}, "when_unknown": "hold"})
    assert held == "genres: not known (`when_unknown: hold`)"


def test_an_unrated_title_on_tmdb_has_no_rating_rather_than_a_bad_one() -> None:
    assert of_details({"rating": {"tmdb": "5.."}}, rating=0.0, votes=0) == ""
    assert of_details({"rating": {"tmdb": "5.."}, "when_unknown": "hold"}, rating=0.0, votes=0) != ""


def test_keywords_that_a_server_does_not_send_are_not_known() -> None:
    assert of_details({"keywords": ["heist"], "when_unknown": "hold"}) == "keywords: not known (`when_unknown: hold`)"


def test_of_several_rows_of_a_title_the_first_that_tells_counts() -> None:
    asked = made(rating={"imdb": "7.."})
    silent, good, bad = item(), item(ratings={"imdb": 8.0}), item(ratings={"imdb": 2.0})
    assert asked.of_rows([silent, good, bad]).refusal == ""
    assert asked.of_rows([silent, bad, good]).refusal == "rating.imdb 2 is below 7"


def test_days_begin_in_the_households_time_zone() -> None:
    from zoneinfo import ZoneInfo

    late = datetime(2026, 7, 15, 23, tzinfo=UTC)
    out = item(released=date(2026, 7, 16))
    asked = Filter.model_validate({"released": True})
    assert make_filter(asked, late).of_rows([out]).refusal == "released: not before 2026-07-16"
    assert make_filter(asked, late.astimezone(ZoneInfo("Europe/Madrid"))).of_rows([out]).refusal == ""


# properties

WORDS = st.sampled_from(
    ["Drama", "Horror", "Sci-Fi & Fantasy", "en", "fr", "US", "R", "16", "ended", "", "\u0130", "-"]
)
TEXTS = st.one_of(WORDS, st.text(max_size=8))
YEARS = st.one_of(st.none(), st.integers(-(10**6), 10**6), st.integers(1900, 2030))
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)
SERVICES = st.sampled_from(["imdb", "tmdb", "trakt", "letterboxd", "metacritic", "other"])
ITEMS = st.builds(
    Item,
    ref=st.just("x:1"),
    title=TEXTS,
    original_title=st.none() | TEXTS,
    year=YEARS,
    kind=st.none() | st.sampled_from(Kind),
    position=st.just(1),
    released=st.none() | st.dates(),
    runtime=st.none() | st.integers(-5, 10**6),
    ratings=st.dictionaries(SERVICES, NUMBERS, max_size=3),
    votes=st.dictionaries(SERVICES, st.integers(-1, 10**12), max_size=3),
    genres=st.lists(TEXTS, max_size=3).map(tuple),
    languages=st.lists(TEXTS, max_size=3).map(tuple),
    countries=st.lists(TEXTS, max_size=3).map(tuple),
    certification=st.none() | TEXTS,
    status=st.none() | TEXTS,
    keywords=st.lists(TEXTS, max_size=3).map(tuple),
)
DETAILS = st.builds(
    Details,
    kind=st.sampled_from(Kind),
    tmdb=st.just(1),
    title=TEXTS,
    original_title=st.none() | TEXTS,
    year=YEARS,
    status=st.none() | TEXTS,
    released=st.none() | TEXTS | st.dates().map(str),
    runtime=st.none() | st.integers(-5, 10**6),
    genres=st.lists(TEXTS, max_size=3).map(tuple),
    languages=st.lists(TEXTS, max_size=3).map(tuple),
    countries=st.lists(TEXTS, max_size=3).map(tuple),
    rating=st.none() | NUMBERS,
    votes=st.none() | st.integers(-1, 10**12),
    keywords=st.none() | st.lists(TEXTS, max_size=3).map(tuple),
    certifications=st.dictionaries(TEXTS, TEXTS, max_size=3),
)
GIVEN = {
    "kinds": st.sampled_from([["movie"], ["tv"], ["movie", "tv"]]),
    "years": st.sampled_from(["1990..", "..1999", "1999"]),
    "runtime": st.sampled_from(["..180", "60..180"]),
    "rating": st.sampled_from(
        [{"imdb": "6.."}, {"tmdb": "..5", "votes": "100.."}, {"votes": "5.."}, {"letterboxd": "3.5..", "trakt": "5.."}]
    ),
    "genres": st.sampled_from([["Drama"], {"none": ["Horror"]}, {"all": ["Sci-Fi", "Fantasy"], "none": ["War"]}]),
    "languages": st.sampled_from([["en"], {"none": ["fr"]}, {"all": ["en", "fr"]}]),
    "countries": st.sampled_from([["US"], {"none": ["GB"]}]),
    "keywords": st.sampled_from([["heist"], {"none": ["Horror"]}]),
    "certification": st.sampled_from([["R"], {"none": ["16"]}, ["US:R", "16"]]),
    "released": st.sampled_from([True, "30d", "400d", "12h"]),
    "status": st.sampled_from([["ended"], {"none": ["canceled"]}]),
    "title": st.sampled_from([["a"], {"none": ["^The "]}]),
}
RULES = st.fixed_dictionaries({}, optional=GIVEN)
UNKNOWN = st.sampled_from(["pass", "hold"])


def verdict(asked: ListFilter, row: Item, known: Details) -> str:
    """The last word on a title, all that is asked being answered."""
    screening = asked.of_rows([row])
    if screening.refusal:
        return screening.refusal
    screening = asked.of_match(screening.open, known.kind, known.year)
    return screening.refusal or asked.of_details(screening.open, known)


@given(RULES, UNKNOWN, ITEMS, DETAILS)
def test_filters_judge_every_item_and_never_fail(rules: Any, unknown: str, row: Item, known: Details) -> None:
    assert isinstance(verdict(made(**rules, when_unknown=unknown), row, known), str)


@given(RULES, RULES, UNKNOWN, ITEMS, DETAILS)
def test_a_further_rule_never_lets_a_title_in(more: Any, rules: Any, unknown: str, row: Item, known: Details) -> None:
    few, many = made(**rules, when_unknown=unknown), made(**{**more, **rules}, when_unknown=unknown)
    if verdict(few, row, known):
        assert verdict(many, row, known)


@given(RULES, ITEMS, DETAILS)
def test_holding_the_unknown_never_lets_a_title_in_that_passing_it_keeps_out(
    rules: Any, row: Item, known: Details
) -> None:
    if verdict(made(**rules), row, known):
        assert verdict(made(**rules, when_unknown="hold"), row, known)


@given(ITEMS)
def test_no_filter_passes_everything(row: Item) -> None:
    assert made().of_rows([row]) == ListFilter().of_rows([row])
    assert not made().of_rows([row]).refusal
