"""A message as a Discord webhook takes it: embeds within Discord's limits, titles of strangers as plain words.

Limits (Discord's documentation, Message resource, "Embed limits"): 10 embeds, title 256, description 4096, 25 fields
(name 256, value 1024), footer 2048, and 6000 characters over all embeds. They are counted here in UTF-16 units, of
which no way of counting finds more.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from providers.notify import wording
from providers.notify.wording import Part, Tone
from schemas.notification import Notification, ToldTitle, Trouble

DESCRIPTION = 4096
TOTAL = 6000
HEADING = 256
MOST_FIELDS = 12
MOST_ROWS = 25
"""Titles of one cause: more is a wall, and `listsync history` knows them all."""
LONGEST_TEXT = 300
_RESERVED = 700
"""For headings, footer and what is said of the rest."""
_COLORS = {Tone.BAD: 0xD83A42, Tone.CARE: 0xE0A030, Tone.GOOD: 0x2F9E5B, Tone.INFO: 0x4E5D94}
_MARKS = re.compile(r"([\\*_~`|<>#@:])")
"""Without the colon there is no address that becomes a link, and no emoji. Signs that mean something at the beginning
of a line alone are left: no line begins with a stranger's word."""
_BRACKETS = str.maketrans({"[": "［", "]": "］"})
"""In the text of a link a bracket would end it."""


def document(message: Notification) -> dict[str, Any]:
    """The body of the webhook's call. Nobody is mentioned, whatever a title says."""
    return {"username": "listsync", "allowed_mentions": {"parse": []}, "embeds": _embeds(message)}


def _embeds(message: Notification) -> list[dict[str, Any]]:
    """The lists' counts and an embed for every section, the gravest first: what does not fit is counted."""
    fields = _fields(message)
    headline = {"title": _cut(wording.headline(message), HEADING), "color": _COLORS[wording.tone_of(message)]}
    room = TOTAL - _RESERVED - sum(_length(field["name"]) + _length(field["value"]) for field in fields)
    parts = wording.parts(message)
    embeds = [{**headline, **({"fields": fields} if fields else {})}]
    for number, part in enumerate(parts):
        lines = _within(list(_lines(part)), min(DESCRIPTION, room // (len(parts) - number)))
        room -= _length(lines)
        embeds.append({"title": f"{part.heading} ({part.total:,})", "color": _COLORS[part.tone], "description": lines})
    embeds[-1] |= {"footer": {"text": _cut(wording.footing(message) or "listsync", 200)}}
    embeds[-1] |= {"timestamp": message.at.isoformat()}
    return embeds


def _fields(message: Notification) -> list[dict[str, Any]]:
    """Counts by list; as many as leave room for the titles."""
    told = [
        {"name": _cut(plain(name), 60), "value": _cut(counts, 100), "inline": True}
        for name, counts in wording.list_lines(message)
    ]
    if len(told) <= MOST_FIELDS:
        return told
    return [
        *told[: MOST_FIELDS - 1],
        {"name": "…", "value": f"and {len(told) - MOST_FIELDS + 1} lists more", "inline": True},
    ]


def _lines(part: Part) -> Iterator[str]:
    for row in part.rows:
        if isinstance(row, Trouble):
            yield f"**{plain(row.subject)}**: {plain(row.message)}"
            if row.remedy:
                yield f"→ {_sentence(row.remedy)}"
    titles = [row for row in part.rows if isinstance(row, ToldTitle)]
    left = part.total - len(part.rows)
    for why, way_out, several in wording.by_way_out(titles):
        if why and way_out:
            yield f"*{_sentence(why)}*"
        yield from (f"• {_title(row)}" for row in several[:MOST_ROWS])
        if len(several) > MOST_ROWS:
            yield f"… and {len(several) - MOST_ROWS:,} more"
        if way_out:
            yield f"→ {_sentence(way_out)}"
    if left:
        yield f"… and {left:,} more"


def _title(row: ToldTitle) -> str:
    name = wording.name_of(row)
    links = [url for url in (row.server_url, row.tmdb_url) if _is_link(url)]
    if not links:
        return plain(name)
    first = f"[{plain(name.translate(_BRACKETS))}]({_address(links[0])})"
    return f"{first} · [TMDB]({_address(links[1])})" if len(links) == 2 else first


def plain(text: str) -> str:
    """A stranger's words without any meaning in Markdown."""
    shown = _cut(" ".join(text.split()), LONGEST_TEXT)
    return _MARKS.sub(r"\\\1", shown.translate(_BRACKETS))


def _sentence(text: str) -> str:
    """A sentence of ours: its commands stay code, the rest is plain."""
    pieces = text.replace("\n", " ").split("`")
    if len(pieces) % 2 == 0:
        return plain(text)
    return "".join(f"`{piece}`" if number % 2 else _piece(piece) for number, piece in enumerate(pieces) if piece)


def _piece(text: str) -> str:
    return _MARKS.sub(r"\\\1", text.translate(_BRACKETS))


def _is_link(url: str) -> bool:
    return urlsplit(url).scheme in {"http", "https"}


def _address(url: str) -> str:
    return quote(url, safe=":/?#@!$&'*+,;=%~-._[]")


def _within(lines: Sequence[str], room: int) -> str:
    """As many whole lines as fit, and how many did not."""
    shown: list[str] = []
    used = 0
    for number, line in enumerate(lines):
        rest = f"… {len(lines) - number:,} lines more; `listsync history` shows all"
        last = number + 1 == len(lines)
        if used + _length(line) + 1 + (0 if last else _length(rest) + 1) > room:
            return "\n".join([*shown, rest])
        shown.append(line)
        used += _length(line) + 1
    return "\n".join(shown)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _cut(text: str, most: int) -> str:
    if _length(text) <= most:
        return text
    kept = text[: most - 1]
    while _length(kept) >= most:
        kept = kept[:-1]
    return kept + "…"
