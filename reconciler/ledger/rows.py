"""Shapes to rows and back. What comes back was validated again: a row tampered with is an error, not a value."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from schemas.events import Event, Run
from schemas.media import Key
from schemas.reasons import Reason
from schemas.record import (
    AllowSeen,
    Candidate,
    Intent,
    OurRequest,
    Presence,
    Record,
    RecordState,
    Refusal,
    Resolved,
    Terms,
)
from schemas.server import Details, NewRequest, RequestOptions

Values = dict[str, Any]
"""The columns of one row, `server` aside, ready to be bound."""

_REQUESTS = TypeAdapter(tuple[OurRequest, ...])
_CANDIDATES = TypeAdapter(tuple[Candidate, ...])
_KEPT = 4096
"""How many small texts are decoded once and shared: terms, options and sponsors repeat over thousands of rows."""


def stamp(moment: datetime) -> str:
    """UTC text of fixed width. A naive time has no meaning here and is refused with ValueError."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def stamp_or_none(moment: datetime | None) -> str | None:
    """The same for a time that may be missing."""
    return None if moment is None else stamp(moment)


def moment_or_none(text: str | None) -> datetime | None:
    """An aware time, or None."""
    return None if text is None else datetime.fromisoformat(text)


def text_of(value: object) -> str:
    """JSON."""
    return to_json(value, inf_nan_mode="constants").decode()


