"""What is worth telling after a run: pure.

Facts that last (a failure, a hold) are compared with what a receiver was told already, so that each is told once,
whatever becomes of runs and messages in between. Deeds (requests) wait until they are told.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.base import Document
from schemas.config.running import Occasion
from schemas.notification import ListTold, Notification, ToldTitle, Trouble
from schemas.plan import Action, Drift, DriftKind, PlannedAction, Unresolved
from schemas.reasons import REASONS, Reason
from schemas.report import Outcome, Status

MOST_TITLES = 500
"""That a section of a message holds; the rest is counted."""
TMDB = "https://www.themoviedb.org"
PASSES = frozenset(
    {
        Reason.ACTUAL_UNREADABLE,
        Reason.SOURCE_UNTRUSTED,
        Reason.SUPPRESSED,
        Reason.NO_SEASONS_YET,
        Reason.OUTCOME_UNKNOWN,
        Reason.QUOTA_EXCEEDED,
        Reason.STALE,
        Reason.STOPPED,
        Reason.PAUSED,
        Reason.OUTSIDE_WINDOW,
        Reason.FIRST_RUN_BUDGET,
        Reason.RUN_BUDGET,
        Reason.DAY_BUDGET,
    }
)
"""Holds that end by themselves, or that a person has just asked for: nobody is called for them."""
_REQUESTS = {Action.CREATE, Action.RETRY}
_LASTING = (Occasion.HELD, Occasion.UNRESOLVED, Occasion.DRIFT)
_BY_LIST = (Occasion.REQUESTED, Occasion.CANCELLED, Occasion.HELD, Occasion.UNRESOLVED)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that lasts and is told once."""

    name: str
    state: str | None
    """Told anew when it changes; None: nothing can be said now, and what was told stays so."""
    occasion: Occasion
    told: ToldTitle | None
    """None: everybody who wants to know it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things are after a pass, as far as people are told of it."""

    at: datetime
    run: str = ""
    server: str = ""
    revision: str = ""
    seconds: float = 0.0
    facts: tuple[Fact, ...] | None = None
    """Holds, unresolved items and drift. None: nobody could look."""
    is_whole: bool = True
    """Whether all lists were looked at: what is not among the facts is gone."""
    troubles: Mapping[str, Trouble]
    """What does not work now. Each is told once by its name, which may say more than its subject."""
    subjects: frozenset[str]
    """All of which it is known whether it works: what is among them and no trouble, does."""
    unknown: frozenset[str] = frozenset()
    """Subjects that exist, and were not looked at yet."""


class Deeds(Document):
    """What was done and not told yet."""

    requested: tuple[ToldTitle, ...] = ()
    cancelled: tuple[ToldTitle, ...] = ()
    left_out: dict[Occasion, int] = {}

    def joined(self, later: "Deeds") -> "Deeds":
        """These and later ones, as many as a message holds."""
        left = Counter(self.left_out) + Counter(later.left_out)
        requested, cancelled = self.requested + later.requested, self.cancelled + later.cancelled
        left[Occasion.REQUESTED] += max(0, len(requested) - MOST_TITLES)
        left[Occasion.CANCELLED] += max(0, len(cancelled) - MOST_TITLES)
        return Deeds(requested=requested[:MOST_TITLES], cancelled=cancelled[:MOST_TITLES], left_out=dict(+left))


class Told(Document):
    """What one receiver knows, and what waits for it: kept in the ledger."""

    troubles: dict[str, Trouble] = {}
    facts: dict[str, str] = {}
    waiting: Deeds = Deeds()
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """Where titles are shown."""

    server_url: str

    def on(self, told: ToldTitle) -> ToldTitle:
        """A title with its pages."""
        if told.key is None:
            return told
        path = f"/{told.key.kind.value}/{told.key.tmdb}"
        return replace(told, server_url=f"{self.server_url}{path}", tmdb_url=f"{TMDB}{path}")


def deeds_of(outcomes: Iterable[Outcome], links: Links) -> Deeds:
    """What a run requested and cancelled, in its order."""
    done = [one for one in outcomes if one.status is Status.DONE]
    return Deeds(
        requested=tuple(_deed(one, links) for one in done if one.action in _REQUESTS),
        cancelled=tuple(_deed(one, links) for one in done if one.action is Action.CANCEL),
    )


def _deed(one: Outcome, links: Links) -> ToldTitle:
    told = ToldTitle(
        title=one.title, year=one.year, key=one.key, seasons=one.seasons, lists=one.lists, reason=one.reason
    )
    return links.on(told)


def hold_facts(held: Iterable[PlannedAction], outcomes: Iterable[Outcome], links: Links) -> Iterator[Fact]:
    """Titles that wait for a person. What the server refused is held from now on."""
    refused = [one for one in outcomes if one.status in {Status.REFUSED, Status.HELD}]
    for one in itertools.chain[PlannedAction | Outcome](held, refused):
        if one.reason is None:
            continue
        told = ToldTitle(
            title=one.title,
            year=one.year,
            key=one.key,
            lists=one.lists,
            reason=one.reason,
            detail=one.detail,
            way_out=REASONS[one.reason].way_out.replace("KEY", str(one.key)),
        )
        state = None if one.reason in PASSES else one.reason.value
        yield Fact(f"held {one.key}", state, Occasion.HELD, links.on(told))


