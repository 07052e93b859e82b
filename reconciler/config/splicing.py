"""An entry is put into a YAML text, or taken out, and every other character stays: a diff shows that entry alone.

A round trip through ruamel keeps comments, and yet re-indents sequences, re-wraps long lines and re-spaces braces. So
the parser only says where things stand, and the text is cut and joined there.
"""

import json
import re
from collections.abc import Mapping, Sequence

from reconciler.config.layout import Page, Spot, page
from reconciler.config.problems import dotted

Fields = Mapping[str, str]
"""The entry's values by name, as they are meant; written in this order."""

_PLAIN = re.compile(r"[A-Za-z0-9][\w./:@+()!?,;'& -]*")
_PLAIN_IN_FLOW = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NOT_TEXT = re.compile(
    r"[-+]?[0-9][0-9_,.:]*(e[-+]?[0-9]+)?|0[xo][0-9a-f]+|true|false|yes|no|on|off|y|n|null|[0-9]{4}-[0-9-]+.*",
    re.IGNORECASE,
)
"""What some YAML reader takes for something else than a text."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


class Awkward(Exception):
    """The text is written in a way that an entry cannot be put into without touching anything else; says why."""


def put(text: str, path: Sequence[str], fields: Fields) -> str:
    """The text with an entry at `path`, whose fields are set to these; other fields that it has stay. Mappings on the
    way are made where there are none. Raises Awkward."""
    where = page(text)
    container, spot, depth = _walk(where, path)
    rest = list(path[depth:])
    if not rest and not fields:
        return text
    if spot.kind == "mapping" and spot.pairs:
        if rest:
            return _add(where, spot, rest, fields)
        return _update(text, where, spot, path, fields)
    if not spot.empty:
        raise Awkward(f"`{dotted(path[:depth])}` is no plain mapping of keys and values")
    if container is None or container.style:
        return _splice(text, spot.start, spot.end, _gap(text, spot) + "{" + _inside(rest, fields) + "}")
    return _fill(where, container, spot, rest, fields)


def take(text: str, path: Sequence[str]) -> str:
    """The text without the entry at `path`, and without the mappings around it that have nothing else to hold, no
    comment either. The same text when there is no such entry. Raises Awkward."""
    where = page(text)
    trail: list[tuple[Spot, tuple[Spot, Spot]]] = []
    spot = where.root
    for name in path:
        found = spot.pair(name) if spot.kind == "mapping" else None
        if found is None:
            if spot.kind == "alias" or spot.pair("<<"):
                raise Awkward(f"`{dotted(path)}` stands elsewhere, behind an anchor")
            return text
        trail.append((spot, found))
        spot = found[1]
    while len(trail) > 1 and len(trail[-1][0].pairs) == 1 and not _remarked(where, trail[-2][1]):
        trail.pop()
    container, pair = trail[-1]
    return _cut_flow(text, container, pair) if container.style else _cut_lines(where, container, pair)


def lines(path: Sequence[str], fields: Fields, *, step: int = 2) -> list[str]:
    """An entry with all that is around it, as somebody would write it into an empty file."""
    return _block(path, fields, 0, step)


def _walk(where: Page, path: Sequence[str]) -> tuple[Spot | None, Spot, int]:
    """As far along the path as the text goes: the mapping around, the node reached, how many steps."""
    container, spot = None, where.root
    for depth, name in enumerate(path):
        found = spot.pair(name) if spot.kind == "mapping" else None
        if found is None:
            return container, spot, depth
        container, spot = spot, found[1]
    return container, spot, len(path)


# --- putting ---------------------------------------------------------------------------------------------------------


def _add(where: Page, spot: Spot, names: Sequence[str], fields: Fields) -> str:
    """Into a mapping that has entries, behind the last of them."""
    if spot.style:
        return _splice(where.text, spot.pairs[-1][1].end, spot.pairs[-1][1].end, f", {_inside(names, fields)}")
    inner = next((value.column - spot.column for _, value in spot.pairs if _is_block(value)), where.step)
    added = _block(names, fields, spot.column, max(inner, 1))
    if spot is where.root:
        if _is_airy(where, [key for key, _ in spot.pairs]):
            added = ["", *added]
        return _insert(where, where.bottom, added)
    return _insert(where, where.below(spot, spot.column), added)


def _fill(where: Page, container: Spot, spot: Spot, names: Sequence[str], fields: Fields) -> str:
    """In the place of nothing, `~` or `{}`: below the key's line."""
    text, start = where.text, spot.start
    while spot.end > spot.start and text[start - 1] == " ":
        start -= 1
    rest = text[spot.end : where.line_end(spot.end)].strip()
    if rest and not rest.startswith("#"):
        raise Awkward("something stands behind the place where it belongs")
    bare = Page(_splice(text, start, spot.end, ""), where.root)
    return _insert(bare, bare.line_end(start), _block(names, fields, container.column + where.step, where.step))


