"""What happens on the line, for logs."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class HttpEvent:
    """A request that is not going smoothly; holds no secret."""

    kind: Literal["rate_limited", "retry"]
    provider: str
    host: str
    reason: str
    wait: float
    """Seconds until the next try."""


def ignore(event: HttpEvent) -> None:
    """Tell nobody."""
