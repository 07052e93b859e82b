"""What is kept of lists: a state, up to three snapshots, and their items, compressed and filed under their own digest:
contents that did not change are not written again, and equal ones are kept (and read) once."""

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from math import isfinite
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from reconciler.ledger import statements as sql
from reconciler.ledger.database import Database
from reconciler.ledger.rows import Values, moment_or_none, stamp, stamp_or_none, text_of
from schemas.fetch import ListState, Snapshot, Suspicion
from schemas.media import Item

_ITEMS = TypeAdapter(tuple[Item, ...])


class Packed(NamedTuple):
    """Items as they are kept."""

    digest: str
    items: bytes


def pack(items: tuple[Item, ...]) -> Packed:
    """Compress items; fields and ratings (NaN) that say nothing are left out."""
    text = _ITEMS.dump_json(tuple(_finite(item) for item in items), exclude_defaults=True)
    return Packed(hashlib.blake2b(text, digest_size=16).hexdigest(), zlib.compress(text, 1))


def _finite(item: Item) -> Item:
    """The item without ratings that JSON has no number for."""
    if all(isfinite(rating) for rating in item.ratings.values()):
        return item
    return replace(item, ratings={name: rating for name, rating in item.ratings.items() if isfinite(rating)})


def unpack(items: bytes) -> tuple[Item, ...]:
    """The items again."""
    return _ITEMS.validate_json(zlib.decompress(items))


def load(database: Database, server: str) -> dict[str, ListState]:
    """All lists of a server by name."""
    scope = {"server": server}
    with database.reading():
        items = {digest: unpack(packed) for digest, packed in database.rows(sql.ALL_CONTENTS, scope)}
        held: dict[str, dict[str, Any]] = {}
        for row in database.mappings(sql.ALL_SNAPSHOTS, scope):
            held.setdefault(row["list"], {})[row["role"]] = Snapshot.model_construct(
                items=items[row["contents"]],
                fetched_at=datetime.fromisoformat(row["fetched_at"]),
                digest=row["digest"],
                source=row["source"],
            )
        states = database.mappings(sql.ALL_LISTS, scope)
        return {row["name"]: _state(row, held.get(row["name"], {})) for row in states}


def headings(database: Database, server: str) -> dict[str, ListState]:
    """All lists of a server by name, without what they hold."""
    with database.reading():
        return {row["name"]: _state(row, {}) for row in database.mappings(sql.ALL_LISTS, {"server": server})}


def save(database: Database, server: str, state: ListState) -> None:
    """Add or replace one list."""
    snapshots, packed = _snapshots(server, state)
    values = {"server": server, **_values(state)}
    of_list = {"server": server, "list": state.name}
    with database.transaction():
        before = {row["contents"] for row in database.mappings(sql.SNAPSHOTS_OF_LIST, of_list)}
        database.execute(sql.PUT_LIST, values)
        for digest in packed.keys() - before:
            database.execute(sql.ADD_CONTENTS, {"digest": digest, "items": packed[digest]})
        database.execute(sql.DROP_SNAPSHOTS, of_list)
        for snapshot in snapshots:
            database.execute(sql.ADD_SNAPSHOT, snapshot)
        _forget(database, before - packed.keys())


def rename(database: Database, server: str, old: str, new: str) -> None:
    """Move a list's state, and its name in records and open intents."""
    of_list = {"server": server, "list": old}
    with database.transaction():
        if database.first(sql.LIST_EXISTS, {"server": server, "list": new}) is None:
            database.execute(sql.RENAME_LIST, {"of_server": server, "list": old, "to_name": new})
        else:
            replaced = {row["contents"] for row in database.mappings(sql.SNAPSHOTS_OF_LIST, of_list)}
            database.execute(sql.DROP_LIST, of_list)
            _forget(database, replaced)
        for row in database.mappings(sql.RECORDS_OF_LIST, {**of_list, "quoted": text_of(old)}):
            database.execute(sql.RENAME_IN_RECORD, {"of_server": server, "of": row["key"], **_renamed(row, old, new)})
        for row in database.mappings(sql.OPEN_INTENTS, {"server": server}):
            database.execute(sql.RENAME_IN_INTENT, {"of": row["id"], **_renamed(row, old, new)})


def _renamed(row: Values, old: str, new: str) -> Values:
    """Sponsors and lead with the new name in the old one's place, each once."""
    sponsors = [new if name == old else name for name in json.loads(row["sponsors"])]
    return {
        "to_sponsors": text_of(list(dict.fromkeys(sponsors))),
        "to_lead": new if row["lead"] == old else row["lead"],
    }


def _forget(database: Database, digests: Iterable[str]) -> None:
    """Drop contents, unless another snapshot holds the same."""
    for digest in digests:
        database.execute(sql.DROP_CONTENTS, {"of": digest})


def _values(state: ListState) -> Values:
    """The columns of a list, its snapshots aside."""
    return {
        "name": state.name,
        "source": state.source,
        "suspicion": state.suspicion and text_of(state.suspicion),
        "shortfall": state.shortfall,
        "shortfall_reads": state.shortfall_reads,
        "verdict": state.verdict and state.verdict.value,
        "message": state.message,
        "attempted_at": stamp_or_none(state.attempted_at),
        "failures": state.failures,
        "retry_at": stamp_or_none(state.retry_at),
    }


def _snapshots(server: str, state: ListState) -> tuple[list[Values], dict[str, bytes]]:
    """The rows of a list's snapshots, and the contents that they name."""
    rows: list[Values] = []
    contents: dict[str, bytes] = {}
    for role, snapshot in (("trusted", state.trusted), ("previous", state.previous), ("extra", state.extra)):
        if snapshot is None:
            continue
        packed = pack(snapshot.items)
        contents[packed.digest] = packed.items
        rows.append(
            {
                "server": server,
                "list": state.name,
                "role": role,
                "source": snapshot.source,
                "fetched_at": stamp(snapshot.fetched_at),
                "digest": snapshot.digest,
                "contents": packed.digest,
            }
        )
    return rows, contents


def _state(row: Values, snapshots: dict[str, Any]) -> ListState:
    return ListState.model_validate(
        row
        | {
            "suspicion": row["suspicion"] and Suspicion.model_validate_json(row["suspicion"]),
            "attempted_at": moment_or_none(row["attempted_at"]),
            "retry_at": moment_or_none(row["retry_at"]),
        }
        | snapshots
    )