def _update(text: str, where: Page, spot: Spot, path: Sequence[str], fields: Fields) -> str:
    """Set the fields of an entry that is there, the last one first, so that positions hold."""
    old = {name: spot.pair(name) for name in fields}
    added = {name: value for name, value in fields.items() if old[name] is None}
    if added:
        text = _add(where, spot, [], added)
    known = [(found[1], fields[name]) for name, found in old.items() if found is not None]
    for value, wanted in sorted(known, key=lambda one: -one[0].start):
        if value.kind != "scalar" or value.anchored:
            raise Awkward(f"`{dotted(path)}` has a value that is written elsewhere, or in several parts")
        if value.value != wanted or (value.empty and wanted):
            written = _scalar(wanted, flow=spot.style is not None, quote=value.style or "")
            text = _splice(text, value.start, value.end, _gap(text, value) + written)
    return text


def _block(names: Sequence[str], fields: Fields, column: int, step: int) -> list[str]:
    """Lines: the names on the way down, each one step deeper, and below the last one its fields."""
    written = []
    for deeper, name in enumerate(names):
        empty = " {}" if deeper == len(names) - 1 and not fields else ""
        written.append(" " * (column + step * deeper) + f"{_scalar(name)}:{empty}")
    indent = " " * (column + step * len(names))
    return written + [f"{indent}{name}: {_scalar(value)}" for name, value in fields.items()]


def _inside(names: Sequence[str], fields: Fields) -> str:
    """The same in braces, without the outermost ones."""
    inner = ", ".join(f"{name}: {_scalar(value, flow=True)}" for name, value in fields.items())
    for name in reversed(names):
        inner = f"{_scalar(name, flow=True)}: {{{inner}}}"
    return inner


def _scalar(value: str, *, flow: bool = False, quote: str = "") -> str:
    """A text as YAML, without quotes where every reader takes it for a text, and in the quotes it had."""
    plain = _PLAIN_IN_FLOW if flow else _PLAIN
    safe = plain.fullmatch(value) and not _NOT_TEXT.fullmatch(value) and not re.search(r":\s|\s#|[:\s]$", value)
    if not quote and (safe or (_DAY.fullmatch(value) and not flow)):
        return value
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    quoted = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


# --- taking ----------------------------------------------------------------------------------------------------------


def _remarked(where: Page, pair: tuple[Spot, Spot]) -> bool:
    """Whether somebody wrote a comment at a key, or between it and its first and only entry, or below it."""
    key, value = pair
    inner = value.pairs[0]
    between = where.text[key.end : inner[0].start]
    below = where.text[where.line_end(value.end) : where.below(value, value.column)]
    return not value.style and ("#" in between or bool(below))


def _cut_lines(where: Page, container: Spot, pair: tuple[Spot, Spot]) -> str:
    key, value = pair
    start, end, text = where.line_start(key.start), where.line_end(value.end), where.text
    if text[start : key.start].strip(" "):
        raise Awkward("something stands before it in the same line")
    others = [other for other, _ in container.pairs if other is not key]
    if container is where.root and end == where.bottom and _is_airy(where, others):
        before = where.line_start(start - 1) if start else 0
        start = before if not text[before:start].strip() else start
    left = text[:start] + text[end:]
    if end == len(text) and not text.endswith("\n"):
        left = left.removesuffix("\n").removesuffix("\r")
    return left


def _cut_flow(text: str, container: Spot, pair: tuple[Spot, Spot]) -> str:
    place = container.pairs.index(pair)
    start, end = pair[0].start, pair[1].end
    if place + 1 < len(container.pairs):
        end = container.pairs[place + 1][0].start
    elif place:
        start = container.pairs[place - 1][1].end
    else:
        behind = text[end:].lstrip()
        end = len(text) - len(behind) + 1 if behind.startswith(",") else end
    return _splice(text, start, end, "")


# --- text ------------------------------------------------------------------------------------------------------------


def _is_block(spot: Spot) -> bool:
    return spot.kind == "mapping" and bool(spot.pairs) and not spot.style


def _is_airy(where: Page, keys: Sequence[Spot]) -> bool:
    """Whether the file sets sections apart by blank lines."""
    return any(_blank_before(where, key) for key in keys[1:])


def _blank_before(where: Page, key: Spot) -> bool:
    """Whether a blank line stands above a key and the comments on it."""
    start = where.line_start(key.start)
    while start:
        above = where.line_start(start - 1)
        line = where.text[above:start].strip()
        if not line.startswith("#"):
            return not line
        start = above
    return False


def _gap(text: str, spot: Spot) -> str:
    """A value needs a blank before it, which an empty one may not have."""
    return "" if spot.start == 0 or text[spot.start - 1] in " \t\n" else " "


def _splice(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _insert(where: Page, at: int, added: Sequence[str]) -> str:
    """New lines at the beginning of a line, or at the end of a text that may lack its last line end."""
    text, newline = where.text, where.newline_at(at)
    if at and text[at - 1] != "\n":
        return text[:at] + newline + newline.join(added) + text[at:]
    return text[:at] + newline.join(added) + newline + text[at:]
