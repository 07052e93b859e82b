"""The thread that tells people what is new to them, so that no tick waits for a receiver."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from providers.notify import Delivery, Manner, Receipt, send
from reconciler.core.digest import deeds_of
from reconciler.loop.tick import Tick
from reconciler.notifying import Addressee, addressees, links_of, standing_of
from reconciler.watch.desk import LONGEST_PAUSE, Desk, Letter
from schemas.notification import Notification
from schemas.watching import NotifierLine

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger


class Notifier:
    """Hears of every tick and tells everybody what is new to them. Its thread begins with the first receiver."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        log: "FilteringBoundLogger",
        redact: Callable[[str], str],
        on_receipt: Callable[[NotifierLine], None],
        manner: Manner | None = None,
    ) -> None:
        self._clock, self._log, self._redact, self._on_receipt = clock, log, redact, on_receipt
        self._closing = threading.Event()
        self._manner = manner or Manner(sleep=self._closing.wait, clock=clock)
        self._news = threading.Condition()
        self._letter: Letter | None = None
        self._thread: threading.Thread | None = None
        self._desk: Desk | None = None

    def __call__(self, tick: Tick) -> None:
        """Take from the tick what may be told, and return at once."""
        if tick.loaded is None or not (everybody := addressees(tick.loaded.config)):
            return
        config = tick.loaded.config
        outcomes = (*tick.report.settled, *tick.report.outcomes) if tick.report is not None else ()
        letter = Letter(
            tick.loaded, everybody, standing_of(tick, config, self._redact), deeds_of(outcomes, links_of(config))
        )
        with self._news:
            before = self._letter
            self._letter = replace(letter, deeds=before.deeds.joined(letter.deeds)) if before is not None else letter
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="notify", daemon=True)
                self._thread.start()
            self._news.notify()

    def close(self, within: float) -> None:
        """Send what may be sent now, for at most `within` seconds; what is left is told after the next start."""
        with self._news:
            self._closing.set()
            self._news.notify()
        if self._thread is not None:
            self._thread.join(within)

    def _work(self) -> None:
        pause: float | None = None
        while True:
            with self._news:
                if self._letter is None and not self._closing.is_set():
                    self._news.wait(pause)
                letter, self._letter = self._letter, None
            closing = self._closing.is_set()
            try:
                pause = self._round(letter)
            except Exception as error:
                pause = LONGEST_PAUSE
                self._log.error("Notifications failed", error=f"{type(error).__name__}: {error}")
            if closing:
                return

    def _round(self, letter: "Letter | None") -> float | None:
        if letter is not None:
            if self._desk is None or self._desk.loaded is not letter.loaded:
                self._desk = Desk(letter.loaded, self._clock, self._desk.patience if self._desk else {})
            self._desk.take(letter)
        return self._desk.attend(self._send) if self._desk is not None else None

    def _send(self, one: Addressee, message: Notification) -> Receipt:
        receipt = send(one.receiver, message, self._manner)
        name, why = one.receiver.name, self._redact(receipt.message)
        if receipt.delivery is Delivery.SENT:
            self._log.debug("Notified", notifier=name)
        else:
            self._log.warning("A notification failed", notifier=name, delivery=receipt.delivery.value, error=why)
        self._on_receipt(NotifierLine(name=name, delivery=receipt.delivery.value, message=why, at=self._clock()))
        return receipt
