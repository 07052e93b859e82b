"""`listsync`: finds the verb, and turns whatever comes of it into an exit code. Imports as little as it can."""

import contextlib
import importlib
import io
import itertools
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import Any

import click

from reconciler import __version__
from reconciler.commands.frame import GIVEN, World, global_options
from reconciler.errors import ExitCode, Terminated

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("reconciler.commands.init", "Write a first listsync.yaml."),
    "validate": ("reconciler.commands.validate", "Check listsync.yaml, without any network."),
    "plan": ("reconciler.commands.plan", "Show what would be requested and cancelled, and why."),
    "apply": ("reconciler.commands.apply", "Do it: a plan just made, or one saved before."),
    "run": ("reconciler.commands.run", "Keep it so: the loop, for a server or a container."),
    "reconcile": ("reconciler.commands.reconcile", "Ask a running loop to look at everything now."),
    "drift": ("reconciler.commands.drift", "Show what others changed on the server since the last apply."),
    "status": ("reconciler.commands.status", "Show how the server, the lists and the ledger are."),
    "explain": ("reconciler.commands.explain", "Say why a title is or is not requested."),
    "history": ("reconciler.commands.history", "Show what happened, newest first."),
    "show": ("reconciler.commands.show", "Show a saved plan."),
    "lists": ("reconciler.commands.lists", "Show the declared lists, or fetch one and show its titles."),
    "unresolved": ("reconciler.commands.unresolved", "Show list items that no title was found for."),
    "match": ("reconciler.commands.match", "Say which title a list's item is."),
    "allow": ("reconciler.commands.allow", "Ask once more for a title that was deleted or declined."),
    "deny": ("reconciler.commands.deny", "Never request a title, whatever list wants it."),
    "pause": ("reconciler.commands.pause", "Send nothing for a while: for one list, or for all."),
    "resume": ("reconciler.commands.resume", "End a pause."),
    "accept": ("reconciler.commands.accept", "Accept a list that shrank or emptied, or a replaced server."),
    "secrets": ("reconciler.commands.secrets", "Keep API keys and tokens encrypted, for `${secret:name}`."),
    "doctor": ("reconciler.commands.doctor", "Check everything: configuration, ledger, server, requesters, lists."),
    "providers": ("reconciler.commands.providers", "Show the list services and how their sources are written."),
    "backup": ("reconciler.commands.backup", "Copy the ledger, while it is in use."),
    "restore": ("reconciler.commands.restore", "Put a copy of the ledger back."),
    "notify": ("reconciler.commands.notify", "See whether notifications arrive."),
    "healthcheck": ("reconciler.commands.healthcheck", "Say whether the loop is alive."),
    "import": ("reconciler.commands.import_", "Move here from a ListSync 0.6, with its lists and its history."),
    "export": ("reconciler.commands.export", "Write state and snapshots as one document, for plans without network."),
    "schema": ("reconciler.commands.schema", "Write the JSON Schema of the configuration or a document."),
    "demo": ("reconciler.commands.demo", "See it work, with nothing set up: one minute, nothing left behind."),
}
"""Verb → the module that holds it as `command`, and its line in `listsync --help`."""


class Listsync(click.Group):
    """The verbs, imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of that verb, and of no other."""
        if cmd_name not in COMMANDS:
            return None
        found = importlib.import_module(COMMANDS[cmd_name][0]).command
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, with the nearest verb for a misspelt one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise click.UsageError(f"there is no command `{args[0]}`{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """From the table: help imports no verb."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


listsync = Listsync(
    "listsync",
    params=[
        *global_options(),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=lambda ctx, _param, value: _show_version(ctx) if value else None,
            help="Show the version.",
        ),
    ],
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Keep Overseerr, Jellyseerr or Seerr requesting what your watchlists say.",
    epilog="Start with `listsync demo`, or with `listsync init`.",
)


def _show_version(ctx: click.Context) -> None:
    click.echo(f"listsync {__version__}")
    ctx.exit()


def main(args: Sequence[str] | None = None, world: World | None = None) -> None:
    """The console script; ends the process with the exit code of the verb."""
    sys.exit(run(sys.argv[1:] if args is None else args, world))


def run(args: Sequence[str], world: World | None = None) -> int:
    """One command line, from its words to its exit code; never raises. No words at all ask for help."""
    args = list(args) or ["--help"]
    world = world or World()
    ctx_meta: dict[str, Any] = {}
    before = _on_terminate(_raise_terminated)
    try:
        _tolerate_terminals()
        ctx = click.Context(listsync, info_name="listsync", obj=world, help_option_names=["-h", "--help"])
        ctx_meta = ctx.meta
        with ctx:
            listsync.parse_args(ctx, list(args))
            code = listsync.invoke(ctx)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except BrokenPipeError:
        return _broken_pipe()
    except BaseException as error:
        return _failed(error, args, ctx_meta.get(GIVEN, {}), world.redactor)
    else:
        return code if isinstance(code, int) else ExitCode.DONE
    finally:
        _on_terminate(before)


def _failed(error: BaseException, args: Sequence[str], given: Mapping[str, Any], redact: Callable[[str], str]) -> int:
    from reconciler.commands.failure import failure_of

    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else ExitCode.ERROR
    if given.get("debug") or "--debug" in args:
        import traceback

        click.echo(redact("".join(traceback.format_exception(error))), err=True, nl=False)
    verb = next((word for word in args if word in COMMANDS), "")
    failure = failure_of(error, command=f"listsync {verb}".rstrip()).redacted(redact)
    try:
        if given.get("format") == "json" or _asks_for_json(args):
            click.echo(json.dumps(failure.document(), ensure_ascii=False, indent=2))
        for line in failure.lines():
            click.echo(line, err=True)
    except BrokenPipeError:
        return _broken_pipe()
    return failure.exit_code


def _asks_for_json(args: Sequence[str]) -> bool:
    """For a command line that could not be parsed."""
    return "--format=json" in args or any(pair == ("--format", "json") for pair in itertools.pairwise(args))


def _tolerate_terminals() -> None:
    """A title in another script must not fail on a terminal that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _broken_pipe() -> int:
    """The reader went away (`| head`): nothing more can be said to it, also not by Python when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + signal.SIGPIPE


def _raise_terminated(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


def _on_terminate(handler: Any) -> Any:
    """Set what SIGTERM does, and return what it did; None outside of the main thread, where Python cannot."""
    try:
        return signal.signal(signal.SIGTERM, handler)
    except ValueError:
        return None
