"""What can be said without asking anybody beyond this machine: folders, the ledger, the disk, the loop's address."""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.doctoring.checks import checks_of
from reconciler.errors import ListsyncError, Refused
from reconciler.ledger import LedgerError, LedgerReadOnly
from reconciler.redact import Redactor
from reconciler.session import database_path
from reconciler.words import count
from schemas.doctor import Area, Check

if TYPE_CHECKING:
    from reconciler.config import ConfigErrors, Loaded
    from reconciler.ledger import Ledger

FULL = 64 * 2**20
"""Bytes: with less, the next migration or backup may fail."""
NEARLY_FULL = 512 * 2**20


def valid_configuration(loaded: "Loaded") -> Iterator[Check]:
    """That it is valid, and what it warns of."""
    ok, warning, _, _ = checks_of(Area.CONFIGURATION)
    yield ok(loaded.name, f"valid, with {count(len(loaded.config.lists), 'list')}; revision {loaded.revision}")
    for one in loaded.warnings:
        yield warning(str(one.place), f"{one.path}: {one.message}" if one.path else one.message, one.hint)


def wrong_configuration(errors: "ConfigErrors") -> Iterator[Check]:
    """Everything that is wrong with it, each with its place."""
    _, _, problem, _ = checks_of(Area.CONFIGURATION)
    for one in errors.problems:
        yield problem(str(one.place), f"{one.path}: {one.message}" if one.path else one.message, one.hint)


def secrets(loaded: "Loaded", environ: Mapping[str, str], home: Path, redactor: Redactor) -> Iterator[Check]:
    """The encrypted store, where there is one: whether others may read it, and whether every value in it opens."""
    from reconciler.config.references import Missing
    from reconciler.config.stored import beside, passphrase_of
    from reconciler.secretstore import open_values, read, unlock

    ok, warning, problem, skipped = checks_of(Area.CONFIGURATION)
    path = beside(database_path(loaded))
    try:
        document = read(path)
        if document is None:
            return
        if path.stat().st_mode & 0o077:
            yield warning("secrets", f"{path} can be read by others than its owner", f"chmod 600 {path}")
        passphrase = passphrase_of(environ, home, redactor)
        if passphrase is None:
            yield skipped(
                "secrets", f"no passphrase is given for the {count(len(document.secrets), 'value')} in {path}"
            )
            return
        values = open_values(path, document, unlock(path, document, passphrase))
        yield ok("secrets", f"{count(len(values), 'value')} in {path}, opened and closed again")
    except Missing as missing:
        yield problem("secrets", str(missing), missing.hint)
    except ListsyncError as error:
        yield problem("secrets", error.message, error.remedy)


def folder(database: Path) -> Iterator[Check]:
    """Whether the ledger's folder can be written, or made; and the room on its disk."""
    ok, warning, problem, skipped = checks_of(Area.LEDGER)
    there = _nearest(database.parent)
    if not there.is_dir():
        yield problem("folder", f"{there} is a file, not a folder", "set `state.database` to a file in a folder")
        yield skipped("disk", "there is no such folder")
        return
    if os.access(there, os.W_OK | os.X_OK):
        made = "can be written" if there == database.parent else "is made when it is needed"
        yield ok("folder", f"{database.parent} {made}")
    else:
        yield problem(
            "folder",
            f"{there} cannot be written by {_who()}",
            "let the user who runs listsync write to it, or set `state.database` to another place",
        )
    free = shutil.disk_usage(there).free
    needed = 2 * _size(database)
    say = problem if free < FULL else warning if free < max(NEARLY_FULL, needed) else ok
    yield say("disk", f"{_room(free)} are free", "" if say is ok else "free some space on the disk of that folder")


