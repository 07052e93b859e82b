"""`decide()`: one pure, total function that holds the whole table of the design's section 4."""

from dataclasses import dataclass, field
from enum import StrEnum

from schemas.plan import Action, ActualState, Decision
from schemas.reasons import Reason
from schemas.record import OnDeleted, OnFailed, OnNewSeasons, OnRelisted, OnRemoved, RecordState, Terms


class Desired(StrEnum):
    """What the lists say of a key."""

    WANTED = "wanted"
    UNKNOWN = "unknown"
    """No list names it, but the loss is not confirmed."""
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Seasons:
    """What deciding needs to know of a show's seasons."""

    partly: bool = False
    """Whether anything of the show is in the library."""
    missing: tuple[int, ...] = ()
    """Wanted, and neither there, in flight, deleted, declined, nor ever requested or seen before."""
    obtainable: tuple[int, ...] = ()
    """Wanted, and neither there nor in flight: what starting anew would ask for."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One key, as wanted, actual and recorded."""

    desired: Desired
    actual: ActualState
    record: RecordState
    terms: Terms = field(default_factory=Terms)
    ours: bool = False
    lifted: bool = False
    corrected: bool = False
    """The item that led here is matched to another title now."""
    denied: bool = False
    retry_due: bool = True
    """Fewer than three retries so far, and the last one a day ago."""
    seasons: Seasons | None = None
    """None for a movie."""
    refused: bool = False
    """Released, and what stood for it was taken away since: a no that was said while no list wanted it. A return by way
    of the configuration (a filter, a limit, a denial that ends) does not overrule it; somebody's own wish does."""
    unknown: bool = False
    """A show that TMDB does not know: what its seasons are is not told later either."""
    standing: Reason | None = None
    """An unsettled intent or a recent refusal: no call is made before it is over."""


_ASLEEP = frozenset({RecordState.NONE, RecordState.RELEASED, RecordState.SUPPRESSED})
_HELD = frozenset({RecordState.SUPPRESSED, RecordState.NOT_KEPT})
_IN_FLIGHT = frozenset({ActualState.PENDING, ActualState.PROCESSING})


def decide(case: Situation) -> Decision:
    """The one action for a key, and why. First match wins; nothing is left undecided."""
    if case.actual is ActualState.UNREADABLE:
        return _hold(case, Reason.UNKNOWN_ID if case.unknown else Reason.ACTUAL_UNREADABLE)
    if case.desired is Desired.UNKNOWN:
        return _nothing(case) if case.record is RecordState.NONE else _hold(case, Reason.SOURCE_UNTRUSTED)
    if case.desired is Desired.ABSENT:
        return _absent(case)
    return _wanted(case)


def _absent(case: Situation) -> Decision:
    reason = Reason.LEFT_ALL_LISTS
    if case.denied:
        reason = Reason.DENIED
    elif case.corrected:
        reason = Reason.MATCH_CORRECTED
    unwanted = case.terms.on_removed is OnRemoved.CANCEL or case.corrected
    if case.actual is ActualState.PENDING and case.ours and unwanted:
        return _remote(case, Action.CANCEL, reason, RecordState.RELEASED)
    if case.record in _ASLEEP:
        return _nothing(case)
    if case.actual is ActualState.DECLINED:  # a no that may outlive its request
        return _record(case, RecordState.SUPPRESSED, Reason.DECLINED)
    return _record(case, RecordState.RELEASED, reason)


