"""What listsync remembers: SQLModel tables over SQLite; rows never leave this package. Errors and the lock are cheap to
import; the database library comes with the first ledger that is opened."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.ledger.errors import (
    LedgerBusy,
    LedgerCorrupt,
    LedgerError,
    LedgerFull,
    LedgerLocked,
    LedgerNewer,
    LedgerReadOnly,
)
from schemas.base import utc_now

if TYPE_CHECKING:
    from reconciler.ledger.lock import WriterLock
    from reconciler.ledger.store import Ledger
    from reconciler.ledger.writing import Writing

__all__ = [
    "Ledger",
    "LedgerBusy",
    "LedgerCorrupt",
    "LedgerError",
    "LedgerFull",
    "LedgerLocked",
    "LedgerNewer",
    "LedgerReadOnly",
    "WriterLock",
    "Writing",
    "open_ledger",
    "open_reader",
]


def open_ledger(
    path: Path, *, server: str, clock: Callable[[], datetime] = utc_now, busy_timeout: float = 30.0
) -> "Ledger":
    """Open the ledger for the media server of that name; folders and file (for its owner alone) are made where missing,
    an older schema is migrated after the file was copied. `busy_timeout`: seconds to wait for another process's
    transaction. Raises LedgerError."""
    from reconciler.ledger.opening import open_for_writing

    return open_for_writing(path, server=server, clock=clock, busy_timeout=busy_timeout)


def open_reader(
    path: Path, *, server: str, clock: Callable[[], datetime] = utc_now, busy_timeout: float = 30.0
) -> "Ledger":
    """Open what is there to look at it. No file: an empty ledger in memory. A file or folder that cannot be written is
    read all the same, if its schema is current. Raises LedgerError."""
    from reconciler.ledger.opening import open_for_reading

    return open_for_reading(path, server=server, clock=clock, busy_timeout=busy_timeout)


def __getattr__(name: str) -> Any:
    """The classes, for annotations and tests, imported when they are named."""
    from importlib import import_module

    home = {"Ledger": "store", "Writing": "writing", "WriterLock": "lock"}.get(name)
    if home is None:
        raise AttributeError(name)
    return getattr(import_module(f"reconciler.ledger.{home}"), name)
