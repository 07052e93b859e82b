"""What the ledger says, as deciding needs it; a list that was renamed finds its memory under its old name."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from reconciler.core.deliberate import Recalled
from reconciler.rules import active
from reconciler.session import Session
from reconciler.settle import settle
from schemas.config import Override
from schemas.fetch import ListState
from schemas.media import Key
from schemas.record import AllowSeen, OurRequest, Record
from schemas.server import Observed


def recall_lists(session: Session) -> dict[str, ListState]:
    """The kept state of every list, by its present name."""
    states = session.ledger.list_states()
    for name, was in _renamed(session).items():
        if name not in states and was in states:
            states[name] = states[was].model_copy(update={"name": name})
    return states


def recall(session: Session, observed: Observed, now: datetime) -> Recalled:
    """Records, presences, allows, refusals and open intents. An intent that is known to have come to nothing stands in
    nobody's way: `apply` settles it before it sends anything."""
    ledger = session.ledger
    records = ledger.records()
    unsettled, carried_out = _unsettled(session, records, observed, now)
    return Recalled(
        records=_by_present_names(records, _renamed(session)),
        presences=ledger.presences(),
        allows=_see_allows(session, now),
        refusals=ledger.refusals(),
        unsettled=unsettled,
        carried_out=carried_out,
    )


def _unsettled(
    session: Session, records: Mapping[Key, Record], observed: Observed, now: datetime
) -> tuple[frozenset[Key], Mapping[Key, OurRequest]]:
    """Keys whose intents are open still, and the requests that some of them are seen to have made."""
    intents = session.ledger.open_intents()
    if not intents:
        return frozenset(), {}
    known = {request for record in records.values() for request in record.requests}
    made = settle(intents, observed, known, session.reader.me().id, now)
    over = {one.intent.id for one in made.settled if not one.carried_out}
    found = {
        one.intent.key: OurRequest(id=one.request.id, created_at=one.request.created_at)
        for one in made.settled
        if one.carried_out and one.request is not None
    }
    return frozenset(intent.key for intent in intents if intent.id not in over), found


def _renamed(session: Session) -> dict[str, str]:
    return {name: one.was for name, one in session.config.lists.items() if one.was is not None}


def _by_present_names(records: Mapping[Key, Record], renamed: Mapping[str, str]) -> Mapping[Key, Record]:
    if not renamed:
        return records
    now = {was: name for name, was in renamed.items()}
    return {
        key: replace(
            record,
            sponsors=tuple(dict.fromkeys(now.get(name, name) for name in record.sponsors)),
            lead=now.get(record.lead or "", record.lead),
        )
        if not now.keys().isdisjoint(record.sponsors)
        else record
        for key, record in records.items()
    }


def _see_allows(session: Session, now: datetime) -> dict[Key, AllowSeen]:
    """When each `allow` was first seen. One that was taken away is forgotten, so that it may be given again."""
    kept = session.ledger.allows()
    allows = session.config.overrides.allow.items()
    current = {key: _seen(key, one, kept.get(key), now) for key, one in allows if active(one, session.config, now)}
    changed = [one for key, one in current.items() if kept.get(key) != one]
    session.ledger.save_allows(changed, [key for key in kept if key not in current])
    return current


def _seen(key: Key, allow: Override, kept: AllowSeen | None, now: datetime) -> AllowSeen:
    import hashlib

    text = hashlib.sha256(f"{allow.why}\0{allow.until}".encode()).hexdigest()[:16]
    return kept if kept is not None and kept.digest == text else AllowSeen(key=key, digest=text, first_seen=now)
