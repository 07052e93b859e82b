"""Plain values for tests that are about something else."""

from dataclasses import replace
from datetime import UTC, datetime

from schemas.events import Event, EventType
from schemas.fetch import ListState, Snapshot
from schemas.media import Item, Key, Kind
from schemas.reasons import Reason
from schemas.record import Intent, IntentAction, OurRequest, Record, RecordState
from schemas.server import NewRequest

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)


def movie(tmdb: int = 603, *, is_4k: bool = False) -> Key:
    return Key(Kind.MOVIE, tmdb, is_4k)


def record(tmdb: int = 603, **changes: object) -> Record:
    whole = Record(
        key=movie(tmdb),
        title=f"Title {tmdb}",
        year=1999,
        state=RecordState.REQUESTED,
        reason=Reason.WANTED,
        since=NOW,
        sponsors=("top", "critics"),
        lead="top",
        requests=(OurRequest(id=tmdb, created_at="2026-11-22T12:00:00.000Z"),),
    )
    return replace(whole, **changes)


def intent(tmdb: int = 603, **changes: object) -> Intent:
    key = movie(tmdb)
    whole = Intent(
        run="r1",
        key=key,
        action=IntentAction.CREATE,
        request=NewRequest(key=key),
        mark=tmdb,
        sent_at=NOW,
        title=f"Title {tmdb}",
        sponsors=("top", "critics"),
        lead="top",
    )
    return whole.model_copy(update=changes)


def event(tmdb: int | None = 603, **changes: object) -> Event:
    key = None if tmdb is None else movie(tmdb)
    return Event(at=NOW, run="r1", type=EventType.REQUESTED, key=key, list="top").model_copy(update=changes)


def snapshot(*refs: str, digest: str = "d1") -> Snapshot:
    items = tuple(Item(ref=ref, title=ref, position=place) for place, ref in enumerate(refs, 1))
    return Snapshot(items=items, fetched_at=NOW, digest=digest, source="imdb:top")


def list_state(name: str = "top", **parts: object) -> ListState:
    return ListState(name=name, source="imdb:top").model_copy(update=parts)
