"""Candidates are looked up and decided on, portion by portion: keys and details are asked for only as far as a list's
limit needs them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.core.desire import ListRule, Selection
from reconciler.core.selecting import Offer, Selecting, TitleId
from reconciler.observe import MOST_RENEWED, Read, filter_details, kept_details
from reconciler.resolve import Resolver, make_resolver
from reconciler.session import Session
from schemas.media import Item, Key
from schemas.plan import Excluded
from schemas.server import Details

LOOKS_PER_PLACE = 20
LEAST_LOOKS = 200
"""How many titles of a list with a limit are looked into in one run, for a filter that refuses nearly all of them; the
next run goes on from there."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A list's candidates, best first, and what was left out before."""

    rule: ListRule
    candidates: tuple[Offer, ...]
    excluded: tuple[Excluded, ...]
    total: int
    """Rows in the contents that count."""


@dataclass(slots=True)
class Looking:
    """What was looked up so far, and from whom more is had."""

    resolver: Resolver
    resolve: Callable[[Sequence[Item]], Resolver]
    read: Callable[[set[TitleId]], Read]
    details: dict[TitleId, Details] = field(default_factory=dict)
    unknown: set[TitleId] = field(default_factory=set)
    asked: set[TitleId] = field(default_factory=set)
    seen: list[Item] = field(default_factory=list)
    """The rows that were looked up."""

    def learn(self, rows: Sequence[Item]) -> None:
        """Which titles these rows are."""
        if rows:
            found = self.resolve(rows)
            self.resolver = Resolver({**self.resolver.answers, **found.answers}, found.pins, found.now)
            self.seen += rows

    def look_into(self, titles: set[TitleId]) -> frozenset[TitleId]:
        """The details of these titles; returns those that were never read before."""
        unknown = titles - self.asked
        if not unknown:
            return frozenset()
        self.asked |= unknown
        read = self.read(unknown)
        self.details |= read.details
        self.unknown |= read.unknown
        return read.new


def asking(session: Session, pins: Mapping[str, Key]) -> Looking:
    """Asks the server for what the ledger does not know, and for some of what it has known for long."""
    renewals = MOST_RENEWED

    def read(titles: set[TitleId]) -> Read:
        nonlocal renewals
        found = filter_details(session, titles, renewals)
        renewals -= found.renewed
        return found

    return Looking(make_resolver(session, (), (), pins), lambda rows: make_resolver(session, rows, (), pins), read)


def recalling(session: Session, pins: Mapping[str, Key]) -> Looking:
    """Rests on what the ledger knows."""
    return Looking(
        make_resolver(session, (), (), pins),
        lambda rows: make_resolver(session, (), rows, pins),
        lambda titles: kept_details(session, titles),
    )


def select_all(
    offered: Mapping[str, Offered], looking: Looking, denies: Callable[[Key], str | None], denied: int
) -> dict[str, Selection]:
    """What each list wants. `denied` is the number of denied titles: they do not use up a limit's places, so that many
    rows more are looked up with the first ones."""
    filling = {name: _Filling(one, denies, denied) for name, one in offered.items()}
    while under_way := [one for one in filling.values() if not one.done]:
        portions = [(one, one.next_portion()) for one in under_way]
        looking.learn([offer.rows[0] for _, portion in portions for offer in portion if offer.known is None])
        asked = [one.asked(portion, looking.resolver) for one, portion in portions]
        new = looking.look_into(set().union(*asked))
        for (one, portion), titles in zip(portions, asked, strict=True):
            one.take(portion, looking, len(titles & new))
    return {name: one.selection() for name, one in filling.items()}


class _Filling:
    """One list on its way to its limit."""

    def __init__(self, offered: Offered, denies: Callable[[Key], str | None], denied: int) -> None:
        limit = offered.rule.limit
        self._selecting = Selecting(offered.rule, denies)
        self._offered = offered
        self._taken = 0
        self._looks = 0
        self._size = len(offered.candidates) if limit is None else limit + denied
        self._most = None if limit is None else max(LEAST_LOOKS, LOOKS_PER_PLACE * limit)

    @property
    def done(self) -> bool:
        """Whether nothing more is to be taken: the limit is filled, the rows are all taken, or enough was asked."""
        return self._taken >= len(self._offered.candidates) or self._selecting.full or self._tired

    @property
    def _tired(self) -> bool:
        return self._most is not None and self._looks >= self._most

    def next_portion(self) -> Sequence[Offer]:
        """The next candidates: as many as the limit at first, then twice as many each time."""
        size = self._size if self._most is None else min(self._size, self._most - self._looks)
        return self._offered.candidates[self._taken : self._taken + size]

    def asked(self, portion: Sequence[Offer], resolver: Resolver) -> set[TitleId]:
        """The titles among them whose details decide."""
        return {title for offer in portion if (title := self._selecting.asks(offer, resolver)) is not None}

    def take(self, portion: Sequence[Offer], looking: Looking, looks: int) -> None:
        """Decide on them, once they are looked up; so many were looked into for the first time."""
        self._taken += len(portion)
        self._looks += looks
        self._size *= 2
        self._selecting.take(portion, looking.resolver, looking.details, looking.unknown)

    def selection(self) -> Selection:
        """What the list wants, and what became of all its other rows."""
        rest = self._offered.candidates[self._taken :]
        unseen = ""
        if rest and not self._selecting.full:
            unseen = (
                f"not looked into yet: the filter needs the server's details, and one run reads {self._most} of them"
            )
        return self._selecting.finish(rest, self._offered.excluded, unseen)
