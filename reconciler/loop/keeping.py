"""What the loop itself remembers across restarts: conditions and its last care of the ledger, in the ledger."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import ValidationError

from reconciler.ledger import LedgerError
from schemas.conditions import Conditions
from schemas.events import Event, EventType, Run

if TYPE_CHECKING:
    from reconciler.ledger import Ledger

CONDITIONS = "loop.conditions"
CARED = "loop.cared"
APPLIED = "loop.applied"
"""The revision of the configuration in effect."""
CARE_EVERY = timedelta(days=1)
VACUUM_FROM = 5_000
"""Events that went in one day, from which the room they took is worth giving back."""
RUNS_LOOKED_AT = 5


def read_conditions(ledger: "Ledger") -> Conditions:
    """As they were kept; none, where another version wrote what cannot be read."""
    text = ledger.setting(CONDITIONS)
    try:
        return Conditions.model_validate_json(text) if text else Conditions()
    except ValidationError:
        return Conditions()


def keep_conditions(ledger: "Ledger", conditions: Conditions) -> None:
    """Keep them, if they are otherwise than what is kept."""
    text = conditions.model_dump_json()
    if ledger.setting(CONDITIONS) != text:
        with ledger.writing() as tx:
            tx.put_setting(CONDITIONS, text)


def keep_revision(ledger: "Ledger", revision: str, now: datetime) -> None:
    """Tell, once, that another revision took effect."""
    before = ledger.setting(APPLIED)
    if before != revision:
        with ledger.writing() as tx:
            tx.put_setting(APPLIED, revision)
            told = f"{revision}, after {before}" if before else revision
            tx.add_event(Event(at=now, type=EventType.CONFIG_APPLIED, message=told))


def record_failure(ledger: "Ledger", run: Run, message: str, code: int) -> None:
    """A tick that did not come to its end, in the history. The run that it had begun is ended, if it had."""
    begun = next((one for one in ledger.runs(RUNS_LOOKED_AT) if one.id == run.id), run)
    if begun.exit_code is not None:
        return
    assert run.finished is not None
    ended = begun.model_copy(update={"finished": run.finished, "exit_code": code, "message": message})
    with ledger.writing() as tx:
        tx.put_run(ended)
        tx.add_event(
            Event(
                at=run.finished,
                run=run.id,
                type=EventType.RUN_FINISHED,
                message=message,
                data={"exit_code": code},
            )
        )


def care(ledger: "Ledger", history: timedelta, now: datetime) -> int:
    """Once a day, after a tick or an apply: let go of old history, and give its room back when it was much. How many
    events went."""
    if not _is_time(ledger.setting(CARED), now):
        return 0
    gone = ledger.prune(now - history)
    if gone >= VACUUM_FROM:
        with contextlib.suppress(LedgerError):  # no room for the copy it takes, or somebody reads: another day, then
            ledger.vacuum()
    with ledger.writing() as tx:
        tx.put_setting(CARED, now.astimezone(UTC).isoformat())
    return gone


def _is_time(last: str | None, now: datetime) -> bool:
    try:
        passed = now - datetime.fromisoformat(last) if last else CARE_EVERY
    except (ValueError, TypeError):
        return True
    return passed >= CARE_EVERY or passed < timedelta(0)
