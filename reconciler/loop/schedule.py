"""When a list is due, and how long a failure is left alone. Pure: the clock is a value here.

Everything follows from what the ledger keeps of a list (when it was tried, how often it failed in a row, what the
service asked for), so a restart changes nothing. All waiting is reckoned from the last attempt; one that lies in the
future was made before the clock was set back, and counts as made now.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from schemas.config.times import Every
from schemas.fetch import ListState

JITTER = 0.05
"""Share of its interval by which a list is early or late, always the same for one name: lists drift apart."""
FIRST_RETRY = timedelta(minutes=5)
"""After one failure; twice as long after each further one, up to the list's interval."""
LONGEST_ASKED = timedelta(days=7)
"""A service that asks for more patience than that is mistaken."""
TOGETHER = timedelta(seconds=30)
"""Lists that are due so soon after a tick are fetched in it."""
LONGEST_WAIT = timedelta(days=1)
"""Between two ticks, whatever the lists say: titles, seasons and overrides change without them."""
TICK_RETRY = timedelta(seconds=30)
LONGEST_TICK_RETRY = timedelta(minutes=15)
UNFINISHED_RETRY = timedelta(minutes=2)
LONGEST_UNFINISHED_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often one list is to be fetched."""

    name: str
    source: str
    every: Every
    least: timedelta
    """The provider's minimum between two fetches."""
    zone: tzinfo
    """In which cron lines are read."""


def due_at(rhythm: Rhythm, state: ListState | None, now: datetime) -> datetime:
    """When the list is to be fetched next; in the past or now: it is due. A list that was never tried, or whose source
    was edited, is due at once."""
    if state is None or state.attempted_at is None or state.source != rhythm.source:
        return now
    tried = min(state.attempted_at, now)
    if state.failures:
        return tried + _patience(rhythm, state, tried)
    due = max(_regular(rhythm, tried), tried + rhythm.least)
    if state.suspicion is not None:  # its confirmation counts a whole interval after its first sight
        due = max(due, min(state.suspicion.since, now) + rhythm.every.interval(tried))
    return due


def was_set_back(state: ListState, now: datetime) -> bool:
    """Whether the list was tried at a time that has not come."""
    return state.attempted_at is not None and state.attempted_at > now


def restamped(state: ListState, now: datetime) -> ListState:
    """The list as if it had been tried now: after the clock was set back, its waiting begins anew and is not longer."""
    assert state.attempted_at is not None
    back = state.attempted_at - now
    return state.model_copy(
        update={"attempted_at": now, "retry_at": state.retry_at - back if state.retry_at is not None else None}
    )


def backoff(failures: int, first: timedelta, longest: timedelta) -> timedelta:
    """How long to wait after so many failures in a row: doubling from `first` up to `longest`."""
    doubled: timedelta = first * float(2 ** min(max(failures - 1, 0), 20))
    return min(doubled, longest)


def _regular(rhythm: Rhythm, tried: datetime) -> datetime:
    local = tried.astimezone(rhythm.zone)
    if rhythm.every.period is None:
        return rhythm.every.due_after(local).astimezone(tried.tzinfo)
    return tried + rhythm.every.period * (1 + JITTER * _lean(rhythm.name))


def _patience(rhythm: Rhythm, state: ListState, tried: datetime) -> timedelta:
    interval = max(rhythm.every.interval(tried.astimezone(rhythm.zone)), rhythm.least)
    wait = max(backoff(state.failures, FIRST_RETRY, interval), rhythm.least)
    if state.retry_at is None or state.attempted_at is None:
        return wait
    return max(wait, min(state.retry_at - state.attempted_at, LONGEST_ASKED))


def _lean(name: str) -> float:
    """Between -1 and 1, always the same for one name."""
    number = int.from_bytes(hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "big")
    return number / 0x7FFFFFFF - 1
