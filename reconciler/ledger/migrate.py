"""Bring a file to the schema of this version. The common case costs one query; alembic is imported when it has work.

A migration runs in one transaction, so that a power cut leaves the old schema or the new one, after the file was copied
under the same lock that keeps other writers out.
"""

import os
import secrets
import sqlite3
from pathlib import Path

from reconciler.ledger.database import Database, connect
from reconciler.ledger.errors import LedgerCorrupt, LedgerNewer
from reconciler.ledger.tables import APPLICATION_ID, HEAD, METADATA

SCRIPTS = Path(__file__).with_name("migrations")


def migrate(database: Database) -> None:
    """Create or upgrade the schema where it is due. LedgerNewer, LedgerCorrupt (another program's database)."""
    if revision(database.driver, database.path) == HEAD:
        return
    _use_write_ahead_log(database.driver)
    with database.transaction():
        found = revision(database.driver, database.path)
        if found == HEAD:
            return
        if found is not None:
            _require_known(found, database.path)
            copy(database.path, copy_of(database.path, found))
        _upgrade(database)
        if found is None:
            _sign(database.driver)


def create_in_memory(database: Database) -> None:
    """The newest schema without migrations, for a ledger that is empty and never written to disk."""
    with database.transaction():
        METADATA.create_all(database.connection)
        _sign(database.driver)


def revision(driver: sqlite3.Connection, path: Path) -> str | None:
    """The schema that a file has; None for one without any table."""
    try:
        row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        if driver.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise LedgerCorrupt(path, "it is another program's database") from None
        return None
    mine = driver.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if not mine or row is None:
        raise LedgerCorrupt(path, "it is another program's database")
    return str(row[0])


def copy_of(path: Path, found: str) -> Path:
    """Where the file is copied to before it leaves the schema `found`."""
    return path.with_name(f"{path.name}.before-{found}.bak")


def copy(path: Path, target: Path) -> None:
    """A consistent copy of all that is committed, for its owner alone; an existing target is replaced at the end."""
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        source = connect(path, mode="ro")
        try:
            sink = sqlite3.connect(draft)
            try:
                source.backup(sink)
                sink.execute("PRAGMA journal_mode = DELETE")
            finally:
                sink.close()
        finally:
            source.close()
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _use_write_ahead_log(driver: sqlite3.Connection) -> None:
    """Lasting: the file remembers it."""
    driver.execute("PRAGMA journal_mode = WAL")


def _sign(driver: sqlite3.Connection) -> None:
    """Say whose file it is, and give it a name that no other has."""
    driver.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    driver.execute("INSERT INTO facts (name, value) VALUES ('lineage', ?)", (secrets.token_hex(16),))


def _require_known(found: str, path: Path) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}
    if found not in known:
        raise LedgerNewer(path, found)


def _upgrade(database: Database) -> None:
    """Run what is due, on our connection and within our transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = database.connection
    command.upgrade(config, "head")
