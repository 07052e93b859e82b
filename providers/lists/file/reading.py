"""The bytes of a local file, within limits, and text from them."""

import os
import stat
from pathlib import Path

from providers.errors import Malformed, Unavailable
from providers.http.reply import decode

MAX_BYTES = 64 << 20


def local_path(path: str, base_dir: Path) -> Path:
    """The place that a path means: below the folder of the configuration, unless it says otherwise."""
    try:
        return base_dir / Path(path).expanduser()
    except RuntimeError as error:
        raise Unavailable(f"{path}: no such home folder", remedy="write the whole path") from error


def read_bytes(path: Path) -> bytes:
    """The whole file. Raises Unavailable when it cannot be read, Malformed when it is larger than any list."""
    try:
        # Not blocking: opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor has no path
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                what = "a folder" if stat.S_ISDIR(mode) else "no ordinary file"
                raise Unavailable(f"{path} is {what}", remedy="name the list file itself")
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise Unavailable(
            f"{path} does not exist", remedy="relative paths are below the folder of listsync.yaml"
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no valid path"
        raise Unavailable(f"{path} cannot be read: {reason}", remedy="check the path and its permissions") from error
    if len(content) > MAX_BYTES:
        raise Malformed(f"{path} is larger than {MAX_BYTES >> 20} MB: no list is so large")
    return content


def text_in(content: bytes) -> str:
    """Text by byte order mark, else UTF-8, else what Windows and old IMDb exports wrote (cp1252)."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or content[:3] == b"\xef\xbb\xbf":
        return decode(content)
    if (encoding := _unmarked_utf16(content)) is not None:
        return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without its mark shows as a zero in every other byte of plain signs."""
    start = content[:64]
    if len(start) < 8:
        return None
    if not any(start[0::2]) and all(start[1::2]):
        return "utf-16-be"
    if not any(start[1::2]) and all(start[0::2]):
        return "utf-16-le"
    return None
