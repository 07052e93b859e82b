"""What an earlier run left open is settled before anything is sent, and what this run sent is confirmed at its end."""

from providers.servers import ServerError
from reconciler.core.remember import after_action, after_cancel, after_intent, in_state
from reconciler.recording import Recorder
from reconciler.session import Session
from reconciler.settle import Settlement, Settlements, settle
from schemas.events import EventType
from schemas.plan import Action, ActualState, Expects, PlannedAction
from schemas.reasons import Reason
from schemas.record import Intent, IntentAction, OurRequest, Record, RecordState
from schemas.report import Outcome, Status
from schemas.server import Observed, RequestRow

_EVENTS = {
    IntentAction.CREATE: EventType.REQUESTED,
    IntentAction.RETRY: EventType.RETRIED,
    IntentAction.CANCEL: EventType.CANCELLED,
}


def recover(session: Session, recorder: Recorder) -> list[Outcome]:
    """Settle the open intents by a fresh read. Must hold the lock. Raises ServerError."""
    if not session.ledger.open_intents():
        return []
    return _settle_by(session, recorder, session.observe())


def confirm(session: Session, recorder: Recorder, outcomes: list[Outcome]) -> str:
    """One bulk read after the last write: what was answered 201 must be there, what was not answered may be. Changes
    `outcomes` to what it found; returns why nothing could be confirmed, or nothing."""
    sent = {one.key for one in outcomes if one.action is Action.CREATE and one.status is Status.DONE}
    if not sent and not any(one.status is Status.UNKNOWN for one in outcomes):
        return ""
    try:
        observed = session.observe()
        found = {one.key: one for one in _settle_by(session, recorder, observed)}
    except ServerError as error:
        return f"what was sent could not be confirmed by a read: {error}"
    there = {(row.id, row.key) for row in observed.requests}
    for place, one in enumerate(outcomes):
        settled = found.get(one.key)
        if one.status is Status.UNKNOWN and settled is not None and settled.status is Status.DONE:
            outcomes[place] = settled
        elif one.key in sent and (one.request_id, one.key) not in there and _is_gone(session, one):
            outcomes[place] = _not_kept(session, recorder, one)
    return ""


def _settle_by(session: Session, recorder: Recorder, observed: Observed) -> list[Outcome]:
    known = {request for record in recorder.records.values() for request in record.requests}
    intents = session.ledger.open_intents()
    made = settle(intents, observed, known, session.reader.me().id, session.tools.clock())
    _write(session, recorder, made)
    return [_outcome(one) for one in made.settled]


def _write(session: Session, recorder: Recorder, made: Settlements) -> None:
    with session.ledger.writing() as tx:
        for intent in made.from_the_future:
            assert intent.id is not None
            tx.restamp_intent(intent.id, session.tools.clock())
        for one in made.settled:
            assert one.intent.id is not None
            tx.settle_intent(one.intent.id, "carried out" if one.carried_out else "not carried out")
            record = _record(one, recorder)
            if record is not None:
                recorder.change(tx, record)
            intent = one.intent
            told = "carried out" if one.carried_out else "not carried out"
            recorder.tell(tx, EventType.SETTLED, intent.key, intent.lead, None, told, action=intent.action.value)
            if one.carried_out:
                request = one.request.id if one.request else intent.request_id
                recorder.tell(tx, _EVENTS[intent.action], intent.key, intent.lead, None, intent.title, request=request)


def _record(one: Settlement, recorder: Recorder) -> Record | None:
    """What the ledger remembers of an intent that was carried out."""
    intent, record = one.intent, recorder.records.get(one.intent.key)
    if not one.carried_out:
        return None
    now = recorder.now()
    if intent.action is IntentAction.CREATE:
        return after_intent(intent, record, _ours(one.request), now)
    if record is None:
        return None
    if intent.action is IntentAction.CANCEL:
        return after_cancel(record, intent.request_id, now)
    return after_action(_as_retry(intent, record), record, now)


def _as_retry(intent: Intent, record: Record) -> PlannedAction:
    return PlannedAction(
        key=intent.key,
        title=intent.title,
        year=intent.year,
        action=Action.RETRY,
        reason=Reason.FAILED,
        becomes=RecordState.REQUESTED,
        expects=Expects(actual=ActualState.FAILED, serial=record.serial),
        lists=intent.sponsors,
        lead=intent.lead,
        options=record.options,
        terms=intent.terms,
    )


def _ours(row: RequestRow | None) -> OurRequest | None:
    return OurRequest(id=row.id, created_at=row.created_at) if row else None


def _outcome(one: Settlement) -> Outcome:
    intent = one.intent
    return Outcome(
        key=intent.key,
        title=intent.title,
        year=intent.year,
        action=Action(intent.action.value),
        status=Status.DONE if one.carried_out else Status.LEFT,
        detail="found on the server" if one.carried_out else "it never reached the server; it is planned anew",
        request_id=one.request.id if one.request else intent.request_id,
        lists=intent.sponsors,
        seasons=intent.request.seasons if intent.request else (),
    )


def _is_gone(session: Session, one: Outcome) -> bool:
    """A bulk read may be a moment too early, or leave a blocklisted title out: the request itself is asked for."""
    try:
        return one.request_id is not None and session.reader.request(one.request_id) is None
    except ServerError:
        return False


def _not_kept(session: Session, recorder: Recorder, one: Outcome) -> Outcome:
    record = recorder.records[one.key]
    with session.ledger.writing() as tx:
        recorder.change(tx, in_state(record, RecordState.NOT_KEPT, Reason.NOT_KEPT, recorder.now()))
    return one.model_copy(update={"status": Status.REFUSED, "reason": Reason.NOT_KEPT, "detail": ""})
