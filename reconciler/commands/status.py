"""`listsync status`: how the server, the lists and the ledger are. Fetches no list, changes nothing."""

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ExitCode


@click.command("status", cls=Verb)
@options.everything
@click.pass_obj
def command(settings: Settings, *, everything: bool) -> int:
    """Show how the server, the lists and the ledger are.

    Exits with 1 when the server does not answer or does not take the key.
    """
    from reconciler.commands.opening import show, view_of, with_session
    from reconciler.commands.render.page import to_json
    from reconciler.commands.render.status import status_text
    from reconciler.standing import status

    found = with_session(settings, "status", status)
    view = view_of(settings, rows=options.rows(everything=everything), more="listsync status --all")
    show(settings, to_json(found) if settings.format == "json" else status_text(found, view))
    return ExitCode.ERROR if found.server_error else ExitCode.DONE
