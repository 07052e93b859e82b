"""Tables: exports of IMDb, Letterboxd, Trakt and TMDB, and any CSV whose headings say what they are."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from providers.lists.rows import Dialect, Parsed, Row, Unreadable, item_from, our_name, shortened
from schemas.media import Item, Kind

_DELIMITERS = (",", ";", "\t", "|")
_NAMING = frozenset({"title", "imdb", "tmdb", "tvdb", "url", "key"})
_LETTERBOXD = "letterboxd list export"
_PREAMBLE = 12
_SHORT_BY_HAND = 6
"""Tables of so few columns may be written by hand, and leave the last cells out."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table's rows begin, and what its columns mean."""

    columns: tuple[str | None, ...]
    delimiter: str
    lines: int
    """Lines before the first row, the headings included."""
    title: str | None = None


def find_header(text: str) -> Header | None:
    """The headings of a table; None when the text is no table."""
    start = "".join(_first_lines(text, _PREAMBLE))
    declared = start[4:5] if start[:4].lower() == "sep=" else ""
    candidates = [_header_with(start, delimiter) for delimiter in (declared or _DELIMITERS)]
    return max((found for found in candidates if found), key=_understood, default=None)


def parse_table(text: str, header: Header) -> Parsed:
    """All rows below the headings."""
    items: list[Item] = []
    problems: list[str] = []
    dialect = _dialect(header.columns)
    try:
        rows = list(_rows(text, header))
    except csv.Error as error:
        raise Unreadable(f"is no valid CSV: {error}") from error
    whole = len(rows) - 1 if _ends_early(text, header, rows) else len(rows)
    for count, (line, cells) in enumerate(rows[:whole], start=1):
        fits = len(cells) <= len(header.columns)
        item = item_from(_row(header.columns, cells), count, dialect) if fits else None
        if item is None:
            problems.append(f"line {line}: {_why(cells, header)}")
        else:
            items.append(item)
    if whole < len(rows):
        problems.append(f"line {rows[-1][0]}: it ends in the middle; the file was cut")
    return Parsed(tuple(items), len(rows), shortened(problems), header.title)


def _rows(text: str, header: Header) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that holds anything."""
    stream = io.StringIO(text, newline="")
    for _ in range(header.lines):
        stream.readline()
    reader = csv.reader(stream, delimiter=header.delimiter)
    for cells in reader:
        while len(cells) > len(header.columns) and not cells[-1].strip():
            cells.pop()
        if any(cell.strip() for cell in cells):
            yield header.lines + reader.line_num, cells


def _row(columns: Sequence[str | None], cells: Sequence[str]) -> Row:
    row: Row = {}
    for name, cell in zip(columns, cells, strict=False):
        if name is not None and cell and not row.get(name):
            row[name] = cell
    return row


def _why(cells: Sequence[str], header: Header) -> str:
    if len(cells) > len(header.columns):
        return f"{len(cells)} cells below {len(header.columns)} headings; a comma inside a cell needs quotes"
    return "neither a title nor an id"


def _header_with(start: str, delimiter: str) -> Header | None:
    """The first line that is a heading, if this is the delimiter."""
    title = None
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    letterboxd = start.lower().startswith(_LETTERBOXD)
    try:
        for cells in reader:
            columns = tuple(our_name(cell) for cell in cells)
            if letterboxd and "position" not in columns:
                title = _list_name(cells) or title
                continue
            if _is_heading(columns):
                return Header(columns, delimiter, reader.line_num, title)
            if not letterboxd and any(cell.strip() for cell in cells) and not _skippable(cells):
                return None
    except csv.Error:
        return None
    return None


def _is_heading(columns: tuple[str | None, ...]) -> bool:
    known = {name for name in columns if name is not None}
    return bool(known & _NAMING) and (len(known) > 1 or len(columns) == 1 or bool(known & {"imdb", "tmdb", "tvdb"}))


def _list_name(cells: Sequence[str]) -> str | None:
    """Letterboxd describes the list in a table of its own, one row, above the films."""
    described = len(cells) >= 4 and cells[0][:4].isdigit()
    return cells[1].strip() or None if described else None


def _skippable(cells: Sequence[str]) -> bool:
    return cells[0].startswith("#") or cells[0].lower().startswith("sep=")


def _understood(header: Header) -> int:
    return sum(name is not None for name in header.columns)


def _dialect(columns: tuple[str | None, ...]) -> Dialect:
    """Without a word on kinds: a table with TMDB ids alone is a list of movies, one with TVDB ids alone of series."""
    known = set(columns) & {"kind", "tmdb", "tvdb"}
    if known == {"tmdb"}:
        return Dialect(tmdb_means=Kind.MOVIE)
    return Dialect(otherwise=Kind.TV) if known == {"tvdb"} else Dialect()


def _ends_early(text: str, header: Header, rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Whether an export was cut in its last row: half an id in it would be another title's."""
    if len(rows) < 2 or len(header.columns) <= _SHORT_BY_HAND or text.endswith(("\n", "\r")):
        return False
    return len(rows[-1][1]) < len(rows[-2][1])


def _first_lines(text: str, count: int) -> list[str]:
    stream = io.StringIO(text, newline="")
    return [line for _ in range(count) if (line := stream.readline())]
