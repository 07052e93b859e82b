"""A document on stdout, in the format asked for."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from reconciler.commands.frame import Settings

if TYPE_CHECKING:
    from reconciler.commands.render.outlines import Shown
    from schemas.events import Event

FORMATS = ("text", "json", "markdown", "html")
"""Of a document that has all of them."""


def present(
    settings: Settings,
    document: "Shown",
    text: Callable[[], str],
    *,
    more: str = "",
    events: "Sequence[Event]" = (),
    everything: bool = False,
) -> None:
    """Print the document: as `text` makes it, or as JSON, Markdown or HTML. `more` is the command that shows what had
    to be cut; `everything` cuts no table of a page."""
    from reconciler.commands.opening import show

    show(settings, _written(settings.format, document, text, more, events, everything=everything))


def _written(
    form: str, document: "Shown", text: Callable[[], str], more: str, events: "Sequence[Event]", *, everything: bool
) -> str:
    if form == "json":
        from reconciler.commands.render.page import to_json

        return to_json(document)
    if form == "markdown":
        from reconciler.commands.render.markdown import to_markdown
        from reconciler.commands.render.outlines import outline_of

        return to_markdown(outline_of(document, events=events, more=more))
    if form == "html":
        from reconciler.commands.render.html import MOST_ROWS, page

        return page(document, events=events, more=more, rows=None if everything else MOST_ROWS)
    return text()
