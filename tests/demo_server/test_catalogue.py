"""The built-in titles, and any CSV in their place."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from reconciler.demo.server import Catalogue, DemoServer, Title
from reconciler.demo.server.tmdb import Tmdb

from .conftest import Api

RECORDINGS = Path(os.environ.get("LISTSYNC_RECORDINGS", Path(__file__).parents[3] / "shared" / "recordings"))


@pytest.fixture(scope="module")
def built_in() -> Catalogue:
    return Catalogue.load()


def test_the_built_in_titles_are_a_few_hundred_with_all_kinds_of_trouble(built_in: Catalogue) -> None:
    titles = list(built_in)
    assert 300 <= len(titles) <= 400
    names = [title.title for title in titles if title.kind == "movie"]
    shows = {title.title for title in titles if title.kind == "tv"}
    assert {name for name in names if names.count(name) > 1} >= {"Dune", "Nosferatu", "Suspiria", "Solaris", "Oldboy"}
    assert set(names) & shows >= {"Fargo", "Westworld", "Watchmen", "Hannibal", "Snowpiercer"}
    assert {"1917", "300", "21", "2046", "8½", "M", "Z"} <= set(names)
    assert {"1883", "1899"} <= shows
    assert any(title.seasons and title.seasons[0][0] == 0 for title in titles), "a show with specials"
    assert any(title.kind == "tv" and title.tvdb_id is None for title in titles), "a show without a TVDB id"
    assert any(not title.date for title in titles), "a film without a date"


def test_the_built_in_ids_agree_with_recorded_ones(built_in: Catalogue) -> None:
    folder = RECORDINGS / "catalogue"
    if not folder.exists():
        pytest.skip(f"no recorded ids at {folder}")
    compared = 0
    for name, kind in (("letterboxd_films.csv", "movie"), ("trakt_shows.csv", "tv")):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            known = {row["imdb_id"]: row for row in csv.DictReader(file) if row["imdb_id"] and row["tmdb_id"]}
        for title in built_in:
            row = known.get(title.imdb_id or "")
            if title.kind != kind or row is None:
                continue
            compared += 1
            assert int(row["tmdb_id"]) == title.tmdb_id, title
            if title.tvdb_id and row.get("tvdb_id"):
                assert int(row["tvdb_id"]) == title.tvdb_id, title
    assert compared > 300


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "titles.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_title_and_one_id_are_enough(tmp_path: Path) -> None:
    path = write(tmp_path, "Title,imdb_id,colour\nAlpha,tt0000007,red\nBeta,tt0000008,blue\n,tt0000009,\n")
    first, second = Catalogue.load(path)
    assert (first.kind, first.title, first.tmdb_id) == ("movie", "Alpha", 90_000_007)
    assert second.tmdb_id == 90_000_008
    assert [title.tmdb_id for title in Catalogue.load(path)] == [first.tmdb_id, second.tmdb_id], "stable"


@pytest.mark.parametrize(
    ("header", "row", "kind"),
    [
        ("title,tmdb_id,type", "X,1,show", "tv"),
        ("title,tmdb_id,mediatype", "X,1,movie", "movie"),
        ("title,tmdb_id,title_type", "X,1,TV Mini Series", "tv"),
        ("title,tmdb_id,title_type", "X,1,tvSeries", "tv"),
        ("title,tmdb_id,title_type", "X,1,TV Movie", "movie"),
        ("title,tmdb_id,tmdb_type", "X,1,tv", "tv"),
        ("title,tmdb_id,tvdb_id", "X,1,7", "tv"),
        ("title,tmdb_id", "X,1", "movie"),
    ],
)
def test_the_kind_is_guessed_from_whatever_says_it(tmp_path: Path, header: str, row: str, kind: str) -> None:
    (title,) = Catalogue.load(write(tmp_path, f"{header}\n{row}\n"))
    assert title.kind == kind
    assert len(title.seasons) == (3 if kind == "tv" else 0)


def test_seasons_and_dates_are_read_if_they_are_there(tmp_path: Path) -> None:
    path = write(tmp_path, "kind,title,tmdb_id,seasons,year\ntv,X,1,0:2|1:10,1999\ntv,Y,2,,2001-2004\n")
    first, second = Catalogue.load(path)
    assert (first.seasons, first.date) == (((0, 2), (1, 10)), "1999-01-01")
    assert (second.seasons, second.year) == ((), 2001)


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs the columns title and tmdb_id or imdb_id"):
        Catalogue.load(write(tmp_path, "name,year\nX,1999\n"))


def test_twenty_thousand_titles_load_and_are_searched(tmp_path: Path) -> None:
    rows = "".join(f"{n},The Long Film Number {n} of the Night,tt{n:07},{1950 + n % 70}\n" for n in range(1, 20_001))
    path = write(tmp_path, "tmdb_id,title,imdb_id,year\n" + rows)
    tmdb = Tmdb(Catalogue.load(path))
    assert len(tmdb.search("long night")) == 20_000
    assert [found.tmdb_id for found in tmdb.search("film number 777") if isinstance(found, Title)] == [777]


def test_servers_do_not_share_what_is_announced_in_one_of_them() -> None:
    with DemoServer() as one, DemoServer() as two:
        one.people.add_title("movie", 7, "Only Here")
        first, second = Api(one), Api(two)
        assert (first.found("only here"), second.found("only here")) == ([("movie", 7)], [])
        first.close()
        second.close()


@pytest.mark.parametrize(
    "name", ["letterboxd_films.csv", "trakt_shows.csv", "imdb_titles.csv", "pmdb_wikidata_ids.csv"]
)
def test_recorded_catalogues_load(name: str) -> None:
    path = RECORDINGS / "catalogue" / name
    if not path.exists():
        pytest.skip(f"no recorded catalogue at {path}")
    assert len(Catalogue.load(path)) > 500
