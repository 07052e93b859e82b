"""MDBList: a list's public JSON without a key; with one, the API, which also reads official and external lists."""

from dataclasses import dataclass
from typing import Any

from providers.base import Capabilities, Context
from providers.errors import AuthRequired, Malformed, NotFound, ProviderError, Transient
from providers.http import Reply, masked
from providers.lists.mdblist.address import FORMS, api_path, parse_address, public_path
from providers.lists.mdblist.page import Page, items_of, parse_page
from providers.lists.rows import shortened
from schemas.fetch import Fetched
from schemas.media import Kind
from schemas.source import Source

BASE_URL = "https://mdblist.com"
API_URL = "https://api.mdblist.com"
PAGE = 1000
"""The most rows that one call of the API gives."""
MOST_PAGES = 200
_ACCEPT = {"Accept": "application/json"}
_KEY_REMEDY = "set providers.mdblist.api_key; a key is free (mdblist.com, Preferences, API Access)"
_PRIVATE_REMEDY = "open the address in a browser; a private list needs its owner's key"
_QUOTA_REMEDY = "the quota starts anew at midnight UTC; read the list less often, or raise the quota at mdblist.com"
CAPABILITIES = Capabilities(
    kinds=frozenset(Kind),
    forms=FORMS,
    gives_total=False,
    gives_ids=("tmdb", "imdb", "tvdb"),
    needs_key="optional: official, numbered and external lists, the watchlist, private lists",
    rate=1.0,
    summary="lists of its users, and official ones that re-serve the charts of IMDb, Trakt and JustWatch",
)


@dataclass(frozen=True, slots=True)
class MdbList:
    """Reads lists by public JSON or by the API."""

    name: str = "mdblist"
    capabilities: Capabilities = CAPABILITIES

    def parse(self, text: str) -> Source | None:
        """The canonical source: `mdblist:user/slug`, `official/…`, a number, `external/…` or `watchlist`.

        Only the watchlist is personal: most lists of users are filters that MDBList fills.
        """
        return parse_address(text)

    def fetch(self, source: Source, context: Context) -> Fetched:
        """Read the list whole, in the order of its ranks."""
        key = context.settings.options.get("api_key")
        if key:
            return _by_api(source.identifier, key, context)
        path = public_path(source.identifier)
        if path is None:
            raise AuthRequired(f"MDBList reads {source.identifier} with a key only", remedy=_KEY_REMEDY)
        return _public(source.identifier, path, context)


def _public(identifier: str, path: str, context: Context) -> Fetched:
    root = (context.settings.base_url or BASE_URL).rstrip("/")
    try:
        page = parse_page(_document(context.http.get(root + path, headers=_ACCEPT), identifier))
    except (NotFound, Malformed) as error:
        if identifier.startswith("official/"):
            error.remedy = _KEY_REMEDY
        raise
    context.progress(len(page.entries), page.total)
    return _fetched(page, complete=page.cursor is None and not page.more)


def _by_api(identifier: str, key: str, context: Context) -> Fetched:
    """Page after page, by cursor where the answers carry one, else by offset."""
    whole = Page(())
    cursors: set[str] = set()
    for number in range(MOST_PAGES):
        place: dict[str, str | int] = {"cursor": whole.cursor} if whole.cursor else {"offset": len(whole.entries)}
        try:
            page, goes_on = _api_page(identifier, {"apikey": key, **place}, context)
        except ProviderError as error:
            if number == 0:
                raise
            return _fetched(whole, complete=False, warnings=(f"only a part could be read: {error}",))
        repeated = page.cursor in cursors or (page.entries != () and whole.ends_with(page))
        if not repeated:
            whole = whole.followed_by(page)
            context.progress(len(whole.entries), whole.total)
        if not goes_on:
            return _fetched(whole, complete=not repeated)
        if repeated or not page.entries:
            break
        if page.cursor is not None:
            cursors.add(page.cursor)
    return _fetched(whole, complete=False, warnings=("MDBList promised more pages and gave none",))


def _api_page(identifier: str, query: dict[str, str | int], context: Context) -> tuple[Page, bool]:
    """One page, and whether another follows."""
    url = (context.settings.base_url or API_URL).rstrip("/") + api_path(identifier)
    asked: dict[str, str | int] = {**query, "limit": PAGE, "unified": "true"}
    reply = context.http.get(url, headers=_ACCEPT, query=asked)
    page = parse_page(_document(reply, identifier))
    return page, _goes_on(page, reply)


def _document(reply: Reply, identifier: str) -> Any:
    """The JSON of an answer, or the error that its status stands for."""
    what, url = f"the list {identifier}", masked(reply.url)
    try:
        reply.require(what=what)
    except AuthRequired as error:
        if reply.status == 402:
            raise Transient(f"{what}: the quota of the key is used up (402)", url=url, remedy=_QUOTA_REMEDY) from error
        if reply.status == 403:
            raise NotFound(f"{what}: no such list, or a private one (403)", url=url, remedy=_PRIVATE_REMEDY) from error
        error.remedy = "check providers.mdblist.api_key"
        raise
    except NotFound as error:
        error.remedy = _PRIVATE_REMEDY
        raise
    try:
        return reply.json()
    except Malformed as error:
        error.remedy = _PRIVATE_REMEDY
        raise


def _goes_on(page: Page, reply: Reply) -> bool:
    """Whether another page follows: by its cursor, its word, its header, or because this one is full."""
    if page.cursor is not None or page.more is not None:
        return page.cursor is not None or bool(page.more)
    told = reply.headers.get("x-has-more", "").strip().lower()
    return told == "true" if told else len(page.entries) >= PAGE


def _fetched(page: Page, *, complete: bool, warnings: tuple[str, ...] = ()) -> Fetched:
    items, problems = items_of(page.entries)
    if problems and not items:
        raise Malformed("mdblist.com answered with a list that holds no title")
    return Fetched(
        items=items,
        total=page.total,
        complete=complete and not problems,
        warnings=(*warnings, *shortened(problems)),
    )


PROVIDER = MdbList()
