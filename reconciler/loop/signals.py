"""What SIGTERM, SIGINT and SIGHUP mean to the loop."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from reconciler.loop.wakeups import Wakeups

Handler = Callable[[int, FrameType | None], None]
PATIENCE = 6.5
"""Seconds to end in after the first signal. A fetch that hangs in the network is given up then: dying is always safe,
since whatever is sent is written down before."""


@contextmanager
def heeding_signals(wakeups: Wakeups, stop: threading.Event, say: Callable[[str], None]) -> Iterator[None]:
    """The first SIGTERM or SIGINT ends the loop after the action in hand, a second one the process at once (143, 130).
    SIGHUP reads the configuration and ticks. Outside of the main thread, where Python allows no handlers, nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _frame: FrameType | None) -> None:
        if wakeups.stopping:
            _die(128 + number)
        wakeups.stopping = True
        stop.set()
        wakeups.wake()
        guard = threading.Timer(PATIENCE, _die, (0,))
        guard.daemon = True
        guard.start()
        say("Stopping after what is under way; once more to stop at once.")

    def reload(_number: int, _frame: FrameType | None) -> None:
        wakeups.reload = True
        wakeups.wake()

    handlers: dict[signal.Signals, Handler] = {signal.SIGTERM: end, signal.SIGINT: end}
    if hasattr(signal, "SIGHUP"):
        handlers[signal.SIGHUP] = reload
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        if not wakeups.stopping:  # a second signal still ends it at once while everything is closed
            for number, handler in before.items():
                signal.signal(number, handler)


def _die(code: int) -> None:
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    os._exit(code)
