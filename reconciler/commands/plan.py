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
@click.option(
    "--offline",
    "export",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="EXPORT",
    help="Without any network, from what `listsync export` wrote; such a plan cannot be applied.",
)
@options.everything
@click.pass_obj
def command(
    settings: Settings,
    *,
    out: Path | None,
    scope: tuple[str, ...],
    detailed_exitcode: bool,
    export: Path | None,
    everything: bool,
) -> int:
    """Show what would be requested and cancelled, and why.

    Nothing is sent. Saved with --out, the plan can be read with `listsync show` and carried out with `listsync apply`,
    once, within 24 hours, by whoever has the same configuration.

    With --offline, lists and server are as they were exported, and the configuration is the present one, whose secrets
    need not be there: a change of it can be looked at before it is merged.
    """
    made = work(settings, scope) if export is None else work_offline(settings, export, scope)
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


def work_offline(settings: Settings, path: Path, scope: tuple[str, ...]) -> "Plan":
    """Make a plan from an export. Asks nobody."""
    from reconciler.commands.opening import config_path, load_file, opened_tools
    from reconciler.exporting import read_export
    from reconciler.offline import offline_plan

    loaded = load_file(settings, config_path(settings), "tolerated")
    with opened_tools(settings, loaded) as tools:
        export = read_export(path)
        return offline_plan(
            loaded, export, tools=tools, source=path, scope=options.declared(scope, loaded.config.lists)
        )


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

    if plan.as_of is not None:
        if out is not None:
            remark(settings, f"Saved to {out}, for `listsync show {out}`: a plan made offline cannot be applied.")
    elif out is not None:
        remark(settings, f"Saved to {out}, good until {moment(plan.expires)}: `listsync apply {out}` does it.")
    elif plan.actions and settings.terminal and settings.format == "text":
        remark(settings, "`listsync apply` does it.")
