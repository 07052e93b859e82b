"""`listsync apply`: carry out a plan just made, or one saved before; never more than it says."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb, stopping_at_signals
from reconciler.commands.presenting import FORMATS
from reconciler.errors import ExitCode, UsageProblem

if TYPE_CHECKING:
    from reconciler.session import Session
    from schemas.plan import Plan
    from schemas.report import Report


@click.command("apply", cls=Verb, formats=FORMATS)
@click.argument("saved", metavar="[PLAN]", required=False, type=click.Path(path_type=Path))
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@options.scope
@click.option("--dry-run", "only_plan", is_flag=True, help="The same as `listsync plan`.")
@options.everything
@click.pass_obj
def command(
    settings: Settings, *, saved: Path | None, yes: bool, scope: tuple[str, ...], only_plan: bool, everything: bool
) -> int:
    """Request and cancel what the plan says.

    Shows the plan and asks first; without a terminal it needs --yes. With PLAN, a file written by
    `listsync plan --out`, exactly that plan is carried out, or less where the server moved on since.
    """
    if saved is not None and scope:
        raise UsageProblem("--list goes with a plan that is made now; a saved plan already says which lists it is for")
    rows = options.rows(everything=everything)
    if only_plan:
        return _plan_instead(settings, saved, scope, rows)
    if not yes and not settings.interactive:
        raise UsageProblem("there is no terminal to ask on", remedy="add --yes to apply without being asked")
    made = work(settings, saved, scope, yes=yes, rows=rows)
    if made is None:
        return ExitCode.ERROR
    report, signal_number = made
    present(settings, report, rows=rows)
    return 128 + signal_number if signal_number else report.exit_code


def work(
    settings: Settings, saved: Path | None, scope: tuple[str, ...], *, yes: bool, rows: int | None
) -> "tuple[Report, int] | None":
    """Plan, or read the plan; show, ask, apply. The report, and the signal that stopped it or 0; None: no was said."""
    from reconciler.commands.opening import remark, with_session
    from reconciler.pipeline import apply_plan, make_plan
    from reconciler.plans import read_plan

    given = read_plan(saved) if saved is not None else None

    def in_session(session: "Session") -> "tuple[Report, int] | None":
        lists = options.declared(scope, session.config.lists)
        plan = given if given is not None else make_plan(session, scope=lists)
        if given is None or not yes:
            _show_first(settings, plan, rows=rows)
        if plan.remote and not yes and not click.confirm("Apply this plan?", default=False, err=True):
            remark(settings, "Nothing was done.")
            return None
        with stopping_at_signals(settings.world.stop, lambda text: remark(settings, text)) as came:
            report = apply_plan(session, plan)
            if not came:
                _let_go_of_history(session)
        return report, came[0] if came else 0

    return with_session(settings, "apply", in_session, ledger="write")


def _let_go_of_history(session: "Session") -> None:
    """As the loop does: who applies on a timer has years of history, too."""
    from reconciler.ledger import LedgerError
    from reconciler.loop.keeping import care

    try:
        care(session.ledger, session.config.state.history, session.tools.clock())
    except LedgerError as error:  # what was to be done is done: another day, then
        session.tools.log.warning("Old history was not let go of", problem=error.problem)


def _show_first(settings: Settings, plan: "Plan", *, rows: int | None) -> None:
    """On stderr: the document of `apply` is its report."""
    from reconciler.commands.opening import remark, view_of
    from reconciler.commands.render.plan import plan_text

    if settings.interactive or settings.format == "text":
        remark(settings, plan_text(plan, view_of(settings, rows=rows, more="listsync plan --all")))


def _plan_instead(settings: Settings, saved: Path | None, scope: tuple[str, ...], rows: int | None) -> int:
    from reconciler.commands import plan
    from reconciler.plans import read_plan

    made = read_plan(saved) if saved is not None else plan.work(settings, scope)
    more = f"listsync show {saved} --all" if saved is not None else "listsync plan --all"
    plan.present(settings, made, rows=rows, more=more)
    return ExitCode.DONE


def present(settings: Settings, report: "Report", *, rows: int | None) -> None:
    """The report in the format asked for, on stdout."""
    from reconciler.commands import presenting

    more = "listsync apply --all, listsync history"

    def text() -> str:
        from reconciler.commands.opening import view_of
        from reconciler.commands.render.report import report_text

        return report_text(report, view_of(settings, rows=rows, more=more))

    presenting.present(settings, report, text, more="listsync history", everything=rows is None)
