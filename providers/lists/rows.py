"""From a row, however its service or its owner calls the columns, to an item."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from providers.lists.titletypes import kind_of
from providers.lists.urls import named_title
from providers.lists.values import code_of, day_of, moment_of, number_of, split_year, text_of, year_of
from schemas.media import Ids, Item, Kind, imdb_title_id

_IDS = TypeAdapter(Ids)
Row = dict[str, object]
"""Values by our own names (the keys of `_NAMES`)."""

_NAMES = {
    "title": "title name primarytitle movietitle filmtitle seriestitle showtitle film",
    "original_title": "originaltitle originalname",
    "year": "year releaseyear startyear yearreleased",
    "imdb": "imdbid imdb const tconst imdbtitleid imdbidentifier",
    "tmdb": "tmdbid tmdb themoviedbid themoviedb moviedbid",
    "tvdb": "tvdbid tvdb thetvdbid thetvdb",
    "id": "id",
    "key": "key",
    "kind": "type titletype mediatype kind contenttype",
    "url": "url link letterboxduri uri imdburl imdblink",
    "slug": "cleantitle letterboxdslug",
    "added": "created dateadded added addedat listedat watchlistedat addedtowatchlistat date daterated",
    "released": "releasedate released firstaired firstairdate airdate incinemas releasedatemonthdayyear",
    "runtime": "runtime runtimemins runtimeminutes",
    "imdb_rating": "imdbrating",
    "imdb_votes": "numvotes imdbvotes",
    "ratings": "ratings",
    "genres": "genres genre",
    "language": "language originallanguage",
    "country": "country",
    "certification": "certification",
    "season": "seasonnumber",
    "episode": "episodenumber",
    "position": "position rank",
    "ids": "ids identifiers guids",
}
_NESTED = frozenset({"ids", "ratings", "genres"})
_OURS = {theirs: ours for ours, names in _NAMES.items() for theirs in names.split()}
_NOISE = re.compile(r"[^a-z0-9]")


class Unreadable(ValueError):
    """Contents that are no list; the message completes "NAME …"."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a document held. `rows` counts every row, the ones that could not be read included."""

    items: tuple[Item, ...]
    rows: int
    warnings: tuple[str, ...] = ()
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a whole document means its rows, found out by looking at all of them."""

    bare_id_is_tmdb: bool = False
    tmdb_means: Kind | None = None
    """The kind of a row that has a TMDB id and does not say what it is."""
    otherwise: Kind | None = None
    """The kind of a row that does not say what it is."""


@lru_cache(maxsize=4096)
def our_name(theirs: str) -> str | None:
    """Our name of a column or key, whatever its case and punctuation: `imdb_id`, `imdbId`, `IMDb ID` are one."""
    return _OURS.get(_NOISE.sub("", theirs.lower()))


def renamed(row: Mapping[Any, Any]) -> Row:
    """A row under our names; of two columns with one meaning, the first that holds something."""
    found: Row = {}
    for theirs, value in row.items():
        ours = our_name(theirs) if isinstance(theirs, str) else None
        if ours is None or value in (None, "") or found.get(ours) not in (None, ""):
            continue
        if ours in _NESTED or not isinstance(value, dict | list):
            found[ours] = value
    return found


def item_from(row: Row, position: int, dialect: Dialect) -> Item | None:
    """The item that a row means; None when it has neither a title nor an id."""
    ids, kind, excluded = _identity(row, dialect)
    title, year = _title_and_year(row)
    url = text_of(row.get("url"))
    slug = _letterboxd_slug(row, url)
    if not title and slug is None and not (ids.tmdb or ids.imdb or ids.tvdb):
        return None
    if not title and slug is not None:
        title, year = _from_slug(slug)
    original = text_of(row.get("original_title"))
    rating, votes = number_of(row.get("imdb_rating")), number_of(row.get("imdb_votes"))
    ratings, counts = _ratings(row.get("ratings"))
    runtime = number_of(row.get("runtime"))
    return Item(
        ref=reference(ids, kind, title, year, slug),
        title=title,
        year=year,
        kind=kind,
        ids=ids,
        position=position,
        original_title=original if original != title else None,
        url=url,
        added=moment_of(row.get("added")),
        released=day_of(row.get("released")),
        runtime=int(runtime) if runtime and 0 < runtime < 100_000 else None,
        ratings=ratings | ({"imdb": rating} if rating else {}),
        votes=counts | ({"imdb": int(votes)} if votes else {}),
        genres=_genres(row.get("genres")),
        languages=(language,) if (language := code_of(row.get("language"))) else (),
        countries=(country.upper(),) if (country := code_of(row.get("country"))) else (),
        certification=text_of(row.get("certification")),
        excluded=excluded,
    )


def reference(ids: Ids, kind: Kind | None, title: str, year: int | None, slug: str | None = None) -> str:
    """A row's own stable name, the strongest there is."""
    if ids.imdb:
        return f"imdb:{ids.imdb}"
    if ids.tmdb:
        return f"tmdb:{kind.value}:{ids.tmdb}" if kind else f"tmdb:{ids.tmdb}"
    if ids.tvdb:
        return f"tvdb:{ids.tvdb}"
    if slug:
        return f"letterboxd:{slug}"
    words = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFKC", title).casefold()).strip("-") or title.strip()
    return f"file:{words}-{year}" if year else f"file:{words}"


