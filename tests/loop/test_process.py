"""The loop as a process: signals, its sign of life, and what others may do beside it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconciler.ledger import open_ledger
from tests.loop.house import House
from tests.providers.site import Answer, Site, document, serving

ROOT = Path(__file__).parents[2]
MATRIX, INCEPTION = "movie:tmdb:603", "movie:tmdb:27205"


class Process:
    """`listsync` in a folder of its own."""

    def __init__(self, house: House) -> None:
        self.folder = house.folder
        self.environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "KEY": house.server.api_key,
            "HOME": str(house.folder),
        }
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *words: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", "from reconciler.cli import main; main()", *words],
            cwd=self.folder,
            env=self.environ,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.running.append(process)
        return process

    def call(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        out, err = process.communicate(timeout=30)
        return process.returncode, out + err

    @property
    def database(self) -> Path:
        return self.folder / "data" / "listsync.db"


@pytest.fixture
def process(house: House) -> Iterator[Process]:
    made = Process(house)
    yield made
    for one in made.running:
        if one.poll() is None:
            one.kill()
        one.communicate()


def until(true: Callable[[], object], seconds: float = 25) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def ended(process: "subprocess.Popen[str]", within: float = 8) -> tuple[int, float]:
    began = time.monotonic()
    process.communicate(timeout=within)
    return process.returncode, time.monotonic() - began


@pytest.mark.slow
def test_it_says_that_it_lives_takes_wishes_and_signals_and_ends_with_0(house: House, process: Process) -> None:
    house.holds("top", MATRIX)
    house.write()
    loop = process.start("run")
    until(lambda: len(house.requests()) == 1)
    until(lambda: (process.folder / "data" / "listsync.db.heartbeat").exists())
    code, said = process.call("healthcheck")
    assert (code, "alive: run, pid" in said) == (0, True), said

    house.holds("top", MATRIX, INCEPTION)
    code, said = process.call("reconcile", "top")
    assert code == 0, said
    until(lambda: len(house.requests()) == 2)

    code, said = process.call("run")
    assert (code, "run, pid" in said) == (4, True), said

    house.holds("more", "movie:tmdb:438631")
    house.write()
    loop.send_signal(signal.SIGHUP)
    until(lambda: len(house.requests()) == 3)

    loop.send_signal(signal.SIGTERM)
    code, took = ended(loop)
    assert (code, took < 8) == (0, True)
    assert process.call("healthcheck")[0] == 1
    assert process.call("reconcile")[0] == 4


@pytest.mark.slow
def test_a_stop_in_the_middle_of_sending_finishes_that_request_and_no_other(house: House, process: Process) -> None:
    house.server.people.set_latency(call=0.0)
    house.holds("top", *(f"tmdb:{number}" for number in (603, 27205, 438631, 949, 841, 550, 680, 13)))
    house.write()
    house.server.faults.add("slow", method="POST", path="/request", nth=3, seconds=1.0)
    loop = process.start("run")
    until(lambda: house.server.count("/request", "POST") >= 2)
    time.sleep(0.2)
    loop.send_signal(signal.SIGTERM)
    code, took = ended(loop)
    assert (code, took < 8) == (0, True)
    assert 2 <= len(house.requests()) < 8
    with open_ledger(process.database, server="main") as ledger:
        assert ledger.open_intents() == ()
        assert len(ledger.records()) == len(house.requests())


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_second_signal_ends_it_at_once_and_the_next_start_is_well(
    house: House, process: Process, number: signal.Signals, code: int
) -> None:
    hanging = Answer(hang=True)
    with serving(lambda asked: hanging) as site:
        house.yaml["providers"] = {"stevenlu": {"base_url": site.url}}
        house.yaml["lists"]["popular"] = {"source": "stevenlu"}
        house.write()
        loop = process.start("run")
        until(lambda: site.asked)
        loop.send_signal(number)
        time.sleep(0.3)
        loop.send_signal(number)
        assert ended(loop, 2)[0] == code
        site.answer = lambda asked: document('[{"title": "The Matrix", "tmdb_id": 603}]')
        assert process.call("run", "--once")[0] == 0
    assert house.requests() == [("movie", 603)]


@pytest.mark.slow
def test_a_fetch_that_hangs_does_not_keep_it_from_ending_within_eight_seconds(house: House, process: Process) -> None:
    with serving(lambda asked: Answer(hang=True)) as site:
        house.yaml["providers"] = {"stevenlu": {"base_url": site.url}}
        house.yaml["lists"]["popular"] = {"source": "stevenlu"}
        house.write()
        loop = process.start("run")
        until(lambda: site.asked)
        loop.send_signal(signal.SIGTERM)
        code, took = ended(loop)
        assert (code, took < 8) == (0, True)


@pytest.mark.slow
def test_once_is_one_pass_with_the_exit_code_of_its_result(house: House, process: Process) -> None:
    house.holds("top", MATRIX)
    house.write()
    code, said = process.call("run", "--once")
    assert code == 0, said
    assert house.requests() == [("movie", 603)]
    process.environ["AUTOMATED_MODE"] = "false"
    assert process.call("run")[0] == 0
    house.holds("gone", MATRIX)
    house.write()
    (process.folder / "gone.txt").unlink()
    assert process.call("run")[0] == 3
    house.server.stop()
    assert process.call("run")[0] == 1
    (process.folder / "listsync.yaml").write_text("version: 1\n")
    code, said = process.call("run")
    assert (code, "listsync.yaml:" in said) == (1, True)


def test_healthcheck_is_quick_and_imports_next_to_nothing(house: House, process: Process) -> None:
    heavy = "{'pydantic', 'sqlalchemy', 'httpx', 'ruamel', 'rich'} & set(sys.modules)"
    code = f"import sys\nfrom reconciler.cli import run\nrun(['healthcheck'])\nprint({heavy})"
    process.environ["LISTSYNC_HEARTBEAT"] = str(process.folder / "heartbeat")
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=process.folder,
        env=process.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines()[-1] == "set()"


def passes_of(loop: "subprocess.Popen[str]") -> list[int]:
    """The processes that make passes for this loop."""
    return [int(pid) for pid in Path(f"/proc/{loop.pid}/task/{loop.pid}/children").read_text().split()]


def hanging_pass(house: House, process: Process, site: Site) -> tuple["subprocess.Popen[str]", int]:
    """A loop in the middle of a pass that will not end by itself."""
    house.yaml["providers"] = {"stevenlu": {"base_url": site.url}}
    house.yaml["lists"]["popular"] = {"source": "stevenlu"}
    house.write()
    loop = process.start("run")
    until(lambda: site.asked)
    (made_by,) = passes_of(loop)
    return loop, made_by


@pytest.mark.slow
def test_between_passes_the_loop_holds_neither_titles_nor_the_libraries_that_a_pass_needs(
    house: House, process: Process
) -> None:
    house.holds("top", MATRIX)
    house.write()
    loop = process.start("run")
    until(lambda: len(house.requests()) == 1)
    until(lambda: not passes_of(loop))
    mapped = Path(f"/proc/{loop.pid}/maps").read_text()
    assert "pydantic" in mapped
    assert not [line for line in mapped.splitlines() if "sqlalchemy" in line or "rapidfuzz" in line]


@pytest.mark.slow
def test_a_pass_whose_process_is_killed_is_a_failed_tick_and_the_next_one_is_well(
    house: House, process: Process
) -> None:
    with serving(lambda asked: Answer(hang=True)) as site:
        loop, made_by = hanging_pass(house, process, site)
        os.kill(made_by, signal.SIGKILL)
        heartbeat = process.folder / "data" / "listsync.db.heartbeat"
        until(lambda: "SIGKILL" in heartbeat.read_text())
        site.answer = lambda asked: document('[{"title": "The Matrix", "tmdb_id": 603}]')
        loop.send_signal(signal.SIGHUP)
        until(lambda: house.requests() == [("movie", 603)])
        assert loop.poll() is None


@pytest.mark.slow
def test_a_loop_that_is_killed_takes_the_pass_under_way_with_it(house: House, process: Process) -> None:
    with serving(lambda asked: Answer(hang=True)) as site:
        loop, made_by = hanging_pass(house, process, site)
        loop.kill()
        until(lambda: not Path(f"/proc/{made_by}/cmdline").exists() or not Path(f"/proc/{made_by}/cmdline").read_text())
