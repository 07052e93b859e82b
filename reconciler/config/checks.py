"""What no single value shows: whether lists, combines, overrides and sources fit together. Tolerant of wrong values,
which are told of elsewhere, so that everything is told at once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase

from providers.errors import SourceError
from providers.notify import unavailable
from reconciler.config.filter_checks import doubtful, impossible
from reconciler.config.problems import Place, Problem, problem
from reconciler.config.rule_checks import (
    Intervals,
    budgets,
    contradictions,
    entries_at,
    hurried,
    overlaps,
    read_twice,
    receivers,
)
from reconciler.config.tree import Entry, Node, Path, Scalar, Sequence, find, is_void
from reconciler.config.tree import Mapping as MappingNode
from schemas.config import Outside, did_you_mean
from schemas.config.lists import NO_ORIGIN, TWO_ORIGINS
from schemas.source import Source

ParseSource = Callable[[str], Source]
"""Raises SourceError for what no provider reads."""


@dataclass(slots=True)
class Findings:
    """What the checks brought."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    """By list; lists made by `combine` have none."""


def checked(
    root: MappingNode, parse_source: ParseSource, providers: Collection[str], least: Intervals, today: date
) -> Findings:
    """Problems, warnings and sources of a tree in which defaults are merged; `today` is in the file's time zone."""
    found = Findings()
    lists = entries_at(root, ("lists",))
    if not lists and not isinstance(find(root, ("lists",)).node, (Scalar, Sequence)):
        found.warnings.append(problem(root.place, ("lists",), "no list is declared", "nothing will be requested"))
    for name, entry in lists.items():
        if isinstance(entry.node, MappingNode):
            _check_origin(name, entry, found, parse_source)
    found.problems += _combines(lists)
    found.problems += _renames(lists)
    found.warnings += _idle_inputs(lists)
    found.problems += contradictions(root)
    found.problems += receivers(root)
    found.problems += _filters(root, impossible)
    found.warnings += _filters(root, doubtful)
    found.warnings += overlaps(root, providers)
    found.warnings += budgets(root)
    found.warnings += read_twice(lists, found.sources)
    found.warnings += hurried(root, found.sources, least)
    found.warnings += _expired(root, today)
    found.warnings += _ignored_nowhere(root, lists)
    found.warnings += _unknown_services(root, providers)
    found.warnings += _beyond_this_installation(root)
    return found


def _filters(root: MappingNode, check: Callable[[Path, Node], Iterator[Problem]]) -> Iterator[Problem]:
    """What a check says of every filter; of one that lists took from `defaults`, once, there."""
    told: set[tuple[Place, str]] = set()
    for path in (("defaults",), *(("lists", name) for name in entries_at(root, ("lists",)))):
        found = find(root, (*path, "filter"))
        for one in check((*path, "filter"), found.node) if found.depth == len(path) + 1 else ():
            if (one.place, one.message) not in told:
                told.add((one.place, one.message))
                yield one


def _check_origin(name: str, entry: Entry, found: Findings, parse_source: ParseSource) -> None:
    node = find(entry.node, ("source",))
    given = [key for key in ("source", "combine") if _given(entry.node, key)]
    path = ("lists", name)
    if not given:
        found.problems.append(problem(entry.key, path, *NO_ORIGIN))
    elif len(given) > 1:
        found.problems.append(problem(entry.key, path, *TWO_ORIGINS))
    if "source" not in given or not isinstance(node.node, Scalar) or not isinstance(node.node.value, str):
        return
    text = node.node.value
    if not text:
        return
    try:
        found.sources[name] = parse_source(text)
    except SourceError as error:
        message, hint = error.problem, f"write it like {', '.join(error.examples)}" if error.examples else ""
        if isinstance(text, Outside):
            message, hint = (words.replace(text, text.reference) for words in (message, hint))
        found.problems.append(problem(node.node.place, (*path, "source"), message, hint))


def _given(node: Node, key: str) -> bool:
    found = find(node, (key,))
    empty = is_void(found.node) or (isinstance(found.node, Scalar) and found.node.value is None)
    return found.depth == 1 and not empty


def _names(node: Node, key: str) -> Iterator[tuple[int, Scalar]]:
    found = find(node, (key,))
    if found.depth == 1 and isinstance(found.node, Sequence):
        for index, item in enumerate(found.node.items):
            if isinstance(item, Scalar) and isinstance(item.value, str):
                yield index, item


