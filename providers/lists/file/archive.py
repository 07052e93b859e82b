"""Account exports: the one list in a ZIP that is meant, unless another is named."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from providers.errors import Malformed, Unavailable
from providers.lists.file.reading import MAX_BYTES

# What an archive is read for when nothing is named: Letterboxd's and Trakt's watchlists. Trakt numbers long ones.
_USUAL = (
    re.compile(r"(?:^|/)watchlist\.csv\Z", re.IGNORECASE),
    re.compile(r"(?:^|/)lists-watchlist(?:-\d+)?\.json\Z", re.IGNORECASE),
    re.compile(r"(?:^|/)watchlist(?:-\d+)?\.(?:json|csv)\Z", re.IGNORECASE),
)
_READABLE = re.compile(r"\.(?:csv|json|txt|ya?ml)\Z", re.IGNORECASE)
_ASIDE = re.compile(r"(?:^|/)(?:deleted|orphaned|__MACOSX|\.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive."""

    name: str
    content: bytes


def members(content: bytes, wanted: str | None, place: str) -> tuple[Member, ...]:
    """The files that hold the list, in order. Raises Unavailable when there is none, or no telling which."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name and not name.endswith("/")]
            return tuple(_read(archive, name, place) for name in _chosen(names, wanted, place))
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise Malformed(f"{place} is a damaged or encrypted archive", remedy="export it again") from error


def _chosen(names: list[str], wanted: str | None, place: str) -> list[str]:
    readable = [name for name in names if _READABLE.search(name) and not _ASIDE.search(name)]
    if wanted is not None:
        found = [name for name in names if name == wanted] or [name for name in names if name.endswith(f"/{wanted}")]
        if len(found) == 1:
            return found
        raise Unavailable(f"{place} holds no file {wanted!r}", remedy=_offer(readable))
    for usual in _USUAL:
        if found := [name for name in readable if usual.search(name)]:
            return sorted(found, key=_part)
    if len(readable) == 1:
        return readable
    raise Unavailable(f"{place} holds {len(readable)} lists and none is named watchlist", remedy=_offer(readable))


def _part(name: str) -> tuple[int, str]:
    match = re.search(r"-(\d+)\.\w+\Z", name)
    return (int(match[1]) if match else 0, name)


def _offer(names: list[str]) -> str:
    shown = ", ".join(f"#{name}" for name in names[:12])
    return f"name one behind the archive: {shown}" if shown else "name the file inside the archive after a #"


def _read(archive: zipfile.ZipFile, name: str, place: str) -> Member:
    with archive.open(name) as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Malformed(f"{place}#{name} is larger than {MAX_BYTES >> 20} MB: no list is so large")
    return Member(name, content)
