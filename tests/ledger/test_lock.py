import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.ledger import LedgerError, LedgerLocked, WriterLock

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from reconciler.ledger import WriterLock
with WriterLock(Path(sys.argv[1]), holder="apply, pid 7 on nas since 12:03"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_writer_is_refused_at_once_and_told_who_holds_the_lock(path: Path):
    with WriterLock(path, holder="apply, pid 7 on nas since 12:03"):
        with pytest.raises(LedgerLocked, match="apply, pid 7 on nas since 12:03") as caught:
            WriterLock(path, holder="run").__enter__()
        assert caught.value.holder == "apply, pid 7 on nas since 12:03"
    with WriterLock(path, holder="run"):
        pass


def test_the_lock_is_free_at_once_after_its_holder_was_killed(path: Path):
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LedgerLocked, match="nas"):
            WriterLock(path, holder="run").__enter__()
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    with WriterLock(path, holder="run"), pytest.raises(LedgerLocked, match=r"\(run\)"):
        WriterLock(path, holder="apply").__enter__()


def test_a_holder_whose_note_cannot_be_read_still_holds(path: Path):
    with WriterLock(path, holder="apply"):
        path.with_name(f"{path.name}.holder").write_text("[]")
        with pytest.raises(LedgerLocked, match="has not said"):
            WriterLock(path, holder="run").__enter__()


def test_a_lock_that_cannot_be_written_is_no_lock_held_by_somebody(tmp_path: Path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(LedgerError, match="is a file, not a folder"):
        WriterLock(tmp_path / "data" / "listsync.db", holder="apply").__enter__()


def test_naming_the_errors_and_the_lock_costs_no_database_library():
    code = (
        "import sys; from reconciler.ledger import LedgerError, LedgerLocked, WriterLock, open_ledger; "
        "print(sorted({'sqlmodel', 'sqlalchemy', 'alembic', 'sqlite3'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
