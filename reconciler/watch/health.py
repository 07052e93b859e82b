"""Whether the loop lives, and whether it can do its work."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from reconciler.loop.heartbeat import read_heartbeat
from reconciler.watch.board import Seen
from schemas.conditions import ConditionType

_NEEDED = (ConditionType.CONFIG_VALID, ConditionType.SERVER_REACHABLE, ConditionType.RECONCILED)


def dead_because(heartbeat: Path, now: datetime) -> str:
    """Why the loop is not alive; empty when it is."""
    found = read_heartbeat(heartbeat)
    return "there is no sign of life" if found is None else found.lifeless(now.timestamp())


def unready_because(seen: Seen) -> tuple[str, ...]:
    """Why the last tick could not do its work; empty when it could."""
    if seen.at is None:
        return ("the first pass is not over yet",)
    reasons = [
        f"{one.type.value}: {one.message or one.reason}"
        for type_ in _NEEDED
        if (one := seen.conditions.of(type_)) is not None and one.failing
    ]
    if seen.error and not reasons:
        reasons.append(f"the last pass failed: {seen.error}")
    return (*reasons, *_unwritable(seen))


def _unwritable(seen: Seen) -> Iterator[str]:
    from reconciler.session import database_path

    if seen.loaded is None:
        yield "there is no valid configuration yet"
        return
    path = database_path(seen.loaded)
    for needed in (path, path.parent):
        if not os.access(needed, os.W_OK):
            yield f"{needed} cannot be written"
