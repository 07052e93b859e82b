"""`listsync lists`: the declared lists, or what one of them holds."""

from typing import TYPE_CHECKING

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ExitCode, UsageProblem
from schemas.fetch import Verdict

if TYPE_CHECKING:
    from reconciler.session import Session
    from schemas.documents import ListDocument, ListsDocument

_FAILED = {Verdict.FAILED, Verdict.SUSPICIOUS_EMPTY}


@click.command("lists", cls=Verb)
@click.argument("name", required=False)
@options.everything
@click.pass_obj
def command(settings: Settings, *, name: str | None, everything: bool) -> int:
    """Show the declared lists, or fetch one and show its titles.

    With NAME, the list is fetched now, and every row is shown with its ids and the title that it stands for.
    Exits with 1 when it could not be fetched.
    """
    from reconciler.commands.opening import show, view_of
    from reconciler.commands.render.lists import list_text, lists_text
    from reconciler.commands.render.page import to_json

    if name is None:
        declared = all_lists(settings)
        show(settings, to_json(declared) if settings.format == "json" else lists_text(declared, view_of(settings)))
        return ExitCode.DONE
    found = one_list(settings, name)
    view = view_of(settings, rows=options.rows(everything=everything, few=40), more=f"listsync lists {name} --all")
    show(settings, to_json(found) if settings.format == "json" else list_text(found, view))
    return ExitCode.ERROR if found.list.verdict in _FAILED else ExitCode.DONE


def all_lists(settings: Settings) -> "ListsDocument":
    """As declared, and as last fetched."""
    from reconciler.commands.opening import with_session
    from reconciler.listing import declared

    return with_session(settings, "lists", declared)


def one_list(settings: Settings, name: str) -> "ListDocument":
    """Fetched now. Raises UsageProblem for a name that is not declared."""
    from reconciler.commands.opening import with_session
    from reconciler.listing import listed

    def fetch(session: "Session") -> "ListDocument":
        known = tuple(session.config.lists)
        if name not in known:
            raise UsageProblem(options.no_such_list(name, known))
        return listed(session, name)

    return with_session(settings, "lists", fetch, ledger="write")
