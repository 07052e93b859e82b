"""Words and numbers as every output writes them. Titles come from strangers: they are cleaned here."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.plan import ListLine

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)|\x9b[0-?]*[ -/]*[@-~]")
"""Whole terminal sequences: their letters would be left over."""
_RUNS = re.compile(r"\s+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Unicode categories that move the cursor, reorder or hide text."""
_JOINERS = frozenset({"\u200c", "\u200d"})
"""Needed to write Persian, Indic scripts and emoji."""


def clean(text: str) -> str:
    """One line without control, bidirectional or invisible characters: a title can neither move the cursor nor lie."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    kept = (
        " " if char.isspace() else char
        for char in _ESCAPES.sub("", text)
        if char.isspace() or char in _JOINERS or unicodedata.category(char) not in _UNSEEN
    )
    return _RUNS.sub(" ", "".join(kept)).strip()


def titled(title: str, year: int | None) -> str:
    """`Nosferatu (2024)`."""
    shown = clean(title) or "(no title)"
    return f"{shown} ({year})" if year else shown


def count(number: int, one: str, many: str = "") -> str:
    """`1 title`, `1,234 titles`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def numbers_of(line: "ListLine") -> list[str]:
    """`4 titles`, `1 unresolved`."""
    if not line.counted:
        return ["put together in every plan"]
    left = ((line.unresolved, "unresolved"), (line.excluded, "excluded"))
    return [count(line.items, "title"), *(f"{number:,} {word}" for number, word in left if number)]


def joined(names: Sequence[str], most: int = 3) -> str:
    """`a, b, c and 4 more`."""
    shown = ", ".join(clean(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def seasons_text(seasons: Sequence[int]) -> str:
    """`season 1`, `seasons 1-3, 5`; empty for none."""
    if not seasons:
        return ""
    runs: list[list[int]] = []
    for number in sorted(set(seasons)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"season{'s' if ',' in shown or '-' in shown else ''} {shown}"


def moment(at: datetime) -> str:
    """`2026-07-30 14:05 UTC`, to the minute."""
    return at.strftime("%Y-%m-%d %H:%M ") + (at.tzname() or "UTC")


def span(length: timedelta) -> str:
    """`5 s`, `12 min`, `3 h`, `4 days`: the largest unit that says it."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} days"


def ago(at: datetime, now: datetime) -> str:
    """`3 h ago`."""
    passed = now - at
    return "just now" if passed < timedelta(seconds=60) else f"{span(passed)} ago"


def until(at: datetime, now: datetime) -> str:
    """`in 3 h`, or `next run` when its time has come."""
    left = at - now
    return f"in {span(left + timedelta(seconds=59))}" if left >= timedelta(seconds=60) else "in the next run"


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    text = clean(text)
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")
