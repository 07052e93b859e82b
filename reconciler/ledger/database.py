"""The one connection to the file, its transactions, and SQLite's complaints in words for people.

One connection guarded by one lock serves all threads: SQLite admits one writer at a time anyway, a transaction lasts
about a millisecond, and reads within a transaction see what it wrote. A connection a thread would add files to
keep open, caches to fill, and a way to wait for oneself.
"""

import shutil
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool
from sqlalchemy.sql import Executable

from reconciler.ledger.errors import LedgerBusy, LedgerCorrupt, LedgerError, LedgerFull, LedgerReadOnly

BUSY_TIMEOUT = 30.0
"""Seconds to wait for another process's transaction."""

_WAL_KEPT = 16 * 1024 * 1024
"""Bytes that the write-ahead file may keep once it was emptied."""

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Database:
    """A connection that any thread may use."""

    def __init__(self, path: Path, driver: sqlite3.Connection) -> None:
        self.path = path
        self.driver = driver
        self._engine = create_engine("sqlite://", creator=lambda: driver, poolclass=StaticPool)
        self.connection = self._engine.connect()
        self.connection.begin()  # as far as SQLAlchemy and alembic know: BEGIN and COMMIT are ours alone
        self._lock = threading.RLock()
        self._writing = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        """The connection to oneself, errors translated. Rows are to be fetched, and turned into shapes, within."""
        with self._lock, translated(self.path):
            try:
                yield
            except ValueError as error:
                raise LedgerCorrupt(self.path, f"a row is not what listsync writes: {error}") from error

    def rows(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The rows of a query; to be used up within `reading()` or `transaction()`."""
        return iter(self.connection.execute(statement, parameters))

    def mappings(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The rows of a query by column name; within `reading()` or `transaction()`."""
        return [dict(row) for row in self.connection.execute(statement, parameters).mappings()]

    def first(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None; within `reading()` or `transaction()`."""
        return self.connection.execute(statement, parameters).scalar()

    def execute(self, statement: Executable, parameters: Parameters = None) -> Any:
        """Run a statement within a transaction."""
        return self.connection.execute(statement, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """BEGIN IMMEDIATE … COMMIT, or ROLLBACK on any exception; within one of the same thread, a part of that."""
        with self._lock, translated(self.path):
            if self._writing:
                yield
                return
            self._writing = True
            try:
                self.driver.execute("BEGIN IMMEDIATE")
                yield
                self.driver.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._writing = False

    def _roll_back(self) -> None:
        """Undo what is open; after some errors SQLite has done so itself."""
        with suppress(sqlite3.Error):
            if self.driver.in_transaction:
                self.driver.execute("ROLLBACK")

    def close(self) -> None:
        """Close; SQLite folds the write-ahead file into the database. Twice does no harm."""
        with self._lock:
            with suppress(sqlite3.Error, DBAPIError):
                self.connection.close()
            self._engine.dispose()
            with suppress(sqlite3.Error):
                self.driver.close()


def connect(path: Path, *, mode: str, busy_timeout: float = BUSY_TIMEOUT) -> sqlite3.Connection:
    """A bare connection in SQLite's own autocommit mode. `mode`: `memory`, or the tail of a file URI (`rw`, `ro` …)."""
    target = ":memory:" if mode == "memory" else f"file:{quote(str(path.absolute()))}?mode={mode}"
    driver = sqlite3.connect(target, uri=True, timeout=busy_timeout, isolation_level=None, check_same_thread=False)
    try:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.execute("PRAGMA synchronous = FULL")
        driver.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT}")
    except BaseException:
        driver.close()
        raise
    return driver


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite says into a LedgerError; what a damaged row makes of itself, too."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise ledger_error(path, error.orig) from error
        raise
    except sqlite3.Error as error:
        raise ledger_error(path, error) from error
    except zlib.error as error:
        raise LedgerCorrupt(path, f"the contents of a list are damaged: {error}") from error


def ledger_error(path: Path, error: sqlite3.Error) -> LedgerError:
    """The error for people behind a SQLite result code (https://sqlite.org/rescode.html); extended codes hold the
    primary one in their low byte."""
    code = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", "")
    match None if code is None else code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LedgerBusy(path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return LedgerCorrupt(path, str(error))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return LedgerReadOnly(path, str(error))
        case sqlite3.SQLITE_FULL:
            return LedgerFull(path)
        case sqlite3.SQLITE_IOERR if _full(path):
            return LedgerFull(path)
    return LedgerError(
        f"the ledger {path} failed ({error}{f', {name}' if name else ''})",
        path=path,
        remedy="check the disk and its log; `listsync backup` of an earlier day can be restored",
    )


def _full(path: Path) -> bool:
    """Whether next to nothing is left: SQLite reports a full disk as an input/output error in some places."""
    with suppress(OSError):
        return shutil.disk_usage(path.parent).free < 64 * 1024
    return False
