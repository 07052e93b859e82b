"""The whole table of decisions, over the full product of its inputs."""

from collections import Counter
from dataclasses import replace
from itertools import product

import pytest

from reconciler.core.decide import Desired, Seasons, Situation, decide
from schemas.plan import Action, ActualState
from schemas.reasons import Reason
from schemas.record import OnDeleted, OnFailed, OnNewSeasons, OnRelisted, OnRemoved, RecordState, Terms

TERMS = [
    Terms.model_construct(
        on_removed=removed, on_deleted=deleted, on_failed=failed, on_new_seasons=seasons, on_relisted=relisted
    )
    for removed, deleted, failed, seasons, relisted in product(OnRemoved, OnDeleted, OnFailed, OnNewSeasons, OnRelisted)
]
SHOWS = [
    None,
    Seasons(),
    Seasons(obtainable=(2,)),
    Seasons(missing=(2,), obtainable=(2,)),
    Seasons(missing=(2,), obtainable=(2, 3)),
    Seasons(partly=True),
    Seasons(partly=True, obtainable=(2,)),
    Seasons(partly=True, missing=(2,), obtainable=(2, 3)),
]
IN_FLIGHT = {ActualState.PENDING, ActualState.PROCESSING}
NEVER_CREATED = IN_FLIGHT | {ActualState.AVAILABLE, ActualState.BLOCKLISTED, ActualState.FAILED}


def situations(desired: Desired):
    flags = [(False,), (False, True)]
    for actual, record, terms in product(ActualState, RecordState, TERMS):
        makes = flags[actual not in {ActualState.NONE, ActualState.BLOCKLISTED}]
        for ours, lifted, corrected, denied, due, refused, standing, seasons in product(
            makes,
            flags[record in {RecordState.SUPPRESSED, RecordState.NOT_KEPT}],
            flags[desired is Desired.ABSENT],
            flags[desired is Desired.ABSENT],
            flags[actual is ActualState.FAILED],
            flags[record is RecordState.RELEASED],
            (None, Reason.OUTCOME_UNKNOWN),
            SHOWS if desired is Desired.WANTED else SHOWS[:1],
        ):
            yield Situation(
                desired=desired,
                actual=actual,
                record=record,
                terms=terms,
                ours=ours,
                lifted=lifted,
                corrected=corrected,
                denied=denied,
                retry_due=due,
                refused=refused,
                seasons=seasons,
                standing=standing,
            )


def after(case: Situation) -> Situation:
    """The same key once the decision has had its effect on server and ledger."""
    decision = decide(case)
    actual, ours = case.actual, case.ours
    if decision.action in {Action.CREATE, Action.RETRY}:
        actual, ours = ActualState.PENDING, True
    elif decision.action is Action.CANCEL:
        actual, ours = ActualState.NONE, False
    changed = decision.action in {Action.CREATE, Action.RETRY, Action.CANCEL, Action.RECORD}
    return replace(
        case, actual=actual, ours=ours, record=decision.becomes, lifted=case.lifted and not changed, retry_due=False
    )


def check(case: Situation) -> Action:
    decision = decide(case)
    action, reason = decision.action, decision.reason
    if action.remote:
        assert case.actual is not ActualState.UNREADABLE
        assert case.desired is not Desired.UNKNOWN
        assert case.standing is None
    if action is Action.CANCEL:
        assert case.ours
        assert case.actual is ActualState.PENDING
        assert case.desired is Desired.ABSENT
        assert case.terms.on_removed is OnRemoved.CANCEL or case.corrected
    if action is Action.CREATE:
        assert case.desired is Desired.WANTED
        assert case.actual not in NEVER_CREATED
        assert case.record not in {RecordState.SUPPRESSED, RecordState.NOT_KEPT} or case.lifted
        assert bool(decision.seasons) == (case.seasons is not None)
        if case.actual is ActualState.DECLINED:
            partly = case.seasons is not None and case.seasons.partly and case.seasons.missing
            assert case.lifted or partly
        if case.refused or case.record in {RecordState.REQUESTED, RecordState.TRACKED, RecordState.SATISFIED}:
            assert case.terms.on_deleted is OnDeleted.REQUEST or (case.seasons and case.seasons.missing)
    if action is Action.RETRY:
        assert case.actual is ActualState.FAILED
        assert case.ours
        assert case.retry_due
        assert case.terms.on_failed is OnFailed.RETRY
    if action is Action.RECORD:
        assert decision.becomes not in {case.record, RecordState.NONE, RecordState.NOT_KEPT}
    if action in {Action.HOLD, Action.KEEP, Action.NOTHING}:
        assert decision.becomes is case.record
    assert (reason is None) == (action is Action.NOTHING)
    assert not (action is Action.NOTHING and case.desired is Desired.WANTED)
    later = decide(after(case))
    assert not later.action.remote or (action is Action.HOLD and case.standing)
    assert later.action is not Action.RECORD, (case, decision, later)
    return action


