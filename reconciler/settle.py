"""Open intents find their end: what was sent and never answered is on the server, or is not (design, section 8)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reconciler.core.actual import Index
from schemas.media import Key, Kind
from schemas.record import Intent, IntentAction, OurRequest
from schemas.server import Observed, RequestRow, RequestStatus

if TYPE_CHECKING:
    from reconciler.ledger import Ledger

STILL_POSSIBLE = timedelta(minutes=2)
"""A request whose client died is still carried out: until then, not finding it proves nothing."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an open intent turned out to be."""

    intent: Intent
    carried_out: bool
    request: RequestRow | None = None
    """The request that it made."""


@dataclass(frozen=True, slots=True)
class Settlements:
    """All open intents against one observation."""

    settled: tuple[Settlement, ...]
    open: tuple[Intent, ...]
    """Still undecided: their keys are held."""
    from_the_future: tuple[Intent, ...]
    """Sent at a time that has not come: the clock was set back, and their two minutes begin anew."""


def settle(
    intents: Collection[Intent], observed: Observed, known: Collection[OurRequest], self_id: int, now: datetime
) -> Settlements:
    """Judge intents by an observation. `known` are requests that the ledger has as ours already; `self_id` is the key's
    own user, who requests where no other user is named. Pure."""
    index = Index.of(observed)
    claimed = set(known)
    settled: list[Settlement] = []
    undecided: list[Intent] = []
    future: list[Intent] = []
    for intent in intents:
        outcome = _judge(intent, index, claimed, self_id)
        if outcome is not None:
            settled.append(outcome)
            if outcome.request is not None:
                claimed.add(OurRequest(id=outcome.request.id, created_at=outcome.request.created_at))
        elif intent.sent_at > now:
            future.append(intent)
        elif observed.read_at - intent.sent_at >= STILL_POSSIBLE:
            settled.append(Settlement(intent, carried_out=False))
        else:
            undecided.append(intent)
    return Settlements(tuple(settled), tuple(undecided), tuple(future))


def _judge(intent: Intent, index: Index, claimed: Collection[OurRequest], self_id: int) -> Settlement | None:
    rows = index.requests.get(intent.key.title, [])
    if intent.action is IntentAction.CREATE:
        made = next(iter(_made(intent, rows, claimed, self_id)), None)
        return Settlement(intent, carried_out=True, request=made) if made else None
    row = next((row for row in rows if row.id == intent.request_id), None)
    if intent.action is IntentAction.CANCEL:
        return Settlement(intent, carried_out=True) if row is None else None
    retried = row is not None and row.status != RequestStatus.FAILED
    return Settlement(intent, carried_out=True, request=row) if retried else None


def _made(
    intent: Intent, rows: Collection[RequestRow], claimed: Collection[OurRequest], self_id: int
) -> Iterator[RequestRow]:
    """Requests for the key, by the requester, above the mark, that ask for nothing that we did not ask for."""
    assert intent.request is not None
    requester = intent.request.options.requester or self_id
    for row in sorted(rows, key=lambda row: row.id):
        mine = row.key == intent.key and row.id > intent.mark and row.requested_by == requester
        asked = intent.key.kind is Kind.MOVIE or bool(row.seasons and set(row.seasons) <= set(intent.request.seasons))
        if mine and asked and OurRequest(id=row.id, created_at=row.created_at) not in claimed:
            yield row


def unsettled_keys(ledger: "Ledger") -> frozenset[Key]:
    """Keys that have an open intent."""
    return frozenset(intent.key for intent in ledger.open_intents())
