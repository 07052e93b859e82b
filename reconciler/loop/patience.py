"""How soon a loop comes back after what went wrong: doubling, and forgotten when it goes well."""

from datetime import timedelta
from random import Random

from providers.servers import ServerBroken
from reconciler.loop.schedule import (
    LONGEST_TICK_RETRY,
    LONGEST_UNFINISHED_RETRY,
    TICK_RETRY,
    UNFINISHED_RETRY,
    backoff,
)


class Patience:
    """Counts failures in a row."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._failed = 0
        self._unfinished = 0

    def after_failure(self, failure: Exception) -> timedelta:
        """After a tick that did not come to its end; as long as the server asks for, within reason."""
        self._failed += 1
        wait = backoff(self._failed, TICK_RETRY, LONGEST_TICK_RETRY) * self._random.uniform(0.8, 1.2)
        if isinstance(failure, ServerBroken) and failure.retry_after is not None:
            wait = max(wait, min(timedelta(seconds=failure.retry_after), LONGEST_TICK_RETRY))
        return wait

    def after_unfinished(self) -> timedelta:
        """After a tick that left something undone which may go better soon."""
        self._unfinished += 1
        return backoff(self._unfinished, UNFINISHED_RETRY, LONGEST_UNFINISHED_RETRY)

    def ended(self) -> None:
        """A tick came to its end."""
        self._failed = 0

    def finished(self) -> None:
        """A tick left nothing undone."""
        self._unfinished = 0
