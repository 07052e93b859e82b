"""One pass as the loop wants it made: the ledger opened and closed, and everything that goes wrong a finding."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from providers.servers import ServerError
from reconciler.errors import ExitCode, ListsyncError
from reconciler.ledger import LedgerError
from reconciler.loop import keeping
from reconciler.loop.apart import lean
from reconciler.loop.conditions import list_statements, overlaid
from reconciler.loop.ending import Ending
from reconciler.loop.errand import Errand, Findings
from reconciler.loop.files import list_files, saved
from reconciler.loop.passing import (
    Passed,
    Stopping,
    Stopwatch,
    calls_for_a_tick,
    due_lists,
    next_due,
    pass_over,
    tools_that_stop,
    unfinished,
)
from reconciler.session import Session, Tools, open_session
from reconciler.standing import status
from schemas.events import Run
from schemas.fetch import ListState

LEAST = timedelta(seconds=30)
"""Between two ticks that nobody asked for."""
WHILE_LOCKED = timedelta(seconds=15)
"""Until the next try, while another process writes."""
EVENTS_SHOWN = 50


def carry_out(errand: Errand, tools: Tools) -> Findings:
    """Make the pass."""
    ending = Ending(
        errand.before, errand.statements, errand.loaded.redactor, remembered=errand.remembered, told=errand.told
    )
    stopwatch = Stopwatch(tools.progress)
    tools = tools_that_stop(tools, stopwatch, tools.sleep)
    try:
        with open_session(errand.loaded, tools=tools, run=errand.run) as session:
            if not ending.remembered:
                ending.before = overlaid(keeping.read_conditions(session.ledger), ending.before)
                ending.remembered = True
            with _judged(tools, ending):
                _work(session, errand, ending, stopwatch)
            ending.calls = dict(session.calls)
            ending.conditions = ending.stated(tools.clock())
            _keep(session, errand, ending)
    except Stopping:
        ending.wakes.append(tools.clock())
    except LedgerError as error:  # outside of the work itself: opening, or keeping what is known
        ending.failure = ending.failure or error
    except Exception as error:
        tools.log.exception("The tick failed unexpectedly")
        ending.failure = ending.failure or error
    ending.seconds = stopwatch.told()
    return ending.findings(tools.clock())


def carry_out_leanly(errand: Errand, tools: Tools) -> Findings:
    """The same for a loop that lives in another process."""
    return lean(carry_out(errand, tools))


def _work(session: Session, errand: Errand, ending: Ending, stopwatch: Stopwatch) -> None:
    ending.files = files = list_files(errand.loaded)
    asked = errand.asked | saved(files, errand.read, session.ledger.list_headings())
    due = due_lists(session, asked, session.tools.clock())
    ending.passed = passed = pass_over(session, due, stopwatch)
    ending.lists = {name: list_statements(facts) for name, facts in passed.facts.items()}
    ending.is_unfinished = unfinished(passed)
    now = session.tools.clock()
    states = {name: facts.state for name, facts in passed.facts.items() if facts.state is not None}
    ending.wakes += _calls(session, passed, states, now)
    gone = keeping.care(session.ledger, session.config.state.history, now)
    if gone:
        session.tools.log.info("Old history was let go of", events=gone)
    keeping.keep_revision(session.ledger, errand.revision, now)


def _calls(session: Session, passed: Passed, states: dict[str, ListState], now: datetime) -> Iterator[datetime]:
    """When to come back, from what was found."""
    yield next_due(session, states, now)
    least = now + LEAST
    yield from (max(at, least) for at in calls_for_a_tick(session, passed, now))
    if passed.busy:
        yield now + WHILE_LOCKED


@contextmanager
def _judged(tools: Tools, ending: Ending) -> Iterator[None]:
    """Whatever goes wrong in a pass ends the pass, and nothing else."""
    try:
        yield
    except (ServerError, ListsyncError, LedgerError) as error:
        ending.failure = error
    except Exception as error:
        tools.log.exception("The tick failed unexpectedly")
        ending.failure = error


def _keep(session: Session, errand: Errand, ending: Ending) -> None:
    """Everything that is to be known after a restart, and how things stand now."""
    assert ending.conditions is not None
    keeping.keep_conditions(session.ledger, ending.conditions)
    if ending.error != ending.told and ending.error:
        ending.told = ending.error
        run = Run(
            id=errand.run,
            command="run",
            started=errand.started,
            finished=session.tools.clock(),
            revision=errand.loaded.revision.commit or errand.loaded.revision.digest,
            config_digest=errand.loaded.digest,
        )
        keeping.record_failure(session.ledger, run, ending.told, ExitCode.ERROR)
    if ending.failure is None:
        ending.told = ""
        ending.standing = status(session)
    ending.events = session.ledger.events(limit=EVENTS_SHOWN)
