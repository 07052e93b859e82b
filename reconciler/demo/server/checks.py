"""The validation that the products leave to express-openapi-validator, with its texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from .wire import Field, Refusal, refused

RESERVED = re.compile(r"[:/?#\[\]@!$&'()*+,;=]")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def as_number(text: str) -> int | float | None:
    """A query or path value as a number, None where it is none."""
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return int(value) if value.is_integer() else value


def check_query(raw: str, allowed: Mapping[str, Field]) -> dict[str, Any]:
    """The parsed query. Refuses unknown names, empty values, unescaped reserved characters and wrong types."""
    query: dict[str, Any] = {}
    for part in raw.split("&") if raw else []:
        name, _, text = part.partition("=")
        name = unquote(name)
        if name not in allowed:
            raise _bad(f"Unknown query parameter '{name}'", f"/query/{name}")
        if not text:
            raise _bad(f"Empty value found for query parameter '{name}'", f"/query/{name}")
        if RESERVED.search(text):
            message = f"Parameter '{name}' must be url encoded. Its value may not contain reserved characters."
            raise _bad(message, f"/query/{name}")
        query[name] = _query_value(name, unquote(text), allowed[name])
    for name, rule in allowed.items():
        if rule.required and name not in query:
            raise _invalid([(".query." + name, f"should have required property '{name}'")], where="query")
    return query


def _query_value(name: str, text: str, rule: Field) -> Any:
    if rule.type == "number":
        number = as_number(text)
        if number is None:
            raise _invalid([(f".query.{name}", "should be number")])
        return number
    if rule.type == "boolean":
        if text not in ("true", "false"):
            raise _invalid([(f".query.{name}", "should be boolean")])
        return text == "true"
    if rule.choices and text not in rule.choices:
        raise _invalid([(f".query.{name}", _one_of(rule.choices))])
    return text


def check_params(params: Mapping[str, str], numeric: tuple[str, ...], choices: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse path parameters of a wrong type."""
    for name in numeric:
        if as_number(params[name]) is None:
            raise _invalid([(f".params.{name}", "should be number")])
    for name, allowed in choices.items():
        if params[name] not in allowed:
            raise _invalid([(f".params.{name}", _one_of(allowed))])


def check_body(body: Any, properties: Mapping[str, Field]) -> None:
    """Refuse a body that the description does not allow. Unknown properties are let through, as there."""
    if not isinstance(body, dict):
        raise _invalid([(".body", "should be object")])
    missing = [
        (f".body.{name}", f"should have required property '{name}'")
        for name, rule in properties.items()
        if rule.required and name not in body
    ]
    if missing:
        raise _invalid(missing, where="body")
    wrong: list[tuple[str, str]] = []
    for name, rule in properties.items():
        if name in body:
            wrong.extend((f".body.{path}", text) for path, text in _wrong(name, body[name], rule))
    if wrong:
        raise _invalid(wrong)


def _wrong(name: str, value: Any, rule: Field) -> list[tuple[str, str]]:
    if value is None and rule.nullable:
        return []
    if rule.type == "seasons":
        return _wrong_seasons(name, value)
    if rule.type == "numbers":
        if not isinstance(value, list):
            return [(name, "should be array")]
        return [(f"{name}[{at}]", text) for at, text in _wrong_numbers(value)]
    kinds = {"number": (int, float), "string": (str,), "boolean": (bool,), "object": (dict,), "array": (list,)}
    fits = isinstance(value, kinds[rule.type]) and not (rule.type == "number" and isinstance(value, bool))
    if not fits:
        return [(name, f"should be {rule.type}")]
    if rule.choices and value not in rule.choices:
        return [(name, _one_of(rule.choices))]
    return []


def _wrong_seasons(name: str, value: Any) -> list[tuple[str, str]]:
    if value == "all" or (isinstance(value, list) and not _wrong_numbers(value)):
        return []
    inner = (
        [(f"{name}[{at}]", text) for at, text in _wrong_numbers(value)]
        if isinstance(value, list)
        else [(name, "should be array")]
    )
    return [*inner, (name, _one_of(("all",))), (name, "should match exactly one schema in oneOf")]


def _wrong_numbers(values: list[Any]) -> list[tuple[int, str]]:
    wrong = []
    for at, value in enumerate(values):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            wrong.append((at, "should be number"))
        elif value < 0:
            wrong.append((at, "should be >= 0"))
    return wrong


def _one_of(choices: tuple[str, ...]) -> str:
    return "should be equal to one of the allowed values: " + ", ".join(choices)


def _bad(message: str, path: str) -> Refusal:
    return refused(400, message, [{"path": path, "message": message}])


def _invalid(problems: list[tuple[str, str]], where: str = "") -> Refusal:
    message = ", ".join(f"request{f'.{where}' if where else path} {text}" for path, text in problems)
    errors = [{"path": path, "message": text, "errorCode": "type.openapi.validation"} for path, text in problems]
    return refused(400, message, errors)
