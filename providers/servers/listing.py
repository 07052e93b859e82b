"""Reading a whole list by offset while others may be changing it: read in parallel, accept only what fits together."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

STRIDE = 1250
TAKE = STRIDE + 1
"""Each page repeats the last row of the one before. A page that does not is a page that shifted, even when as many rows
came as went and the total never moved."""


class Identified(Protocol):
    """A row of a list."""

    @property
    def id(self) -> int:
        """Its own number, never given twice."""


Row = TypeVar("Row", bound=Identified)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, with the id of each as it came: rows that we do not understand count, too."""

    total: int
    ids: tuple[int, ...]
    rows: tuple[Row, ...]


Read = Callable[[int, int], Page[Row]]
"""From how many rows to skip and how many to take."""


def begin(pool: Executor, read: Read[Row]) -> "Future[Page[Row]]":
    """Ask for the first page, which tells how many there are."""
    return pool.submit(read, 0, TAKE)


def follow(pool: Executor, read: Read[Row], first: Page[Row]) -> "list[Future[Page[Row]]]":
    """Ask for all other pages. A server that gives fewer rows a page than it was asked for is asked for so many."""
    take = TAKE if len(first.ids) >= min(TAKE, first.total) else len(first.ids)
    if take < 2:
        return []
    return [pool.submit(read, skip, take) for skip in range(take - 1, first.total - 1, take - 1)]


def assemble(pages: Sequence[Page[Row]]) -> tuple[Row, ...] | None:
    """The whole list; None when the pages do not fit together."""
    ids = list(pages[0].ids)
    for page in pages[1:]:
        if not page.ids or page.ids[0] != ids[-1]:
            return None
        ids.extend(page.ids[1:])
    if any(page.total != len(ids) for page in pages) or len(set(ids)) != len(ids):
        return None
    return _rows(pages)


def _rows(pages: Sequence[Page[Row]]) -> tuple[Row, ...]:
    return tuple({row.id: row for page in pages for row in page.rows}.values())
