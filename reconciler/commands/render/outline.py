"""What a document says, before it is Markdown or HTML: sections of groups of rows, every text cleaned and plain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from reconciler.words import clean

LONGEST = 200
"""Characters of a cell: a title is told from others by fewer."""


class Tone(StrEnum):
    """How it is meant; the words beside it always say it too."""

    PLAIN = "plain"
    GOOD = "good"
    INFO = "info"
    CARE = "care"
    BAD = "bad"


class Piece(NamedTuple):
    """A part of a sentence."""

    text: str
    is_code: bool = False


Said = tuple[Piece, ...]
"""A sentence with commands and names of settings in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One title, list or event."""

    title: str
    tags: tuple[str, ...] = ()
    """`season 1`, `4K`, `Trusted`."""
    name: str = ""
    """What commands call it: a key, a list item, a source."""
    lists: tuple[str, ...] = ()
    note: str = ""
    remarks: tuple[Said, ...] = ()
    when: str = ""
    way_out: Said = ()
    beneath: tuple["Row", ...] = ()
    """What an item could be."""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What the columns of a group are called."""

    title: str = "Title"
    name: str = "Key"
    lists: str = "Lists"
    note: str = "Note"
    when: str = "When"
    way_out: str = "Way out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows of which one sentence holds."""

    label: str = ""
    sentence: Said = ()
    rows: tuple[Row, ...] = ()
    reaction: Said = ()
    way_out: Said = ()
    heads: Heads = Heads()
    folded: bool = False
    """For whoever looks for something in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Groups under one heading."""

    id: str
    title: str
    note: str = ""
    tone: Tone = Tone.PLAIN
    groups: tuple[Group, ...] = ()

    @property
    def total(self) -> int:
        """Rows in all groups."""
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number that leads to its section."""

    number: int
    word: str
    section: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to know before anything else."""

    text: Said
    way_out: Said = ()
    tone: Tone = Tone.CARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A whole document."""

    kind: str
    """`plan`, `report`, `drift`, `status`."""
    title: str
    summary: str
    tone: Tone
    facts: tuple[tuple[str, str], ...] = ()
    counts: tuple[Count, ...] = ()
    notices: tuple[Notice, ...] = ()
    sections: tuple[Section, ...] = field(default=())
    more: str = ""
    """The command that shows what a page had to leave out."""


def say(text: str, names: Mapping[str, str] | None = None) -> Said:
    """A sentence of ours, its `code` told apart. Placeholders in code alone (KEY, ITEM) become the names given, which
    may be any text: they are put in after the sentence was taken apart."""
    parts = clean(text).split("`")
    if len(parts) % 2 == 0:
        return (Piece(clean(text)),)
    pieces = (Piece(_named(part, names or {}) if n % 2 else part, n % 2 == 1) for n, part in enumerate(parts))
    return tuple(piece for piece in pieces if piece.text)


def _named(command: str, names: Mapping[str, str]) -> str:
    return " ".join(names.get(word, word) for word in command.split(" "))


def plain(text: str) -> Said:
    """A stranger's sentence."""
    shown = cut(text)
    return (Piece(shown),) if shown else ()


def cut(text: str, longest: int = LONGEST) -> str:
    """Cleaned, and no longer than a cell."""
    shown = clean(text)
    return shown if len(shown) <= longest else shown[: longest - 1].rstrip() + "…"


def spoken(said: Said) -> str:
    """As plain text."""
    return "".join(piece.text for piece in said)


def filled(sections: Iterable[Section | None]) -> tuple[Section, ...]:
    """Those with anything in them."""
    return tuple(one for one in sections if one is not None and any(group.rows for group in one.groups))
