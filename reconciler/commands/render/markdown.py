"""An outline as Markdown for a comment on a pull request: a mark to find it by, the summary, then tables, within the
size that a comment may have. Titles come from strangers: nothing in them is Markdown, HTML, a mention or a link."""

import re
from collections.abc import Sequence

from reconciler.commands.render.outline import Group, Outline, Row, Said, Section, say
from reconciler.words import count

LIMIT = 60_000
"""Characters; GitHub takes 65,536 in a comment."""
FOLDED_FROM = 12
"""Rows from which a table is folded."""
_UNBROKEN = "&#8203;"
"""A space without width: what GitHub would make a link of is no word any more."""
_SPECIAL = re.compile(r"[\\`*_{}\[\]|~#]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "<span>$</span>"}
_AT_START = re.compile(r"^(\d+[.)]|[-+=])")
"""What would begin a list, or underline a heading."""
_SHORTEST = 20
"""Characters of a row at least: more rows than could fit are not even written."""
_COLUMNS = ("title", "name", "lists", "note", "when", "way_out")


def to_markdown(outline: Outline, limit: int = LIMIT) -> str:
    """The whole text, at most `limit` characters: tables are cut between rows, all to the same length, and say what is
    missing."""
    most = max((len(group.rows) for section in outline.sections for group in section.groups), default=0)
    written = _Written(outline)
    if len(text := written.with_rows(most)) <= limit:
        return text
    fits, too_many = 0, min(most, limit // _SHORTEST)
    while too_many - fits > 1:
        tried = (fits + too_many) // 2
        if len(written.with_rows(tried)) <= limit:
            fits = tried
        else:
            too_many = tried
    text = written.with_rows(fits)
    return text if len(text) <= limit else written.head()


class _Written:
    """An outline whose rows are written once, however often it is put together."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._tables = {id(group): _table(group) for section in outline.sections for group in section.groups}

    def with_rows(self, most: int) -> str:
        """With at most so many rows of each table."""
        parts = self._head()
        if most and self._outline.notices:
            told = (f"- {_line_of(one.text)}{_arrow(one.way_out)}" for one in self._outline.notices[: most + 10])
            parts += [*told, ""]
        for section in self._outline.sections:
            parts += self._section(section, most)
        return "\n".join(parts).rstrip() + "\n"

    def head(self) -> str:
        """The summary alone."""
        return "\n".join([*self._head(), f"Too long to be shown here: {_code(self._outline.more)}"]) + "\n"

    def _head(self) -> list[str]:
        outline = self._outline
        facts = " · ".join(f"{name}: {escaped(text)}" for name, text in outline.facts)
        return [f"<!-- listsync:{outline.kind} -->", f"### {escaped(outline.summary)}", "", facts, ""]

    def _section(self, section: Section, most: int) -> list[str]:
        note = f" – {_said(say(section.note))}" if section.note else ""
        parts = [f"#### {section.title} ({section.total:,}){note}", ""]
        for group in section.groups:
            parts += self._group(group, most)
        return parts

    def _group(self, group: Group, most: int) -> list[str]:
        heads, rows = self._tables[id(group)]
        total, shown = len(group.rows), rows[:most]
        label = f"**{escaped(group.label)}** ({total:,}): " if group.label else ""
        lines = [f"{label}{_line_of(group.sentence)}{_arrow(group.way_out)}"] if label or group.sentence else []
        lines += [_line_of(group.reaction)] if group.reaction else []
        parts = ["  \n".join(lines), ""] if lines else []
        if shown:
            counted = count(total, group.heads.title.lower())
            caption = counted if len(shown) == total else f"the first {len(shown):,} of {counted}"
            table = [*heads, *shown, ""]
            folded = group.folded or total > FOLDED_FROM
            parts += [f"<details><summary>{caption}</summary>", "", *table, "</details>", ""] if folded else table
        if len(shown) < total:
            parts += [f"… and {total - len(shown):,} more ({_code(self._outline.more)})", ""]
        return parts


def _table(group: Group) -> tuple[Sequence[str], Sequence[str]]:
    """Its head, and its rows; columns that are empty in every row are left out."""
    cells = [_cells(row) for row in group.rows[: LIMIT // _SHORTEST]]
    used = [n for n in range(len(_COLUMNS)) if any(row[n] for row in cells)]
    captions = [getattr(group.heads, _COLUMNS[n]) for n in used]
    heads = (_line(captions), _line(["---"] * len(used)))
    return heads, [_line([row[n] for n in used]) for row in cells]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row) -> tuple[str, ...]:
    notes = [escaped(row.note), *map(_said, row.remarks), *map(_beneath, row.beneath)]
    return (
        ", ".join(map(escaped, (row.title, *row.tags))),
        _code(row.name),
        ", ".join(map(escaped, row.lists)),
        "<br>".join(note for note in notes if note),
        escaped(row.when),
        _said(row.way_out),
    )


def _beneath(row: Row) -> str:
    return " ".join(part for part in (escaped(row.title), _code(row.name), escaped(row.note)) if part)


def _said(said: Said) -> str:
    return "".join(_code(piece.text) if piece.is_code else escaped(piece.text) for piece in said)


def _line_of(said: Said) -> str:
    """A sentence that begins a line."""
    return _AT_START.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", _said(said))


def _arrow(way_out: Said) -> str:
    return f" → {_said(way_out)}" if way_out else ""


def _code(text: str) -> str:
    """As an element, since what is between backticks could not hold a pipe or a backtick."""
    return f"<code>{_links_broken(_literal(text))}</code>" if text else ""


def escaped(text: str) -> str:
    """The very same words on the page, whatever they are."""
    shown = _links_broken(_literal(text))
    shown = re.sub(r"@(?=\w)", f"@{_UNBROKEN}", shown)
    shown = re.sub(r"(\\#|\bGH-)(?=\d)", rf"\1{_UNBROKEN}", shown)
    return re.sub(r":(?=[\w+-]+:)", f":{_UNBROKEN}", shown)


def _literal(text: str) -> str:
    shown = "".join(_ENTITIES.get(char, char) for char in text)
    return _SPECIAL.sub(r"\\\g<0>", shown)


def _links_broken(text: str) -> str:
    return re.sub(r"(?i)\b(www)\.", r"\1&#46;", text.replace("://", "&#58;//"))
