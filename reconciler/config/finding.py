"""Where the configuration is looked for, and what it is called in messages."""

from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "listsync.yaml"
CONFIG_VARIABLE = "LISTSYNC_CONFIG"
CONTAINER_PATH = Path("/config") / FILE_NAME


def find_config(explicit: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """`--config`, else LISTSYNC_CONFIG, else ./listsync.yaml, else /config/listsync.yaml; None: there is no file.

    A file that is named is returned whether it exists or not: loading it says what is wrong.
    """
    if explicit is not None:
        return cwd / explicit
    if named := environ.get(CONFIG_VARIABLE, "").strip():
        return cwd / named
    return next((path for path in (cwd / FILE_NAME, CONTAINER_PATH) if path.is_file()), None)


def shown(path: Path | None) -> str:
    """A file as it is called in messages: relative where it is below the working directory."""
    if path is None:
        return "environment"
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
