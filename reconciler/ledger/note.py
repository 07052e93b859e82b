"""One small text of the ledger, read and written without the database library: a loop at rest has no room for that."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from reconciler.ledger.errors import LedgerError

BUSY_TIMEOUT = 30.0
"""Seconds to wait for another process's transaction."""
_READ = "SELECT value FROM settings WHERE server = ? AND name = ?"
_WRITE = """INSERT INTO settings (server, name, value) VALUES (?, ?, ?)
    ON CONFLICT (server, name) DO UPDATE SET value = excluded.value"""


def read_note(path: Path, server: str, name: str) -> str | None:
    """As `Ledger.setting`. Raises LedgerError, also when there is no ledger."""
    with _open(path) as driver:
        found = driver.execute(_READ, (server, name)).fetchone()
    return found[0] if found else None


def write_note(path: Path, server: str, name: str, value: str) -> None:
    """As `Writing.put_setting`: on the disk when this returns. Raises LedgerError, also when there is no ledger."""
    with _open(path) as driver:
        driver.execute("PRAGMA synchronous = FULL")
        driver.execute(_WRITE, (server, name, value))


@contextmanager
def _open(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"file:{quote(str(path.absolute()))}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)) as driver:
            yield driver
    except sqlite3.Error as error:
        raise LedgerError(f"{path}: {error}", path=path, remedy="`listsync doctor` looks at the ledger") from error
