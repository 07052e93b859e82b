"""What people paste for an IMDb list → one canonical identifier: `top`, `ls006123300`, `ur15738437`, `p.abc`."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import parse_qsl, urlencode, urlsplit

from providers.errors import SourceError
from providers.lists.urls import has_scheme, pasted, tidy
from schemas.media import Kind
from schemas.source import Source

EXAMPLES = (
    "imdb:top",
    "imdb:ls006123300",
    "imdb:ur15738437",
    "https://www.imdb.com/list/ls006123300/",
    "https://www.imdb.com/user/ur15738437/watchlist/",
)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that IMDb publishes."""

    path: str
    """Of its page."""
    kind: Kind
    type: str | None
    """Its name in GraphQL; None for the box office, which has a question of its own."""
    aliases: tuple[str, ...] = ()


CHARTS = {
    "top": Chart("/chart/top/", Kind.MOVIE, "TOP_RATED_MOVIES", ("top250", "top-250", "top-rated", "top-movies")),
    "toptv": Chart("/chart/toptv/", Kind.TV, "TOP_RATED_TV_SHOWS", ("top-tv", "top250tv", "top-250-tv")),
    "moviemeter": Chart("/chart/moviemeter/", Kind.MOVIE, "MOST_POPULAR_MOVIES", ("popular", "popular-movies")),
    "tvmeter": Chart("/chart/tvmeter/", Kind.TV, "MOST_POPULAR_TV_SHOWS", ("popular-tv", "popular-shows")),
    "boxoffice": Chart("/chart/boxoffice/", Kind.MOVIE, None, ("box-office", "box_office")),
    "bottom": Chart("/chart/bottom/", Kind.MOVIE, "LOWEST_RATED_MOVIES", ("bottom100", "bottom-100", "lowest-rated")),
    "top-english": Chart(
        "/chart/top-english-movies/", Kind.MOVIE, "TOP_RATED_ENGLISH_MOVIES", ("top-english-movies", "english")
    ),
    **{
        f"top-{language}": Chart(
            f"/india/top-rated-{language}-movies/",
            Kind.MOVIE,
            f"TOP_RATED_{language.upper()}_MOVIES",
            (f"top-rated-{language}-movies", f"top-{language}-movies", language),
        )
        for language in ("indian", "tamil", "telugu", "malayalam")
    },
}
_CHART_NAMES = {alias: name for name, chart in CHARTS.items() for alias in (name, *chart.aliases)}
_LIST = re.compile(r"ls[0-9]{6,12}\Z", re.IGNORECASE)
_USER = re.compile(r"ur[0-9]{4,12}\Z", re.IGNORECASE)
_PROFILE = re.compile(r"p\.[A-Za-z0-9_-]{4,64}\Z")
_TITLE_OR_NAME = re.compile(r"(tt|nm|co)[0-9]{5,10}\Z", re.IGNORECASE)
_LOCALE = re.compile(r"[a-z]{2}(-[a-z]{2,3})?\Z", re.IGNORECASE)
_REGION = re.compile(r"[A-Za-z]{2}\Z")
_COMING_SOON = "coming-soon"
# What the site itself adds to its links says where someone clicked, not what is searched.
_NOT_SEARCHED = frozenset({"ref_", "ref", "view", "start", "explore", "mode"})


def parse(text: str) -> Source | None:
    """See `Provider.parse`."""
    written = tidy(text)
    if written.lower().startswith("imdb:"):
        written = written[5:]
    identifier = _identifier(written)
    if identifier is not None:
        return identifier
    address = pasted(written)
    if address is None and has_scheme(written):
        raise _wrong(f"{text.strip()!r} is no address that can be read")
    if address is not None:
        if not _is_imdb(address.host):
            return None
        return _from_path(address.segments, address.query, text)
    parts = urlsplit(written.lstrip("/"))
    segments = tuple(segment for segment in parts.path.split("/") if segment)
    if len(segments) == 1 and (identifier := _identifier(segments[0])) is not None:
        return identifier
    return _from_path(segments, dict(parse_qsl(parts.query)), text)


def _identifier(text: str) -> Source | None:
    """A bare identifier; None for anything with a path."""
    bare = text.strip("/ ")
    if _LIST.match(bare) or _USER.match(bare):
        return _personal(bare.lower())
    if _PROFILE.match(bare):
        return _personal(bare)
    word = bare.lower().removeprefix("chart/").removeprefix("chart:")
    if (chart := _CHART_NAMES.get(word.replace(" ", "-"))) is not None:
        return _impersonal(chart)
    if word.split(":")[0] == _COMING_SOON:
        return _coming_soon(word.split(":")[1:], text)
    return None


