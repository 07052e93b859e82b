"""All checks, one after the other. What fails hides nothing but what rests on it, and that is said."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.config import ConfigErrors
from reconciler.doctoring import here
from reconciler.doctoring.checks import checks_of, guarded
from reconciler.doctoring.lists import lists
from reconciler.doctoring.server import server
from reconciler.errors import ListsyncError
from reconciler.ledger import LedgerError, open_reader
from reconciler.redact import Redactor
from reconciler.session import Session, Tools, database_path
from schemas.doctor import Area, Check, Examination, Outcome

if TYPE_CHECKING:
    from reconciler.config import Loaded
    from reconciler.gitsource import GitPlace
    from reconciler.ledger import Ledger

NOWHERE = Path(__file__) / "ledger"
"""Below a file there is nothing: a ledger there is one in memory, which learns and forgets."""
GIT_PATIENCE = 15.0
"""Seconds for the question where a branch is."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the check-up is given."""

    environ: Mapping[str, str] = field(repr=False)
    redactor: Redactor = field(repr=False)
    workdir: Path
    lists: tuple[str, ...] = ()
    """Those that are asked for; none: all."""


def examine(loaded: "Loaded", tools: Tools, given: Circumstances) -> Examination:
    """Look at everything. Sends nothing that changes anything, and writes nothing."""
    with _opened(loaded, tools) as (session, ledger):
        checks = [*here.valid_configuration(loaded), *_all(loaded, session, ledger, given)]
    return _examination(checks, tools.clock(), given)


def examine_without(errors: ConfigErrors, now: datetime, given: Circumstances) -> Examination:
    """What can be said where the configuration cannot be used."""
    checks = list(here.wrong_configuration(errors))
    for area in list(Area)[1:-1]:
        _, _, _, skipped = checks_of(area)
        checks.append(skipped(area.value, "the configuration is not valid"))
    checks += guarded(Area.LOOP, "git", lambda: _git(given))
    return _examination(checks, now, given)


def _examination(checks: Sequence[Check], now: datetime, given: Circumstances) -> Examination:
    return Examination(
        at=now,
        healthy=not any(check.outcome is Outcome.PROBLEM for check in checks),
        checks=tuple(_redacted(check, given.redactor) for check in checks),
    )


def _redacted(check: Check, redactor: Redactor) -> Check:
    return check.model_copy(update={"message": redactor(check.message), "remedy": redactor(check.remedy)})


def _all(loaded: "Loaded", session: Session, ledger: "Ledger | LedgerError", given: Circumstances) -> Iterator[Check]:
    path, names = database_path(loaded), given.lists or tuple(loaded.config.lists)
    opened = ledger if not isinstance(ledger, LedgerError) else None
    home = given.workdir if given.environ.get("LISTSYNC_GIT") else loaded.base_dir
    looks: tuple[tuple[Area, str, Callable[[], Iterator[Check]]], ...] = (
        (Area.CONFIGURATION, "secrets", lambda: here.secrets(loaded, given.environ, home, given.redactor)),
        (Area.LEDGER, "folder", lambda: here.folder(path)),
        (Area.LEDGER, "ledger", lambda: here.ledger(path, ledger, loaded.config.server.name)),
        (Area.SERVER, "server", lambda: server(session, _fingerprint(opened))),
        (Area.LISTS, "lists", lambda: lists(session, names, opened)),
        (Area.BROWSER, "Chromium", lambda: here.browser(loaded, given.environ)),
        (Area.NOTIFICATIONS, "notifications", lambda: here.notifications(loaded)),
        (Area.LOOP, "run.http", lambda: here.loop(loaded, given.environ)),
        (Area.LOOP, "git", lambda: _git(given)),
    )
    for area, subject, look in looks:
        yield from guarded(area, subject, look)


def _fingerprint(ledger: "Ledger | None") -> str | None:
    try:
        return ledger.server_fingerprint() if ledger is not None else None
    except LedgerError:
        return None


@contextmanager
def _opened(loaded: "Loaded", tools: Tools) -> "Iterator[tuple[Session, Ledger | LedgerError]]":
    """A session that keeps nothing of what it learns, and the ledger beside it, for looking."""
    name = loaded.config.server.name
    with ExitStack() as stack:
        ledger: Ledger | LedgerError
        try:
            ledger = stack.enter_context(open_reader(database_path(loaded), server=name, clock=tools.clock))
        except LedgerError as error:
            ledger = error
        forgetful = stack.enter_context(open_reader(NOWHERE, server=name, clock=tools.clock))
        session = Session(loaded, tools, "doctor", forgetful)
        stack.callback(session.close)
        yield session, ledger


def _git(given: Circumstances) -> Iterator[Check]:
    """Where LISTSYNC_GIT says that the configuration is followed."""
    from reconciler.gitsource.place import place_of

    ok, _, problem, _ = checks_of(Area.LOOP)
    try:
        place = place_of(given.environ, given.redactor)
        if place is not None:
            yield ok("git", f"{place} is at {_head(place, given)[:10]}")
    except ListsyncError as error:
        yield problem("git", error.message, error.remedy)


def _head(place: "GitPlace", given: Circumstances) -> str:
    from reconciler.gitsource.place import FOLDER
    from reconciler.gitsource.remote import Remote

    return Remote(place, given.workdir / FOLDER, given.redactor, patience=GIT_PATIENCE).head()
