"""Filters that no title can pass, and words in them that no service knows."""

from collections.abc import Callable, Hashable, Iterator, Mapping

from reconciler.config.problems import Problem, problem
from reconciler.config.tree import Node, Path, Scalar, Sequence, find
from reconciler.core import filter_words as words
from schemas.config import Wrong, did_you_mean
from schemas.config.codes import COUNTRIES
from schemas.config.filters import ShowStatus
from schemas.config.patterns import parse_pattern

Canonical = Callable[[str], Hashable]

GENRES = (
    "Action",
    "Adult",
    "Adventure",
    "Animation",
    "Anime",
    "Biography",
    "Comedy",
    "Crime",
    "Disaster",
    "Documentary",
    "Donghua",
    "Drama",
    "Eastern",
    "Family",
    "Fan Film",
    "Fantasy",
    "Film Noir",
    "Game Show",
    "History",
    "Holiday",
    "Home and Garden",
    "Horror",
    "Indie",
    "Kids",
    "Mini Series",
    "Music",
    "Musical",
    "Mystery",
    "News",
    "Politics",
    "Reality",
    "Romance",
    "Science Fiction",
    "Short",
    "Soap",
    "Special Interest",
    "Sport",
    "Sporting Event",
    "Superhero",
    "Suspense",
    "Talk",
    "Thriller",
    "Travel",
    "TV Movie",
    "War",
    "Western",
)
"""Of TMDB, IMDb and Trakt."""
_NEVER_FILMS = frozenset({ShowStatus.RETURNING, ShowStatus.ENDED, ShowStatus.PILOT})
"""No service says so of a film; of shows, IMDb says what others say of films alone."""
_RULES: Mapping[str, Canonical] = {
    "genres": words.genre,
    "languages": words.language,
    "countries": words.country,
    "keywords": words.word,
    "certification": words.national,
    "status": lambda text: words.status(text) or text,
    "title": str.casefold,
}
"""How the words of each rule are compared."""
_KEYS = ("any", "all", "none")
_Placed = tuple[Path, Scalar]


def impossible(path: Path, filter_: Node) -> Iterator[Problem]:
    """Rules of a filter that no title can fulfil, or of which one takes back what another asks."""
    for rule, canonical in _RULES.items():
        yield from _taken_back(path, filter_, rule, canonical)
    yield from _never(path, filter_)
    for where, item in _items(filter_, "title", "none"):
        if _is_everywhere(item.value):
            yield problem(item.place, (*path, *where), "is found in every title, so that none can pass")
    for key in ("any", "none"):
        for where, item in _items(filter_, "certification", key):
            country, _ = words.national(item.value)
            if country and country not in COUNTRIES:
                message = f"there is no country {country}"
                yield problem(item.place, (*path, *where), message, "write two letters (ISO 3166-1), as in DE:12")


def doubtful(path: Path, filter_: Node) -> Iterator[Problem]:
    """Words that no service is known to use, and patterns that ask nothing."""
    known = frozenset().union(*map(words.genre, GENRES))
    for key in _KEYS:
        for where, item in _items(filter_, "genres", key):
            if not words.genre(item.value) <= known:
                message = f"no service is known to have a genre {item.value}"
                yield problem(item.place, (*path, *where), message, did_you_mean(item.value, GENRES))
    for where, item in _items(filter_, "title", "any"):
        if _is_everywhere(item.value):
            yield problem(item.place, (*path, *where), "is found in every title: it asks nothing")


def _taken_back(path: Path, filter_: Node, rule: str, canonical: Canonical) -> Iterator[Problem]:
    wanted = {canonical(item.value): key for key in ("any", "all") for _, item in _items(filter_, rule, key)}
    for where, item in _items(filter_, rule, "none"):
        key = wanted.get(canonical(item.value))
        if key is not None:
            message = f"{item.value} stands in `{key}` too, and `none` takes it back"
            yield problem(item.place, (*path, *where), message, "keep it in one of the two")


def _never(path: Path, filter_: Node) -> Iterator[Problem]:
    """A status that films never have, where nothing but films is wanted."""
    asked = list(_items(filter_, "status", "any"))
    only_films = {item.value for _, item in _items(filter_, "kinds", "")} == {"movie"}
    if only_films and asked and all(words.status(item.value) in _NEVER_FILMS for _, item in asked):
        where, item = asked[0]
        yield problem(item.place, (*path, *where), f"no film is ever {item.value}, so that none can pass")


def _is_everywhere(text: str) -> bool:
    try:
        return parse_pattern(text).search("") is not None
    except Wrong:
        return False


def _items(filter_: Node, rule: str, key: str) -> Iterator[_Placed]:
    """The words of a rule, each with the path to it; a bare list is short for `any`."""
    below: Path = (rule, key)
    found = find(filter_, below)
    if found.depth == 1 and key in {"any", ""} and isinstance(found.node, Sequence):
        below = (rule,)
    elif found.depth < len(below):
        return
    if isinstance(found.node, Sequence):
        for index, item in enumerate(found.node.items):
            if isinstance(item, Scalar) and isinstance(item.value, str):
                yield (*below, index), item
