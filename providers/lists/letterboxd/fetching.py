"""Reading a Letterboxd source page by page, over plain HTTP as long as that is let through, then its films' ids."""

from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from providers.base import Context
from providers.errors import Malformed, NotFound, ProviderError, SourceError
from providers.lists.letterboxd import identifiers
from providers.lists.letterboxd.feed import parse_feed
from providers.lists.letterboxd.films import identified, look_up, slugs_of
from providers.lists.letterboxd.pages import POSTERS, Page, parse_page
from providers.lists.letterboxd.reader import Answer, Reader
from schemas.fetch import Fetched
from schemas.media import Item
from schemas.source import Source

MOST_PAGES = 400
BROWSE_TITLES = 720
"""Films read of a browse page, which goes on for a million, unless the list's `limit` says how many."""
LOOKUPS = 120
"""Film pages read in one fetch: a minute at two a second; `providers.letterboxd.lookups` sets another number."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read so far."""

    items: tuple[Item, ...] = ()
    rows: int = 0
    total: int | None = None
    title: str | None = None
    complete: bool = True
    warnings: tuple[str, ...] = ()

    def with_page(self, page: Page) -> "_Read":
        moved = tuple(replace(item, position=self.rows + item.position) for item in page.items)
        last = moved[-1].position if moved else self.rows
        return replace(
            self,
            items=self.items + moved,
            rows=last,
            total=self.total if page.total is None else page.total,
            title=self.title or page.title,
        )

    def short(self, warning: str) -> "_Read":
        return replace(self, complete=False, warnings=(*self.warnings, warning))


def fetch(source: Source, context: Context) -> Fetched:
    """Read a source whole. Raises ProviderError."""
    reader = Reader(context)
    identifier, first = source.identifier, None
    if identifier.startswith(f"{identifiers.SHORT_HOST}/"):
        identifier, first = _behind_short_link(identifier, reader)
    if identifier.endswith("/rss"):
        read = _Read().with_page(parse_feed(reader.get(_path(identifier), what=identifier).text))
    else:
        read = _read(identifier, first, reader, context)
    items, warnings = _with_ids(read.items, reader, context)
    return Fetched(
        items=items,
        total=read.total,
        complete=read.complete,
        warnings=read.warnings + warnings,
        title=read.title,
    )


def _read(identifier: str, answer: Answer | None, reader: Reader, context: Context) -> _Read:
    """Page after page, to the last or to where the list's limit lies."""
    enough = context.limit or (BROWSE_TITLES if _is_browse(identifier) else None)
    page = parse_page(answer.text) if answer else _first_page(identifier, reader)
    read, seen = _Read(), set[tuple[str, ...]]()
    for number in range(2, MOST_PAGES + 2):
        refs = tuple(item.ref for item in page.items)
        if refs and refs in seen:
            return read.short(f"page {number - 1} repeats an earlier one; reading stopped there")
        seen.add(refs)
        read = read.with_page(page if _has_filters(identifier) is False else replace(page, total=None))
        context.progress(len(read.items), read.total)
        if page.cut:
            return read.short(f"page {number - 1} was cut short")
        if enough is not None and len(read.items) >= enough:
            return replace(read, items=read.items[:enough], total=None)
        if page.next is None or not page.items:
            return read
        try:
            page = _page(_loaded_from(page.next), identifier, reader)
        except ProviderError as error:
            return read.short(f"page {number} could not be read: {error}")
    return read.short(f"reading stopped after {MOST_PAGES} pages")


def _first_page(identifier: str, reader: Reader) -> Page:
    """The page itself; of a browse page the fragment that it loads, wherever the site keeps that this year."""
    if not _is_browse(identifier):
        return _page(_path(identifier), identifier, reader)
    tail = _path(identifier).removeprefix("/films")
    for path in (f"/csi/films/films-browser-list{tail}?esiAllowFilters=true", f"/films/ajax{tail}"):
        try:
            return _page(path, identifier, reader)
        except (NotFound, Malformed):
            continue
    answer = reader.get(_path(identifier), what=identifier, wait_for=POSTERS)
    page = parse_page(answer.text)
    if page.browser_list is not None and not page.items:
        return _page(page.browser_list, identifier, reader)
    return _recognised(page, identifier)


def _page(path: str, identifier: str, reader: Reader) -> Page:
    return _recognised(parse_page(reader.get(path, what=identifier).text), identifier)


def _recognised(page: Page, identifier: str) -> Page:
    if not page.known:
        raise Malformed(f"Letterboxd answered for {identifier} with a page that lists no films")
    return page


def _loaded_from(path: str) -> str:
    """The next page of a browse page is linked as a whole; what it loads lies elsewhere."""
    if path.startswith("/films/") and not path.startswith("/films/ajax/"):
        return f"/csi/films/films-browser-list/{path.removeprefix('/films/')}?esiAllowFilters=true"
    return path


def _behind_short_link(identifier: str, reader: Reader) -> tuple[str, Answer]:
    """Where a short link leads, and what lies there."""
    answer = reader.follow(identifier)
    path = urlsplit(answer.url).path
    try:
        source = identifiers.parse(f"{identifiers.HOST}{path}")
    except SourceError as wrong:
        raise NotFound(f"{identifier} does not lead to a list: {wrong.problem}", url=answer.url) from wrong
    if source is None or source.identifier.startswith(identifiers.SHORT_HOST):
        raise NotFound(f"{identifier} does not lead to a list", url=answer.url)
    return source.identifier, answer


def _with_ids(items: tuple[Item, ...], reader: Reader, context: Context) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    most = context.settings.options.get("lookups", "")
    known = look_up(
        slugs_of(items[: context.limit]),
        context.memory,
        reader.film,
        context.clock().date(),
        int(most) if most.isdecimal() else LOOKUPS,
    )
    found = tuple(identified(item, known.films.get(item.ref.partition(":")[2])) for item in items)
    if not known.left:
        return found, ()
    why = f" ({known.problem})" if known.problem else ""
    return found, (f"the ids of {known.left} films follow in the next runs{why}",)


def _path(identifier: str) -> str:
    path = identifier.replace("/diary/for/", "/diary/films/for/")
    return f"/{quote(path, safe='/-_.~+')}/"


def _is_browse(identifier: str) -> bool:
    return identifier.startswith("films/")


def _has_filters(identifier: str) -> bool:
    """Whether a page shows a part of what its own count counts."""
    parts = identifier.split("/")
    return not _is_browse(identifier) and any(part in identifiers.FILTERS | {"for"} for part in parts[2:])
