"""The process that `apart` hands work to: reads one piece of work, does it, answers, and ends."""

import importlib
import os
import pickle
import signal
import sys
import threading
from typing import Any


def main(version: str) -> None:
    """Do what stdin says, for a loop of that version. It stays open as long as the loop lives; afterwards nobody waits
    for an answer."""
    from reconciler import __version__

    if version != __version__:
        from reconciler.loop.apart import ANOTHER_VERSION

        sys.exit(ANOTHER_VERSION)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing but the answer may go there
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    work, given, settings = _asked()
    threading.Thread(target=_die_with_the_loop, name="lifeline", daemon=True).start()

    from reconciler.frugal import be_frugal, without_rich

    without_rich()
    be_frugal()
    from reconciler.log import opened_log
    from reconciler.session import Tools

    module, _, name = work.partition(":")
    with opened_log(settings) as log, answers:
        found = getattr(importlib.import_module(module), name)(given, Tools(log=log, stop=stop))
        pickle.dump(found, answers)


def _asked() -> Any:
    size = int.from_bytes(_read(8), "big")
    return pickle.loads(_read(size))  # noqa: S301 - from the loop that started this


def _read(size: int) -> bytes:
    """From stdin, unbuffered: what holds a buffer's lock when Python ends, ends it with a crash."""
    parts = []
    while size > 0:
        part = os.read(0, min(size, 1 << 16))
        if not part:
            sys.exit(1)
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _die_with_the_loop() -> None:
    """As if it had been one process: dying is always safe, since whatever is sent is written down before."""
    while os.read(0, 1):
        pass
    os._exit(1)
