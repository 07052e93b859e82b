"""Recorded lists, and a catalogue that holds what they name; read by other means than the program's own."""

import csv
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from reconciler.demo.server import Catalogue, Title

Kind = Literal["movie", "tv"]
FOLDER = Path(os.environ.get("LISTSYNC_RECORDINGS", Path(__file__).parents[3] / "shared" / "recordings"))
SHOWS = {"tvseries", "tvminiseries"}
NO_TITLES = {"tvepisode", "videogame", "podcastseries", "podcastepisode", "musicvideo"}
MADE_UP = 90_000_000
LISTS = (
    "generic/radarr_json_*",
    "generic/radarr_api_*",
    "generic/sonarr_api_*",
    "imdb/export_*",
    "generic/custom_list_stevenlu_style_*",
)


@dataclass(frozen=True)
class Row:
    """What a list says of one title, as far as it helps to know which one it is."""

    title: str
    year: int | None
    kind: Kind | None = "movie"
    tmdb: int | None = None
    imdb: str | None = None
    tvdb: int | None = None
    requestable: bool = True
    likely: Kind = "movie"
    """What it is where the list does not say."""


def text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def rows_of(path: Path) -> list[Row]:
    """Every row of a recorded list, in its order."""
    if path.suffix == ".csv":
        return [_of_export(row) for row in csv.DictReader(text_of(path).splitlines(keepends=True))]
    read = {"radarr_api": _of_radarr, "sonarr_api": _of_sonarr, "radarr_json": _of_letterboxd}
    form = next((make for name, make in read.items() if path.name.startswith(name)), _of_stevenlu)
    return [form(row) for row in json.loads(text_of(path))]


def imdb_id(text: str | None) -> str | None:
    """The id, where it is one."""
    digits = re.fullmatch(r"tt0*([0-9]+)", text or "")
    return f"tt{digits[1]:0>7}" if digits else None


def _of_export(row: Mapping[str, str]) -> Row:
    cells = {name.lower(): cell for name, cell in row.items()}
    kind = cells["title type"].lower().replace(" ", "")
    return Row(
        cells["title"],
        _number(cells["year"]),
        "tv" if kind in SHOWS else "movie",
        imdb=imdb_id(cells["const"]),
        requestable=kind not in NO_TITLES,
    )


def _of_letterboxd(row: Mapping[str, Any]) -> Row:
    kind: Kind | None = "movie" if row["id"] else None
    return Row(
        row["title"],
        _number(row["release_year"]),
        kind,
        row["id"] or None,
        imdb_id(row.get("imdb_id")),
        likely="tv",
    )


def _of_radarr(row: Mapping[str, Any]) -> Row:
    return Row(row["title"], row["year"], "movie", row["tmdbId"], imdb_id(row.get("imdbId")))


def _of_sonarr(row: Mapping[str, Any]) -> Row:
    return Row(row["title"], row["year"], "tv", None, imdb_id(row.get("imdbId")), row["tvdbId"])


def _of_stevenlu(row: Mapping[str, Any]) -> Row:
    return Row(row["title"], None, None, imdb=imdb_id(row["imdb_id"]))


def _number(text: object) -> int | None:
    return int(str(text)) if str(text or "").isdigit() else None


def lists(*patterns: str) -> list[Path]:
    """The recordings of these patterns; none where there are no recordings."""
    found = (path for pattern in patterns for path in sorted(FOLDER.glob(pattern)))
    return [path for path in found if not path.name.endswith(".meta.json")]


class World:
    """All titles that the recordings know, each once, as TMDB would have them. What says most of them comes first."""

    def __init__(self) -> None:
        self.by_imdb: dict[str, Title] = {}
        self.catalogue = Catalogue()
        named = [row for path in lists(*LISTS) for row in rows_of(path) if row.requestable]
        for row in (*self._known(), *sorted(named, key=lambda row: (row.tmdb is None, row.tvdb is None))):
            self._add(row)

    def find(self, row: Row) -> Title | None:
        """The title that a row names."""
        if row.imdb and row.imdb in self.by_imdb:
            return self.by_imdb[row.imdb]
        if row.tmdb and row.kind:
            return self.catalogue.get(row.kind, row.tmdb)
        return next(iter(self.catalogue.by_tvdb.get(row.tvdb or 0, [])), None)

    def _add(self, row: Row) -> None:
        if self.find(row) is not None or not (row.imdb or row.tmdb or row.tvdb):
            return
        kind = row.kind or row.likely
        tmdb = row.tmdb or MADE_UP + (int(row.imdb.removeprefix("tt")) if row.imdb else row.tvdb or 0)
        if self.catalogue.get(kind, tmdb) is not None:
            return
        made = Title(
            kind=kind,
            tmdb_id=tmdb,
            title=row.title,
            date=f"{row.year}-06-01" if row.year else "",
            imdb_id=row.imdb,
            tvdb_id=row.tvdb or (tmdb if kind == "tv" else None),
            seasons=((0, 2), (1, 10)) if kind == "tv" else (),
        )
        self.catalogue.add(made)
        if row.imdb:
            self.by_imdb[row.imdb] = made

    @staticmethod
    def _known() -> Iterator[Row]:
        for name, kind in (("letterboxd_films", "movie"), ("trakt_shows", "tv"), ("pmdb_wikidata_ids", "movie")):
            path = FOLDER / "catalogue" / f"{name}.csv"
            for row in csv.DictReader(text_of(path).splitlines(keepends=True)) if path.exists() else ():
                told: Kind = "tv" if row.get("tmdb_type", kind) == "tv" else "movie"
                if tmdb := _number(row["tmdb_id"]):
                    imdb = imdb_id(row["imdb_id"])
                    yield Row(row["title"], _number(row["year"]), told, tmdb, imdb, _number(row.get("tvdb_id")))
