"""Reading an IMDb source: GraphQL first, its page second, the browser last."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from providers.base import Context
from providers.errors import AuthRequired, Challenged, Malformed, NotFound, ProviderError, Transient
from providers.http import Reply, masked
from providers.lists import loose
from providers.lists.imdb.answers import Page
from providers.lists.imdb.graphql import (
    ENDPOINT,
    FULL,
    HEADERS,
    LEAN,
    OutdatedQuery,
    Query,
    profile_payload,
    profile_user,
    watchlist_query,
)
from providers.lists.imdb.sniff import read_answer
from providers.lists.imdb.targets import Target, target_of
from schemas.fetch import Fetched
from schemas.media import Item
from schemas.source import Source

if TYPE_CHECKING:
    from providers.browser import BrowserPool

SITE = "https://www.imdb.com"
MAX_PAGES = 200
"""Fifty thousand rows: five times the longest list that IMDb lets anyone make."""


def fetch(source: Source, context: Context) -> Fetched:
    """Read a source whole, by the steadiest way that works."""
    target = target_of(source.identifier, context.clock().date())
    try:
        return _as_fetched(_by_graphql(target, context), target, context)
    except (NotFound, AuthRequired):
        raise
    except ProviderError as first:
        if isinstance(first, Transient) and first.retry_after is not None:
            raise
        try:
            return _as_fetched(_by_page(target, context), target, context)
        except ProviderError as second:
            raise _with_remedy(second if isinstance(first, _NotGraphql) else first, target) from second


_TOO_HEAVY = re.compile(r"answered 504\b")
"""How IMDb's front says that the question took too long; a leaner one may not."""


class _NotGraphql(Malformed):
    """Nothing answers the question there: a mirror of pages, or a source that GraphQL has no question for."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """What was read so far."""

    items: tuple[Item, ...] = ()
    total: int | None = None
    title: str | None = None
    complete: bool = True
    warnings: tuple[str, ...] = ()
    count: int = 0
    """Rows seen, unreadable ones included."""

    def with_page(self, page: Page) -> "_Rows":
        unread = (f"{page.unread} rows could not be read",) if page.unread else ()
        return _Rows(
            items=self.items + page.items,
            total=page.total if page.total is not None else self.total,
            title=page.title or self.title,
            complete=self.complete and not page.unread and not page.warnings,
            warnings=self.warnings + unread + page.warnings,
            count=self.count + len(page.items) + page.unread,
        )

    def cut(self, why: str) -> "_Rows":
        return replace(self, complete=False, warnings=(*self.warnings, why))


def _by_graphql(target: Target, context: Context) -> _Rows:
    """Every page of the answer, by cursor."""
    query = target.query
    if target.profile is not None:
        content = _post(context, profile_payload(target.profile), target.what)
        user = _profile_user(content)
        if user is None:
            return _Rows().with_page(read_answer(content, what=target.what))
        query = watchlist_query(user)
    if query is None:
        raise _NotGraphql(f"{target.what}: GraphQL has no question for it")
    try:
        return _all_pages(_asker(query, FULL, target, context), target, context)
    except (OutdatedQuery, Transient) as error:
        if isinstance(error, Transient) and not _TOO_HEAVY.search(str(error)):
            raise
        return _all_pages(_asker(query, LEAN, target, context), target, context)


def _asker(query: Query, fields: str, target: Target, context: Context) -> Callable[[str | None], bytes]:
    return lambda cursor: _post(context, query.payload(fields, cursor), target.what)


def _all_pages(ask: Callable[[str | None], bytes], target: Target, context: Context) -> _Rows:
    """Follow cursors to the end; what stops on the way makes the result incomplete, never wrong."""
    page = read_answer(ask(None), what=target.what)
    rows = _Rows().with_page(page)
    seen: set[str] = set()
    while page.cursor is not None:
        context.progress(len(rows.items), rows.total)
        if page.cursor in seen or not page.items or len(seen) >= MAX_PAGES:
            return rows.cut(f"IMDb's pages go round in circles after {rows.count} rows")
        seen.add(page.cursor)
        try:
            page = read_answer(ask(page.cursor), rows.count, what=target.what)
        except ProviderError as error:
            return rows.cut(f"reading stopped after {rows.count} rows: {error}")
        rows = rows.with_page(page)
    context.progress(len(rows.items), rows.total)
    return rows


def _post(context: Context, payload: object, what: str) -> bytes:
    base = context.settings.base_url or ENDPOINT
    reply = context.http.post(f"{base.rstrip('/')}/", json=payload, headers=HEADERS)
    if reply.status in (404, 405, 410):
        raise _NotGraphql(f"{what}: nothing answers GraphQL at {masked(base)} ({reply.status})", url=masked(base))
    return _content(reply, what)


def _content(reply: Reply, what: str) -> bytes:
    if reply.status == 403 and reply.content.lstrip()[:1] in (b"<", b""):
        raise Challenged(f"{what}: IMDb refuses this program's requests (403)", url=masked(reply.url))
    return reply.require(what=what).content


def _profile_user(content: bytes) -> str | None:
    try:
        return profile_user(loose.load_json(content.decode(errors="replace"), what="the profile"))
    except Malformed:
        return None


def _by_page(target: Target, context: Context) -> _Rows:
    """The pages of the site: 250 rows of a list each, a whole chart, the first rows of a search."""
    url = _site(context) + target.path
    door = _Door(target, context)
    rows = _Rows().with_page(read_answer(door.page(url), what=target.what))
    number = 1
    while rows.total is not None and rows.count < rows.total and target.path.startswith(("/list/", "/user/")):
        context.progress(len(rows.items), rows.total)
        number += 1
        try:
            page = read_answer(door.page(f"{url}?page={number}"), rows.count, what=target.what)
        except ProviderError as error:
            return rows.cut(f"reading stopped after {rows.count} rows: {error}")
        known = {item.ref for item in rows.items}
        if number > MAX_PAGES or not any(item.ref not in known for item in page.items):
            return rows.cut(f"page {number} shows nothing new after {rows.count} of {rows.total} rows")
        rows = rows.with_page(page)
    if rows.total is not None and rows.count < rows.total:
        return rows.cut(f"the page shows the first {rows.count} of {rows.total} titles")
    return rows


def _site(context: Context) -> str:
    """The pages stand at the address that was configured, unless that is IMDb's own endpoint."""
    base = context.settings.base_url
    if base is None or (urlsplit(base).hostname or "").endswith("imdb.com"):
        return SITE
    return base.rstrip("/")


