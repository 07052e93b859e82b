"""`listsync demo`: the product at work on a household that does not exist; and that household's media server alone."""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.commands.frame import Settings, Verb, VerbGroup, World
from reconciler.errors import ExitCode, ListsyncError, UsageProblem

if TYPE_CHECKING:
    from reconciler.demo.tour import Household

PRODUCTS = ("seerr", "jellyseerr-2.7", "jellyseerr-2.3", "overseerr")
NEXT = """\
That was listsync. Nothing of it is left on this machine. For your own server:

    listsync init          writes a first listsync.yaml
    listsync plan          shows what would be requested
    listsync apply         requests it, after asking

`listsync demo serve` runs the demo's media server alone, to try things on."""


@click.group("demo", cls=VerbGroup, formats=("text",), invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> int:
    """See it work, with nothing set up: one minute, nothing left behind.

    Starts a media server of its own on this machine, declares three lists, and runs the real commands against them.
    """
    settings: Settings = ctx.obj
    return ExitCode.DONE if ctx.invoked_subcommand is not None else tour(settings)


def tour(settings: Settings) -> int:
    """The whole tour. Raises ListsyncError when a step does not end as it should."""
    from reconciler.demo.tour import household, take

    codes = [int(ExitCode.DONE)]
    with household() as house, _inside(house.folder):

        def run(words: Sequence[str]) -> int:
            from reconciler import cli

            codes.append(cli.run([*words, *_passed_on(settings)], _world(settings, house)))
            return codes[-1]

        failed = take(house, run, _say, lambda text: click.secho(f"\n$ {text}", bold=True, color=settings.color))
    if codes[-1] in {ExitCode.INTERRUPTED, ExitCode.TERMINATED}:
        return codes[-1]
    if failed is not None:
        raise ListsyncError(
            f"the tour ended early: `listsync {failed.command[0]}` did not end as it should",
            remedy="this is a mistake in listsync: please report it, with the output above",
        )
    _say(NEXT)
    return ExitCode.DONE


def _say(text: str) -> None:
    click.echo(f"\n{text}")


def _passed_on(settings: Settings) -> list[str]:
    """The global options that the tour was called with."""
    words = ["--quiet"] if settings.verbosity < 0 else []
    words += ["--debug"] if settings.debug else ["-v"] * max(settings.verbosity, 0)
    return words if settings.color else [*words, "--no-color"]


def _world(settings: Settings, house: "Household") -> World:
    """The household's own environment: nothing that is set outside reaches the tour."""
    inherited = ("COLUMNS", "TERM", "NO_COLOR", "FORCE_COLOR", "LANG", "HOME", "TMPDIR")
    environ = {name: value for name in inherited if (value := settings.world.environ.get(name)) is not None}
    return replace(settings.world, environ=environ | {"SEERR_API_KEY": house.api_key, "COLUMNS": str(settings.width)})


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Be in the household's folder, as a person would."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@command.command("serve", cls=Verb, formats=("text", "json"))
@click.option("--product", type=click.Choice(PRODUCTS), default=PRODUCTS[0], show_default=True, help="What it is like.")
@click.option("--catalogue", type=click.Path(path_type=Path), metavar="FILE", help="Its titles, as CSV; else some 400.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address it listens at.")
@click.option("--port", type=click.IntRange(0, 65535), default=5055, show_default=True, help="0 chooses a free one.")
@click.option("--base-path", default="", metavar="PATH", help="Serve below a path, as behind a proxy.")
@click.option("--api-key", metavar="KEY", help="Its API key; a random one without.")
@click.option("--latency", type=click.FloatRange(min=0), default=0.0, metavar="SECONDS", help="Of every call.")
@click.option("--fault-rate", type=click.FloatRange(0, 1), default=0.0, metavar="SHARE", help="Of calls that fail.")
@click.option("--seed", type=int, default=0, help="Of everything random in it.")
@click.pass_obj
def serve(
    settings: Settings,
    *,
    product: str,
    catalogue: Path | None,
    host: str,
    port: int,
    base_path: str,
    api_key: str | None,
    latency: float,
    fault_rate: float,
    seed: int,
) -> None:
    """Run the demo's media server alone until interrupted.

    Prints its address and key in one line (a JSON object with --format json).
    """
    from reconciler.demo.server import serve as serve_forever

    try:
        serve_forever(
            product=product,
            catalogue=catalogue,
            host=host,
            port=port,
            latency=latency,
            fault_rate=fault_rate,
            seed=seed,
            base_path=base_path,
            api_key=api_key,
            json_ready=settings.format == "json",
        )
    except ValueError as error:
        raise UsageProblem(str(error)) from error
    except OSError as error:
        raise ListsyncError(
            f"it cannot listen at {host}:{port}: {error.strerror or error}", remedy="choose another --port"
        ) from error
