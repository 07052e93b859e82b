"""What a person accepts: contents of a list that are not trusted yet, or a server that is not the one it was."""

from reconciler.apply import locked
from reconciler.core.guard import accept
from reconciler.loop.asking import nudge
from reconciler.recalling import recall_lists
from reconciler.rules import ACCEPTED
from reconciler.session import Session
from schemas.events import Event, EventType


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
    """Believe the server's state once, also when it is another installation. What answers there, in words."""
    info = session.server
    with locked(session):
        told = f"{info.product} at {info.url}"
        another = session.ledger.server_fingerprint() not in {None, info.fingerprint}
        now = session.tools.clock()
        with session.ledger.writing() as tx:
            tx.set_server_fingerprint(info.fingerprint)
            tx.put_setting(ACCEPTED, now.isoformat())
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
