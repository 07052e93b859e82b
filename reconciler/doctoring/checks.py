"""One check: what was looked at, and what to say of it."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from reconciler.words import clean
from schemas.doctor import Area, Check, Outcome

Finding = Callable[..., Check]


def checks_of(area: Area) -> tuple[Finding, Finding, Finding, Finding]:
    """How an area says ok, warning, problem and not checked."""
    return (
        partial(_check, area, Outcome.OK),
        partial(_check, area, Outcome.WARNING),
        partial(_check, area, Outcome.PROBLEM),
        partial(_skipped, area),
    )


def _check(area: Area, outcome: Outcome, subject: str, message: str, remedy: str = "") -> Check:
    return Check(area=area, subject=clean(subject), outcome=outcome, message=clean(message), remedy=clean(remedy))


def _skipped(area: Area, subject: str, why: str) -> Check:
    return _check(area, Outcome.SKIPPED, subject, f"not checked: {why}")


def guarded(area: Area, subject: str, look: Callable[[], Iterable[Check]]) -> Iterator[Check]:
    """What a look brings. One that fails is a problem of its own, and hides none of the others."""
    try:
        yield from look()
    except Exception as error:  # whatever it is, the other checks go on
        yield _check(
            area,
            Outcome.PROBLEM,
            subject,
            f"the check itself failed: {type(error).__name__}: {error}",
            "this is a mistake in listsync: please report it",
        )
