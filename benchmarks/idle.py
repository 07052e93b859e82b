"""What `listsync run` takes while it has nothing to do: memory and processor time of the real process."""

import argparse
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

from benchmarks.harness import LISTSYNC, ROOT, Process, household, line, machine, table

PORT = 8799
PAGES = ("livez", "readyz", "metrics", "status", "")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--movies", type=int, nargs="+", default=[100, 5000, 20000])
    options.add_argument("--seconds", type=int, default=60, help="of rest, for the processor time")
    options.add_argument("--passes", type=int, default=20, help="after which memory is looked at again")
    given = options.parse_args()
    print(machine())
    for movies in given.movies:
        for http in (False, True):
            measured(movies, given.seconds, given.passes, http=http)


def measured(movies: int, seconds: int, passes: int, *, http: bool) -> None:
    """One loop over titles that are all in place already."""
    titles: list[dict[str, object]] = [
        {"title": f"Film number {n}", "year": 2001, "tmdb_id": n} for n in range(1, movies + 1)
    ]
    with (
        Process.running("benchmarks.server", "--movies", movies, "--in-place") as server,
        household(server, titles) as house,
    ):
        if http:
            file = house / "listsync.yaml"
            file.write_text(json.dumps(json.loads(file.read_text()) | {"run": {"http": f"127.0.0.1:{PORT}"}}))
        with running(house) as loop:
            worked = until_ticks(house, loop.pid, 1)
            first = memory(loop.pid)
            for number in range(2, passes + 2):
                loop.send_signal(signal.SIGHUP)
                until_ticks(house, loop.pid, number)
            if http:
                for page in PAGES * 5:
                    urlopen(f"http://127.0.0.1:{PORT}/{page}", timeout=30).read()
            later = memory(loop.pid)
            spent, began = processor(loop.pid), time.monotonic()
            time.sleep(seconds)
            share = 100 * (processor(loop.pid) - spent) / (time.monotonic() - began)
            peak = memory(loop.pid, "status")["VmHWM"]
            began = time.monotonic()
            loop.terminate()
            code = loop.wait(20)
            stopped = time.monotonic() - began
        page = ", page looked at" if http else ""
        table(
            f"at rest, {movies:,} movies in place{', run.http' if http else ''}",
            [
                line("resident after the first pass", first["Rss"], 70, "MB"),
                line(f"resident after {passes} more{page}", later["Rss"], 70, "MB"),
                line("… its proportional share", later["Pss"], 70, "MB"),
                line("… its own, written", later["Private_Dirty"], 70, "MB"),
                line("the loop's own peak", peak, 120, "MB"),
                line("peak of the first pass, in its own process", worked, 250, "MB"),
                line("share of a core", share, 0.1, "%"),
                line(f"until stopped (exit code {code})", stopped, 8, "s"),
            ],
        )


@contextmanager
def running(house: Path) -> "Iterator[subprocess.Popen[bytes]]":
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LISTSYNC_HEARTBEAT": str(house / "heartbeat")}
    loop = subprocess.Popen([*LISTSYNC, "run"], cwd=house, env=environ, stderr=subprocess.DEVNULL)
    try:
        yield loop
    finally:
        if loop.poll() is None:
            loop.kill()
            loop.wait()


def until_ticks(house: Path, loop: int, number: int) -> float:
    """That many ticks are over, by the sign of life. The peak of the processes that made the passes meanwhile."""
    peak, end = 0.0, time.monotonic() + 120
    while time.monotonic() < end:
        time.sleep(0.05)
        for child in Path(f"/proc/{loop}/task/{loop}/children").read_text().split():
            with suppress(OSError):
                peak = max(peak, memory(int(child), "status").get("VmHWM", 0.0))
        try:
            told = json.loads((house / "heartbeat").read_text())
        except (OSError, ValueError):
            continue
        if told["ticks"] >= number and not told["busy"]:
            time.sleep(0.5)
            return peak
    raise TimeoutError(f"tick {number} did not end")


def memory(pid: int, file: str = "smaps_rollup") -> dict[str, float]:
    """Megabytes, by the kernel's names."""
    text = Path(f"/proc/{pid}/{file}").read_text()
    return {name: int(size) / 1024 for name, size in re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE)}


def processor(pid: int) -> float:
    """Seconds so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
