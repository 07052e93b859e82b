"""Bring a file to the schema of this version. The common case costs one query; alembic is imported when it has work.

A migration runs in one transaction, so that a power cut leaves the old schema or the new one, after the file was copied
under the same lock that keeps other writers out. A new file gets the newest schema as it is, in one transaction too.
"""

import secrets
import sqlite3
from pathlib import Path

from reconciler.ledger.copying import copy
from reconciler.ledger.database import Database, connect
from reconciler.ledger.errors import LedgerError, LedgerNewer
from reconciler.ledger.tables import APPLICATION_ID, HEAD, METADATA

SCRIPTS = Path(__file__).with_name("migrations")


def migrate(database: Database, *, scripts: Path = SCRIPTS, head: str = HEAD) -> None:
    """Create or upgrade the schema where it is due. Raises LedgerNewer, LedgerError (another program's database)."""
    found = revision(database)
    if found not in {head, None}:
        _require_known(database, str(found), scripts)
    database.driver.execute("PRAGMA journal_mode = WAL")
    if found == head:
        return
    with database.transaction():
        found = revision(database)  # again: another process may have been quicker
        if found is None:
            create(database)
        elif found != head:
            _copy_before(database, found)
            upgrade(database, scripts)


def revision(database: Database) -> str | None:
    """The schema that a file has; None for one without any table."""
    driver = database.driver
    try:
        row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        if driver.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise _foreign(database.path) from None
        return None
    mine = driver.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if not mine or row is None:
        raise _foreign(database.path)
    return str(row[0])


def create(database: Database) -> None:
    """The newest schema at once: what all migrations together make of an empty file (a test compares the two)."""
    METADATA.create_all(database.connection, checkfirst=False)
    execute = database.driver.execute
    execute(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    execute("INSERT INTO alembic_version (version_num) VALUES (?)", (HEAD,))
    execute("INSERT INTO facts (name, value) VALUES ('lineage', ?)", (secrets.token_hex(16),))
    execute(f"PRAGMA application_id = {APPLICATION_ID}")


def upgrade(database: Database, scripts: Path = SCRIPTS) -> None:
    """Run the migrations that are due, on our connection and within our transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = database.connection
    command.upgrade(config, "head")


def copy_of(path: Path, found: str) -> Path:
    """Where the file is copied to before it leaves the schema `found`."""
    return path.with_name(f"{path.name}.before-{found}.bak")


def _copy_before(database: Database, found: str) -> None:
    """Through a second connection: ours is in the transaction that keeps everybody from writing in between."""
    source = connect(database.path, mode="rw")
    try:
        copy(source, copy_of(database.path, found))
    finally:
        source.close()


def _require_known(database: Database, found: str, scripts: Path) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(scripts)).walk_revisions()}
    if found not in known:
        raise LedgerNewer(database.path, found)


def _foreign(path: Path) -> LedgerError:
    return LedgerError(
        f"{path} is the database of another program", path=path, remedy="set `state.database` to a file of its own"
    )
