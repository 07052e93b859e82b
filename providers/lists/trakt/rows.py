"""Trakt's rows → items: every shape in which the service writes a title, of 2017 and of today.

`{type, <type>: {…}}` (lists, watchlists, ratings, history), `{movie: {…}}` or `{show: {…}}` beside counters (charts,
collections), and the bare title (`popular`). Seasons and episodes stand for their show, which is read once, where it
comes first; people cannot be requested. Facts: 29 recorded answers, 2017 to 2026, and the API's own documentation.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from providers.errors import Malformed
from providers.lists import loose
from providers.lists.values import day_of, moment_of, number_of, text_of, year_of
from schemas.media import Ids, Item, Kind

_KINDS = {"movie": Kind.MOVIE, "show": Kind.TV}
_PARTS = ("season", "episode")
_ADDED = ("listed_at", "collected_at", "last_collected_at", "rated_at", "favorited_at", "watched_at", "last_watched_at")
_OF_SHOWS = ("aired_episodes", "airs", "network", "first_aired")
_OF_MOVIES = ("released", "tagline")


@dataclass(slots=True)
class Folding:
    """Rows of several pages, gathered: every title once, where it comes first."""

    otherwise: Kind | None = None
    """The kind of a bare title that does not show its own."""
    items: list[Item] = field(default_factory=list)
    count: int = 0
    """Rows seen, folded and unreadable ones included."""
    folded: int = 0
    """Rows whose title, or whose show, was there already."""
    unread: int = 0
    _refs: set[str] = field(default_factory=set)

    def add(self, rows: Iterable[object], *, what: str) -> None:
        """Take a page's rows. Raises Malformed when they are lists instead of titles, or when none can be read."""
        for row in rows:
            self.count += 1
            item = item_of(row, self.count, self.otherwise)
            if item is None:
                _refuse_other_things(row, what)
                self.unread += 1
            elif item.ref in self._refs:
                self.folded += 1
            else:
                self.items.append(item)
                self._refs.add(item.ref)
        if self.unread and not self.items:
            raise Malformed(f"{what}: none of the {self.unread} rows that Trakt sent can be read")


def item_of(row: object, position: int, otherwise: Kind | None = None) -> Item | None:
    """The item of a row; None for a row that holds no title that can be named."""
    person = loose.dig(row, "person")
    if loose.dig(row, "type") == "person" or (isinstance(person, dict) and not loose.dig(row, "movie")):
        return _person(person, position)
    for word, kind in _KINDS.items():
        title = loose.dig(row, word)
        if isinstance(title, dict):
            return _title(title, kind, position, row)
    if any(isinstance(loose.dig(row, part), dict) for part in _PARTS) or loose.dig(row, "number") is not None:
        return None
    if isinstance(loose.dig(row, "ids"), dict) and text_of(loose.dig(row, "title")):
        return _title(row, _own_kind(row) or otherwise or _kind_by_ids(row), position, row)
    return None


def _title(title: object, kind: Kind | None, position: int, row: object) -> Item | None:
    ids = loose.dig(title, "ids")
    slug, name = loose.word(loose.dig(ids, "slug")), text_of(loose.dig(title, "title"))
    number = loose.positive(loose.dig(ids, "trakt"))
    known = Ids(tmdb=_number(ids, "tmdb"), imdb=_imdb(ids), tvdb=_number(ids, "tvdb"))
    own = number or slug or known.imdb or known.tmdb or known.tvdb
    if own is None:
        return None
    word = "show" if kind is Kind.TV else "movie" if kind is Kind.MOVIE else "title"
    rating, votes = number_of(loose.dig(title, "rating")), loose.positive(loose.dig(title, "votes"))
    return Item(
        ref=f"trakt:{word}:{own}",
        title=name or slug or str(own),
        year=year_of(loose.dig(title, "year")),
        kind=kind,
        ids=known,
        position=position,
        original_title=text_of(loose.dig(title, "original_title")),
        url=f"https://trakt.tv/{word}s/{slug}" if slug and kind else None,
        added=next((when for name in _ADDED if (when := moment_of(loose.dig(row, name)))), None),
        released=day_of(loose.dig(title, "released")) or day_of(loose.dig(title, "first_aired")),
        runtime=loose.positive(loose.dig(title, "runtime")),
        ratings={"trakt": rating} if rating else {},
        votes={"trakt": votes} if votes else {},
        genres=loose.words(loose.rows(loose.dig(title, "genres"))),
        languages=loose.codes([loose.dig(title, "language"), *loose.rows(loose.dig(title, "languages"))]),
        countries=tuple(code.upper() for code in loose.codes([loose.dig(title, "country")])),
        certification=loose.word(loose.dig(title, "certification")),
        status=loose.word(loose.dig(title, "status")),
        keywords=loose.words(loose.rows(loose.dig(title, "subgenres"))),
    )


def _person(person: object, position: int) -> Item | None:
    own = loose.positive(loose.dig(person, "ids", "trakt")) or loose.word(loose.dig(person, "ids", "slug"))
    name = text_of(loose.dig(person, "name"))
    if own is None and name is None:
        return None
    return Item(ref=f"trakt:person:{own or name}", title=name or str(own), position=position, excluded="person")


def _imdb(ids: object) -> str | None:
    """Trakt sometimes holds a person's or an empty id there; bare digits would be a guess."""
    written = loose.word(loose.dig(ids, "imdb"))
    return written if written and written[:2].lower() == "tt" else None


def _number(ids: object, service: str) -> int | None:
    return loose.positive(loose.dig(ids, service))


def _own_kind(title: object) -> Kind | None:
    """What the fields of a bare title say of it."""
    if any(loose.dig(title, name) is not None for name in _OF_SHOWS):
        return Kind.TV
    return Kind.MOVIE if any(loose.dig(title, name) is not None for name in _OF_MOVIES) else None


def _kind_by_ids(title: object) -> Kind | None:
    return Kind.TV if loose.positive(loose.dig(title, "ids", "tvdb")) else None


def _refuse_other_things(row: object, what: str) -> None:
    """An index of lists looks like a list: names, ids, an order."""
    named = loose.dig(row, "list")
    named = named if isinstance(named, dict) else row
    if loose.dig(named, "item_count") is None and loose.dig(named, "privacy") is None:
        return
    user = loose.word(loose.dig(named, "user", "ids", "slug"))
    slug = loose.word(loose.dig(named, "ids", "slug"))
    example = f", such as trakt:{user}/lists/{slug}" if user and slug else ""
    raise Malformed(f"{what} is an index of lists, not a list of titles", remedy=f"name one of them{example}")
