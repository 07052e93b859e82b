"""`listsync validate`: every problem of the configuration at once, without any network."""

from typing import TYPE_CHECKING, Literal

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ExitCode

if TYPE_CHECKING:
    from reconciler.config import Problem
    from schemas.config.validation import ProblemLine, Validation


@click.command("validate", cls=Verb)
@click.option(
    "--without-values",
    "references",
    flag_value="tolerated",
    default="needed",
    help="Only warn of variables, files and secrets that are missing: for CI, which does not have them.",
)
@click.pass_obj
def command(settings: Settings, *, references: Literal["needed", "tolerated"]) -> int:
    """Check listsync.yaml, without any network; exit code 1 if anything is wrong with it."""
    from reconciler.commands.opening import remark, show

    found = work(settings, references)
    if settings.format == "json":
        show(settings, found.model_dump_json(indent=2) + "\n")
    else:
        for warning in found.warnings:
            remark(settings, f"warning: {line_text(warning)}")
        show(settings, text(found))
    return ExitCode.DONE if found.valid else ExitCode.ERROR


def work(settings: Settings, references: Literal["needed", "tolerated"] = "needed") -> "Validation":
    """Load the configuration as every other command does."""
    from reconciler.commands.opening import config_path, load_file
    from reconciler.config import ConfigErrors
    from schemas.config.validation import Validation

    try:
        loaded = load_file(settings, config_path(settings), references)
    except ConfigErrors as errors:
        return Validation(source=errors.subject, valid=False, problems=tuple(map(_line, errors.problems)))
    return Validation(
        source=loaded.name,
        valid=True,
        lists=len(loaded.config.lists),
        warnings=tuple(map(_line, loaded.warnings)),
    )


def text(found: "Validation") -> str:
    """One line, or one for each problem."""
    if found.valid:
        return f"{found.source}: {found.lists} {'list' if found.lists == 1 else 'lists'}, valid\n"
    return "".join(f"{line_text(problem)}\n" for problem in found.problems)


def line_text(line: "ProblemLine") -> str:
    """As a compiler would write it: `listsync.yaml:12:9: lists.top.limit: must be at least 1, not 0`."""
    from reconciler.config import Problem

    return str(Problem(line.file, line.line, line.column, line.path, line.message, line.hint))


def _line(problem: "Problem") -> "ProblemLine":
    from schemas.config.validation import ProblemLine

    return ProblemLine(
        file=problem.file,
        line=problem.line,
        column=problem.column,
        path=problem.path,
        message=problem.message,
        hint=problem.hint,
    )
