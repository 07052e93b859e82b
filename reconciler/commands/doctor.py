"""`listsync doctor`: what is wrong with an installation, and what to do about it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.commands.options import declared
from reconciler.errors import ExitCode

if TYPE_CHECKING:
    from schemas.doctor import Examination


@click.command("doctor", cls=Verb)
@click.argument("lists", nargs=-1, metavar="[LIST]...")
@click.pass_obj
def command(settings: Settings, *, lists: tuple[str, ...]) -> int:
    """Check everything that listsync rests on: configuration, ledger, server, requesters, lists, browser.

    Every list service is asked for the first page of each list; with LIST, for those alone. Nothing is changed, sent or
    kept. Exits with 1 when there is a problem; warnings do not count.
    """
    from reconciler.commands.opening import show, view_of
    from reconciler.commands.render.doctor import doctor_text
    from reconciler.commands.render.page import to_json

    found = work(settings, lists)
    show(settings, to_json(found) if settings.format == "json" else doctor_text(found, view_of(settings, rows=None)))
    return ExitCode.DONE if found.healthy else ExitCode.ERROR


def work(settings: Settings, lists: tuple[str, ...] = ()) -> "Examination":
    """Look at everything. Raises UsageProblem for a list that is not declared."""
    from reconciler.commands.opening import opened_tools, read_config
    from reconciler.config import ConfigErrors
    from reconciler.doctoring import Circumstances, examine, examine_without

    world = settings.world
    given = Circumstances(world.environ, world.redactor, Path.cwd(), lists)
    try:
        loaded = read_config(settings)
    except ConfigErrors as errors:
        return examine_without(errors, world.clock(), given)
    declared(lists, loaded.config.lists)
    with opened_tools(settings, loaded) as tools:
        return examine(loaded, tools, given)
