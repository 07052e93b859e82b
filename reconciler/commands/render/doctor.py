"""A check-up, as people read it."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.page import View, grid, heading, to_text
from reconciler.words import clean, count
from schemas.doctor import Check, Examination, Outcome

SIGNS = {
    Outcome.OK: ("✓", "green", ""),
    Outcome.WARNING: ("!", "yellow", "warning"),
    Outcome.PROBLEM: ("✗", "red", "problem"),
    Outcome.SKIPPED: ("-", "dim", ""),
}
"""Sign, colour and word: the word is there, so that nothing hangs on the colour."""


def doctor_text(found: Examination, view: View) -> str:
    """Area by area, each check with its way out below it, the sum at the end."""
    return to_text(_parts(found), view)


def _parts(found: Examination) -> Iterable[RenderableType]:
    for area, checks in groupby(found.checks, key=lambda check: check.area):
        yield heading(area.value.capitalize())
        yield grid((_row(check) for check in checks), wrap=2, widest=30)
    yield Text(f"\n{summary(found)}", "bold")


def _row(check: Check) -> tuple[Text | str, ...]:
    sign, style, word = SIGNS[check.outcome]
    told = Text.assemble((f"{word}: ", style) if word else "", clean(check.message))
    if check.remedy:
        told.append(f"\n→ {clean(check.remedy)}", "cyan")
    return Text(sign, style), Text(clean(check.subject), "bold"), told


def summary(found: Examination) -> str:
    """`2 problems, 1 warning; 11 checks went well.`"""
    numbers = Counter(check.outcome for check in found.checks)
    bad = [
        count(numbers[outcome], SIGNS[outcome][2]) for outcome in (Outcome.PROBLEM, Outcome.WARNING) if numbers[outcome]
    ]
    well = f"{count(numbers[Outcome.OK], 'check')} went well"
    skipped = f", {numbers[Outcome.SKIPPED]} could not be made" if numbers[Outcome.SKIPPED] else ""
    return f"{', '.join(bad) or 'No problem'}; {well}{skipped}."
