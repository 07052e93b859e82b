"""Each recorded answer of Trakt, served on loopback to the provider itself, comes out as exactly what it holds."""

import json
from typing import Any

import pytest

from providers.errors import Malformed
from providers.lists.trakt import PROVIDER
from schemas.fetch import Fetched
from schemas.media import Item, Kind
from tests.providers.conftest import Contexts, needs_recordings, recordings
from tests.providers.site import Answer, Asked, serving

pytestmark = needs_recordings

CHARTS = {
    "movies_anticipated_full_2017.json": "anticipated:movies",
    "movies_boxoffice_full_2017.json": "boxoffice:movies",
    "movies_played_full_2017.json": "played:movies",
    "movies_popular_full_2017.json": "popular:movies",
    "movies_recommended_full_2017.json": "recommended:movies",
    "movies_trending_full_2017.json": "trending:movies",
    "movies_watched_full_2017.json": "watched:movies",
    "shows_anticipated_full_2017.json": "anticipated:shows",
    "shows_collected_full_2017.json": "collected:shows",
    "shows_favorited_2026.json": "favorited:shows",
    "shows_played_full_2017.json": "played:shows",
    "shows_popular_full_2017.json": "popular:shows",
    "shows_recommended_full_2017.json": "recommended:shows",
    "shows_trending_full_2017.json": "trending:shows",
}
LISTS = {
    "collection_shows_2026-08.json": ("dave/collection/shows", 41),
    "ratings_shows_2026-08.json": ("dave/ratings/shows", 347),
    "sync_history_movies_limit1000_2018-12.json": ("dave/history/movies", 25),
    "user_list_items_flexgettest_test_2021-01.json": ("dave/lists/test", 2),
    "user_list_on-deck_2026-08.json": ("dave/lists/on-deck", 7),
    "users_watchlist_shows_2026_stub.json": ("dave/watchlist/shows", 4),
    "watchlist_176items_2026-08.json": ("dave/watchlist", 176),
    "watchlist_movies_flexgettest_2021-01.json": ("dave/watchlist/movies", 1),
}


def body(name: str) -> bytes:
    path = recordings() / "trakt" / name
    if not path.is_file():
        pytest.skip(f"no recording {name}")
    return path.read_bytes()


def held(name: str) -> Any:
    return json.loads(body(name))


def headers(name: str) -> dict[str, str]:
    """The paging headers that were recorded with the body."""
    notes = json.loads((recordings() / "trakt" / name.replace(".json", ".meta.json")).read_text())
    return {key: text for key, text in (notes["headers_if_known"] or {}).items() if key.startswith("x-pagination")}


def fetched(name: str, source: str, context_for: Contexts, *, recorded_headers: bool = False) -> Fetched:
    def answer(asked: Asked) -> Answer:
        known = headers(name) if recorded_headers else {}
        return Answer(body(name), headers={"Content-Type": "application/json; charset=utf-8", **known})

    parsed = PROVIDER.parse(source)
    assert parsed is not None
    with serving(answer) as site:
        return PROVIDER.fetch(parsed, context_for("trakt", site.url))


def named(item: Item) -> tuple[object, ...]:
    return (item.kind, item.title, item.year, item.ids.imdb, item.ids.tmdb, item.ids.tvdb, item.position)


