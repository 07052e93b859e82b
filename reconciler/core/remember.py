"""What a record becomes. Pure; the ledger gives the serial."""

from dataclasses import replace
from datetime import datetime

from schemas.plan import Action, PlannedAction
from schemas.reasons import Reason
from schemas.record import Intent, OurRequest, Record, RecordState


def after_action(action: PlannedAction, record: Record | None, now: datetime, made: OurRequest | None = None) -> Record:
    """The record once an action had its effect, `made` being the request that it created."""
    base = record or Record(key=action.key, title=action.title, year=action.year, state=RecordState.NONE, since=now)
    changed = base.state is not action.becomes or action.action.remote
    retried = action.action is Action.RETRY
    return replace(
        _told(action, base),
        title=action.title or base.title,
        year=action.year or base.year,
        state=action.becomes,
        reason=action.reason,
        since=now if changed else base.since,
        seasons=_seasons(base, action.seen_seasons, action.seasons if made else ()),
        requests=_without(_with(base.requests, made), action.request_id if action.action is Action.CANCEL else None),
        retries=base.retries + 1 if retried else 0 if made else base.retries,
        retried_at=now if retried else None if made else base.retried_at,
    )


def told_more(action: PlannedAction, record: Record) -> Record:
    """The record with its present sponsors, terms and seen seasons; its state and age stay."""
    return replace(_told(action, record), seasons=_seasons(record, action.seen_seasons, ()))


def after_intent(intent: Intent, record: Record | None, made: OurRequest | None, now: datetime) -> Record:
    """The record once an intent is known to have been carried out as a create."""
    base = record or Record(key=intent.key, title=intent.title, year=intent.year, state=RecordState.NONE, since=now)
    asked = intent.request.seasons if intent.request else ()
    return replace(
        base,
        state=RecordState.REQUESTED,
        reason=Reason.WANTED,
        since=now,
        seasons=_seasons(base, (), asked),
        requests=_with(base.requests, made),
        sponsors=intent.sponsors or base.sponsors,
        lead=intent.lead or base.lead,
        terms=intent.terms,
        options=intent.request.options if intent.request else base.options,
    )


def after_cancel(record: Record, request_id: int | None, now: datetime) -> Record:
    """The record once our request is known to have been withdrawn."""
    released = in_state(record, RecordState.RELEASED, Reason.LEFT_ALL_LISTS, now)
    return replace(released, requests=_without(record.requests, request_id))


def in_state(record: Record, state: RecordState, reason: Reason, now: datetime) -> Record:
    """The record in another state, all else as it is."""
    return replace(record, state=state, reason=reason, since=now)


def _told(action: PlannedAction, record: Record) -> Record:
    return replace(record, sponsors=action.lists, lead=action.lead, terms=action.terms, options=action.options)


def _seasons(record: Record, seen: tuple[int, ...], asked: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({*record.seasons, *seen, *asked}))


def _with(requests: tuple[OurRequest, ...], made: OurRequest | None) -> tuple[OurRequest, ...]:
    return requests if made is None or made in requests else (*requests, made)


def _without(requests: tuple[OurRequest, ...], withdrawn: int | None) -> tuple[OurRequest, ...]:
    """What we took back ourselves is not missed later: it was nobody's no."""
    return requests if withdrawn is None else tuple(one for one in requests if one.id != withdrawn)
