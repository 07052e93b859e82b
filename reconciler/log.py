"""The log: text on a terminal, JSON lines otherwise, both on stderr, and JSON lines in a rotating file if wanted.

The phrases "API connection successful", "Found X items in Y list", "Rate limited" and "Error fetching" are promised:
people grep for them, so they are written by the functions at the end of this module alone.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from reconciler.words import clean

if TYPE_CHECKING:
    from logging.handlers import RotatingFileHandler

    from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

LEVELS: Mapping[str, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}
"""The names that `log.level` takes."""
FILE_BYTES = 5_000_000
FILES_KEPT = 3


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What is written, and where to."""

    level: str = "info"
    """`log.level`; the file always follows it."""
    form: str = "auto"
    """`log.format`: text, json, or auto, which is text on a terminal."""
    verbosity: int = 0
    """-1 for `--quiet`, 1 and more for `-v`."""
    terminal: bool = False
    color: bool = False
    file: Path | None = None
    redact: Callable[[str], str] = str
    """Takes known secrets out of a text."""

    @property
    def stderr_level(self) -> int:
        """A person at a terminal sees the document and is told of trouble only; a container's log tells everything."""
        level = LEVELS[self.level]
        if self.verbosity < 0:
            return LEVELS["error"]
        if self.verbosity > 0:
            return min(level, LEVELS["info"] if self.verbosity == 1 else LEVELS["debug"])
        return max(level, LEVELS["warning"]) if self.terminal and self.level == "info" else level


@contextmanager
def opened_log(settings: LogSettings) -> "Iterator[FilteringBoundLogger]":
    """A logger bound to nothing global; its file is closed at the end."""
    import structlog

    file = _opened_file(settings.file) if settings.file is not None else None
    outlets = _Outlets(settings, file)
    lowest = min(settings.stderr_level, LEVELS[settings.level]) if file else settings.stderr_level
    logger = structlog.wrap_logger(
        outlets,
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redacting(settings.redact),
            _whole,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
    )
    try:
        if settings.file is not None and file is None:
            logger.warning("The log file cannot be written", file=str(settings.file))
        yield cast("FilteringBoundLogger", logger)
    finally:
        if file is not None:
            file.close()


class _Outlets:
    """The end of the line: an event goes to stderr and to the file, each at its own level."""

    def __init__(self, settings: LogSettings, file: "RotatingFileHandler | None") -> None:
        self._level = settings.stderr_level
        self._file_level = LEVELS[settings.level]
        self._file = file
        as_text = settings.form == "text" or (settings.form == "auto" and settings.terminal)
        self._text = _renderer(settings) if as_text else _as_json

    def _write(self, event: dict[str, Any]) -> None:
        level = LEVELS.get(event["level"], LEVELS["error"])
        if level >= self._level:
            # looked up at every line: bars redirect it while they are shown
            print(self._text(dict(event)), file=sys.stderr, flush=True)  # noqa: T201
        if self._file is not None and level >= self._file_level:
            import logging

            self._file.handle(logging.LogRecord("listsync", level, "", 0, _as_json(event), None, None))

    debug = info = warning = error = critical = exception = _write


def _renderer(settings: LogSettings) -> Callable[[dict[str, Any]], str]:
    import structlog

    render = structlog.dev.ConsoleRenderer(colors=settings.color, pad_event_to=0, sort_keys=False)

    def text(event: dict[str, Any]) -> str:
        event["timestamp"] = event["timestamp"][11:19]
        event["event"] = clean(str(event["event"]))
        return render(None, event["level"], event)

    return text


def _as_json(event: Mapping[str, Any]) -> str:
    return json.dumps(event, ensure_ascii=False, default=str)


def _whole(_logger: "WrappedLogger", _name: str, event: "EventDict") -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Hand the event to the outlets unrendered: each renders it in its own way."""
    return (dict(event),), {}


def _redacting(redact: Callable[[str], str]) -> "Callable[[WrappedLogger, str, EventDict], EventDict]":
    def redacted(value: Any) -> Any:
        match value:
            case None | bool() | int() | float():
                return value
            case dict():
                return {redact(str(key)): redacted(inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [redacted(inner) for inner in value]
            case _:
                return redact(str(value))

    def process(_logger: "WrappedLogger", _name: str, event: "EventDict") -> "EventDict":
        return {key: redacted(value) for key, value in event.items()}

    return process


def _opened_file(path: Path) -> "RotatingFileHandler | None":
    """None where it cannot be written: a log is not worth failing for."""
    from logging.handlers import RotatingFileHandler

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
    except OSError:
        return None


def log_connected(log: "FilteringBoundLogger", *, product: str, version: str, url: str) -> None:
    """The server answered and took the key."""
    log.info("API connection successful", product=product, version=version, url=url)


def log_found(log: "FilteringBoundLogger", count: int, name: str) -> None:
    """A list was fetched."""
    phrase = f"Found {count} items in {name} list"
    log.info(phrase, list=name, items=count)


def log_rate_limited(log: "FilteringBoundLogger", *, where: str, seconds: float) -> None:
    """A service asked for patience; `seconds` until the next try."""
    log.warning("Rate limited", where=where, seconds=round(seconds, 1))


def log_error_fetching(log: "FilteringBoundLogger", name: str, error: str, *, remedy: str = "") -> None:
    """A list could not be fetched."""
    phrase = f"Error fetching {name} list"
    more = {"remedy": remedy} if remedy else {}
    log.warning(phrase, list=name, error=error, **more)
