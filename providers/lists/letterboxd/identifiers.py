"""What people write for a Letterboxd source, and the one way in which listsync writes it: the page's path, its user and
slugs in lower case, without page numbers, views and the order in which a list happens to be shown."""

import re
from collections.abc import Sequence

from providers.errors import SourceError
from providers.lists.urls import has_scheme, pasted, tidy
from schemas.source import Source

NAME = "letterboxd"
EXAMPLES = (
    "letterboxd:dave/watchlist",
    "letterboxd:dave/list/official-top-250-narrative-feature-films",
    "letterboxd:dave/films",
    "letterboxd:films/popular",
    "https://boxd.it/1lB0",
)
HOST, SHORT_HOST = "letterboxd.com", "boxd.it"

CREW = frozenset(
    (
        *("actor", "director", "co-director", "additional-directing", "producer", "executive-producer", "writer"),
        *("original-writer", "story", "casting", "editor", "cinematography", "assistant-director", "lighting"),
        *("additional-photography", "camera-operator", "production-design", "art-direction", "set-decoration"),
        *("special-effects", "visual-effects", "title-design", "stunts", "choreography", "composer", "songs"),
        *("sound", "costume-design", "makeup", "hairstyling", "studio"),
    )
)
"""First words of pages that show the films of a person or a studio."""
FILTERS = frozenset(("genre", "decade", "year", "on", "country", "language", "rated", "tag"))
"""Words that narrow a page, each followed by a value."""
_NO_MEMBER = frozenset(
    (
        *("about", "activity", "api-beta", "apps", "contact", "create-account", "crew", "film", "gift-guide", "imdb"),
        *("invitations", "journal", "legal", "list", "lists", "members", "news", "people", "pro", "reviews", "search"),
        *("settings", "showdown", "sign-in", "social", "stories", "tag", "tmdb", "welcome", "year-in-review"),
    )
)
_NOT_LISTS = {
    "lists": "a page of lists; paste the address of one of them",
    "film": "a single film, not a list",
    "reviews": "a page of reviews, not a list of films",
    "following": "a page of members, not a list of films",
    "followers": "a page of members, not a list of films",
    "blocked": "a page of members, not a list of films",
    "activity": "a page of activity, not a list of films",
    "stats": "a page of statistics, not a list of films",
    "network": "a page of members, not a list of films",
    "tags": "a page of tags; open one of them and its films, and paste that address",
    "stories": "a page of stories, not a list of films",
    "year": "a page of statistics, not a list of films",
}
_MEMBER = re.compile(r"[a-z0-9_]{1,40}\Z")
_WORD = re.compile(r"[^\s/?#&%<>\"'\\]{1,200}\Z")
_SHORT = re.compile(r"[A-Za-z0-9]{2,12}\Z")
_VIEWS = frozenset(("detail", "grid", "ajax", "large", "small"))


def parse(text: str) -> Source | None:
    """The canonical source of what a person wrote; None for another service's address. Raises SourceError."""
    text = tidy(text)
    address = pasted(text)
    if address is not None and address.host in (HOST, SHORT_HOST):
        segments = list(address.segments)
        if address.host == SHORT_HOST:
            segments.insert(0, SHORT_HOST)
    elif has_scheme(text) or address is not None:
        return None
    else:
        segments = [part.strip() for part in re.split(r"[?#]", text, maxsplit=1)[0].split("/") if part.strip()]
    identifier = _canonical(segments)
    return Source(NAME, identifier, is_personal(identifier))


def is_personal(identifier: str) -> bool:
    """Whether a member keeps the list: everything but browse pages and those of persons and studios."""
    return identifier.split("/", 1)[0] not in CREW | {"films"}


def _canonical(segments: Sequence[str]) -> str:
    if segments and segments[0].lower() == SHORT_HOST:
        return _short(segments[1:])
    parts = [segment if before == "share" else segment.lower() for before, segment in _pairs(segments)]
    parts = _without_page(parts)
    if not parts:
        raise SourceError("a Letterboxd source needs a member and a list", EXAMPLES)
    if wrong := next((part for part in parts if not _WORD.match(part) or part in (".", "..")), None):
        raise SourceError(f"{wrong!r} is no part of a Letterboxd address", EXAMPLES)
    if parts[0] == "films":
        return _browse(parts[1:])
    if parts[:3] == ["csi", "films", "films-browser-list"]:
        return _browse(parts[3:])
    if parts[0] in CREW:
        return _crew(parts)
    return _of_member(parts[0], parts[1:])


def _short(segments: Sequence[str]) -> str:
    if len(segments) == 1 and _SHORT.match(segments[0]):
        return f"{SHORT_HOST}/{segments[0]}"
    raise SourceError("a short link has the form boxd.it/CODE", EXAMPLES)


