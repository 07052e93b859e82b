"""A plan is carried out: under the lock, one write at a time, never more than the plan and never something else."""

import os
import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from providers.servers import ServerError
from reconciler.core.actual import Index
from reconciler.core.rails import Rails
from reconciler.core.remember import after_action, told_more
from reconciler.recording import Recorder
from reconciler.rules import pause_for, pauses_now
from reconciler.session import Session, database_path
from reconciler.settle import unsettled_keys
from reconciler.writing import Performer, outcome
from schemas.media import Key
from schemas.plan import Action, Plan, PlannedAction
from schemas.reasons import Reason
from schemas.record import Record, RecordState
from schemas.report import Outcome, Status

FRESH = 60.0
"""Seconds for which a bulk read may be relied on before a write."""
BATCH = 500
"""Records written in one transaction when no call is made for them."""


@dataclass(slots=True)
class Applied:
    """What came of a plan so far."""

    outcomes: list[Outcome] = field(default_factory=list)
    recorded: int = 0


@contextmanager
def locked(session: Session) -> Iterator[None]:
    """Be the one writer, or be refused naming who is."""
    from reconciler.ledger import WriterLock

    since = f"{session.tools.clock():%Y-%m-%d %H:%M} UTC"
    holder = f"pid {os.getpid()} on {socket.gethostname()} since {since}, run {session.run}"
    with WriterLock(database_path(session.loaded), holder=holder):
        yield


def carry_out(session: Session, plan: Plan, rails: Rails, done: Applied) -> None:
    """Do what the plan says: what only the ledger remembers first, then cancels, retries and creates in their order.
    `done` tells at every moment what came of it."""
    recorder = Recorder(session)
    _record_all(session, plan, recorder, done)
    if plan.remote:
        mark = session.observe(FRESH).highest_request
        with session.writer() as writer:
            performer = Performer(session, writer, recorder, plan.config.digest, mark)
            _Writes(session, rails, recorder, performer).send(plan.remote, done)


def stale(action: PlannedAction, index: Index, record: Record | None) -> str:
    """Why the action does not fit what is there now, in words; empty when it does."""
    serial = record.serial if record else None
    if serial != action.expects.serial:
        return "the ledger's record changed since the plan was made"
    wanted = frozenset(action.expects.seasons)
    actual = index.actual(action.key, record.requests if record else (), wanted)
    if actual.state is not action.expects.actual:
        return f"on the server it was {action.expects.actual.value}, and is {actual.state.value}"
    if action.action is Action.CREATE and (actual.in_flight | actual.available) & set(action.seasons):
        return "some of its seasons are there or requested by now"
    return ""


def _record_all(session: Session, plan: Plan, recorder: Recorder, done: Applied) -> None:
    """The decisions that reach only the ledger. A suppression is recorded after a second, single read alone."""
    index = Index.of(session.observe(FRESH))
    unsettled = unsettled_keys(session.ledger)
    fit: list[PlannedAction] = []
    for action in plan.actions:
        if not action.action.remote:
            why = _unfit(session, action, index, recorder.records.get(action.key), unsettled)
            if why:
                done.outcomes.append(outcome(action, Status.SKIPPED, Reason.STALE, why))
            else:
                fit.append(action)
    for start in range(0, len(fit), BATCH):
        with session.ledger.writing() as tx:
            for action in fit[start : start + BATCH]:
                recorder.change(tx, after_action(action, recorder.records.get(action.key), recorder.now()))
    done.recorded = len(fit)
    _tell(session, plan.remembered, recorder)


def _unfit(
    session: Session, action: PlannedAction, index: Index, record: Record | None, unsettled: Collection[Key]
) -> str:
    if action.key in unsettled:
        return "an earlier request for it is not settled yet"
    why = stale(action, index, record)
    if not why and action.becomes is RecordState.SUPPRESSED:
        why = _unconfirmed(session, action, index, record)
    return why


def _tell(session: Session, remembered: Collection[PlannedAction], recorder: Recorder) -> None:
    """Records that keep their state learn their present sponsors, terms and seasons."""
    known = [(one, recorder.records[one.key]) for one in remembered if one.key in recorder.records]
    with session.ledger.writing() as tx:
        for one, record in known:
            if record.serial == one.expects.serial:
                recorder.change(tx, told_more(one, record))


def _unconfirmed(session: Session, action: PlannedAction, index: Index, record: Record | None) -> str:
    """Why a second, single read does not confirm what the bulk read said; empty when it does. Of a title with several
    media rows a single read shows one alone, so that a second bulk read has to do."""
    try:
        several = len(index.media.get(action.key.title, ())) > 1
        title = (action.key.kind, action.key.tmdb)
        second = session.observe() if several else session.reader.observe_title(*title)
        again = stale(action, Index.of(second), record)
    except ServerError:
        again = _by_request(session, action, record)
    return f"a second read does not confirm it: {again}" if again else ""


def _by_request(session: Session, action: PlannedAction, record: Record | None) -> str:
    """A title whose details TMDB gives no more is judged by our own request, or else by a second bulk read."""
    try:
        if action.reason is Reason.REQUEST_DELETED and record is not None and record.requests:
            gone = session.reader.request(record.requests[-1].id) is None
            return "" if gone else "our request is there after all"
        return stale(action, Index.of(session.observe()), record)
    except ServerError as error:
        return str(error)


class _Writes:
    """The calls of one plan, one after another; each is preceded by a look that is at most a minute old."""

    def __init__(self, session: Session, rails: Rails, recorder: Recorder, performer: Performer) -> None:
        self._session, self._rails = session, rails
        self._recorder, self._perform = recorder, performer
        self._unsettled = unsettled_keys(session.ledger)
        self._index = Index.of(session.observe(FRESH))
        self._read_at = self._seen_at()

    def send(self, actions: Collection[PlannedAction], done: Applied) -> None:
        """Send them all, as far as stop flag, window, server and freshness allow."""
        with self._session.tools.progress.stage("Sending requests", len(actions)) as step:
            try:
                for action in actions:
                    done.outcomes.append(self._one(action))
                    step.advance(note=action.title)
            finally:
                self._perform.flush()

    def _one(self, action: PlannedAction) -> Outcome:
        now = self._session.tools.clock()
        if self._session.tools.stop.is_set():
            return outcome(action, Status.LEFT, Reason.STOPPED)
        if (pause := pause_for(pauses_now(self._session, now), action.lead)) is not None:
            return outcome(action, Status.HELD, Reason.PAUSED, pause.told)
        if self._rails.closes is not None and now >= self._rails.closes:
            return outcome(action, Status.DEFERRED, Reason.OUTSIDE_WINDOW)
        if not self._perform.broken:
            self._look(now)
        if self._perform.broken:
            return outcome(action, Status.LEFT, None, self._perform.broken)
        if action.key in self._unsettled:
            return outcome(action, Status.HELD, Reason.OUTCOME_UNKNOWN)
        why = stale(action, self._index, self._recorder.records.get(action.key))
        return outcome(action, Status.SKIPPED, Reason.STALE, why) if why else self._perform(action)

    def _look(self, now: datetime) -> None:
        """Read the server again when the last look is older than a minute, or the clock was set back."""
        if 0 <= (now - self._read_at).total_seconds() <= FRESH:
            return
        self._perform.flush()
        try:
            self._index = Index.of(self._session.observe())
        except ServerError as error:
            self._perform.broken = str(error)
        else:
            self._read_at = self._seen_at()

    def _seen_at(self) -> datetime:
        assert self._session.observed is not None
        return self._session.observed.read_at
