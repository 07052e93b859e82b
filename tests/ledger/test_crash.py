"""A killed process leaves what it had committed, whole, and nothing else."""

import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from reconciler.ledger import open_ledger

ROOT = Path(__file__).parents[2]

WRITE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from ledger.samples import event, intent, record
from reconciler.ledger import open_ledger

with open_ledger(Path(sys.argv[1]), server="main") as ledger:
    tmdb = 1 + max((key.tmdb for key in ledger.records()), default=0)
    while True:
        with ledger.writing() as write:
            opened = write.open_intent(intent(tmdb))
        print("intent", tmdb, flush=True)
        with ledger.writing() as write:
            write.settle_intent(opened.id, "created")
            write.put_record(record(tmdb))
            write.add_event(event(tmdb))
        print("record", tmdb, flush=True)
        tmdb += 1
"""

HANG = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from ledger.samples import event, record
from reconciler.ledger import open_ledger

with open_ledger(Path(sys.argv[1]), server="main") as ledger, ledger.writing() as write:
    for tmdb in range(1, 2000):
        write.put_record(record(tmdb))
        write.add_event(event(tmdb))
    print("in the middle", flush=True)
    sys.stdin.read()
"""

OPEN = """
import sys
from pathlib import Path
from reconciler.ledger import open_ledger
sys.stdin.readline()
with open_ledger(Path(sys.argv[1]), server="main") as ledger:
    print(ledger.lineage)
"""


def read_for(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Let it work until its first line and a little longer; what it says is left to read."""
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], 20)[0]
    select.select([], [], [], seconds)


def test_killed_at_any_moment_everything_that_was_said_is_there_and_record_event_and_intent_agree(path: Path):
    chance = random.Random(7)
    for _ in range(4):
        command = [sys.executable, "-c", WRITE, str(path), str(ROOT / "tests")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as writer:
            read_for(writer, chance.uniform(0, 0.1))
            os.kill(writer.pid, signal.SIGKILL)
            said = [line.split() for line in writer.stdout.read().decode().splitlines() if line]
        with open_ledger(path, server="main") as ledger:
            ledger.check()
            recorded = {key.tmdb for key in ledger.records()}
            told = {one.key.tmdb for one in ledger.events()}
            still_open = {one.key.tmdb for one in ledger.open_intents()}
            assert recorded == told
            assert {int(tmdb) for what, tmdb in said if what == "record"} <= recorded
            assert {int(tmdb) for what, tmdb in said if what == "intent"} <= recorded | still_open
            with ledger.writing() as write:
                for one in ledger.open_intents():
                    write.settle_intent(one.id, "lost")


def test_killed_in_the_middle_of_a_transaction_nothing_of_it_is_there_and_the_next_writer_need_not_wait(path: Path):
    command = [sys.executable, "-c", HANG, str(path), str(ROOT / "tests")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as writer:
        assert writer.stdout.readline() == b"in the middle\n"
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    with open_ledger(path, server="main", busy_timeout=0) as ledger:
        assert (ledger.records(), ledger.events()) == ({}, ())
        ledger.memory("imdb").put_many({"a": "b"})
        ledger.check()


def test_processes_that_open_a_new_ledger_at_once_agree_on_one(path: Path):
    command = [sys.executable, "-c", OPEN, str(path)]
    opening = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(4)
    ]
    for process in opening:
        process.stdin.write("go\n")
        process.stdin.flush()
    lineages = {process.communicate()[0] for process in opening}
    assert [process.returncode for process in opening] == [0, 0, 0, 0]
    assert len(lineages) == 1


def test_killed_before_the_file_had_any_table_it_is_made_as_if_new(path: Path):
    path.parent.mkdir()
    path.write_bytes(b"")
    with open_ledger(path, server="main") as ledger:
        assert ledger.lineage
    path.unlink()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.close()
    with open_ledger(path, server="main") as ledger:
        assert ledger.lineage
