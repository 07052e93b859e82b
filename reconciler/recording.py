"""Records and their events are written together; what was written is known at once."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from reconciler.session import Session
from schemas.events import Event, EventType
from schemas.media import Key
from schemas.reasons import Reason
from schemas.record import Record, RecordState

if TYPE_CHECKING:
    from reconciler.ledger import Writing


class Recorder:
    """The ledger's records as the holder of the lock knows them: nobody else writes them meanwhile."""

    def __init__(self, session: Session) -> None:
        self._run = session.run
        self._clock = session.tools.clock
        self.records: dict[Key, Record] = dict(session.ledger.records())
        self.refused = frozenset(session.ledger.refusals())
        """Keys that the server said no to before this run."""

    def now(self) -> datetime:
        """The time of what is written next."""
        return self._clock()

    def change(self, tx: "Writing", record: Record) -> Record:
        """Write a record; a change of its state is an event."""
        before = self.records.get(record.key)
        stored = tx.put_record(record)
        self.records[record.key] = stored
        was = before.state if before else RecordState.NONE
        if was is not record.state:
            moved = {"from": was.value, "to": record.state.value}
            self.tell(tx, EventType.STATE_CHANGED, record.key, record.lead, record.reason, record.title, **moved)
        return stored

    def tell(
        self,
        tx: "Writing",
        kind: EventType,
        key: Key,
        lead: str | None,
        reason: Reason | None,
        message: str = "",
        **data: Any,
    ) -> None:
        """Write an event of this run."""
        tx.add_event(
            Event(
                at=self._clock(),
                run=self._run,
                type=kind,
                key=key,
                list=lead,
                reason=reason,
                message=message,
                data=data,
            )
        )
