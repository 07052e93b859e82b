"""What only the holder of the writer's lock may write. Everything written through one `Writing` is one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.sql import Executable

from reconciler.ledger import statements as sql
from reconciler.ledger.database import Database
from reconciler.ledger.rows import event_values, intent_values, record_values, refusal_values, run_values, stamp
from schemas.events import Event, Run
from schemas.media import Key
from schemas.record import Intent, Record, Refusal


class Writing:
    """The writes of one transaction. Given by `Ledger.writing()`, of no use after it."""

    def __init__(self, database: Database, server: str, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._server = server
        self._clock = clock

    def put_record(self, record: Record) -> Record:
        """Add or replace the record of its key, and return it as stored: its serial is one above the stored one's (1
        for a new record), whatever it was given."""
        stored = self._database.execute(sql.PUT_RECORD, {"server": self._server, **record_values(record)})
        return replace(record, serial=stored.scalar_one())

    def put_records(self, records: Iterable[Record]) -> None:
        """Add or replace many at once, where nobody needs to know the serials they get."""
        values = [{"server": self._server, **record_values(record)} for record in records]
        if values:
            self._database.execute(sql.PUT_RECORDS, values)

    def forget_records(self, keys: Iterable[Key]) -> None:
        """Remove these records, as if nothing had ever been done for their keys. Their history stays."""
        values = [{"server": self._server, "key": str(key)} for key in keys]
        if values:
            self._database.execute(sql.DROP_RECORD, values)

    def add_event(self, event: Event) -> None:
        """Append to the history. An id that the event has is passed over: the ledger gives its own."""
        self._database.execute(sql.ADD_EVENT, {"server": self._server, **event_values(event)})

    def open_intent(self, intent: Intent) -> Intent:
        """Note what is about to be sent; returned with its id."""
        added = self._database.execute(sql.ADD_INTENT, {"server": self._server, **intent_values(intent)})
        return intent.model_copy(update={"id": added.inserted_primary_key[0]})

    def settle_intent(self, intent_id: int, outcome: str) -> None:
        """Close an intent, now, with what came of it. KeyError when there is none of that id."""
        self._one(sql.SETTLE_INTENT, intent_id, how=outcome, at=stamp(self._clock()))

    def restamp_intent(self, intent_id: int, sent_at: datetime) -> None:
        """Correct when it was sent. KeyError when there is none of that id."""
        self._one(sql.RESTAMP_INTENT, intent_id, at=stamp(sent_at))

    def put_refusal(self, refusal: Refusal) -> None:
        """Remember the server's no; the last one of a key counts."""
        self._database.execute(sql.PUT_REFUSAL, {"server": self._server, **refusal_values(refusal)})

    def clear_refusal(self, key: Key) -> None:
        """Forget the server's no, if there was one."""
        self._database.execute(sql.CLEAR_REFUSAL, {"server": self._server, "key": str(key)})

    def set_server_fingerprint(self, fingerprint: str) -> None:
        """Accept this installation as the one that the ledger is about."""
        self._database.execute(sql.PUT_SERVER, {"name": self._server, "fingerprint": fingerprint})

    def mark_plan_applied(self, plan_id: str) -> None:
        """Note that a plan was carried out to its end, now: it cannot be applied again."""
        self._database.execute(
            sql.MARK_PLAN_APPLIED, {"server": self._server, "id": plan_id, "applied_at": stamp(self._clock())}
        )

    def put_run(self, run: Run) -> None:
        """Add a run, or replace it once it has ended."""
        self._database.execute(sql.PUT_RUN, {"server": self._server, **run_values(run)})

    def put_setting(self, name: str, value: str | None) -> None:
        """Keep a small text under a name; None removes it."""
        if value is None:
            self._database.execute(sql.DROP_SETTING, {"server": self._server, "name": name})
        else:
            self._database.execute(sql.PUT_SETTING, {"server": self._server, "name": name, "value": value})

    def _one(self, statement: Executable, intent_id: int, **values: str) -> None:
        changed = self._database.execute(statement, {"of_server": self._server, "intent": intent_id, **values})
        if changed.rowcount != 1:
            raise KeyError(f"no intent {intent_id}")
