"""`listsync history`: what happened, newest first."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from reconciler.commands.frame import Settings, Verb

if TYPE_CHECKING:
    from reconciler.session import Session
    from schemas.documents import HistoryDocument
    from schemas.events import Event
    from schemas.media import Key

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Since(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A moment: a date, a date and time, or so long ago (`90m`, `12h`, `7d`)."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A datetime, or a timedelta to be counted back from now."""
        if isinstance(value, datetime | timedelta):
            return value
        if value[:-1].isdigit() and value[-1:] in _UNITS:
            return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
        try:
            return datetime.fromisoformat(value).astimezone()
        except ValueError:
            self.fail(f"{value!r} is no moment; write it like 7d, 12h or 2026-01-31", param, ctx)


@click.command("history", cls=Verb)
@click.argument("title", required=False, metavar="[TITLE|KEY]")
@click.option("--list", "list_name", metavar="NAME", help="Only what is about this list.")
@click.option("--run", "run_name", metavar="RUN", help="Only what this run did.")
@click.option("--since", type=Since(), metavar="WHEN", help="Only what is younger: 7d, 12h, 2026-01-31.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@click.pass_obj
def command(
    settings: Settings,
    *,
    title: str | None,
    list_name: str | None,
    run_name: str | None,
    since: datetime | timedelta | None,
    limit: int,
) -> None:
    """Show what happened, newest first."""
    from reconciler.commands.opening import show, view_of
    from reconciler.commands.render.history import history_text
    from reconciler.commands.render.page import to_json

    youngest = settings.world.clock() - since if isinstance(since, timedelta) else since
    found = work(settings, title, {"list": list_name, "run": run_name, "since": youngest}, limit)
    view = view_of(settings, more=f"listsync history --limit {limit * 10}")
    show(settings, to_json(found) if settings.format == "json" else history_text(found, view))


def work(settings: Settings, title: str | None, asked: dict[str, Any], limit: int) -> "HistoryDocument":
    """Read the ledger's events; one more than asked for tells whether there are more."""
    from reconciler.commands.opening import with_session
    from schemas.documents import HistoryDocument

    def read(session: "Session") -> "tuple[Event, ...]":
        if title is None:
            return session.ledger.events(**asked, limit=limit + 1)
        keys = keys_of(session, title)
        several = [event for key in keys for event in session.ledger.events(**asked, key=key, limit=limit + 1)]
        return tuple(sorted(several, key=lambda event: (event.at, event.id or 0), reverse=True))

    events = with_session(settings, "history", read)
    return HistoryDocument(events=events[:limit], truncated=len(events) > limit)


def keys_of(session: "Session", text: str) -> "tuple[Key, ...]":
    """The keys that a text names: itself a key (both qualities for one without), or part of the titles of records."""
    from schemas.media import Key

    try:
        key = Key.parse(text)
    except ValueError:
        wanted = text.casefold()
        return tuple(key for key, record in session.ledger.records().items() if wanted in record.title.casefold())
    return (key,) if key.is_4k else (key, Key(key.kind, key.tmdb, is_4k=True))
