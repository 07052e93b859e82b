"""What two JSON Schemas promise, compared: within a major version documents only gain fields and words."""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
_ANYTHING = ("array", "boolean", "integer", "null", "number", "object", "string")


def broken(before: Schema, after: Schema) -> list[str]:
    """Every promise of `before` that `after` does not keep, each with the path to it; none: they are compatible."""
    return list(_compare(inlined(before), inlined(after), ""))


def inlined(schema: Schema) -> Schema:
    """The schema with its definitions in the places that name them; a shape within itself is left out there."""
    definitions = schema.get("$defs", {})

    def put_in(node: Any, within: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [put_in(one, within) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            return {} if name in within else put_in(definitions[name], (*within, name))
        return {key: put_in(one, within) for key, one in node.items() if key != "$defs"}

    made: Schema = put_in(schema, ())
    return made


def _compare(before: Schema, after: Schema, path: str) -> Iterator[str]:
    old, new = _by_type(before), _by_type(after)
    if old.keys() != new.keys():
        yield f"{path or '/'}: was {_told(old)}, is {_told(new)}"
    for one in sorted(old.keys() & new.keys()):
        yield from _compare_values(old[one], new[one], path)
        yield from _compare_fields(old[one], new[one], path)


def _by_type(schema: Schema) -> dict[str, Schema]:
    """The alternatives of a value, by the JSON type of each."""
    found: dict[str, Schema] = {}
    for choice in schema.get("anyOf", [schema]):
        types = choice.get("type", _ANYTHING)
        found |= dict.fromkeys([types] if isinstance(types, str) else types, choice)
    return found


def _told(found: Mapping[str, Schema]) -> str:
    return "anything" if len(found) == len(_ANYTHING) else " or ".join(sorted(found))


def _compare_values(old: Schema, new: Schema, path: str) -> Iterator[str]:
    if "const" in old and new.get("const") != old["const"]:
        yield f"{path}: was always {old['const']!r}"
    for word in old.get("enum", ()):
        if word not in new.get("enum", [word]):
            yield f"{path}: the word {word!r} is gone"
    for key in ("items", "additionalProperties"):
        if isinstance(old.get(key), Mapping) and isinstance(new.get(key), Mapping):
            yield from _compare(old[key], new[key], f"{path}/*")


def _compare_fields(old: Schema, new: Schema, path: str) -> Iterator[str]:
    fields = new.get("properties", {})
    for name, field in old.get("properties", {}).items():
        if name in fields:
            yield from _compare(field, fields[name], f"{path}/{name}")
        else:
            yield f"{path}/{name}: is gone"
    before, after = set(old.get("required", ())), set(new.get("required", ()))
    yield from (f"{path}/{name}: is required now" for name in sorted(after - before))
    yield from (f"{path}/{name}: may be missing now" for name in sorted((before - after) & fields.keys()))
