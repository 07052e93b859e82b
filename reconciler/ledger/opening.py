"""From a path to an open ledger, or to the reason why not."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from reconciler.ledger.database import Database, connect, translated
from reconciler.ledger.errors import LedgerError, LedgerReadOnly, from_system
from reconciler.ledger.migrate import create, migrate, revision
from reconciler.ledger.store import Ledger
from reconciler.ledger.tables import HEAD


def open_for_writing(path: Path, *, server: str, clock: Callable[[], datetime], busy_timeout: float) -> Ledger:
    """See `reconciler.ledger.open_ledger`."""
    _prepare(path)
    return _open(path, mode="rw", server=server, clock=clock, busy_timeout=busy_timeout)


def open_for_reading(path: Path, *, server: str, clock: Callable[[], datetime], busy_timeout: float) -> Ledger:
    """See `reconciler.ledger.open_reader`."""
    _refuse_folder(path)
    return _open(path, mode=_readable_mode(path), server=server, clock=clock, busy_timeout=busy_timeout)


def _open(path: Path, *, mode: str, server: str, clock: Callable[[], datetime], busy_timeout: float) -> Ledger:
    with translated(path):
        database = Database(path, connect(path, mode=mode, busy_timeout=busy_timeout))
        try:
            if mode == "memory":
                with database.transaction():
                    create(database)
            elif mode == "rw":
                migrate(database)
            else:
                _require_current(database)
            return Ledger(database, server=server, clock=clock)
        except BaseException:
            database.close()
            raise


def _require_current(database: Database) -> None:
    if revision(database) != HEAD:
        raise LedgerReadOnly(database.path, "its schema is of another version and would have to be migrated")


def _prepare(path: Path) -> None:
    """Folders and an empty file, readable by its owner alone; SQLite gives its other files the same mode."""
    _refuse_folder(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise from_system(path, error) from error
    for needed in (path, path.parent):
        if not os.access(needed, os.W_OK):
            raise LedgerReadOnly(path, f"no permission to write to {needed}")


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise LedgerError(
            f"the ledger {path} is a folder",
            path=path,
            remedy=f"set `state.database` to a file, {path / 'listsync.db'} for instance",
        )


def _readable_mode(path: Path) -> str:
    """How to open a file that exists. Where SQLite may not add its files, and none is there, the file is read as it
    stands: no writer has it open."""
    try:
        if path.stat().st_size == 0:
            return "memory"
    except (FileNotFoundError, NotADirectoryError):
        return "memory"
    except OSError as error:
        raise from_system(path, error) from error
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "rw"
    beside = path.with_name(f"{path.name}-wal")
    if os.access(path.parent, os.W_OK) or beside.exists():
        return "ro"
    return "ro&immutable=1"
