"""How listsync stands: what `listsync status` prints."""

from datetime import datetime
from typing import Literal

from schemas.base import Document
from schemas.conditions import Conditions
from schemas.events import Run
from schemas.plan import ListLine, ServerIdentity
from schemas.record import Intent

STATUS_FORMAT: Literal["listsync.status"] = "listsync.status"
STATUS_VERSION = "1.0"


class LoopStanding(Document):
    """A running loop."""

    holder: str
    """Which process, since when."""
    next_wake: datetime | None = None
    """When its next tick is expected."""
    error: str = ""
    """Of its last tick."""


class StatusReport(Document):
    """Server, lists, ledger and the last run."""

    format: Literal["listsync.status"] = STATUS_FORMAT
    format_version: str = STATUS_VERSION
    at: datetime
    server: ServerIdentity | None = None
    server_url: str = ""
    server_error: str = ""
    """Why the server could not be asked; empty when it was."""
    server_remedy: str = ""
    server_changed: bool = False
    """Another installation answers than the one that the ledger knows."""
    revision: str = ""
    database: str = ""
    lineage: str = ""
    lists: tuple[ListLine, ...] = ()
    records: dict[str, int] = {}
    """Keys by record state."""
    unsettled: tuple[Intent, ...] = ()
    """Requests whose outcome is not known yet."""
    last_run: Run | None = None
    last_apply: Run | None = None
    conditions: Conditions = Conditions()
    """As the loop found them in its last tick; none where no loop ever ran."""
    loop: LoopStanding | None = None
    """The loop that runs for this ledger; None: none does."""
    pauses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
