"""Every statement that the ledger runs often, built once: SQLAlchemy compiles each on its first use and keeps it."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from reconciler.ledger import tables
from reconciler.ledger.tables import Row, table
from schemas.events import EventType
from schemas.record import IntentAction

CHUNK = 500
"""Values in one IN: older SQLite admits 999 parameters."""

RECORDS = table(tables.RecordRow)
INTENTS = table(tables.IntentRow)
EVENTS = table(tables.EventRow)
REFUSALS = table(tables.RefusalRow)
PRESENCES = table(tables.PresenceRow)
ALLOWS = table(tables.AllowRow)
LISTS = table(tables.ListRow)
SNAPSHOTS = table(tables.SnapshotRow)
CONTENTS = table(tables.ContentsRow)
RESOLUTIONS = table(tables.ResolutionRow)
DETAILS = table(tables.DetailsRow)
MEMORY = table(tables.MemoryRow)
PLANS = table(tables.PlanRow)
RUNS = table(tables.RunRow)
SETTINGS = table(tables.SettingRow)
SERVERS = table(tables.Server)
FACTS = table(tables.Fact)


def upsert(row: type[Row]) -> Insert:
    """Insert a whole row, or replace all columns of the one with its primary key."""
    target = table(row)
    statement = sqlite_insert(target)
    rest = {column.name: statement.excluded[column.name] for column in target.columns if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(target.primary_key.columns), set_=rest)


def whole(source: Table, *without: str) -> Select[tuple[Any, ...]]:
    """All columns that a shape is made of: the scope, and what is named, left out."""
    return select(*(column for column in source.columns if column.name not in {"server", *without}))


SERVER: BindParameter[str] = bindparam("server")
OF_SERVER: BindParameter[str] = bindparam("of_server")
"""The scope of an UPDATE, where SQLAlchemy keeps the names of columns to itself."""
KEY: BindParameter[str] = bindparam("key")

ALL_RECORDS = whole(RECORDS).where(RECORDS.c.server == SERVER)
ONE_RECORD = ALL_RECORDS.where(RECORDS.c.key == KEY)


def _put_record() -> Insert:
    statement = sqlite_insert(RECORDS).values(serial=1)
    changed = {
        column.name: statement.excluded[column.name]
        for column in RECORDS.columns
        if not column.primary_key and column.name != "serial"
    }
    return statement.on_conflict_do_update(
        index_elements=["server", "key"], set_=changed | {"serial": RECORDS.c.serial + 1}
    )


PUT_RECORD = _put_record().returning(RECORDS.c.serial)
PUT_RECORDS = _put_record()
"""For many at once: what comes back is not asked for."""
DROP_RECORD = delete(RECORDS).where(RECORDS.c.server == SERVER, RECORDS.c.key == KEY)
RECORDS_OF_LIST = select(RECORDS.c.key, RECORDS.c.sponsors, RECORDS.c.lead).where(
    RECORDS.c.server == SERVER,
    or_(RECORDS.c.lead == bindparam("list"), func.instr(RECORDS.c.sponsors, bindparam("quoted")) > 0),
)
RENAME_IN_RECORD = (
    update(RECORDS)
    .where(RECORDS.c.server == OF_SERVER, RECORDS.c.key == bindparam("of"))
    .values(sponsors=bindparam("to_sponsors"), lead=bindparam("to_lead"))
)

ALL_REFUSALS = whole(REFUSALS).where(REFUSALS.c.server == SERVER)
PUT_REFUSAL = upsert(tables.RefusalRow)
CLEAR_REFUSAL = delete(REFUSALS).where(REFUSALS.c.server == SERVER, REFUSALS.c.key == KEY)

OPEN_INTENTS = (
    whole(INTENTS, "outcome", "closed_at")
    .where(INTENTS.c.server == SERVER, INTENTS.c.closed_at.is_(None))
    .order_by(INTENTS.c.id)
)
ADD_INTENT = insert(INTENTS)
SETTLE_INTENT = (
    update(INTENTS)
    .where(INTENTS.c.id == bindparam("intent"), INTENTS.c.server == OF_SERVER)
    .values(outcome=bindparam("how"), closed_at=bindparam("at"))
)
RESTAMP_INTENT = (
    update(INTENTS)
    .where(INTENTS.c.id == bindparam("intent"), INTENTS.c.server == OF_SERVER)
    .values(sent_at=bindparam("at"))
)
RENAME_IN_INTENT = (
    update(INTENTS)
    .where(INTENTS.c.id == bindparam("of"))
    .values(sponsors=bindparam("to_sponsors"), lead=bindparam("to_lead"))
)

ADD_EVENT = insert(EVENTS)
ANSWERED_SINCE = (
    select(EVENTS.c.at, EVENTS.c.list)
    .where(
        EVENTS.c.server == SERVER,
        EVENTS.c.at >= bindparam("since"),
        EVENTS.c.type.in_([EventType.REQUESTED.value, EventType.RETRIED.value]),
    )
    .order_by(EVENTS.c.at, EVENTS.c.id)
)
UNANSWERED_SINCE = select(INTENTS.c.sent_at, INTENTS.c.lead).where(
    INTENTS.c.server == SERVER,
    INTENTS.c.sent_at >= bindparam("since"),
    INTENTS.c.closed_at.is_(None),
    INTENTS.c.action.in_([IntentAction.CREATE.value, IntentAction.RETRY.value]),
)

ALL_LISTS = whole(LISTS).where(LISTS.c.server == SERVER)
ALL_SNAPSHOTS = whole(SNAPSHOTS).where(SNAPSHOTS.c.server == SERVER)
ALL_CONTENTS = select(CONTENTS).where(
    CONTENTS.c.digest.in_(select(SNAPSHOTS.c.contents).where(SNAPSHOTS.c.server == SERVER))
)
PUT_LIST = upsert(tables.ListRow)
SNAPSHOTS_OF_LIST = whole(SNAPSHOTS).where(SNAPSHOTS.c.server == SERVER, SNAPSHOTS.c.list == bindparam("list"))
DROP_SNAPSHOTS = delete(SNAPSHOTS).where(SNAPSHOTS.c.server == SERVER, SNAPSHOTS.c.list == bindparam("list"))
ADD_SNAPSHOT = insert(SNAPSHOTS)
ADD_CONTENTS = sqlite_insert(CONTENTS).on_conflict_do_nothing()
DROP_CONTENTS = delete(CONTENTS).where(
    CONTENTS.c.digest == bindparam("of"),
    ~select(SNAPSHOTS.c.contents).where(SNAPSHOTS.c.contents == CONTENTS.c.digest).exists(),
)
LIST_EXISTS = select(LISTS.c.name).where(LISTS.c.server == SERVER, LISTS.c.name == bindparam("list"))
DROP_LIST = delete(LISTS).where(LISTS.c.server == SERVER, LISTS.c.name == bindparam("list"))
RENAME_LIST = (
    update(LISTS)
    .where(LISTS.c.server == OF_SERVER, LISTS.c.name == bindparam("list"))
    .values(name=bindparam("to_name"))
)

SOME_RESOLUTIONS = select(RESOLUTIONS).where(RESOLUTIONS.c.ref.in_(bindparam("refs", expanding=True)))
PUT_RESOLUTION = upsert(tables.ResolutionRow)
SOME_DETAILS = select(DETAILS).where(DETAILS.c.key.in_(bindparam("keys", expanding=True)))
PUT_DETAILS = upsert(tables.DetailsRow)
SOME_MEMORY = select(MEMORY.c.key, MEMORY.c.value).where(
    MEMORY.c.provider == bindparam("provider"), MEMORY.c.key.in_(bindparam("keys", expanding=True))
)
PUT_MEMORY = upsert(tables.MemoryRow)

ALL_PRESENCES = whole(PRESENCES).where(PRESENCES.c.server == SERVER)
PUT_PRESENCE = upsert(tables.PresenceRow)
DROP_PRESENCE = delete(PRESENCES).where(PRESENCES.c.server == SERVER, PRESENCES.c.key == KEY)
ALL_ALLOWS = whole(ALLOWS).where(ALLOWS.c.server == SERVER)
PUT_ALLOW = upsert(tables.AllowRow)
DROP_ALLOW = delete(ALLOWS).where(ALLOWS.c.server == SERVER, ALLOWS.c.key == KEY)

PLAN: BindParameter[str] = bindparam("plan")
SAVE_PLAN = sqlite_insert(PLANS).on_conflict_do_update(
    index_elements=["server", "id"],
    set_={"digest": text("excluded.digest"), "created": text("excluded.created")},
)
MARK_PLAN_APPLIED = sqlite_insert(PLANS).on_conflict_do_update(
    index_elements=["server", "id"], set_={"applied_at": text("excluded.applied_at")}
)
PLAN_APPLIED = select(PLANS.c.applied_at).where(PLANS.c.server == SERVER, PLANS.c.id == PLAN)
EVER_APPLIED = select(PLANS.c.id).where(PLANS.c.server == SERVER, PLANS.c.applied_at.is_not(None)).limit(1)

LAST_RUNS = whole(RUNS).where(RUNS.c.server == SERVER).order_by(RUNS.c.started.desc()).limit(bindparam("limit"))
PUT_RUN = upsert(tables.RunRow)

FINGERPRINT = select(SERVERS.c.fingerprint).where(SERVERS.c.name == SERVER)
PUT_SERVER = upsert(tables.Server)
SETTING = select(SETTINGS.c.value).where(SETTINGS.c.server == SERVER, SETTINGS.c.name == bindparam("name"))
PUT_SETTING = upsert(tables.SettingRow)
DROP_SETTING = delete(SETTINGS).where(SETTINGS.c.server == SERVER, SETTINGS.c.name == bindparam("name"))
FACT = select(FACTS.c.value).where(FACTS.c.name == bindparam("name"))
PUT_FACT = upsert(tables.Fact)

_KEPT_EVENTS = select(func.min(EVENTS.c.id)).where(EVENTS.c.key.is_not(None)).group_by(EVENTS.c.server, EVENTS.c.key)
_LAST_EVENTS = select(func.max(EVENTS.c.id)).where(EVENTS.c.key.is_not(None)).group_by(EVENTS.c.server, EVENTS.c.key)
BEFORE: BindParameter[str] = bindparam("before")
PRUNE_EVENTS = delete(EVENTS).where(
    EVENTS.c.at < BEFORE, EVENTS.c.id.not_in(_KEPT_EVENTS), EVENTS.c.id.not_in(_LAST_EVENTS)
)
PRUNE_INTENTS = delete(INTENTS).where(INTENTS.c.closed_at < BEFORE)
PRUNE_PLANS = delete(PLANS).where(
    func.coalesce(PLANS.c.applied_at, PLANS.c.created) < BEFORE,
    or_(
        PLANS.c.applied_at.is_(None),
        PLANS.c.applied_at.not_in(
            select(func.max(PLANS.c.applied_at)).where(PLANS.c.applied_at.is_not(None)).group_by(PLANS.c.server)
        ),
    ),
)
PRUNE_RUNS = delete(RUNS).where(RUNS.c.started < BEFORE)


def events(
    *,
    key: bool,
    list: bool,  # noqa: A002
    run: bool,
    since: bool,
    types: bool,
    limit: bool,
    newest_first: bool,
) -> Select[tuple[Any, ...]]:
    """The query over events with exactly the conditions that are asked for; each is bound under its own name."""
    server = EVENTS.c.server if key or list or run or since else literal_column("+server")  # the plus: in order of id
    statement = whole(EVENTS).where(server == SERVER)
    if key:
        statement = statement.where(EVENTS.c.key == KEY)
    if list:
        statement = statement.where(EVENTS.c.list == bindparam("list"))
    if run:
        statement = statement.where(EVENTS.c.run == bindparam("run"))
    if since:
        statement = statement.where(EVENTS.c.at >= bindparam("since"))
    if types:
        statement = statement.where(EVENTS.c.type.in_(bindparam("types", expanding=True)))
    if limit:
        statement = statement.limit(bindparam("limit"))
    return statement.order_by(EVENTS.c.id.desc() if newest_first else EVENTS.c.id)
