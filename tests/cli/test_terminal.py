"""What happens where somebody sits: questions, a key typed anew, Ctrl-C while requests are sent."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.demo.server import DemoServer

ROOT = Path(__file__).parents[2]
CONFIG = """\
version: 1
server: {{url: "{url}", api_key: "${{KEY}}"}}
lists:
  evening: {{source: evening.txt}}
"""


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, words: list[str], folder: Path, environ: dict[str, str]) -> None:
        ours, theirs = pty.openpty()
        self._ours, self.shown = ours, ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from reconciler.cli import main; main()", *words],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, start_new_session=True,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100", **environ},
        )  # fmt: skip
        os.close(theirs)

    def until(self, text: str) -> None:
        """Read until the text was shown; fails after 30 seconds."""
        end = time.monotonic() + 30
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} was not shown:\n{self.shown}"
            self._read()

    def _read(self) -> bool:
        if not select.select([self._ours], [], [], 0.2)[0]:
            return True
        try:
            part = os.read(self._ours, 65536).decode(errors="replace")
        except OSError:
            return False
        self.shown += part.replace("\r\n", "\n")
        return bool(part)

    def type(self, text: str) -> None:
        """As a person would, with Enter."""
        os.write(self._ours, f"{text}\n".encode())

    def end(self) -> int:
        """Read to the end; the exit code."""
        while self.process.poll() is None:
            self._read()
        while select.select([self._ours], [], [], 0)[0] and self._read():
            pass
        os.close(self._ours)
        return self.process.returncode


@pytest.fixture
def server(tmp_path) -> Iterator[DemoServer]:
    with DemoServer("seerr") as server:
        (tmp_path / "evening.txt").write_text("Heat (1995)\nThe Thing (1982)\nAlien (1979)\nCoco (2017)\n")
        (tmp_path / "listsync.yaml").write_text(CONFIG.format(url=server.url))
        yield server


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "code", "sent"), [("y", 0, 4), ("n", 1, 0), ("", 1, 0)])
def test_apply_asks_first(server, tmp_path, answer, code, sent):
    """Nothing is sent before a yes; Enter alone is a no."""
    terminal = Terminal(["apply"], tmp_path, {"KEY": server.api_key})
    terminal.until("[y/N]")
    assert "Plan: 4 to request." in terminal.shown
    assert not server.calls.writes()
    terminal.type(answer)
    assert terminal.end() == code
    assert len(server.calls.writes()) == sent


@pytest.mark.slow
def test_another_key_may_be_typed(server, tmp_path):
    """A refused key is asked for, not shown while typed, used for this run, and where to put it is told."""
    terminal = Terminal(["plan"], tmp_path, {"KEY": "not-the-right-key"})
    terminal.until("API key for this run")
    terminal.type(server.api_key)
    assert terminal.end() == 0
    assert "Plan: 4 to request." in terminal.shown
    assert "server.api_key" in terminal.shown
    assert server.api_key not in terminal.shown


@pytest.mark.slow
def test_without_another_key_the_refusal_stands(server, tmp_path):
    """Enter gives up, with the message and exit code that a script would get."""
    terminal = Terminal(["plan"], tmp_path, {"KEY": "not-the-right-key"})
    terminal.until("API key for this run")
    terminal.type("")
    assert terminal.end() == 1
    assert "error: " in terminal.shown


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_apply_finishes_the_request_under_way_and_tells_what_is_left(server, tmp_path, number, code):
    """One signal: no request is torn apart, the report says what was not tried, the next apply does the rest."""
    server.people.set_latency(call=0.3)
    environ = {"KEY": server.api_key}
    terminal = Terminal(["apply", "--yes"], tmp_path, environ)
    end = time.monotonic() + 30
    while not server.people.all_requests() and time.monotonic() < end:
        terminal._read()
    os.kill(terminal.process.pid, number)
    assert terminal.end() == code
    assert "Stopping after the request under way" in terminal.shown
    assert "Not tried" in terminal.shown
    server.people.set_latency(call=0.0)
    assert Terminal(["apply", "--yes"], tmp_path, environ).end() == 0
    assert sorted(request["media"]["tmdbId"] for request in server.people.all_requests()) == [348, 949, 1091, 354912]
