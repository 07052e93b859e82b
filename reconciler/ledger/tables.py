"""The tables. A row is how a shape is kept, never a shape: SQLModel does not validate what enters a table, so all
passes the mappers of `rows.py` and `lists.py` on its way in and out. Keys are kept in their text form, times as UTC
text of fixed width (it sorts as it should, and people can read it in any SQLite browser), small structures as JSON."""

from typing import Any, ClassVar, cast

from sqlalchemy import DDL, ForeignKeyConstraint, Index, MetaData, Table, event, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

APPLICATION_ID = 0x4C53594E
"""`LSYN`: how the file says that it is ours (PRAGMA application_id)."""

HEAD = "0001"
"""The newest migration: what an up-to-date file says. A test holds it against `migrations/versions`."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=NAMING)


class Row(SQLModel, registry=registry(metadata=METADATA)):
    """The base of all tables, apart from every other SQLModel of the process."""


class Fact(Row, table=True):
    """Facts about the file itself: `lineage`, `pruned_before`."""

    __tablename__ = "facts"

    name: str = Field(primary_key=True)
    value: str


class Server(Row, table=True):
    """Media servers by their name in the configuration."""

    __tablename__ = "servers"

    name: str = Field(primary_key=True)
    fingerprint: str


class RecordRow(Row, table=True):
    """What we remember of a key."""

    __tablename__ = "records"

    server: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    title: str
    year: int | None
    state: str
    reason: str | None
    since: str
    serial: int
    seasons: str
    sponsors: str
    lead: str | None
    terms: str
    options: str
    requests: str
    retries: int
    retried_at: str | None


class IntentRow(Row, table=True):
    """Writes to the server: noted before they are sent, closed once their outcome is known, kept as history."""

    __tablename__ = "intents"
    __table_args__: ClassVar[Any] = (
        Index("ix_intents_open", "server", "id", sqlite_where=text("closed_at IS NULL")),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    server: str
    run: str
    key: str
    action: str
    request: str | None
    request_id: int | None
    mark: int
    sent_at: str
    title: str
    year: int | None
    sponsors: str
    lead: str | None
    terms: str
    outcome: str | None
    closed_at: str | None


class EventRow(Row, table=True):
    """What happened, in order. Triggers refuse changes, and deletions above the horizon of retention."""

    __tablename__ = "events"
    __table_args__: ClassVar[Any] = (
        Index("ix_events_key", "server", "key", "id", sqlite_where=text("key IS NOT NULL")),
        Index("ix_events_list", "server", "list", "id", sqlite_where=text("list IS NOT NULL")),
        Index("ix_events_run", "server", "run", "id", sqlite_where=text("run IS NOT NULL")),
        Index("ix_events_at", "server", "at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    server: str
    at: str
    run: str | None
    type: str
    key: str | None
    list: str | None
    reason: str | None
    message: str
    data: str


class RefusalRow(Row, table=True):
    """The server's no to a request."""

    __tablename__ = "refusals"

    server: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    reason: str
    text: str
    at: str
    config_digest: str


class PresenceRow(Row, table=True):
    """When the lists lost a key and found it again."""

    __tablename__ = "presences"

    server: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    absent_since: str
    back_at: str | None


class AllowRow(Row, table=True):
    """When an `allow` override was first seen."""

    __tablename__ = "allows"

    server: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    first_seen: str


class ListRow(Row, table=True):
    """All that is kept of a list but its contents."""

    __tablename__ = "lists"

    server: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    source: str
    suspicion: str | None
    shortfall: int | None
    shortfall_reads: int
    verdict: str | None
    message: str | None
    attempted_at: str | None
    failures: int
    retry_at: str | None


class SnapshotRow(Row, table=True):
    """A list's contents at one moment, in one of the roles `trusted`, `previous`, `extra`."""

    __tablename__ = "snapshots"
    __table_args__: ClassVar[Any] = (
        ForeignKeyConstraint(
            ["server", "list"], ["lists.server", "lists.name"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        Index("ix_snapshots_contents", "contents"),
    )

    server: str = Field(primary_key=True)
    list: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    source: str
    fetched_at: str
    digest: str
    contents: str = Field(foreign_key="contents.digest")


class ContentsRow(Row, table=True):
    """Items of snapshots, compressed, filed under their own digest: what did not change is not written again, and what
    moves from `trusted` to `previous` stays where it is."""

    __tablename__ = "contents"

    digest: str = Field(primary_key=True)
    items: bytes


class ResolutionRow(Row, table=True):
    """Which title an item is. Shared by all servers."""

    __tablename__ = "resolutions"

    ref: str = Field(primary_key=True)
    evidence: str
    key: str | None
    method: str
    score: float | None
    title: str | None
    year: int | None
    reason: str | None
    detail: str
    candidates: str
    at: str


class DetailsRow(Row, table=True):
    """Details of titles, as JSON. Shared by all servers."""

    __tablename__ = "details"

    key: str = Field(primary_key=True)
    read_at: str
    details: str


class MemoryRow(Row, table=True):
    """The providers' own small memories. Shared by all servers."""

    __tablename__ = "memory"

    provider: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    value: str


class PlanRow(Row, table=True):
    """Plans that were made, and when they were applied to their end."""

    __tablename__ = "plans"

    server: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    digest: str | None
    created: str | None
    applied_at: str | None


class RunRow(Row, table=True):
    """Passes, from start to exit code."""

    __tablename__ = "runs"
    __table_args__: ClassVar[Any] = (Index("ix_runs_started", "server", "started"),)

    server: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    command: str
    started: str
    finished: str | None
    exit_code: int | None
    revision: str
    config_digest: str
    plan: str | None
    counts: str
    message: str


class SettingRow(Row, table=True):
    """Small texts by name: runtime pauses, accepts, heartbeat, users' ids."""

    __tablename__ = "settings"

    server: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: str


def table(row: type[Row]) -> Table:
    """The Core table of a row class: what statements are built on."""
    return cast("Table", vars(row)["__table__"])


TRIGGERS = (
    "CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events"
    " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    "CREATE TRIGGER events_are_kept BEFORE DELETE ON events"
    " WHEN OLD.at >= coalesce((SELECT value FROM facts WHERE name = 'pruned_before'), '')"
    " BEGIN SELECT RAISE(ABORT, 'events are kept until retention lets them go'); END",
)
"""The schema's own guard of the history, for in-memory ledgers; migrations carry their own text."""

for _trigger in TRIGGERS:
    event.listen(METADATA, "after_create", DDL(_trigger))  # type: ignore[no-untyped-call]