def _combines(lists: Mapping[str, Entry]) -> Iterator[Problem]:
    feeds: dict[str, tuple[str, ...]] = {}
    for name, entry in lists.items():
        combine = find(entry.node, ("combine",))
        if combine.depth != 1:
            continue
        path = ("lists", name, "combine")
        inputs: dict[str, str] = {}
        for key in ("of", "except"):
            for index, item in _names(combine.node, key):
                here = (*path, key, index)
                if item.value not in lists:
                    guess = did_you_mean(item.value, [other for other in lists if other != name])
                    yield problem(item.place, here, f"there is no list {item.value}", guess)
                elif item.value in inputs:
                    yield problem(item.place, here, f"{item.value} stands in `{inputs[item.value]}` already")
                inputs.setdefault(item.value, key)
        feeds[name] = tuple(inputs)
        yield from _at_least(combine.node, sum(1 for key in inputs.values() if key == "of"), path)
    for name in feeds:
        circle = _circle(name, feeds)
        if circle is not None and name == min(circle):
            shown = " → ".join((*circle, circle[0]))
            entry = lists[circle[0]]
            where = find(entry.node, ("combine",)).key
            yield problem(where, ("lists", circle[0], "combine"), f"is made of itself: {shown}", "break the circle")


def _at_least(combine: Node, lists: int, path: Path) -> Iterator[Problem]:
    found = find(combine, ("at_least",))
    if found.depth == 1 and isinstance(found.node, Scalar) and type(found.node.value) is int:
        wanted = found.node.value
        if 0 < lists < wanted:
            yield problem(found.node.place, (*path, "at_least"), f"no title can be in {wanted} of {lists} lists")


def _circle(start: str, feeds: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """The shortest way from a list back to itself."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        for following in feeds.get(way[-1], ()):
            if following == start:
                return way
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return None


def _renames(lists: Mapping[str, Entry]) -> Iterator[Problem]:
    claimed: dict[str, str] = {}
    for name, entry in lists.items():
        was = find(entry.node, ("was",))
        if was.depth != 1 or not isinstance(was.node, Scalar) or not isinstance(was.node.value, str):
            continue
        old, path = was.node.value, ("lists", name, "was")
        if old in lists:
            yield problem(was.node.place, path, f"{old} is still a list", "remove this line, or that list")
        elif old in claimed:
            yield problem(was.node.place, path, f"{old} became {claimed[old]} already")
        claimed.setdefault(old, name)


def _idle_inputs(lists: Mapping[str, Entry]) -> Iterator[Problem]:
    used = {
        item.value
        for entry in lists.values()
        for key in ("of", "except")
        for _, item in _names(find(entry.node, ("combine",)).node, key)
    }
    for name, entry in lists.items():
        found = find(entry.node, ("input_only",))
        if found.depth == 1 and isinstance(found.node, Scalar) and found.node.value is True and name not in used:
            message = "is an ingredient of nothing: no `combine` names this list"
            yield problem(found.node.place, ("lists", name, "input_only"), message)


def _expired(root: MappingNode, today: date) -> Iterator[Problem]:
    for path, node in _dated(root):
        text = node.value if isinstance(node, Scalar) else None
        try:
            day = date.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:
            continue
        if day is not None and day <= today:
            yield problem(node.place, path, f"ended on {day}: this entry has no effect any more", "it can be removed")


def _dated(root: MappingNode) -> Iterable[tuple[Path, Node]]:
    """Every `until` there may be. One in `defaults` is met there alone."""
    paths: list[Path] = [("rails", "pause"), ("defaults", "pause")]
    paths += [("lists", name, "pause") for name in entries_at(root, ("lists",))]
    for kind in ("match", "deny", "allow"):
        paths += [("overrides", kind, key) for key in entries_at(root, ("overrides", kind))]
    ignored = find(root, ("drift", "ignore"))
    if isinstance(ignored.node, Sequence):
        paths += [("drift", "ignore", index) for index in range(len(ignored.node.items))]
    for path in paths:
        found = find(root, (*path, "until"))
        if found.depth == len(path) + 1:
            yield (*path, "until"), found.node


def _ignored_nowhere(root: MappingNode, lists: Mapping[str, Entry]) -> Iterator[Problem]:
    rules = find(root, ("drift", "ignore"))
    for index in range(len(rules.node.items) if isinstance(rules.node, Sequence) else 0):
        path: Path = ("drift", "ignore", index, "list")
        found = find(root, path)
        if found.depth == len(path) and isinstance(found.node, Scalar) and isinstance(found.node.value, str):
            pattern = found.node.value
            if not any(fnmatchcase(name, pattern) for name in lists):
                yield problem(found.node.place, path, f"no list is called {pattern}", did_you_mean(pattern, lists))


def _unknown_services(root: MappingNode, providers: Collection[str]) -> Iterator[Problem]:
    for name, entry in entries_at(root, ("providers",)).items():
        if name not in providers and entry.key.line is not None:
            guess = did_you_mean(name, providers) or f"there are {', '.join(sorted(providers))}"
            yield problem(entry.key, ("providers", name), f"there is no provider {name}", guess)


def _beyond_this_installation(root: MappingNode) -> Iterator[Problem]:
    """Receivers that need a package which is not there: the loop works without, so nothing is wrong with the file."""
    node = find(root, ("notifications",)).node
    for number, entry in enumerate(node.items if isinstance(node, Sequence) else ()):
        if isinstance(entry, MappingNode) and "apprise" in entry.entries and (why := unavailable(("apprise",))):
            path = ("notifications", number, "apprise")
            yield problem(entry.entries["apprise"].key, path, "nobody can be told this way", why)
