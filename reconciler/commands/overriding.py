"""What `match`, `allow` and `deny` have in common: a title is named, listsync.yaml is edited, and both are told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from reconciler.commands.frame import Settings
from reconciler.commands.moments import Moment
from reconciler.errors import ListsyncError, UsageProblem

if TYPE_CHECKING:
    from reconciler.config import Loaded
    from reconciler.config.editing import Wish
    from reconciler.session import Session
    from schemas.media import Key

Value = TypeVar("Value")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
CHECK_PATIENCE = timedelta(seconds=3)
"""For a server that is only asked whether it knows a title."""


def entry_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of all three verbs."""
    options: list[Decorator] = [
        click.option("--why", metavar="TEXT", help="Your reason, shown wherever the entry decides something."),
        click.option("--until", type=Moment(), metavar="DAY", help="When it ends: 2026-12-24, or 30d from now."),
        click.option("--print", "only_print", is_flag=True, help="Show the lines, and write nothing."),
        click.option("--remove", is_flag=True, help="Take the entry out again."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One of these commands, as typed."""

    section: Literal["match", "deny", "allow"]
    item: str = ""
    """The item of a match."""
    title: str
    """What names the title: a key, an address, an IMDb id, a title."""
    why: str | None = None
    until: datetime | timedelta | None = None
    only_print: bool = False
    remove: bool = False


class Editor:
    """The configuration of one command, and the ways in which it may be looked at and changed."""

    def __init__(self, settings: Settings) -> None:
        from reconciler.config import ConfigErrors, References

        self._settings = settings
        self.online = True
        """Whether all is there that a server needs: secrets may be missing where a file is edited."""
        try:
            self.loaded = self._load(References.NEEDED)
        except ConfigErrors:
            self.loaded = self._load(References.TOLERATED)
            self.online = False

    def put(self, wish: "Wish") -> bool:
        """Write an entry. False: it stands there already, word for word. Raises NotEditable, ConfigErrors."""
        from reconciler.config.editing import with_wish

        edit = with_wish(self.path(wish), wish, self._check)
        edit.write()
        return edit.changes

    def take(self, wish: "Wish") -> bool:
        """Take an entry out. False: there was none. Raises NotEditable, ConfigErrors."""
        from reconciler.config.editing import without_wish

        edit = without_wish(self.path(), wish, self._check)
        edit.write()
        return edit.changes

    def path(self, wish: "Wish | None" = None) -> Path:
        """The file. Raises NotEditable where the environment alone is the configuration."""
        from reconciler.config.editing import lines_of
        from reconciler.config.files import NotEditable

        if self.loaded.path is None:
            raise NotEditable(
                "there is no listsync.yaml to write to: the configuration comes from the environment alone",
                remedy="`listsync init` writes a first file, into which these lines belong",
                lines=lines_of(wish) if wish is not None else (),
            )
        return self.loaded.path

    def look(self, work: "Callable[[Session], Value]") -> Value:
        """Do something with a session that reads. Raises what it raises."""
        from reconciler.commands.opening import with_session

        return with_session(self._settings, "look", work)

    def glance(self, work: "Callable[[Session], Value]") -> Value:
        """The same, without patience: nobody is asked for a key, and a server that does not answer is not waited
        for."""
        from reconciler.commands.opening import opened_tools, run_id
        from reconciler.session import open_session

        hasty = self.loaded.config.server.model_copy(update={"timeout": CHECK_PATIENCE})
        loaded = replace(self.loaded, config=self.loaded.config.model_copy(update={"server": hasty}))
        world = self._settings.world
        with opened_tools(self._settings, loaded) as tools:
            tools = replace(tools, sleep=lambda _: None)
            with open_session(loaded, tools=tools, run=run_id(world.clock(), world.random), ledger="read") as session:
                return work(session)

    def day(self, moment: datetime | timedelta | None) -> date | None:
        """The day that an end is: entries end with the start of a day. Raises UsageProblem for one that is over."""
        if moment is None:
            return None
        zone = self.loaded.config.zone
        now = self._settings.world.clock().astimezone(zone)
        wanted = (now + moment).date() if isinstance(moment, timedelta) else moment.date()
        if wanted <= now.date():
            raise UsageProblem(f"--until {wanted} is over", remedy="name a day to come, or leave it out")
        return wanted

    def _load(self, references: Any, content: bytes | None = None) -> "Loaded":
        from reconciler.commands.opening import config_path, passphrase_asker
        from reconciler.config import load

        world = self._settings.world
        return load(
            config_path(self._settings),
            world.environ,
            clock=world.clock,
            redactor=world.redactor,
            ask_passphrase=passphrase_asker(self._settings),
            references=references,
            content=content,
        )

    def _check(self, content: bytes) -> None:
        from reconciler.config import ConfigErrors, References
        from reconciler.config.files import NotEditable

        try:
            self._load(References.TOLERATED, content)
        except ConfigErrors as error:
            raise NotEditable(
                f"{self.loaded.name} would not be valid with it, so nothing was written",
                remedy="what is there already comes first: change or remove that",
                lines=[str(problem) for problem in error.problems],
            ) from error


def override(settings: Settings, asked: Asked) -> None:
    """Do what one of the three verbs asks for, and say what was done and what comes next."""
    from reconciler.config.editing import Wish, lines_of

    if asked.remove and (asked.only_print or asked.why or asked.until):
        raise UsageProblem("--remove goes alone: it takes the whole entry out")
    editor = Editor(settings)
    if asked.section == "match" and asked.remove:
        wish = Wish(section="match", name=asked.item)
    else:
        key = named_key(settings, editor, asked)
        wish = Wish(
            section=asked.section,
            name=asked.item or str(key),
            to=key if asked.section == "match" else None,
            why=asked.why,
            until=editor.day(asked.until),
        )
    if asked.only_print:
        click.echo("\n".join(lines_of(wish)))
    elif asked.remove:
        _remove(editor, wish)
    else:
        _write(settings, editor, wish)


def named_key(settings: Settings, editor: Editor, asked: Asked) -> "Key":
    """The key that was meant. Raises UsageProblem for one that cannot be, NotSure, ServerError."""
    from reconciler.commands.opening import remark
    from reconciler.naming import NotSure, find_title, key_in
    from reconciler.words import titled

    key = key_in(asked.title, editor.loaded.config.server.url)
    if key is None:
        if not editor.online:
            raise NotSure(
                f"{asked.title!r} cannot be looked up: the configuration lacks values from outside",
                remedy="name the title by its key, like movie:tmdb:603",
            )
        found = editor.look(lambda session: find_title(session, asked.title))
        assert found.key is not None
        key = found.key
        remark(settings, f"{asked.title} is {titled(found.title or '', found.year)}, {key}")
    elif not asked.remove:
        _tell_title(settings, editor, key)
    if asked.section == "match" and key.is_4k:
        raise UsageProblem(f"{key} names a quality", remedy="leave @4k out: the quality is the list's `request.is_4k`")
    return key


def _tell_title(settings: Settings, editor: Editor, key: "Key") -> None:
    """Say what the server calls it, so that a wrong number is seen. One that TMDB does not know is refused; a server
    that cannot be asked is no reason not to edit a file."""
    from providers.servers.errors import ServerError
    from reconciler.commands.opening import remark
    from reconciler.naming import title_of

    why = "the configuration lacks values from outside"
    if editor.online:
        try:
            remark(settings, f"{key} is {editor.glance(lambda session: title_of(session, key))}.")
        except ServerError as error:
            why = str(error)
        else:
            return
    remark(settings, f"{key} was not looked up: {why}")


def _write(settings: Settings, editor: Editor, wish: "Wish") -> None:
    from reconciler.commands.opening import remark
    from reconciler.config.editing import lines_of
    from reconciler.naming import doubts_of, used_up

    if editor.put(wish):
        click.echo(f"Wrote to {editor.loaded.name}:")
        click.echo("\n".join(f"  {line}" for line in lines_of(wish)))
        remark(settings, "`listsync plan` shows what follows from it.")
        told = _known(editor, lambda session: doubts_of(session, wish))
    else:
        click.echo(f"{editor.loaded.name} says so already.")
        told = _known(editor, lambda session: doubts_of(session, wish) or used_up(session, wish))
    for doubt in told:
        remark(settings, f"note: {doubt}")


def _known(editor: Editor, ask: "Callable[[Session], tuple[str, ...]]") -> tuple[str, ...]:
    """What the ledger knows; one that cannot be read says nothing."""
    from reconciler.ledger.errors import LedgerError

    try:
        return editor.glance(ask)
    except LedgerError:
        return ()


def _remove(editor: Editor, wish: "Wish") -> None:
    import difflib

    overrides = getattr(editor.loaded.config.overrides, wish.section)
    known = [str(name) for name in overrides]
    if not editor.take(wish):
        near = difflib.get_close_matches(wish.name, known, n=1)
        raise ListsyncError(
            f"`overrides.{wish.section}` has no {wish.name}",
            remedy=f"did you mean {near[0]}?" if near else f"it has {', '.join(known) or 'no entry at all'}",
        )
    click.echo(f"Took {wish.name} out of `overrides.{wish.section}` in {editor.loaded.name}.")
