"""How a running loop stands: what `/status` answers, which is the status document with more in it."""

from datetime import datetime
from typing import Literal

from schemas.base import Document
from schemas.conditions import Conditions
from schemas.status import StatusReport


class NotifierLine(Document):
    """How the last message to one receiver fared."""

    name: str
    """`notifier 2 (discord)`."""
    delivery: str
    """`sent`, `unknown` or `failed`."""
    message: str = ""
    at: datetime


class NotifiedDocument(Document):
    """`listsync notify test`."""

    format: Literal["listsync.notified"] = "listsync.notified"
    format_version: str = "1.0"
    receivers: tuple[NotifierLine, ...] = ()


class LoopStatus(StatusReport):
    """The status with what only the loop knows."""

    conditions: Conditions = Conditions()
    ticks: int = 0
    """Since the process started."""
    ticked_at: datetime | None = None
    """The end of the last tick."""
    next_tick: datetime | None = None
    error: str = ""
    """Why the last tick did not come to its end; empty when it did."""
    remedy: str = ""
    config_source: str = ""
    config_attempted: str = ""
    """The revision that was read last."""
    config_applied: str = ""
    """The revision in effect."""
    config_problems: tuple[str, ...] = ()
    """What is wrong with the attempted one."""
    notifiers: tuple[NotifierLine, ...] = ()
