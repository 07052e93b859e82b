"""A configuration file is replaced as a whole or not at all, and only where that is what its owner would expect."""

import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from reconciler.errors import ListsyncError

_MARKER = re.compile(rb"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_PATIENCE = 5.0
"""Seconds that git may take to tell of a conflict; a text with markers is noticed without it."""


class NotEditable(ListsyncError):
    """The file is left as it is; says why. `problems` are the lines that somebody has to write instead."""

    def __init__(self, message: str, *, remedy: str = "", lines: Sequence[str] = ()) -> None:
        super().__init__(message, remedy=remedy)
        self.problems = tuple(lines)


def read_editable(path: Path) -> bytes:
    """The contents of a file that may be replaced. Raises NotEditable: it cannot be written, or is half merged."""
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError as error:
        raise NotEditable(f"{path} cannot be read: {error.strerror}") from error
    real = path.resolve()
    if not mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(real, os.W_OK):
        raise NotEditable(f"{path} may not be written to")
    if not os.access(real.parent, os.W_OK):
        raise NotEditable(f"{path} cannot be replaced: the folder {real.parent} may not be written to")
    marker = _MARKER.search(content)
    if marker is not None:
        line = content.count(b"\n", 0, marker.start()) + 1
        raise NotEditable(f"{path} is half merged: line {line} marks a conflict", remedy="resolve the conflict first")
    if _unmerged(real):
        raise NotEditable(
            f"{path} has a merge conflict that git does not know to be resolved", remedy=f"`git add {path.name}` first"
        )
    return content


def replace_content(path: Path, before: bytes, after: bytes) -> None:
    """Write `after` in the place of `before`: whoever reads the file sees one or the other. Mode, owner, and the link
    that leads to it stay. Raises NotEditable; the file is then as it was."""
    real = path.resolve()
    draft: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.", suffix=".new")
        draft = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        _look_like(real, draft)
        if real.read_bytes() != before:
            raise NotEditable(f"{path} was changed by somebody else meanwhile", remedy="try again")
        draft.replace(real)
    except OSError as error:
        raise NotEditable(
            f"{path} cannot be replaced: {error.strerror}",
            remedy="a container needs the file's folder mounted, not the file alone",
        ) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def _look_like(model: Path, draft: Path) -> None:
    """Give a new file the mode of the old one, and its owner where we may."""
    shutil.copymode(model, draft)
    found = model.stat()
    with suppress(OSError):
        os.chown(draft, found.st_uid, found.st_gid)


def _unmerged(path: Path) -> bool:
    """Whether the file's repository holds it as unmerged."""
    git = shutil.which("git")
    if git is None or not any((folder / ".git").exists() for folder in path.parents):
        return False
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        answer = subprocess.run(  # noqa: S603  fixed words and a file's name behind `--`
            [git, "--literal-pathspecs", "-C", str(path.parent), "ls-files", "--unmerged", "--", path.name],
            capture_output=True,
            check=True,
            timeout=_PATIENCE,
            env=environ | {"LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return bool(answer.stdout.strip())
