"""`listsync restore`: put a copy of the ledger back."""

from pathlib import Path

import click

from reconciler.commands.frame import Settings, Verb


@click.command("restore", cls=Verb, formats=("text",))
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def command(settings: Settings, *, source: Path) -> None:
    """Put a copy in the ledger's place, after reading it whole.

    The ledger that was there is kept beside it. Refused while a loop or another command writes. What was requested
    since the copy was made is found on the server again, and not requested twice.
    """
    from reconciler.commands.opening import load_config
    from reconciler.safekeeping import restore

    kept = restore(load_config(settings), source, settings.world.clock())
    click.echo(f"Restored {source}.")
    if kept is not None:
        click.echo(f"The ledger that was there is {kept}.")
