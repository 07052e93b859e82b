"""Whoever looks at the running loop: probes, metrics and a page over HTTP, and messages to people."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.watch.access import check_listening

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from reconciler.config import Loaded
    from reconciler.loop.tick import Observer, Tick
    from reconciler.watch.board import Board

__all__ = ["check_listening", "watching"]


@contextmanager
def watching(
    loaded: "Loaded | None",
    *,
    log: "FilteringBoundLogger",
    clock: Callable[[], datetime],
    redact: Callable[[str], str],
    heartbeat: Path,
    environ: Mapping[str, str] | None = None,
    patience: float = 2.0,
) -> "Iterator[Observer]":
    """One observer for the life of `listsync run`: it feeds metrics and page, and tells people what is new.

    `loaded` says whether and where to serve (None: nowhere); receivers are those of each tick's configuration. At the
    end messages that are due are sent for at most `patience` seconds. Raises Refused where everybody on the network
    could look, and ListsyncError where it cannot listen.
    """
    from reconciler.notifying import unavailable_receivers
    from reconciler.watch.board import Board
    from reconciler.watch.notifier import Notifier

    board = Board(clock)
    notifier = Notifier(clock=clock, log=log, redact=redact, on_receipt=board.notified)
    is_served = loaded is not None and loaded.config.run.http is not None

    def observe(tick: "Tick") -> None:
        if is_served:
            board(tick)
        notifier(tick)

    with ExitStack() as stack:
        if loaded is not None:
            for warning in unavailable_receivers(loaded.config):
                log.warning("A receiver can not be told anything", problem=warning)
            if is_served:
                stack.enter_context(_served(loaded, board, log, redact, heartbeat, environ))
        stack.callback(notifier.close, patience)
        yield observe


@contextmanager
def _served(
    loaded: "Loaded",
    board: "Board",
    log: "FilteringBoundLogger",
    redact: Callable[[str], str],
    heartbeat: Path,
    environ: Mapping[str, str] | None,
) -> Iterator[None]:
    from reconciler.watch.app import Sight, make_app
    from reconciler.watch.serving import serving

    run = loaded.config.run
    check_listening(run, os.environ if environ is None else environ)
    sight = Sight(board, heartbeat, board.clock, redact)
    token = run.token.get_secret_value() if run.token is not None else ""
    with serving(loaded, make_app(sight, token)) as address:
        log.info("Serving health, metrics and status", address=address)
        yield
