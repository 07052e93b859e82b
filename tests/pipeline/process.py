"""The program as a process of its own, which can be killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.pipeline.home import Home

LONGEST = 60.0
"""Seconds after which a process that should have ended fails the test."""


def start(home: Home, *words: str) -> "subprocess.Popen[str]":
    """Begin a command line in the household's folder, with the configuration as it is now."""
    home.loaded()
    script = Path(sys.executable).with_name("listsync")
    command = [str(script)] if script.exists() else [sys.executable, "-c", "from reconciler.cli import main; main()"]
    return subprocess.Popen(
        [*command, *words],
        cwd=home.folder,
        env=os.environ | {"KEY": home.server.api_key},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Its exit code, stdout and stderr."""
    out, err = process.communicate(timeout=LONGEST)
    return process.returncode, out, err


def run(home: Home, *words: str) -> tuple[int, str, str]:
    """A command line from its beginning to its end."""
    return finish(start(home, *words))


def until(condition: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Wait for a condition, or for the end of the process."""
    end = time.monotonic() + LONGEST
    while not condition() and process.poll() is None:
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.0005)


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for something that the server does by itself."""
    end = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def kill(process: "subprocess.Popen[str]") -> bool:
    """SIGKILL; whether it was still alive."""
    alive = process.poll() is None
    process.kill()
    process.communicate(timeout=LONGEST)
    return alive
