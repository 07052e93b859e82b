"""`listsync notify`: whether people can be told."""

from typing import TYPE_CHECKING

import click

from reconciler.commands.frame import Settings, Verb, VerbGroup

if TYPE_CHECKING:
    from schemas.watching import NotifiedDocument


@click.group("notify", cls=VerbGroup, formats=("text", "json"))
def command() -> None:
    """See whether notifications arrive."""


@command.command("test", cls=Verb, formats=("text", "json"))
@click.option("--receiver", "number", type=click.IntRange(min=1), help="Only this one, by its place in the file.")
@click.pass_obj
def test(settings: Settings, *, number: int | None) -> int:
    """Send a sample to every receiver of `notifications`, and say what came of each.

    The exit code is 3 when one of them could not be told.
    """
    from reconciler.commands.opening import load_config, show
    from reconciler.errors import ExitCode, ListsyncError, UsageProblem
    from reconciler.notifying import addressees
    from reconciler.watch.trying import try_receivers

    loaded = load_config(settings)
    everybody = addressees(loaded.config)
    if not everybody:
        raise ListsyncError(
            f"{loaded.name} names nobody to notify",
            remedy="add `notifications:` with an entry such as `- discord: ${DISCORD_WEBHOOK_URL}`",
        )
    if number is not None and number > len(everybody):
        raise UsageProblem(f"there is no receiver {number}: {loaded.name} names {len(everybody)}")
    chosen = everybody if number is None else everybody[number - 1 : number]
    tried = try_receivers(loaded.config, chosen, clock=settings.world.clock, sleep=settings.world.sleep)
    show(settings, tried.model_dump_json(indent=2) + "\n" if settings.format == "json" else _text(tried))
    return ExitCode.PARTLY if any(one.delivery != "sent" for one in tried.receivers) else ExitCode.DONE


def _text(tried: "NotifiedDocument") -> str:
    from reconciler.words import clean

    words = {"sent": "✓ sent", "unknown": "? unknown", "failed": "✗ failed"}
    lines = (
        f"{words[one.delivery]}  {one.name}{f': {clean(one.message)}' if one.message else ''}"
        for one in tried.receivers
    )
    return "\n".join(lines) + "\n"
