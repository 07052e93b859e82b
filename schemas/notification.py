"""What a receiver is told after a run: the document that a `webhook` gets, and that other messages are written from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from schemas.base import Document
from schemas.config.running import Occasion
from schemas.media import Key
from schemas.plan import DriftKind
from schemas.reasons import Reason

NOTIFICATION_FORMAT: Literal["listsync.notification"] = "listsync.notification"
NOTIFICATION_VERSION = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTitle:
    """One title, or one row of a list that no title was found for. There may be thousands."""

    title: str
    year: int | None = None
    key: Key | None = None
    """None for an unresolved row, and for drift that is about no title."""
    ref: str = ""
    """Of an unresolved row, as `listsync match` takes it."""
    seasons: tuple[int, ...] = ()
    lists: tuple[str, ...] = ()
    reason: Reason | None = None
    drift: DriftKind | None = None
    detail: str = ""
    way_out: str = ""
    server_url: str = ""
    """The title's page on the media server."""
    tmdb_url: str = ""


class Trouble(Document):
    """Something that does not work, or works again."""

    subject: str
    """What it is about, always in the same words: `list top`, `server`, `config`."""
    message: str
    remedy: str = ""
    since: datetime | None = None
    """When it began to fail."""


class ListTold(Document):
    """What one list has in a message."""

    name: str
    requested: int = 0
    cancelled: int = 0
    held: int = 0
    unresolved: int = 0


class Notification(Document):
    """One message: what happened since the last one to the same receiver. What it has not asked for is empty."""

    format: Literal["listsync.notification"] = NOTIFICATION_FORMAT
    format_version: str = NOTIFICATION_VERSION
    at: datetime
    server: str = ""
    """The server's name in the configuration."""
    run: str = ""
    revision: str = ""
    seconds: float = 0.0
    """How long the last pass took."""
    is_sample: bool = False
    """Sent by `listsync notify test`: nothing of it happened."""
    lists: tuple[ListTold, ...] = ()
    requested: tuple[ToldTitle, ...] = ()
    cancelled: tuple[ToldTitle, ...] = ()
    held: tuple[ToldTitle, ...] = ()
    unresolved: tuple[ToldTitle, ...] = ()
    drift: tuple[ToldTitle, ...] = ()
    failed: tuple[Trouble, ...] = ()
    recovered: tuple[Trouble, ...] = ()
    left_out: dict[Occasion, int] = {}
    """Titles of a section beyond the five hundred that a message holds."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not any(getattr(self, occasion.value) for occasion in Occasion)

    def total(self, occasion: Occasion) -> int:
        """How many there are of a section, those left out counted."""
        return len(getattr(self, occasion.value)) + self.left_out.get(occasion, 0)
