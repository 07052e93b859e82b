"""From what a tick found to how things stand. Pure: conditions keep their `since` while their status does."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.conditions import LIST, WHOLE, Condition, Conditions, ConditionType, Transition, Truth
from schemas.fetch import ListState, Verdict
from schemas.plan import Plan, PlannedAction
from schemas.reasons import REASONS, Reason
from schemas.report import Report, Status

WAITING = frozenset({Reason.OUTCOME_UNKNOWN, Reason.ACTUAL_UNREADABLE, Reason.QUOTA_EXCEEDED})
"""Holds that end by themselves; a standing no (suppressed, blocklisted …) leaves nothing to be done."""
_UNDONE = frozenset({Status.REFUSED, Status.UNKNOWN, Status.LEFT})
_UNREAD = frozenset({Verdict.FAILED, Verdict.SUSPICIOUS_EMPTY})
_ACCEPTABLE = frozenset({Verdict.EMPTY_UNCONFIRMED, Verdict.SHRINK_UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Statement:
    """What is found of one condition, before anybody knows since when."""

    type: ConditionType
    status: Truth
    reason: str
    message: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What a tick knows of one list."""

    name: str
    state: ListState | None
    """As the ledger keeps it; None: a combination, which is not fetched."""
    remedy: str = ""
    """What to do about a failed fetch, when this tick fetched it."""
    broken: str = ""
    """Why a combination cannot be made."""
    unresolved: int = 0
    undone: Mapping[Reason | str, int] = field(default_factory=dict)
    """Actions that are put off, held or failed, by why."""
    paused: str | None = None
    """The pause in words; None: none holds."""


def list_statements(facts: ListFacts) -> tuple[Statement, ...]:
    """The conditions of one list."""
    fetched, trusted = _fetched(facts), _trusted(facts)
    return (
        _ready(fetched, trusted),
        fetched,
        trusted,
        _resolved(facts),
        _converged(facts),
        _suspended(facts),
    )


def facts_undone(plan: Plan, report: Report | None) -> dict[str, Counter[Reason | str]]:
    """What is left to do, by lead and why. A report knows better than its plan."""
    found: dict[str, Counter[Reason | str]] = {}

    def count(lead: str | None, why: Reason | str) -> None:
        found.setdefault(lead or "", Counter())[why] += 1

    for one in _waiting(plan, report):
        count(one.lead, one.reason or "")
    if report is None:
        for one in plan.remote:
            count(one.lead, "Planned")
    else:
        for outcome in report.outcomes:
            if outcome.status in _UNDONE or outcome.status in {Status.DEFERRED, Status.HELD}:
                for lead in outcome.lists[:1]:
                    count(lead, outcome.reason or outcome.status.value.capitalize())
    return found


def _waiting(plan: Plan, report: Report | None) -> Iterable[PlannedAction]:
    source = plan if report is None else report
    yield from source.deferred
    yield from (one for one in source.held if one.proposed is not None or one.reason in WAITING)


def dated(statements: Iterable[Statement], previous: Iterable[Condition], now: datetime) -> tuple[Condition, ...]:
    """Statements as conditions: one whose status did not change keeps its time."""
    before = {one.type: one for one in previous}
    made = []
    for one in statements:
        known = before.get(one.type)
        since = known.since if known is not None and known.status is one.status else now
        made.append(
            Condition(
                type=one.type,
                status=one.status,
                reason=one.reason,
                message=one.message,
                remedy=one.remedy,
                since=since,
            )
        )
    order = {kind: place for place, kind in enumerate((*LIST, *WHOLE))}
    return tuple(sorted(made, key=lambda one: order[one.type]))


def with_whole(previous: Conditions, statements: Iterable[Statement], now: datetime) -> Conditions:
    """The conditions with these statements of the whole in the place of earlier ones of their types."""
    said = tuple(statements)
    kept = [one for one in previous.whole if one.type not in {new.type for new in said}]
    made = (*kept, *dated(said, previous.whole, now))
    return previous.model_copy(update={"whole": tuple(sorted(made, key=lambda one: WHOLE.index(one.type)))})


