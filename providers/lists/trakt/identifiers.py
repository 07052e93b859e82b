"""What people paste for a Trakt list → one canonical identifier: `dave/watchlist`, `trending:movies`."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import unquote, urlsplit

from providers.errors import SourceError
from providers.lists.urls import has_scheme, pasted, tidy
from schemas.source import Source

EXAMPLES = (
    "trakt:trending:movies",
    "trakt:watched:shows:weekly",
    "trakt:dave/watchlist",
    "trakt:dave/lists/horror",
    "https://trakt.tv/users/dave/lists/horror",
)
PERIODS = ("daily", "weekly", "monthly", "yearly", "all")
CHARTS = {
    "trending": False,
    "popular": False,
    "anticipated": False,
    "streaming": False,
    "boxoffice": False,
    "watched": True,
    "played": True,
    "collected": True,
    "favorited": True,
}
"""Charts, and whether they count over a period."""
_CHART_ALIASES = {
    "recommended": "favorited",  # its name until 2024, still in old addresses
    "favourited": "favorited",
    "box-office": "boxoffice",
    "box_office": "boxoffice",
    "most-watched": "watched",
    "most-played": "played",
    "most-collected": "collected",
}
_KINDS = {"movies": "movies", "movie": "movies", "films": "movies", "shows": "shows", "show": "shows", "tv": "shows"}
_SECTIONS = {
    "watchlist": "watchlist",
    "favorites": "favorites",
    "favourites": "favorites",
    "collection": "collection",
    "library": "collection",
    "ratings": "ratings",
    "history": "history",
    "watched": "watched",
}
_SORTS = frozenset(
    {"rank", "added", "title", "released", "runtime", "popularity", "percentage", "votes", "asc", "desc"}
)
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}\Z")
_SLUG = re.compile(r"[a-z0-9_][a-z0-9_-]*\Z", re.IGNORECASE)
_HOSTS = frozenset({"trakt.tv", "app.trakt.tv", "api.trakt.tv", "apiz.trakt.tv", "beta.trakt.tv"})
# Pages of the site that are no users, so that trakt.tv/NAME is never mistaken for one.
_NOT_USERS = frozenset(
    {*CHARTS, *_CHART_ALIASES, *_SECTIONS, *_KINDS}
    | {"lists", "official", "people", "search", "discover", "calendars", "vip", "settings", "dashboard", "users", "hot"}
)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of one kind."""

    name: str
    kind: str
    """`movies` or `shows`."""
    period: str | None = None

    def __str__(self) -> str:
        return ":".join(part for part in (self.name, self.kind, self.period) if part)


def parse(text: str) -> Source | None:
    """See `Provider.parse`."""
    written = tidy(text)
    if written.lower().startswith("trakt:"):
        written = written[6:]
    chart = _chart(re.split(r"[:/\s]+", written.strip("/ :").lower()), text)
    if chart is not None:
        return chart
    bare = urlsplit(written.lstrip("/@"))
    segments = tuple(unquote(part) for part in bare.path.split("/") if part)
    address = None if segments and _is_path(segments, written) else pasted(written)
    if address is None and has_scheme(written):
        raise _wrong(f"{text.strip()!r} is no address that can be read")
    if address is not None:
        if address.host not in _HOSTS:
            return None
        segments = address.segments
    if not segments:
        raise _wrong("a Trakt source is missing" if not text.strip() else f"{text.strip()!r} names no list")
    return _chart([part.lower() for part in segments], text) or _from_path(segments, text)


def _is_path(segments: tuple[str, ...], written: str) -> bool:
    """User names may look like hosts (`john.doe/watchlist`): what follows tells the two apart."""
    if has_scheme(written):
        return False
    if written.startswith(("@", "/")):
        return True
    return len(segments) > 1 and segments[0] not in _HOSTS and segments[1].lower() in {*_SECTIONS, "lists"}