def unresolved_facts(unresolved: Iterable[Unresolved]) -> Iterator[Fact]:
    """List items that no title was found for."""
    for one in unresolved:
        told = ToldTitle(
            title=one.title,
            year=one.year,
            ref=one.ref,
            lists=(one.list,),
            reason=one.reason,
            detail=one.detail,
            way_out=REASONS[one.reason].way_out.replace("ITEM", one.ref),
        )
        state = None if one.reason is Reason.LOOKUP_FAILED else ""
        yield Fact(f"unresolved {one.list} {one.ref}", state, Occasion.UNRESOLVED, told)


def drift_facts(drift: Iterable[Drift], links: Links) -> Iterator[Fact]:
    """What others changed."""
    for one in drift:
        told = ToldTitle(
            title=one.title or ("the server" if one.kind is DriftKind.SERVER_CHANGED else ""),
            year=one.year,
            key=one.key,
            lists=one.lists,
            drift=one.kind,
            detail="; ".join(part for part in (one.detail, one.reaction) if part),
            way_out=one.way_out,
        )
        yield Fact(f"drift {one.kind.value} {one.key or one.title}", "", Occasion.DRIFT, links.on(told))


def lean(standing: Standing, everybody: Collection[tuple[Told, Collection[Occasion]]]) -> Standing:
    """Without the titles of facts that everybody was told who wants to be: what is left may be kept for long."""
    if standing.facts is None:
        return standing
    facts = tuple(
        replace(fact, told=None)
        if fact.state is None
        or all(fact.occasion not in wants or told.facts.get(fact.name) == fact.state for told, wants in everybody)
        else fact
        for fact in standing.facts
    )
    return replace(standing, facts=facts)


def composed(standing: Standing, told: Told, occasions: Collection[Occasion]) -> tuple[Notification, Told]:
    """The message for one receiver, which may be empty, and what it knows once it has it."""
    news = [
        fact
        for fact in standing.facts or ()
        if fact.occasion in occasions
        and fact.told is not None
        and fact.state is not None
        and told.facts.get(fact.name) != fact.state
    ]
    sections: dict[Occasion, Iterable[ToldTitle | Trouble]] = {
        Occasion.REQUESTED: told.waiting.requested,
        Occasion.CANCELLED: told.waiting.cancelled,
        **{kind: [fact.told for fact in news if fact.occasion is kind and fact.told] for kind in _LASTING},
        Occasion.FAILED: [one for name, one in standing.troubles.items() if name not in told.troubles],
        Occasion.RECOVERED: _recoveries(standing, told),
    }
    wanted = {*occasions, Occasion.RECOVERED} if Occasion.FAILED in occasions else {*occasions}
    held = {occasion: tuple(rows) for occasion, rows in sections.items() if occasion in wanted}
    message = _message(standing, held, told.waiting.left_out)
    after = Told(
        troubles=_troubles_after(standing, told),
        facts=_facts_after(standing, told, news),
        sent_at=told.sent_at if message.is_empty else standing.at,
    )
    return message, after


def _recoveries(standing: Standing, told: Told) -> list[Trouble]:
    """Of what exists still, and works for sure."""
    well = standing.subjects - {one.subject for one in standing.troubles.values()}
    return [
        Trouble(subject=one.subject, message=f"works again; it had failed: {one.message}", since=one.since)
        for one in told.troubles.values()
        if one.subject in well
    ]


def _troubles_after(standing: Standing, told: Told) -> dict[str, Trouble]:
    """What was not looked at stays as it was told; what exists no more is forgotten."""
    still = {
        name: one for name, one in told.troubles.items() if name in standing.troubles or one.subject in standing.unknown
    }
    return {**standing.troubles, **still}


def _facts_after(standing: Standing, told: Told, news: Iterable[Fact]) -> dict[str, str]:
    if standing.facts is None:
        return told.facts
    present = {fact.name for fact in standing.facts}
    kept = {name: state for name, state in told.facts.items() if name in present or not standing.is_whole}
    return kept | {fact.name: fact.state for fact in news if fact.state is not None}


def _message(
    standing: Standing, sections: Mapping[Occasion, tuple[ToldTitle | Trouble, ...]], left_out: Mapping[Occasion, int]
) -> Notification:
    left = Counter({occasion: max(0, len(rows) - MOST_TITLES) for occasion, rows in sections.items()})
    left += Counter({occasion: number for occasion, number in left_out.items() if occasion in sections})
    return Notification.model_validate(
        {
            "at": standing.at,
            "server": standing.server,
            "run": standing.run,
            "revision": standing.revision,
            "seconds": standing.seconds,
            "lists": _by_list(sections),
            "left_out": dict(+left),
            **{occasion.value: rows[:MOST_TITLES] for occasion, rows in sections.items()},
        }
    )


def _by_list(sections: Mapping[Occasion, tuple[ToldTitle | Trouble, ...]]) -> tuple[ListTold, ...]:
    """Counts, in the order in which lists come up. A title counts for the list that leads it: the first of them."""
    counted: dict[str, Counter[str]] = {}
    for occasion in _BY_LIST:
        for row in sections.get(occasion, ()):
            if isinstance(row, ToldTitle) and row.lists:
                counted.setdefault(row.lists[0], Counter())[occasion.value] += 1
    return tuple(ListTold.model_validate({"name": name, **numbers}) for name, numbers in counted.items())
