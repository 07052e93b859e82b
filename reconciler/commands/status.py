"""`listsync status`: how the server, the lists and the ledger are. Fetches no list, changes nothing."""

from typing import TYPE_CHECKING

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.commands.presenting import FORMATS
from reconciler.errors import ExitCode

if TYPE_CHECKING:
    from schemas.events import Event
    from schemas.status import StatusReport

EVENTS_SHOWN = 30
_MORE = "listsync status --all"


@click.command("status", cls=Verb, formats=FORMATS)
@options.everything
@click.pass_obj
def command(settings: Settings, *, everything: bool) -> int:
    """Show how the server, the lists and the ledger are.

    Exits with 1 when the server does not answer or does not take the key.
    """
    from reconciler.commands import presenting

    found, events = work(settings)

    def text() -> str:
        from reconciler.commands.opening import view_of
        from reconciler.commands.render.status import status_text

        return status_text(found, view_of(settings, rows=options.rows(everything=everything), more=_MORE))

    presenting.present(settings, found, text, more=_MORE, events=events, everything=everything)
    return ExitCode.ERROR if found.server_error else ExitCode.DONE


def work(settings: Settings) -> "tuple[StatusReport, tuple[Event, ...]]":
    """How listsync stands, and what happened lately."""
    from reconciler.commands.opening import with_session
    from reconciler.standing import status

    return with_session(
        settings, "status", lambda session: (status(session), session.ledger.events(limit=EVENTS_SHOWN))
    )
