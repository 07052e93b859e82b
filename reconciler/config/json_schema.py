"""The JSON Schema of the file as people write it: what editors complete and check while one types."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from reconciler.config.describe import default_text, field_docs
from schemas.config import Config, Pause
from schemas.config.base import Section
from schemas.config.filters import Certifications, Countries, Languages, Statuses, Titles, Words
from schemas.config.running import RECEIVERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NULL: Mapping[str, str] = {"type": "null"}
_MAY_BE_EMPTY = {"Override", "Service"}
_LIST_IS_ANY = (Words, Languages, Countries, Certifications, Statuses, Titles)


def json_schema() -> dict[str, Any]:
    """Draft 2020-12, of `listsync.yaml` with `defaults`, short forms, and keys left empty."""
    made = Config.model_json_schema(by_alias=True, mode="validation")
    kinds: dict[str, dict[str, Any]] = made["$defs"]
    models = {model.__name__: model for model in _models(Section)}
    for name, kind in (*kinds.items(), ("Config", made)):
        _describe(kind, models[name])
        _allow_nothing(kind)
    for model in _LIST_IS_ANY:
        kind = kinds[model.__name__]
        kinds[model.__name__] = {"anyOf": [_bare(kind["properties"]["any"]), kind]}
    kinds[Pause.__name__] = {"anyOf": [kinds[Pause.__name__], {"type": "boolean"}, {"type": "string", "minLength": 1}]}
    _one_of(kinds["ListConfig"], ("source", "combine"))
    _one_of(kinds["Notification"], RECEIVERS)
    kinds["Server"].pop("required")  # the environment may give what is missing
    made["required"] = ["version"]
    schema = {"$schema": DIALECT, "title": "listsync.yaml"}
    return schema | {key: value for key, value in made.items() if key != "title"}


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _describe(kind: dict[str, Any], model: type[BaseModel]) -> None:
    kind.pop("title", None)
    docs = field_docs(model)
    for name, field in model.model_fields.items():
        described = kind["properties"][field.alias or name]
        if name in docs:
            described["description"] = docs[name]
        if isinstance(described.get("default"), str):
            described["default"] = default_text(field)


def _allow_nothing(kind: dict[str, Any]) -> None:
    """A key without a value is a key left out; so is an entry of names with values."""
    for name, field in kind["properties"].items():
        field.pop("title", None)
        if isinstance(field.get("default"), (dict, list)) or field.get("default", "") is None:
            del field["default"]
        for entries in ("additionalProperties", "patternProperties"):
            _allow_empty_entries(field, entries)
        if name not in kind.get("required", ()):
            kind["properties"][name] = _or_null(field)


def _allow_empty_entries(field: dict[str, Any], key: str) -> None:
    inner = field.get(key)
    if not isinstance(inner, dict):
        return
    if key == "patternProperties":
        field[key] = {pattern: _entry_or_null(entry) for pattern, entry in inner.items()}
        field["additionalProperties"] = False
    else:
        field[key] = _entry_or_null(inner)


def _entry_or_null(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry that needs keys cannot be empty."""
    model = entry.get("$ref", "").rpartition("/")[2]
    return {"anyOf": [entry, dict(_NULL)]} if model in _MAY_BE_EMPTY else entry


def _or_null(field: dict[str, Any]) -> dict[str, Any]:
    about: dict[str, Any] = {key: field[key] for key in ("description", "default", "examples") if key in field}
    rest = {key: value for key, value in field.items() if key not in about}
    choices = rest["anyOf"] if set(rest) == {"anyOf"} else [rest]
    return {**about, "anyOf": [*choices, *([] if dict(_NULL) in choices else [dict(_NULL)])]}


def _bare(field: dict[str, Any]) -> dict[str, Any]:
    choices: list[dict[str, Any]] = field["anyOf"]
    return choices[0]


def _one_of(kind: dict[str, Any], keys: tuple[str, ...]) -> None:
    kind["oneOf"] = [{"required": [key], "properties": {key: {"not": dict(_NULL)}}} for key in keys]
