"""What others changed, as people read it."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.page import View, and_more, cut, grid, heading, indented, to_text, way_out
from reconciler.commands.render.parts import mentioned, shorter, title_text
from reconciler.words import clean, count
from schemas.plan import Drift, DriftKind

KINDS = {
    DriftKind.REQUEST_DELETED: "Requests deleted on the server",
    DriftKind.REQUEST_DECLINED: "Requests declined on the server",
    DriftKind.MEDIA_DELETED: "Deleted from the library",
    DriftKind.REQUEST_FAILED: "Requests failed on the server",
    DriftKind.ITEM_RELISTED: "Back on a list",
    DriftKind.MATCH_CORRECTED: "Matched to another title",
    DriftKind.FOREIGN_WRITER: "Requested by somebody else",
    DriftKind.EDITED: "Requests edited on the server",
    DriftKind.NOT_KEPT: "Accepted by the server, and dropped",
    DriftKind.SERVER_CHANGED: "Another server answers",
}


def drift_text(drift: Sequence[Drift], view: View) -> str:
    """Grouped by kind: what happened, what listsync does about it, how to have it otherwise."""
    if not drift:
        return "No drift: the server is as listsync left it.\n"
    total = Text(f"\nDrift: {count(len(drift), 'difference')}.", "bold")
    return to_text([*drift_parts(drift, view), total], view)


def drift_parts(drift: Sequence[Drift], view: View) -> Iterable[RenderableType]:
    """The groups alone, for a page that says more than drift."""
    for kind in DriftKind:
        several = [one for one in drift if one.kind is kind]
        if not several:
            continue
        yield heading(KINDS[kind], len(several))
        for (reaction, way), group in alike(several):
            shown, rest = cut(group, shorter(view))
            yield grid((_row(one) for one in shown), wrap=1)
            yield from and_more(rest, view)
            if reaction:
                yield indented(Text(f"so {reaction}" if not reaction.startswith("so ") else reaction), 6)
            if way:
                yield way_out(way, 6)


def _row(one: Drift) -> tuple[Text | str, ...]:
    title = title_text(one.title, one.year, one.key) if one.title else Text("")
    if one.detail:
        title.append(("  " if one.title else "") + clean(one.detail), "dim")
    return Text("≠", "yellow"), title, mentioned(one.lists)


def alike(several: Sequence[Drift]) -> Iterable[tuple[tuple[str, str], list[Drift]]]:
    """Those with one reaction and one way out, which names the key where it is about one title alone."""
    groups: dict[tuple[str, str], list[Drift]] = {}
    for one in several:
        way = clean(one.way_out).replace(f"{one.key}`", "KEY`") if one.key is not None else clean(one.way_out)
        groups.setdefault((clean(one.reaction), way), []).append(one)
    for (reaction, way), group in groups.items():
        if len(group) == 1 and group[0].key is not None:
            way = way.replace("KEY`", f"{group[0].key}`")
        yield (reaction, way), group
