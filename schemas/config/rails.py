"""Rails that hold or defer what a plan would do, and overrides that decide for single titles."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from schemas.config.base import Parsed, Section, Wrong
from schemas.config.lists import Paused
from schemas.config.times import CronLine, Day, duration
from schemas.config.values import Count, Text, Whole
from schemas.media import Key


class Budget(Section):
    """How many titles are requested in all; unlimited (None) unless given."""

    per_run: Count = None
    """In one run."""
    per_day: Count = None
    """In any 24 hours."""
    first_run: Count = 25
    """By the first apply of a new ledger."""


class Window(Section):
    """A time in which requests are sent; outside of all windows they wait."""

    allow: CronLine
    """When it opens, in `timezone`."""
    for_: Annotated[timedelta, duration(timedelta(minutes=1))] = Field(alias="for")
    """How long it stays open."""


class Rails(Section):
    """Limits on what one run may do."""

    budget: Budget = Budget()
    """How many titles are requested at most; the rest waits for its turn."""
    windows: tuple[Window, ...] = ()
    """When requests may be sent; without any, always."""
    max_cancels: Whole = Field(default=20, ge=0)
    """More cancels than this, or than a tenth of our pending requests, wait for a person."""
    pause: Paused = None
    """Nothing is sent for any list."""


def _key(value: Any) -> Key:
    if isinstance(value, Key):
        return value
    if not isinstance(value, str):
        raise Wrong("is not a key", "write it like movie:tmdb:603 or tv:tmdb:1399")
    try:
        return Key.parse(value)
    except ValueError as error:
        message, _, hint = str(error).partition("; ")
        raise Wrong(message, hint) from None


def _title(value: Any) -> Key:
    key = _key(value)
    if key.is_4k:
        raise Wrong(f"{key} names a quality", "leave @4k out: the quality is the list's `request.is_4k`")
    return key


_TITLE_PATTERN = "^(movie|tv):tmdb:[1-9][0-9]{0,9}"
AnyKey = Annotated[
    Key, Parsed(_key, "a key such as movie:tmdb:603", {"type": "string", "pattern": f"{_TITLE_PATTERN}(@4k)?$"})
]
TitleKey = Annotated[
    Key, Parsed(_title, "a key such as movie:tmdb:603", {"type": "string", "pattern": f"{_TITLE_PATTERN}$"})
]


class Override(Section):
    """A person's word on one title."""

    why: Text | None = None
    """Shown wherever it decides something."""
    until: Day | None = None
    """No longer counts from the start of that day in `timezone`; without it, for good."""


class Match(Override):
    """Which title an item is."""

    to: TitleKey
    """The title."""


def _item(value: Any) -> str:
    provider, _, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not provider or not rest:
        raise Wrong(
            f"{value!r} is not an item", "write it like letterboxd:nosferatu-2024, as `listsync lists NAME` shows it"
        )
    return str(value)


ItemRef = Annotated[str, Parsed(_item, "an item", {"type": "string", "pattern": "^[^:]+:.+$"})]


class Overrides(Section):
    """Words on single titles, by item or by key."""

    match: dict[ItemRef, Match] = {}
    """Item → which title it is."""
    deny: dict[AnyKey, Override] = {}
    """Never requested, whatever list wants it."""
    allow: dict[AnyKey, Override] = {}
    """Requested again although somebody deleted or declined it; each one lifts once."""
