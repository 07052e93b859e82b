"""What the table, the rules of a filter and the rails say of one title, for people. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.core.decide import Desired, Situation, decide
from reconciler.core.filter_values import told_by_details, told_by_item, told_by_match
from reconciler.core.filters import Answer, ListFilter, Rule
from reconciler.core.spending import Check
from schemas.explain import FilterVerdict, RailVerdict
from schemas.media import Item, Kind
from schemas.plan import Action
from schemas.reasons import Reason
from schemas.record import RecordState
from schemas.server import Details

_NOES = 4
"""As many noes as can lie behind each other."""


def in_the_way(case: Situation) -> Iterator[Reason]:
    """Every no of the table between a title and its request, the first one first: each is thought away in its turn, so
    that nobody lifts one to find the next behind it. Nothing for what is there or on its way."""
    if case.desired is not Desired.WANTED:
        yield from _unwanted(case)
        case = replace(case, desired=Desired.WANTED, denied=False, corrected=False)
    for _ in range(_NOES):
        made = decide(case)
        if made.reason is None or not _is_no(made.action, made.becomes, made.reason):
            return
        yield made.reason
        if made.reason is case.standing:
            case = replace(case, standing=None)
        elif made.action is Action.RECORD or made.reason in {Reason.SUPPRESSED, Reason.NOT_KEPT}:
            case = replace(case, record=made.becomes, lifted=True)
        else:
            return


def _unwanted(case: Situation) -> Iterator[Reason]:
    """In the order of the table, where what is unknown comes before what an override says."""
    if case.desired is Desired.UNKNOWN:
        yield Reason.SOURCE_UNTRUSTED
    if case.denied:
        yield Reason.DENIED
    elif case.corrected:
        yield Reason.MATCH_CORRECTED
    elif case.desired is Desired.ABSENT:
        yield Reason.LEFT_ALL_LISTS


def _is_no(action: Action, becomes: RecordState, reason: Reason) -> bool:
    if action is Action.HOLD or reason is Reason.PARTLY_AVAILABLE:
        return True
    return action is Action.RECORD and becomes is RecordState.SUPPRESSED


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom the rules of a filter are asked about: the rows of one title, what it is, and what the server knows."""

    rows: Sequence[Item]
    kind: Kind | None = None
    year: int | None = None
    details: Details | None = None


def filter_verdicts(asked: ListFilter, about: Asked) -> tuple[FilterVerdict, ...]:
    """Each rule's answer, whatever the others say."""
    return tuple(_verdict(rule, about) for rule in asked.rules)


def _verdict(rule: Rule, about: Asked) -> FilterVerdict:
    for answer, value in _answers(rule, about):
        if answer is not None:
            return FilterVerdict(rule=rule.name, verdict="excludes" if answer else "holds", detail=answer or value)
    return FilterVerdict(rule=rule.name, verdict="unknown")


def _answers(rule: Rule, about: Asked) -> Iterator[tuple[Answer, str]]:
    """In the order in which a rule is asked: the rows, the match, the server's details. Beside each the value found."""
    for row in about.rows:
        yield rule.of_item(row), told_by_item(rule.name, row)
    if about.kind is not None:
        yield rule.of_match(about.kind, about.year), told_by_match(rule.name, about.kind, about.year)
    if about.details is not None and rule.of_details is not None:
        yield rule.of_details(about.details), told_by_details(rule.name, about.details)


def rail_verdict(check: Check) -> RailVerdict:
    """A rail's check as a document."""
    return RailVerdict(
        rail=check.rail,
        list=check.scope,
        passes=check.refusal is None,
        detail=rail_detail(check),
        reason=check.refusal,
        turn=check.turn if check.refusal is not None and not check.holds else None,
    )


def rail_detail(check: Check) -> str:
    """What a rail goes by, in words."""
    match check.rail:
        case "pause":
            return str(check.pause or "")
        case "window":
            return _until("closed until" if check.refusal else "open until", check.turn)
        case "mass_change":
            return f"{check.used} at once, of at most {check.limit}"
        case "quota":
            return f"{check.limit} left on the server, {check.used} of them for titles before it"
        case _:
            return f"{check.used} of {check.limit} used"


def _until(words: str, moment: datetime | None) -> str:
    return f"{words} {moment:%Y-%m-%d %H:%M %Z}" if moment else words