def expected(rows: list[Any]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for position, row in enumerate(rows, start=1):
        title = row.get("movie") or row.get("show") or row
        kind = Kind.MOVIE if "movie" in row else Kind.TV
        ids = title["ids"]
        # Trakt's own tvdb ids of films are of no use to a request, but told all the same.
        found.append((kind, title["title"], title["year"], ids["imdb"], ids["tmdb"], ids.get("tvdb"), position))
    return found


@pytest.mark.parametrize(("name", "source"), CHARTS.items())
def test_a_chart_is_its_rows_in_their_order(name: str, source: str, context_for: Contexts) -> None:
    result = fetched(name, source, context_for)
    rows = held(name)
    kind = Kind.MOVIE if name.startswith("movies") else Kind.TV
    assert [named(item)[1:] for item in result.items] == [told[1:] for told in expected(rows)]
    assert {item.kind for item in result.items} == {kind}
    assert (result.complete, result.warnings) == (True, ())
    for item, row in zip(result.items, rows, strict=True):
        title = row.get("movie") or row.get("show") or row
        assert (item.ratings["trakt"], item.votes["trakt"]) == (title["rating"], title["votes"])
        assert item.genres == tuple(title["genres"])
        assert (item.runtime, item.certification) == (title.get("runtime"), title.get("certification"))
        assert str(item.released) == (title.get("released") or title.get("first_aired") or "None")[:10]
        assert item.languages[:1] == ((title["language"],) if title.get("language") else ())
        assert item.countries == ((title["country"].upper(),) if title.get("country") else ())


@pytest.mark.parametrize(("name", "about"), LISTS.items())
def test_a_list_is_its_rows_in_their_order(name: str, about: tuple[str, int], context_for: Contexts) -> None:
    source, count = about
    result = fetched(name, source, context_for)
    assert [named(item) for item in result.items] == expected(held(name))
    assert (len(result.items), result.complete) == (count, True)
    assert all(item.added for item in result.items)


def test_a_bare_title_shows_its_kind_even_in_the_wrong_chart(context_for: Contexts) -> None:
    result = fetched("shows_popular_full_2017.json", "popular:movies", context_for)
    assert {item.kind for item in result.items} == {Kind.TV}


def test_seasons_and_episodes_are_their_show_once_and_people_are_excluded(context_for: Contexts) -> None:
    result = fetched("user_list_items_mixed_types_doc_sample.json", "dave/lists/mixed", context_for)
    rows = held("user_list_items_mixed_types_doc_sample.json")
    assert [row["type"] for row in rows] == ["movie", "show", "season", "episode", "person"]
    assert [(item.title, item.kind, item.position, item.excluded) for item in result.items] == [
        (rows[0]["movie"]["title"], Kind.MOVIE, 1, None),
        ("The Walking Dead", Kind.TV, 2, None),
        ("Breaking Bad", Kind.TV, 3, None),
        (rows[4]["person"]["name"], None, 5, "person"),
    ]


def test_an_episode_in_a_list_wants_its_show(context_for: Contexts) -> None:
    name = "user_list_items_testlist_2018-12.json"
    result = fetched(name, "dave/lists/testlist", context_for, recorded_headers=True)
    assert [(item.title, item.kind, item.ids.tvdb) for item in result.items] == [
        ("The Walking Dead", Kind.TV, 153021),
        ("Deadpool", Kind.MOVIE, None),
        ("Castle", Kind.TV, 83462),
    ]
    assert (result.total, result.complete) == (3, True)


@pytest.mark.parametrize(
    ("name", "source", "total"),
    [
        ("watchlist_movies_flexgettest_2021-01.json", "dave/watchlist/movies", 1),
        ("user_list_items_flexgettest_test_2021-01.json", "dave/lists/test", 2),
        ("sync_history_movies_limit1000_2018-12.json", "dave/history/movies", 25),
    ],
)
def test_the_recorded_headers_say_how_many_rows_there_are(
    name: str, source: str, total: int, context_for: Contexts
) -> None:
    result = fetched(name, source, context_for, recorded_headers=True)
    assert (len(result.items), result.total, result.complete) == (total, total, True)


def test_the_first_of_three_recorded_pages_alone_is_incomplete(context_for: Contexts) -> None:
    name = "sync_history_movies_page1_default_2018-12.json"
    result = fetched(name, "dave/history/movies", context_for, recorded_headers=True)
    assert (len(result.items), result.total, result.complete) == (10, 25, False)
    assert "same page twice" in result.warnings[0]


def test_an_empty_answer_affirms_nothing_without_a_count(context_for: Contexts) -> None:
    result = fetched("sync_watchlist_shows_EMPTY_2018-12.json", "dave/watchlist/shows", context_for)
    assert (result.items, result.total) == ((), None)


@pytest.mark.parametrize(
    ("name", "example"),
    [
        ("lists_trending_doc_sample.json", "trakt:justin/lists/incredible-thoughts"),
        ("movie_lists_2017.json", "trakt:batarela/lists/sci-fi-1970-2013"),
        ("user_lists_2026-08.json", "trakt:joshpeek/lists/on-deck"),
    ],
)
def test_an_index_of_lists_is_no_list_and_names_the_first_of_them(
    name: str, example: str, context_for: Contexts
) -> None:
    with pytest.raises(Malformed, match="index of lists") as error:
        fetched(name, "dave/lists/all", context_for)
    assert example in error.value.remedy
