"""`listsync pause`: nothing is sent until it ends, for one list or for all."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.commands.moments import Duration, Moment
from reconciler.errors import UsageProblem

if TYPE_CHECKING:
    from schemas.config import Config


@click.command("pause", cls=Verb, formats=("text",))
@click.argument("name", metavar="[LIST]", required=False)
@click.option("--reason", default="", metavar="TEXT", help="Shown with every title that waits.")
@click.option("--until", type=Moment(), metavar="WHEN", help="When it ends: 2026-12-24, 2026-12-24T18:00, 6h.")
@click.option("--for", "length", type=Duration(), metavar="TIME", help="How long it lasts: 6h, 3d.")
@click.pass_obj
def command(
    settings: Settings, *, name: str | None, reason: str, until: datetime | timedelta | None, length: timedelta | None
) -> None:
    """Send nothing for a while: for one list, or for all.

    Lists are fetched and plans are made as ever; what would be sent is held. It counts at once, also for an apply that
    is under way, which finishes the request in hand. `listsync resume` ends it; a pause in listsync.yaml is another
    one, that stays until it is taken out.
    """
    from reconciler.commands.opening import load_config, remark, with_session
    from reconciler.core.rails import Pause
    from reconciler.pausing import pause, resuming

    config = load_config(settings).config
    if name is not None and name not in config.lists:
        raise UsageProblem(options.no_such_list(name, tuple(config.lists)))
    wanted = Pause(reason, _end(settings, config, until, length))
    with_session(settings, "pause", lambda session: pause(session, name, wanted), ledger="write")
    told = f" ({wanted})" if str(wanted) else ""
    click.echo(f"Paused {name or 'everything'}{told}. {resuming(name)} ends it.")
    if name is not None and config.lists[name].input_only:
        remark(settings, f"note: {name} is an ingredient, for which nothing is requested anyway")


def _end(
    settings: Settings, config: "Config", until: datetime | timedelta | None, length: timedelta | None
) -> datetime | None:
    """When it ends, in the configuration's time zone; None: when somebody ends it."""
    if until is not None and length is not None:
        raise UsageProblem("--until and --for exclude each other")
    now = settings.world.clock().astimezone(config.zone)
    wanted = length if length is not None else until
    if wanted is None:
        return None
    if isinstance(wanted, timedelta):
        # added to UTC: a night in which clocks are changed has as many hours as it has
        end = (settings.world.clock() + wanted).astimezone(config.zone)
    else:
        end = wanted.astimezone(config.zone) if wanted.tzinfo else wanted.replace(tzinfo=config.zone)
    if end <= now:
        raise UsageProblem(f"a pause until {end:%Y-%m-%d %H:%M %Z} would be over", remedy="name a time to come")
    return end
