"""What happened, newest first, as people read it."""

from collections.abc import Sequence

from rich.text import Text

from reconciler.commands.render.page import View, grid, indented, to_text
from reconciler.words import clean, moment
from schemas.documents import HistoryDocument
from schemas.events import Event, EventType
from schemas.reasons import REASONS

_WORDS = {
    EventType.REQUESTED: ("+", "requested", "green"),
    EventType.RETRIED: ("~", "retried", "yellow"),
    EventType.CANCELLED: ("-", "cancelled", "red"),
    EventType.REFUSED: ("✗", "refused", "red"),
    EventType.OUTCOME_UNKNOWN: ("?", "outcome unknown", "yellow"),
}


def history_text(history: HistoryDocument, view: View) -> str:
    """A line an event."""
    if not history.events:
        return "Nothing has happened yet.\n"
    parts = [grid((event_row(event) for event in history.events), indent=0, wrap=2)]
    if history.truncated:
        parts.append(indented(Text(f"… and older ones ({view.more})", "dim"), 0))
    return to_text(parts, view)


def event_row(event: Event) -> Sequence[Text | str]:
    """When, what, about what and why."""
    sign, word, color = _WORDS.get(event.type, ("·", event.type.value.replace("_", " "), ""))
    return Text(moment(event.at), "dim"), Text(f"{sign} {word}", color), _about(event)


def _about(event: Event) -> Text:
    title = clean(str(event.data.get("title", ""))) or (str(event.key) if event.key is not None else "")
    told = Text(title)
    if event.list:
        told.append(f"  {clean(event.list)}" if title else clean(event.list), "dim")
    why = REASONS[event.reason].summary if event.reason is not None else ""
    text = "; ".join(part for part in (why, clean(event.message)) if part)
    if text:
        told.append(("  " if told else "") + text, "dim")
    return told
