"""What happened, newest first, as people read it."""

from collections.abc import Sequence

from rich.text import Text

from reconciler.commands.render.page import View, grid, indented, to_text
from reconciler.words import clean, moment
from schemas.documents import HistoryDocument
from schemas.events import Event, EventType
from schemas.reasons import REASONS, Reason

_WORDS = {
    EventType.REQUESTED: ("+", "requested", "green"),
    EventType.RETRIED: ("~", "retried", "yellow"),
    EventType.CANCELLED: ("-", "cancelled", "red"),
    EventType.REFUSED: ("✗", "refused", "red"),
    EventType.OUTCOME_UNKNOWN: ("?", "outcome unknown", "yellow"),
}
_ACTIONS = {EventType.REQUESTED, EventType.RETRIED, EventType.CANCELLED}
_TITLED = {*_ACTIONS, EventType.STATE_CHANGED}
"""Their message is the title."""


def history_text(history: HistoryDocument, view: View) -> str:
    """A line an event."""
    if not history.events:
        return "Nothing has happened yet.\n"
    parts = [grid((event_row(event) for event in told(history.events)), indent=0, wrap=2)]
    if history.truncated:
        parts.append(indented(Text(f"… and older ones ({view.more})", "dim"), 0))
    return to_text(parts, view)


def told(events: Sequence[Event]) -> list[Event]:
    """Without the record's change that merely says that an action, told too, was done."""
    done = {(event.run, event.key) for event in events if event.type in _ACTIONS}
    return [event for event in events if not (_follows(event) and (event.run, event.key) in done)]


def _follows(event: Event) -> bool:
    return event.type is EventType.STATE_CHANGED and event.data.get("to") in {"requested", "released"}


def event_row(event: Event) -> Sequence[Text | str]:
    """When, what, about what and why."""
    sign, word, color = event_word(event)
    what, more = event_about(event)
    told = Text(what)
    for text in more:
        told.append(("  " if told else "") + text, "dim")
    return Text(moment(event.at), "dim"), Text(f"{sign} {word}", color), told


def event_word(event: Event) -> tuple[str, str, str]:
    """Sign, word and colour."""
    if event.type is EventType.STATE_CHANGED and "to" in event.data:
        return "·", f"now {clean(str(event.data['to'])).replace('_', ' ')}", ""
    return _WORDS.get(event.type, ("·", event.type.value.replace("_", " "), ""))


def event_about(event: Event) -> tuple[str, tuple[str, ...]]:
    """What it is about, and what else there is to say of it."""
    message = clean(event.message)
    if event.type is EventType.RUN_FINISHED and not message:
        message = f"exit code {event.data.get('exit_code', '?')}"
    titled = event.key is None or event.type in _TITLED
    what = message if titled and message else str(event.key or "")
    why = REASONS[event.reason].summary if event.reason not in {None, Reason.WANTED} else ""
    run = clean(event.run or "") if event.type is EventType.RUN_STARTED else ""
    more = (clean(event.list or ""), why, "" if titled else message, run)
    return what, tuple(text for text in more if text)
