"""A document as one HTML file: no script, nothing from elsewhere, every text escaped by the template's environment."""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from reconciler.commands.render.outline import Outline, say
from reconciler.commands.render.outlines import Shown, outline_of
from reconciler.words import count
from schemas.events import Event

if TYPE_CHECKING:
    from jinja2 import Template

MOST_ROWS = 1000
"""Of each group: more make a page that a phone cannot hold."""


def page(
    document: Shown, *, events: Sequence[Event] = (), revision: str = "", more: str = "", rows: int | None = MOST_ROWS
) -> str:
    """The whole page: what the document says, and under it what happened lately. `more` is the command that looks
    again or shows what was cut; with `rows` None nothing is."""
    return page_of(outline_of(document, events=events, revision=revision, more=more), rows=rows)


def page_of(outline: Outline, *, rows: int | None = MOST_ROWS) -> str:
    """The page of an outline that was put together elsewhere."""
    template, style, digest = _templates()
    return template.render(
        outline=outline,
        css=style,
        digest=digest,
        present={section.id for section in outline.sections},
        most=rows,
        say=say,
        counted=count,
    )


@cache
def _templates() -> "tuple[Template, str, str]":
    """The template, its style, and the style's digest: no other style counts on the page."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    loader = PackageLoader("reconciler.commands.render")
    environment = Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    style = loader.get_source(environment, "page.css")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("page.html.j2"), Markup(style), f"sha256-{digest}"  # noqa: S704 - a file of ours