def _wanted(case: Situation) -> Decision:
    if case.actual is ActualState.BLOCKLISTED:
        return _hold(case, Reason.BLOCKLISTED)
    if case.actual is ActualState.AVAILABLE:
        return _record(case, RecordState.SATISFIED, Reason.AVAILABLE)
    if case.actual in _IN_FLIGHT:
        if case.ours:
            return _record(case, RecordState.REQUESTED, Reason.IN_FLIGHT)
        return _record(case, RecordState.TRACKED, Reason.REQUESTED_ELSEWHERE)
    if case.record in _HELD and not case.lifted:
        return _hold(case, Reason.SUPPRESSED if case.record is RecordState.SUPPRESSED else Reason.NOT_KEPT)
    if case.actual is ActualState.FAILED:
        if case.ours and case.terms.on_failed is OnFailed.RETRY and case.retry_due:
            return _remote(case, Action.RETRY, Reason.FAILED, RecordState.REQUESTED)
        return _hold(case, Reason.FAILED)
    if case.seasons is not None and case.seasons.partly:
        partly = _partly_there(case, case.seasons)
        if partly is not None:
            return partly
    return _gone(case)


def _partly_there(case: Situation, seasons: Seasons) -> Decision | None:
    """A show of which something is in the library. Deletions are respected season by season: when nothing is missing
    but what was deleted or requested before, the show itself is not suppressed, so that its next season still comes."""
    if case.lifted:
        return None
    if seasons.missing:
        fresh = case.record in {RecordState.NONE, RecordState.RELEASED}
        if fresh or case.terms.on_new_seasons is OnNewSeasons.REQUEST:
            return _create(case, Reason.MISSING_SEASONS, seasons.missing)
        return _record(case, RecordState.SATISFIED, Reason.PARTLY_AVAILABLE)
    settled = case.actual in {ActualState.NONE, ActualState.DELETED}
    anew = case.record is RecordState.RELEASED and not case.refused
    if settled and not anew and case.terms.on_deleted is OnDeleted.RESPECT:
        return _record(case, RecordState.SATISFIED, Reason.PARTLY_AVAILABLE)
    return None


def _gone(case: Situation) -> Decision:
    """Wanted, and neither there nor on its way."""
    obtainable, missing = (case.seasons.obtainable, case.seasons.missing) if case.seasons else ((), ())
    deleted = bool(obtainable) and not missing
    if case.lifted:
        return _create(case, Reason.LIFTED, obtainable)
    if case.record is RecordState.NONE and case.actual is ActualState.NONE and not deleted:
        return _create(case, Reason.WANTED, missing)
    if case.record is RecordState.RELEASED and case.actual is not ActualState.DECLINED and not case.refused:
        if case.terms.on_relisted is OnRelisted.REQUEST:
            return _create(case, Reason.RELISTED, obtainable)
        return _record(case, RecordState.SUPPRESSED, Reason.RELISTED)
    if case.actual is ActualState.DECLINED:
        return _record(case, RecordState.SUPPRESSED, Reason.DECLINED)
    if case.terms.on_deleted is OnDeleted.RESPECT:
        by_media = case.actual is ActualState.DELETED or case.record in {RecordState.NONE, RecordState.SATISFIED}
        return _record(case, RecordState.SUPPRESSED, Reason.MEDIA_DELETED if by_media else Reason.REQUEST_DELETED)
    return _create(case, Reason.RECREATED, obtainable)


def _create(case: Situation, reason: Reason, seasons: tuple[int, ...]) -> Decision:
    if case.seasons is not None and not seasons:
        return _hold(case, Reason.NO_SEASONS_YET)
    return _remote(case, Action.CREATE, reason, RecordState.REQUESTED, seasons)


def _remote(
    case: Situation, action: Action, reason: Reason, becomes: RecordState, seasons: tuple[int, ...] = ()
) -> Decision:
    if case.standing is not None:
        return _hold(case, case.standing)
    return Decision(action=action, reason=reason, becomes=becomes, seasons=seasons)


def _record(case: Situation, becomes: RecordState, reason: Reason) -> Decision:
    action = Action.KEEP if becomes is case.record else Action.RECORD
    return Decision(action=action, reason=reason, becomes=becomes)


def _hold(case: Situation, reason: Reason) -> Decision:
    return Decision(action=Action.HOLD, reason=reason, becomes=case.record)


def _nothing(case: Situation) -> Decision:
    return Decision(action=Action.NOTHING, reason=None, becomes=case.record)
