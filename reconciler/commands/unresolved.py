"""`listsync unresolved`: list items that no title was found for."""

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb


@click.command("unresolved", cls=Verb)
@options.everything
@click.pass_obj
def command(settings: Settings, *, everything: bool) -> None:
    """Show list items that no title was found for, with what they could be.

    Goes by the lists as last fetched. `listsync match ITEM KEY` decides one for good.
    """
    from reconciler.commands.opening import show, view_of, with_session
    from reconciler.commands.render.lists import unresolved_text
    from reconciler.commands.render.page import to_json
    from reconciler.listing import unresolved

    found = with_session(settings, "unresolved", unresolved, ledger="write")
    view = view_of(settings, rows=options.rows(everything=everything), more="listsync unresolved --all")
    show(settings, to_json(found) if settings.format == "json" else unresolved_text(found, view))
