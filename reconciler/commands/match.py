"""`listsync match`: a person says which title a list's item is."""

from datetime import datetime, timedelta

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.commands.overriding import Asked, entry_options, override
from reconciler.errors import UsageProblem


@click.command("match", cls=Verb, formats=("text",))
@click.argument("item", metavar="ITEM")
@click.argument("title", metavar="[KEY]", nargs=-1)
@entry_options
@click.pass_obj
def command(
    settings: Settings,
    *,
    item: str,
    title: tuple[str, ...],
    why: str | None,
    until: datetime | timedelta | None,
    only_print: bool,
    remove: bool,
) -> None:
    """Say which title a list's item is.

    ITEM is written as `listsync unresolved` and `listsync lists NAME` show it, letterboxd:nosferatu-2024 for instance.
    KEY is a key (movie:tmdb:426063), an address at themoviedb.org or imdb.com, an IMDb id, or a title that can only
    mean one. Writes an entry into `overrides.match`; everything else in listsync.yaml stays as it is.
    """
    if bool(title) == remove:
        raise UsageProblem("name the title that it is" if not title else "--remove takes the item alone")
    provider, _, rest = item.partition(":")
    if not provider or not rest:
        raise UsageProblem(f"{item!r} is not an item", remedy="`listsync unresolved` shows items as they are written")
    override(
        settings,
        Asked(
            section="match",
            item=item,
            title=" ".join(title),
            why=why,
            until=until,
            only_print=only_print,
            remove=remove,
        ),
    )
