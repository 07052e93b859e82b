"""The list services by name, and the way from what a person wrote to a source."""

import difflib
from importlib import import_module

from providers.base import Provider
from providers.errors import SourceError
from providers.http.mask import masked
from providers.lists.file.address import looks_like_path
from providers.lists.urls import has_scheme, pasted, tidy
from schemas.source import Source

_MODULES = {
    "imdb": "providers.lists.imdb",
    "trakt": "providers.lists.trakt",
    "letterboxd": "providers.lists.letterboxd",
    "mdblist": "providers.lists.mdblist",
    "stevenlu": "providers.lists.stevenlu",
    "file": "providers.lists.file",
}
# Words that ListSync 0.6 and its users have for a provider.
_OTHER_NAMES = {
    "trakt_special": "trakt",
    "steven": "stevenlu",
    "steven-lu": "stevenlu",
    "stevenlu-movies": "stevenlu",
    "stevenlumovies": "stevenlu",
}
# Services that ListSync 0.6 reads and this registry does not: nobody who names one means another.
_NOT_READ = frozenset({"tmdb", "tvdb", "simkl", "anilist", "collections"})
_EXAMPLES = ("imdb:top", "letterboxd:dave/watchlist", "file:seen.csv", "or paste the list's address")


def names() -> tuple[str, ...]:
    """Every provider's name."""
    return tuple(_MODULES)


def get(name: str) -> Provider:
    """A provider by its name; it is loaded when it is first asked for. KeyError for another name."""
    provider: Provider = import_module(_MODULES[name]).PROVIDER
    return provider


def known() -> tuple[Provider, ...]:
    """Every provider, in the order in which an address is offered to them."""
    return tuple(get(name) for name in _MODULES)


def parse_source(text: str) -> Source:
    """The canonical source for what a person wrote: `imdb:top`, a pasted address, the path of a file.

    An address that no service claims is a `file`. Raises SourceError, with the right forms, for everything else.
    """
    text = tidy(text)
    if not text:
        raise SourceError("the source is empty", _EXAMPLES)
    name, colon, rest = text.partition(":")
    name = _OTHER_NAMES.get(name.strip().lower(), name.strip().lower())
    if name in _MODULES and (colon or name == "stevenlu"):
        return _named(name, rest.strip())
    if (found := _claimed(text)) is not None:
        return found
    if has_scheme(text) or looks_like_path(text):
        return _named("file", text)
    raise _unknown(text, name, bool(colon))


def _named(name: str, rest: str) -> Source:
    """What follows the name of a provider."""
    provider = get(name)
    source = provider.parse(rest)
    if source is None:
        raise SourceError(f"{masked(rest)!r} is not an address of {name}", provider.capabilities.forms)
    return source


def _claimed(text: str) -> Source | None:
    """The source of the service that an address belongs to."""
    if pasted(text) is None:
        return None
    # With its scheme it cannot be mistaken for somebody's identifier: `mdblist.com/lists/…` for a user's list at Trakt.
    address = text if has_scheme(text) else f"https://{text}"
    offered = (get(name).parse(address) for name in _MODULES if name != "file")
    return next((found for found in offered if found is not None), None)


def _unknown(text: str, name: str, named: bool) -> SourceError:  # noqa: FBT001 - a fact about the text
    if named and name in _NOT_READ - set(_MODULES):
        return SourceError(f"lists of {name} cannot be read yet; an export of the list can, as file:", _EXAMPLES)
    close = difflib.get_close_matches(name, _MODULES, n=1, cutoff=0.6) if named else []
    if close:
        return SourceError(f"no provider {name!r}; did you mean {close[0]!r}?", get(close[0]).capabilities.forms)
    guess = next((f"{other}:{masked(text)}" for other in _MODULES if other != "file" and _reads(other, text)), None)
    if guess is not None:
        return SourceError(f"{masked(text)!r} names no provider; did you mean {guess}?", _EXAMPLES)
    if named:
        return SourceError(f"no provider {name!r}; there are {', '.join(_MODULES)}", _EXAMPLES)
    return SourceError(f"{masked(text)!r} names no provider", _EXAMPLES)


def _reads(name: str, text: str) -> bool:
    try:
        return get(name).parse(text) is not None
    except SourceError:
        return False
