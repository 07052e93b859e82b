"""Where things stand in a YAML text: nodes with their positions, lines with their ends and indentation. Nothing here
writes YAML; whoever edits a file by hand looks at it the same way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
)

_DOCUMENT_END = re.compile(r"^\.\.\.(?=\s|\Z)", re.MULTILINE)
_USUAL_STEP = 2


@dataclass(frozen=True, slots=True)
class Spot:
    """A node and where it stands: characters `start` up to `end`, which is behind the last one."""

    kind: Literal["mapping", "sequence", "scalar", "alias"]
    start: int
    end: int
    column: int
    """Of its first character, from 0."""
    style: str | None = None
    """Of a scalar: None (plain), a quote, `|` or `>`. Of a collection: `{` for one with braces or brackets."""
    pairs: tuple[tuple["Spot", "Spot"], ...] = ()
    """Of a mapping: keys and values."""
    value: str = ""
    """Of a scalar."""
    anchored: bool = False

    @property
    def empty(self) -> bool:
        """Whether it stands for nothing: no value, `~`, `null`, `{}`."""
        if self.kind == "mapping":
            return not self.pairs and not self.anchored
        words = {"", "~", "null", "Null", "NULL"}
        return self.kind == "scalar" and self.style is None and self.value in words and not self.anchored

    def pair(self, name: str) -> tuple["Spot", "Spot"] | None:
        """The entry of that name."""
        return next((pair for pair in self.pairs if pair[0].kind == "scalar" and pair[0].value == name), None)


@dataclass(frozen=True, slots=True)
class Page:
    """A YAML text that was read before without a complaint, and its outermost node."""

    text: str
    root: Spot

    @property
    def step(self) -> int:
        """By how many columns this file indents."""
        inner = (value for _, value in self.root.pairs if value.kind == "mapping" and value.style is None)
        return next((value.column - self.root.column for value in inner), _USUAL_STEP)

    def line_start(self, at: int) -> int:
        """Where the line begins on which `at` lies."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Behind the line on which `at` lies, its line end included."""
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def newline_at(self, at: int) -> str:
        """The line end that lines around `at` have."""
        before = self.text.rfind("\n", 0, at)
        found = before if before >= 0 else self.text.find("\n")
        return "\r\n" if found > 0 and self.text[found - 1] == "\r" else "\n"

    def below(self, spot: Spot, column: int) -> int:
        """Where a line can be added below a node: behind its last line and the comments there that are indented to
        `column` or farther, which belong to it."""
        at = self.line_end(spot.end)
        while at < len(self.text):
            line = self.text[at : self.line_end(at)]
            rest = line.lstrip(" ")
            if not rest.startswith("#") or len(line) - len(rest) < column:
                break
            at = self.line_end(at)
        return at

    @property
    def bottom(self) -> int:
        """Where a line can be added below everything."""
        found = _DOCUMENT_END.search(self.text, self.root.end)
        return found.start() if found else len(self.text)


def page(text: str) -> Page:
    """Look at a text that `text.parse` has accepted."""
    events = YAML(typ="safe", pure=True).parse(text)
    root = next(_spot(event, events, text) for event in events if isinstance(event, NodeEvent))
    return Page(text, root)


def _spot(event: Any, events: Iterator[Any], text: str) -> Spot:
    start, end, column = event.start_mark.index, event.end_mark.index, event.start_mark.column
    if isinstance(event, AliasEvent):
        return Spot("alias", start, end, column)
    anchored = event.anchor is not None
    if isinstance(event, ScalarEvent):
        block = event.style is not None and event.style in "|>"
        end = start + len(text[start:end].rstrip()) if block else end
        return Spot("scalar", start, end, column, event.style, value=str(event.value), anchored=anchored)
    style = "{" if event.flow_style else None
    if isinstance(event, MappingStartEvent):
        return _mapping(event, events, text, style)
    items: list[Spot] = []
    for inner in events:
        if isinstance(inner, SequenceEndEvent):
            end = inner.end_mark.index if style else items[-1].end if items else end
            break
        items.append(_spot(inner, events, text))
    return Spot("sequence", start, end, column, style, anchored=anchored)


def _mapping(event: Any, events: Iterator[Any], text: str, style: str | None) -> Spot:
    start, end, column = event.start_mark.index, event.end_mark.index, event.start_mark.column
    pairs: list[tuple[Spot, Spot]] = []
    for inner in events:
        if isinstance(inner, MappingEndEvent):
            end = inner.end_mark.index if style else pairs[-1][1].end if pairs else end
            break
        key = _spot(inner, events, text)
        pairs.append((key, _placed(_spot(next(events), events, text), key, text)))
    if pairs and not style:
        column = pairs[0][0].column  # an anchor or a tag may stand before the first key
    return Spot("mapping", start, end, column, style, tuple(pairs), anchored=event.anchor is not None)


def _placed(value: Spot, key: Spot, text: str) -> Spot:
    """A value that is not written stands behind its colon; the parser tells of the next thing that it met."""
    if value.kind != "scalar" or value.start != value.end:
        return value
    behind = text.find(":", key.end) + 1
    return replace(value, start=behind, end=behind) if behind else value
