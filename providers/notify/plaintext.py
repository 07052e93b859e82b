"""A message as plain text: what Apprise's services get."""

from collections.abc import Iterator

from providers.notify import wording
from schemas.notification import Notification, ToldTitle, Trouble

MOST_ROWS = 10
"""Of one cause; many services cut or refuse long messages."""
LONGEST = 3500


def body(message: Notification) -> str:
    """Without the headline; no longer than services take."""
    lines: list[str] = []
    room = LONGEST
    for line in _lines(message):
        if len(line) + 1 > room:
            lines.append("… and more: `listsync history`")
            break
        lines.append(line)
        room -= len(line) + 1
    return "\n".join(lines).strip()


def _lines(message: Notification) -> Iterator[str]:
    for part in wording.parts(message):
        yield f"{part.heading} ({part.total:,})"
        for trouble in part.rows:
            if isinstance(trouble, Trouble):
                yield from _trouble(trouble)
        yield from _titles([row for row in part.rows if isinstance(row, ToldTitle)])
        yield ""
    for name, told in wording.list_lines(message):
        yield f"{name}: {told}"
    yield wording.footing(message)


def _trouble(one: Trouble) -> Iterator[str]:
    yield f"- {one.subject}: {one.message}"
    if one.remedy:
        yield f"  → {one.remedy}"


def _titles(rows: list[ToldTitle]) -> Iterator[str]:
    for why, way_out, several in wording.by_way_out(rows):
        told = all(row.reason is None or not way_out for row in several)
        if why and not told:
            yield f"{why}:"
        for row in several[:MOST_ROWS]:
            yield f"- {wording.name_of(row)}{f'  {row.server_url}' if row.server_url else ''}"
        if len(several) > MOST_ROWS:
            yield f"- and {len(several) - MOST_ROWS:,} more"
        if way_out:
            yield f"  → {way_out}"
