"""Lists, their titles, and the services they come from, as people read them."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.page import View, and_more, cut, grid, heading, indented, to_text
from reconciler.commands.render.parts import lists_section, unresolved_section
from reconciler.words import ago, clean, count, titled
from schemas.documents import (
    DeclaredList,
    ListDocument,
    ListedItem,
    ListsDocument,
    ProvidersDocument,
    UnresolvedDocument,
)
from schemas.fetch import Verdict
from schemas.reasons import REASONS

_GOOD = {Verdict.TRUSTED, Verdict.KEPT, None}


def lists_text(document: ListsDocument, view: View) -> str:
    """Every declared list in a line or two."""
    parts: list[RenderableType] = [heading("Lists", len(document.lists))]
    names = max((len(clean(line.name)) for line in document.lists), default=0)
    for line in document.lists:
        parts.append(grid([_declared_row(line, names, view)], wrap=2))
        parts.append(indented(Text(clean(line.source) + (f", every {line.every}" if line.every else ""), "dim"), 5))
        if line.message:
            parts.append(indented(clean(line.message), 5))
    return to_text(parts, view)


def _declared_row(line: DeclaredList, names: int, view: View) -> tuple[Text | str, ...]:
    good = line.verdict in _GOOD
    sign = Text("·" if line.verdict is None else "✓" if good else "✗", "green" if good else "red")
    told = [line.verdict.value if line.verdict is not None else "never fetched"]
    if line.combined:
        told = ["put together in every plan"]
    if line.fetched_at is not None:
        told.append(f"{count(line.items, 'title')} as of {ago(line.fetched_at, view.now)}")
    if line.failures:
        told.append(f"failed {count(line.failures, 'time')} in a row")
    return sign, clean(line.name).ljust(min(names, 24)), ", ".join(told)


def list_text(document: ListDocument, view: View) -> str:
    """What one list holds, row by row, each with the title it stands for."""
    rows, rest = cut(document.items, view)
    parts: list[RenderableType] = lists_section([document.list], view)
    if rows:
        parts.append(heading("Titles", len(document.items)))
        parts.append(grid((_item_row(row) for row in rows), widest=48))
        parts += and_more(rest, view)
    excluded = sum(_is_excluded(row) for row in document.items)
    told = sum(row.key is None and not _is_excluded(row) for row in document.items)
    resolved = len(document.items) - told - excluded
    line = f"{count(len(document.items), 'row')}: {resolved:,} resolved, {told:,} unresolved, {excluded:,} excluded."
    parts.append(Text("\n" + line, "bold"))
    return to_text(parts, view)


def _is_excluded(row: ListedItem) -> bool:
    return bool(row.item.excluded) or not row.wanted


def _item_row(row: ListedItem) -> tuple[Text | str, ...]:
    item = row.item
    title = Text(titled(item.title, item.year) if item.title or not row.title else titled(row.title, row.year))
    ids = " ".join(
        f"{name}:{value}"
        for name, value in (("imdb", item.ids.imdb), ("tmdb", item.ids.tmdb), ("tvdb", item.ids.tvdb))
        if value
    )
    if ids:
        title.append(f"  {ids}", "dim")
    if item.excluded:
        return f"{item.position}.", title, Text(f"excluded: {clean(item.excluded)}", "dim")
    if not row.wanted:
        why = REASONS[row.reason].summary if row.reason else "not wanted"
        return f"{item.position}.", title, Text(f"excluded: {clean(row.detail) or why}", "dim")
    if row.key is None:
        return f"{item.position}.", title, Text(f"? {row.reason.value if row.reason else 'unresolved'}", "yellow")
    return f"{item.position}.", title, Text(str(row.key), "green")


def unresolved_text(document: UnresolvedDocument, view: View) -> str:
    """Items without a title, by reason."""
    if not document.unresolved:
        return "Every list item has its title.\n"
    return to_text(unresolved_section(document.unresolved, view), view)


def providers_text(document: ProvidersDocument, view: View) -> str:
    """Each service with its sources as people write them."""
    return to_text(_providers(document), view)


def _providers(document: ProvidersDocument) -> Iterable[RenderableType]:
    for line in document.providers:
        kinds = " and ".join({"movie": "movies", "tv": "shows"}.get(kind, kind) for kind in line.kinds)
        yield Text.assemble(("\n" + line.name, "bold"), f"  {clean(line.summary)}" if line.summary else f"  {kinds}")
        facts = [
            ("kinds", kinds),
            ("ids", ", ".join(line.gives_ids) or "none; titles are searched"),
            ("key", line.needs_key or "none needed"),
            ("browser", "used when the service asks for one" if line.uses_browser else ""),
        ]
        yield grid((Text(name, "dim"), text) for name, text in facts if text)
        for form in line.forms:
            yield indented(Text(form, "cyan"), 4)
