"""Plain text: an id, a key, an address or `Title (Year)` a line."""

import re

from providers.lists.rows import Dialect, Parsed, Row, Unreadable, item_from, shortened
from providers.lists.urls import named_title
from providers.lists.values import split_year, text_of
from schemas.media import Item

_LONGEST = 300
_IMDB = re.compile(r"(?<![A-Za-z0-9])(tt\d{6,10})(?![A-Za-z0-9])", re.IGNORECASE)
_IMDB_ALONE = re.compile(r"(?:imdb:)?(tt\d{1,10})(?:\s*(?:#.*|[,;:\t|].*))?\Z", re.IGNORECASE)
_KEY = re.compile(
    r"(?:(?P<kind>movie|film|tv|show|series):)?(?P<service>tmdb|tvdb|imdb):(?:(?P<inner>movie|tv|show):)?"
    r"(?P<id>(?:tt)?\d{1,10})(?:@4k)?(?:\s*#.*)?\Z",
    re.IGNORECASE,
)
_URL = re.compile(
    r"https?://\S+|(?:www\.)?(?:imdb\.com|themoviedb\.org|letterboxd\.com|thetvdb\.com)/\S+", re.IGNORECASE
)
_NUMBERED = re.compile(r"\d{1,5}[.)]\s+(?=\S)")
_BULLET = re.compile(r"[-*•–]\s+(?=\S)")
_NO_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")


def parse_lines(text: str) -> Parsed:
    """Every line that is neither empty nor a comment."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith(("#", "//"))]
    garbled = sum(1 for _, line in lines if _NOT_TEXT.search(line))
    if garbled * 5 > len(lines):
        raise Unreadable("is no text")
    numbered = len(lines) > 1 and all(_NUMBERED.match(line) for _, line in lines)
    items: list[Item] = []
    problems: list[str] = []
    for position, (number, line) in enumerate(lines, start=1):
        bare = _NUMBERED.sub("", line, count=1) if numbered else _BULLET.sub("", line, count=1)
        readable = len(line) <= _LONGEST and not _NOT_TEXT.search(line)
        item = item_from(row_of_line(bare), position, Dialect()) if readable else None
        if item is None:
            problems.append(f"line {number}: no id and no title")
        else:
            items.append(item)
    if problems and not items:
        raise Unreadable("holds no line that is an id or a title")
    return Parsed(tuple(items), len(lines), shortened(problems))


def row_of_line(line: str) -> Row:
    """What one line names."""
    line = text_of(line) or ""
    if match := _IMDB_ALONE.match(line):
        cells = re.split(r"[,;:\t|#]", line.removeprefix("imdb:"), maxsplit=2)
        return {"imdb": match[1]} | _titled(cells[1] if len(cells) > 1 else "")
    if match := _KEY.match(line):
        row: Row = {match["service"].lower(): match["id"]}
        kind = match["kind"] or match["inner"]
        return row | ({"kind": kind} if kind else {})
    if match := _URL.search(line):
        around = _around(line, match)
        return {"url": match[0]} | _titled(around) if around or named_title(match[0]) else {}
    if match := _IMDB.search(line):
        return {"imdb": match[1]} | _titled(_around(line, match))
    return _titled(line)


def _around(line: str, match: re.Match[str]) -> str:
    """What stands beside an id: the title, most of the time."""
    beside = _NO_BRACKETS.sub(" ", f"{line[: match.start()]} {line[match.end() :]}")
    return beside.strip(" \t-–,;|:")


def _titled(text: str) -> Row:
    """A title, with the year and the kind that stand behind it in brackets."""
    text = text.strip(" \t,;|")
    if not text:
        return {}
    title, year, word = split_year(text)
    row: Row = {"title": title}
    if year is not None:
        row["year"] = year
    return row | ({"kind": word} if word else {})
