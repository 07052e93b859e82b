"""What the models know of their own fields, in words: the source of the JSON Schema's and the reference's texts."""

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from schemas.config import Config
from schemas.config.base import Parsed


@dataclass(frozen=True, slots=True)
class Option:
    """One key of the file."""

    path: tuple[str, ...]
    """`NAME` stands for any name, `[]` for any entry of a list."""
    takes: str
    default: str
    """Empty: none."""
    required: bool
    meaning: str
    model: type[BaseModel] | None = None
    """Of the keys inside, where there are any."""


def options(model: type[BaseModel] = Config, path: tuple[str, ...] = ()) -> Iterator[Option]:
    """Every key of the file, in the order of the models; a key's own keys follow it."""
    docs = field_docs(model)
    for name, field in model.model_fields.items():
        key = field.alias or name
        if model is not Config and key in dict(_common(path)):
            continue
        inner, steps = _inner(field)
        here = (*path, key)
        yield Option(here, _takes(field), default_text(field), field.is_required(), docs.get(name, ""), inner)
        if inner is not None:
            yield from options(inner, (*here, *steps))


def _common(path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Keys of a list that `defaults` explains already."""
    if path[:1] == ("lists",) and len(path) == 2:
        yield from ((field, field) for field in Config.model_fields["defaults"].annotation.model_fields)  # type: ignore[union-attr]


def field_docs(model: type[BaseModel]) -> dict[str, str]:
    """Field → the docstring below it, in the class or in those that it extends; read in the source, only when asked."""
    return class_docs(model)


def class_docs(shape: type) -> dict[str, str]:
    """The same of a dataclass too."""
    docs: dict[str, str] = {}
    for owner in reversed(shape.__mro__):
        if owner.__module__.partition(".")[0] == "schemas":
            docs |= dict(_docs_in(_classes(owner.__module__)[owner.__name__]))
    return docs


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _docs_in(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
            and isinstance(text.value.value, str)
        ):
            yield field.target.id, inspect.cleandoc(text.value.value).replace("\n", " ")


def _inner(field: FieldInfo) -> tuple[type[BaseModel] | None, tuple[str, ...]]:
    """The model inside of a field, and the steps that lead to one of its values."""
    annotation: Any = field.annotation
    for choice in (annotation, *get_args(annotation)):
        if get_origin(choice) is dict:
            inner = get_args(choice)[1]
            return (inner, ("NAME",)) if _is_model(inner) else (None, ())
        if get_origin(choice) is tuple and _is_model(get_args(choice)[0]):
            return get_args(choice)[0], ("[]",)
        if _is_model(choice):
            return choice, ()
    return None, ()


def _is_model(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, BaseModel)


def _takes(field: FieldInfo) -> str:
    parsed = next((mark for mark in field.metadata if isinstance(mark, Parsed)), None)
    if parsed is not None:
        return parsed.what
    return _takes_type(field.annotation, field)


def _takes_type(annotation: Any, field: FieldInfo) -> str:
    while hasattr(annotation, "__metadata__"):
        parsed = next((mark for mark in annotation.__metadata__ if isinstance(mark, Parsed)), None)
        if parsed is not None:
            return parsed.what
        annotation = annotation.__origin__
    origin, arguments = get_origin(annotation), get_args(annotation)
    if type(None) in arguments:
        return _takes_type(next(choice for choice in arguments if choice is not type(None)), field)
    if origin is tuple:
        inner = "entries" if _is_model(arguments[0]) else f"each {_takes_type(arguments[0], field)}"
        return f"a list, {inner}" if inner != "entries" else "a list of entries"
    if origin is dict:
        return "names with values" if _is_model(arguments[1]) else "names with texts"
    if _is_model(annotation):
        return "keys of its own"
    return _takes_simple(annotation, field)


def _takes_simple(annotation: Any, field: FieldInfo) -> str:
    if annotation is int:
        limits = {type(mark): mark for mark in field.metadata}
        low, high = limits.get(Ge), limits.get(Le)
        bounds = f" from {low.ge} to {high.le}" if low and high else f" of at least {low.ge}" if low else ""
        return f"a whole number{bounds}"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return "one of the words " + ", ".join(annotation)
    words = get_args(annotation)
    names = {bool: "true or false", SecretStr: "a text, kept secret", str: "a text"}
    return f"the number {words[0]}" if words else names.get(annotation, "a value")


def default_text(field: FieldInfo) -> str:
    """As it would be written; empty where there is none, or where it is all that its own keys say."""
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, (BaseModel, dict, tuple)):
        return "every one" if isinstance(value, tuple) and value else ""
    parsed = next((mark for mark in field.metadata if isinstance(mark, Parsed)), None)
    written = parsed.write(value) if parsed is not None else value
    return {True: "true", False: "false"}[written] if isinstance(written, bool) else str(written)
