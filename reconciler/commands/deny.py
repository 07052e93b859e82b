"""`listsync deny`: a title is never asked for, whatever list wants it."""

from datetime import datetime, timedelta

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.commands.overriding import Asked, entry_options, override


@click.command("deny", cls=Verb, formats=("text",))
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
    """Never request a title, whatever list wants it.

    Writes an entry into `overrides.deny`; everything else in listsync.yaml stays as it is. Besides a key
    (movie:tmdb:603, or movie:tmdb:603@4k for that quality alone) it takes an address at themoviedb.org or imdb.com, an
    IMDb id, and a title that can only mean one.
    """
    asked = Asked(section="deny", title=" ".join(title), why=why, until=until, only_print=only_print, remove=remove)
    override(settings, asked)
