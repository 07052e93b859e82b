"""`docs/commands.md`, made from the commands themselves."""

from collections.abc import Iterator

import click

from reconciler.cli import COMMANDS, listsync
from reconciler.commands.frame import Verb, VerbGroup, global_options

_HEAD = """\
# Commands

This page is made from the program (`python -m reconciler.commands.reference`); a test keeps it current.

Every command writes one document to stdout. Everything else (progress, log, remarks, questions, errors) goes to stderr.
With `--format json` stdout holds a valid document even when the command fails (`listsync.error`).

"""
_EXIT_CODES = """\
## Exit codes

| code | meaning |
|---|---|
| 0 | done; titles whose turn comes later included |
| 1 | an error; the message says what to do |
| 2 | changes are pending (`plan --detailed-exitcode`), or drift was found (`drift`) |
| 3 | partly done: something was refused, has no known outcome, or could not be read |
| 4 | refused: another listsync is writing, the plan is stale, or everything is held |
| 64 | the command line cannot be |
| 130, 143 | stopped by Ctrl-C, by SIGTERM |
"""


def reference() -> str:
    """The whole page, in Markdown."""
    root = click.Context(listsync, info_name="listsync")
    parts = [_HEAD, "## Global options\n\nTaken before and after the command.\n\n", *_options(global_options(), root)]
    for name in COMMANDS:
        command = listsync.get_command(root, name)
        assert command is not None
        parts += _command(command, click.Context(command, parent=root, info_name=name))
    return "".join(parts) + _EXIT_CODES


def _command(command: click.Command, ctx: click.Context) -> Iterator[str]:
    usage = command.collect_usage_pieces(ctx)
    yield f"## {ctx.command_path}\n\n```\n{ctx.command_path} {' '.join(usage)}\n```\n\n"
    yield "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n")).strip() + "\n\n"
    shared = {param.name for param in global_options()}
    yield from _options([param for param in command.params if param.name not in shared], ctx)
    if isinstance(command, Verb | VerbGroup) and len(command.formats) > 1:
        yield f"Formats: {', '.join(command.formats)}.\n\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            inner = command.get_command(ctx, name)
            assert inner is not None
            yield from _command(inner, click.Context(inner, parent=ctx, info_name=name))


def _options(params: list[click.Parameter], ctx: click.Context) -> Iterator[str]:
    rows = [record for param in params if (record := param.get_help_record(ctx))]
    if rows:
        yield "| option | |\n|---|---|\n"
        for option, text in rows:
            yield f"| `{option.replace('|', '∣')}` | {' '.join(text.split()).replace('|', '∣')} |\n"
        yield "\n"


if __name__ == "__main__":
    click.echo(reference(), nl=False)
