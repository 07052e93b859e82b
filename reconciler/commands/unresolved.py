"""`listsync unresolved`: list items that no title was found for; on a terminal, titles are chosen for them."""

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.errors import UsageProblem


@click.command("unresolved", cls=Verb)
@options.scope
@options.everything
@click.pass_obj
def command(settings: Settings, *, scope: tuple[str, ...], everything: bool) -> None:
    """Show list items that no title was found for, with what they could be.

    Goes by the lists as last fetched. On a terminal it then asks which title each of them is, and writes the answers
    into `overrides.match` of listsync.yaml, as `listsync match ITEM KEY` does.
    """
    from reconciler.commands.choosing import offer
    from reconciler.commands.opening import show, view_of, with_session
    from reconciler.commands.render.lists import unresolved_text
    from reconciler.commands.render.page import to_json
    from reconciler.listing import unresolved
    from reconciler.session import Session
    from schemas.documents import UnresolvedDocument

    def look(session: Session) -> UnresolvedDocument:
        known = tuple(session.config.lists)
        if wrong := [name for name in scope if name not in known]:
            raise UsageProblem(options.no_such_list(wrong[0], known))
        return unresolved(session, scope or None)

    found = with_session(settings, "unresolved", look, ledger="write")
    view = view_of(settings, rows=options.rows(everything=everything), more="listsync unresolved --all")
    show(settings, to_json(found) if settings.format == "json" else unresolved_text(found, view))
    if settings.interactive and settings.format == "text" and settings.verbosity >= 0:
        offer(settings, found.unresolved)
