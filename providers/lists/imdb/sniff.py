"""Any answer of IMDb → the page of titles in it, by what it is rather than by what was asked for.

GraphQL JSON, a page's embedded JSON alone, a whole page, a search suggestion, an exported CSV: mirrors, proxies and
saved files answer with each of them.
"""

import re
from typing import Any

from providers.errors import Malformed, NotFound
from providers.http.reply import decode
from providers.lists import loose
from providers.lists.imdb.answers import Page, read_calendar, read_connection, read_suggestions
from providers.lists.imdb.graphql import error_in

_HIDDEN = re.compile(rb"this list is private|list is not public", re.IGNORECASE)
_NO_LIST = "expected a chart, a list, a watchlist, a search page or an export of IMDb"


def read_answer(content: bytes, offset: int = 0, *, what: str) -> Page:
    """The titles in an answer; positions count on from `offset`.

    Raises NotFound where the answer says that the list is private or unknown, Malformed for an answer that is cut
    short or holds no list, and the other provider errors that a GraphQL error stands for.
    """
    text = decode(content).lstrip("\ufeff \t\r\n")
    if text[:1] in ("{", "["):
        return read_json(loose.load_json(text, what=f"{what}: IMDb's answer"), offset, what=what)
    if text[:1] == "<":
        return _read_page(text, content, offset, what)
    return _read_table(content, what)


def read_json(answer: Any, offset: int = 0, *, what: str) -> Page:
    """The titles in a GraphQL answer, a page's embedded data, or a search suggestion."""
    if isinstance(answer, dict):
        if isinstance(suggested := answer.get("d"), list) and "q" in answer:
            return read_suggestions(suggested, offset, what=what)
        if (embedded := _page_properties(answer)) is not None:
            return _read_embedded(embedded, offset, what)
        page = read_connection(answer.get("data"), offset, what=what)
        if page is not None:
            return page
        if (error := error_in(answer, what=what)) is not None:
            raise error
    raise Malformed(f"{what}: IMDb's answer holds no list of titles", remedy=_NO_LIST)


def _page_properties(answer: dict[str, Any]) -> dict[str, Any] | None:
    """`__NEXT_DATA__`, and the same as the site's own navigation fetches it, without `props`."""
    found = loose.dig(answer, "props", "pageProps")
    found = answer.get("pageProps") if found is None else found
    return found if isinstance(found, dict) else None


def _read_embedded(properties: dict[str, Any], offset: int, what: str) -> Page:
    groups = properties.get("groups")
    if isinstance(groups, list) and "queryVariables" in properties:
        return read_calendar(groups, offset, what=what)
    page = read_connection(properties, offset, what=what)
    if page is not None:
        return page
    raise Malformed(f"{what}: the page carries no list of titles", remedy=_NO_LIST)


def _read_page(text: str, content: bytes, offset: int, what: str) -> Page:
    from selectolax.lexbor import LexborHTMLParser

    from providers.lists.imdb.drawn import read_markup

    tree = LexborHTMLParser(text)
    script = tree.css_first("script#__NEXT_DATA__")
    broken: Malformed | None = None
    if script is not None:
        try:
            return read_json(loose.load_json(script.text(), what=f"{what}: the page's data"), offset, what=what)
        except Malformed as error:
            broken = error
    if not content.rstrip().lower().endswith(b"</html>"):
        raise Malformed(f"{what}: the page is cut short") from broken
    page = read_markup(tree, offset)
    if page is not None:
        return page
    if _HIDDEN.search(content):
        raise NotFound(f"{what} is private at IMDb", remedy="make it public, or export it as CSV and use file:NAME.csv")
    if broken is not None:
        raise broken
    raise Malformed(f"{what}: the page shows no list of titles", remedy=_NO_LIST)


def _read_table(content: bytes, what: str) -> Page:
    """An export of the list's owner."""
    from providers.lists.file.reading import text_in
    from providers.lists.file.table import find_header, parse_table
    from providers.lists.rows import Unreadable

    text = text_in(content)
    header = find_header(text)
    if header is None or "imdb" not in header.columns:
        raise Malformed(f"{what}: IMDb answered with something that is no list", remedy=_NO_LIST)
    try:
        parsed = parse_table(text, header)
    except Unreadable as error:
        raise Malformed(f"{what}: the export {error}") from error
    # A file that was read to its end holds what it holds.
    return Page(items=parsed.items, total=parsed.rows, title=parsed.title, unread=parsed.rows - len(parsed.items))
