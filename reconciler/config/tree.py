"""A configuration as it is written: values that know their place. All steps before validation work on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.config.problems import Place
from schemas.config import Outside

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value."""

    value: Any
    place: Place
    flow: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value."""

    key: Place
    node: "Node"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values; every key is a text."""

    entries: dict[str, Entry]
    place: Place
    flow: bool = False
    """Written with braces."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """Values in order."""

    items: tuple["Node", ...]
    place: Place
    flow: bool = False


Node = Scalar | Mapping | Sequence


@dataclass(frozen=True, slots=True)
class Found:
    """A node and the place of the key that leads to it."""

    key: Place
    node: Node
    depth: int = field(default=0)
    """How many steps of the path there were."""


def plain(node: Node) -> Any:
    """The values without their places, as pydantic takes them. A text from outside that is empty is no value."""
    match node:
        case Mapping(entries):
            return {key: plain(entry.node) for key, entry in entries.items() if not is_void(entry.node)}
        case Sequence(items):
            return [plain(item) for item in items if not is_void(item)]
        case Scalar(value):
            return value


def is_void(node: Node) -> bool:
    """Whether it comes from outside and is empty, as `${NAME:-}` may be: then it is as if it were not written."""
    return isinstance(node, Scalar) and isinstance(node.value, Outside) and not node.value


def find(root: Node, path: Path) -> Found:
    """The node at a path, or the last one on the way that exists."""
    found = Found(root.place, root)
    for depth, step in enumerate(path, 1):
        match found.node:
            case Mapping(entries) if step in entries:
                entry = entries[str(step)]
                found = Found(entry.key, entry.node, depth)
            case Sequence(items) if isinstance(step, int) and step < len(items):
                found = Found(items[step].place, items[step], depth)
            case _:
                break
    return found


def places(node: Node, path: Path = ()) -> Iterator[tuple[Path, Place]]:
    """Where each key and each item below a node is written."""
    match node:
        case Mapping(entries):
            for key, entry in entries.items():
                yield (*path, key), entry.key
                yield from places(entry.node, (*path, key))
        case Sequence(items):
            for index, item in enumerate(items):
                yield (*path, index), item.place
                yield from places(item, (*path, index))
        case _:
            pass


def put(root: Mapping, path: tuple[str, ...], node: Node) -> Mapping:
    """The tree with `node` at `path`; mappings on the way are made where there are none."""
    name, rest = path[0], path[1:]
    old = root.entries.get(name)
    if rest:
        inner = old.node if old is not None and isinstance(old.node, Mapping) else Mapping({}, node.place)
        node = put(inner, rest, node)
    entry = Entry(old.key if old is not None else node.place, node)
    return Mapping({**root.entries, name: entry}, root.place, root.flow)


def outsiders(node: Node, path: Path = ()) -> Iterator[tuple[Path, Outside]]:
    """Every text that holds a value from outside, with its path."""
    match node:
        case Scalar(Outside() as value):
            yield path, value
        case Mapping(entries):
            for key, entry in entries.items():
                yield from outsiders(entry.node, (*path, key))
        case Sequence(items):
            for index, item in enumerate(items):
                yield from outsiders(item, (*path, index))
        case _:
            pass
