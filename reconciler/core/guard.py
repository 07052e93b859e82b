"""Failed is not empty is not smaller: how far a fetch is trusted (design, section 6)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.fetch import Fetched, ListState, Snapshot, Suspicion, Verdict
from schemas.media import Item

EMPTY_MATTERS_FROM = 5
"""Items that a list must have had for its emptiness to need a confirmation."""
SHRINK_MATTERS_FROM = 10
SHORTFALL_READS = 3
"""Whole reads with one and the same shortfall after which the service's own count is held to be wrong."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A fetch that brought nothing."""

    message: str
    remedy: str = ""
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """What the list's own configuration says of trusting it."""

    source: str
    interval: timedelta
    allow_empty: bool = False


def digest_items(items: Iterable[Item]) -> str:
    """A digest of what matters for wanting: identities and order."""
    found = hashlib.sha256()
    for item in items:
        ids = item.ids
        found.update(
            f"{item.ref}\0{item.kind}\0{item.title}\0{item.year}\0{ids.tmdb}\0{ids.imdb}\0{ids.tvdb}\n".encode(
                "utf-8", "surrogatepass"
            )
        )
    return found.hexdigest()


def judge(state: ListState | None, name: str, trust: Trust, result: Fetched | Failure, now: datetime) -> ListState:
    """The list's next state, with the verdict and a message for people in it. Pure: nothing is kept here."""
    known = _same_source(state, name, trust.source)
    if isinstance(result, Failure):
        return known.model_copy(
            update={
                "verdict": Verdict.FAILED,
                "message": result.message,
                "attempted_at": now,
                "failures": known.failures + 1,
                "retry_at": result.retry_at,
            }
        )
    snapshot = Snapshot(items=result.items, fetched_at=now, digest=digest_items(result.items), source=trust.source)
    before = len(known.trusted.items) if known.trusted and known.trusted.source == trust.source else 0
    verdict, message, update = _verdict(known, trust, result, snapshot, before)
    update |= {"verdict": verdict, "message": message, "attempted_at": now, "retry_at": None}
    if verdict is Verdict.TRUSTED:
        update |= {"trusted": snapshot, "previous": _previous(known), "extra": None, "suspicion": None}
    elif verdict is not Verdict.SUSPICIOUS_EMPTY:
        update["extra"] = snapshot
    update["failures"] = known.failures + 1 if verdict is Verdict.SUSPICIOUS_EMPTY else 0
    return known.model_copy(update=update)


def way_out(verdict: Verdict | None, name: str) -> str:
    """What a person can do about a list that is not trusted; empty where its own error says it."""
    match verdict:
        case Verdict.EMPTY_UNCONFIRMED | Verdict.SHRINK_UNCONFIRMED:
            return f"`listsync accept {name}` if that is meant; else it counts once the next fetch says the same"
        case Verdict.SUSPICIOUS_EMPTY:
            return "look at the list in a browser; what it held before stays wanted"
    return ""


def last_words(state: ListState, source: str) -> str:
    """What is to be said of a list that was not fetched now."""
    if state.source != source:
        return "its source was edited, and the new one was never fetched"
    if state.verdict is None:
        return "never fetched"
    told = f": {state.message}" if state.message else ""
    return "" if state.verdict is Verdict.TRUSTED else f"its last fetch: {state.verdict.value}{told}"


def accept(state: ListState) -> ListState:
    """What a person accepts: the last untrusted contents become the trusted ones, their losses confirmed."""
    if state.extra is None:
        return state
    return state.model_copy(
        update={
            "trusted": state.extra,
            "previous": state.extra,
            "extra": None,
            "suspicion": None,
            "verdict": Verdict.TRUSTED,
            "message": None,
        }
    )


def _same_source(state: ListState | None, name: str, source: str) -> ListState:
    """An edited source is another list: its old contents serve only to count their loss at once."""
    if state is None:
        return ListState(name=name, source=source)
    if state.source == source:
        return state
    return ListState(name=name, source=source, trusted=state.trusted, previous=state.previous)


def _previous(known: ListState) -> Snapshot | None:
    return known.trusted


def _verdict(
    known: ListState, trust: Trust, result: Fetched, snapshot: Snapshot, before: int
) -> tuple[Verdict, str | None, dict[str, object]]:
    count = len(result.items)
    missing = max(0, (result.total or 0) - count)
    if count == 0 and result.total != 0 and (result.complete or result.total):
        if result.total:
            return Verdict.PARTIAL, f"none of the {result.total} titles that the source says it has came", {}
        return (
            Verdict.SUSPICIOUS_EMPTY,
            "no titles came, and the source does not say that the list is empty",
            {},
        )
    if not result.complete:
        told = f" of {result.total}" if result.total else ""
        return Verdict.PARTIAL, f"only {count}{told} titles could be read", {}
    if missing:
        reads = known.shortfall_reads + 1 if known.shortfall == missing else 1
        update: dict[str, object] = {"shortfall": missing, "shortfall_reads": reads}
        if reads < SHORTFALL_READS:
            return Verdict.PARTIAL, f"{count} of {result.total} titles came", update
        note = f"the source says {result.total} titles and gives {count}, {reads} times in a row: believed"
        return _size_verdict(known, trust, snapshot, before, note, update)
    return _size_verdict(known, trust, snapshot, before, None, {"shortfall": None, "shortfall_reads": 0})


def _size_verdict(
    known: ListState, trust: Trust, snapshot: Snapshot, before: int, note: str | None, update: dict[str, object]
) -> tuple[Verdict, str | None, dict[str, object]]:
    count, now = len(snapshot.items), snapshot.fetched_at
    if count == 0 and before >= EMPTY_MATTERS_FROM and not trust.allow_empty:
        if _confirmed(known.suspicion, "empty", trust.interval, now):
            return Verdict.TRUSTED, f"empty, as {_ago(known.suspicion, now)} ago", update
        return (
            Verdict.EMPTY_UNCONFIRMED,
            f"the source says that the list is empty; it had {before} titles",
            update | {"suspicion": _suspect(known.suspicion, "empty", snapshot)},
        )
    if before >= SHRINK_MATTERS_FROM and 0 < count * 2 < before:
        if _confirmed(known.suspicion, "shrunk", trust.interval, now):
            return Verdict.TRUSTED, f"{count} titles, as {_ago(known.suspicion, now)} ago", update
        return (
            Verdict.SHRINK_UNCONFIRMED,
            f"it shrank from {before} titles to {count}",
            update | {"suspicion": _suspect(known.suspicion, "shrunk", snapshot)},
        )
    return Verdict.TRUSTED, note, update


def _suspect(suspicion: Suspicion | None, kind: str, snapshot: Snapshot) -> Suspicion:
    """The clock of a suspicion runs from its first sight."""
    if suspicion is not None and suspicion.kind == kind:
        return suspicion
    return Suspicion.model_validate({"kind": kind, "since": snapshot.fetched_at, "digest": snapshot.digest})


def _confirmed(suspicion: Suspicion | None, kind: str, interval: timedelta, now: datetime) -> bool:
    return suspicion is not None and suspicion.kind == kind and now - suspicion.since >= interval


def _ago(suspicion: Suspicion | None, now: datetime) -> str:
    hours = (now - suspicion.since).total_seconds() / 3600 if suspicion else 0
    return f"{hours:.0f} h"
