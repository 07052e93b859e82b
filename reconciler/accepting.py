"""What a person accepts: contents of a list that are not trusted yet, or a server that is not the one it was."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from reconciler.apply import locked
from reconciler.core.guard import accept
from reconciler.loop.asking import nudge
from reconciler.recalling import recall_lists
from reconciler.rules import ACCEPTED, ANEW
from reconciler.session import Session
from schemas.events import Event, EventType
from schemas.record import RecordState

if TYPE_CHECKING:
    from reconciler.ledger import Writing


def accept_list(session: Session, name: str) -> str:
    """Believe the last fetch of a list. What was accepted, in words; empty when there is nothing to accept."""
    with locked(session):
        state = recall_lists(session).get(name)
        if state is None or state.extra is None:
            return ""
        before = len(state.trusted.items) if state.trusted else 0
        told = f"{before} titles before, {len(state.extra.items)} now"
        session.ledger.save_list_state(accept(state))
        _tell(session, Event(at=session.tools.clock(), type=EventType.ACCEPTED, list=name, message=told))
    nudge(session.ledger.path)
    return told


def accept_server(session: Session) -> str:
    """Believe the server's state once, also when it is another installation: what is gone from it stays gone. What
    answers there, in words."""
    return _accept_server(session, lambda _: None)


def accept_server_anew(session: Session) -> str:
    """Begin again with this server: what was requested or found there before is forgotten, so that what lists want and
    it does not have is requested again, with the budget of a first run. What people said no to stays so."""

    def forget(tx: "Writing") -> None:
        records = session.ledger.records().values()
        tx.forget_records(record.key for record in records if record.state in FORGOTTEN_ANEW)
        tx.put_setting(ANEW, session.tools.clock().isoformat())

    return _accept_server(session, forget)


FORGOTTEN_ANEW = frozenset({RecordState.REQUESTED, RecordState.TRACKED, RecordState.SATISFIED, RecordState.NOT_KEPT})
"""Nobody's no: the others are what somebody deleted or declined, and what left all lists."""


def _accept_server(session: Session, also: "Callable[[Writing], None]") -> str:
    info = session.server
    with locked(session):
        told = f"{info.product} at {info.url}"
        another = session.ledger.server_fingerprint() not in {None, info.fingerprint}
        now = session.tools.clock()
        with session.ledger.writing() as tx:
            tx.set_server_fingerprint(info.fingerprint)
            tx.put_setting(ACCEPTED, now.isoformat())
            also(tx)
            tx.add_event(
                Event(
                    at=now,
                    type=EventType.SERVER_CHANGED if another else EventType.ACCEPTED,
                    message=f"accepted: {told}",
                )
            )
    nudge(session.ledger.path)
    return told


def _tell(session: Session, event: Event) -> None:
    with session.ledger.writing() as tx:
        tx.add_event(event)
