"""The configuration's small values but those of time: ranges, sorts, seasons, qualities, counts, rates, patterns."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import SecretStr, Strict, StringConstraints

from schemas.config.base import Parsed, Wrong, did_you_mean, shown
from schemas.config.patterns import parse_pattern

Text = Annotated[str, StringConstraints(min_length=1)]
Secret = Annotated[SecretStr, StringConstraints(min_length=1)]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]

# --- ranges ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included; None leaves that side open."""

    low: float | None = None
    high: float | None = None

    def __contains__(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        if self.low is not None and self.low == self.high:
            return f"{self.low:g}" if isinstance(self.low, float) else str(self.low)
        low, high = ("" if end is None else str(end) for end in (self.low, self.high))
        return f"{low}..{high}"


_NUMBER = r"[0-9]{1,9}"
_DECIMAL = r"[0-9]{1,9}(?:\.[0-9]{1,3})?"


def range_of(number: type[int] | type[float], lowest: float, highest: float, example: str) -> Parsed:
    """The one range grammar, `6.5..`, `..8`, `6.5..8`, `7`, over numbers from `lowest` to `highest`."""
    pattern = _NUMBER if number is int else _DECIMAL
    grammar = re.compile(rf"({pattern})?(\.\.)?({pattern})?", re.ASCII)

    def bound(text: str | None) -> float | None:
        return number(text) if text else None

    def parse(value: object) -> Range:
        if isinstance(value, Range):
            return value
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise Wrong(f"{shown(value)} is not a range", f"write it like {example}")
        match = grammar.fullmatch(str(value).strip())
        if match is None or not (match[1] or match[3]) or (match[3] and not match[2]):
            raise Wrong(f"{shown(value)} is not a range", f"write it like {example}")
        low, high = bound(match[1]), bound(match[3])
        if match[2] is None:
            high = low
        if low is not None and high is not None and low > high:
            raise Wrong(f"{shown(value)} is empty: {match[1]} is more than {match[3]}", f"write {match[3]}..{match[1]}")
        for end in (low, high):
            if end is not None and not lowest <= end <= highest:
                raise Wrong(f"must lie between {lowest:g} and {highest:g}, {shown(value)} does not")
        return Range(low, high)

    one = {"type": "integer" if number is int else "number", "minimum": lowest, "maximum": highest}
    text = {"type": "string", "pattern": rf"^({pattern}|{pattern}\.\.({pattern})?|\.\.{pattern})$"}
    return Parsed(parse, f"a range such as {example}", {"anyOf": [one, text]})


# --- sorts -----------------------------------------------------------------------------------------------------------


class SortField(StrEnum):
    """What the titles of a list can be put in order by."""

    POSITION = "position"
    ADDED = "added"
    RATING = "rating"
    VOTES = "votes"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Sort:
    """The order that decides what a limit keeps; text form `rating`, `-rating`."""

    field: SortField = SortField.POSITION
    descending: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.field.value}"


_SORTS = [member.value for member in SortField]


def parse_sort(value: object) -> Sort:
    """A field, with "-" in front for descending; raises Wrong."""
    if isinstance(value, Sort):
        return value
    word = value.removeprefix("-") if isinstance(value, str) else ""
    if isinstance(value, str) and word in _SORTS:
        return Sort(SortField(word), value.startswith("-"))
    raise Wrong(
        f"must be {', '.join(_SORTS[:-1])} or {_SORTS[-1]}, with - in front for descending, not {shown(value)}",
        did_you_mean(word, _SORTS) if word else "",
    )


SortBy = Annotated[
    Sort,
    Parsed(parse_sort, "one of the words " + ", ".join(_SORTS), {"enum": [*_SORTS, *(f"-{word}" for word in _SORTS)]}),
]

# --- seasons and quality ---------------------------------------------------------------------------------------------


class SeasonRule(StrEnum):
    """Which seasons of a show are wanted, without naming them."""

    ALL = "all"
    """Every season but the specials (0)."""
    FIRST = "first"
    LATEST = "latest"


