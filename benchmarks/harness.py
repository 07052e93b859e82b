"""What the benchmarks share: a server in a process of its own, a measured child, a table.

Imports nothing heavy, since a child's peak memory is counted from its parent's."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[1]
LISTSYNC = (sys.executable, "-c", "from reconciler.cli import main; main()")
MB = 1024 * 1024


@dataclass(frozen=True)
class Ran:
    """How a child did."""

    seconds: float
    cpu: float
    """Seconds of processor time: what stays the same on a busy machine."""
    megabytes: float
    """Peak resident memory."""
    code: int
    output: str


@dataclass
class Process:
    """A helper process that prints one JSON line when it is ready, and ends when its input closes."""

    told: dict[str, Any]
    child: "subprocess.Popen[str]"

    @classmethod
    @contextmanager
    def running(cls, module: str, *words: object) -> Iterator[Self]:
        child = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            yield cls(json.loads(child.stdout.readline()), child)
        finally:
            child.stdin.close()
            child.wait(timeout=30)

    def calls(self) -> list[dict[str, Any]]:
        """What an embedded server was asked since the last time; counted from anew."""
        found: list[dict[str, Any]] = self._control("GET", "calls")["calls"]
        self._control("DELETE", "calls")
        return found

    def _control(self, method: str, path: str) -> Any:
        with urlopen(Request(f"{self.told['url']}/_demo/{path}", method=method), timeout=30) as answer:
            return json.load(answer)


def run(command: Sequence[str], *, cwd: Path | None = None, **environ: str) -> Ran:
    """Run a child to its end; wall time from its start, as a person waits for it."""
    with tempfile.TemporaryFile("w+") as said:
        begun = time.perf_counter()
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ},
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return Ran(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, child.returncode, said.read())


def listsync(house: Path, *words: str) -> Ran:
    """A command of listsync in a household's folder; anything but an exit code of 0 ends the benchmark."""
    ran = run([*LISTSYNC, *words], cwd=house)
    if ran.code != 0:
        sys.exit(f"listsync {' '.join(words)} ended with {ran.code}:\n{ran.output}")
    return ran


@contextmanager
def household(server: Process, titles: Sequence[dict[str, object]]) -> Iterator[Path]:
    """A folder with a configuration whose one list holds these titles."""
    with tempfile.TemporaryDirectory(prefix="listsync-benchmark-") as name:
        folder = Path(name)
        (folder / "list.json").write_text(json.dumps(titles), "utf-8")
        config = {
            "version": 1,
            "server": {"url": server.told["url"], "api_key": server.told["api_key"]},
            "lists": {"list": {"source": "file:list.json"}},
            "rails": {"budget": {"first_run": "unlimited"}},
            "log": {"level": "warning"},
        }
        (folder / "listsync.yaml").write_text(json.dumps(config), "utf-8")
        yield folder


def table(title: str, lines: Sequence[tuple[str, str, str, str]]) -> None:
    """Print what was measured beside its baseline or limit, and their ratio."""
    rows = [("", "measured", "baseline or limit", "ratio"), *lines]
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join([row[0].ljust(widths[0]), *(row[n].rjust(widths[n]) for n in (1, 2, 3))]))


def line(what: str, measured: float, against: float, unit: str) -> tuple[str, str, str, str]:
    """A row of the table."""
    return what, f"{measured:,.2f} {unit}", f"{against:,.2f} {unit}", f"{measured / against:.2f}" if against else ""


def machine() -> str:
    """The kind of machine, for the record."""
    model = next(
        (row.partition(":")[2].strip() for row in _lines("/proc/cpuinfo") if row.startswith("model name")),
        os.uname().machine,
    )
    memory = next((int(row.split()[1]) for row in _lines("/proc/meminfo") if row.startswith("MemTotal")), 0)
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} × {model}, {memory / MB:.0f} GB, Python {sys.version.split()[0]}, load {load:.1f} before"


def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines() if Path(path).exists() else []
