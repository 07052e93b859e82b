"""The one place that knows how each error ends a command: what is said, and with which exit code."""

import errno
import platform
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from reconciler.errors import ExitCode, ListsyncError, Terminated

ERROR_FORMAT = "listsync.error"
ERROR_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Failure:
    """A command that did not do what it was asked for."""

    message: str
    remedy: str = ""
    exit_code: int = ExitCode.ERROR
    problems: tuple[str, ...] = ()
    """One line each, when there are several."""
    report: str = ""
    """What to paste into a bug report; only for what nobody foresaw."""

    def document(self) -> dict[str, Any]:
        """What stdout holds with `--format json`."""
        return {
            "format": ERROR_FORMAT,
            "format_version": ERROR_VERSION,
            "message": self.message,
            "remedy": self.remedy,
            "exit_code": int(self.exit_code),
            "problems": list(self.problems),
        }

    def redacted(self, redact: Callable[[str], str]) -> "Failure":
        """The same without any known secret."""
        return Failure(
            redact(self.message),
            redact(self.remedy),
            self.exit_code,
            tuple(redact(problem) for problem in self.problems),
            redact(self.report),
        )

    def lines(self) -> Iterator[str]:
        """As people read it, on stderr."""
        if self.message:
            yield f"error: {self.message}"
        for problem in self.problems:
            yield f"  {problem}"
        if self.remedy:
            yield f"  → {self.remedy}"
        if self.report:
            yield from ("", self.report)


def failure_of(error: BaseException, *, command: str) -> Failure:
    """What an error means. Total: whatever is not known is unexpected, and says so."""
    match error:
        case KeyboardInterrupt() | click.Abort():
            return Failure("interrupted", exit_code=ExitCode.INTERRUPTED)
        case Terminated():
            return Failure("terminated", exit_code=ExitCode.TERMINATED)
        case click.ClickException():
            return Failure(error.format_message(), _usage_hint(error), _click_code(error))
        case ListsyncError():
            return Failure(
                error.message, error.remedy, error.exit_code, tuple(map(str, getattr(error, "problems", ())))
            )
    return _of_other_packages(error) or _unexpected(error, command)


def _usage_hint(error: click.ClickException) -> str:
    ctx = getattr(error, "ctx", None)
    return f"`{ctx.command_path} --help` shows what it takes" if ctx is not None else ""


def _click_code(error: click.ClickException) -> int:
    return ExitCode.USAGE if isinstance(error, click.UsageError) else ExitCode.ERROR


def _of_other_packages(error: BaseException) -> Failure | None:
    """Errors of packages that are imported only where something went wrong inside them."""
    from providers.errors import ProviderError, SourceError
    from providers.servers.errors import ServerError
    from reconciler.ledger.errors import LedgerError, LedgerLocked

    match error:
        case LedgerLocked():
            return Failure(error.problem, error.remedy, ExitCode.REFUSED)
        case LedgerError():
            from reconciler.safekeeping import way_back

            return Failure(error.problem, way_back(error))
        case ServerError() | ProviderError():
            return Failure(str(error), error.remedy)
        case SourceError():
            return Failure(str(error), exit_code=ExitCode.USAGE)
        case OSError(errno=errno.ENOSPC):
            return Failure(_os_text(error), "free some space on that disk and run again")
        case PermissionError():
            return Failure(_os_text(error), "let the user who runs listsync read and write there")
        case _:
            return None


def _os_text(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)


def _unexpected(error: BaseException, command: str) -> Failure:
    from reconciler import __version__

    places = [
        f"  {'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-6:]
    ]
    text = " ".join(str(error).split())[:500]
    report = "\n".join(
        [
            "--- please report this ---",
            f"listsync {__version__}, Python {platform.python_version()}, {sys.platform} {platform.machine()}",
            f"command: {command}",
            f"{type(error).__name__}: {text}",
            *places,
            "---",
        ]
    )
    return Failure(
        f"an unexpected error: {type(error).__name__}: {text}".rstrip(": "),
        "this is a mistake in listsync: please report it with the lines below (--debug shows everything)",
        ExitCode.ERROR,
        (),
        report,
    )
