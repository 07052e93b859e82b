"""The first schema."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables, and the triggers that keep the history whole."""
    _of_the_file()
    _of_titles()
    _of_lists()
    _shared()
    _of_runs()
    op.execute(
        "CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events"
        " BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
    )
    op.execute(
        "CREATE TRIGGER events_are_kept BEFORE DELETE ON events"
        " WHEN OLD.at >= coalesce((SELECT value FROM facts WHERE name = 'pruned_before'), '')"
        " BEGIN SELECT RAISE(ABORT, 'events are kept until retention lets them go'); END"
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def _maybe_text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=True)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _maybe_number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=True)


def _of_the_file() -> None:
    op.create_table(
        "facts",
        _text("name"),
        _text("value"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "servers",
        _text("name"),
        _text("fingerprint"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_servers")),
    )


def _of_titles() -> None:
    op.create_table(
        "records",
        _text("server"),
        _text("key"),
        _text("title"),
        _maybe_number("year"),
        _text("state"),
        _maybe_text("reason"),
        _text("since"),
        _number("serial"),
        _text("seasons"),
        _text("sponsors"),
        _maybe_text("lead"),
        _text("terms"),
        _text("options"),
        _text("requests"),
        _number("retries"),
        _maybe_text("retried_at"),
        sa.PrimaryKeyConstraint("server", "key", name=op.f("pk_records")),
    )
    op.create_table(
        "intents",
        _number("id"),
        _text("server"),
        _text("run"),
        _text("key"),
        _text("action"),
        _maybe_text("request"),
        _maybe_number("request_id"),
        _number("mark"),
        _text("sent_at"),
        _text("title"),
        _maybe_number("year"),
        _text("sponsors"),
        _maybe_text("lead"),
        _text("terms"),
        _maybe_text("outcome"),
        _maybe_text("closed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intents")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_intents_open", "intents", ["server", "id"], unique=False, sqlite_where=sa.text("closed_at IS NULL")
    )
    op.create_table(
        "events",
        _number("id"),
        _text("server"),
        _text("at"),
        _maybe_text("run"),
        _text("type"),
        _maybe_text("key"),
        _maybe_text("list"),
        _maybe_text("reason"),
        _text("message"),
        _text("data"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_at", "events", ["server", "at"], unique=False)
    op.create_index(
        "ix_events_key", "events", ["server", "key", "id"], unique=False, sqlite_where=sa.text("key IS NOT NULL")
    )
    op.create_index(
        "ix_events_list", "events", ["server", "list", "id"], unique=False, sqlite_where=sa.text("list IS NOT NULL")
    )
    op.create_index(
        "ix_events_run", "events", ["server", "run", "id"], unique=False, sqlite_where=sa.text("run IS NOT NULL")
    )
    op.create_table(
        "refusals",
        _text("server"),
        _text("key"),
        _text("reason"),
        _text("text"),
        _text("at"),
        _text("config_digest"),
        sa.PrimaryKeyConstraint("server", "key", name=op.f("pk_refusals")),
    )
    op.create_table(
        "presences",
        _text("server"),
        _text("key"),
        _text("absent_since"),
        _maybe_text("back_at"),
        sa.PrimaryKeyConstraint("server", "key", name=op.f("pk_presences")),
    )
    op.create_table(
        "allows",
        _text("server"),
        _text("key"),
        _text("digest"),
        _text("first_seen"),
        sa.PrimaryKeyConstraint("server", "key", name=op.f("pk_allows")),
    )


def _of_lists() -> None:
    op.create_table(
        "lists",
        _text("server"),
        _text("name"),
        _text("source"),
        _maybe_text("suspicion"),
        _maybe_number("shortfall"),
        _number("shortfall_reads"),
        _maybe_text("verdict"),
        _maybe_text("message"),
        _maybe_text("attempted_at"),
        _number("failures"),
        _maybe_text("retry_at"),
        sa.PrimaryKeyConstraint("server", "name", name=op.f("pk_lists")),
    )
    op.create_table(
        "contents",
        _text("digest"),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_contents")),
    )
    op.create_table(
        "snapshots",
        _text("server"),
        _text("list"),
        _text("role"),
        _text("source"),
        _text("fetched_at"),
        _text("digest"),
        _text("contents"),
        sa.ForeignKeyConstraint(
            ["server", "list"],
            ["lists.server", "lists.name"],
            name=op.f("fk_snapshots_server_list_lists"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["contents"], ["contents.digest"], name=op.f("fk_snapshots_contents_contents")),
        sa.PrimaryKeyConstraint("server", "list", "role", name=op.f("pk_snapshots")),
    )
    op.create_index("ix_snapshots_contents", "snapshots", ["contents"], unique=False)


def _shared() -> None:
    op.create_table(
        "resolutions",
        _text("ref"),
        _text("evidence"),
        _maybe_text("key"),
        _text("method"),
        sa.Column("score", sa.Float(), nullable=True),
        _maybe_text("title"),
        _maybe_number("year"),
        _maybe_text("reason"),
        _text("detail"),
        _text("candidates"),
        _text("at"),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_resolutions")),
    )
    op.create_table(
        "details",
        _text("key"),
        _text("read_at"),
        _text("details"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_details")),
    )
    op.create_table(
        "memory",
        _text("provider"),
        _text("key"),
        _text("value"),
        sa.PrimaryKeyConstraint("provider", "key", name=op.f("pk_memory")),
    )


def _of_runs() -> None:
    op.create_table(
        "plans",
        _text("server"),
        _text("id"),
        _maybe_text("digest"),
        _maybe_text("created"),
        _maybe_text("applied_at"),
        sa.PrimaryKeyConstraint("server", "id", name=op.f("pk_plans")),
    )
    op.create_table(
        "runs",
        _text("server"),
        _text("id"),
        _text("command"),
        _text("started"),
        _maybe_text("finished"),
        _maybe_number("exit_code"),
        _text("revision"),
        _text("config_digest"),
        _maybe_text("plan"),
        _text("counts"),
        _text("message"),
        sa.PrimaryKeyConstraint("server", "id", name=op.f("pk_runs")),
    )
    op.create_index("ix_runs_started", "runs", ["server", "started"], unique=False)
    op.create_table(
        "settings",
        _text("server"),
        _text("name"),
        _text("value"),
        sa.PrimaryKeyConstraint("server", "name", name=op.f("pk_settings")),
    )
