"""What a check-up found: `listsync doctor`."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from schemas.base import Document

DOCTOR_FORMAT: Literal["listsync.doctor"] = "listsync.doctor"
DOCTOR_VERSION = "1.0"


class Outcome(StrEnum):
    """What came of a check."""

    OK = "ok"
    WARNING = "warning"
    """It works, and may not be what was meant."""
    PROBLEM = "problem"
    """Something will not work before it is put right."""
    SKIPPED = "skipped"
    """It rests on something that failed, which is told of where it stands."""


class Area(StrEnum):
    """What a check is about; in the order in which they are shown."""

    CONFIGURATION = "configuration"
    LEDGER = "ledger"
    SERVER = "server"
    REQUESTS = "requests"
    LISTS = "lists"
    BROWSER = "browser"
    NOTIFICATIONS = "notifications"
    LOOP = "loop"


class Check(Document):
    """One thing that was looked at."""

    area: Area
    subject: str
    """What of it: a list, a user, a file."""
    outcome: Outcome
    message: str
    remedy: str = ""
    """What to do about it; empty where nothing is to be done."""


class Examination(Document):
    """`listsync doctor`."""

    format: Literal["listsync.doctor"] = DOCTOR_FORMAT
    format_version: str = DOCTOR_VERSION
    at: datetime
    healthy: bool
    """Whether there is no problem; warnings do not count."""
    checks: tuple[Check, ...] = ()