# Whatever follows the script is there only once the script is whole.
_LOADED = "script#__NEXT_DATA__ + *"


class _Door:
    """Plain HTTP, and the browser where that is challenged; what let the browser in then lets HTTP in."""

    def __init__(self, target: Target, context: Context) -> None:
        self._target = target
        self._context = context
        self._handed_back = False

    def page(self, url: str) -> bytes:
        """A page of the site."""
        context = self._context
        try:
            headers = {"Accept": "text/html,application/json;q=0.9", "Accept-Language": "en-US,en;q=0.8"}
            content = _content(context.http.get(url, headers=headers), self._target.what)
        except Challenged:
            if context.browser is None:
                raise
            return self._through_browser(url, context.browser)
        if self._handed_back and context.browser is not None:
            context.browser.release()
            self._handed_back = False
        return content

    def _through_browser(self, url: str, browser: "BrowserPool") -> bytes:
        page = browser.page(url, wait_for=_LOADED)
        if page.status == 404:
            raise NotFound(f"{self._target.what}: IMDb has no such list, or it is private (404)", url=masked(url))
        host = urlsplit(url).hostname or ""
        cookies, user_agent = browser.cookies(host)
        if cookies:
            self._context.http.adopt(host, cookies, user_agent)
            self._handed_back = True
        return page.html.encode(errors="replace")


def _with_remedy(error: ProviderError, target: Target) -> ProviderError:
    if isinstance(error, Challenged) or not error.remedy:
        error.remedy = "; ".join(part for part in (target.instead, error.remedy) if part)
    return error


def _as_fetched(rows: _Rows, target: Target, context: Context) -> Fetched:
    """The result; a search that was read as far as the list's limit asks is whole."""
    items = tuple(_with_kind(item, target) for item in rows.items)
    fetched = Fetched(items=items, total=rows.total, complete=rows.complete, warnings=rows.warnings, title=rows.title)
    requestable = sum(item.excluded is None for item in items)
    if target.query is None and target.profile is None and context.limit is not None and requestable >= context.limit:
        return fetched.model_copy(update={"total": None, "complete": True, "warnings": ()})
    return fetched


def _with_kind(item: Item, target: Target) -> Item:
    if target.kind is None or item.kind is not None or item.excluded is not None:
        return item
    return replace(item, kind=target.kind)
