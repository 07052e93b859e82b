"""How listsync stands: what `listsync status` prints."""

from datetime import datetime
from typing import Literal

from schemas.base import Document
from schemas.events import Run
from schemas.plan import ListLine, ServerIdentity
from schemas.record import Intent

STATUS_FORMAT: Literal["listsync.status"] = "listsync.status"
STATUS_VERSION = "1.0"


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
    pauses: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
