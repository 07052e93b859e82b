"""One write at a time: an intent, the call, the outcome with its event (design, section 8)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from providers.servers import ServerError, ServerWriter
from reconciler.core.actual import Actual, Index
from reconciler.core.remember import after_action
from reconciler.recording import Recorder
from reconciler.session import Session
from schemas.events import EventType
from schemas.plan import Action, ActualState, PlannedAction
from schemas.reasons import Reason
from schemas.record import Intent, IntentAction, OurRequest, RecordState, Refusal
from schemas.report import Outcome, Status
from schemas.server import Answer, AnswerKind, MediaStatus, NewRequest, RequestStatus

if TYPE_CHECKING:
    from reconciler.ledger import Writing

MOST_UNKNOWN = 5
"""Calls in a row without an answer after which no more are sent: every one of them may still be carried out."""
_REFUSALS: Mapping[AnswerKind, Reason] = {
    AnswerKind.PERMISSION: Reason.NOT_PERMITTED,
    AnswerKind.BLOCKLISTED: Reason.BLOCKLISTED,
    AnswerKind.UNKNOWN_ID: Reason.UNKNOWN_ID,
    AnswerKind.CONFLICT: Reason.TVDB_CONFLICT,
    AnswerKind.REJECTED: Reason.REJECTED,
    AnswerKind.GONE: Reason.REJECTED,
}
_ACTIONS = {
    Action.CREATE: IntentAction.CREATE,
    Action.RETRY: IntentAction.RETRY,
    Action.CANCEL: IntentAction.CANCEL,
}
_EVENTS = {
    Action.CREATE: EventType.REQUESTED,
    Action.RETRY: EventType.RETRIED,
    Action.CANCEL: EventType.CANCELLED,
}


class Performer:
    """Sends one action after another and writes down what came of each.

    The outcome of one action shares its transaction with the intent of the next: half the waiting for the disk. A
    crash between the two finds the first intent open, as if it had come before the answer. `flush` writes the last."""

    def __init__(
        self, session: Session, writer: ServerWriter, recorder: Recorder, config_digest: str, mark: int
    ) -> None:
        self._session, self._writer, self._recorder = session, writer, recorder
        self._config_digest = config_digest
        self._mark = mark
        self._unanswered = 0
        self._over_quota: dict[int | None, str] = {}
        self._pending: Callable[[Writing], None] | None = None
        self.broken = ""
        """Why no more is sent in this run."""

    def __call__(self, action: PlannedAction) -> Outcome:
        """Send one action. Never raises for what a server does."""
        requester = action.options.requester
        if action.action is Action.CREATE and requester in self._over_quota:
            return outcome(action, Status.DEFERRED, Reason.QUOTA_EXCEEDED, self._over_quota[requester])
        if action.action is Action.CANCEL and (why := self._not_cancellable(action)) is not None:
            return why
        intent = self._intend(action)
        answer = self._send(action)
        self._unanswered = self._unanswered + 1 if answer.kind is AnswerKind.UNKNOWN else 0
        if self._unanswered >= MOST_UNKNOWN:
            self.broken = f"{MOST_UNKNOWN} calls in a row were not answered: {answer.text}"
        return self._conclude(action, intent, answer)

    def _intend(self, action: PlannedAction) -> Intent:
        intent = Intent(
            run=self._session.run,
            key=action.key,
            action=_ACTIONS[action.action],
            request=_request(action) if action.action is Action.CREATE else None,
            request_id=action.request_id if action.action is not Action.CREATE else None,
            mark=self._mark,
            sent_at=self._recorder.now(),
            title=action.title,
            year=action.year,
            sponsors=action.lists,
            lead=action.lead,
            terms=action.terms,
        )
        with self._writing() as tx:
            return tx.open_intent(intent)

    def flush(self) -> None:
        """Write down the last outcome."""
        if self._pending is not None:
            with self._writing():
                pass

    @contextmanager
    def _writing(self) -> "Iterator[Writing]":
        """A transaction that begins with the outcome that is still to be written down."""
        with self._session.ledger.writing() as tx:
            if self._pending is not None:
                self._pending(tx)
            yield tx
        self._pending = None

    def _send(self, action: PlannedAction) -> Answer:
        if action.action is Action.CREATE:
            return self._writer.create(_request(action))
        assert action.request_id is not None
        send: Callable[[int], Answer] = self._writer.retry if action.action is Action.RETRY else self._writer.cancel
        return send(action.request_id)

    def _conclude(self, action: PlannedAction, intent: Intent, answer: Answer) -> Outcome:
        self._mark = max(self._mark, answer.request_id or 0)
        match answer.kind:
            case AnswerKind.CREATED if answer.request_id is not None and answer.created_at is not None:
                made = OurRequest(id=answer.request_id, created_at=answer.created_at)
                return self._done(action, intent, answer, made)
            case AnswerKind.DONE:
                return self._done(action, intent, answer, None)
            case AnswerKind.UNKNOWN | AnswerKind.CREATED:
                return self._unknown(action, answer)
            case AnswerKind.NOT_SENT:
                self.broken = answer.text or "the server cannot be reached"
                self._close(intent, "not sent")
                return outcome(action, Status.LEFT, None, self.broken)
            case AnswerKind.QUOTA:
                self._over_quota[action.options.requester] = answer.text
                self._close(intent, "over quota")
                return outcome(action, Status.DEFERRED, Reason.QUOTA_EXCEEDED, answer.text)
            case AnswerKind.DUPLICATE | AnswerKind.NOTHING_TO_DO:
                return self._look_again(action, intent, answer)
            case _:
                return self._refused(action, intent, _REFUSALS[answer.kind], answer.text)

    def _done(self, action: PlannedAction, intent: Intent, answer: Answer, made: OurRequest | None) -> Outcome:
        now = self._recorder.now()

        def write(tx: "Writing") -> None:
            self._settle(tx, intent, "done")
            before = self._recorder.records.get(action.key)
            self._recorder.change(tx, after_action(action, before, now, made))
            if action.key in self._recorder.refused:
                tx.clear_refusal(action.key)
            self._recorder.tell(
                tx,
                _EVENTS[action.action],
                action.key,
                action.lead,
                action.reason,
                action.title,
                request=made.id if made else action.request_id,
                requester=action.options.requester,
                seasons=list(action.seasons),
                request_status=answer.request_status,
            )

        self._pending = write
        request_id = made.id if made else action.request_id
        return outcome(action, Status.DONE, action.reason, _approval(answer), request_id)

    def _unknown(self, action: PlannedAction, answer: Answer) -> Outcome:
        """The intent stays open: the closing read, or a later run, finds out."""
        with self._writing() as tx:
            self._recorder.tell(
                tx, EventType.OUTCOME_UNKNOWN, action.key, action.lead, Reason.OUTCOME_UNKNOWN, answer.text
            )
        return outcome(action, Status.UNKNOWN, Reason.OUTCOME_UNKNOWN, answer.text)

    def _refused(self, action: PlannedAction, intent: Intent, reason: Reason, text: str) -> Outcome:
        refusal = Refusal(
            key=action.key,
            reason=reason,
            text=text,
            at=self._recorder.now(),
            config_digest=self._config_digest,
        )
        with self._writing() as tx:
            self._settle(tx, intent, f"refused: {reason.value}")
            tx.put_refusal(refusal)
            self._recorder.tell(tx, EventType.REFUSED, action.key, action.lead, reason, text)
        return outcome(action, Status.REFUSED, reason, text)

    def _look_again(self, action: PlannedAction, intent: Intent, answer: Answer) -> Outcome:
        """409 and 202 say that there is nothing to ask for: what is there decides what is remembered."""
        try:
            single = self._session.reader.observe_title(action.key.kind, action.key.tmdb)
        except ServerError as error:
            self._close(intent, "nothing to request")
            return outcome(action, Status.SKIPPED, Reason.STALE, f"{answer.text}; {error}")
        record = self._recorder.records.get(action.key)
        seasons = frozenset(action.expects.seasons)
        actual = Index.of(single).actual(action.key, record.requests if record else (), seasons)
        found = _state_found(actual)
        if found is None:
            return self._refused(action, intent, Reason.REJECTED, answer.text)
        state, reason = found
        with self._writing() as tx:
            self._settle(tx, intent, "there already")
            now = self._recorder.now()
            moved = replace(action, action=Action.RECORD, becomes=state, reason=reason)
            self._recorder.change(tx, after_action(moved, record, now))
        return outcome(action, Status.SKIPPED, reason, answer.text)

    def _not_cancellable(self, action: PlannedAction) -> Outcome | None:
        """The request is looked at once more: still pending, and the other quality's media state in no danger."""
        assert action.request_id is not None
        try:
            row = self._session.reader.request(action.request_id)
            media = self._session.reader.observe_title(action.key.kind, action.key.tmdb).media if row else ()
        except ServerError as error:
            return outcome(action, Status.LEFT, None, str(error))
        if row is None or row.status != RequestStatus.PENDING:
            return outcome(action, Status.SKIPPED, Reason.STALE, "it is not pending any more")
        others = {found.status if action.key.is_4k else found.status_4k for found in media}
        if others & {MediaStatus.PARTIALLY_AVAILABLE, MediaStatus.DELETED}:
            return outcome(action, Status.HELD, Reason.OTHER_QUALITY)
        return None

    def _close(self, intent: Intent, text: str) -> None:
        with self._writing() as tx:
            self._settle(tx, intent, text)

    @staticmethod
    def _settle(tx: "Writing", intent: Intent, text: str) -> None:
        assert intent.id is not None
        tx.settle_intent(intent.id, text)


