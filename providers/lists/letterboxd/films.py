"""What a film is elsewhere: its page names it at TMDB and IMDb. Each page is read once ever, a bounded number of them a
fetch, so that a long list gets its ids over some runs and the service is left in peace."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta

from selectolax.lexbor import LexborHTMLParser

from providers.base import Memory
from providers.errors import ProviderError
from schemas.media import Ids, Item, Kind

AT_ONCE = 3
"""Film pages asked for side by side; the host's rate holds for all of them together."""
BATCH = 12
"""Pages after which what was learnt is kept."""
ASK_AGAIN = timedelta(days=30)
"""A film that has no ids may get some."""

Read = Callable[[str], str | None]
"""From a film's slug to its page; None when there is none. Raises ProviderError."""


@dataclass(frozen=True, slots=True)
class Film:
    """A film's other names; all None when its page gives none."""

    kind: Kind | None = None
    tmdb: int | None = None
    imdb: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a list's films after looking some of them up."""

    films: Mapping[str, Film]
    left: int
    """Films whose page is still to be read."""
    problem: str = ""
    """Why reading stopped before the bound, in words for people."""


def parse_film(text: str) -> Film:
    """The ids on a film's page, from its links to TMDB and IMDb.

    The `data-tmdb-*` of the body is not believed against the link: of a mini-series it says `movie` without an id.
    """
    tree = LexborHTMLParser(text)
    tmdb = _TMDB.search(_link(tree, "TMDB"))
    imdb = _IMDB.search(_link(tree, "IMDb"))
    if tmdb is None and (body := tree.css_first("body[data-tmdb-id]")) is not None:
        told = body.attributes
        tmdb = _BODY.match(f"{told.get('data-tmdb-type') or ''}/{told.get('data-tmdb-id') or ''}")
    return Film(
        kind=Kind(tmdb[1]) if tmdb else None,
        tmdb=int(tmdb[2]) if tmdb else None,
        imdb=imdb[1] if imdb else None,
    )


def identified(item: Item, film: Film | None) -> Item:
    """The item with what is known of its film."""
    if film is None or film == Film():
        return item
    return replace(item, kind=film.kind, ids=Ids(tmdb=film.tmdb, imdb=film.imdb))


def look_up(slugs: Iterable[str], memory: Memory, read: Read, today: date, most: int) -> Known:
    """What memory holds of these films, and what the pages of up to `most` others say; both are kept.

    Never raises ProviderError: a page that cannot be read is left for another run, and a first batch without a single
    page ends the attempt.
    """
    wanted = tuple(dict.fromkeys(slugs))
    kept = memory.get_many(tuple(map(_key, wanted)))
    films = {slug: film for slug in wanted if (film := _kept(kept.get(_key(slug)), today)) is not None}
    asked = [slug for slug in wanted if slug not in films][:most]
    problem = ""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="letterboxd") as pool:
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            answers = list(pool.map(lambda slug: _ask(slug, read), batch))
            read_now = {slug: film for slug, film in zip(batch, answers, strict=True) if isinstance(film, Film)}
            memory.put_many({_key(slug): _written(film, today) for slug, film in read_now.items()})
            films |= read_now
            if not any(film != Film() for film in read_now.values()):
                problem = next(
                    (str(told) for told in answers if isinstance(told, ProviderError)), "no film page has ids"
                )
                break
    return Known(films, len(wanted) - len(films), problem)


def _ask(slug: str, read: Read) -> Film | ProviderError:
    try:
        page = read(slug)
    except ProviderError as error:
        return error
    return Film() if page is None else parse_film(page)


_TMDB = re.compile(r"themoviedb\.org/(movie|tv)/([1-9]\d{0,9})(?:-[^/]*)?/?(?:[?#].*)?$")
_BODY = re.compile(r"(movie|tv)/([1-9]\d{0,9})$")
_IMDB = re.compile(r"imdb\.com/(?:[a-z]{2}/)?title/(tt\d{6,10})\b")
_WRITTEN = re.compile(r"(movie|tv|-) (\d{1,10}|-) (tt\d{6,10}|-)\Z")


def _link(tree: LexborHTMLParser, service: str) -> str:
    node = tree.css_first(f'a[data-track-action="{service}"][href]')
    return (node.attributes.get("href") or "").strip() if node else ""


def _key(slug: str) -> str:
    return f"film/{slug}"


def _written(film: Film, today: date) -> str:
    if film == Film():
        return f"none {today.isoformat()}"
    return f"{film.kind or '-'} {film.tmdb or '-'} {film.imdb or '-'}"


def _kept(text: str | None, today: date) -> Film | None:
    """None when the film's page is to be read: never was, or had no ids a while ago."""
    if text is None:
        return None
    if match := _WRITTEN.match(text):
        kind, tmdb, imdb = ((None if value == "-" else value) for value in match.groups())
        return Film(Kind(kind) if kind else None, int(tmdb) if tmdb else None, imdb)
    try:
        fresh = text.startswith("none ") and today - date.fromisoformat(text[5:]) < ASK_AGAIN
    except ValueError:
        fresh = False
    return Film() if fresh else None


def slugs_of(items: Sequence[Item]) -> tuple[str, ...]:
    """The films' names at Letterboxd, without those that are identified already."""
    return tuple(item.ref.partition(":")[2] for item in items if item.ids == Ids())
