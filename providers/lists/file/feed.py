"""RSS: ids in link, guid or description, titles such as `Name (2012 TV Series)`."""

import html
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

from providers.lists.file.lines import row_of_line
from providers.lists.rows import Dialect, Parsed, Row, Unreadable, item_from, shortened
from schemas.media import Item

_DTD = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FEED = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:\w+:)?(rss|feed|RDF)\b", re.DOTALL)
_GUID = re.compile(r"(imdb|tmdb|tvdb)://(?:show/|movie/)?(tt\d+|\d+)")
_TITLE_ID = re.compile(r"\btt\d{7,10}\b")


def is_feed(text: str) -> bool:
    """Whether a document that begins like XML is a feed rather than a web page."""
    return _FEED.match(text[:4096]) is not None


def parse_feed(text: str) -> Parsed:
    """Every entry of the feed."""
    if _DTD.search(text):
        raise Unreadable("is XML with a document type, which is not read")
    try:
        # The text is decoded already; what the declaration says of its encoding no longer holds.
        root = fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))  # noqa: S314 - no DTD, so no entities
    except (ParseError, ValueError, RecursionError) as error:
        raise Unreadable(f"is no valid RSS: {error}") from error
    entries = [element for element in root.iter() if _local(element) in ("item", "entry")]
    items: list[Item] = []
    problems: list[str] = []
    for position, entry in enumerate(entries, start=1):
        item = item_from(_row(entry), position, Dialect())
        if item is None:
            problems.append(f"entry {position}: neither a title nor an id")
        else:
            items.append(item)
    title = next((child.text for child in root.iter() if _local(child) == "title" and child.text), None)
    return Parsed(tuple(items), len(entries), shortened(problems), title)


def _row(entry: Element) -> Row:
    fields = dict(_fields(entry))
    row = row_of_line(fields.get("title", ""))
    for name in ("link", "guid", "description"):
        told = fields.get(name, "")
        for service, value in _GUID.findall(told):
            row.setdefault(service, value)
        if "imdb" not in row and (match := _TITLE_ID.search(told)):
            row["imdb"] = match[0]
    if link := fields.get("link"):
        row["url"] = link
    if category := fields.get("category"):
        row.setdefault("kind", category)
    if when := fields.get("pubdate") or fields.get("published"):
        row["added"] = when
    return row


def _fields(entry: Element) -> Iterator[tuple[str, str]]:
    for child in entry:
        text = child.text or child.get("href") or ""
        yield _local(child).lower(), html.unescape(text).strip()


def _local(element: Element) -> str:
    """A tag without its namespace; comments have no tag."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
