"""What a receiver is, how it is asked, and what comes of a message."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schemas.base import utc_now


class Delivery(StrEnum):
    """How a message fared."""

    SENT = "sent"
    UNKNOWN = "unknown"
    """Sent whole, and never answered: most likely it is there, so it is not sent again."""
    FAILED = "failed"
    """Certainly not there."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of one message."""

    delivery: Delivery
    message: str = ""
    """What went wrong, for people; never holds the address."""
    again_after: float | None = None
    """Seconds for which the receiver wants to be left alone."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """One entry of `notifications`. Its address is a secret: whoever knows it can write there."""

    number: int
    """Its place in the configuration, from 1."""
    kind: str
    """`discord`, `apprise` or `webhook`."""
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """`notifier 2 (discord)`."""
        return f"notifier {self.number} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Manner:
    """How patiently a message is sent."""

    timeout: float = 10.0
    """Seconds for one try."""
    tries: int = 3
    patience: float = 20.0
    """Seconds that may be waited between the tries of a message, in sum."""
    sleep: Callable[[float], object] = time.sleep
    clock: Callable[[], datetime] = utc_now
