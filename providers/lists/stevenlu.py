"""StevenLu's popular movies: a small JSON file, made anew every day, and stricter ones by rating.

The publisher's code (github.com/sjlu/popular-movies) writes an array of objects with `title`, `imdb_id`, `poster_url`
and sometimes `tmdb_id` and `genres`: movies only, no year, fifteen at most since December 2024.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from providers.base import Capabilities, Context
from providers.errors import Malformed, SourceError
from providers.lists.rows import Dialect, item_from, renamed, shortened
from providers.lists.urls import pasted, tidy
from schemas.fetch import Fetched
from schemas.media import Item, Kind
from schemas.source import Source

BASE_URL = "https://popular-movies-data.stevenlu.com"
_HOSTS = frozenset({"popular-movies-data.stevenlu.com", "movies.stevenlu.com", "stevenlu.com"})
# The bucket behind the oldest links, gone since; the file's name is still what people mean.
_BUCKETS = frozenset({"s3.amazonaws.com", "popular-movies.s3.amazonaws.com"})
PRESETS = (
    "movies",
    "all-movies",
    *(f"movies-metacritic-min{score}" for score in (50, 60, 70, 80)),
    *(f"movies-imdb-min{score}" for score in (5, 6, 7, 8)),
    *(f"movies-rottentomatoes-min{score}" for score in (50, 60, 70, 80)),
)
_DAY = re.compile(r"movies-20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\Z")
_DEFAULT = frozenset({"", "stevenlu", "steven", "steven-lu", "stevenlu-movies", "stevenlumovies", "popular"})
FORMS = ("stevenlu", "stevenlu:movies-metacritic-min70", "stevenlu:movies-imdb-min7", "stevenlu:all-movies")
CAPABILITIES = Capabilities(
    kinds=frozenset({Kind.MOVIE}),
    forms=FORMS,
    gives_total=False,
    gives_ids=("imdb", "tmdb"),
    summary="popular movies, updated daily; presets by rating",
)


@dataclass(frozen=True, slots=True)
class StevenLu:
    """Reads one of the published files."""

    name: str = "stevenlu"
    capabilities: Capabilities = CAPABILITIES

    def parse(self, text: str) -> Source | None:
        """The canonical source: `stevenlu:movies`, `stevenlu:movies-imdb-min7`."""
        text = tidy(text)
        address = pasted(text)
        if address is not None and address.segments:
            if address.host not in _HOSTS and not (address.host in _BUCKETS and "popular-movies" in text):
                return None
            text = address.segments[-1]
        elif address is not None and not text.lower().endswith(".json"):
            if address.host not in _HOSTS:
                return None
            text = ""
        return Source(self.name, _preset(text.lower().removesuffix(".json")), personal=False)

    def fetch(self, source: Source, context: Context) -> Fetched:
        """Read the list whole."""
        base = (context.settings.base_url or BASE_URL).rstrip("/")
        reply = context.http.get(f"{base}/{source.identifier}.json", headers={"Accept": "application/json"})
        fetched = parse_movies(reply.require(what=f"the list {source.identifier}").json())
        context.progress(len(fetched.items), None)
        return fetched


def parse_movies(document: Any) -> Fetched:
    """The movies of one published file. Raises Malformed for anything that is not such a file."""
    if not isinstance(document, list):
        raise Malformed("stevenlu answered with something else than a list of movies")
    items: list[Item] = []
    problems: list[str] = []
    for position, entry in enumerate(document, start=1):
        row = renamed(entry) if isinstance(entry, Mapping) else {}
        item = item_from(row, position, Dialect(otherwise=Kind.MOVIE))
        if item is None:
            problems.append(f"entry {position}: neither a title nor an id")
        else:
            items.append(item)
    if problems and not items:
        raise Malformed("stevenlu answered with a list that holds no movie")
    return Fetched(items=tuple(items), complete=not problems, warnings=shortened(problems))


def _preset(word: str) -> str:
    """The file's name, without its ending, for what people call it."""
    if word in _DEFAULT:
        return "movies"
    for name in (word, f"movies-{word}"):
        if name in PRESETS or _DAY.match(name):
            return name
    close = difflib.get_close_matches(word, PRESETS, n=1, cutoff=0.6)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise SourceError(f"stevenlu publishes no list {word!r}{hint}", FORMS)


PROVIDER = StevenLu()
