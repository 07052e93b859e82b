"""Waiting that a signal ends at once. A pipe, not an Event: a handler may run while the very thread it interrupts holds
the Event's lock, and would wait for it for ever."""

import contextlib
import os
import select
from typing import Self


class Wakeups:
    """Waits; `wake` may be called from a signal handler or from any thread."""

    def __init__(self) -> None:
        self._out, self._in = os.pipe()
        for end in (self._out, self._in):
            os.set_blocking(end, False)
        self.stopping = False
        """Set for good: the loop ends."""
        self.reload = False
        """Set once by SIGHUP, taken back by the loop."""

    def wait(self, seconds: float) -> None:
        """Until somebody wakes it, or so long."""
        ready, _, _ = select.select([self._out], [], [], max(0.0, seconds))
        if ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._out, 4096)

    def wake(self) -> None:
        """End the waiting, or the next one."""
        with contextlib.suppress(OSError):  # full: it is awake already; closed: nobody waits any more
            os.write(self._in, b"!")

    def close(self) -> None:
        """Give the pipe back."""
        for end in (self._out, self._in):
            with contextlib.suppress(OSError):
                os.close(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
