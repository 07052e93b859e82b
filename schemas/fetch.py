"""What a fetch brought, how far it is trusted, and what is kept of a list between runs."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from schemas.base import Frozen
from schemas.media import Item


class Fetched(Frozen):
    """One whole answer of a provider."""

    items: tuple[Item, ...]
    total: int | None = None
    """How many rows the source itself says it has, excluded ones counted; 0 affirms emptiness; None: not told."""
    complete: bool = True
    """False when the provider knows that it did not read everything (a page failed, a service cut it)."""
    warnings: tuple[str, ...] = ()
    title: str | None = None
    """The list's own name at its service."""


class Verdict(StrEnum):
    """How far a fetch is trusted (design, section 6)."""

    TRUSTED = "Trusted"
    PARTIAL = "Partial"
    SUSPICIOUS_EMPTY = "SuspiciousEmpty"
    EMPTY_UNCONFIRMED = "EmptyUnconfirmed"
    SHRINK_UNCONFIRMED = "ShrinkUnconfirmed"
    FAILED = "Failed"
    KEPT = "Kept"
    """Not fetched in this run: not due, not asked for, or offline. The last snapshot speaks."""


class Snapshot(Frozen):
    """The contents of a list at one moment."""

    items: tuple[Item, ...]
    fetched_at: datetime
    digest: str
    """Of the contents that matter for wanting: refs, ids, order."""
    source: str
    """The canonical source it was read from: another source makes it another list."""


class Suspicion(Frozen):
    """A fetch that awaits its confirmation."""

    kind: Literal["empty", "shrunk"]
    since: datetime
    digest: str


class ListState(Frozen):
    """All that the ledger keeps of one list."""

    name: str
    source: str
    trusted: Snapshot | None = None
    previous: Snapshot | None = None
    """The trusted snapshot before `trusted`: a loss counts when neither holds the title."""
    extra: Snapshot | None = None
    """What the last untrusted fetch held: it may add, never remove. None after a trusted one."""
    suspicion: Suspicion | None = None
    shortfall: int | None = None
    """Rows missing from the last whole read that was smaller than the source's own total."""
    shortfall_reads: int = 0
    verdict: Verdict | None = None
    message: str | None = None
    attempted_at: datetime | None = None
    failures: int = 0
    """Consecutive failed fetches."""
    retry_at: datetime | None = None