def _from_path(segments: tuple[str, ...], query: dict[str, str], text: str) -> Source:
    if len(segments) > 1 and _LOCALE.match(segments[0]):
        segments = segments[1:]
    if not segments:
        raise _wrong("an IMDb source is missing" if not text.strip() else f"{text.strip()!r} names no list")
    head, *rest = segments
    match head.lower():
        case "list":
            return _list(rest, text)
        case "user":
            return _user(rest, text)
        case "chart" | "india":
            return _chart(rest, text)
        case "search" if rest[:1] == ["title"]:
            return _search(query, text)
        case "calendar" | "movies-coming-soon":
            return _calendar(query, text)
        case _ if (len(rest) <= 1 and _USER.match(head)) or _PROFILE.match(head):
            return _user(segments, text)
    return _refuse(segments, text)


def _refuse(segments: tuple[str, ...], text: str) -> Source:
    last = segments[1] if segments[0].lower() in ("title", "name", "company") and len(segments) > 1 else segments[0]
    if match := _TITLE_OR_NAME.match(last):
        what = {"tt": "one title", "nm": "a person", "co": "a company"}[match[1].lower()]
        raise _wrong(f"{text.strip()!r} is {what} at IMDb, not a list")
    near = get_close_matches(segments[0].lower(), _CHART_NAMES, n=1) if len(segments) == 1 else []
    hint = f" (did you mean imdb:{_CHART_NAMES[near[0]]}?)" if near else ""
    raise _wrong(f"{text.strip()!r} is no IMDb list, watchlist or chart{hint}")


def _list(rest: list[str], text: str) -> Source:
    if rest and _LIST.match(rest[0]):
        return _personal(rest[0].lower())
    if rest and rest[0].lower() == "watchlist":
        raise _wrong(
            "imdb.com/list/watchlist is whoever is logged in; open the watchlist and copy the address with ur…"
        )
    raise _wrong(f"{text.strip()!r} has no list id (ls and at least six digits)")


def _user(rest: list[str] | tuple[str, ...], text: str) -> Source:
    user, page = (rest[0] if rest else ""), (rest[1].lower() if len(rest) > 1 else "watchlist")
    if _USER.match(user):
        user = user.lower()
    elif not _PROFILE.match(user):
        raise _wrong(f"{text.strip()!r} has no user id (ur and digits, or p. and letters)")
    if page == "watchlist":
        return _personal(user)
    if page == "lists":
        raise _wrong(f"{text.strip()!r} shows all lists of a user: name one of them")
    if page == "ratings":
        raise _wrong(
            f"{text.strip()!r} are ratings, which IMDb gives to their owner only: export them, use file:NAME.csv"
        )
    raise _wrong(f"{text.strip()!r} is no watchlist")


def _chart(rest: list[str], text: str) -> Source:
    if rest and (name := _CHART_NAMES.get(rest[0].lower())) is not None:
        return _impersonal(name)
    known = ", ".join(CHARTS)
    raise _wrong(f"{text.strip()!r} is no chart that IMDb publishes (known: {known})")


def _search(query: dict[str, str], text: str) -> Source:
    kept = sorted((name, value) for name, value in query.items() if name.lower() not in _NOT_SEARCHED)
    if not kept:
        raise _wrong(f"{text.strip()!r} searches for nothing: keep the part behind the question mark")
    return _impersonal(f"search/title/?{urlencode(kept, safe=',:')}")


def _calendar(query: dict[str, str], text: str) -> Source:
    kind = query.get("type", "movie").lower()
    return _coming_soon([kind if kind != "movie" else "", query.get("region", "")], text)


def _coming_soon(words: list[str], text: str) -> Source:
    """`coming-soon`, with `tv` and a country in either order; the United States are not written."""
    parts = [word for word in words if word and word != "movies"]
    regions = [word.upper() for word in parts if word != "tv" and _REGION.match(word)]
    if len(regions) > 1 or len(parts) > len(regions) + parts.count("tv"):
        raise _wrong(f"{text.strip()!r}: write imdb:coming-soon, imdb:coming-soon:tv or imdb:coming-soon:GB")
    named = [*(["tv"] if "tv" in parts else []), *(region for region in regions if region != "US")]
    return _impersonal(":".join((_COMING_SOON, *named)))


def _personal(identifier: str) -> Source:
    return Source("imdb", identifier, personal=True)


def _impersonal(identifier: str) -> Source:
    return Source("imdb", identifier)


def _is_imdb(host: str) -> bool:
    return host == "imdb.com" or host.endswith(".imdb.com")


def _wrong(problem: str) -> SourceError:
    return SourceError(problem, EXAMPLES)
