"""Pauses that people set on the command line. The ledger keeps them; the rails take them together with those of the
configuration.

They are written without the writer's lock, which `apply` and `run` hold for as long as they send: a pause has to come
through just then. The lock guards what a plan rests on (records, intents, events of a run); a pause is none of it. To
set one only reduces what is sent, `apply` looks before each call. To lift one gives nothing to a run under way either:
what its plan held stays held, and the next plan decides anew. Each is one transaction of its own.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.core.rails import Pause
from reconciler.loop.asking import nudge
from reconciler.session import Session
from schemas.events import Event, EventType

if TYPE_CHECKING:
    from reconciler.ledger import Ledger, Writing

PAUSES = "pauses"
"""The setting: a JSON object of pauses by list; the empty name stands for everything."""

Scope = str | None
"""A list's name; None: everything."""


def kept_pauses(ledger: "Ledger", now: datetime) -> dict[Scope, Pause]:
    """The pauses that people set and that still hold."""
    return {scope: pause for scope, pause in _read(ledger).items() if pause.holds(now)}


def pause(session: Session, scope: Scope, wanted: Pause) -> None:
    """Set a pause, in the place of an earlier one of the same scope."""
    now = session.tools.clock()
    with session.ledger.writing() as tx:
        _write(tx, kept_pauses(session.ledger, now) | {scope: wanted})
        tx.add_event(Event(at=now, type=EventType.PAUSED, list=scope, message=str(wanted)))


def resume(session: Session, scope: Scope) -> Pause | None:
    """Lift a pause, and return it; None: there was none that held."""
    now = session.tools.clock()
    with session.ledger.writing() as tx:
        kept = kept_pauses(session.ledger, now)
        lifted = kept.pop(scope, None)
        if lifted is not None:
            _write(tx, kept)
            tx.add_event(Event(at=now, type=EventType.RESUMED, list=scope, message=str(lifted)))
    nudge(session.ledger.path)
    return lifted


def resuming(scope: Scope) -> str:
    """The command that lifts a pause."""
    return f"`listsync resume{f' {scope}' if scope else ''}`"


def _read(ledger: "Ledger") -> dict[Scope, Pause]:
    found = json.loads(ledger.setting(PAUSES) or "{}")
    return {name or None: _pause(name or None, told) for name, told in found.items()}


def _pause(scope: Scope, told: Mapping[str, str | None]) -> Pause:
    until = told.get("until")
    return Pause(told.get("reason") or "", datetime.fromisoformat(until) if until else None, resuming(scope))


def _write(tx: "Writing", pauses: Mapping[Scope, Pause]) -> None:
    told = {
        scope or "": {"reason": one.reason, "until": one.until.isoformat() if one.until else None}
        for scope, one in pauses.items()
    }
    tx.put_setting(PAUSES, json.dumps(told) if told else None)