@pytest.mark.parametrize("desired", Desired)
def test_the_table_is_total_keeps_every_invariant_and_is_quiet_after_its_own_effect(desired):
    counts = Counter(check(case) for case in situations(desired))
    assert counts[Action.HOLD]
    if desired is Desired.WANTED:
        assert all(counts[action] for action in (Action.CREATE, Action.RETRY, Action.RECORD, Action.KEEP))


W, A, U = Desired.WANTED, Desired.ABSENT, Desired.UNKNOWN
S, R = ActualState, RecordState
CANCEL = Terms(on_removed=OnRemoved.CANCEL)
ASK_AGAIN = Terms(on_deleted=OnDeleted.REQUEST)
RETRY = Terms(on_failed=OnFailed.RETRY)
BACK = Terms(on_relisted=OnRelisted.REQUEST)
KEEP_SEASONS = Terms(on_new_seasons=OnNewSeasons.KEEP)
MORE = Seasons(partly=True, missing=(2,), obtainable=(2,))
NO_MORE = Seasons(partly=True, obtainable=(2,))


@pytest.mark.parametrize(
    ("case", "action", "reason", "becomes"),
    [
        (Situation(W, S.UNREADABLE, R.NONE), "hold", "ActualUnreadable", "none"),
        (Situation(W, S.UNREADABLE, R.REQUESTED, unknown=True), "hold", "UnknownId", "requested"),
        (Situation(U, S.PENDING, R.REQUESTED, CANCEL, ours=True), "hold", "SourceUntrusted", "requested"),
        (Situation(U, S.NONE, R.NONE), "nothing", None, "none"),
        (Situation(A, S.PENDING, R.REQUESTED, CANCEL, ours=True), "cancel", "LeftAllLists", "released"),
        (Situation(A, S.PENDING, R.REQUESTED, ours=True, corrected=True), "cancel", "MatchCorrected", "released"),
        (Situation(A, S.PENDING, R.REQUESTED, CANCEL, ours=True, denied=True), "cancel", "Denied", "released"),
        (Situation(A, S.PENDING, R.TRACKED, CANCEL), "record", "LeftAllLists", "released"),
        (Situation(A, S.PROCESSING, R.REQUESTED, CANCEL, ours=True), "record", "LeftAllLists", "released"),
        (Situation(A, S.PENDING, R.REQUESTED, ours=True), "record", "LeftAllLists", "released"),
        (Situation(A, S.NONE, R.SUPPRESSED), "nothing", None, "suppressed"),
        (Situation(A, S.AVAILABLE, R.SATISFIED), "record", "LeftAllLists", "released"),
        (Situation(W, S.BLOCKLISTED, R.REQUESTED), "hold", "Blocklisted", "requested"),
        (Situation(W, S.AVAILABLE, R.SUPPRESSED), "record", "Available", "satisfied"),
        (Situation(W, S.AVAILABLE, R.SATISFIED), "keep", "Available", "satisfied"),
        (Situation(W, S.PENDING, R.NONE), "record", "RequestedElsewhere", "tracked"),
        (Situation(W, S.PROCESSING, R.TRACKED, ours=True), "record", "InFlight", "requested"),
        (Situation(W, S.NONE, R.SUPPRESSED, ASK_AGAIN), "hold", "Suppressed", "suppressed"),
        (Situation(W, S.NONE, R.NOT_KEPT), "hold", "NotKept", "not_kept"),
        (Situation(W, S.NONE, R.NOT_KEPT, lifted=True), "create", "Lifted", "requested"),
        (Situation(W, S.FAILED, R.REQUESTED, ours=True), "hold", "Failed", "requested"),
        (Situation(W, S.FAILED, R.REQUESTED, RETRY, ours=True), "retry", "Failed", "requested"),
        (Situation(W, S.FAILED, R.REQUESTED, RETRY, ours=True, retry_due=False), "hold", "Failed", "requested"),
        (Situation(W, S.FAILED, R.TRACKED, RETRY), "hold", "Failed", "tracked"),
        (Situation(W, S.NONE, R.SATISFIED, seasons=MORE), "create", "MissingSeasons", "requested"),
        (Situation(W, S.NONE, R.SATISFIED, KEEP_SEASONS, seasons=MORE), "keep", "PartlyAvailable", "satisfied"),
        (Situation(W, S.NONE, R.NONE, KEEP_SEASONS, seasons=MORE), "create", "MissingSeasons", "requested"),
        (Situation(W, S.NONE, R.SATISFIED, seasons=NO_MORE), "keep", "PartlyAvailable", "satisfied"),
        (Situation(W, S.NONE, R.SATISFIED, ASK_AGAIN, seasons=NO_MORE), "create", "Recreated", "requested"),
        (Situation(W, S.NONE, R.SUPPRESSED, seasons=MORE), "hold", "Suppressed", "suppressed"),
        (Situation(W, S.NONE, R.NONE), "create", "Wanted", "requested"),
        (Situation(W, S.NONE, R.NONE, seasons=Seasons()), "hold", "NoSeasonsYet", "none"),
        (Situation(W, S.NONE, R.SUPPRESSED, lifted=True), "create", "Lifted", "requested"),
        (Situation(W, S.NONE, R.RELEASED, BACK), "create", "Relisted", "requested"),
        (Situation(W, S.NONE, R.RELEASED), "record", "Relisted", "suppressed"),
        (Situation(A, S.DECLINED, R.REQUESTED), "record", "Declined", "suppressed"),
        (Situation(A, S.DECLINED, R.RELEASED), "nothing", None, "released"),
        (Situation(A, S.DECLINED, R.NONE), "nothing", None, "none"),
        (Situation(W, S.NONE, R.RELEASED, BACK, refused=True), "record", "RequestDeleted", "suppressed"),
        (Situation(W, S.DELETED, R.RELEASED, BACK, refused=True), "record", "MediaDeleted", "suppressed"),
        (Situation(W, S.NONE, R.RELEASED, ASK_AGAIN, refused=True), "create", "Recreated", "requested"),
        (
            Situation(W, S.NONE, R.RELEASED, BACK, refused=True, seasons=NO_MORE),
            "record",
            "PartlyAvailable",
            "satisfied",
        ),
        (Situation(W, S.DECLINED, R.RELEASED, BACK), "record", "Declined", "suppressed"),
        (Situation(W, S.DECLINED, R.REQUESTED, ASK_AGAIN), "record", "Declined", "suppressed"),
        (Situation(W, S.DECLINED, R.NONE), "record", "Declined", "suppressed"),
        (Situation(W, S.DELETED, R.SATISFIED), "record", "MediaDeleted", "suppressed"),
        (Situation(W, S.DELETED, R.NONE), "record", "MediaDeleted", "suppressed"),
        (Situation(W, S.NONE, R.SATISFIED), "record", "MediaDeleted", "suppressed"),
        (Situation(W, S.NONE, R.REQUESTED), "record", "RequestDeleted", "suppressed"),
        (Situation(W, S.NONE, R.REQUESTED, ASK_AGAIN), "create", "Recreated", "requested"),
        (Situation(W, S.DELETED, R.NONE, ASK_AGAIN), "create", "Recreated", "requested"),
        (Situation(W, S.NONE, R.NONE, standing=Reason.OUTCOME_UNKNOWN), "hold", "OutcomeUnknown", "none"),
    ],
)
def test_each_row_of_the_design_says_this(case, action, reason, becomes):
    decision = decide(case)
    assert (decision.action.value, decision.reason and decision.reason.value, decision.becomes.value) == (
        action,
        reason,
        becomes,
    )
