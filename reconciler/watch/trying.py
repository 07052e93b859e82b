"""Every receiver tried with a sample, each in a thread of its own: one that hangs keeps nobody waiting."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from providers.notify import Manner, send
from reconciler.core.sample import sample
from reconciler.notifying import Addressee, links_of
from schemas.config import Config
from schemas.watching import NotifiedDocument, NotifierLine

MOST_AT_ONCE = 8


def try_receivers(
    config: Config, chosen: Sequence[Addressee], *, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> NotifiedDocument:
    """What came of a sample to each, in the order given."""
    message = sample(clock(), config.server.name, links_of(config))
    manner = Manner(tries=2, sleep=sleep, clock=clock)

    def line(one: Addressee) -> NotifierLine:
        receipt = send(one.receiver, message, manner)
        return NotifierLine(
            name=one.receiver.name, delivery=receipt.delivery.value, message=receipt.message, at=clock()
        )

    with ThreadPoolExecutor(min(len(chosen), MOST_AT_ONCE), thread_name_prefix="notify") as pool:
        return NotifiedDocument(receivers=tuple(pool.map(line, chosen)))
