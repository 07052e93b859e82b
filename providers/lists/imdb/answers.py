"""IMDb's JSON, whoever carried it: the connections that GraphQL answers and pages hold, found and read.

The same connection (`chartTitles`, `titleListItemSearch` …) comes in a GraphQL answer, in a page's embedded data and in
that page's query cache; it is recognised by its name, wherever it is. Facts: recorded answers of 2023 to 2026.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from providers.errors import Malformed
from providers.lists import loose
from providers.lists.imdb.titles import Place, brief_title, flat_title, nested_title
from providers.lists.values import moment_of, text_of
from schemas.media import Item


@dataclass(frozen=True, slots=True)
class Page:
    """What one answer held."""

    items: tuple[Item, ...]
    total: int | None = None
    """Rows of the whole list, as the answer says."""
    cursor: str | None = None
    """Where the next page begins; None when this is the last one."""
    title: str | None = None
    unread: int = 0
    """Rows that are there but make no sense."""
    warnings: tuple[str, ...] = ()


def read_connection(value: object, offset: int, *, what: str) -> Page | None:
    """The first known connection below `value`; None where there is none. Positions count on from `offset`.

    Raises Malformed for a list of something else than titles, and for rows of which none can be read.
    """
    for name, found, owner in _known(value):
        page = _READERS[name](found, offset)
        if page is None:
            continue
        _refuse_other_things(owner, what)
        return checked(replace(page, title=text_of(loose.dig(owner, "name", "originalText"))), what)
    return None


def read_calendar(groups: list[object], offset: int, *, what: str) -> Page:
    """The groups of a "coming soon" page: one a day, in their order."""
    entries = [entry for group in groups for entry in loose.rows(loose.dig(group, "entries"))]
    return checked(_read(entries, offset, flat_title), what)


def read_suggestions(rows: list[object], offset: int, *, what: str) -> Page:
    """The rows of a search suggestion."""
    return checked(_read(rows, offset, brief_title), what)


def checked(page: Page, what: str) -> Page:
    """The page, unless it has rows and none makes sense: that is another form, not a list."""
    if page.unread and not page.items:
        raise Malformed(f"{what}: none of the {page.unread} rows that IMDb sent can be read")
    return page


_NODES = 400_000
"""How much of an answer is searched; the largest recorded page has a tenth of it."""


def _known(value: object) -> Iterator[tuple[str, object, object]]:
    """(name, value, owner) of everything that is called like a connection, outermost and first ones first."""
    queue: list[object] = [value]
    for node in queue:
        if len(queue) > _NODES:
            return
        if isinstance(node, list):
            queue.extend(child for child in node if isinstance(child, dict | list))
        elif isinstance(node, dict):
            for name, child in node.items():
                if name in _READERS and (name != "items" or _is_list(node)):
                    yield name, child, node
                elif isinstance(child, dict | list):
                    queue.append(child)
                elif name == "data" and isinstance(child, str) and child[:1] == "{":
                    queue.append(_cached(child))


def _is_list(owner: object) -> bool:
    """`items` is a common word; IMDb's own lists have an id."""
    return (text_of(loose.dig(owner, "id")) or "").startswith("ls")


def _cached(written: str) -> object:
    """A page's query cache keeps answers as JSON in text."""
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return None


def _refuse_other_things(owner: object, what: str) -> None:
    holds = text_of(loose.dig(owner, "listType", "id"))
    if holds not in (None, "TITLES"):
        raise Malformed(
            f"{what} is a list of {holds.lower()} at IMDb, not of titles",
            remedy="choose a list of titles; lists of people, images or other lists hold nothing to request",
        )


def _edges(connection: object, offset: int) -> Page | None:
    """`edges[]`, whose title is called listItem, title or node, directly or inside a node."""
    edges = loose.dig(connection, "edges")
    if not isinstance(edges, list):
        return None
    page = _read(edges, offset, _edge)
    ahead = loose.dig(connection, "pageInfo", "hasNextPage") is True
    cursor = text_of(loose.dig(connection, "pageInfo", "endCursor")) if ahead else None
    total = _count(loose.dig(connection, "total"))
    if ahead and cursor is None:
        return replace(page, total=total, warnings=("IMDb says that there is more, but not where it begins",))
    return replace(page, total=total, cursor=cursor)


def _edge(edge: object, place: Place) -> Item | None:
    node = loose.dig(edge, "node")
    place = replace(place, added=moment_of(loose.dig(node, "createdDate")))
    for title in (
        loose.dig(edge, "listItem"),
        loose.dig(edge, "title"),
        loose.dig(node, "listItem"),
        loose.dig(node, "title"),
        node,
    ):
        item = nested_title(title, place) if title else None
        if item is not None:
            return item
    return None


def _box_office(chart: object, offset: int) -> Page | None:
    """At most ten entries; their order is the rank."""
    entries = loose.dig(chart, "entries")
    if not isinstance(entries, list):
        return None
    return _read(entries, offset, lambda entry, place: nested_title(loose.dig(entry, "title"), place))


def _search_results(results: object, offset: int) -> Page | None:
    """The search page's flat rows; it shows the first of many."""
    titles = loose.dig(results, "titleListItems")
    if not isinstance(titles, list):
        return None
    return replace(_read(titles, offset, flat_title), total=_count(loose.dig(results, "total")))


_READERS: dict[str, Callable[[object, int], Page | None]] = {
    "titleListItemSearch": _edges,
    "items": _edges,
    "chartTitles": _edges,
    "comingSoon": _edges,
    "advancedTitleSearch": _edges,
    "boxOfficeWeekendChart": _box_office,
    "titleResults": _search_results,
}


def _read(rows: list[object], offset: int, reader: Callable[[object, Place], Item | None]) -> Page:
    read = [reader(row, Place(offset + index)) for index, row in enumerate(rows, start=1)]
    items = tuple(item for item in read if item is not None)
    return Page(items=items, unread=len(read) - len(items))


def _count(value: object) -> int | None:
    count = loose.whole(value)
    return count if count is not None and count >= 0 else None
