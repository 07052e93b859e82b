"""What `listsync validate` found."""

from typing import Literal

from schemas.base import Document


class ProblemLine(Document):
    """A wrong value and its place."""

    file: str
    """Or the environment variable."""
    line: int | None = None
    column: int | None = None
    """Both from 1."""
    path: str = ""
    message: str
    hint: str = ""


class Validation(Document):
    """`listsync validate`."""

    format: Literal["listsync.validation"] = "listsync.validation"
    format_version: str = "1.0"
    source: str
    """The file, or `environment`."""
    valid: bool
    lists: int = 0
    problems: tuple[ProblemLine, ...] = ()
    warnings: tuple[ProblemLine, ...] = ()
