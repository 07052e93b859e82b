"""The JSON Schema of a document that a command writes, with the words that its shapes have for their fields."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from reconciler.config.describe import class_docs

FORM = ("format", "format_version")
"""In every document, first of all."""


def document_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Draft 2020-12. What is at its default may be missing in a document, `format` and `format_version` never are."""
    made = model.model_json_schema(mode="serialization")
    known = _classes()
    for name, shape in ((model.__name__, made), *made.get("$defs", {}).items()):
        if "properties" in shape:
            _describe(shape, known.get(name, ()))
    made["required"] = [*FORM, *(name for name in made.get("required", ()) if name not in FORM)]
    made["properties"]["format_version"]["pattern"] = _pattern(model)
    return made


def _pattern(model: type[BaseModel]) -> str:
    """Within a major version fields are only added: whoever reads this major reads what it knows."""
    version = model.model_fields["format_version"].get_default()
    return rf"^{version.partition('.')[0] if isinstance(version, str) else '1'}\.[0-9]+$"


def _classes() -> Mapping[str, list[type]]:
    """Every shape that is imported, by name; some have a namesake."""
    found: dict[str, list[type]] = {}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "schemas":
            for one in _own(module, name):
                found.setdefault(one.__name__, []).append(one)
    return found


def _own(module: object, name: str) -> Iterator[type]:
    return (one for one in vars(module).values() if isinstance(one, type) and one.__module__ == name)


def _describe(shape: dict[str, Any], namesakes: list[type] | tuple[()]) -> None:
    properties = shape["properties"]
    for name in properties:
        properties[name].pop("title", None)
    for one in namesakes:
        if set(getattr(one, "__annotations__", ())) >= set(properties):
            for name, words in class_docs(one).items():
                if name in properties:
                    properties[name].setdefault("description", words)
            return
