"""`listsync plan`: what would be done, and why. Reads the world, changes nothing in it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.commands import options
from reconciler.commands.frame import Settings, Verb
from reconciler.commands.presenting import FORMATS
from reconciler.errors import ExitCode

if TYPE_CHECKING:
    from reconciler.session import Session
    from schemas.plan import Plan


@click.command("plan", cls=Verb, formats=FORMATS)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Save it for `listsync apply FILE`."
)
@options.scope
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there is something to send.")
@options.everything
@click.pass_obj
def command(
    settings: Settings, *, out: Path | None, scope: tuple[str, ...], detailed_exitcode: bool, everything: bool
) -> int:
    """Show what would be requested and cancelled, and why.

    Nothing is sent. Saved with --out, the plan can be read with `listsync show` and carried out with `listsync apply`,
    once, within 24 hours, by whoever has the same configuration.
    """
    made = work(settings, scope)
    if out is not None:
        from reconciler.plans import write_plan

        write_plan(out, made)
    present(settings, made, rows=options.rows(everything=everything), more=_more(out))
    _say_what_next(settings, made, out)
    return ExitCode.CHANGES if detailed_exitcode and made.remote else ExitCode.DONE


def work(settings: Settings, scope: tuple[str, ...]) -> "Plan":
    """Make the plan."""
    from reconciler.commands.opening import with_session
    from reconciler.pipeline import make_plan

    def in_session(session: "Session") -> "Plan":
        return make_plan(session, scope=options.declared(scope, session.config.lists))

    return with_session(settings, "plan", in_session, ledger="write")


def present(settings: Settings, plan: "Plan", *, rows: int | None, more: str) -> None:
    """The plan in the format asked for, on stdout."""
    from reconciler.commands import presenting

    def text() -> str:
        from reconciler.commands.opening import view_of
        from reconciler.commands.render.plan import plan_text

        return plan_text(plan, view_of(settings, rows=rows, more=more))

    presenting.present(settings, plan, text, more=more, everything=rows is None)


def _more(out: Path | None) -> str:
    return f"listsync show {out} --all" if out is not None else "listsync plan --all"


def _say_what_next(settings: Settings, plan: "Plan", out: Path | None) -> None:
    from reconciler.commands.opening import remark
    from reconciler.words import moment

    if out is not None:
        remark(settings, f"Saved to {out}, good until {moment(plan.expires)}: `listsync apply {out}` does it.")
    elif plan.actions and settings.terminal and settings.format == "text":
        remark(settings, "`listsync apply` does it.")
