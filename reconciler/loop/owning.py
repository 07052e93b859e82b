"""One loop for a ledger: a lock of its own, beside the writer's, held for the loop's life."""

import os
import socket
from datetime import datetime
from pathlib import Path

from reconciler.errors import Refused
from reconciler.ledger import LedgerLocked, WriterLock


def take_ledger(database: Path, now: datetime, *, holder: str = "") -> WriterLock:
    """The lock, held; to be given back with `__exit__`. Raises Refused naming the loop that has it, LedgerError where
    no lock can be written."""
    lock = WriterLock(database.with_name(f"{database.name}.loop"), holder=holder or who(now))
    try:
        return lock.__enter__()
    except LedgerLocked as locked:
        raise Refused(
            f"a loop runs for {database} already ({locked.holder})",
            remedy="stop that one first; `listsync reconcile` asks it to look at everything now",
        ) from None


def who(now: datetime) -> str:
    """This process, for whoever comes second."""
    return f"run, pid {os.getpid()} on {socket.gethostname()} since {now:%Y-%m-%d %H:%M %Z}"
