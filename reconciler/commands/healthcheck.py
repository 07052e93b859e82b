"""`listsync healthcheck`: is the loop alive? For containers: no network, and next to no imports."""

import time
from pathlib import Path

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ExitCode
from reconciler.loop.heartbeat import VARIABLE, Heartbeat, beside, read_heartbeat

FILE_NAME = "listsync.yaml"
DEFAULT_DATABASE = Path("data") / "listsync.db"


@click.command("healthcheck", cls=Verb, formats=("text",))
@click.pass_obj
def command(settings: Settings) -> int:
    """Say whether `listsync run` is alive, by the sign of life that it leaves in a file.

    Exits with 0 or 1. A failing server or list is not a dead loop: `listsync status` and the notifications tell of
    those. LISTSYNC_HEARTBEAT names the file; without it, it is beside the ledger.
    """
    heartbeat = find(settings)
    why = "there is no sign of life: no loop runs here" if heartbeat is None else heartbeat.lifeless(time.time())
    if heartbeat is None or why:
        click.echo(why)
        return ExitCode.ERROR
    click.echo(f"alive: {heartbeat.holder}" + (f"; last tick: {heartbeat.error}" if heartbeat.error else ""))
    return ExitCode.DONE


def find(settings: Settings) -> Heartbeat | None:
    """The sign where it is told, where it is by default, or where the configuration says: that is read last, since it
    takes longest."""
    environ = settings.world.environ
    if named := environ.get(VARIABLE, "").strip():
        return read_heartbeat(Path(named))
    config = settings.config_path or Path(environ.get("LISTSYNC_CONFIG", "").strip() or FILE_NAME)
    usual = Path.cwd() / config.parent / DEFAULT_DATABASE
    return read_heartbeat(beside(usual)) or _configured(settings)


def _configured(settings: Settings) -> Heartbeat | None:
    from reconciler.commands.opening import load_config
    from reconciler.session import database_path

    return read_heartbeat(beside(database_path(load_config(settings))))
