"""Each recorded answer of IMDb, served on loopback to the provider itself, comes out as exactly what it holds."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest

from providers.errors import Malformed
from providers.lists.imdb import PROVIDER
from schemas.fetch import Fetched
from schemas.media import Kind
from tests.providers.conftest import Contexts, needs_recordings, recordings
from tests.providers.site import Answer, Asked, serving

pytestmark = needs_recordings


@dataclass(frozen=True)
class Row:
    """What a recording says of a title, read here without the provider's code."""

    imdb: str
    title: str
    year: int | None = None
    original: str | None = None
    type: str | None = None


def body(name: str) -> bytes:
    path = recordings() / "imdb" / name
    if not path.is_file():
        pytest.skip(f"no recording {name}")
    return path.read_bytes()


def fetched(name: str, source: str, context_for: Contexts, *, graphql: bool = False) -> Fetched:
    """Served as a site does: the recording for whatever page is asked for, and nothing at the GraphQL address."""

    def answer(asked: Asked) -> Answer:
        if asked.method == "POST" and not graphql:
            return Answer(status=405)
        return Answer(body(name), headers={"Content-Type": "text/html" if name.endswith("html") else "text/plain"})

    with serving(answer) as site:
        parsed = PROVIDER.parse(source)
        assert parsed is not None
        return PROVIDER.fetch(parsed, context_for("imdb", site.url))


