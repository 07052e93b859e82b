"""What a message says, whoever it is for: sections in the order of their weight, each with its lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from schemas.config.running import Occasion
from schemas.notification import Notification, ToldTitle, Trouble
from schemas.reasons import REASONS


class Tone(StrEnum):
    """How it is meant."""

    BAD = "bad"
    CARE = "care"
    GOOD = "good"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Part:
    """One section."""

    occasion: Occasion
    heading: str
    tone: Tone
    rows: Sequence[ToldTitle | Trouble]
    total: int


_HEADINGS: dict[Occasion, tuple[str, Tone]] = {
    Occasion.FAILED: ("Failed", Tone.BAD),
    Occasion.RECOVERED: ("Works again", Tone.GOOD),
    Occasion.REQUESTED: ("Requested", Tone.GOOD),
    Occasion.CANCELLED: ("Cancelled", Tone.INFO),
    Occasion.HELD: ("Waits for you", Tone.CARE),
    Occasion.UNRESOLVED: ("Unresolved", Tone.CARE),
    Occasion.DRIFT: ("Changed by others", Tone.CARE),
}
_COUNTED = {
    Occasion.FAILED: "failed",
    Occasion.RECOVERED: "works again",
    Occasion.REQUESTED: "requested",
    Occasion.CANCELLED: "cancelled",
    Occasion.HELD: "held",
    Occasion.UNRESOLVED: "unresolved",
    Occasion.DRIFT: "changed by others",
}
_LISTED = ("requested", "cancelled", "held", "unresolved")


def parts(message: Notification) -> list[Part]:
    """The sections with anything in them, what matters most first."""
    return [
        Part(occasion, heading, tone, getattr(message, occasion.value), message.total(occasion))
        for occasion, (heading, tone) in _HEADINGS.items()
        if message.total(occasion)
    ]


def headline(message: Notification) -> str:
    """`listsync: 1 failed, 3 requested`."""
    told = ", ".join(f"{part.total:,} {_COUNTED[part.occasion]}" for part in parts(message))
    return f"listsync{' (a sample)' if message.is_sample else ''}: {told or 'nothing new'}"


def tone_of(message: Notification) -> Tone:
    """Of the gravest section."""
    tones = [part.tone for part in parts(message)]
    return min(tones, key=list(Tone).index, default=Tone.INFO)


def name_of(row: ToldTitle) -> str:
    """`Severance (2022), seasons 1, 2, 4K`."""
    name = f"{row.title} ({row.year})" if row.year else row.title or row.ref or str(row.key or "")
    seasons = f"season{'s' if len(row.seasons) > 1 else ''} {', '.join(map(str, row.seasons))}" if row.seasons else ""
    return ", ".join(part for part in (name, seasons, "4K" if row.key is not None and row.key.is_4k else "") if part)


def why_of(row: ToldTitle) -> str:
    """Why it is held, unresolved or drifted, as far as the section's name does not say it."""
    if row.drift is not None:
        return f"{row.drift.value.replace('_', ' ')}{f': {row.detail}' if row.detail else ''}"
    if row.reason is None:
        return row.detail
    return "; ".join(part for part in (REASONS[row.reason].summary, row.detail) if part)


def by_way_out(rows: Iterable[ToldTitle]) -> list[tuple[str, str, list[ToldTitle]]]:
    """Rows of one cause under it, as (why, way out, rows): the same sentence a hundred times says nothing."""
    groups: dict[tuple[object, ...], list[ToldTitle]] = {}
    for row in rows:
        about_itself = row.detail if row.key is None and not row.ref else ""
        groups.setdefault((row.reason, row.drift, about_itself), []).append(row)
    told = []
    for several in groups.values():
        first = several[0]
        alone = len(several) == 1
        why = why_of(first if alone else replace(first, detail=""))
        told.append((why, first.way_out if alone else _general(first), several))
    return told


def _general(row: ToldTitle) -> str:
    """The way out of several, without the name of one."""
    if row.reason is not None:
        return REASONS[row.reason].way_out
    return row.way_out.replace(str(row.key), "KEY") if row.key is not None else row.way_out


def list_lines(message: Notification) -> list[tuple[str, str]]:
    """Per list: its name and `3 requested, 1 unresolved`."""
    return [
        (one.name, ", ".join(f"{getattr(one, word):,} {word}" for word in _LISTED if getattr(one, word)))
        for one in message.lists
    ]


def footing(message: Notification) -> str:
    """`main · 12 s · 0123456789ab`."""
    took = f"{message.seconds:.0f} s" if message.seconds >= 1 else ""
    return " · ".join(part for part in (message.server, took, message.revision.removeprefix("sha256:")[:12]) if part)
