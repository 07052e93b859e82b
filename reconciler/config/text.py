"""YAML 1.2 text → a tree that knows its places. Syntax errors are told in words that name the remedy."""

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from reconciler.config.problems import Place, Problem, problem
from reconciler.config.syntax import explained
from reconciler.config.tree import Entry, Mapping, Node, Path, Scalar, Sequence

LARGEST_FILE = 4 * 2**20
LARGEST_TREE = 200_000
"""Values, aliases counted as often as they stand for something: a few lines of them can mean billions."""
DEEPEST = 40

_INT = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{0,18})?)(?:[eE][-+]?[0-9]{1,2})?", re.ASCII)
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_ODD_BLANK = re.compile(r"^ *([\u00a0\u2000-\u200b\u202f\u3000\ufeff])", re.MULTILINE)
"""What web pages and word processors indent with."""
_QUOTES = "put it in quotes"


class Unreadable(Exception):
    """The text is not YAML; carries the problem."""

    def __init__(self, found: Problem) -> None:
        super().__init__(str(found))
        self.problem = found


def parse(text: str, file: str) -> tuple[Mapping, tuple[Problem, ...]]:
    """The tree, and what is wrong with keys and tags; raises Unreadable where there is no tree."""
    if len(text) > LARGEST_FILE:
        raise Unreadable(problem(Place(file, 1, 1), (), "is larger than 4 MiB", "is this really a configuration?"))
    if odd := _ODD_BLANK.search(text):
        line, column = text.count("\n", 0, odd.start(1)) + 1, odd.start(1) - odd.start() + 1
        message = f"a blank that YAML takes for a letter (U+{ord(odd[1]):04X})"
        raise Unreadable(problem(Place(file, line, column), (), message, "indent with ordinary spaces"))
    builder = _Builder(file, text)
    try:
        root = builder.document(YAML(typ="safe", pure=True).parse(text))
    except MarkedYAMLError as error:
        raise Unreadable(explained(error, text, file)) from None
    except ReaderError as error:
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, error.position - (before.rfind("\n") + 1) + 1)
        message = f"holds a control character (U+{ord(text[error.position]):04X})" if before != text else str(error)
        raise Unreadable(problem(place, (), message, "remove it")) from None
    except (RecursionError, ValueError, IndexError, TypeError, AttributeError, KeyError, AssertionError):
        # the parser's own mistakes on texts that nobody writes: such a text is not YAML for us either
        raise Unreadable(problem(Place(file, 1, 1), (), "is not YAML that can be read")) from None
    return root, tuple(builder.problems)


class _Builder:
    """Events → nodes, without recursion into what a stranger nested."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.problems: list[Problem] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._size = 0

    def document(self, events: Iterator[Any]) -> Mapping:
        root: Node | None = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self._refuse(event, "is a second document", "one file holds one configuration: remove the `---`")
                if event.version is not None and tuple(event.version) != (1, 2):
                    wanted = "remove the %YAML line: the file is YAML 1.2"
                    self._refuse(event, f"is YAML {event.version[0]}.{event.version[1]}", wanted)
            elif isinstance(event, NodeEvent):
                root = self._node(event, events, (), 0)
        start = Place(self.file, 1, 1)
        if root is None or (isinstance(root, Scalar) and root.value is None):
            raise Unreadable(problem(start, (), "is empty", "`listsync init` writes a first one"))
        if not isinstance(root, Mapping):
            what = "a list" if isinstance(root, Sequence) else "a single value"
            hint = "it begins with `version: 1`; a space belongs behind each colon"
            raise Unreadable(problem(root.place, (), f"is {what}, not a mapping of keys and values", hint))
        return Mapping(root.entries, start)

    def _node(self, event: Any, events: Iterator[Any], path: Path, depth: int) -> Node:
        self._count(1, event)
        place = self._place(event)
        if isinstance(event, AliasEvent):
            return self._alias(event, path)
        if event.tag is not None and not (isinstance(event, ScalarEvent) and event.tag == "!"):
            tag = str(event.tag)
            self.problems.append(problem(place, path, f"has a tag, {tag}", "remove it, or put the value in quotes"))
        before = self._size
        if isinstance(event, ScalarEvent):
            node: Node = Scalar(_resolved(event), place, flow=event.style is not None)
        elif depth >= DEEPEST:
            self._refuse(event, "is nested too deeply", "")
        elif isinstance(event, MappingStartEvent):
            node = self._mapping(event, events, path, depth)
        else:
            node = self._sequence(event, events, path, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, self._size - before + 1)
        return node

    def _alias(self, event: AliasEvent, path: Path) -> Node:
        if event.anchor not in self._anchors:
            hint = f"{_QUOTES} if the * belongs to it, or define it before with &{event.anchor}"
            self.problems.append(problem(self._place(event), path, f"there is no anchor &{event.anchor}", hint))
            return Scalar(None, self._place(event))
        node, size = self._anchors[event.anchor]
        self._count(size, event)
        return node

    def _mapping(self, start: MappingStartEvent, events: Iterator[Any], path: Path, depth: int) -> Mapping:
        entries: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key_place = self._place(event)
            if not isinstance(event, ScalarEvent):
                self._node(event, events, path, depth + 1)
                self.problems.append(problem(key_place, path, "a key must be a single word", _QUOTES))
                name = None
            else:
                name = str(event.value)
            node = self._node(next(events), events, (*path, name or "?"), depth + 1)
            if name == "<<" and isinstance(event, ScalarEvent) and event.style is None:
                self._merge(node, merged, path)
            elif name in entries:
                first = entries[name].key
                twice = f"is written twice, first in line {first.line}, column {first.column}"
                self.problems.append(problem(key_place, (*path, name), twice, "keep one of the two"))
            elif name == "":
                self.problems.append(problem(key_place, path, "a key is missing before the colon"))
            elif name is not None:
                entries[name] = Entry(key_place, node)
        return Mapping({**merged, **entries}, self._place(start), flow=bool(start.flow_style))

    def _merge(self, node: Node, merged: dict[str, Entry], path: Path) -> None:
        for source in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(source, Mapping):
                for name, entry in source.entries.items():
                    merged.setdefault(name, entry)
            else:
                self.problems.append(problem(source.place, (*path, "<<"), "takes a mapping, or a list of mappings"))

    def _sequence(self, start: SequenceStartEvent, events: Iterator[Any], path: Path, depth: int) -> Sequence:
        items: list[Node] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self._node(event, events, (*path, len(items)), depth + 1))
        return Sequence(tuple(items), self._place(start), flow=bool(start.flow_style))

    def _count(self, more: int, event: Any) -> None:
        self._size += more
        if self._size > LARGEST_TREE:
            self._refuse(event, "stands for more values than any configuration has", "use fewer aliases")

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, message: str, hint: str) -> None:
        raise Unreadable(problem(self._place(event), (), message, hint))


def _resolved(event: ScalarEvent) -> Any:
    """A plain scalar by YAML 1.2's core schema: `yes`, `on`, `1:30` and dates are texts, unlike in YAML 1.1."""
    text = str(event.value)
    if event.style is not None or event.tag is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text, 0) if text.startswith(("0o", "0x")) else int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
