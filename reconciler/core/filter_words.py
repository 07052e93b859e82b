"""What several services call by different words: genres, languages, countries, certifications, the state of a show."""

import re
from collections.abc import Mapping
from functools import lru_cache

from schemas.config.filters import ShowStatus

_NOT_WORD = re.compile(r"[\W_]+")

_SAME_GENRE = {
    "sci fi": "science fiction",
    "scifi": "science fiction",
    "sf": "science fiction",
    "children": "kids",
    "game show": "game",
    "reality tv": "reality",
    "soap opera": "soap",
    "sport": "sports",
    "talk show": "talk",
}
"""IMDb, Trakt and TMDB name these genres differently."""
_JOINT_GENRES = {
    "action adventure": frozenset({"action", "adventure"}),
    "sci fi fantasy": frozenset({"science fiction", "fantasy"}),
    "science fiction fantasy": frozenset({"science fiction", "fantasy"}),
    "war politics": frozenset({"war", "politics"}),
}
"""What TMDB knows of shows under one name: such a show counts as each of the two."""
_SAME_LANGUAGE = {"cn": "zh", "in": "id", "iw": "he", "nb": "no", "nn": "no"}
"""TMDB writes Cantonese `cn` and any Norwegian `no`; the others are codes that ISO gave up."""
_SAME_COUNTRY = {"UK": "GB"}
_STATUSES = {
    "continuing": ShowStatus.RETURNING,
    "returning": ShowStatus.RETURNING,
    "cancelled": ShowStatus.CANCELED,
    "upcoming": ShowStatus.PLANNED,
    "announced": ShowStatus.PLANNED,
    "pre production": ShowStatus.PLANNED,
    "filming": ShowStatus.IN_PRODUCTION,
    "completed": ShowStatus.POST_PRODUCTION,
} | {status.value: status for status in ShowStatus}
_AMERICAN = frozenset({"g", "pg", "pg13", "r", "nc17", "tvy", "tvy7", "tvg", "tvpg", "tv14", "tvma"})


def plain(text: str) -> str:
    """Without regard to letter case and punctuation."""
    return " ".join(_NOT_WORD.sub(" ", text.casefold()).split()) or text.casefold().strip()


@lru_cache(maxsize=4096)
def genre(name: str) -> frozenset[str]:
    """The genres that a service's word stands for, in one spelling: two for the joint ones of TMDB's shows."""
    words = " ".join(word for word in plain(name).split() if word != "and") or plain(name)
    return _JOINT_GENRES.get(words) or frozenset({_SAME_GENRE.get(words, words)})


def word(text: str) -> frozenset[str]:
    """A word that all services write alike."""
    return frozenset({plain(text)})


def language(code: str) -> frozenset[str]:
    """A language's two letters."""
    lower = code.lower()
    return frozenset({_SAME_LANGUAGE.get(lower, lower)})


def country(code: str) -> frozenset[str]:
    """A country's two letters."""
    upper = code.upper()
    return frozenset({_SAME_COUNTRY.get(upper, upper)})


def status(text: str | None) -> ShowStatus | None:
    """TMDB's word for the state that TMDB, Trakt, TVDB or IMDb write; None for a word that says nothing."""
    return _STATUSES.get(plain(text)) if text else None


def label(text: str) -> str:
    """A certification without regard to letter case, spaces and hyphens: `PG-13` is `pg13`."""
    return "".join(c for c in text.casefold() if c.isalnum()) or text.casefold().strip()


def national(wanted: str) -> tuple[str, str]:
    """The country (or nothing) and the label of a certification as people write it, `PG-13` or `DE:12`."""
    of, _, rating = wanted.rpartition(":")
    return of.strip().upper(), label(rating)


def certified(wanted: str, told: Mapping[str, str]) -> bool:
    """Whether a title bears this certification. `told` is by country; the empty one is a source that names none.
    A label without a country counts wherever it was given, but for the American ones: only where America gave none
    may another country's `PG` stand in for it."""
    of, rating = national(wanted)
    if not of and rating in _AMERICAN and "US" in told:
        of = "US"
    return any(label(text) == rating for place, text in told.items() if not of or place.upper() == of)
