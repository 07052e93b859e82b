"""The titles that the stand-in for TMDB has: the hand-made ones of this package, or any CSV with titles and ids."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

BUILT_IN = Path(__file__).parent.parent / "catalogue.csv"
MADE_UP = 90_000_000
THREE_SEASONS = ((1, 10), (2, 10), (3, 10))
KIND_COLUMNS = ("kind", "type", "mediatype", "media_type", "title_type", "tmdb_type")
YEAR = re.compile(r"(1[89]|20)\d\d")


@dataclass(frozen=True, slots=True)
class Title:
    """A movie or show as TMDB describes it. `seasons` are (number, episodes), 0 being the specials."""

    kind: str
    tmdb_id: int
    title: str
    original_title: str = ""
    date: str = ""
    imdb_id: str | None = None
    tvdb_id: int | None = None
    language: str = "en"
    genres: tuple[str, ...] = ()
    runtime: int = 0
    rating: float = 0.0
    votes: int = 0
    popularity: float = 0.0
    seasons: tuple[tuple[int, int], ...] = ()
    status: str = "Released"
    countries: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    certifications: tuple[tuple[str, str], ...] = ()
    """(country, label)"""

    @property
    def year(self) -> int | None:
        """The year of release, None for what has no date yet."""
        return int(self.date[:4]) if self.date else None


@dataclass(frozen=True, slots=True)
class Group:
    """A person or a collection: among search results, but nothing to request."""

    media_type: str
    id: int
    name: str
    imdb_id: str | None = None
    known_for: tuple[tuple[str, int], ...] = ()


class Catalogue:
    """All titles, by id. A copy is cheap: the titles themselves are frozen."""

    def __init__(self, titles: Iterable[Title] = (), groups: Iterable[Group] = ()) -> None:
        self.titles: dict[tuple[str, int], Title] = {}
        self.by_imdb: dict[str, list[Title]] = {}
        self.by_tvdb: dict[int, list[Title]] = {}
        self.groups = tuple(groups)
        self.revision = 0
        for title in titles:
            self.add(title)

    @classmethod
    def load(cls, path: str | Path | None = None) -> Catalogue:
        """Read a CSV with `title` and one of `tmdb_id`, `imdb_id` at least; without a path, the built-in titles.

        Unknown columns are ignored. A row without a TMDB id gets one above 90,000,000 that depends on its IMDb
        id or title alone; a show without seasons gets three. ValueError if the columns do not suffice.
        """
        with Path(path or BUILT_IN).open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header = [_column(name) for name in next(rows, [])]
            if "title" not in header or not {"tmdb_id", "imdb_id", "tvdb_id"} & set(header):
                raise ValueError(f"{path}: a catalogue needs the columns title and tmdb_id or imdb_id")
            titles = list(_read(rows, header))
        return cls(titles, GROUPS if path is None else ())

    def __len__(self) -> int:
        return len(self.titles)

    def __iter__(self) -> Iterator[Title]:
        return iter(self.titles.values())

    def copy(self) -> Catalogue:
        """An independent catalogue of the same titles."""
        other = Catalogue(groups=self.groups)
        other.titles = dict(self.titles)
        other.by_imdb = {key: list(found) for key, found in self.by_imdb.items()}
        other.by_tvdb = {key: list(found) for key, found in self.by_tvdb.items()}
        return other

    def get(self, kind: str, tmdb_id: int) -> Title | None:
        """The title of this kind and TMDB id."""
        return self.titles.get((kind, tmdb_id))

    def add(self, title: Title) -> None:
        """Add a title, or replace the one of the same kind and id. The first of two rows with one id stays in place."""
        self.remove(title.kind, title.tmdb_id)
        self.titles[title.kind, title.tmdb_id] = title
        if title.imdb_id:
            self.by_imdb.setdefault(title.imdb_id, []).append(title)
        if title.tvdb_id:
            self.by_tvdb.setdefault(title.tvdb_id, []).append(title)
        self.revision += 1

    def remove(self, kind: str, tmdb_id: int) -> None:
        """Take a title away, if it is there."""
        title = self.titles.pop((kind, tmdb_id), None)
        if title is None:
            return
        if title.imdb_id:
            self.by_imdb[title.imdb_id].remove(title)
        if title.tvdb_id:
            self.by_tvdb[title.tvdb_id].remove(title)
        self.revision += 1

    def add_season(self, tmdb_id: int, episodes: int) -> int:
        """Announce one more season of a show; its number. KeyError if there is no such show."""
        show = self.titles["tv", tmdb_id]
        number = max((season for season, _ in show.seasons), default=0) + 1
        self.add(replace(show, seasons=(*show.seasons, (number, episodes))))
        return number


GROUPS = (
    Group("person", 525, "Christopher Nolan", "nm0634240", (("movie", 27205), ("movie", 157336))),
    Group("person", 5655, "Wes Anderson", "nm0027572", (("movie", 120467), ("movie", 9428))),
    Group("person", 608, "Hayao Miyazaki", "nm0594503", (("movie", 129), ("movie", 128))),
    Group("collection", 726871, "Dune Collection"),
    Group("collection", 10, "Star Wars Collection"),
)


def _column(name: str) -> str:
    plain = name.strip().lower().replace(" ", "_")
    return {"const": "imdb_id", "tmdbid": "tmdb_id", "imdbid": "imdb_id", "tvdbid": "tvdb_id"}.get(plain, plain)


def _read(rows: Iterable[list[str]], header: list[str]) -> Iterator[Title]:
    places = {name: at for at, name in enumerate(header)}
    kind_at = next((places[name] for name in KIND_COLUMNS if name in places), None)
    shows_only = kind_at is None and "tvdb_id" in places and "tmdb_type" not in places
    seen: set[tuple[str, int]] = set()
    for row in rows:
        if len(row) < len(header):
            row = row + [""] * (len(header) - len(row))
        cells = _Cells(row, places)
        kind = _kind(row[kind_at] if kind_at is not None else "", cells, shows_only=shows_only)
        title = _title(kind, cells)
        if title is not None and (title.kind, title.tmdb_id) not in seen:
            seen.add((title.kind, title.tmdb_id))
            yield title


class _Cells:
    __slots__ = ("places", "row")

    def __init__(self, row: list[str], places: Mapping[str, int]) -> None:
        self.row = row
        self.places = places

    def text(self, name: str) -> str:
        at = self.places.get(name)
        return self.row[at].strip() if at is not None else ""

    def number(self, name: str, convert: Callable[[str], float]) -> float:
        text = self.text(name)
        if not text:
            return 0
        try:
            return convert(text)
        except ValueError:
            return 0


def _kind(text: str, cells: _Cells, *, shows_only: bool) -> str:
    word = text.strip().lower()
    if word in ("tv", "show", "series") or "series" in word or word.startswith("tv show"):
        return "tv"
    if not word and (shows_only or (cells.text("tvdb_id") and not cells.text("runtime"))):
        return "tv"
    return "movie"


def _title(kind: str, cells: _Cells) -> Title | None:
    name = cells.text("title")
    imdb_id = cells.text("imdb_id") or None
    tmdb_id = int(cells.number("tmdb_id", int))
    tvdb_id = int(cells.number("tvdb_id", int)) or None
    if not name or not (tmdb_id or imdb_id or tvdb_id):
        return None
    if tmdb_id <= 0:
        tmdb_id = _made_up(imdb_id or f"tvdb{tvdb_id}")
    seasons = _seasons(cells.text("seasons"))
    if kind == "tv" and not seasons and "seasons" not in cells.places:
        seasons = THREE_SEASONS
    return Title(
        kind=kind,
        tmdb_id=tmdb_id,
        title=name,
        original_title=cells.text("original_title") or name,
        date=_date(cells.text("release_date"), cells.text("year")),
        imdb_id=imdb_id,
        tvdb_id=tvdb_id,
        language=cells.text("language") or "en",
        genres=tuple(genre.strip() for genre in re.split(r"[|,]", cells.text("genres")) if genre.strip()),
        runtime=int(cells.number("runtime", int) or cells.number("runtime_min", int)),
        rating=cells.number("rating", float) or cells.number("imdb_rating", float),
        votes=int(cells.number("votes", int) or cells.number("num_votes", int)),
        popularity=cells.number("popularity", float),
        seasons=seasons,
        status=cells.text("status") or ("Ended" if kind == "tv" else "Released"),
        countries=_parts(cells.text("countries")),
        keywords=_parts(cells.text("keywords")),
        certifications=_certifications(cells.text("certifications")),
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _certifications(text: str) -> tuple[tuple[str, str], ...]:
    """Read `US:R|DE:16`."""
    pairs = (part.partition(":") for part in _parts(text))
    return tuple((country, label) for country, _, label in pairs if label)


def _made_up(evidence: str) -> int:
    digits = evidence.removeprefix("tt")
    number = int(digits) if digits.isascii() and digits.isdigit() else crc32(evidence.encode())
    return MADE_UP + number


def _date(day: str, year: str) -> str:
    if len(day) == 10 and day[4] == "-":
        return day
    found = YEAR.search(year or day)
    return f"{found[0]}-01-01" if found else ""


def _seasons(text: str) -> tuple[tuple[int, int], ...]:
    """Read `0:14|1:10|2:10`."""
    pairs = (part.partition(":") for part in text.split("|") if part.strip())
    try:
        return tuple((int(number), int(episodes)) for number, _, episodes in pairs)
    except ValueError:
        return ()
