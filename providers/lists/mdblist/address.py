"""Which list of MDBList is meant."""

import re
from urllib.parse import quote

from providers.errors import SourceError
from providers.http.mask import masked
from providers.lists.urls import pasted, tidy
from schemas.source import Source

FORMS = (
    "mdblist:linaspurinis/top-watched-movies-of-the-week",
    "mdblist:official/moviemeter",
    "mdblist:14",
    "mdblist:watchlist",
    "https://mdblist.com/lists/linaspurinis/top-watched-movies-of-the-week",
)
_HOSTS = frozenset({"mdblist.com", "api.mdblist.com"})
_USER = re.compile(r"[\w.~@+-][\w.~@+ -]{0,63}\Z")
_SLUG = re.compile(r"[\w.~+-]{1,200}\Z")
# Last segments of pages and calls that show the same list.
_VIEWS = frozenset({"json", "items", "edit", "movies", "shows", "rss"})


def parse_address(text: str) -> Source | None:
    """The canonical source; None for an address of another service. Raises SourceError."""
    text = tidy(text)
    address = pasted(text)
    if address is not None:
        if address.host not in _HOSTS:
            return None
        segments = address.segments
    else:
        if "?" in text or "#" in text or "//" in text:
            raise SourceError(f"{masked(text)!r} names no list of MDBList", FORMS)
        segments = tuple(part for part in text.strip("/").split("/") if part)
    return _source(segments, text)


def _source(segments: tuple[str, ...], text: str) -> Source:
    """What a path names. `lists/` before it and the name of a view behind it change nothing."""
    parts = segments[1:] if len(segments) > 1 and segments[0].lower() == "lists" else segments
    head = parts[0].lower() if parts else ""
    if head == "watchlist" and _only_views(parts[1:]):
        return Source("mdblist", "watchlist", personal=True)
    if head == "external":
        rest = parts[2:] if parts[1:2] == ("lists",) else parts[1:]
        return _numbered("external/", rest, text)
    if len(parts) > 2 and parts[1].lower() == "external":
        return _numbered("external/", parts[2:], text)
    if head.isascii() and head.isdigit() and _only_views(parts[1:]):
        return _numbered("", parts, text)
    if len(parts) >= 2 and _only_views(parts[2:]) and _USER.match(parts[0]) and _SLUG.match(parts[1]):
        owner = head if head == "official" else parts[0]
        return Source("mdblist", f"{owner}/{parts[1]}", personal=False)
    raise SourceError(f"{masked(text)!r} names no list of MDBList", FORMS)


def _only_views(rest: tuple[str, ...]) -> bool:
    return all(part.lower() in _VIEWS for part in rest)


def _numbered(prefix: str, rest: tuple[str, ...], text: str) -> Source:
    number = rest[0] if rest and _only_views(rest[1:]) else ""
    if number.isascii() and number.isdigit() and 0 < int(number) < 10**12:
        return Source("mdblist", f"{prefix}{int(number)}", personal=False)
    raise SourceError(f"{masked(text)!r} names no list of MDBList", FORMS)


def public_path(identifier: str) -> str | None:
    """Where a list is published for everybody; None for lists that only the API reads."""
    if identifier == "watchlist" or identifier.isdigit() or identifier.startswith("external/"):
        return None
    return f"/lists/{_quoted(identifier)}/json"


def api_path(identifier: str) -> str:
    """Where the API has a list (mdblist/STRUCTURE.md names the calls)."""
    if identifier == "watchlist":
        return "/watchlist/items"
    if identifier.startswith("external/"):
        return f"/external/lists/{identifier.removeprefix('external/')}/items"
    return f"/lists/{_quoted(identifier)}/items"


def _quoted(identifier: str) -> str:
    return "/".join(quote(part, safe="") for part in identifier.split("/"))
