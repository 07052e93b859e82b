"""Regular expressions of people's own: one that would keep a plan busy for hours is told of when the file is read."""

import re
import time
from functools import lru_cache

from schemas.config.base import Wrong, shown

TOO_LONG = 0.05
"""Seconds of computing for a text of some dozens of characters: what is sound takes a thousandth of that."""
LONGEST = 64
"""Characters: on so few, nothing but an exponential one takes long."""
_LENGTHS = range(6, 41, 2)
"""In small steps: the time of an exponential one grows by a factor with each, so that none is let run for long."""
_END = "\x00"
"""No pattern expects it, so that every way through the text is tried."""
_LITERALS = re.compile(r"[^\W_]+")


def parse_pattern(value: object) -> re.Pattern[str]:
    """A regular expression, letter case ignored; raises Wrong."""
    if isinstance(value, re.Pattern):
        return value
    if not isinstance(value, str) or not value:
        raise Wrong(f"must be a regular expression, not {shown(value)}", 'write it in quotes, like "^The "')
    try:
        pattern = re.compile(value, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise Wrong(f"{shown(value)} is not a regular expression: {error}") from None
    if explodes(pattern):
        raise Wrong(
            f"{shown(value)} takes for ever on some titles", "avoid a repetition within a repetition, as in (a+)+"
        )
    return pattern


@lru_cache(maxsize=1024)
def explodes(pattern: re.Pattern[str]) -> bool:
    """Whether the time it takes doubles with every few characters. Tried out on what the pattern itself is made of."""
    if not re.search(r"[*+}]", pattern.pattern):
        return False
    seeds = dict.fromkeys(("a", "0", " ", "a ", *_LITERALS.findall(pattern.pattern)[:8]))
    return any(_explodes_on(pattern, seed) for seed in seeds)


def _explodes_on(pattern: re.Pattern[str], seed: str) -> bool:
    for length in _LENGTHS:
        text = seed * length
        if len(text) > LONGEST:
            break
        started = time.thread_time()
        pattern.search(text + _END)
        if time.thread_time() - started > TOO_LONG:
            return True
    return False