def _pairs(segments: Sequence[str]) -> list[tuple[str, str]]:
    """Each segment with the one before it: a share code is the one thing whose case matters."""
    return [(segments[at - 1].lower() if at else "", segment) for at, segment in enumerate(segments)]


def _without_page(parts: list[str]) -> list[str]:
    """Without `page/3` at the end."""
    while len(parts) >= 2 and parts[-2] == "page" and parts[-1].isdecimal():
        parts = parts[:-2]
    return parts


def _browse(parts: list[str]) -> str:
    """`films/ajax/by/rating` is how the site itself loads `films/by/rating`; sizes are how it is shown."""
    kept = [part for part in parts if part != "ajax"]
    while "size" in kept[:-1]:
        at = kept.index("size")
        del kept[at : at + 2]
    return "/".join(("films", *(_without_page(kept) or ["popular"])))


def _crew(parts: list[str]) -> str:
    if len(parts) < 2:
        raise SourceError(f"whose? {parts[0]} wants a name", (f"letterboxd:{parts[0]}/agnes-varda",))
    return "/".join(parts)


def _of_member(member: str, rest: list[str]) -> str:
    if member in _NO_MEMBER:
        raise SourceError(f"letterboxd.com/{member} is {_NOT_LISTS.get(member, 'no list of films')}", EXAMPLES)
    if not _MEMBER.match(member):
        raise SourceError(f"{member!r} is no Letterboxd member: letters, digits and _", EXAMPLES)
    if not rest:
        forms = tuple(f"letterboxd:{member}/{page}" for page in ("watchlist", "films", "likes/films", "rss"))
        raise SourceError(f"{member} is a member; say which of their lists", forms)
    return "/".join((member, *_page_of_member(member, rest)))


def _page_of_member(member: str, rest: list[str]) -> list[str]:
    match rest:
        case ["watchlist", *more]:
            return ["watchlist", *_filters(_unsorted(more))]
        case ["list", *more]:
            return ["list", *_list(member, more)]
        case ["films", "diary", *more] | ["diary", "films", *more] | ["diary", *more]:
            return ["diary", *_dates(more)]
        case ["films", *more]:
            return ["films", *_sorted(more)]
        case ["likes"] | ["likes", "films"]:
            return ["likes", "films"]
        case ["likes", "films", *more]:
            return ["likes", "films", *_sorted(more)]
        case ["tag", tag, *more] if more[:1] in ([], ["films"], ["diary"]):
            return ["tag", tag, *(more[:1] or ["films"])]
        case ["rss"]:
            return ["rss"]
        case [slug] if slug not in _NOT_LISTS and slug != "tag":
            return ["list", slug]
    what = next((_NOT_LISTS[part] for part in rest if part in _NOT_LISTS), "no list of films")
    raise SourceError(f"letterboxd.com/{'/'.join((member, *rest))} is {what}", EXAMPLES)


def _list(member: str, parts: list[str]) -> list[str]:
    match parts:
        case []:
            raise SourceError("which list? its name is missing", (f"letterboxd:{member}/list/NAME",))
        case [slug, "share", code, *_]:
            return [slug, "share", code]
    return [parts[0], *_filters(_unsorted(parts[1:]))]


def _unsorted(parts: list[str]) -> list[str]:
    """Without the view and the order: a list has an order of its own."""
    kept = [part for part in parts if part not in _VIEWS]
    return kept[: kept.index("by")] if "by" in kept else kept


def _sorted(parts: list[str]) -> list[str]:
    """Filters, and `by/…` where it makes another list: the films a member rated highest."""
    kept = [part for part in parts if part not in _VIEWS]
    if "by" not in kept:
        return _filters(kept)
    at = kept.index("by")
    if len(kept) - at != 2:
        raise SourceError(f"by what? {'/'.join(kept)} does not say", ("letterboxd:dave/films/by/entry-rating",))
    return [*_filters(kept[:at]), *kept[at:]]


def _filters(parts: list[str]) -> list[str]:
    """`genre/horror/decade/1990s`, in the order given."""
    if len(parts) % 2 or any(word not in FILTERS for word in parts[::2]):
        raise SourceError(f"{'/'.join(parts)!r} is no filter of a Letterboxd page", EXAMPLES)
    return parts


def _dates(parts: list[str]) -> list[str]:
    """`for/2025/12`: the entries of a year, a month, a day."""
    if parts and (parts[0] != "for" or not 2 <= len(parts) <= 4 or not all(part.isdecimal() for part in parts[1:])):
        raise SourceError(f"{'/'.join(parts)!r} is no part of a diary", ("letterboxd:dave/diary",))
    return parts
