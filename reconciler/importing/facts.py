"""What the ledger has to know of a time before it: titles that were requested, and that somebody deleted since."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.apply import locked
from reconciler.core.actual import Index
from reconciler.recording import Recorder
from schemas.events import Event, EventType
from schemas.media import Key
from schemas.plan import ActualState
from schemas.reasons import Reason
from schemas.record import Record, RecordState

if TYPE_CHECKING:
    from collections.abc import Collection

    from reconciler.importing.household import OldTitle
    from reconciler.session import Session

GONE = frozenset({ActualState.NONE, ActualState.DELETED})
MOST_AT_ONCE = 20
"""Or a tenth of the titles: more than that gone at once looks like another server, and wants a person's word."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What came of it."""

    there: int
    """Titles that the server still has or knows: the next plan finds them by itself."""
    known: int
    """Titles that the ledger had a record of: it knows better."""
    gone: tuple[str, ...]
    """Titles that it has no more: they stay gone."""
    kept: bool
    """Whether they were written down; False: so many are gone that a person has to say so."""


def keep_facts(session: "Session", titles: "Collection[OldTitle]", *, is_4k: bool, most: int | None = None) -> Facts:
    """Write down which titles were requested once and are on the server no more: nobody's list brings them back. One
    bulk read of the server, nothing sent. Doing it again changes nothing. `most`: how many may be gone; unless given,
    as many as do not look like another server. Raises ServerError, LedgerLocked, LedgerError."""
    index = Index.of(session.observe())
    with locked(session):
        recorder = Recorder(session)
        now, gone, there, known = recorder.now(), [], 0, 0
        for title in titles:
            key = Key(title.kind, title.tmdb, is_4k)
            if key in recorder.records:
                known += 1
            elif index.actual(key).state in GONE:
                gone.append(
                    Record(
                        key=key,
                        title=title.title,
                        year=title.year,
                        state=RecordState.SUPPRESSED,
                        reason=Reason.REQUEST_DELETED,
                        since=now,
                    )
                )
            else:
                there += 1
        limit = max(MOST_AT_ONCE, len(titles) // 10) if most is None else most
        kept = len(gone) <= limit
        if kept and gone:
            with session.ledger.writing() as tx:
                for record in gone:
                    recorder.change(tx, record)
                told = f"{len(gone)} titles of ListSync that were deleted since"
                tx.add_event(Event(at=now, run=session.run, type=EventType.IMPORTED, message=told))
    return Facts(there, known, tuple(record.title for record in gone), kept)
