"""What every receiver knows, and what it is told next: at most once a minute each.

What a receiver knows is kept in the ledger before a message goes out, and taken back when the message certainly did not
arrive: neither a restart nor a dead receiver makes anything be told twice.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from providers.notify import Delivery, Receipt
from reconciler.core.digest import Deeds, Standing, Told, composed, lean
from reconciler.ledger import LedgerError, open_ledger
from reconciler.ledger.note import read_note, write_note
from reconciler.notifying import Addressee
from reconciler.session import database_path
from schemas.config.running import Occasion
from schemas.notification import Notification

if TYPE_CHECKING:
    from reconciler.config import Loaded

SETTING = "notified"
"""Of the ledger: what every receiver was told."""
APART = timedelta(minutes=1)
"""Between two messages to one receiver."""
FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds for which a receiver that fails is left alone."""
Deliver = Callable[[Addressee, Notification], Receipt]
_ALL_TOLD = TypeAdapter(dict[str, Told])


@dataclass(frozen=True, slots=True)
class Letter:
    """What one tick has to tell, and to whom."""

    loaded: "Loaded"
    everybody: tuple[Addressee, ...]
    standing: Standing
    deeds: Deeds


@dataclass(slots=True)
class _Patience:
    """With a receiver that fails: since when, how often, and until when it is left alone."""

    failures: int = 0
    until: datetime | None = None


@dataclass(slots=True)
class Desk:
    """What every receiver knows, and how things stand: the thread's own."""

    loaded: "Loaded"
    clock: Callable[[], datetime]
    patience: dict[str, _Patience]
    told: dict[str, Told] = field(default_factory=dict)
    everybody: tuple[Addressee, ...] = ()
    standing: Standing | None = None

    def __post_init__(self) -> None:
        self.told = _read(self.loaded)

    def take(self, letter: Letter) -> None:
        """A tick is over: remember what was done for those who want to know."""
        self.everybody, self.standing = letter.everybody, letter.standing
        before, self.told = self.told, {}
        for one in letter.everybody:
            told = before.get(one.id, Told())
            wanted = {"requested": Occasion.REQUESTED, "cancelled": Occasion.CANCELLED}
            gone = {name: () for name, occasion in wanted.items() if occasion not in one.occasions}
            waiting = told.waiting.joined(letter.deeds.model_copy(update=gone))
            self.told[one.id] = told.model_copy(update={"waiting": waiting})
        if self.told != before:
            self._keep()

    def attend(self, deliver: Deliver) -> float | None:
        """Tell everybody what is new to them; the seconds until somebody is to be told more, None: there is no more."""
        assert self.standing is not None
        pauses = [self._attend(one, self.standing, deliver) for one in self.everybody]
        self.standing = lean(self.standing, [(self.told[one.id], one.occasions) for one in self.everybody])
        return min((pause for pause in pauses if pause is not None), default=None)

    def _attend(self, one: Addressee, standing: Standing, deliver: Deliver) -> float | None:
        told, patience = self.told[one.id], self.patience.setdefault(one.id, _Patience())
        now = self.clock()
        message, after = composed(standing, told, one.occasions)
        if message.is_empty:
            self._learn(one, after)
            return None
        if wait := max(_left(told.sent_at, APART, now), _left(patience.until, timedelta(0), now)):
            return wait
        self._learn(one, after.model_copy(update={"sent_at": now}))
        receipt = deliver(one, message)
        if receipt.delivery is not Delivery.FAILED:
            self.patience[one.id] = _Patience()
            return None
        self._learn(one, told)
        pause = max(receipt.again_after or 0.0, min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**patience.failures))
        self.patience[one.id] = _Patience(patience.failures + 1, now + timedelta(seconds=pause))
        return pause

    def _learn(self, one: Addressee, told: Told) -> None:
        if self.told[one.id] != told:
            self.told[one.id] = told
            self._keep()

    def _keep(self) -> None:
        """A ledger that cannot be written, on a full disk for instance, is what people must hear of: what they were
        told is then known to this process alone."""
        text = _ALL_TOLD.dump_json(self.told, exclude_defaults=True).decode()
        path, server = database_path(self.loaded), self.loaded.config.server.name
        with contextlib.suppress(LedgerError, OSError):
            if not path.exists():
                open_ledger(path, server=server, clock=self.clock).close()
            write_note(path, server, SETTING, text)


def _left(since: datetime | None, length: timedelta, now: datetime) -> float:
    """Seconds that are left of a time; none where the clock was turned back."""
    if since is None or (length and now < since):
        return 0.0
    return max(0.0, (since + length - now).total_seconds())


def _read(loaded: "Loaded") -> dict[str, Told]:
    """What was told before this process; unreadable: nothing."""
    try:
        text = read_note(database_path(loaded), loaded.config.server.name, SETTING)
        return _ALL_TOLD.validate_json(text) if text else {}
    except (LedgerError, ValueError):
        return {}