def parse_seasons(value: object) -> SeasonRule | tuple[int, ...]:
    """`all`, `first`, `latest`, or the numbers, ascending, each once; raises Wrong."""
    if isinstance(value, str):
        if value in list(SeasonRule):
            return SeasonRule(value)
        raise Wrong(
            f"must be all, first, latest or a list of numbers, not {shown(value)}",
            did_you_mean(value, list(SeasonRule)) or "write numbers like [1, 2]",
        )
    if not isinstance(value, (list, tuple)) or not value:
        raise Wrong(f"must be all, first, latest or a list of numbers, not {shown(value)}", "write numbers like [1, 2]")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= 999:
            raise Wrong(f"{shown(number)} is not a season's number", "write numbers like [1, 2]")
    return tuple(sorted(set(value)))


def _write_seasons(value: SeasonRule | tuple[int, ...]) -> str | list[int]:
    return value.value if isinstance(value, SeasonRule) else list(value)


Seasons = Annotated[
    SeasonRule | tuple[int, ...],
    Parsed(
        parse_seasons,
        "all, first, latest or a list of numbers",
        {
            "anyOf": [
                {"enum": [rule.value for rule in SeasonRule]},
                {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 999}, "minItems": 1},
            ]
        },
        _write_seasons,
    ),
]


def parse_quality(value: object) -> bool | Literal["both"]:
    """`true` (4K), `false` (HD) or `both`; raises Wrong."""
    if isinstance(value, bool):
        return value
    if value == "both":
        return "both"
    raise Wrong(f"must be true, false or both, not {shown(value)}")


Quality = Annotated[
    bool | Literal["both"],
    Parsed(parse_quality, "true, false or both", {"enum": [True, False, "both"]}, lambda value: value),
]

# --- counts, rates, zones, patterns ----------------------------------------------------------------------------------


def parse_count(value: object) -> int | None:
    """A number of at least 1, or `unlimited`, which is None; raises Wrong."""
    if value is None or value == "unlimited":
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Wrong(f"must be a whole number or unlimited, not {shown(value)}")
    if value < 1:
        raise Wrong(f"must be at least 1, not {value}", "to request nothing for a while, use pause")
    return value


Count = Annotated[
    int | None,
    Parsed(
        parse_count,
        "a whole number or unlimited",
        {"anyOf": [{"type": "integer", "minimum": 1}, {"const": "unlimited"}]},
        lambda value: value,
    ),
]


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in a period; text form `30/m`."""

    text: str
    per_second: float

    def __str__(self) -> str:
        return self.text


_SECONDS = {"s": 1, "m": 60, "h": 3_600}
_RATE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)/([smh])", re.ASCII)


def parse_rate(value: object) -> Rate:
    """`1/s`, `30/m`, `100/h`; raises Wrong."""
    if isinstance(value, Rate):
        return value
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None or float(match[1]) == 0:
        raise Wrong(f"{shown(value)} is not a rate", "write it like 1/s, 30/m or 100/h")
    return Rate(match[0], float(match[1]) / _SECONDS[match[2]])


PerTime = Annotated[
    Rate,
    Parsed(parse_rate, "a rate such as 1/s or 30/m", {"type": "string", "pattern": f"^{_RATE.pattern}$"}),
]


TitlePattern = Annotated[
    re.Pattern[str],
    Parsed(
        parse_pattern,
        "a regular expression",
        {"type": "string", "format": "regex", "minLength": 1},
        lambda pattern: pattern.pattern,
    ),
]


def words(
    known: Callable[[str], str | None], what: str, json_schema: dict[str, Any], meant: Mapping[str, str]
) -> Parsed:
    """A word with a canonical form: `known` returns that form, or None for a word it does not know. `meant`: what
    people write instead, and mean."""

    def parse(value: object) -> str:
        canonical = known(value) if isinstance(value, str) else None
        if canonical is None:
            guess = meant.get(value.lower()) or meant.get(value.upper()) if isinstance(value, str) else None
            raise Wrong(f"{shown(value)} is not {what}", f"did you mean {guess}?" if guess else "")
        return canonical

    return Parsed(parse, what, json_schema)
