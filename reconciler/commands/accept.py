"""`listsync accept`: a person says that what looks like a mistake is meant."""

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ListsyncError, UsageProblem


@click.command("accept", cls=Verb, formats=("text",))
@click.argument("what", metavar="LIST|server")
@click.option("--anew", is_flag=True, help="Ask the server again for what it lost; with `server` only.")
@click.pass_obj
def command(settings: Settings, *, what: str, anew: bool) -> None:
    """Accept a list that shrank or emptied, or a server that was replaced.

    With the name of a list: its last fetch is believed, and what it lost counts as lost. With `server`: the
    server that answers now is the right one, and what vanished from it was meant to.

    With `server --anew`, for a server that was reinstalled: what it had before is forgotten, and what the lists want
    and it does not have is requested again, with the budget of a first run. What people deleted or declined before
    stays deleted.
    """
    from reconciler.commands.opening import load_config, with_session

    lists = load_config(settings).config.lists
    if anew and what != "server":
        raise UsageProblem("--anew goes with `server` only")
    if what in lists:
        from reconciler.accepting import accept_list

        told = with_session(settings, "accept", lambda session: accept_list(session, what), ledger="write")
        if not told:
            raise ListsyncError(
                f"there is nothing to accept: the last fetch of {what} is trusted, or it failed",
                remedy="`listsync status` shows how each list fared",
            )
        click.echo(f"Accepted {what}: {told}. The next plan goes by it.")
    elif what == "server":
        from reconciler.accepting import accept_server, accept_server_anew

        told = with_session(settings, "accept", accept_server_anew if anew else accept_server, ledger="write")
        then = "asks it again for what it does not have" if anew else "goes by its state"
        click.echo(f"Accepted {told}. The next apply {then}.")
    else:
        raise UsageProblem(options.no_such_list(what, (*lists, "server")))
