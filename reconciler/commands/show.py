"""`listsync show`: read a saved plan. Needs no server and no configuration."""

from pathlib import Path

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.commands.presenting import FORMATS


@click.command("show", cls=Verb, formats=FORMATS)
@click.argument("saved", metavar="PLAN", type=click.Path(path_type=Path))
@options.everything
@click.pass_obj
def command(settings: Settings, *, saved: Path, everything: bool) -> None:
    """Show a plan that `listsync plan --out PLAN` saved."""
    from reconciler.commands import plan
    from reconciler.commands.opening import remark
    from reconciler.plans import look_at_plan
    from reconciler.words import moment

    made, edited = look_at_plan(saved)
    plan.present(settings, made, rows=options.rows(everything=everything), more=f"listsync show {saved} --all")
    if edited:
        remark(settings, f"{edited}: it cannot be applied.")
    if settings.world.clock() >= made.expires:
        remark(settings, f"This plan expired at {moment(made.expires)}; `listsync plan` makes a new one.")
