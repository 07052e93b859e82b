"""How another process asks a running loop for a tick: a small file beside the database, which the loop takes away."""

import contextlib
import json
import os
from collections.abc import Collection
from pathlib import Path

from reconciler.loop.heartbeat import beside

EVERYTHING = "*"
"""In the place of a list's name: all of them."""


def request_path(database: Path) -> Path:
    """Where the wish is left."""
    return database.with_name(f"{database.name}.reconcile")


def ask(database: Path, names: Collection[str]) -> None:
    """Ask for a tick, and for these lists to be fetched in it. Wishes add up. Raises OSError."""
    path = request_path(database)
    path.parent.mkdir(parents=True, exist_ok=True)
    wanted = sorted({*_read(path), *names})
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    draft.write_text(json.dumps({"lists": wanted}), encoding="utf-8")
    draft.replace(path)


def nudge(database: Path) -> None:
    """Let a loop that runs know that there may be something to do; where none runs, nothing is left behind."""
    if beside(database).exists():
        with contextlib.suppress(OSError):
            ask(database, ())


def wish(database: Path) -> int | None:
    """The mark of the wish that lies there; one `stat`. A wish that cannot be taken away keeps its mark."""
    try:
        return request_path(database).stat().st_mtime_ns
    except OSError:
        return None


def take(database: Path) -> frozenset[str]:
    """The lists asked for, and the wish is gone."""
    names = _read(request_path(database))
    with contextlib.suppress(OSError):
        request_path(database).unlink(missing_ok=True)
    return names


def _read(path: Path) -> frozenset[str]:
    try:
        written = json.loads(path.read_text(encoding="utf-8"))["lists"]
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
    return frozenset(str(name) for name in written) if isinstance(written, list) else frozenset()
