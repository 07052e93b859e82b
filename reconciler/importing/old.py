"""Reading a data folder of ListSync 0.6: an SQLite database, the key of its secrets, and an older encrypted file.

The facts were read in that program's source (Woahai321/list-sync, 0.6.6): settings marked `is_encrypted` are Fernet
tokens under the key in `.encryption_key`; `config.enc` is one under the passphrase itself, padded with blanks to 32
bytes; `overseerr_id` is the TMDB id; columns were added over the years, so that old databases lack some.
"""

import base64
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from reconciler.errors import ListsyncError
from reconciler.importing.household import Household, OldList, OldTitle
from schemas.media import Kind

DATABASE, KEY_FILE, OLDER = "list_sync.db", ".encryption_key", "config.enc"
KEY_VARIABLE = "ENCRYPTION_KEY"
HANDLED = frozenset({"requested", "already_requested", "already_available", "skipped"})
"""States of a title that the server knew. `skipped` hides one of the others."""
KINDS = {"movie": Kind.MOVIE, "tv": Kind.TV, "show": Kind.TV}
LIST_SETTINGS = {
    "imdb_lists": "imdb",
    "trakt_lists": "trakt",
    "trakt_special_lists": "trakt_special",
    "letterboxd_lists": "letterboxd",
    "mdblist_lists": "mdblist",
    "stevenlu_lists": "stevenlu",
    "anilist_lists": "anilist",
    "tmdb_lists": "tmdb",
    "tvdb_lists": "tvdb",
    "simkl_lists": "simkl",
}
_MASK = "****"
"""What its web page shows instead of a secret, and sometimes saved."""

Ask = Callable[[str], str]
"""Asks for a passphrase; an empty answer gives up."""


def read_household(folder: Path, environ: Mapping[str, str], ask: Ask | None = None) -> Household:
    """Read what there is; nothing is changed. `ask` is asked for the passphrase of `config.enc`, where the URL and the
    key are nowhere else. Raises ListsyncError for a folder that holds no such installation."""
    path = folder / DATABASE
    if not path.is_file():
        raise ListsyncError(
            f"{folder} holds no {DATABASE}",
            remedy="name the data folder of ListSync: the one that its container has at /usr/src/app/data",
        )
    try:
        with closing(_opened(path)) as database:
            settings, locked = _settings(database, _key(folder, environ))
            settings = _with_older(folder, settings, ask)
            titles = _titles(database)
            known = tuple(title for title in titles if title is not None)
            hours = next((row["interval_hours"] for row in _rows(database, "sync_interval")), None)
            return Household(
                lists=tuple(_lists(database, settings)),
                titles=tuple({(one.kind, one.tmdb): one for one in known}.values()),
                settings=settings,
                locked=locked,
                hours=hours if isinstance(hours, (int, float)) else None,
                unreadable=len(titles) - len(known),
            )
    except sqlite3.Error as error:
        raise ListsyncError(f"{path} cannot be read: {error}", remedy="is it a database of ListSync?") from error


def _opened(path: Path) -> sqlite3.Connection:
    """For reading alone; in a folder that cannot be written, as it stands."""
    for mode in ("mode=ro", "immutable=1"):
        database = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)
        database.row_factory = sqlite3.Row
        try:
            database.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            database.close()
            continue
        return database
    raise sqlite3.OperationalError("it cannot be opened")


def _rows(database: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table; none where there is no such table, which old databases lack."""
    try:
        yield from map(dict, database.execute(f'SELECT * FROM "{table}"'))  # noqa: S608 - our own constants
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise


def _lists(database: sqlite3.Connection, settings: Mapping[str, str]) -> Iterator[OldList]:
    """The table is what ran; the settings count where it is empty."""
    found = [
        OldList(str(row["list_type"]), str(row["list_id"]), str(row.get("user_id") or "1"))
        for row in _rows(database, "lists")
    ]
    if found:
        yield from found
        return
    for name, service in LIST_SETTINGS.items():
        for entry in settings.get(name, "").split(","):
            if entry.strip():
                yield OldList(service, entry.strip())


def _titles(database: sqlite3.Connection) -> list[OldTitle | None]:
    """None for a row that does not say which title it is."""
    rows = (row for row in _rows(database, "synced_items") if row.get("status") in HANDLED)
    return [_title(row) for row in rows]


def _title(row: Mapping[str, Any]) -> OldTitle | None:
    kind, number = KINDS.get(str(row.get("media_type"))), str(row.get("overseerr_id") or row.get("tmdb_id") or "")
    if kind is None or not number.isdecimal() or not 0 < int(number) < 10**9:
        return None
    year = row.get("year")
    return OldTitle(kind, int(number), str(row.get("title") or ""), year if isinstance(year, int) else None)


def _settings(database: sqlite3.Connection, key: bytes | None) -> tuple[dict[str, str], tuple[str, ...]]:
    found: dict[str, str] = {}
    locked: list[str] = []
    for row in _rows(database, "app_settings"):
        name, value = str(row["key"]), str(row["value"] or "")
        if row.get("is_encrypted"):
            opened = _decrypted(value, key)
            if opened is None:
                locked.append(name)
            value = opened or ""
        if value and not value.startswith(_MASK):
            found[name] = value
    return found, tuple(locked)


def _key(folder: Path, environ: Mapping[str, str]) -> bytes | None:
    try:
        return (folder / KEY_FILE).read_bytes().strip()
    except OSError:
        return environ.get(KEY_VARIABLE, "").strip().encode() or None


def _decrypted(token: str, key: bytes | None) -> str | None:
    from cryptography.fernet import Fernet, InvalidToken

    try:
        return Fernet(key).decrypt(token.encode()).decode() if key else None
    except (InvalidToken, ValueError):
        return None


def _with_older(folder: Path, settings: dict[str, str], ask: Ask | None) -> dict[str, str]:
    """With the file that came before the settings, where they do not say how the server is reached."""
    path = folder / OLDER
    if ask is None or not path.is_file() or {"overseerr_url", "overseerr_api_key"} <= settings.keys():
        return settings
    token = path.read_text("utf-8", errors="replace").strip()
    while passphrase := ask(str(path)):
        key = base64.urlsafe_b64encode(passphrase.encode().ljust(32)[:32])
        opened = _decrypted(token, key)
        if opened is not None:
            return _older(opened) | settings
    return settings


def _older(text: str) -> dict[str, str]:
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    names = {"overseerr_url": "overseerr_url", "api_key": "overseerr_api_key"}
    return {name: str(told[old]) for old, name in names.items() if isinstance(told, dict) and told.get(old)}
