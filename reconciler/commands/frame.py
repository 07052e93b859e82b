"""What every command has in common: the settings of one invocation, the global options, and the class of a verb."""

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import click

from reconciler.errors import Terminated, UsageProblem
from reconciler.redact import Redactor

FORMATS = ("text", "json", "markdown", "html")
GIVEN = "reconciler.commands.frame.given"
"""Where options given before and after the verb meet, in `click.Context.meta`."""
PIPE_WIDTH = 100


def _now() -> datetime:
    from schemas.base import utc_now

    return utc_now()


@dataclass(frozen=True, slots=True)
class World:
    """What a process finds around it; tests and the demo hand in their own."""

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    redactor: Redactor = field(default_factory=Redactor, repr=False)
    """Learns every secret that the configuration resolves; everything said goes through it."""
    typed: dict[Path, str] = field(default_factory=dict, repr=False)
    """Passphrases that somebody typed, by the file that they open: nobody is asked twice by one process."""
    clock: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    random: Random = field(default_factory=Random)
    stop: threading.Event = field(default_factory=threading.Event)
    """Set by the first Ctrl-C or SIGTERM while requests are sent: the one under way is finished."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One invocation, apart from the verb's own options."""

    world: World = field(default_factory=World)
    config_path: Path | None = None
    """As given with `--config`; None: wherever the configuration is looked for."""
    format: str = "text"
    verbosity: int = 0
    """-1 for `--quiet`, else how often `-v` was given."""
    debug: bool = False
    color: bool = False
    """On stdout."""
    terminal: bool = False
    """Whether stderr is one: bars and coloured logs."""
    interactive: bool = False
    """Whether there is somebody to ask."""
    width: int = PIPE_WIDTH


def make_settings(given: Mapping[str, Any], world: World) -> Settings:
    """The settings of this process, from the options given and the streams it has."""
    if given.get("quiet") and given.get("verbose"):
        raise UsageProblem("--quiet and -v exclude each other")
    environ = world.environ
    terminal = sys.stderr.isatty()
    plain = given.get("no_color") or environ.get("NO_COLOR") or environ.get("TERM") == "dumb"
    wide = (sys.stdout.isatty() or bool(environ.get("FORCE_COLOR"))) and not plain
    return Settings(
        world=world,
        config_path=given.get("config"),
        format=given.get("format", "text"),
        verbosity=-1 if given.get("quiet") else int(given.get("verbose", 0)) + (2 if given.get("debug") else 0),
        debug=bool(given.get("debug")),
        color=wide,
        terminal=terminal and not plain,
        interactive=sys.stdin.isatty() and terminal,
        width=_width(environ),
    )


def _width(environ: Mapping[str, str]) -> int:
    """Of the terminal that stdout is, `COLUMNS` coming first; a pipe gets a fixed width, so that output compares."""
    if (columns := environ.get("COLUMNS", "")).isdigit() and int(columns) > 0:
        return max(40, int(columns))
    return max(40, shutil.get_terminal_size((PIPE_WIDTH, 24)).columns) if sys.stdout.isatty() else PIPE_WIDTH


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value and param.name:
        given = ctx.meta.setdefault(GIVEN, {})
        given[param.name] = given.get(param.name, 0) + value if param.name == "verbose" else value


def global_options() -> list[click.Parameter]:
    """The options that are taken before and after the verb alike."""
    shared: dict[str, Any] = {"expose_value": False, "callback": _keep}
    return [
        click.Option(
            ["-c", "--config"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="The configuration; listsync.yaml if not given.",
            **shared,
        ),
        click.Option(["--format"], type=click.Choice(FORMATS), help="Of the document on stdout.", **shared),
        click.Option(["-q", "--quiet"], is_flag=True, help="Only the document and errors.", **shared),
        click.Option(["-v", "--verbose"], count=True, help="Tell more on stderr; twice for everything.", **shared),
        click.Option(["--debug"], is_flag=True, help="Everything, with tracebacks.", **shared),
        click.Option(["--no-color"], is_flag=True, help="No colours; so does NO_COLOR.", **shared),
    ]


class _WithSettings(click.Command):
    """Takes the global options too, and is called with `Settings` as its first argument."""

    formats: tuple[str, ...]

    def __init__(self, *args: Any, formats: Sequence[str] = ("text", "json"), **more: Any) -> None:
        more.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(*args, **more)
        self.formats = tuple(formats)
        self.params = [*self.params, *global_options()]

    def invoke(self, ctx: click.Context) -> Any:
        """Make the settings and call the verb."""
        settings = make_settings(ctx.meta.get(GIVEN, {}), ctx.find_object(World) or World())
        if settings.format not in self.formats:
            offered = " or ".join(filter(None, [", ".join(self.formats[:-1]), self.formats[-1]]))
            raise UsageProblem(f"`{ctx.command_path}` writes {offered}, not {settings.format}")
        ctx.obj = settings
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The verb's own options, then the global ones on one line: `listsync --help` explains them."""
        own = [param for param in self.get_params(ctx) if param.name not in _GLOBAL]
        rows = [row for param in own if (row := param.get_help_record(ctx))]
        with formatter.section("Options"):
            formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)
        formatter.write_paragraph()
        formats = f" ({', '.join(self.formats)})"
        formatter.write_text(f"Global options: --config, --format{formats}, --no-color, --quiet, --verbose, --debug.")


class Verb(_WithSettings):
    """A command of listsync."""


class VerbGroup(_WithSettings, click.Group):
    """A command of listsync that has commands of its own."""


_GLOBAL = frozenset(param.name for param in global_options())


@contextmanager
def stopping_at_signals(stop: threading.Event, say: Callable[[str], None]) -> Iterator[list[int]]:
    """While it lasts, the first SIGINT or SIGTERM sets `stop` and a second one interrupts at once.

    Yields the list of signals that came. Outside of the main thread, where Python allows no handlers, it does nothing.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield came
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        stop.set()
        if len(came) > 1:
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated
        say("Stopping after the request under way; once more to stop at once.")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
