"""Where the loop's configuration comes from, and what becomes of one that is not valid: the last good one stays."""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from reconciler.config import ConfigErrors, Loaded
from reconciler.loop.conditions import Statement
from reconciler.loop.tick import ConfigStatus
from schemas.conditions import ConditionType, Truth


@dataclass(frozen=True, slots=True)
class Reading:
    """The configuration in effect, and how the last attempt to read it went."""

    loaded: Loaded | None
    """None: there was never a valid one."""
    status: ConfigStatus
    statements: tuple[Statement, ...]
    error: ConfigErrors | None = None
    """What is wrong with the attempted one."""


class ConfigSource(Protocol):
    """A file, the environment, or a repository."""

    def read(self, now: datetime) -> Reading:
        """Read it, as far as it is not known already. Never raises for a configuration that is wrong."""

    def changed(self, now: datetime) -> bool:
        """Whether it is worth reading again; asked every few seconds, so cheap."""

    def refresh(self) -> None:
        """The next `read` looks at everything anew, whether it is time or not."""


class FileSource:
    """A file, watched through symbolic links as ConfigMaps are swapped; or, where there is none, the environment."""

    def __init__(self, find: Callable[[], Path | None], load: Callable[[Path | None], Loaded]) -> None:
        self._find = find
        self._load = load
        self._loaded: Loaded | None = None
        self._seen: object = None

    def read(self, now: datetime) -> Reading:  # noqa: ARG002 - a file is read whenever it is asked for
        """Always read: secrets that it refers to may have changed where it did not."""
        path = self._find()
        self._seen = signature(path)
        try:
            self._loaded = self._load(path)
        except ConfigErrors as errors:
            return self._refused(path, errors)
        revision = str(self._loaded.revision)
        valid = Statement(ConditionType.CONFIG_VALID, Truth.TRUE, "Valid", f"{revision} is in effect")
        return Reading(self._loaded, ConfigStatus(self._loaded.name, revision, revision), (valid,))

    def changed(self, now: datetime) -> bool:  # noqa: ARG002
        """One `stat`, and one more for where links lead."""
        return signature(self._find()) != self._seen

    def refresh(self) -> None:
        """A file is always read anew."""

    def _refused(self, path: Path | None, errors: ConfigErrors) -> Reading:
        attempted = _attempted(path)
        applied = str(self._loaded.revision) if self._loaded is not None else ""
        status = ConfigStatus(errors.subject, attempted, applied, tuple(map(str, errors.problems)))
        return Reading(self._loaded, status, (invalid(errors, attempted, applied),), errors)


def invalid(errors: ConfigErrors, attempted: str, applied: str) -> Statement:
    """The condition of a configuration that does not take effect."""
    stays = f"; {applied} stays in effect" if applied else ""
    what = f"{attempted}: " if attempted else ""
    first = "; ".join(map(str, errors.problems[:3]))
    more = f" and {len(errors.problems) - 3} more" if len(errors.problems) > 3 else ""
    message = f"{what}{first}{more}{stays}"
    return Statement(ConditionType.CONFIG_VALID, Truth.FALSE, "Invalid", message, errors.remedy)


def _attempted(path: Path | None) -> str:
    from reconciler.config.revision import revision_of

    if path is not None:
        with contextlib.suppress(OSError):
            return str(revision_of(path, path.read_bytes()))
    return ""


def signature(path: Path | None) -> object:
    """Changes whenever the file does, also when a link on the way to it is turned elsewhere."""
    if path is None:
        return None
    try:
        real = os.path.realpath(path)
        found = os.stat(real)  # noqa: PTH116 - called every few seconds for years
    except OSError as error:
        return str(path), type(error).__name__
    return real, found.st_mtime_ns, found.st_size, found.st_ino
