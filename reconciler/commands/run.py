"""`listsync run`: keep the server as declared, for years."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ExitCode, ListsyncError

if TYPE_CHECKING:
    from reconciler.config import Loaded
    from reconciler.loop.errand import CarryOut
    from reconciler.loop.loop import Loop
    from reconciler.loop.source import ConfigSource, Reading
    from reconciler.loop.tick import Observer
    from reconciler.loop.wakeups import Wakeups
    from reconciler.session import Tools

WHEN_STOPPED, WHEN_ONCE = 2.0, 30.0
"""Seconds for messages that are still to be sent at the end: whoever stops a loop waits; after a single pass there is
no later."""


@click.command("run", cls=Verb, formats=("text",))
@click.option("--once", is_flag=True, help="One pass, and the exit code of its result.")
@click.option("--git", "url", metavar="URL", help="Take the configuration from this repository, and follow it.")
@click.option("--ref", metavar="REF", help="Branch or tag to follow; the repository's own HEAD if not given.")
@click.option("--path", metavar="PATH", help="The file in the repository; listsync.yaml if not given.")
@click.option("--poll", metavar="TIME", help="Look for new commits so often; 5m if not given.")
@click.pass_obj
def command(
    settings: Settings, *, once: bool, url: str | None, ref: str | None, path: str | None, poll: str | None
) -> int:
    """Keep the server as declared: fetch lists when they are due, request what is to be requested, and go on.

    Follows changes of the configuration; one that is not valid is told and passed over. SIGTERM and Ctrl-C end it after
    the request under way. SIGHUP makes it read its configuration and pass at once; `listsync reconcile` has lists
    fetched as well that are not due.
    """
    from reconciler.frugal import be_frugal, without_rich
    from reconciler.loop.signals import heeding_signals
    from reconciler.loop.wakeups import Wakeups

    if not settings.terminal:
        without_rich()
    source = _source(settings, url, ref, path, poll)
    with Wakeups() as wakeups, heeding_signals(wakeups, settings.world.stop, lambda text: _say(settings, text)):
        first = source.read(settings.world.clock())
        if first.loaded is None and first.error is not None and not _may_yet_come(source):
            raise first.error
        once = once or (first.loaded is not None and first.loaded.config.run.once)
        be_frugal()
        with _loop(settings, source, first, wakeups, once=once) as loop:
            return _once(settings, loop) if once else loop.run()


def _source(settings: Settings, url: str | None, ref: str | None, path: str | None, poll: str | None) -> "ConfigSource":
    from reconciler.commands.opening import config_path, load_file
    from reconciler.gitsource.place import place_of

    place = place_of(settings.world.environ, settings.world.redactor, url=url, ref=ref, path=path, poll=poll)
    if place is None:
        from reconciler.loop.source import FileSource

        return FileSource(lambda: config_path(settings), lambda file: load_file(settings, file))
    from reconciler.gitsource import GitSource

    home = Path.cwd()
    return GitSource(place, home, lambda file: load_file(settings, file, home=home), settings.world.redactor)


def _may_yet_come(source: "ConfigSource") -> bool:
    """Whether a valid configuration may still come by itself: from git it does, a file is for who starts us."""
    from reconciler.loop.source import FileSource

    return not isinstance(source, FileSource)


@contextmanager
def _loop(
    settings: Settings, source: "ConfigSource", first: "Reading", wakeups: "Wakeups", *, once: bool
) -> "Iterator[Loop]":
    """The loop with everything around it, closed in order at its end."""
    from reconciler.loop.heartbeat import VARIABLE, Pulse, beside
    from reconciler.loop.loop import Loop
    from reconciler.loop.owning import who
    from reconciler.session import database_path

    world = settings.world
    with ExitStack() as stack:
        signs = None
        named = world.environ.get(VARIABLE, "").strip()
        if not once:
            signs = stack.enter_context(Pulse(who(world.clock()), *([Path(named)] if named else [])))
        carry_out = _passes(settings, first.loaded, once=once)
        beat = Path(named) if named else beside(database_path(first.loaded)) if first.loaded is not None else None
        patience = WHEN_ONCE if once else WHEN_STOPPED
        observer = stack.enter_context(_watched(settings, first.loaded, beat, patience))
        loop = Loop(
            source,
            lambda loaded: loop_tools(settings, loaded),
            wakeups,
            clock=world.clock,
            random=world.random,
            observers=(observer,),
            signs=signs,
            carry_out=carry_out,
        )
        stack.callback(loop.close)
        yield loop


def _passes(settings: Settings, loaded: "Loaded | None", *, once: bool) -> "CarryOut | None":
    """How passes are made, once the ledger was read whole: in a process of their own each, but for a single one.
    Raises ListsyncError, with the way back."""
    from reconciler.commands.opening import log_settings

    if once:
        from reconciler.safekeeping import check_ledger

        if loaded is not None:
            check_ledger(loaded)
        return None
    from reconciler.loop.apart import Apart

    apart = Apart(lambda loaded: log_settings(settings, loaded), settings.world.stop)
    if loaded is not None:
        apart.check(loaded)
    return apart.carry_out


def _once(settings: Settings, loop: "Loop") -> int:
    from reconciler.commands.apply import present
    from reconciler.reporting import exit_code

    tick = loop.tick()
    if loop.failure is not None:
        raise loop.failure
    if tick.report is not None:
        present(settings, tick.report, rows=20)
        return tick.report.exit_code
    if tick.plan is None:
        return ExitCode.TERMINATED
    held = any(one.proposed is not None for one in tick.plan.held)
    if held and not tick.plan.actions and not tick.plan.deferred:
        raise ListsyncError("everything there is to do is held", remedy="`listsync plan` shows each hold")
    return exit_code(tick.plan, ())


@contextmanager
def loop_tools(settings: Settings, loaded: "Loaded | None") -> "Iterator[Tools]":
    """What one tick works with: the log as the configuration in effect wants it, and no bars."""
    from reconciler.commands.opening import log_settings
    from reconciler.log import LogSettings, opened_log
    from reconciler.session import Tools

    world = settings.world
    if loaded is not None:
        wanted = log_settings(settings, loaded)
    else:
        wanted = LogSettings(terminal=settings.terminal, color=settings.color, redact=world.redactor)
    if settings.terminal and settings.verbosity == 0 and wanted.level == "info":
        wanted = replace(wanted, verbosity=1)  # who starts a loop on a terminal wants to see it work
    with opened_log(wanted) as log:
        yield Tools(log=log, clock=world.clock, sleep=world.sleep, random=world.random, stop=world.stop)


@contextmanager
def _watched(
    settings: Settings, loaded: "Loaded | None", heartbeat: Path | None, patience: float
) -> "Iterator[Observer]":
    """Metrics, page and notifications."""
    from reconciler.watch import watching

    world = settings.world
    with (
        loop_tools(settings, loaded) as tools,
        watching(
            loaded,
            log=tools.log,
            clock=world.clock,
            redact=world.redactor,
            heartbeat=heartbeat or Path("listsync.heartbeat"),
            environ=world.environ,
            patience=patience,
        ) as observer,
    ):
        yield observer


def _say(settings: Settings, text: str) -> None:
    from reconciler.commands.opening import remark

    remark(settings, text)
