"""Every document that has Markdown and HTML, as an outline."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from reconciler.commands.render.outline import (
    Outline,
    filled,
)
from reconciler.commands.render.outline_plan import drift_outline, plan_outline
from reconciler.commands.render.outline_report import report_outline
from reconciler.commands.render.outline_status import status_outline
from reconciler.commands.render.sections import (
    events_section,
)
from reconciler.words import clean
from schemas.documents import DriftDocument
from schemas.events import Event
from schemas.plan import Plan
from schemas.report import Report
from schemas.status import StatusReport

Shown = Plan | Report | DriftDocument | StatusReport


def outline_of(document: Shown, *, events: Sequence[Event] = (), revision: str = "", more: str = "") -> Outline:
    """The outline of a document; `events` and `revision` are shown where given."""
    match document:
        case Plan():
            made = plan_outline(document, more or "listsync plan --all")
        case Report():
            made = report_outline(document, more or "listsync history")
        case DriftDocument():
            made = drift_outline(document, more or "listsync drift --all")
        case StatusReport():
            made = status_outline(document, more or "listsync status --all")
        case _:
            assert_never(document)
    facts = (*made.facts, ("Revision", clean(revision))) if revision else made.facts
    return replace(made, facts=facts, sections=(*made.sections, *filled([events_section(events)])))
