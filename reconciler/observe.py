"""What the server says of single titles: details, read once and kept. Shows need them for their seasons, filters for
what no list tells."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from providers.servers import DetailsUnavailable, ServerError, ServerReader
from reconciler.progress import Step
from reconciler.session import Session
from schemas.media import Key, Kind
from schemas.server import Details

AT_ONCE = 8
RUNNING_KEPT = timedelta(days=1)
SETTLED_KEPT = timedelta(days=30)
FILTER_KEPT = timedelta(days=7)
"""Votes and dates move slowly; seasons are not what a filter asks for."""
MOST_RENEWED = 500
"""Kept details that one run reads anew for filters, the oldest first: thousands would all come due on one day."""
GIVE_UP_AFTER = 20
"""Titles in a row without an answer, after which a title that TMDB is sure to know is asked for."""
CANARY = "tt0111161"

TitleId = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class Read:
    """Details, as far as they could be had."""

    details: Mapping[TitleId, Details]
    new: frozenset[TitleId] = frozenset()
    """The titles that were never read before: the server was asked for each."""
    renewed: int = 0
    """For how many others it was asked again."""
    unknown: frozenset[TitleId] = frozenset()
    """Titles that TMDB does not know: the server has no details of them while it tells other titles' well."""


def read_details(session: Session, wanted: Iterable[TitleId]) -> Read:
    """The details of titles (shows for their seasons, and whatever has no title yet): kept ones while they are fresh,
    stale ones where the server has no answer now. A title that is missing in the result could not be read at all."""
    return _renewed(session, set(wanted), _stale)


def filter_details(session: Session, wanted: set[TitleId], most_renewed: int = MOST_RENEWED) -> Read:
    """The details that filters ask for: every title is read once, and again after a week, the oldest first."""
    return _renewed(session, wanted, lambda kept, now: _oldest(kept, now, most_renewed))


def kept_details(session: Session, wanted: set[TitleId]) -> Read:
    """The details that were read before, whenever that was. Asks nobody."""
    return Read({title: details for title, (details, _) in session.ledger.details(sorted(wanted)).items()})


_Kept = Mapping[TitleId, tuple[Details, datetime]]


def _renewed(session: Session, wanted: set[TitleId], stale: Callable[[_Kept, datetime], Iterable[TitleId]]) -> Read:
    kept = session.ledger.details(sorted(wanted))
    new, old = frozenset(wanted - kept.keys()), set(stale(kept, session.tools.clock()))
    read, unknown = _read_all(session, sorted(new | old)) if new or old else ({}, frozenset())
    session.ledger.save_details(read.values())
    known = {title: details for title, (details, _) in kept.items()} | dict(read)
    return Read(known, new, len(old), unknown - known.keys())


def _stale(kept: _Kept, now: datetime) -> Iterable[TitleId]:
    return (title for title, (details, read_at) in kept.items() if not _fresh(details, read_at, now))


def _fresh(details: Details, read_at: datetime, now: datetime) -> bool:
    """A clock that was set back makes nothing fresh for ever."""
    return timedelta(0) <= now - read_at < (SETTLED_KEPT if details.settled else RUNNING_KEPT)


def _oldest(kept: _Kept, now: datetime, most: int) -> Iterable[TitleId]:
    old = sorted((read_at, title) for title, (_, read_at) in kept.items() if now - read_at >= FILTER_KEPT)
    return [title for _, title in old[:most]]


def _read_all(session: Session, titles: list[TitleId]) -> tuple[Mapping[TitleId, Details], frozenset[TitleId]]:
    """What could be read, and the titles that TMDB does not know."""
    reading = _Reading(session.reader)
    with (
        session.tools.progress.stage("Reading details", len(titles)) as step,
        ThreadPoolExecutor(AT_ONCE, thread_name_prefix="details") as pool,
    ):
        answers = pool.map(lambda title: reading(title, step), titles)
        found = {title: details for title, details in zip(titles, answers, strict=True) if details is not None}
        unknown = reading.unknown(pool)
    missing = len(titles) - len(found) - len(unknown)
    if missing:
        session.tools.log.warning("Details could not be read", titles=missing, last=reading.last_error)
    if unknown:
        session.tools.log.warning("TMDB does not know these ids", titles=len(unknown), first=str(Key(*min(unknown))))
    return found, unknown


@dataclass(slots=True)
class _Reading:
    """Reads by several threads, which stop when nobody answers: TMDB's outage and an unknown id look alike."""

    reader: ServerReader
    last_error: str = ""
    _in_a_row: int = 0
    _unavailable: set[TitleId] = field(default_factory=set)
    _given_up: Event = field(default_factory=Event)

    def __call__(self, title: TitleId, step: Step) -> Details | None:
        """None when the server cannot tell now."""
        if self._given_up.is_set():
            return None
        try:
            details = self.reader.details(*title)
        except ServerError as error:
            self.last_error = str(error)
            self._in_a_row += 1
            unavailable = isinstance(error, DetailsUnavailable)
            if unavailable:
                self._unavailable.add(title)
            if self._in_a_row % GIVE_UP_AFTER == 0 and not (unavailable and self._tmdb_answers()):
                self._given_up.set()
            return None
        self._in_a_row = 0
        step.advance(note=details.title)
        return details

    def unknown(self, pool: Executor) -> frozenset[TitleId]:
        """The titles that have no details when they are asked for once more either, while TMDB answers."""
        asked = sorted(self._unavailable)
        if not asked or self._given_up.is_set() or not self._tmdb_answers():
            return frozenset()
        again = pool.map(self._is_unavailable, asked)
        return frozenset(title for title, unavailable in zip(asked, again, strict=True) if unavailable)

    def _is_unavailable(self, title: TitleId) -> bool:
        try:
            self.reader.details(*title)
        except DetailsUnavailable:
            return True
        except ServerError:
            pass
        return False

    def _tmdb_answers(self) -> bool:
        """A look-up by id fails loudly in an outage (observed)."""
        try:
            self.reader.find("imdb", CANARY)
        except ServerError:
            return False
        return True
