"""YAML, as people write it by hand."""

import re
from collections.abc import Mapping
from typing import Any

from providers.lists.file.lines import parse_lines
from providers.lists.file.objects import parse_objects
from providers.lists.rows import Parsed, Unreadable, our_name
from providers.lists.values import text_of

_MOST = 4 << 20
"""Signs of YAML that are read: it is a hundred times slower than JSON."""
_DASHED = re.compile(r"-\s+[^\s{\"'&!%@`|>](?!.*:\s*[\[{|>&*])")


def parse_yaml(text: str) -> Parsed:
    """All rows of a document. Text that only looks like YAML (`Title: Subtitle` a line) is read as text."""
    if len(text) > _MOST:
        raise Unreadable("is too long for YAML; write it as CSV or JSON")
    try:
        document = _load(text)
    except Unreadable:
        # A plain list with a dash a line is no YAML as soon as a title begins with a bracket.
        if all(_DASHED.match(line) for line in text.splitlines() if line.strip() and not line.startswith("#")):
            return parse_lines(text)
        raise
    if isinstance(document, Mapping) and all(not isinstance(part, list | Mapping) for part in document.values()):
        return parse_lines(text)
    if isinstance(document, Mapping):
        return parse_objects({name: _with_titles(part) for name, part in document.items()})
    return parse_objects(_with_titles(document))


def _with_titles(part: Any) -> Any:
    """YAML reads `- Mission: Impossible` as a mapping; nobody who writes that means one."""
    return [_title(entry) or entry for entry in part] if isinstance(part, list) else part


def _title(entry: Any) -> str | None:
    """The title that was meant; also `- 1917` and `- 300`, which YAML reads as numbers."""
    if not isinstance(entry, Mapping):
        return text_of(entry)
    if len(entry) != 1:
        return None
    ((name, value),) = entry.items()
    left, right = text_of(name), text_of(value)
    return f"{left}: {right}" if left and right and our_name(left) is None else None


def _load(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise Unreadable(f"is no valid YAML{where}: {error.problem}; a title with a colon needs quotes") from error
    except Exception as error:  # the library lets its own slips out on odd input: every one means the same
        raise Unreadable("is no valid YAML") from error
