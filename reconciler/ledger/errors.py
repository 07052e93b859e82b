"""What can go wrong with the ledger. `str()` of each is complete: what happened, where, and what to do.

LedgerError
├── LedgerLocked      another listsync is writing: `holder` names it
├── LedgerBusy        another program holds the database for longer than we wait
├── LedgerNewer       a newer listsync wrote it
├── LedgerCorrupt     not a database of ours, or a damaged one
├── LedgerReadOnly    the file or its folder cannot be written
└── LedgerFull        no space is left
"""

import errno
from pathlib import Path


class LedgerError(Exception):
    """The ledger cannot do what was asked. `path` is the file that it is about, `remedy` what to do."""

    def __init__(self, problem: str, *, path: Path, remedy: str) -> None:
        super().__init__(f"{problem}: {remedy}" if remedy else problem)
        self.problem = problem
        self.path = path
        self.remedy = remedy


class LedgerLocked(LedgerError):
    """Another process holds the writer's lock."""

    def __init__(self, holder: str, *, path: Path) -> None:
        super().__init__(
            f"another listsync is writing to {path} ({holder})",
            path=path,
            remedy="wait for it to end, or stop it; reading commands work meanwhile",
        )
        self.holder = holder


class LedgerBusy(LedgerError):
    """The database stayed locked for as long as we wait."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"the ledger {path} is locked by another program",
            path=path,
            remedy="close whatever has it open for writing (a database browser, a backup tool), then try again",
        )


class LedgerNewer(LedgerError):
    """The schema is not one that this version knows."""

    def __init__(self, path: Path, revision: str) -> None:
        super().__init__(
            f"the ledger {path} was written by a newer listsync (its schema is {revision!r})",
            path=path,
            remedy="install that version again, or put the copy back that it made before migrating"
            f" ({path.name}.before-….bak beside it)",
        )
        self.revision = revision


SURVIVABLE = (
    "Losing the ledger is survivable: existing requests are tracked and nothing is requested twice,"
    " but what was deleted on purpose is forgotten"
)


class LedgerCorrupt(LedgerError):
    """The file is damaged, or not a ledger."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"the ledger {path} cannot be read ({detail})",
            path=path,
            remedy="stop every listsync, move it away together with its -wal and -shm files, and put a backup in its"
            f" place (the copy of a migration is beside it as {path.name}.before-….bak), or start without one."
            f" {SURVIVABLE}",
        )


class LedgerReadOnly(LedgerError):
    """Nothing can be written there."""

    def __init__(self, path: Path, detail: str = "") -> None:
        super().__init__(
            f"the ledger {path} cannot be written{f' ({detail})' if detail else ''}",
            path=path,
            remedy="let the user who runs listsync write to the file and to its folder (SQLite keeps two more files"
            " beside it), or set `state.database` to another place",
        )


class LedgerFull(LedgerError):
    """The disk, or the quota on it, is used up. What was committed before is safe."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"there is no space left for the ledger {path}",
            path=path,
            remedy="free some space on that disk and run again; everything recorded before is safe",
        )


def from_system(path: Path, error: OSError) -> LedgerError:
    """What the system says of the file, its folder or its lock, in our words."""
    detail = error.strerror or str(error)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return LedgerFull(path)
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return LedgerReadOnly(path, detail)
    if error.errno in {errno.EEXIST, errno.ENOTDIR}:
        return LedgerError(
            f"the ledger {path} cannot be made: {error.filename or path.parent} is a file, not a folder",
            path=path,
            remedy="set `state.database` to a file in a folder",
        )
    return LedgerError(
        f"the ledger {path} cannot be used ({detail})", path=path, remedy="check the folder that `state.database` names"
    )
