"""`listsync drift`: what others changed on the server since the last apply. Reads only."""

from typing import TYPE_CHECKING

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.commands.presenting import FORMATS
from reconciler.errors import ExitCode

if TYPE_CHECKING:
    from schemas.documents import DriftDocument

_MORE = "listsync drift --all"


@click.command("drift", cls=Verb, formats=FORMATS)
@options.everything
@click.pass_obj
def command(settings: Settings, *, everything: bool) -> int:
    """Show what others changed on the server since the last apply.

    Exits with 2 when something drifted that no rule of `drift.ignore` passes over. What was merely not applied yet is
    no drift: see `listsync plan`.
    """
    from reconciler.commands import presenting

    found = work(settings)

    def text() -> str:
        from reconciler.commands.opening import view_of
        from reconciler.commands.render.drift import drift_text

        view = view_of(settings, rows=options.rows(everything=everything), more=_MORE)
        return drift_text(found.drift, view, found.ignored)

    presenting.present(settings, found, text, more=_MORE, everything=everything)
    return ExitCode.CHANGES if found.drift else ExitCode.DONE


def work(settings: Settings) -> "DriftDocument":
    """Compare the server with the ledger and the lists as last fetched: the drift of a plan that fetches none."""
    from reconciler.commands.opening import with_session
    from reconciler.pipeline import make_plan
    from schemas.documents import DriftDocument

    plan = with_session(settings, "drift", lambda session: make_plan(session, scope=()))
    return DriftDocument(observed_at=plan.observed_at, server=plan.server, drift=plan.drift, ignored=plan.drift_ignored)