def with_lists(previous: Conditions, statements: Mapping[str, Iterable[Statement]], now: datetime) -> Conditions:
    """The conditions of exactly these lists."""
    made = {name: dated(said, previous.lists.get(name, ()), now) for name, said in statements.items()}
    return previous.model_copy(update={"lists": made})


def overlaid(kept: Conditions, said: Conditions) -> Conditions:
    """What was kept by an earlier process, and over it what this one has said of the whole already."""
    told = {one.type for one in said.whole}
    both = (*said.whole, *(one for one in kept.whole if one.type not in told))
    return kept.model_copy(update={"whole": tuple(sorted(both, key=lambda one: WHOLE.index(one.type)))})


def transitions(before: Conditions, now: Conditions) -> tuple[Transition, ...]:
    """What took another status or reason. Lists that are gone are passed over."""
    known = {(name, one.type): one for name, one in before.all()}
    found = []
    for name, one in now.all():
        was = known.get((name, one.type))
        if was is None or (was.status, was.reason) != (one.status, one.reason):
            found.append(Transition(list=name, before=was, now=one))
    return tuple(found)


def _fetched(facts: ListFacts) -> Statement:
    state, kind = facts.state, ConditionType.FETCHED
    if state is None:
        if facts.broken:
            return Statement(kind, Truth.FALSE, "IngredientMissing", facts.broken)
        return Statement(kind, Truth.TRUE, "Combined")
    if state.verdict is None or state.attempted_at is None:
        return Statement(kind, Truth.UNKNOWN, "NotYet", "it was never fetched")
    if state.verdict in _UNREAD:
        times = f" ({state.failures} times in a row)" if state.failures > 1 else ""
        return Statement(kind, Truth.FALSE, state.verdict.value, f"{state.message or ''}{times}", facts.remedy)
    return Statement(kind, Truth.TRUE, "Fetched")


def _trusted(facts: ListFacts) -> Statement:
    state, kind = facts.state, ConditionType.TRUSTED
    if state is None or state.verdict is Verdict.TRUSTED:
        return Statement(kind, Truth.TRUE, "Trusted", (state.message or "") if state else "")
    if state.verdict is None:
        return Statement(kind, Truth.UNKNOWN, "NotYet", "it was never fetched")
    remedy = f"`listsync accept {facts.name}` if that is right" if state.verdict in _ACCEPTABLE else facts.remedy
    return Statement(kind, Truth.FALSE, state.verdict.value, state.message or "", remedy)


def _ready(fetched: Statement, trusted: Statement) -> Statement:
    for one in (fetched, trusted):
        if one.status is not Truth.TRUE:
            return Statement(ConditionType.READY, one.status, one.reason, one.message, one.remedy)
    return Statement(ConditionType.READY, Truth.TRUE, "Ready")


def _resolved(facts: ListFacts) -> Statement:
    if facts.unresolved:
        told = f"{facts.unresolved} items without a title"
        return Statement(ConditionType.RESOLVED, Truth.FALSE, "Unresolved", told, "`listsync unresolved` shows them")
    return Statement(ConditionType.RESOLVED, Truth.TRUE, "Resolved")


def _converged(facts: ListFacts) -> Statement:
    if not facts.undone:
        return Statement(ConditionType.CONVERGED, Truth.TRUE, "Converged")
    counted = sorted(facts.undone.items(), key=lambda one: (-one[1], str(one[0])))
    told = ", ".join(f"{number} {why}" for why, number in counted)
    first = counted[0][0]
    remedy = REASONS[first].way_out if isinstance(first, Reason) and first in REASONS else ""
    if first == "Planned":
        remedy = "`listsync apply PLAN` carries the written plan out"
    return Statement(ConditionType.CONVERGED, Truth.FALSE, str(first), told, remedy)


def _suspended(facts: ListFacts) -> Statement:
    if facts.paused is None:
        return Statement(ConditionType.SUSPENDED, Truth.FALSE, "NotPaused")
    return Statement(ConditionType.SUSPENDED, Truth.TRUE, "Paused", facts.paused)
