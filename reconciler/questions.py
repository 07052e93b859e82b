"""What somebody asks about: a key, an address, an IMDb id, an item of a list, or words of a title."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reconciler.core.match import normalise, strip_year
from reconciler.naming import imdb_in, key_in
from schemas.media import Item, Key

NEAR = 3
"""Suggestions for what nothing fits."""
LIKE_ENOUGH = 0.6
_ITEM = re.compile(r"[a-z][a-z0-9_-]*:\S+\Z")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood."""

    text: str
    key: Key | None = None
    imdb: str | None = None
    plain: str = ""
    """The title's words, normalised; empty where a key or an id is asked for."""
    year: int | None = None

    def fits_key(self, key: Key) -> bool:
        """Whether the key itself is asked for: a title's in both its qualities, a 4K one alone."""
        return self.key is not None and (key == self.key or (not self.key.is_4k and key.title == self.key.title))

    def fits_title(self, title: str, year: int | None) -> bool:
        """Whether the words stand in the title in this order, as whole words, and the year is not another."""
        if not self.plain or not title:
            return False
        return self.year in {None, year or self.year} and f" {self.plain} " in f" {normalise(title)} "

    def is_title(self, title: str) -> bool:
        """Whether the words are the whole title."""
        return bool(self.plain) and normalise(strip_year(title)) == self.plain

    def fits_item(self, item: Item) -> bool:
        """Whether the row is asked for: by its own name, an id that it bears, or its title."""
        if item.ref == self.text:
            return True
        if self.key is not None:
            return (item.kind, item.ids.tmdb) == self.key.title
        if self.imdb is not None:
            return item.ids.imdb == self.imdb or item.ref == f"imdb:{self.imdb}"
        return self.fits_title(strip_year(item.title), item.year) or self.fits_title(
            item.original_title or "", item.year
        )

    @property
    def is_item(self) -> bool:
        """Whether it has the form of an item's name: `letterboxd:nosferatu-2024`."""
        return self.key is None and bool(_ITEM.match(self.text))


def question(text: str, server_url: str = "") -> Question:
    """Understand what was typed. A key, an IMDb id and their addresses come before a title of these letters."""
    text = text.strip()
    key = key_in(text, server_url)
    if key is not None:
        return Question(text, key=key)
    imdb = imdb_in(text)
    if imdb is not None:
        return Question(text, imdb=imdb)
    name = strip_year(text)
    year = re.search(r"[0-9]{4}", text[len(name) :]) if name != text else None
    return Question(text, plain=normalise(name), year=int(year[0]) if year else None)


def near(asked: Question, titles: Iterable[str], items: Iterable[str]) -> Sequence[str]:
    """What may have been meant, best first: items for an item, else titles."""
    if asked.is_item:
        return get_close_matches(asked.text, list(dict.fromkeys(items)), n=NEAR, cutoff=LIKE_ENOUGH)
    if not asked.plain:
        return ()
    by_words: dict[str, str] = {}
    for title in titles:
        by_words.setdefault(normalise(strip_year(title)), title)
    return [by_words[found] for found in get_close_matches(asked.plain, by_words, n=NEAR, cutoff=LIKE_ENOUGH)]
