"""When to try again."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

PATIENCE = 30.0
"""Seconds that one request may wait because the service asked for it; more is the caller's to schedule."""


def backoff(attempt: int, rng: random.Random) -> float:
    """Seconds before the next try: doubling from half a second to eight, half of it drawn."""
    ceiling = min(8.0, 0.5 * 2.0**attempt)
    return ceiling / 2 + rng.uniform(0, ceiling / 2)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a service asks to wait, from `Retry-After` in either of its forms (RFC 9110, section 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError):
            return None
        seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    return max(0.0, seconds) if seconds == seconds and seconds < 10**8 else None
