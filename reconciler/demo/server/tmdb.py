"""The stand-in for TMDB behind the server: title search in its manner, look-ups by id, an outage switch and a cache."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from .catalogue import Catalogue, Group, Title

PAGE = 20
LAST_PAGE = 500
WORD = re.compile(r"\w+")
LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "½": " 1 2"})
Found = Title | Group


def fold(text: str) -> str:
    """Lower case without accents, so that `amelie` finds Amélie."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.lower().translate(LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words(text: str) -> tuple[str, ...]:
    """The folded words of a title; an apostrophe joins."""
    return tuple(WORD.findall(fold(text).replace("'", "").replace("’", "")))


class Outage(Exception):
    """TMDB answers nothing useful; the status is what axios would report."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Request failed with status code {status}")
        self.status = status


class Tmdb:
    """Titles by words and ids. Every look-up raises Outage while TMDB is down."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.down: int | None = None
        self.remembered: set[str] = set()
        self._index: dict[str, list[int]] = {}
        self._entries: list[tuple[tuple[str, ...], tuple[str, ...], Found]] = []
        self._indexed = -1

    def check(self) -> None:
        """Raise Outage while TMDB is down."""
        if self.down is not None:
            raise Outage(self.down)

    def remember(self, what: str) -> bool:
        """Whether the server had this answer in its cache already; from now on it has."""
        known = what in self.remembered
        self.remembered.add(what)
        return known

    def title(self, kind: str, tmdb_id: int) -> Title:
        """One title. Outage 404 if there is none."""
        self.check()
        title = self.catalogue.get(kind, tmdb_id)
        if title is None:
            raise Outage(404)
        return title

    def by_imdb(self, imdb_id: str) -> list[Found]:
        """What has this IMDb id: titles for `tt…`, a person for `nm…`."""
        self.check()
        people = [group for group in self.catalogue.groups if group.imdb_id == imdb_id]
        return [*self.catalogue.by_imdb.get(imdb_id, ()), *people]

    def by_tvdb(self, tvdb_id: int) -> list[Found]:
        """The shows that share this TVDB id."""
        self.check()
        return [title for title in self.catalogue.by_tvdb.get(tvdb_id, ()) if title.kind == "tv"]

    def by_id(self, tmdb_id: int) -> list[Found]:
        """Movie, show and person of one number, in that order."""
        self.check()
        titles = (self.catalogue.get(kind, tmdb_id) for kind in ("movie", "tv"))
        people = (group for group in self.catalogue.groups if group.id == tmdb_id and group.media_type == "person")
        return [*(title for title in titles if title), *people]

    def search(self, query: str, kind: str | None = None, year: int | None = None) -> list[Found]:
        """Everything in whose title or original title each word of the query occurs, best first."""
        self.check()
        self._refresh()
        asked = words(query)
        if not asked:
            return []
        rows: set[int] | None = None
        for word in asked:
            having = self._index.get(word, ())
            rows = set(having) if rows is None else rows.intersection(having)
        hits = [self._entries[row] for row in rows or ()]
        if kind is not None:
            hits = [hit for hit in hits if isinstance(hit[2], Title) and hit[2].kind == kind and hit[2].year == year]
        return [found for _, found in sorted(((_rank(asked, hit), hit[2]) for hit in hits), key=lambda pair: pair[0])]

    def _refresh(self) -> None:
        if self._indexed == self.catalogue.revision:
            return
        self._entries = [(words(found.title), words(found.original_title), found) for found in self.catalogue] + [
            (words(group.name), (), group) for group in self.catalogue.groups
        ]
        self._index = {}
        for row, (name, original, _) in enumerate(self._entries):
            for word in {*name, *original}:
                self._index.setdefault(word, []).append(row)
        self._indexed = self.catalogue.revision


def _rank(
    asked: tuple[str, ...], entry: tuple[tuple[str, ...], tuple[str, ...], Found]
) -> tuple[int, float, int, str, int]:
    name, original, found = entry
    if isinstance(found, Group):
        return (2, 0.0, 0, found.media_type, found.id)
    exact = 0 if asked in (name, original) else 1
    return (exact, -found.popularity, -found.votes, found.kind, found.tmdb_id)


def page_of(found: Sequence[Found], page: int) -> tuple[int, list[Found]]:
    """How many pages there are, and what the asked one holds."""
    return max(1, -(-len(found) // PAGE)), list(found[(page - 1) * PAGE : page * PAGE])
