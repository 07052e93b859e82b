"""The file: names and times in the clear, so that they can be listed; values sealed, each for its name and time."""

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime

from reconciler.secretstore.sealing import Key, Part, Sealed, Stretching, Unsealable

FORMAT: Literal["listsync.secrets"] = "listsync.secrets"
VERSION: Literal[1] = 1
"""Of the format. Another version may mean another encryption, so an unknown one is not touched."""


class Kept(Part):
    """One value."""

    set_at: AwareDatetime
    value: Sealed


class SecretsDocument(Part):
    """All of `secrets.json`."""

    format: Literal["listsync.secrets"] = FORMAT
    version: Literal[1] = VERSION
    key: Stretching
    check: Sealed
    """An empty text: what a passphrase is tried on, so that a wrong one is told from a changed value."""
    secrets: Mapping[str, Kept] = {}


def place_of(name: str, kept_at: AwareDatetime) -> str:
    """What a value is sealed for: it opens nowhere else, so that two of them cannot be exchanged."""
    return json.dumps([FORMAT, VERSION, "secret", name, kept_at.isoformat()])


CHECKED = json.dumps([FORMAT, VERSION, "check"])


def empty(stretching: Stretching, key: Key) -> SecretsDocument:
    """A store without a value."""
    return SecretsDocument(key=stretching, check=key.seal("", CHECKED))


def fits(document: SecretsDocument, key: Key) -> bool:
    """Whether this key is the one."""
    try:
        return key.open(document.check, CHECKED) == ""
    except Unsealable:
        return False


def with_value(document: SecretsDocument, key: Key, name: str, value: str, now: AwareDatetime) -> SecretsDocument:
    """The same with one value more, or another one."""
    kept = Kept(set_at=now, value=key.seal(value, place_of(name, now)))
    return document.model_copy(update={"secrets": dict(sorted({**document.secrets, name: kept}.items()))})


def without(document: SecretsDocument, name: str) -> SecretsDocument:
    """The same without that value."""
    return document.model_copy(update={"secrets": {one: kept for one, kept in document.secrets.items() if one != name}})
