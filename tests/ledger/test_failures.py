"""Whatever is wrong with the file, the folder or the disk: a LedgerError that names the place and the way back."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.ledger import (
    Ledger,
    LedgerBusy,
    LedgerCorrupt,
    LedgerError,
    LedgerFull,
    LedgerNewer,
    open_ledger,
    open_reader,
)

from .samples import list_state, movie, record, snapshot

ROOT = Path(__file__).parents[2]


def fill(ledger: Ledger, last: int = 2000) -> None:
    """Records, each lasting by itself, until something stops it."""
    for tmdb in range(1, last):
        with ledger.writing() as write:
            write.put_record(record(tmdb, title="x" * 4000))


def fill_at_once(ledger: Ledger) -> None:
    with ledger.writing() as write:
        for tmdb in range(1, 200):
            write.put_record(record(tmdb, title="x" * 4000))


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=640k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs to mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_loses_nothing_that_was_recorded_and_goes_on_once_there_is_space(tiny_disk: Path):
    ballast = tiny_disk / "ballast"
    ballast.write_bytes(b"x" * 200_000)
    path = tiny_disk / "listsync.db"
    with open_ledger(path, server="main") as ledger:
        with pytest.raises(LedgerFull, match="free some space") as caught:
            fill(ledger)
        assert str(path) in str(caught.value)
        before = ledger.records()
        assert len(before) > 5
        ballast.unlink()
        fill(ledger, last=10)
    with open_ledger(path, server="main") as again:
        assert again.records().keys() == before.keys()
        again.check()


def test_a_disk_too_full_for_a_new_ledger_says_so(tiny_disk: Path):
    (tiny_disk / "ballast").write_bytes(b"x" * 620_000)
    with pytest.raises(LedgerFull):
        open_ledger(tiny_disk / "listsync.db", server="main")


def test_a_database_that_may_not_grow_any_more_rolls_back_and_says_so(ledger: Ledger):
    ledger._database.driver.execute("PRAGMA max_page_count = 100")
    with pytest.raises(LedgerFull):
        fill_at_once(ledger)
    assert ledger.records() == {}
    with ledger.writing() as write:
        write.put_record(record())
    assert movie() in ledger.records()


@pytest.mark.parametrize("garbage", [b"PK\x03\x04 this is no database" * 400, b"a note\n"])
def test_a_file_that_is_no_database_is_refused_with_the_way_back_and_left_alone(path: Path, garbage: bytes):
    path.parent.mkdir()
    path.write_bytes(garbage)
    for opened in (open_ledger, open_reader):
        with pytest.raises(LedgerCorrupt, match="Losing the ledger is survivable") as caught:
            opened(path, server="main")
        assert str(path) in str(caught.value)
    assert path.read_bytes() == garbage


def test_a_damaged_file_is_told_apart_from_a_mistake_of_ours(path: Path):
    with open_ledger(path, server="main") as ledger, ledger.writing() as write:
        for tmdb in range(1, 200):
            write.put_record(record(tmdb))
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\x99" * 40_000 + whole[48_192:])
    with pytest.raises(LedgerCorrupt), open_ledger(path, server="main") as ledger:
        ledger.check()
    with pytest.raises(LedgerCorrupt), open_ledger(path, server="main") as ledger:
        ledger.records()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LedgerCorrupt), open_ledger(path, server="main") as ledger:
        ledger.records()


def test_rows_that_were_tampered_with_are_an_error_never_a_value(ledger: Ledger, path: Path):
    with ledger.writing() as write:
        write.put_record(record())
    ledger.save_list_state(list_state(trusted=snapshot("a")))
    raw = sqlite3.connect(path)
    raw.execute("UPDATE records SET state = 'lost'")
    raw.execute("UPDATE contents SET items = x'00'")
    raw.commit()
    raw.close()
    with pytest.raises(LedgerCorrupt, match="not what listsync writes"):
        ledger.records()
    with pytest.raises(LedgerCorrupt, match="contents"):
        ledger.list_states()


def test_another_programs_database_is_refused_and_left_alone(path: Path):
    path.parent.mkdir()
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE movies (id INTEGER)")
    raw.close()
    before = path.read_bytes()
    for opened in (open_ledger, open_reader):
        with pytest.raises(LedgerError, match=r"database of another program: set `state.database`"):
            opened(path, server="main")
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused_and_left_alone(path: Path):
    open_ledger(path, server="main").close()
    raw = sqlite3.connect(path)
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    before = path.read_bytes()
    for opened in (open_ledger, open_reader):
        with pytest.raises(LedgerNewer, match="9999"):
            opened(path, server="main")
    assert path.read_bytes() == before


def test_a_folder_in_the_files_place_is_named(tmp_path: Path):
    for opened in (open_ledger, open_reader):
        with pytest.raises(LedgerError, match=r"is a folder: set `state.database` to a file"):
            opened(tmp_path, server="main")


def test_a_file_in_a_folders_place_is_named(tmp_path: Path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(LedgerError, match="is a file, not a folder"):
        open_ledger(tmp_path / "data" / "listsync.db", server="main")


def test_a_database_that_another_program_holds_is_told_after_the_wait(ledger: Ledger, path: Path):
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    with open_ledger(path, server="main", busy_timeout=0.01) as impatient:
        assert impatient.records() == {}
        with pytest.raises(LedgerBusy, match="locked by another program"), impatient.writing() as write:
            write.put_record(record())
        raw.execute("ROLLBACK")
        with impatient.writing() as write:
            write.put_record(record())
    raw.close()


SCRIPT = """
import os, sys
from pathlib import Path
import reconciler.ledger.opening
from reconciler.ledger import LedgerReadOnly, open_ledger, open_reader
from schemas.media import Key

if os.geteuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
path = Path(sys.argv[1])
try:
    open_ledger(path, server="main")
except LedgerReadOnly as error:
    print(error)
with open_reader(path, server="main") as reader:
    print(len(reader.records()))
    try:
        reader.memory("imdb").put_many({"a": "b"})
    except LedgerReadOnly as error:
        print("not kept")
"""


@pytest.mark.parametrize("in_use", [False, True])
def test_where_nothing_can_be_written_readers_read_and_writers_say_why_not(in_use: bool):
    """In a process of a user without permissions, since root has them all."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as open_meanwhile:
        path = Path(folder) / "data" / "listsync.db"
        ledger = open_meanwhile.enter_context(open_ledger(path, server="main"))
        with ledger.writing() as write:
            write.put_record(record())
        if not in_use:
            ledger.close()
        Path(folder).chmod(0o755)
        for made in path.parent.iterdir():
            made.chmod(0o444)
        path.parent.chmod(0o555)
        command = [sys.executable, "-c", SCRIPT, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        path.parent.chmod(0o755)
    assert done.returncode == 0, done.stderr
    why, count, kept = done.stdout.splitlines()
    assert str(path) in why
    assert "cannot be written" in why
    assert (count, kept) == ("1", "not kept")
