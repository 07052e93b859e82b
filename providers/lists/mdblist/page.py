"""One answer of MDBList, public or of the API (both shapes: mdblist/STRUCTURE.md), as rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from providers.errors import AuthRequired, Malformed, NotFound, ProviderError, Transient
from providers.lists.rows import Dialect, item_from, renamed
from providers.lists.values import number_of, text_of
from schemas.media import Item

# The bare `id` is the title's TMDB id, not MDBList's own; `mediatype` says of which kind.
_DIALECT = Dialect(bare_id_is_tmdb=True)


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one answer, and how to go on."""

    entries: tuple[Mapping[str, Any], ...]
    cursor: str | None = None
    more: bool | None = None
    """Whether another page follows, where the answer says so."""
    total: int | None = None

    def ends_with(self, page: "Page") -> bool:
        """Whether the rows of that page were the last ones already: a service that repeats itself."""
        return self.entries[-len(page.entries) :] == page.entries

    def followed_by(self, page: "Page") -> "Page":
        """Both pages as one that goes on where the second does."""
        total = page.total if page.total is not None else self.total
        return replace(page, entries=self.entries + page.entries, total=total)


def parse_page(document: Any) -> Page:
    """The rows of one answer. Raises the error that the answer stands for, Malformed for anything else."""
    if isinstance(document, list):
        return Page(_entries(document))
    if not isinstance(document, Mapping):
        raise Malformed("mdblist.com answered with something else than a list")
    sections = [part for name in ("movies", "shows") if isinstance(part := document.get(name), list)]
    if not sections:
        raise refusal(document)
    pagination = document.get("pagination")
    told: Mapping[str, Any] = pagination if isinstance(pagination, Mapping) else {}
    counts = [number_of(told.get(name)) for name in ("total_movies", "total_shows")]
    cursor, more = text_of(told.get("next_cursor")), told.get("has_more")
    if not isinstance(more, bool):
        more = cursor is not None if "next_cursor" in told else None
    return Page(
        entries=tuple(entry for part in sections for entry in _entries(part)),
        cursor=cursor,
        more=more,
        total=int(sum(count for count in counts if count)) if None not in counts else None,
    )


def _entries(part: list[Any]) -> tuple[Mapping[str, Any], ...]:
    """The rows; a single one that is no object means that this is another document."""
    if not all(isinstance(entry, Mapping) for entry in part):
        raise Malformed("mdblist.com answered with a list of something else than titles")
    return tuple(part)


def refusal(document: Mapping[str, Any]) -> ProviderError:
    """The error inside a body, which may come with the status 200."""
    told = text_of(document.get("error")) or text_of(document.get("detail")) or ""
    words = told.lower()
    message = f"mdblist.com says: {told[:200]}" if told else "mdblist.com answered with something else than a list"
    if "limit" in words or "quota" in words:
        return Transient(message, remedy="the daily quota of the key is used up; it starts anew at midnight UTC")
    if "key" in words or "unauthori" in words or "auth" in words:
        return AuthRequired(message, remedy="check providers.mdblist.api_key (mdblist.com, Preferences, API Access)")
    if "not found" in words or "permission" in words or "private" in words or "exist" in words:
        return NotFound(message, remedy="check the address; a private list needs its owner's key")
    return Malformed(message)


def items_of(entries: tuple[Mapping[str, Any], ...]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """The items in the order of their rank, and a word on every row that is none."""
    ranked = sorted(enumerate(entries), key=lambda pair: (_rank(pair[1]), pair[0]))
    items: list[Item] = []
    problems: list[str] = []
    for position, (index, entry) in enumerate(ranked, start=1):
        item = item_from(renamed(entry), position, _DIALECT)
        if item is None:
            problems.append(f"entry {index + 1}: neither a title nor an id")
        else:
            items.append(item)
    return tuple(items), tuple(problems)


def _rank(entry: Mapping[str, Any]) -> float:
    rank = number_of(entry.get("rank"))
    return rank if rank is not None and rank > 0 else float("inf")
