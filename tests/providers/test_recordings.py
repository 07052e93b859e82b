"""Recorded documents parse to exactly what they hold; what that is, is found out here by other means."""

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from providers.lists.file.contents import parse_contents
from providers.lists.stevenlu import parse_movies
from schemas.media import Item, Kind

from .conftest import needs_recordings, recorded

pytestmark = needs_recordings
EXCLUDED = {"TV Episode": "episode", "tvEpisode": "episode"}
SHOWS = {"TV Series", "tvSeries", "TV Mini Series", "tvMiniSeries"}


def named(path: Path) -> str:
    return path.name


def text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def number(text: object) -> int | None:
    return int(str(text)) if str(text or "").isdigit() and int(str(text)) else None


@pytest.mark.parametrize("path", recorded("imdb/export_*.csv"), ids=named)
def test_an_export_of_imdb_holds_every_row_in_its_order(path: Path) -> None:
    rows = [
        {name.lower(): value for name, value in row.items()}
        for row in csv.DictReader(text_of(path).splitlines(keepends=True))
    ]
    parsed = parse_contents(path.read_bytes())
    assert (parsed.rows, parsed.warnings) == (len(rows), ())
    assert [item.ids.imdb for item in parsed.items] == [row["const"] for row in rows]
    assert [item.title for item in parsed.items] == [" ".join(row["title"].split()) for row in rows]
    assert [item.year for item in parsed.items] == [number(row["year"]) for row in rows]
    assert [item.excluded for item in parsed.items] == [EXCLUDED.get(row["title type"]) for row in rows]
    assert [item.kind for item in parsed.items if not item.excluded] == [
        Kind.TV if row["title type"] in SHOWS else Kind.MOVIE for row in rows if row["title type"] not in EXCLUDED
    ]
    assert [item.position for item in parsed.items] == list(range(1, len(rows) + 1))
    assert [item.votes.get("imdb") for item in parsed.items] == [
        number(row.get("num votes") or row.get("num. votes")) for row in rows
    ]


@pytest.mark.parametrize("path", recorded("generic/radarr_json_*.json"), ids=named)
def test_a_radarr_list_holds_every_row_and_no_unknown_id(path: Path) -> None:
    rows: list[dict[str, Any]] = json.loads(text_of(path))
    items = parse_contents(path.read_bytes()).items
    assert [item.ids.tmdb for item in items] == [row["id"] or None for row in rows]
    assert [item.ids.imdb for item in items] == [row.get("imdb_id") or None for row in rows]
    assert [item.kind for item in items] == [Kind.MOVIE if row["id"] else None for row in rows]
    assert [item.year for item in items] == [number(row["release_year"]) for row in rows]
    assert [item.title for item in items] == [row["title"] for row in rows]


@pytest.mark.parametrize("path", recorded("generic/custom_list_stevenlu_style_*.json"), ids=named)
def test_a_list_in_stevenlu_s_form_holds_every_row(path: Path) -> None:
    rows = json.loads(text_of(path))
    ids = [re.fullmatch(r"tt0*(\d{1,})", row["imdb_id"]) for row in rows]
    known = [f"tt{found[1]:0>7}" if found else None for found in ids]
    for items in (parse_contents(path.read_bytes()).items, parse_movies(rows).items):
        assert [item.ids.imdb for item in items] == known
        assert [item.title for item in items] == [row["title"].strip() for row in rows]


@pytest.mark.parametrize(
    ("pattern", "kind"), [("generic/radarr_api_*.json", Kind.MOVIE), ("generic/sonarr_api_*.json", Kind.TV)]
)
def test_what_the_api_of_radarr_and_sonarr_answers_is_a_list(pattern: str, kind: Kind) -> None:
    for path in recorded(pattern):
        rows = json.loads(text_of(path))
        items = parse_contents(path.read_bytes()).items
        assert [(item.ids.tmdb, item.ids.tvdb) for item in items] == [
            (row.get("tmdbId") or None, row.get("tvdbId") or None) for row in rows
        ]
        assert [item.ids.imdb for item in items] == [row.get("imdbId") or None for row in rows]
        assert {item.kind for item in items} == {kind}
        assert [(item.title, item.year) for item in items] == [(row["title"], row["year"]) for row in rows]


def test_couchpotato_s_movies() -> None:
    for path in recorded("generic/couchpotato_*.json"):
        rows = json.loads(text_of(path))["movies"]
        assert [
            (item.ids.imdb, item.ids.tmdb, item.year, item.kind) for item in parse_contents(path.read_bytes()).items
        ] == [(row["identifiers"]["imdb"], row["info"]["tmdb_id"], row["info"]["year"], Kind.MOVIE) for row in rows]


def test_the_old_feed_of_imdb() -> None:
    for path in recorded("generic/rss_imdb_*.xml"):
        entries = list(ET.parse(path).iter("item"))
        items = parse_contents(path.read_bytes()).items
        assert [item.ids.imdb for item in items] == [
            re.search(r"tt\d+", entry.findtext("link", ""))[0]
            for entry in entries  # type: ignore[index]
        ]
        assert all(
            item.year and str(item.year) in entry.findtext("title", "")
            for item, entry in zip(items, entries, strict=True)
        )


def test_text_of_ids() -> None:
    for path in recorded("generic/text_imdb_ids_*.txt"):
        lines = text_of(path).split()

        def line(item: Item) -> str:
            return item.ids.imdb or f"tmdb:{item.ids.tmdb}"

        assert [line(item) for item in parse_contents(path.read_bytes()).items] == lines


def test_an_export_of_tmdb() -> None:
    for path in recorded("tmdb/export_*.csv"):
        rows = list(csv.DictReader(text_of(path).splitlines()))
        assert [(str(item.ids.tmdb), item.ids.imdb, item.kind) for item in parse_contents(path.read_bytes()).items] == [
            (row["TMDb ID"], row["IMDb ID"], row["Type"]) for row in rows
        ]


@pytest.mark.parametrize("path", recorded("trakt/*watchlist*.json") + recorded("trakt/user_list_*.json"), ids=named)
def test_what_trakt_exports_is_a_list(path: Path) -> None:
    rows = json.loads(text_of(path))
    parsed = parse_contents(path.read_bytes())
    assert (len(parsed.items), parsed.rows) == (len(rows), len(rows))
    kinds = Counter(
        "movie" if row["type"] == "movie" else "person" if row["type"] == "person" else "tv" for row in rows
    )
    assert Counter(item.excluded or item.kind for item in parsed.items) == kinds
