"""What outlives everything else in the child process: the look-out for the parent, and the take-down."""

import asyncio
import contextlib
import json
import os
import shutil
import sys
import threading
from typing import Any

from providers.browser import tree

PARENT_CHECK = 1.0
"""Seconds between looks whether the parent still lives: should somebody else hold its end of the pipe open."""


class Failure(Exception):
    """To be reported as the provider error of that name; the browser can still be used."""

    def __init__(self, kind: str, text: str, *, remedy: str = "", url: str = "") -> None:
        super().__init__(text)
        self.report = {"type": kind, "text": text, "remedy": remedy, "url": url}


class Guard(threading.Thread):
    """Hands orders to the loop and outlives everything else here: when the parent's end closes, all is taken down."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self.orders: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.starting = threading.Lock()
        """Held while Chromium is forked, so that none escapes a take-down of that moment."""
        self.home = ""
        self._loop = loop
        self._parent = os.getppid()

    def run(self) -> None:
        """Until the end of standard input."""
        threading.Thread(target=self._watch_parent, daemon=True).start()
        for line in sys.stdin.buffer:
            order = json.loads(line)
            self.home = self.home or order["home"]
            self._loop.call_soon_threadsafe(self.orders.put_nowait, order)
        self.take_down()

    def take_down(self) -> None:
        """Kill Chromium, delete the directory, end."""
        self.starting.acquire()
        if self.home:
            tree.kill(self.home, os.getsid(0))
            with contextlib.suppress(OSError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            os.chdir("/")
            shutil.rmtree(self.home, ignore_errors=True)
        os._exit(0)

    def _watch_parent(self) -> None:
        pause = threading.Event()
        while os.getppid() == self._parent:
            pause.wait(PARENT_CHECK)
        self.take_down()
