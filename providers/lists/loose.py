"""Walking foreign JSON, where any step may be missing, null, or of another type than last year.

Beside `values`, which reads single values: nothing here fails, so that a parser built of both cannot fail on a value.
"""

import json
from collections.abc import Iterable
from typing import Any

from providers.errors import Malformed
from providers.lists.values import code_of, number_of, text_of


def load_json(text: str, *, what: str) -> Any:
    """The JSON value of a text. Raises Malformed, naming `what`, for anything else."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"{what} is not whole JSON: cut short, or something else") from error


def dig(value: object, *path: str) -> Any:
    """The value below a path of keys; None as soon as a step is missing."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def rows(value: object) -> list[Any]:
    """A list as it is; anything else is an empty one."""
    return value if isinstance(value, list) else []


def word(value: object) -> str | None:
    """A text that was written as text: an id, a slug, a code. Numbers are none."""
    return text_of(value) if isinstance(value, str) else None


def whole(value: object) -> int | None:
    """A whole number, also when written as text."""
    number = number_of(value)
    return int(number) if number is not None and number.is_integer() else None


def positive(value: object) -> int | None:
    """A whole number above zero: 0 is how services write an unknown runtime or count."""
    found = whole(value)
    return found if found is not None and found > 0 else None


def words(values: Iterable[object]) -> tuple[str, ...]:
    """The texts among the values, each once, in their order."""
    return tuple(dict.fromkeys(found for value in values if (found := word(value))))


def codes(values: Iterable[object]) -> tuple[str, ...]:
    """The two-letter codes among the values (languages, countries), lower case, each once."""
    return tuple(dict.fromkeys(code for value in values if (code := code_of(value))))
