"""Every row of every list has one fate, and every wanted title another: the sums of a plan, checked."""

from collections import Counter
from collections.abc import Collection

from reconciler.pipeline import Considered, consider, plan_of
from schemas.plan import Plan
from schemas.reasons import REASONS
from schemas.record import RecordState
from tests.pipeline.home import Home

STANDING = {RecordState.REQUESTED, RecordState.TRACKED, RecordState.SATISFIED}


def accounted(home: Home, *, lists: Collection[str] | None = None) -> tuple[Plan, Considered]:
    """A plan, in which every row and every wanted title is accounted for. `lists` are fetched for it; None: all."""

    def work(session):
        seen = consider(session, scope=lists)
        return plan_of(session, seen), seen

    plan, seen = home.within(work)
    _rows(plan, seen)
    _titles(plan, seen)
    return plan, seen


def _rows(plan: Plan, seen: Considered) -> None:
    """A row is wanted, left out with a reason, or unresolved with one."""
    unresolved = Counter(one.list for one in plan.unresolved)
    excluded = Counter(one.list for one in plan.excluded)
    for line in plan.lists:
        chosen = seen.desires.selections[line.name].chosen
        assert line.wanted == len(chosen)
        assert line.unresolved == unresolved[line.name]
        assert line.excluded == excluded[line.name]
        assert line.items == line.wanted + line.unresolved + line.excluded, line
    for row in (*plan.unresolved, *plan.excluded):
        assert row.reason in REASONS
        assert row.title or row.ref


def _titles(plan: Plan, seen: Considered) -> None:
    """A wanted title is acted for, held, deferred, or as it should be; none of them twice."""
    lines = (*plan.actions, *plan.held, *plan.deferred)
    told = Counter(one.key for one in lines)
    assert not [key for key, count in told.items() if count > 1]
    assert all(one.reason in REASONS for one in lines)
    kept = seen.desires.wants.keys() - told.keys()
    records = seen.about.recalled.records
    assert len(kept) == plan.summary.keep
    assert all(records[key].state in STANDING for key in kept)
