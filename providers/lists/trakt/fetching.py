"""Reading a Trakt source through the API, page by page, and believing what the pages say of themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

from providers.base import Context
from providers.errors import Challenged, Malformed, ProviderError
from providers.http import Reply
from providers.lists import loose
from providers.lists.trakt.errors import add_way_around, refused, without_key
from providers.lists.trakt.rows import Folding
from providers.lists.trakt.targets import Target, target_of
from schemas.fetch import Fetched
from schemas.source import Source

API = "https://api.trakt.tv"
PAGE_SIZE = 250
"""The service's ceiling since 15 June 2026; it takes less from whoever asks for more."""
CHART_DEPTH = 1000
"""How deep a chart is read when the list has no limit: `popular` goes on through the whole database."""
MAX_PAGES = 400


def fetch(source: Source, context: Context) -> Fetched:
    """Read a source whole: with a client id through the API, without one through its page, if there is a browser."""
    target = target_of(source.identifier)
    try:
        # Another address brings its own key, or needs none: a proxy, a mirror, a test.
        if context.settings.options.get("client_id") or context.settings.base_url is not None:
            return _by_api(target, context)
        if target.page is None or context.browser is None:
            raise without_key(target)
        return _by_page(target, context)
    except ProviderError as error:
        add_way_around(error, target)
        raise


def _by_api(target: Target, context: Context) -> Fetched:
    try:
        return _all_pages(target, context)
    except Challenged:
        if target.page is None or context.browser is None:
            raise
    return _by_page(target, context)


def _by_page(target: Target, context: Context) -> Fetched:
    from providers.lists.trakt.web import fetch_page

    return fetch_page(target, context)


@dataclass(frozen=True, slots=True)
class Paging:
    """What an answer's headers say: `X-Pagination-Page`, `-Limit`, `-Page-Count`, `-Item-Count`."""

    page: int | None
    limit: int | None
    pages: int | None
    items: int | None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Paging":
        """Read the headers; what is missing or no number is None."""
        page, limit, pages, items = (
            loose.whole(headers.get(f"x-pagination-{name}")) for name in ("page", "limit", "page-count", "item-count")
        )
        return cls(page, limit, pages, items)

    def is_last(self, number: int, rows: int, size: int = PAGE_SIZE) -> bool:
        """Whether nothing follows page `number`, which had `rows` rows of the `size` that were asked for.

        Servers before 2026 gave lists whole and said so, or said nothing: then a page that is not full is the last.
        """
        if self.pages is not None:
            return number >= self.pages
        if self.items is not None:
            return rows == 0 or number * (self.limit or rows) >= self.items
        return rows != size


@dataclass(slots=True)
class Read:
    """What became of reading all pages of one path."""

    total: int | None = None
    cut: str | None = None
    """Why reading ended before the end."""
    enough: bool = False
    """It ended because no more was wanted."""


def _all_pages(target: Target, context: Context) -> Fetched:
    rows = Folding(otherwise=target.kind)
    reads: list[Read] = []
    for path in target.paths:
        before = rows.count
        read = _one_path(path, target, context, rows)
        reads.append(read)
        if read.cut is not None or read.enough:
            break
        if read.total is not None and rows.count - before > read.total:
            read.cut = f"Trakt says {read.total} rows and gave {rows.count - before}: the list changed meanwhile"
    return as_fetched(rows, reads, context)


def _one_path(path: str, target: Target, context: Context, rows: Folding) -> Read:
    """Page after page, until the pages say that it was the last one."""
    read = Read()
    previous: object = None
    size = min(PAGE_SIZE, context.limit or PAGE_SIZE) if target.chart else PAGE_SIZE
    for number in range(1, MAX_PAGES + 1):
        try:
            reply = _ask(path, {"page": number, "limit": size} if target.paged else {}, target, context)
            found = _rows_of(reply, target)
        except ProviderError as error:
            if number == 1:
                raise
            read.cut = f"reading stopped after {rows.count} rows: {error}"
            return read
        paging = Paging.of(reply.headers)
        if number > 1 and (found == previous or paging.page not in (None, number)):
            read.cut = f"Trakt gave the same page twice, after {rows.count} rows"
            return read
        rows.add(found, what=target.what)
        read.total = paging.items if paging.items is not None else read.total
        context.progress(len(rows.items), read.total)
        if not target.paged or paging.is_last(number, len(found), size):
            return read
        if not found:
            read.cut = f"Trakt's page {number} is empty, though it is not the last"
            return read
        if target.chart and len(rows.items) >= (context.limit or CHART_DEPTH):
            read.enough = True
            return read
        previous = found
    read.cut = f"more than {MAX_PAGES} pages"
    return read


def as_fetched(rows: Folding, reads: list[Read], context: Context) -> Fetched:
    """The result. A row whose title was there already is no row of ours: the total leaves it out, so that it can be
    compared with the items."""
    warnings = [read.cut for read in reads if read.cut is not None]
    if rows.unread:
        warnings.append(f"{rows.unread} rows could not be read")
    complete = not warnings
    totals = [read.total for read in reads if read.total is not None]
    told = sum(totals) if len(totals) == len(reads) else None
    if any(read.enough for read in reads):
        if context.limit is None:
            of = f" of {told}" if told else ""
            warnings.append(f"the first {rows.count}{of} titles of the chart were read; a limit says how many")
        told = None
    return Fetched(
        items=tuple(rows.items),
        total=max(0, told - rows.folded) if told is not None else None,
        complete=complete,
        warnings=tuple(warnings),
    )


def _ask(path: str, page: Mapping[str, int], target: Target, context: Context) -> Reply:
    options = context.settings.options
    headers = {"trakt-api-version": "2", "Content-Type": "application/json", "Accept": "application/json"}
    if client_id := options.get("client_id"):
        headers["trakt-api-key"] = client_id
    if token := options.get("access_token"):
        headers["Authorization"] = f"Bearer {token}"
    base = (context.settings.base_url or API).rstrip("/")
    reply = context.http.get(f"{base}{path}", headers=headers, query={"extended": "full", **page})
    if (error := refused(reply, target)) is not None:
        raise error
    return reply


def _rows_of(reply: Reply, target: Target) -> list[object]:
    found = loose.load_json(reply.text, what=f"{target.what}: Trakt's answer")
    if not isinstance(found, list):
        told = loose.word(loose.dig(found, "error_description")) or loose.word(loose.dig(found, "error"))
        raise Malformed(f"{target.what}: Trakt answered with {told or 'something that is no list'}")
    return found
