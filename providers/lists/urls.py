"""Addresses as people paste them, and titles named by an address."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

# An address without its scheme is told from a file or a user's name by an ending that list services have.
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|tv|it|io|co|app|me|dev|xyz)\Z")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_WRAPPING = " \t\r\n<>\"'“”‘’«»\u200b\u200e\u200f\ufeff\u00a0"


@dataclass(frozen=True, slots=True)
class Pasted:
    """The parts of an address that name something."""

    scheme: str
    host: str
    """Lower case, without `www.` and the mobile `m.`."""
    segments: tuple[str, ...]
    """Of the path, percent-decoded, empty ones dropped: a trailing slash means nothing."""
    query: dict[str, str]


def tidy(text: str) -> str:
    """What was pasted without the quotes, brackets and invisible signs around it."""
    return text.strip(_WRAPPING)


def has_scheme(text: str) -> bool:
    """Whether a text is an address with its scheme."""
    return _SCHEME.match(text) is not None


def pasted(text: str) -> Pasted | None:
    """The address in a text, its http scheme written or not; None for anything else (a path, an identifier)."""
    text = tidy(text)
    written = has_scheme(text)
    try:
        parts = urlsplit(text if written else f"https://{text}")
        host = (parts.hostname or "").rstrip(".")
        query = dict(parse_qsl(parts.query, max_num_fields=100))
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or any(sign.isspace() for sign in parts.netloc):
        return None
    if not host or (not written and _HOST.match(host) is None):
        return None
    for prefix in ("www.", "m.", "mobile."):
        if host.startswith(prefix) and host.count(".") > 1:
            host = host.removeprefix(prefix)
    segments = tuple(segment for part in parts.path.split("/") if (segment := unquote(part).strip()))
    return Pasted(parts.scheme.lower(), host, segments, query)


@dataclass(frozen=True, slots=True)
class Named:
    """What an address says about one title."""

    imdb: str | None = None
    tmdb: tuple[str, str] | None = None
    """(movie or tv, id)."""
    tvdb: str | None = None
    letterboxd: str | None = None
    """The film's slug."""


_IMDB = re.compile(r"imdb\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?title/(tt\d{1,10})", re.IGNORECASE)
_TMDB = re.compile(r"themoviedb\.org/(movie|tv)/(\d{1,9})", re.IGNORECASE)
_TVDB = re.compile(r"thetvdb\.com/(?:dereferrer/series/|\S*[?&]id=)(\d{1,9})", re.IGNORECASE)
_LETTERBOXD = re.compile(r"letterboxd\.com/(?:[^/\s]+/)?film/([^/\s?#]+)", re.IGNORECASE)


def named_title(url: str) -> Named | None:
    """The ids in a title's own page address at IMDb, TMDB, TheTVDB or Letterboxd; None for other addresses."""
    if match := _IMDB.search(url):
        return Named(imdb=match[1].lower())
    if match := _TMDB.search(url):
        return Named(tmdb=(match[1].lower(), match[2]))
    if match := _TVDB.search(url):
        return Named(tvdb=match[1])
    if match := _LETTERBOXD.search(url):
        return Named(letterboxd=unquote(match[1]).lower())
    return None
