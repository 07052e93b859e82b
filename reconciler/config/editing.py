"""`overrides` are edited in place: the text is cut and joined, read back, compared, loaded, and only then written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from reconciler.config.files import NotEditable, read_editable, replace_content
from reconciler.config.splicing import Awkward, lines, put, take
from reconciler.config.text import Unreadable, parse
from reconciler.config.tree import plain
from schemas.media import Key

OVERRIDES = "overrides"
BOM = "\ufeff"

Check = Callable[[bytes], object]
"""Loads a text as the configuration; raises what loading raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One entry of `overrides`."""

    section: Literal["match", "deny", "allow"]
    name: str
    """The item of a match, the key of anything else."""
    to: Key | None = None
    """Which title the item is."""
    why: str | None = None
    until: date | None = None

    @property
    def path(self) -> tuple[str, str, str]:
        """Where it belongs."""
        return (OVERRIDES, self.section, self.name)

    @property
    def fields(self) -> dict[str, str]:
        """What is written there."""
        told = {"to": self.to, "why": self.why and literally(self.why), "until": self.until}
        return {name: str(value) for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Edit:
    """A file, and what it would be."""

    path: Path
    before: bytes
    after: bytes

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    def write(self) -> None:
        """Replace the file, unless it was changed meanwhile. Raises NotEditable."""
        if self.changes:
            replace_content(self.path, self.before, self.after)


def literally(text: str) -> str:
    """A text that is meant as it stands: what would be a value from outside is escaped."""
    return text.replace("$", "$$") if "${" in text or "$$" in text else text


def lines_of(wish: Wish) -> list[str]:
    """A wish as somebody would write it by hand."""
    return lines(wish.path, wish.fields)


def with_wish(path: Path, wish: Wish, check: Check) -> Edit:
    """Put an entry in, or set the fields of one that is there. Raises NotEditable, and what `check` raises."""

    def expected(before: dict[str, Any]) -> dict[str, Any]:
        overrides = _mapping(before.get(OVERRIDES))
        section = _mapping(overrides.get(wish.section))
        entry = _mapping(section.get(wish.name)) | wish.fields
        return before | {OVERRIDES: overrides | {wish.section: section | {wish.name: entry}}}

    return _edit(path, lambda text: put(text, wish.path, wish.fields), expected, check, lines_of(wish))


def without_wish(path: Path, wish: Wish, check: Check) -> Edit:
    """Take an entry out, whatever it says. Raises NotEditable, and what `check` raises."""

    def expected(before: dict[str, Any]) -> dict[str, Any]:
        overrides = _mapping(before.get(OVERRIDES))
        entries = _mapping(overrides.get(wish.section)).items()
        section = {name: entry for name, entry in entries if name != wish.name}
        return before | {OVERRIDES: overrides | {wish.section: section}}

    return _edit(path, lambda text: take(text, wish.path), expected, check, ())


def _edit(
    path: Path,
    change: Callable[[str], str],
    expected: Callable[[dict[str, Any]], dict[str, Any]],
    check: Check,
    by_hand: Sequence[str],
) -> Edit:
    before = read_editable(path)
    try:
        text = before.decode("utf-8")
        bom = BOM if text.startswith(BOM) else ""
        text = text.removeprefix(BOM)
        wanted = expected(_values(text))
        changed = _compared(change(text), wanted)
    except (Awkward, Unreadable, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, Awkward) else "it cannot be read"
        told = "put these lines into it" if by_hand else "remove the entry from it"
        raise NotEditable(
            f"{path} is written in a way that cannot be edited safely: {why}", remedy=f"{told} yourself", lines=by_hand
        ) from error
    after = (bom + changed).encode("utf-8")
    if after != before:
        check(after)
    return Edit(path, before, after)


def _compared(changed: str, wanted: dict[str, Any]) -> str:
    if _bare(_values(changed)) != _bare(wanted):
        raise Awkward("something else would change with it")
    return changed


def _values(text: str) -> dict[str, Any]:
    root, problems = parse(text, "")
    if problems:
        raise Awkward(problems[0].message)
    values: dict[str, Any] = plain(root)
    for section in _mapping(values.get(OVERRIDES)).values():
        for entry in _mapping(section).values():
            _mapping(entry)
    return values


def _mapping(value: Any) -> dict[str, Any]:
    """A mapping, where nothing at all is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Awkward(f"`{OVERRIDES}` holds something else than entries")
    return value


def _bare(values: dict[str, Any]) -> dict[str, Any]:
    """Without what an empty heading leaves: an `overrides` or a section that holds nothing says nothing."""
    sections = {name: section for name, section in _mapping(values.get(OVERRIDES)).items() if section}
    bare = {name: {entry: told or {} for entry, told in section.items()} for name, section in sections.items()}
    return {name: value for name, value in values.items() if name != OVERRIDES} | {OVERRIDES: bare}