def embedded(name: str) -> Any:
    text = body(name).decode()
    if name.endswith(".json"):
        return json.loads(text)
    found = re.search(r'<script id="__NEXT_DATA__"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def chart_rows(name: str) -> Iterator[Row]:
    for edge in embedded(name)["props"]["pageProps"]["pageData"]["chartTitles"]["edges"]:
        node = edge["node"]
        yield Row(
            node["id"],
            node["titleText"]["text"],
            node["releaseYear"]["year"],
            node["originalTitleText"]["text"],
            node["titleType"]["id"],
        )


def told(result: Fetched) -> list[tuple[str | None, str, int | None]]:
    return [(item.ids.imdb, item.title, item.year) for item in result.items]


def expected(rows: list[Row]) -> list[tuple[str | None, str, int | None]]:
    return [(row.imdb, row.title, row.year) for row in rows]


@pytest.mark.parametrize(
    "name", ["chart_top_2023-12_next_data.json", "chart_top_2025-05-27.html", "chart_top_2025-12-31.html"]
)
def test_a_chart_page_holds_its_250_films_in_their_order(name: str, context_for: Contexts) -> None:
    result = fetched(name, "imdb:top", context_for)
    rows = list(chart_rows(name))
    assert len(rows) == 250
    assert told(result) == expected(rows)
    assert [item.original_title for item in result.items] == [row.original for row in rows]
    assert [item.position for item in result.items] == list(range(1, 251))
    assert {item.kind for item in result.items} == {Kind.MOVIE}
    assert (result.complete, result.warnings) == (True, ())
    first = result.items[0]
    assert (first.ref, first.runtime, first.genres) == ("imdb:tt0111161", 142, ("Drama",))
    assert first.votes["imdb"] > 2_000_000


def test_a_page_that_was_cut_is_malformed_and_no_short_list(context_for: Contexts) -> None:
    with pytest.raises(Malformed, match="cut short"):
        fetched("chart_moviemeter_first5000chars_2025-11.html", "imdb:moviemeter", context_for)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_chart_page_cut_before_the_end_of_its_data_is_malformed(keep: float, context_for: Contexts) -> None:
    whole = body("chart_top_2025-05-27.html")
    with (
        serving(lambda asked: Answer(whole[: int(len(whole) * keep)], headers={"Content-Type": "text/html"})) as site,
        pytest.raises(Malformed),
    ):
        PROVIDER.fetch(PROVIDER.parse("top"), context_for("imdb", site.url))  # type: ignore[arg-type]


def test_the_india_page_is_read_from_its_markup(context_for: Contexts) -> None:
    name = "india_top-rated-indian-movies_2026-02.html"
    result = fetched(name, "imdb:top-indian", context_for)
    links = re.findall(r'aria-label="(\d+)\. ([^"]*)" aria-disabled="false" href="/title/(tt\d+)/', body(name).decode())
    assert [(item.position, item.title, item.ids.imdb) for item in result.items] == [
        (int(rank), unescape(title), imdb) for rank, title, imdb in links
    ]
    assert len(links) == 250
    assert {item.kind for item in result.items} == {Kind.MOVIE}
    assert (result.items[0].year, result.items[1].year, result.items[0].ratings) == (2023, 1979, {"imdb": 8.7})
    assert all(item.year for item in result.items)


@pytest.mark.parametrize(
    ("name", "source", "count"),
    [
        ("legacy_chart_boxoffice_2017-12.html", "imdb:boxoffice", 10),
        ("legacy_chart_moviemeter_2017-12.html", "imdb:moviemeter", 100),
    ],
)
def test_saved_pages_of_2017_are_still_read(name: str, source: str, count: int, context_for: Contexts) -> None:
    result = fetched(name, source, context_for)
    cells = re.findall(
        r'<td class="titleColumn">.*?href="/title/(tt\d+)[^>]*>([^<]*)</a>'
        r'(?:\s*<span class="secondaryInfo">\((\d+)\))?',
        body(name).decode(),
        re.DOTALL,
    )
    assert told(result) == [(imdb, unescape(title), int(year) if year else None) for imdb, title, year in cells]
    assert len(result.items) == count
    assert {item.kind for item in result.items} == {Kind.MOVIE}


def test_a_search_page_gives_its_first_rows_and_says_how_many_there_are(context_for: Contexts) -> None:
    name = "search_title_feature_count10_2025-08.html"
    result = fetched(name, "https://www.imdb.com/search/title/?title_type=feature&count=10", context_for)
    results = embedded(name)["props"]["pageProps"]["searchResults"]["titleResults"]
    assert told(result) == [(row["titleId"], row["titleText"], row["releaseYear"]) for row in results["titleListItems"]]
    assert (len(result.items), result.total, result.complete) == (10, results["total"], False)
    assert result.items[0].ratings == {"imdb": 5.0, "metacritic": 51.0}
    assert result.items[0].runtime == 88


def test_a_calendar_gives_its_days_one_after_the_other(context_for: Contexts) -> None:
    name = "calendar_upcoming_MX_2024-08.html"
    result = fetched(name, "https://www.imdb.com/calendar/?region=MX", context_for)
    entries = [entry for group in embedded(name)["props"]["pageProps"]["groups"] for entry in group["entries"]]
    assert told(result) == [(entry["id"], entry["titleText"], entry["releaseYear"]["year"]) for entry in entries]
    assert len(result.items) == 61
    assert str(result.items[0].released) == "2024-08-29"


@pytest.mark.parametrize(
    ("name", "source", "total"),
    [
        ("graphql_list_adhoc_trimmed_2026-08.json", "imdb:ls006123300", 3),
        ("graphql_watchlist_predefinedList_2025-03.json", "imdb:ur15738437", 15),
        ("graphql_watchlist_predefinedList_2025-03.json", "imdb:p.mxcl4xq7dgb2yrpqjvfn3ovrbm", 15),
    ],
)
def test_a_graphql_answer_is_read_whole(name: str, source: str, total: int, context_for: Contexts) -> None:
    result = fetched(name, source, context_for, graphql=True)
    held = json.loads(body(name))["data"]
    search = (held.get("list") or held["predefinedList"])["titleListItemSearch"]
    titles = [edge.get("title") or edge["listItem"] for edge in search["edges"]]
    assert told(result) == [(title["id"], title["titleText"]["text"], title["releaseYear"]["year"]) for title in titles]
    assert [item.kind for item in result.items] == [
        Kind.TV if title["titleType"]["id"] in ("tvSeries", "tvMiniSeries") else Kind.MOVIE for title in titles
    ]
    assert (len(result.items), result.total, result.complete) == (total, total, True)


def test_a_list_tells_its_name_and_when_each_title_was_added(context_for: Contexts) -> None:
    result = fetched("graphql_list_adhoc_trimmed_2026-08.json", "imdb:ls006123300", context_for, graphql=True)
    assert result.title == "WATCHLIST"
    assert [item.added.isoformat() for item in result.items if item.added] == [
        "2014-07-31T15:04:32+00:00",
        "2017-12-20T00:42:07+00:00",
        "2015-01-30T17:57:44+00:00",
    ]


def test_a_profile_alone_is_no_list(context_for: Contexts) -> None:
    with pytest.raises(Malformed, match="holds no list"):
        fetched("graphql_userProfile_2026-08.json", "imdb:p.mxcl4xq7dgb2yrpqjvfn3ovrbm", context_for, graphql=True)


@pytest.mark.parametrize(
    "name",
    [
        "suggestion_by_id_tt0234215_2022-10.json",
        "suggestion_empty_2022-10.json",
        "suggestion_existence-2012_2023-05.json",
        "suggestion_saw_2022-10.json",
    ],
)
def test_a_suggestion_gives_its_titles_and_affirms_nothing(name: str, context_for: Contexts) -> None:
    result = fetched(name, "imdb:ls006123300", context_for)
    rows = json.loads(body(name))["d"]
    assert told(result) == [(row["id"], row["l"], row.get("y")) for row in rows]
    assert result.total is None


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("export_list_ls595920536_2025.csv", 20),
        ("export_ratings_ru_2026-08.csv", 9242),
        ("export_watchlist_1366rows_2022-09.csv", 1366),
        ("export_watchlist_2017_old_format.csv", 888),
        ("export_watchlist_2020-06.csv", 175),
        ("export_watchlist_2022-03.csv", 9),
        ("export_watchlist_ru_2026-08.csv", 440),
    ],
)
def test_an_export_that_comes_instead_of_the_page_is_read_whole(name: str, count: int, context_for: Contexts) -> None:
    result = fetched(name, "imdb:ls006123300", context_for)
    raw = body(name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    rows = list(csv.DictReader(io.StringIO(text)))
    column = {name.lower(): name for name in rows[0]}
    assert [item.ids.imdb for item in result.items] == [row[column["const"]] for row in rows]
    assert (len(result.items), result.total) == (count, count)
    types = [row[column["title type"]].replace(" ", "").lower() for row in rows]
    assert [item.excluded == "episode" for item in result.items] == ["episode" in name for name in types]
    assert [item.kind is Kind.TV for item in result.items] == ["series" in name for name in types]
