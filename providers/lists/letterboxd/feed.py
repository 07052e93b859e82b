"""A member's feed: the last diary entries and reviews, with TMDB ids."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError, fromstring

from providers.errors import Malformed
from providers.lists.letterboxd.pages import Page
from providers.lists.loose import positive
from providers.lists.values import moment_of, text_of, year_of
from schemas.media import Ids, Item, Kind

_DTD = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SLUG = re.compile(r"/film/([^/\s]+)/")
_TITLE = re.compile(r"(.+), ((?:18|19|20)\d\d)(?: - [★½]+)?\s*\Z")


def parse_feed(text: str) -> Page:
    """The films of a feed in its order, newest first; entries about lists are passed over. Raises Malformed."""
    if _DTD.search(text):
        raise Malformed("the feed is XML with a document type, which is not read")
    try:
        root = fromstring(_DECLARATION.sub("", text))  # noqa: S314 - no document type, so no entities
    except (ParseError, ValueError, RecursionError) as error:
        raise Malformed("the feed is no valid RSS") from error
    if _local(root.tag) != "rss":
        raise Malformed("the feed is no RSS")
    items: list[Item] = []
    for entry in root.iter("item"):
        if (item := _item({_local(child.tag): child.text or "" for child in entry}, len(items) + 1)) is not None:
            items.append(item)
    return Page(tuple(items), title=text_of(_channel_title(root)))


def _item(told: Mapping[str, str], position: int) -> Item | None:
    slug, title = _SLUG.search(told.get("link", "")), text_of(told.get("filmTitle", ""))
    if slug is None or title is None:
        return None
    written = _TITLE.match(told.get("title", ""))
    return Item(
        ref=f"letterboxd:{slug[1]}",
        title=title,
        year=year_of(told.get("filmYear", "")) or (int(written[2]) if written else None),
        kind=Kind.MOVIE if told.get("movieId") else Kind.TV if told.get("tvId") else None,
        ids=Ids(tmdb=positive(told.get("movieId") or told.get("tvId"))),
        position=position,
        url=f"https://letterboxd.com/film/{slug[1]}/",
        added=moment_of(told.get("pubDate", "")),
    )


def _channel_title(root: Element) -> str:
    found = root.find("channel/title")
    return (found.text or "") if found is not None else ""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
