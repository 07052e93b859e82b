"""Consistent copies of a database in use, through SQLite's online backup."""

import os
import sqlite3
from pathlib import Path

from reconciler.ledger.database import translated
from reconciler.ledger.errors import LedgerCorrupt, LedgerError


def copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy all that is committed into one file for its owner alone. The target appears whole, or stays as it was."""
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        draft.unlink(missing_ok=True)
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _fill(source, draft, target)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise LedgerError(
            f"the copy {target} cannot be written ({error.strerror or error})",
            path=target,
            remedy="check the folder and the space on its disk",
        ) from error


def _fill(source: sqlite3.Connection, draft: Path, target: Path) -> None:
    with translated(target):
        sink = sqlite3.connect(draft)
        try:
            source.backup(sink)
            sink.execute("PRAGMA journal_mode = DELETE")
            check(sink, target)
        finally:
            sink.close()


def check(driver: sqlite3.Connection, path: Path) -> None:
    """Read the whole file; raises LedgerCorrupt with the first thing that is wrong."""
    (found,) = driver.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise LedgerCorrupt(path, found)
