"""The YAML parser's complaints in the words of somebody who wants the file to work."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError, StringMark

from reconciler.config.problems import Place, Problem, problem

_QUOTES = "put it in quotes"


@dataclass(frozen=True, slots=True)
class _Complaint:
    """What the parser said, where it stopped, and where the construct began in which it did."""

    said: str
    context: str
    mark: StringMark
    begun: StringMark
    text: str

    @property
    def line(self) -> str:
        lines = self.text.splitlines()
        return lines[self.mark.line] if self.mark.line < len(lines) else ""

    @property
    def stopped_at(self) -> str:
        return self.line[self.mark.column : self.mark.column + 1]

    @property
    def began_with(self) -> str:
        return self.text[self.begun.index : self.begun.index + 1]


_Told = tuple[int, int, str, str] | None
"""Line and column from 0, message, hint."""


def _at(mark: StringMark, message: str, hint: str) -> _Told:
    return mark.line, mark.column, message, hint


def _tab(found: _Complaint) -> _Told:
    return _at(found.mark, "a tab is no indentation", "indent with spaces") if "'\\t'" in found.said else None


def _block(found: _Complaint) -> _Told:
    if "block scalar" not in found.context:
        return None
    return _at(found.begun, f"a value that begins with {found.began_with} is read as a block of text", _QUOTES)


def _alias(found: _Complaint) -> _Told:
    if "alias" not in found.context and "anchor" not in found.context:
        return None
    # `*/5 * * * *`: the first one passes for a reference, the parser stops at the second
    first = re.search(r"(?:^|[:,\[{-])\s*([*&])", found.line)
    column = first.start(1) if first is not None else found.begun.column
    return found.begun.line, column, f"a value that begins with {found.began_with} is read as a reference", _QUOTES


def _sign(found: _Complaint) -> _Told:
    if "cannot start any token" in found.said or "expected the node content" in found.said:
        return _at(found.mark, f"a value cannot begin with {found.stopped_at or 'nothing'}", _QUOTES)
    return None


def _quotes(found: _Complaint) -> _Told:
    if "quoted scalar" not in found.context:
        return None
    if "escape" in found.said or "hexdecimal" in found.said:
        return _at(
            found.mark, "there is no such escape in double quotes", r"use single quotes, or double the backslash"
        )
    return _at(found.begun, "the quote that begins here does not end", "close it")


def _braces(found: _Complaint) -> _Told:
    if "flow" not in found.context:
        return None
    if "${" in found.line or "{{" in found.line:
        return _at(found.mark, "braces inside of [ ] or { } are read as YAML", _QUOTES)
    return _at(found.begun, f"the {found.began_with} that begins here does not end", f"close it, or {_QUOTES}")


def _colon(found: _Complaint) -> _Told:
    if "mapping values are not allowed" not in found.said:
        return None
    if ": " in found.line[: found.mark.column] or "${" in found.line:
        return _at(found.mark, "a second colon in one line", "put the value in quotes")
    return _at(found.mark, "a key cannot stand here", "check the indentation of this line")


def _indentation(found: _Complaint) -> _Told:
    hint = "write `key: value`, indented like its neighbours"
    if "could not find expected ':'" in found.said:
        return _at(found.begun, "is neither a key nor a value", hint)
    if "expected <block end>" in found.said or "<document start>" in found.said:
        return _at(found.mark, "does not fit the lines above", hint)
    return None


_EXPLANATIONS: tuple[Callable[[_Complaint], _Told], ...] = (
    _tab,
    _block,
    _alias,
    _sign,
    _quotes,
    _braces,
    _colon,
    _indentation,
)


def explained(error: MarkedYAMLError, text: str, file: str) -> Problem:
    """Where and what, and what to write instead."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return problem(Place(file, 1, 1), (), "is not YAML that can be read")
    found = _Complaint(str(error.problem or ""), str(error.context or ""), mark, error.context_mark or mark, text)
    told = next((told for explanation in _EXPLANATIONS if (told := explanation(found)) is not None), None)
    if told is None:
        told = mark.line, mark.column, f"is not YAML: {found.said}", f"if it is a value, {_QUOTES}"
    line, column, message, hint = told
    return problem(Place(file, line + 1, column + 1), (), message, hint)
