"""One schema, however a file came to it; and no way from one to the next that loses something."""

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from reconciler.ledger import LedgerNewer, open_ledger
from reconciler.ledger.database import Database, connect
from reconciler.ledger.migrate import SCRIPTS, copy_of, migrate, upgrade
from reconciler.ledger.tables import HEAD, METADATA

from .samples import event, list_state, record, snapshot

ROOT = Path(__file__).parents[2]

NEXT = '''
"""Adds a column, and fails halfway when the ledger says so."""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("records", sa.Column("mood", sa.String(), nullable=True))
    if op.get_bind().execute(sa.text("SELECT 1 FROM settings WHERE name = 'fail'")).first():
        raise RuntimeError("halfway")
    op.execute("UPDATE records SET mood = 'good'")
'''


def migrated(path: Path) -> sqlite3.Connection:
    """A file that all migrations were run on, one by one."""
    sqlite3.connect(path).close()
    database = Database(path, connect(path, mode="rw"))
    with database.transaction():
        upgrade(database)
    database.close()
    return sqlite3.connect(path)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    scripts = tmp_path / "migrations"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "v0002_mood.py").write_text(NEXT)
    return scripts


@pytest.fixture
def old(path: Path) -> Path:
    with open_ledger(path, server="main") as ledger:
        with ledger.writing() as write:
            write.put_record(record())
            write.add_event(event())
        ledger.save_list_state(list_state(trusted=snapshot("a")))
    return path


def migrate_file(path: Path, scripts: Path) -> None:
    database = Database(path, connect(path, mode="rw"))
    try:
        migrate(database, scripts=scripts, head="0002")
    finally:
        database.close()


def test_the_models_and_the_migrations_describe_one_schema(tmp_path: Path):
    database = Database(tmp_path / "x.db", connect(tmp_path, mode="memory"))
    with database.transaction():
        upgrade(database)
    context = MigrationContext.configure(
        database.connection, opts={"compare_type": True, "compare_server_default": True}
    )
    assert compare_metadata(context, METADATA) == []
    database.close()


def test_a_new_file_has_to_the_letter_the_schema_that_migrations_make(path: Path, tmp_path: Path):
    """Triggers and partial indexes included, which alembic's own comparison passes over."""

    def schema(raw: sqlite3.Connection) -> set[tuple[str, str]]:
        rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        raw.close()
        return {(name, "".join(sql.split())) for name, sql in rows}

    open_ledger(path, server="main").close()
    assert schema(sqlite3.connect(path)) == schema(migrated(tmp_path / "migrated.db"))


def test_the_newest_migration_is_the_one_that_a_current_file_names():
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == HEAD


def test_a_migration_keeps_every_row_and_copies_the_file_before(old: Path, newer: Path):
    migrate_file(old, newer)
    raw = sqlite3.connect(old)
    assert raw.execute("SELECT key, mood FROM records").fetchall() == [("movie:tmdb:603", "good")]
    assert raw.execute("SELECT count(*) FROM events").fetchone() == (1,)
    assert raw.execute("SELECT count(*) FROM contents").fetchone() == (1,)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [("0002",)]
    raw.close()
    copy = copy_of(old, "0001")
    assert copy.stat().st_mode & 0o777 == 0o600
    with pytest.raises(LedgerNewer, match=r"before-…\.bak"):
        open_ledger(old, server="main")
    copy.replace(old)
    with open_ledger(old, server="main") as back:
        assert len(back.records()) == len(back.events()) == len(back.list_states()) == 1


def test_a_migration_that_fails_halfway_leaves_the_old_schema_working(old: Path, newer: Path):
    with open_ledger(old, server="main") as ledger, ledger.writing() as write:
        write.put_setting("fail", "yes")
    with pytest.raises(RuntimeError, match="halfway"):
        migrate_file(old, newer)
    with open_ledger(old, server="main") as ledger:
        assert len(ledger.records()) == 1
        assert ledger.setting("fail") == "yes"


def test_a_current_file_and_a_new_one_are_opened_without_alembic(path: Path):
    code = (
        "import sys; from pathlib import Path; from reconciler.ledger import open_ledger; "
        "path = Path(sys.argv[1]); open_ledger(path, server='main').close(); open_ledger(path, server='main').close(); "
        "print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"
