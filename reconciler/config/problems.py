"""What is wrong with a configuration, and where: every problem at once, one for each wrong value."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reconciler.errors import ListsyncError
from reconciler.redact import Redactor


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written: a position in a file, or an environment variable."""

    file: str
    line: int | None = None
    column: int | None = None
    """Both from 1, in characters; None for an environment variable."""

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong value, or (as a warning) one that is likely not what was meant."""

    file: str
    line: int | None
    column: int | None
    path: str
    """Of the value, `lists.top.limit`; empty for the file as a whole."""
    message: str
    hint: str = ""
    """What to write instead."""

    def __str__(self) -> str:
        parts = [str(self.place), *([self.path] if self.path else []), self.message]
        return ": ".join(parts) + (f" ({self.hint})" if self.hint else "")

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.file, self.line, self.column)


def problem(place: Place, path: Iterable[str | int], message: str, hint: str = "") -> Problem:
    """A problem at a place; `path` leads there from the top of the file."""
    return Problem(place.file, place.line, place.column, dotted(path), message, hint)


def dotted(path: Iterable[str | int]) -> str:
    """`("notifications", 0, "discord")` as people write it: `notifications[0].discord`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def redacted(found: Iterable[Problem], redactor: Redactor) -> tuple[Problem, ...]:
    """The same problems without any known secret, in the order of the file, each once."""
    clean = (replace(one, message=redactor(one.message), hint=redactor(one.hint)) for one in found)
    return tuple(sorted(dict.fromkeys(clean), key=lambda one: (one.line or 0, one.column or 0)))


class ConfigErrors(ListsyncError):
    """The configuration cannot be used. `str()` is one line for each problem."""

    def __init__(self, problems: tuple[Problem, ...], *, subject: str) -> None:
        count = "one problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(f"{subject} has {count}", remedy="`listsync validate` checks it without any network")
        self.problems = problems
        self.subject = subject

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))