def ledger(database: Path, opened: "Ledger | LedgerError", server: str) -> Iterator[Check]:
    """Whether it is whole, and of a schema that this version writes."""
    from reconciler.ledger.tables import HEAD

    ok, warning, problem, skipped = checks_of(Area.LEDGER)
    if isinstance(opened, LedgerReadOnly) and "schema" in opened.problem:
        yield warning(
            "ledger", f"{database} has an older schema", "the next plan or apply migrates it, after making a copy"
        )
        return
    if isinstance(opened, LedgerError):
        yield problem("ledger", opened.problem, opened.remedy)
        return
    if not _nearest(database.parent).is_dir():
        yield skipped("ledger", "there is no such folder")
        return
    if not database.exists():
        yield ok("ledger", f"there is none yet; the first plan or apply makes {database}")
        return
    try:
        opened.check()
        records, states = len(opened.records()), len(opened.list_headings())
    except LedgerError as error:
        yield problem("ledger", error.problem, error.remedy)
        return
    titles = f"{count(records, 'title')} of {count(states, 'list')} at {server!r}"
    yield ok("ledger", f"whole, schema {HEAD}, {_room(_size(database))}: {titles}")
    if not os.access(database, os.W_OK):
        yield problem("ledger", f"{database} cannot be written by {_who()}", LedgerReadOnly(database).remedy)


def browser(loaded: "Loaded", environ: Mapping[str, str]) -> Iterator[Check]:
    """Whether one is there for the lists that may come to need it."""
    from providers.browser.find import executable, missing
    from providers.lists import registry

    ok, warning, _, _ = checks_of(Area.BROWSER)
    sources = loaded.sources.items()
    may_need = [name for name, source in sources if registry.get(source.provider).capabilities.uses_browser]
    if not may_need:
        yield ok("Chromium", "no list here ever needs it")
        return
    if loaded.config.browser.mode.value == "off":
        yield ok("Chromium", "switched off by `browser.mode`")
        return
    what, how = missing(environ)
    if what:
        needing = f"{count(len(may_need), 'list')} may need it, where a JavaScript check stands before the pages"
        yield warning("Chromium", f"{what}; {needing}", f"{how}, or set `browser.mode: off`")
    else:
        yield ok("Chromium", f"{executable(environ)}, used only where plain HTTP meets a JavaScript check")


def notifications(loaded: "Loaded") -> Iterator[Check]:
    """Whether each receiver can be told at all. Nothing is sent."""
    from providers.notify import unavailable
    from reconciler.notifying import addressees

    ok, warning, _, _ = checks_of(Area.NOTIFICATIONS)
    for one in addressees(loaded.config):
        subject = f"notifications[{one.receiver.number - 1}].{one.receiver.kind}"
        if why := unavailable((one.receiver.kind,)):
            yield warning(subject, "nobody can be told this way", why)
        else:
            yield ok(subject, "well formed; `listsync notify test` sends a sample")


def loop(loaded: "Loaded", environ: Mapping[str, str]) -> Iterator[Check]:
    """Whether `listsync run` would serve its pages as it is told to."""
    from reconciler.watch.access import check_listening, is_loopback, parted

    ok, _, problem, _ = checks_of(Area.LOOP)
    run = loaded.config.run
    if run.http is None:
        return
    try:
        check_listening(run, environ)
    except Refused as refused:
        yield problem("run.http", refused.message, refused.remedy)
        return
    if run.token is not None:
        yield ok("run.http", f"{run.http}, behind `run.token`")
    elif is_loopback(parted(run.http)[0]):
        yield ok("run.http", f"{run.http}, for this machine alone")
    else:
        yield ok("run.http", f"{run.http}, in a container: whoever reaches the port that is published may look")


def _nearest(folder: Path) -> Path:
    """The folder, or whatever is there of the way to it."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _who() -> str:
    return f"user {os.getuid()}" if hasattr(os, "getuid") else "this user"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _room(size: int) -> str:
    return f"{size / 2**30:,.1f} GB" if size >= 2**30 else f"{size / 2**20:,.1f} MB"
