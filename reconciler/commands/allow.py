"""`listsync allow`: a title is asked for once more, whatever somebody said of it."""

from datetime import datetime, timedelta

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.commands.overriding import Asked, entry_options, override


@click.command("allow", cls=Verb, formats=("text",))
@click.argument("title", metavar="KEY", nargs=-1, required=True)
@entry_options
@click.pass_obj
def command(
    settings: Settings,
    *,
    title: tuple[str, ...],
    why: str | None,
    until: datetime | timedelta | None,
    only_print: bool,
    remove: bool,
) -> None:
    """Ask once more for a title that was deleted or declined.

    Writes an entry into `overrides.allow`; everything else in listsync.yaml stays as it is. It lifts the no that came
    before it, once: what is deleted or declined again afterwards stays so. Besides a key (movie:tmdb:603) it takes an
    address at themoviedb.org or imdb.com, an IMDb id, and a title that can only mean one.
    """
    asked = Asked(section="allow", title=" ".join(title), why=why, until=until, only_print=only_print, remove=remove)
    override(settings, asked)
