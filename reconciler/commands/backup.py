"""`listsync backup`: a copy of the ledger, made while it is in use."""

from pathlib import Path

import click

from reconciler.commands.frame import Settings, Verb


@click.command("backup", cls=Verb, formats=("text",))
@click.argument("target", required=False, metavar="[FILE]", type=click.Path(path_type=Path))
@click.pass_obj
def command(settings: Settings, *, target: Path | None) -> None:
    """Copy the ledger, whoever writes meanwhile.

    Without FILE, into the folder `backups` beside it. The path of the copy is what is written to stdout.
    """
    from reconciler.commands.opening import load_config
    from reconciler.safekeeping import backup

    click.echo(str(backup(load_config(settings), target, settings.world.clock())))
