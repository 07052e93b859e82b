"""What goes wrong in words for people, and the exit code that each kind of failure ends a command with.

ListsyncError         1    something failed; nothing, or not everything, was done
├── Refused           4    listsync will not: locked, a stale plan, held with nothing done
└── UsageProblem     64    the command line asks for something that does not exist or does not fit together

Terminated (a BaseException, as KeyboardInterrupt) is raised by SIGTERM and ends with 143.
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """How a command ends (design, section 10)."""

    DONE = 0
    """Deferred titles included."""
    ERROR = 1
    CHANGES = 2
    """Changes pending (`plan --detailed-exitcode`) or drift found (`drift`)."""
    PARTLY = 3
    REFUSED = 4
    USAGE = 64
    INTERRUPTED = 130
    TERMINATED = 143


class ListsyncError(Exception):
    """`str()` says what happened and where, `remedy` what to do about it; neither holds a secret."""

    exit_code: ClassVar[int] = ExitCode.ERROR

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class Refused(ListsyncError):
    """Nothing was done, on purpose."""

    exit_code: ClassVar[int] = ExitCode.REFUSED


class UsageProblem(ListsyncError):
    """The command line is to be corrected."""

    exit_code: ClassVar[int] = ExitCode.USAGE


class Terminated(BaseException):
    """SIGTERM came; not an Exception, so that nothing on the way takes it for a failure of its own."""
