"""The encrypted store on disk: read whole, written whole, by one at a time."""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from reconciler.secretstore.document import (
    FORMAT,
    VERSION,
    SecretsDocument,
    empty,
    fits,
    place_of,
    with_value,
    without,
)
from reconciler.secretstore.errors import SecretsError, StoreBusy, StoreDamaged, WrongPassphrase
from reconciler.secretstore.sealing import Key, Stretching, Unsealable

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
"""The full stop is for `server.api_key`, which is looked for under its own name."""
LARGEST_FILE = 8 * 2**20
PATIENCE = 10.0
"""Seconds for another listsync that is changing the file: it takes one or two."""


def read(path: Path) -> SecretsDocument | None:
    """What the file holds, values still sealed; None: there is none. Raises StoreDamaged, SecretsError."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SecretsError(
            f"{path} cannot be read: {error.strerror or error}",
            remedy="let the user who runs listsync read it: its owner alone may",
        ) from None
    return _parsed(path, content)


def unlock(path: Path, document: SecretsDocument, passphrase: str) -> Key:
    """The key that opens its values. Raises WrongPassphrase."""
    key = document.key.key(passphrase)
    if not fits(document, key):
        raise WrongPassphrase(path)
    return key


def value_of(path: Path, document: SecretsDocument, key: Key, name: str) -> str:
    """One value. The name has to be there. Raises StoreDamaged."""
    kept = document.secrets[name]
    try:
        return key.open(kept.value, place_of(name, kept.set_at))
    except Unsealable:
        raise StoreDamaged(path, f"{name} is not as it was kept", name) from None


def open_values(path: Path, document: SecretsDocument, key: Key) -> Mapping[str, str]:
    """All values. Raises StoreDamaged for the first that is not as it was kept."""
    return {name: value_of(path, document, key, name) for name in document.secrets}


def put(
    path: Path, passphrase: str, name: str, value: str, now: datetime, *, stretching: Stretching | None = None
) -> None:
    """Keep a value, in a new store with `stretching` where there is none. Raises SecretsError, StoreBusy."""
    with _alone(path):
        document = read(path)
        if document is None:
            stretching = stretching or Stretching()
            key = stretching.key(passphrase)
            document = empty(stretching, key)
        else:
            key = unlock(path, document, passphrase)
        _write(path, with_value(document, key, name, value, now))


def drop(path: Path, name: str) -> bool:
    """Forget a value; False: there was none. Needs no passphrase, as deleting the file does not. Raises SecretsError,
    StoreBusy."""
    with _alone(path):
        document = read(path)
        if document is None or name not in document.secrets:
            return False
        _write(path, without(document, name))
        return True


def rekey(path: Path, old: str, new: str) -> int:
    """Seal every value under another passphrase, or none of them. How many there are. Raises SecretsError,
    StoreBusy."""
    with _alone(path):
        document = read(path)
        if document is None:
            raise SecretsError(f"there is no encrypted store {path}", remedy="`listsync secrets set NAME` makes one")
        values = open_values(path, document, unlock(path, document, old))
        stretching = Stretching()
        key = stretching.key(new)
        fresh = empty(stretching, key)
        for name, value in values.items():
            fresh = with_value(fresh, key, name, value, document.secrets[name].set_at)
        _write(path, fresh)
        return len(values)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Nobody else changes it meanwhile. Readers need no lock: they see the old file or the new one."""
    lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=PATIENCE)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise StoreBusy(path) from None
    except OSError as error:
        raise _unwritten(path, error) from None
    try:
        yield
    finally:
        lock.release()


def _write(path: Path, document: SecretsDocument) -> None:
    """The file appears whole, for its owner alone from the first byte on; a crash on the way leaves the old one."""
    draft = path.with_name(f"{path.name}.partial")
    try:
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(document.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise _unwritten(path, error) from None


def _sync_folder(folder: Path) -> None:
    """The new name reaches the disk, too; where folders cannot be opened, it does so in its own time."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _parsed(path: Path, content: bytes) -> SecretsDocument:
    """Any JSON that is not of this format and version is refused, and nothing of it is quoted."""
    import json

    if len(content) > LARGEST_FILE:
        raise StoreDamaged(path, "it is larger than any that listsync writes")
    try:
        told = json.loads(content)
    except ValueError:
        raise StoreDamaged(path, "it is not JSON") from None
    version = told.get("version") if isinstance(told, dict) and told.get("format") == FORMAT else None
    if isinstance(version, int) and version > VERSION:
        raise SecretsError(f"{path} was written by a newer listsync", remedy="use that version, or a newer one")
    try:
        return SecretsDocument.model_validate_json(content)
    except ValidationError as error:
        where = ".".join(str(step) for step in error.errors(include_input=False)[0]["loc"])
        raise StoreDamaged(path, f"{where or 'its form'} is not as listsync writes it") from None


def _unwritten(path: Path, error: OSError) -> SecretsError:
    return SecretsError(
        f"{path} cannot be written: {error.strerror or error}",
        remedy="let the user who runs listsync write to its folder; what was kept before is still there",
    )