def outcome(
    action: PlannedAction, status: Status, reason: Reason | None, detail: str = "", request_id: int | None = None
) -> Outcome:
    """What came of an action."""
    return Outcome(
        key=action.key,
        title=action.title,
        year=action.year,
        action=action.action,
        status=status,
        reason=reason,
        detail=detail,
        request_id=request_id,
        lists=action.lists,
        seasons=action.seasons,
    )


def _request(action: PlannedAction) -> NewRequest:
    return NewRequest(key=action.key, seasons=action.seasons, options=action.options)


def _approval(answer: Answer) -> str:
    match answer.request_status:
        case RequestStatus.PENDING:
            return "waits for approval"
        case RequestStatus.APPROVED:
            return "approved at once"
        case _:
            return ""


def _state_found(actual: Actual) -> tuple[RecordState, Reason] | None:
    match actual.state:
        case ActualState.AVAILABLE:
            return RecordState.SATISFIED, Reason.AVAILABLE
        case ActualState.PENDING | ActualState.PROCESSING if actual.ours:
            return RecordState.REQUESTED, Reason.IN_FLIGHT
        case ActualState.PENDING | ActualState.PROCESSING:
            return RecordState.TRACKED, Reason.REQUESTED_ELSEWHERE
        case _ if actual.present:
            return RecordState.SATISFIED, Reason.PARTLY_AVAILABLE
        case _:
            return None
