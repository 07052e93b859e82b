"""`listsync import`: move here from a ListSync 0.6."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ExitCode, ListsyncError, Refused

if TYPE_CHECKING:
    from reconciler.importing import Facts, Household, Written
    from schemas.source import Source

TITLES_SHOWN = 20


@click.command("import", cls=Verb, formats=("text",))
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--print", "printed", is_flag=True, help="Print the configuration, and do nothing else.")
@click.option(
    "--secrets",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the keys there, as NAME=VALUE, for its owner alone; without it they are shown nowhere.",
)
@click.option("--all-gone", is_flag=True, help="Believe it also when most titles are gone from the server.")
@click.pass_obj
def command(settings: Settings, *, folder: Path, printed: bool, secrets: Path | None, all_gone: bool) -> int:
    """Take over the lists, settings and titles of a ListSync 0.6, from its data FOLDER, which is only read.

    Writes listsync.yaml; one that exists is left as it is. Then looks at the server, and notes in the ledger which
    titles were requested once and deleted since, so that no list brings them back. Nothing is requested. May be
    repeated. Exits with 3 when the file was written, and the ledger could not be.
    """
    from reconciler.commands.opening import remark, show
    from reconciler.importing import read_household, write_config

    ask = _passphrase if settings.interactive else None
    old = read_household(folder, settings.world.environ, ask)
    written = write_config(old, _parse)
    for secret in written.secrets.values():
        settings.world.redactor.add(secret)
    if printed:
        show(settings, written.text)
    else:
        _write(settings, written)
    if secrets is not None:
        _write_secrets(secrets, written.secrets)
        remark(settings, f"{secrets} holds {', '.join(written.secrets) or 'nothing: no key was found'}")
        if written.secrets:
            remark(settings, "  → `listsync secrets set NAME` keeps one encrypted, for ${secret:NAME} in the file")
    for note in written.notes:
        remark(settings, f"note: {note}")
    if printed:
        return ExitCode.DONE
    return _keep_facts(settings, old, written, None if not all_gone else len(old.titles))


def _parse(text: str) -> "Source":
    from providers.lists import registry

    return registry.parse_source(text)


def _passphrase(path: str) -> str:
    answer: str = click.prompt(
        f"Passphrase of {path} (Enter to go on without it)", default="", show_default=False, hide_input=True, err=True
    )
    return answer


def _target(settings: Settings) -> Path:
    return settings.config_path or Path("listsync.yaml")


def _write(settings: Settings, written: "Written") -> None:
    from reconciler.commands.opening import show

    path = _target(settings)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(written.text)
    except FileExistsError:
        show(settings, f"{path} exists and is left as it is; --print shows what would be written.\n")
    except OSError as error:
        raise ListsyncError(f"{path} cannot be written: {error.strerror or error}") from None
    else:
        show(settings, f"{path} is written, with {written.lists} lists.\n")


def _write_secrets(path: Path, secrets: Mapping[str, str]) -> None:
    """For its owner alone, from the first byte on."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in secrets.items())
    except FileExistsError:
        raise Refused(f"{path} exists and is left as it is", remedy="name another file") from None
    except OSError as error:
        raise ListsyncError(f"{path} cannot be written: {error.strerror or error}") from None


def _keep_facts(settings: Settings, old: "Household", written: "Written", most: int | None) -> int:
    """The server is asked with the keys that were found, where the environment has none."""
    from providers.servers import ServerError
    from reconciler.commands.opening import remark, show, with_session
    from reconciler.config import ConfigErrors
    from reconciler.importing import keep_facts

    environ = {**written.secrets, **settings.world.environ}
    within = replace(settings, world=replace(settings.world, environ=environ), interactive=False)
    is_4k = old.settings.get("overseerr_4k", "").strip().lower() == "true"
    try:
        facts = with_session(
            within,
            "import",
            lambda session: keep_facts(session, old.titles, is_4k=is_4k, most=most),
            ledger="write",
        )
    except (ServerError, ConfigErrors) as error:
        remark(settings, f"The ledger knows nothing of its titles yet: {error}")
        remark(settings, f"  → {error.remedy or 'set what is missing'}; then repeat this command")
        return ExitCode.PARTLY
    show(settings, facts_text(facts))
    if not facts.kept:
        remark(
            settings,
            "  → if this is the server of that ListSync and they were deleted on purpose, repeat with --all-gone;"
            " else check `server.url`, or let the lists request them again",
        )
        return ExitCode.PARTLY
    return ExitCode.DONE


def facts_text(facts: "Facts") -> str:
    """What the ledger knows now."""
    from reconciler.words import clean, count, joined

    lines = [f"{count(facts.there, 'title')} of its history {'is' if facts.there == 1 else 'are'} on the server."]
    if facts.known:
        lines.append(f"{count(facts.known, 'title')} the ledger knows already.")
    if facts.gone:
        names = joined([clean(name) for name in facts.gone], TITLES_SHOWN)
        stay = "stays gone" if len(facts.gone) == 1 else "stay gone"
        what = stay if facts.kept else "are gone from the server, too many to believe it unasked"
        lines.append(f"{count(len(facts.gone), 'title')} {what}: {names}.")
    if facts.kept:
        lines.append("Next: `listsync plan` shows what would be requested.")
    return "\n".join(lines) + "\n"
