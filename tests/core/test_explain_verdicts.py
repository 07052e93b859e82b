"""What stands between a title and its request: every no, in the order of the table, and nothing of what is there."""

from itertools import product

import pytest

from reconciler.core.decide import Desired, Seasons, Situation, decide
from reconciler.core.verdicts import in_the_way
from schemas.plan import Action, ActualState
from schemas.reasons import Reason
from schemas.record import OnDeleted, OnRelisted, RecordState, Terms

TERMS = [
    Terms(on_deleted=on_deleted, on_relisted=on_relisted) for on_deleted, on_relisted in product(OnDeleted, OnRelisted)
]
SHOWS = (None, Seasons(partly=True), Seasons(partly=True, missing=(2,), obtainable=(2,)), Seasons(obtainable=(1,)))
CASES = [
    Situation(desired, actual, record, terms, ours=ours, denied=denied, seasons=show, standing=standing)
    for desired, actual, record, terms, ours, show, standing in product(
        Desired, ActualState, RecordState, TERMS, (False, True), SHOWS, (None, Reason.NOT_PERMITTED)
    )
    for denied in ((False, True) if desired is Desired.ABSENT else (False,))
]


def test_whatever_is_held_has_its_reason_in_the_way_first() -> None:
    held = [(case, decide(case)) for case in CASES]
    held = [(case, made) for case, made in held if made.action is Action.HOLD and made.reason is not case.standing]
    assert held
    for case, made in held:
        first = next(in_the_way(case))
        unwanted = case.desired is not Desired.WANTED and made.reason is Reason.ACTUAL_UNREADABLE
        assert first is made.reason or unwanted, case


def test_whatever_would_be_requested_has_nothing_in_its_way() -> None:
    for case in CASES:
        if decide(case).action in {Action.CREATE, Action.RETRY}:
            assert list(in_the_way(case)) == [], case


def test_no_is_said_twice_and_the_list_of_noes_ends() -> None:
    for case in CASES:
        noes = list(in_the_way(case))
        assert len(noes) == len(set(noes)) <= 5, case


@pytest.mark.parametrize(
    ("case", "noes"),
    [
        (
            Situation(Desired.ABSENT, ActualState.NONE, RecordState.SUPPRESSED, denied=True, standing=Reason.REJECTED),
            [Reason.DENIED, Reason.SUPPRESSED, Reason.REJECTED],
        ),
        (
            Situation(Desired.UNKNOWN, ActualState.DECLINED, RecordState.REQUESTED, corrected=True),
            [Reason.SOURCE_UNTRUSTED, Reason.MATCH_CORRECTED, Reason.DECLINED],
        ),
        (Situation(Desired.ABSENT, ActualState.AVAILABLE, RecordState.SATISFIED), [Reason.LEFT_ALL_LISTS]),
        (Situation(Desired.WANTED, ActualState.PENDING, RecordState.REQUESTED, ours=True), []),
    ],
)
def test_noes_that_lie_behind_each_other_are_told_in_their_order(case: Situation, noes: list[Reason]) -> None:
    assert list(in_the_way(case)) == noes
