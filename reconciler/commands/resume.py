"""`listsync resume`: ends what `listsync pause` began."""

from typing import TYPE_CHECKING

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.errors import UsageProblem

if TYPE_CHECKING:
    from reconciler.core.rails import Pause
    from reconciler.pausing import Scope
    from reconciler.session import Session


@click.command("resume", cls=Verb, formats=("text",))
@click.argument("name", metavar="[LIST]", required=False)
@click.pass_obj
def command(settings: Settings, *, name: str | None) -> None:
    """End a pause: that of one list, or that of everything.

    Lists that were paused by themselves stay so. What still pauses is told, with what ends it.
    """
    from reconciler.commands.opening import load_config, remark, with_session
    from reconciler.pausing import resume
    from reconciler.rules import pauses_now

    lists = load_config(settings).config.lists
    if name is not None and name not in lists:
        raise UsageProblem(options.no_such_list(name, tuple(lists)))

    def work(session: "Session") -> "tuple[Pause | None, dict[Scope, Pause]]":
        return resume(session, name), pauses_now(session, session.tools.clock())

    lifted, left = with_session(settings, "resume", work, ledger="write")
    subject = name or "everything"
    if lifted is not None:
        click.echo(f"Resumed {subject}. The next plan goes by it.")
    else:
        click.echo(f"No `listsync pause` holds {subject}.")
    for scope, pause in left.items():
        told = f" ({pause})" if str(pause) else ""
        remark(settings, f"{scope or 'everything'} is still paused{told}: {pause.way_out}")
