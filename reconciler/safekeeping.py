"""The ledger's copies: made while it is in use, and put back when nobody writes."""

import os
import shutil
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path

from reconciler.config import Loaded
from reconciler.errors import ListsyncError
from reconciler.ledger import LedgerCorrupt, LedgerError, WriterLock, open_ledger, open_reader
from reconciler.session import Tools, database_path

FOLDER = "backups"
"""Beside the database: where copies go that are not told where to."""


def backup(loaded: Loaded, target: Path | None, now: datetime) -> Path:
    """Write a consistent, checked copy of the ledger, whoever writes meanwhile. Where it lies. Raises LedgerError;
    ListsyncError where there is nothing to copy."""
    database = database_path(loaded)
    if not database.exists():
        raise ListsyncError(f"there is no ledger yet: {database}", remedy="the first plan or apply makes one")
    target = target or database.parent / FOLDER / f"{database.stem}-{now:%Y%m%d-%H%M%S}.db"
    if target.is_dir():
        target = target / f"{database.stem}-{now:%Y%m%d-%H%M%S}.db"
    if target.exists() and target.samefile(database):
        raise ListsyncError(f"{target} is the ledger itself", remedy="name another file")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ListsyncError(f"{target.parent} cannot be made: {error.strerror or error}") from error
    with open_reader(database, server=loaded.config.server.name) as ledger:
        ledger.backup(target)
    return target


def restore(loaded: Loaded, source: Path, now: datetime) -> Path | None:
    """Put a copy in the ledger's place; the ledger that was there stays beside it. Where that lies; None: there was
    none. A copy that is damaged, or of a newer version, changes nothing. Raises Refused while a loop runs,
    LedgerLocked while anybody writes, LedgerError, ListsyncError."""
    from reconciler.loop.owning import take_ledger

    database = database_path(loaded)
    if not source.is_file():
        raise ListsyncError(f"there is no file {source}", remedy="name a file that `listsync backup` wrote")
    if database.exists() and source.samefile(database):
        raise ListsyncError(f"{source} is the ledger itself", remedy="name a file that `listsync backup` wrote")
    with ExitStack() as locks:
        holder = f"restore, pid {os.getpid()}"
        locks.push(take_ledger(database, now, holder=holder))
        locks.enter_context(WriterLock(database, holder=holder))
        draft = database.with_name(f"{database.name}.restoring")
        try:
            _checked_copy(source, draft, loaded.config.server.name)
            kept = _set_aside(database, now)
            draft.replace(database)
        except OSError as error:
            raise ListsyncError(
                f"{source} cannot be put in the place of {database}: {error.strerror or error}",
                remedy="check the folder and the space on its disk",
            ) from error
        finally:
            for leftover in _files(draft):
                leftover.unlink(missing_ok=True)
    return kept


def check_ledger(loaded: Loaded) -> None:
    """Read the ledger whole before years of relying on it. Raises LedgerError."""
    with open_ledger(database_path(loaded), server=loaded.config.server.name) as ledger:
        ledger.check()


def trouble_with(loaded: Loaded, _tools: Tools) -> tuple[str, str] | None:
    """The same as values: what is wrong with it, and the way back; None: all is well."""
    try:
        check_ledger(loaded)
    except LedgerError as error:
        return error.problem, way_back(error)
    return None


def way_back(error: LedgerError) -> str:
    """What to do about it; for a damaged ledger, by the copies that lie beside it."""
    if not isinstance(error, LedgerCorrupt) or not (copies := backups_beside(error.path)):
        return error.remedy
    return (
        f"`listsync restore {copies[0]}` puts the latest copy in its place and keeps this one beside it; what was"
        " requested since is found on the server again. Without any copy: move it away with its -wal and -shm files;"
        " nothing is requested twice then either, but what was deleted on purpose is forgotten"
    )


def backups_beside(database: Path) -> list[Path]:
    """Copies that may be put back, the latest first: backups, and what a migration or a restore set aside."""
    found = [
        *(database.parent / FOLDER).glob("*.db"),
        *database.parent.glob(f"{database.name}.before-*.bak"),
    ]
    dated = []
    for path in found:
        with suppress(OSError):
            dated.append((path.stat().st_mtime, path))
    return [path for _, path in sorted(dated, reverse=True)]


def _checked_copy(source: Path, draft: Path, server: str) -> None:
    """A copy that was opened (and migrated, if it is old) and read whole; only then is it good enough."""
    for leftover in _files(draft):
        leftover.unlink(missing_ok=True)
    draft.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, draft)
    draft.chmod(0o600)
    beside = source.with_name(f"{source.name}-wal")
    if beside.exists():  # a plain copy of a ledger in use: its latest writes are in there
        shutil.copyfile(beside, draft.with_name(f"{draft.name}-wal"))
    try:
        with open_ledger(draft, server=server) as ledger:
            ledger.check()
    except LedgerError as error:
        raise ListsyncError(
            f"{source} is not put back: {error.problem.replace(str(draft), str(source))}",
            remedy="nothing was changed; try an older copy",
        ) from error
    for bak in draft.parent.glob(f"{draft.name}.before-*.bak"):
        bak.unlink(missing_ok=True)
    with draft.open("rb") as file:
        os.fsync(file.fileno())


def _set_aside(database: Path, now: datetime) -> Path | None:
    """Rename what is there, with the files that SQLite keeps beside it."""
    if not database.exists():
        return None
    kept = database.with_name(f"{database.name}.replaced-{now:%Y%m%d-%H%M%S}")
    for file in _files(database):
        if file.exists():
            file.replace(file.with_name(file.name.replace(database.name, kept.name, 1)))
    return kept


def _files(database: Path) -> tuple[Path, ...]:
    return tuple(database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm"))
