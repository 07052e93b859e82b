"""Lists that are files on this machine: whoever saves one wants it read, and not in a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.loop.source import signature

if TYPE_CHECKING:
    from reconciler.config import Loaded
    from schemas.fetch import ListState


@dataclass(frozen=True, slots=True)
class ListFile:
    """The file of a list, as it was when it was last looked at."""

    path: Path
    looks: object

    @property
    def changed(self) -> bool:
        """Whether it looks different now; a `stat`, and one more for where links lead."""
        return signature(self.path) != self.looks


def list_files(loaded: "Loaded") -> dict[str, ListFile]:
    """Those of a configuration, by list. Brings every format that a file may have."""
    from providers.lists.file import local_file

    found = {name: local_file(source, loaded.base_dir) for name, source in loaded.sources.items()}
    return {name: ListFile(path, signature(path)) for name, path in found.items() if path is not None}


def saved(
    files: Mapping[str, ListFile], read: Mapping[str, ListFile], kept: "Mapping[str, ListState]"
) -> frozenset[str]:
    """The lists whose file is another one than was read. `read` knows those that this process read; any other was read
    unless it was saved after the list was last tried."""
    return frozenset(
        name
        for name, file in files.items()
        if (file != read[name] if name in read else _saved_since(file, kept.get(name)))
    )


def _saved_since(file: ListFile, state: "ListState | None") -> bool:
    if state is None or state.attempted_at is None:
        return False
    try:
        return datetime.fromtimestamp(file.path.stat().st_mtime, UTC) > state.attempted_at
    except OSError:
        return False
