"""From settings to an open session: configuration, log, progress, and another key where the server refused one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from reconciler.commands.frame import Settings
from reconciler.words import clean

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from reconciler.commands.render.page import View
    from reconciler.config import Loaded
    from reconciler.config.stored import AskPassphrase
    from reconciler.progress import Progress
    from reconciler.session import Session, Tools

Value = TypeVar("Value")
KEY_TRIES = 3


def remark(settings: Settings, text: str, *, least: int = 0) -> None:
    """Something beside the document, on stderr; silent below that verbosity."""
    if settings.verbosity >= least:
        click.echo(settings.world.redactor(text), err=True)


def load_config(settings: Settings) -> "Loaded":
    """The configuration, its warnings told. Raises ConfigErrors with everything that is wrong with it."""
    loaded = read_config(settings)
    for warning in loaded.warnings:
        remark(settings, f"warning: {warning}")
    return loaded


def read_config(settings: Settings) -> "Loaded":
    """The configuration, nothing told. Raises ConfigErrors."""
    loaded = applied_from_git(settings) if settings.config_path is None else None
    return loaded or load_file(settings, config_path(settings))


def config_path(settings: Settings) -> Path | None:
    """Where the configuration lies; None: in the environment alone."""
    from reconciler.config import find_config

    return find_config(settings.config_path, settings.world.environ, Path.cwd())


def load_file(
    settings: Settings,
    path: Path | None,
    references: Literal["needed", "tolerated"] = "needed",
    *,
    home: Path | None = None,
) -> "Loaded":
    """The configuration of a file, or of the environment; `tolerated`: values from outside may be missing. `home` is
    what the ledger's place is relative to, unless it is the file's folder. Raises ConfigErrors."""
    from reconciler.config import References, load

    world = settings.world
    return load(
        path,
        world.environ,
        clock=world.clock,
        redactor=world.redactor,
        ask_passphrase=passphrase_asker(settings),
        references=References(references),
        home=home,
    )


def passphrase_asker(settings: Settings) -> "AskPassphrase | None":
    """Asks on the terminal; None: there is nobody to ask. What was typed is remembered, for a loop that reads its
    configuration again and again."""
    if not settings.interactive:
        return None

    def ask(path: Path) -> str | None:
        typed = settings.world.typed
        if path not in typed:
            typed[path] = click.prompt(
                f"Passphrase of {path} (Enter to give up)", default="", show_default=False, hide_input=True, err=True
            ).strip()
            settings.world.redactor.add(typed[path])
        return typed[path] or None

    return ask


def applied_from_git(settings: Settings, references: Literal["needed", "tolerated"] = "needed") -> "Loaded | None":
    """What a running loop follows, where LISTSYNC_GIT says that there is one; None: it has not come to that yet."""
    if not settings.world.environ.get("LISTSYNC_GIT"):
        return None
    from reconciler.gitsource import load_applied, place_of

    place, home = place_of(settings.world.environ, settings.world.redactor), Path.cwd()
    if place is None:
        return None
    return load_applied(place, home, lambda path: load_file(settings, path, references, home=home))


def with_session(
    settings: Settings, verb: str, work: "Callable[[Session], Value]", *, ledger: Literal["write", "read"] = "read"
) -> Value:
    """Open everything, do the work, close everything. On a terminal a refused key may be typed anew."""
    from providers.servers.errors import KeyRefused
    from reconciler.session import open_session

    loaded = load_config(settings)
    world = settings.world
    with opened_tools(settings, loaded) as tools, _naming_the_key(loaded):
        run = run_id(world.clock(), world.random)
        tools.log.debug("Starting", verb=verb, run=run, config=str(loaded.path or "environment"))
        for _ in range(KEY_TRIES if settings.interactive else 0):
            try:
                with open_session(loaded, tools=tools, run=run, ledger=ledger) as session:
                    return work(session)
            except KeyRefused as refused:
                loaded = _with_typed_key(settings, loaded, refused)
        with open_session(loaded, tools=tools, run=run, ledger=ledger) as session:
            return work(session)


@contextmanager
def _naming_the_key(loaded: "Loaded") -> Iterator[None]:
    """A refused key is said to be wrong where it stands."""
    from providers.servers.errors import KeyRefused

    try:
        yield
    except KeyRefused as refused:
        refused.remedy = f"{refused.remedy}. It is read from {_key_place(loaded)}"
        raise


def _key_place(loaded: "Loaded") -> str:
    return f"`server.api_key` in {loaded.name}, or what that refers to" if loaded.path else "OVERSEERR_API_KEY"


def _with_typed_key(settings: Settings, loaded: "Loaded", refused: Exception) -> "Loaded":
    """The configuration with a key for this run. No key typed: the refusal stands."""
    from pydantic import SecretStr

    click.echo(f"{settings.world.redactor(clean(str(refused)))}", err=True)
    typed = click.prompt(
        "API key for this run (Enter to give up)", default="", show_default=False, hide_input=True, err=True
    ).strip()
    if not typed:
        raise refused
    settings.world.redactor.add(typed)
    click.echo(f"Used for this run only; to keep it, put it in {_key_place(loaded)}.", err=True)
    server = loaded.config.server.model_copy(update={"api_key": SecretStr(typed)})
    return replace(loaded, config=loaded.config.model_copy(update={"server": server}))


@contextmanager
def opened_tools(settings: Settings, loaded: "Loaded") -> "Iterator[Tools]":
    """Time, chance, log and progress for one command."""
    from reconciler.frugal import be_frugal
    from reconciler.log import opened_log
    from reconciler.session import Tools

    be_frugal()
    world = settings.world
    with opened_log(log_settings(settings, loaded)) as log:
        yield Tools(
            log=log,
            clock=world.clock,
            sleep=world.sleep,
            random=world.random,
            progress=make_progress(settings, log),
            stop=world.stop,
        )


def log_settings(settings: Settings, loaded: "Loaded") -> Any:
    """How the log is written, by configuration and options."""
    from reconciler.log import LogSettings

    config = loaded.config.log
    return LogSettings(
        level=config.level.value,
        form=config.format.value,
        verbosity=settings.verbosity,
        terminal=settings.terminal,
        color=settings.color,
        file=loaded.base_dir / config.file if config.file else None,
        redact=settings.world.redactor,
    )


def make_progress(settings: Settings, log: "FilteringBoundLogger") -> "Progress":
    """Bars on a terminal; lines in a pipe, when more is wanted; nothing when less is."""
    from reconciler.progress import SILENT, Bars, Lines

    if settings.verbosity < 0:
        return SILENT
    if settings.terminal:
        from rich.console import Console

        return Bars(Console(stderr=True, no_color=not settings.color, highlight=False, markup=False, emoji=False))
    return Lines(log.info) if settings.verbosity > 0 else SILENT


def run_id(now: datetime, random: Random) -> str:
    """`20260730-140502-3fa9c1`: sorts by time and is good to say aloud."""
    return f"{now:%Y%m%d-%H%M%S}-{random.getrandbits(24):06x}"


def view_of(settings: Settings, *, rows: int | None = 20, more: str = "") -> "View":
    """How a page is rendered for this invocation."""
    from reconciler.commands.render.page import View

    return View(width=settings.width, color=settings.color, rows=rows, more=more, now=settings.world.clock())


def show(settings: Settings, text: str) -> None:
    """The document, on stdout, every known secret taken out."""
    click.echo(settings.world.redactor(text), nl=False, color=settings.color)
