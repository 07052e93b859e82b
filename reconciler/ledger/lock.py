"""One writer: a file lock beside the database, freed by the system when its holder ends, however that comes about."""

import json
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from reconciler.ledger.errors import LedgerLocked, from_system

UNNAMED = "it has not said which"


class WriterLock:
    """Held by whatever may write records and events: `apply`, `run`, `accept`, `import`. Never waits.

    `holder` is shown to whoever comes second: "apply, pid 123 on nas since 12:03". It stands in a small file of its
    own, since the locked file cannot be read everywhere. Without flock (some network shares) the lock is a marker file,
    which may have to be removed by hand after a crash.
    """

    def __init__(self, database: Path, *, holder: str) -> None:
        self.path = database.with_name(f"{database.name}.lock")
        self._note = database.with_name(f"{database.name}.holder")
        self._database = database
        self._holder = holder
        self._lock = FileLock(self.path, timeout=0, thread_local=False)

    def __enter__(self) -> Self:
        """Take it, or raise LedgerLocked at once; LedgerReadOnly where no lock can be written."""
        try:
            self._database.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise LedgerLocked(self._read_note(), path=self._database) from None
        except OSError as error:
            raise from_system(self._database, error) from error
        self._write_note()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it back."""
        with suppress(OSError):
            self._note.unlink(missing_ok=True)
        self._lock.release()

    def _write_note(self) -> None:
        """Name ourselves. A full disk must not keep anybody from the lock: the note is a courtesy."""
        draft = self._note.with_name(f"{self._note.name}.{os.getpid()}")
        try:
            draft.write_text(json.dumps({"holder": self._holder, "pid": os.getpid()}), encoding="utf-8")
            draft.replace(self._note)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
                self._note.unlink(missing_ok=True)

    def _read_note(self) -> str:
        try:
            holder = json.loads(self._note.read_text(encoding="utf-8"))["holder"]
        except (OSError, ValueError, KeyError, TypeError):
            return UNNAMED
        return holder if isinstance(holder, str) else UNNAMED
