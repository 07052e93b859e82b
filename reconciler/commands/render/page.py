"""The border between renderables and text: everything above is a value, everything that leaves is a string."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import TypeVar

from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from schemas.base import utc_now

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class View:
    """For whom it is rendered."""

    width: int = 80
    color: bool = False
    rows: int | None = 20
    """Of each section; None: all."""
    more: str = "listsync plan --all"
    """The command that shows what was cut."""
    now: datetime = field(default_factory=utc_now)


def to_text(parts: Iterable[RenderableType], view: View) -> str:
    """The parts below each other, without trailing blanks, ending in one newline."""
    out = StringIO()
    console = Console(
        file=out,
        width=view.width,
        force_terminal=view.color,
        color_system="standard" if view.color else None,
        no_color=not view.color,
        legacy_windows=False,
        markup=False,
        highlight=False,
        emoji=False,
    )
    for part in parts:
        console.print(part)
    lines = (line.rstrip() for line in out.getvalue().splitlines())
    return "\n".join(lines).strip("\n") + "\n"


def to_json(document: BaseModel) -> str:
    """The document as others read it."""
    return document.model_dump_json(indent=2) + "\n"


def heading(text: str, amount: int | None = None, note: str = "") -> Text:
    """A section's first line, a blank one above."""
    shown = Text("\n")
    shown.append(text, "bold")
    if amount is not None:
        shown.append(f" ({amount:,})", "bold")
    if note:
        shown.append(f" {note}", "dim")
    return shown


def grid(
    rows: Iterable[Sequence[Text | str]], *, indent: int = 2, wrap: int = 1, widest: int = 24, gap: int = 2
) -> RenderableType:
    """Aligned columns without lines. The column `wrap` is broken where it is too long, others are cut at `widest`."""
    kept = [[Text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    columns = max((len(row) for row in kept), default=0)
    filled = [n for n in range(columns) if any(len(row) > n and row[n] for row in kept)]  # rich gives empty ones room
    table = Table.grid(padding=(0, gap, 0, 0), pad_edge=False)
    for column in filled:
        if column == wrap:
            table.add_column(overflow="fold")
        else:
            table.add_column(no_wrap=True, overflow="ellipsis", max_width=widest)
    for row in kept:
        table.add_row(*(row[n] if len(row) > n else "" for n in filled))
    return Padding(table, (0, 0, 0, indent), expand=False)


def indented(text: Text | str, by: int) -> RenderableType:
    """A paragraph whose every line is moved to the right."""
    return Padding(Text(text) if isinstance(text, str) else text, (0, 0, 0, by), expand=False)


def way_out(text: str, by: int = 4) -> RenderableType:
    """`→ what to do`."""
    return grid([(Text("→", "cyan"), Text(text, "cyan"))], indent=by, gap=1)


def cut(rows: Sequence[Row], view: View) -> tuple[Sequence[Row], int]:
    """The rows that fit, and how many do not. A section is never cut for the sake of one or two rows."""
    if view.rows is None or len(rows) <= view.rows + 2:
        return rows, 0
    return rows[: view.rows], len(rows) - view.rows


def and_more(number: int, view: View, by: int = 2) -> list[RenderableType]:
    """`… and 1,234 more (listsync show PLAN --all)`, or nothing."""
    return [indented(Text(f"… and {number:,} more ({view.more})", "dim"), by)] if number else []