def _chart(words: list[str], text: str) -> Source | None:
    """`trending:movies`, `movies/trending`, `watched:weekly:shows` …: a chart's words in any order."""
    names = [_CHART_ALIASES.get(word, word) for word in words if _CHART_ALIASES.get(word, word) in CHARTS]
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    periods = [word for word in words if word in PERIODS]
    if len(names) != 1 or len(names) + len(kinds) + len(periods) != len(words):
        return None
    if len(kinds) > 1 or len(periods) > 1:
        raise _wrong(f"{text.strip()!r} names more than one kind or period")
    name, kind = names[0], kinds[0] if kinds else "movies" if names[0] == "boxoffice" else None
    if kind is None:
        raise _wrong(f"{text.strip()!r} says neither movies nor shows: trakt:{name}:movies or trakt:{name}:shows")
    if name == "boxoffice" and kind == "shows":
        raise _wrong("Trakt's box office knows movies only: trakt:boxoffice:movies")
    if periods and not CHARTS[name]:
        raise _wrong(f"Trakt's {name} chart has no periods: trakt:{name}:{kind}")
    # A week is what the service itself takes when no period is written.
    period = (periods or ["weekly"])[0] if CHARTS[name] else None
    return Source("trakt", str(Chart(name, kind, period)))


def _from_path(segments: tuple[str, ...], text: str) -> Source:
    head, *rest = segments
    match head.lower():
        case "users" | "profile" if rest:
            return _of_user(rest[0], rest[1:], text)
        case "lists" if rest[:1] and rest[0].lower() == "official":
            return _official(rest[1:], text)
        case "official":
            return _official(rest, text)
        case "lists" if rest[:1] and rest[0].isascii() and rest[0].isdigit() and int(rest[0]):
            return Source("trakt", f"lists/{int(rest[0])}", personal=True)
        case "movies" | "shows" if len(rest) == 1:
            raise _wrong(f"{text.strip()!r} is one title at Trakt, or a chart that it does not publish")
        case _ if len(segments) == 1 and head.isascii() and head.isdigit() and int(head):
            return Source("trakt", f"lists/{int(head)}", personal=True)
        case _ if head.lower() not in _NOT_USERS and (rest or text.strip().startswith("@")):
            return _of_user(head, rest, text)
    near = get_close_matches(head.lower(), [*CHARTS, *_SECTIONS], n=1)
    hint = f" (did you mean {near[0]}?)" if near and near[0] != head.lower() else ""
    raise _wrong(f"{text.strip()!r} is no Trakt list, watchlist or chart{hint}")


def _of_user(user: str, rest: list[str], text: str) -> Source:
    """`dave/watchlist`, `dave/lists/horror`, and `dave/horror` for short."""
    user = user.removeprefix("@")
    if not _USER.match(user):
        raise _wrong(f"{user!r} is no Trakt user")
    if not rest:
        return Source("trakt", f"{user}/watchlist", personal=True)
    section = _SECTIONS.get(rest[0].lower())
    if section is not None:
        return _section(user, section, rest[1:], text)
    slugs = rest[1:] if rest[0].lower() == "lists" else rest
    if not slugs:
        raise _wrong(f"{text.strip()!r} shows all lists of a user: name one of them")
    if slugs[0].lower() in ("liked", "collaborations") or not _SLUG.match(slugs[0]):
        raise _wrong(f"{text.strip()!r} is no list of {user}")
    if len(slugs) > 1 and slugs[1].lower() not in {"items", *_SORTS, *_KINDS}:
        raise _wrong(f"{text.strip()!r} is no list of {user}")
    return Source("trakt", f"{user}/lists/{slugs[0].lower()}", personal=True)


def _section(user: str, section: str, rest: list[str], text: str) -> Source:
    """A part of a user's account, of one kind or of both; the page's sorting is dropped."""
    words = [word.lower() for part in rest for word in part.split(",")]
    kinds = {_KINDS[word] for word in words if word in _KINDS}
    if any(word not in _KINDS and word not in _SORTS for word in words):
        raise _wrong(f"{text.strip()!r} is no part of a Trakt account that holds movies or shows")
    name = f"{user}/{section}" if len(kinds) != 1 else f"{user}/{section}/{kinds.pop()}"
    return Source("trakt", name, personal=True)


def _official(rest: list[str], text: str) -> Source:
    """Official lists are kept by Trakt, not by a person."""
    if not rest or not _SLUG.match(rest[0]):
        raise _wrong(f"{text.strip()!r} has no name of an official list: trakt:official/the-dark-knight-collection")
    return Source("trakt", f"official/{rest[0].lower()}")


def _wrong(problem: str) -> SourceError:
    return SourceError(problem, EXAMPLES)
