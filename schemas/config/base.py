"""What the configuration's sections have in common: how a value is parsed, and how a wrong one says so."""

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from schemas.base import Frozen


class Section(Frozen):
    """A part of the file. A key without a value is a key left out: its default holds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        if data is None:
            return {}
        if isinstance(data, dict):
            return {key: value for key, value in data.items() if value is not None}
        return data


class Wrong(ValueError):
    """A value that cannot be what it is meant to be. `str()` says why in words for people, `hint` what to write."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Outside(str):
    """A text that holds a value from outside; it knows how it is written in the file, which is what may be shown."""

    reference: str
    """As in the file: `${NAME}`."""
    known: bool
    """False: it leads to nothing, and a word stands in for it, so that everything else can be checked."""

    def __new__(cls, value: str, reference: str, *, known: bool = True) -> "Outside":
        """The resolved text, and the text of the file."""
        made = super().__new__(cls, value)
        made.reference, made.known = reference, known
        return made


def shown(value: object) -> str:
    """A value as an error shows it: short, and by reference where it came from outside."""
    if isinstance(value, Outside):
        return value.reference
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question that names the nearest known word, or nothing."""
    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f"did you mean {by_folded[near[0]]}?" if near else ""


@dataclass(frozen=True, eq=False)
class Parsed:
    """Annotates a field whose text has a grammar of its own: `Annotated[timedelta, Parsed(…)]`."""

    parse: Callable[[Any], Any]
    """Takes what stands in the file or the parsed value itself; raises Wrong."""
    what: str
    """What it takes, for errors: "a duration such as 30s, 30m, 6h or 1d"."""
    json_schema: JsonSchemaValue
    write: Callable[[Any], Any] = str
    """Back to the text form."""
    stays_text: bool = False
    """Whether the value remains a text, so that it may come from outside."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A plain function, so that an error is about the field and not about an alternative of it."""
        return core_schema.no_info_plain_validator_function(
            self._checked,
            serialization=core_schema.plain_serializer_function_ser_schema(self._written, when_used="json"),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """What people may write."""
        return dict(self.json_schema)

    def _checked(self, value: Any) -> Any:
        if isinstance(value, Outside) and not self.stays_text:
            raise Wrong(
                f"takes {self.what}, and {value.reference} is a text from outside",
                "such a text is never converted: write the value itself here",
            )
        if isinstance(value, Outside) and not value.known:
            return str(value)
        return self.parse(value)

    def _written(self, value: Any) -> Any:
        return None if value is None else self.write(value)


def choice(kind: type[StrEnum]) -> Parsed:
    """One of an enumeration's words."""
    words = [member.value for member in kind]
    listed = f"{', '.join(words[:-1])} or {words[-1]}"

    def parse(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if isinstance(value, bool) and {"on", "off", "yes", "no"} & set(words):
            raise Wrong(f"must be {listed}, not {shown(value)}", "put the word in quotes")
        if isinstance(value, str) and value in words:
            return kind(value)
        guess = did_you_mean(value, words) if isinstance(value, str) else ""
        raise Wrong(f"must be {listed}, not {shown(value)}", guess)

    return Parsed(parse, f"one of the words {listed}", {"enum": words})
