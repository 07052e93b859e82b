"""`listsync reconcile`: ask a running loop for a tick now."""

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.errors import Refused, UsageProblem


@click.command("reconcile", cls=Verb, formats=("text",))
@click.argument("names", nargs=-1, metavar="[LIST]...")
@click.pass_obj
def command(settings: Settings, *, names: tuple[str, ...]) -> None:
    """Ask a running `listsync run` to look at everything now.

    With LIST, these lists are fetched whether they are due or not; without, those that are due, and what waits is
    tried again. Exits with 4 when no loop runs for this ledger.
    """
    import time

    from reconciler.commands.opening import load_config
    from reconciler.loop.asking import ask
    from reconciler.loop.heartbeat import beside, read_heartbeat
    from reconciler.session import database_path

    loaded = load_config(settings)
    unknown = [name for name in names if name not in loaded.config.lists]
    if unknown:
        raise UsageProblem(options.no_such_list(unknown[0], tuple(loaded.config.lists)))
    database = database_path(loaded)
    heartbeat = read_heartbeat(beside(database))
    if heartbeat is None or heartbeat.lifeless(time.time()):
        raise Refused(f"no loop runs for {database}", remedy="`listsync run` starts one; `listsync apply` acts once")
    ask(database, names)
    click.echo(f"Asked {heartbeat.holder}: it begins within seconds. `listsync status` shows what comes of it.")