def shortened(problems: Iterable[str], most: int = 20) -> tuple[str, ...]:
    """The first problems, and how many more there are."""
    every = tuple(problems)
    return every if len(every) <= most else (*every[:most], f"… and {len(every) - most} more rows like these")


def _identity(row: Row, dialect: Dialect) -> tuple[Ids, Kind | None, str | None]:
    """Ids and kind of a row, from all the places in which they may stand."""
    kind, excluded = _kind(row)
    found = _told_ids(row, dialect)
    if isinstance(url := row.get("url"), str) and (named := named_title(url)) is not None:
        found["imdb"] = found["imdb"] or named.imdb
        found["tvdb"] = found["tvdb"] or named.tvdb
        if named.tmdb is not None and not found["tmdb"]:
            kind, found["tmdb"] = Kind(named.tmdb[0]), named.tmdb[1]
    ids = _IDS.validate_python(found)
    if kind is None and excluded is None:
        kind = dialect.tmdb_means if ids.tmdb else None
        kind = kind or dialect.otherwise
    return ids, kind, excluded


def _told_ids(row: Row, dialect: Dialect) -> dict[str, object]:
    """The ids in a row's own columns, in its `ids`, and in `id` where that means one."""
    found: dict[str, object] = {name: row.get(name) for name in ("tmdb", "imdb", "tvdb")}
    if isinstance(nested := row.get("ids"), dict):
        for name, value in renamed(nested).items():
            if name in found and not found[name]:
                found[name] = value
    bare = row.get("id")
    if isinstance(bare, str) and bare.lower().startswith("tt"):
        found["imdb"] = found["imdb"] or bare
    elif dialect.bare_id_is_tmdb:
        found["tmdb"] = found["tmdb"] or bare
    found["imdb"] = first_imdb(found["imdb"])
    return found


def _kind(row: Row) -> tuple[Kind | None, str | None]:
    """What a row says of its kind; a TMDB export tells episodes and seasons by their numbers alone."""
    kind, excluded = kind_of(text_of(row.get("kind")))
    if excluded is None and row.get("episode") not in (None, "", 0, "0"):
        excluded = "episode"
    elif excluded is None and row.get("season") not in (None, ""):
        excluded = "season"
    return (None if excluded else kind), excluded


def first_imdb(value: object) -> str | None:
    """An IMDb title id; of several in one cell, the first. A person's id is none."""
    if isinstance(value, str):
        value = re.split(r"[,;\s/?]", value.strip(), maxsplit=1)[0]
        if not value.lower().startswith("tt") and not value.isascii():
            return None
    return imdb_title_id(value)


def _title_and_year(row: Row) -> tuple[str, int | None]:
    title = text_of(row.get("title")) or text_of(row.get("original_title")) or ""
    year = year_of(row.get("year"))
    if year is None:
        title, year, _ = split_year(title)
    if year is None and (day := day_of(row.get("released"))) is not None:
        year = year_of(day)
    return title, year


def _letterboxd_slug(row: Row, url: str | None) -> str | None:
    """The film's path, which Radarr lists made from Letterboxd call `clean_title`; Radarr's `cleanTitle` is none."""
    path = text_of(row.get("slug")) or ""
    if match := re.match(r"/film/([^/]+)/?\Z", path):
        return match[1]
    named = named_title(url) if url else None
    return named.letterboxd if named else None


def _from_slug(slug: str) -> tuple[str, int | None]:
    """A readable guess at what a Letterboxd slug stands for; a year at its end tells films of one name apart."""
    match = re.match(r"(.+)-((?:18|19|20)\d\d)(?:-\d)?\Z", slug)
    words, year = (match[1], int(match[2])) if match else (slug, None)
    return words.replace("-", " ").title(), year


def _ratings(value: object) -> tuple[dict[str, float], dict[str, int]]:
    """Radarr's form: `{"imdb": {"value": 7.4, "votes": 3613}}`."""
    ratings: dict[str, float] = {}
    votes: dict[str, int] = {}
    for service, told in value.items() if isinstance(value, dict) else ():
        if not isinstance(service, str) or not isinstance(told, dict):
            continue
        if score := number_of(told.get("value")):
            ratings[service] = score
        if count := number_of(told.get("votes")):
            votes[service] = int(count)
    return ratings, votes


def _genres(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return _genres_of(value)
    words = (text_of(word) for word in value) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(_genre(word) for word in words if word))


@lru_cache(maxsize=4096)
def _genres_of(text: str) -> tuple[str, ...]:
    """The genres of one cell; thousands of rows share a few hundred of them."""
    return _genres(text.split(","))


def _genre(word: str) -> str:
    """IMDb's exports of 2017 write `sci_fi`."""
    return word.replace("_", "-").title() if word.islower() else word
