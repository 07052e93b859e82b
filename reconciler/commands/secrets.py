"""`listsync secrets`: values for `${secret:name}`, kept encrypted beside the ledger."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.commands.frame import Settings, Verb, VerbGroup
from reconciler.errors import ListsyncError, UsageProblem

if TYPE_CHECKING:
    from reconciler.secretstore import SecretsDocument

SHORTEST_PASSPHRASE = 8
Source = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.group("secrets", cls=VerbGroup, formats=("text",))
def command() -> None:
    """Keep values for `${secret:name}` in listsync.yaml, encrypted, beside the ledger.

    A passphrase opens them: LISTSYNC_SECRETS_KEY, or the file that LISTSYNC_SECRETS_KEY_FILE names, or what is typed
    on a terminal. No command shows a value.
    """


@command.command(
    "set",
    cls=Verb,
    formats=("text",),
    context_settings={"allow_extra_args": True, "help_option_names": ["-h", "--help"]},
)
@click.argument("name", metavar="NAME")
@click.option("--from-file", "source", type=Source, metavar="FILE", help="Read the value from there; - is stdin.")
@click.pass_context
def set_(ctx: click.Context, *, name: str, source: Path | None) -> None:
    """Keep a value under NAME, or another value.

    It is typed unseen, or read from stdin or a file, without the line end at its end. The first one makes the store,
    and its passphrase.
    """
    from reconciler.secretstore import put, read, unlock

    settings: Settings = ctx.obj
    if ctx.args:  # click itself would repeat what is one word too many
        raise UsageProblem(
            "a value is not taken from the command line: there it stays in the shell's history",
            remedy=f"`listsync secrets set {_checked(name)}` asks for it, or reads it from stdin",
        )
    path = store(settings)
    document = read(path)
    _checked(name)
    if document is None:
        passphrase = _long_enough(_given(settings) or _typed_twice(settings, path))
    else:
        passphrase = _passphrase(settings, path)
        unlock(path, document, passphrase)
    value = _value(settings, name, source)
    put(path, passphrase, name, value, settings.world.clock())
    done = "Replaced" if document is not None and name in document.secrets else "Kept"
    click.echo(f"{done} {name} in {path}. listsync.yaml gets it as ${{secret:{name}}}.")


@command.command("list", cls=Verb, formats=("text",))
@click.pass_obj
def list_(settings: Settings) -> None:
    """Show the names that are kept, and when each was set. Values stay closed, and no passphrase is needed."""
    from reconciler.secretstore import read
    from reconciler.words import count, moment

    path = store(settings)
    document = read(path)
    if document is None:
        click.echo(f"There is no {path} yet: `listsync secrets set NAME` makes one.", err=True)
        return
    widest = max(map(len, document.secrets), default=0)
    for name, kept in document.secrets.items():
        click.echo(f"{name:<{widest}}  set {moment(kept.set_at)}")
    if settings.verbosity >= 0:
        click.echo(f"{count(len(document.secrets), 'value')} in {path}", err=True)


@command.command("remove", cls=Verb, formats=("text",))
@click.argument("name", metavar="NAME")
@click.pass_obj
def remove(settings: Settings, *, name: str) -> None:
    """Forget a value."""
    from reconciler.secretstore import drop, read

    path = store(settings)
    if not drop(path, name):
        raise ListsyncError(f"{path} holds no {name!r}", remedy=_known(read(path), name))
    click.echo(f"Removed {name} from {path}.")


@command.command("rekey", cls=Verb, formats=("text",))
@click.option("--new-key-file", "source", type=Source, metavar="FILE", help="Read the new passphrase from there.")
@click.pass_obj
def rekey(settings: Settings, *, source: Path | None) -> None:
    """Give the store another passphrase. Every value is sealed anew, or none.

    The present passphrase comes from where it always comes from; the new one is typed twice, or read from a file.
    """
    from reconciler.secretstore import SecretsError, read, unlock
    from reconciler.secretstore import rekey as seal_anew
    from reconciler.words import count

    path = store(settings)
    document = read(path)
    if document is None:
        raise SecretsError(f"there is no encrypted store {path}", remedy="`listsync secrets set NAME` makes one")
    old = _passphrase(settings, path)
    unlock(path, document, old)
    if source is None and not settings.interactive:
        raise UsageProblem("there is nobody to type a new passphrase", remedy="name a file with --new-key-file")
    new = _long_enough(_read(source).strip() if source is not None else _typed_twice(settings, path))
    settings.world.redactor.add(new)
    number = seal_anew(path, old, new)
    click.echo(f"{path} has a new passphrase; {count(number, 'value')} sealed anew.")
    click.echo("Give it to every listsync that uses this store; copies of the file keep the old one.", err=True)


def store(settings: Settings) -> Path:
    """Where the values of this configuration lie, be it valid or not. Raises ConfigErrors, ListsyncError."""
    from reconciler.commands.opening import applied_from_git
    from reconciler.config import find_store
    from reconciler.config.stored import beside
    from reconciler.session import database_path

    followed = applied_from_git(settings, "tolerated") if settings.config_path is None else None
    if followed is not None:
        return beside(database_path(followed))
    world = settings.world
    path = find_store(_file(settings), world.environ, world.redactor)
    if path is None:
        raise ListsyncError(
            "`state.database` does not say where the ledger is, beside which values are kept",
            remedy="set the variable that it refers to, or write the path as it is",
        )
    return path


def _file(settings: Settings) -> Path | None:
    """What is configured here; None: nothing, or what is followed in git, whose places are relative to this folder."""
    from reconciler.commands.opening import config_path

    followed = settings.config_path is None and settings.world.environ.get("LISTSYNC_GIT")
    return None if followed else config_path(settings)


def _checked(name: str) -> str:
    """A name, if it is one. What is none may be a value, so it is not repeated."""
    from reconciler.secretstore import NAME

    if NAME.fullmatch(name) is None:
        raise UsageProblem(
            "a name is made of letters, digits, -, _ and ., a hundred at most",
            remedy="the value comes later: it is asked for, or read from stdin",
        )
    return name


def _known(document: "SecretsDocument | None", name: str) -> str:
    from schemas.config import did_you_mean

    known = tuple(document.secrets) if document is not None else ()
    return did_you_mean(name, known) or f"it holds {', '.join(known) or 'nothing'}"


def _given(settings: Settings) -> str | None:
    from reconciler.config.references import Missing
    from reconciler.config.stored import passphrase_of
    from reconciler.secretstore import SecretsError

    world, path = settings.world, _file(settings)
    try:
        return passphrase_of(world.environ, path.parent if path is not None else Path.cwd(), world.redactor)
    except Missing as missing:
        raise SecretsError(str(missing), remedy=missing.hint) from None


def _passphrase(settings: Settings, path: Path) -> str:
    from reconciler.commands.opening import passphrase_asker

    ask = passphrase_asker(settings)
    return _needed(_given(settings) or (ask(path) if ask is not None else None), path)


def _needed(passphrase: str | None, path: Path) -> str:
    from reconciler.config.stored import HOW_TO_OPEN
    from reconciler.secretstore import SecretsError

    if not passphrase:
        raise SecretsError(f"no passphrase is given for {path}", remedy=HOW_TO_OPEN)
    return passphrase


def _typed_twice(settings: Settings, path: Path) -> str:
    if not settings.interactive:
        return _needed(None, path)
    typed: str = click.prompt(f"New passphrase for {path}", hide_input=True, confirmation_prompt=True, err=True)
    settings.world.redactor.add(typed)
    return typed.strip()


def _long_enough(passphrase: str) -> str:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ListsyncError(
            f"a passphrase of fewer than {SHORTEST_PASSPHRASE} characters is soon guessed",
            remedy="take a longer one; some words in a row are easy to type",
        )
    return passphrase


def _value(settings: Settings, name: str, source: Path | None) -> str:
    """Read or typed. One that is too short to be kept out of logs is none that should be relied on."""
    from reconciler.redact import SHORTEST

    if source is None and settings.interactive:
        value: str = click.prompt(f"Value of {name}", hide_input=True, err=True)
    else:
        value = _read(source if source is not None else Path("-"))
    settings.world.redactor.add(value)
    if len(value.strip()) < SHORTEST:
        raise ListsyncError(
            f"the value of {name} has fewer than {SHORTEST} characters" if value.strip() else "no value came",
            remedy="shorter ones cannot be kept out of logs" if value.strip() else "type it, or hand it in on stdin",
        )
    return value


def _read(source: Path) -> str:
    from reconciler.config.references import Missing, read_secret_file, secret_text

    try:
        if str(source) != "-":
            return read_secret_file(source)
        return secret_text(sys.stdin.buffer, "stdin")
    except Missing as missing:
        raise ListsyncError(str(missing), remedy=missing.hint) from None
