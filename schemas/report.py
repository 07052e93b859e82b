"""What came of a plan."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from schemas.base import Document
from schemas.media import Key
from schemas.plan import Action, Drift, ListLine, PlannedAction, Unresolved
from schemas.reasons import Reason

REPORT_FORMAT: Literal["listsync.report"] = "listsync.report"
REPORT_VERSION = "1.0"


class Status(StrEnum):
    """How an action ended."""

    DONE = "done"
    SKIPPED = "skipped"
    """The server's state moved in between, or another request covers it: nothing to complain of."""
    DEFERRED = "deferred"
    HELD = "held"
    REFUSED = "refused"
    """The server said no."""
    UNKNOWN = "unknown"
    """Sent, and never answered: settled by a later run."""
    LEFT = "left"
    """Not tried: stopped, or the server became unreachable."""


class Outcome(Document):
    """What came of one action."""

    key: Key
    title: str
    year: int | None = None
    action: Action
    status: Status
    reason: Reason | None = None
    detail: str = ""
    request_id: int | None = None
    lists: tuple[str, ...] = ()
    seasons: tuple[int, ...] = ()


class Report(Document):
    """What came of a run."""

    format: Literal["listsync.report"] = REPORT_FORMAT
    format_version: str = REPORT_VERSION
    run: str
    plan: str | None = None
    started: datetime
    finished: datetime
    exit_code: int
    server: str = ""
    lists: tuple[ListLine, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    recorded: int = 0
    """Records that changed without a call."""
    held: tuple[PlannedAction, ...] = ()
    deferred: tuple[PlannedAction, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    drift: tuple[Drift, ...] = ()
    settled: tuple[Outcome, ...] = ()
    """Intents of earlier runs that found their end."""
    warnings: tuple[str, ...] = ()
    message: str = ""
