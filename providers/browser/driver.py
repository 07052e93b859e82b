"""The child process that drives Chromium, from the side of its parent: started with a clean environment in a session
and a directory of its own, spoken to in lines of JSON over private pipes, and ended with all that belongs to it."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import providers
from providers.browser import home, tree
from providers.errors import Challenged, Malformed, ProviderError, Transient, Unavailable

KEPT_VARIABLES = frozenset(
    (
        *("PATH", "LANG", "LANGUAGE", "LC_ALL", "TZ", "LD_LIBRARY_PATH"),
        *("FONTCONFIG_FILE", "FONTCONFIG_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "LISTSYNC_CONTAINER"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    )
)
"""Nothing else of our environment reaches the browser: it holds the household's keys."""
LINE_BYTES = 256 * 1024 * 1024
GRACE = 10.0
"""Seconds beyond a step's own time after which a silent child is ended."""
GOODBYE = 3.0

_ERRORS: dict[str, type[ProviderError]] = {
    "challenged": Challenged,
    "transient": Transient,
    "malformed": Malformed,
    "unavailable": Unavailable,
}


class Driver:
    """One running child with its Chromium."""

    def __init__(self, place: home.Home, process: "subprocess.Popen[bytes]", answers: int) -> None:
        self._home = place
        self._process = process
        self._answers = answers
        self._rest = b""
        self._ending = threading.Lock()
        self._ended = False
        self.usable = False
        """Whether it awaits an order: not while one is answered, nor ever again after one was broken off."""

    @classmethod
    def start(cls, chromium: str, step: float) -> Self:
        """Start a child and wait for its Chromium; `step` seconds are the most that any step may take. Raises
        Unavailable when Chromium does not run here, Transient when it does not answer in time."""
        try:
            home.sweep()
            place = home.make()
        except OSError as refused:
            raise Unavailable(
                f"the browser has no place for temporary files: {refused}", remedy="set TMPDIR"
            ) from refused
        reading, writing = os.pipe()
        try:
            process = _spawn(place, writing)
        except OSError as refused:
            os.close(reading)
            place.remove()
            raise Unavailable(f"the browser's process could not be started: {refused}") from refused
        finally:
            os.close(writing)
        driver = cls(place, process, reading)
        facts = {"answers": writing, "home": str(place.path), "chromium": chromium, "step": step}
        try:
            for _ in driver.ask(facts, step):
                pass
        except BaseException:
            driver.stop()
            raise
        return driver

    def ask(self, order: Mapping[str, Any], step: float) -> Iterator[dict[str, Any]]:
        """Send an order and give its answers up to the last. Raises ProviderError: what the child reported, or
        Transient when it fell silent or ended."""
        self.usable = False
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as gone:
            raise Transient("the browser ended unexpectedly") from gone
        while True:
            answer = json.loads(self._line(time.monotonic() + step + GRACE))
            if error := answer.get("error"):
                self.usable = "last" not in answer
                raise _ERRORS[error["type"]](error["text"], remedy=error.get("remedy", ""), url=error.get("url", ""))
            self.usable = "done" in answer
            yield answer
            if self.usable:
                return

    def stop(self) -> None:
        """End the child, every process of its Chromium and the directory. May be called again, and from any thread."""
        with self._ending:
            if self._ended:
                return
            self._ended = True
            with contextlib.suppress(OSError):
                assert self._process.stdin is not None
                self._process.stdin.close()  # the child takes its browser down when this ends
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(GOODBYE)
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)
            tree.kill(str(self._home.path), self._process.pid)
            self._process.wait()
            self._home.remove()

    def _line(self, until: float) -> bytes:
        """The next whole line, read in pieces so that a child that stops in the middle of one is noticed too."""
        pieces = [self._rest]
        size = len(self._rest)
        while b"\n" not in pieces[-1]:
            left = until - time.monotonic()
            if self._ended or left <= 0 or not select.select([self._answers], [], [], min(left, 0.5))[0]:
                if self._ended:
                    raise Transient("the browser was closed")
                if left > 0:
                    continue
                raise Transient("the browser did not answer in time")
            piece = os.read(self._answers, 1 << 20)
            size += len(piece)
            if not piece or size > LINE_BYTES:
                raise Transient("the browser ended unexpectedly")
            pieces.append(piece)
        line, _, self._rest = b"".join(pieces).partition(b"\n")
        return line

    def __del__(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._answers)


def _spawn(place: home.Home, answers: int) -> "subprocess.Popen[bytes]":
    with (place.path / "child.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "providers.browser.child"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=place.path,
            env=_environment(place.path),
            pass_fds=(answers, place.lock),
            start_new_session=True,
        )


def _environment(place: Path) -> dict[str, str]:
    """What the child may see: where our modules are, and its own directory wherever something is written."""
    importable = [str(Path(providers.__file__).parents[1]), *(part for part in sys.path if part)]
    kept = {name: value for name, value in os.environ.items() if name in KEPT_VARIABLES}
    own = dict.fromkeys(("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"), str(place))
    return kept | own | {"PYTHONPATH": os.pathsep.join(dict.fromkeys(importable)), "PYTHONDONTWRITEBYTECODE": "1"}
