"""What happened, in order, for ever (or as long as `state.history` says)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.base import Document
from schemas.media import Key
from schemas.reasons import Reason


class EventType(StrEnum):
    """Kinds of events. Each is written in one transaction with the change that it tells of."""

    RUN_STARTED = "run_started"
    RUN_FINISHED = "run_finished"
    STATE_CHANGED = "state_changed"
    """A record moved from one state to another."""
    REQUESTED = "requested"
    CANCELLED = "cancelled"
    RETRIED = "retried"
    REFUSED = "refused"
    OUTCOME_UNKNOWN = "outcome_unknown"
    SETTLED = "settled"
    """An open intent found its end."""
    LIST_VERDICT = "list_verdict"
    """A list's verdict changed."""
    ACCEPTED = "accepted"
    SERVER_CHANGED = "server_changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    IMPORTED = "imported"
    CONFIG_APPLIED = "config_applied"


class Event(Document):
    """One thing that happened."""

    id: int | None = None
    at: datetime
    run: str | None = None
    type: EventType
    key: Key | None = None
    list: str | None = None
    reason: Reason | None = None
    message: str = ""
    data: dict[str, Any] = {}


class Run(Document):
    """One pass, from start to exit code."""

    id: str
    command: str
    started: datetime
    finished: datetime | None = None
    exit_code: int | None = None
    revision: str = ""
    config_digest: str = ""
    plan: str | None = None
    counts: dict[str, int] = {}
    message: str = ""