@lru_cache(_KEPT)
def _texts(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


@lru_cache(_KEPT)
def _numbers(text: str) -> tuple[int, ...]:
    return tuple(json.loads(text))


@lru_cache(_KEPT)
def _terms(text: str) -> Terms:
    return Terms.model_validate_json(text)


@lru_cache(_KEPT)
def _options(text: str) -> RequestOptions:
    return RequestOptions.model_validate_json(text)


@lru_cache(_KEPT)
def _terms_text(terms: Terms) -> str:
    return text_of(terms)


@lru_cache(_KEPT)
def _options_text(options: RequestOptions) -> str:
    return text_of(options)


def record_values(record: Record) -> Values:
    """The columns of a record, all but its serial, which the ledger counts."""
    return {
        "key": str(record.key),
        "title": record.title,
        "year": record.year,
        "state": record.state.value,
        "reason": record.reason and record.reason.value,
        "since": stamp(record.since),
        "seasons": text_of(record.seasons),
        "sponsors": text_of(record.sponsors),
        "lead": record.lead,
        "terms": _terms_text(record.terms),
        "options": _options_text(record.options),
        "requests": text_of(record.requests) if record.requests else "[]",
        "retries": record.retries,
        "retried_at": stamp_or_none(record.retried_at),
    }


def record_from(row: Sequence[Any]) -> Record:
    """A record, from all columns but `server`, in the order of the table."""
    key, title, year, state, reason, since, serial, seasons, sponsors, lead, terms, options, requests, retries, at = row
    return Record(
        key=Key.parse(key),
        title=title,
        year=year,
        state=RecordState(state),
        reason=Reason(reason) if reason else None,
        since=datetime.fromisoformat(since),
        serial=serial,
        seasons=_numbers(seasons),
        sponsors=_texts(sponsors),
        lead=lead,
        terms=_terms(terms),
        options=_options(options),
        requests=() if requests == "[]" else _REQUESTS.validate_json(requests),
        retries=retries,
        retried_at=moment_or_none(at),
    )


def intent_values(intent: Intent) -> Values:
    """The columns of an open intent."""
    return {
        "run": intent.run,
        "key": str(intent.key),
        "action": intent.action.value,
        "request": intent.request and text_of(intent.request),
        "request_id": intent.request_id,
        "mark": intent.mark,
        "sent_at": stamp(intent.sent_at),
        "title": intent.title,
        "year": intent.year,
        "sponsors": text_of(intent.sponsors),
        "lead": intent.lead,
        "terms": _terms_text(intent.terms),
    }


def intent_from(row: Values) -> Intent:
    """An intent, with its id."""
    return Intent.model_validate(
        row
        | {
            "request": row["request"] and NewRequest.model_validate_json(row["request"]),
            "sent_at": datetime.fromisoformat(row["sent_at"]),
            "sponsors": _texts(row["sponsors"]),
            "terms": _terms(row["terms"]),
        }
    )


def event_values(event: Event) -> Values:
    """The columns of an event, all but its id."""
    return {
        "at": stamp(event.at),
        "run": event.run,
        "type": event.type.value,
        "key": event.key and str(event.key),
        "list": event.list,
        "reason": event.reason and event.reason.value,
        "message": event.message,
        "data": text_of(event.data) if event.data else "{}",
    }


def event_from(row: Values) -> Event:
    """An event, with its id."""
    return Event.model_validate(row | {"at": datetime.fromisoformat(row["at"]), "data": json.loads(row["data"])})


def run_values(run: Run) -> Values:
    """The columns of a run."""
    return {
        "id": run.id,
        "command": run.command,
        "started": stamp(run.started),
        "finished": stamp_or_none(run.finished),
        "exit_code": run.exit_code,
        "revision": run.revision,
        "config_digest": run.config_digest,
        "plan": run.plan,
        "counts": text_of(run.counts),
        "message": run.message,
    }


def run_from(row: Values) -> Run:
    """A run."""
    return Run.model_validate(
        row
        | {
            "started": datetime.fromisoformat(row["started"]),
            "finished": moment_or_none(row["finished"]),
            "counts": json.loads(row["counts"]),
        }
    )


def refusal_values(refusal: Refusal) -> Values:
    """The columns of a refusal."""
    return {
        "key": str(refusal.key),
        "reason": refusal.reason.value,
        "text": refusal.text,
        "at": stamp(refusal.at),
        "config_digest": refusal.config_digest,
    }


def refusal_from(row: Values) -> Refusal:
    """A refusal."""
    return Refusal.model_validate(row | {"at": datetime.fromisoformat(row["at"])})


def presence_values(presence: Presence) -> Values:
    """The columns of a presence."""
    return {
        "key": str(presence.key),
        "absent_since": stamp(presence.absent_since),
        "back_at": stamp_or_none(presence.back_at),
    }


def presence_from(row: Values) -> Presence:
    """A presence."""
    return Presence(
        key=Key.parse(row["key"]),
        absent_since=datetime.fromisoformat(row["absent_since"]),
        back_at=moment_or_none(row["back_at"]),
    )


def allow_values(allow: AllowSeen) -> Values:
    """The columns of an allow."""
    return {"key": str(allow.key), "digest": allow.digest, "first_seen": stamp(allow.first_seen)}


def allow_from(row: Values) -> AllowSeen:
    """An allow."""
    return AllowSeen(
        key=Key.parse(row["key"]), digest=row["digest"], first_seen=datetime.fromisoformat(row["first_seen"])
    )


def resolution_values(resolved: Resolved) -> Values:
    """The columns of a resolution."""
    return {
        "ref": resolved.ref,
        "evidence": resolved.evidence,
        "key": resolved.key and str(resolved.key),
        "method": resolved.method,
        "score": resolved.score,
        "title": resolved.title,
        "year": resolved.year,
        "reason": resolved.reason and resolved.reason.value,
        "detail": resolved.detail,
        "candidates": text_of(resolved.candidates) if resolved.candidates else "[]",
        "at": stamp(resolved.at),
    }


def resolution_from(row: Sequence[Any]) -> Resolved:
    """A resolution, from all columns in the order of the table."""
    ref, evidence, key, method, score, title, year, reason, detail, candidates, at = row
    return Resolved.model_validate(
        {
            "ref": ref,
            "evidence": evidence,
            "key": key and Key.parse(key),
            "method": method,
            "score": score,
            "title": title,
            "year": year,
            "reason": reason,
            "detail": detail,
            "candidates": () if candidates == "[]" else _CANDIDATES.validate_json(candidates),
            "at": datetime.fromisoformat(at),
        }
    )


def details_values(details: Details, read_at: datetime) -> Values:
    """The columns of a title's details."""
    return {
        "key": str(Key(details.kind, details.tmdb)),
        "read_at": stamp(read_at),
        "details": to_json(details, inf_nan_mode="constants", exclude_none=True).decode(),
    }


def details_from(text: str) -> Details:
    """A title's details."""
    return Details.model_validate_json(text)
