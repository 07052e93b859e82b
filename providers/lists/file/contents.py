"""Any list document, told by what it holds and never by its name."""

import json
import re
from typing import Any

from providers.lists.file.feed import is_feed, parse_feed
from providers.lists.file.lines import parse_lines
from providers.lists.file.objects import parse_objects
from providers.lists.file.reading import text_in
from providers.lists.file.table import find_header, parse_table
from providers.lists.file.written import parse_yaml
from providers.lists.rows import Parsed, Unreadable

_JSON = re.compile(r"\[\s*(?:[\[{\"\]]|-?\d|null|$)|\{\s*(?:\"|\}|$)")
_SIGNIFICANT = re.compile(r"^[ \t]*(?![#\s])(.*\S)", re.MULTILINE)
_YAML = re.compile(r"---(?:\s|\Z)|%YAML|-\s+\S|-\Z|[A-Za-z_]+:\s*\Z|(?:items|movies|shows|series|titles|name):\s")


def is_archive(content: bytes) -> bool:
    """Whether the bytes are a ZIP."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def parse_contents(content: bytes, declared: str = "") -> Parsed:
    """The rows of a document; `declared` is its sender's media type. Raises Unreadable, whatever the bytes are."""
    text = text_in(content)
    start = text.lstrip()
    if not start:
        return Parsed((), 0)
    if "\0" in text:
        raise Unreadable("is no text")
    if start.startswith("<"):
        if is_feed(start):
            return parse_feed(start)
        raise Unreadable("holds a web page instead of a list")
    if _JSON.match(start) or "json" in declared:
        return parse_objects(_json(start))
    if (header := find_header(text)) is not None:
        return parse_table(text, header)
    first = _SIGNIFICANT.search(text)
    if first is not None and _YAML.match(first[1]):
        return parse_yaml(text)
    return parse_lines(text)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"is no valid JSON, or only a part of it{where}") from error
