"""From a list's rows to its selection: filter, order, limit, combining (design, sections 2 and 5). Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from math import isfinite

from reconciler.core.desire import Chosen, ListRule, Selection
from reconciler.core.filters import Rule
from reconciler.core.match import strip_year
from schemas.media import Item, Key, Kind
from schemas.plan import Excluded, Unresolved
from schemas.reasons import Reason
from schemas.record import Candidate, Resolved
from schemas.server import Details

TitleId = tuple[Kind, int]
Resolve = Callable[[Item], Resolved]


@dataclass(frozen=True, slots=True)
class Offer:
    """A title that a list may want: a row, or in a combination the rows of its ingredients."""

    rows: tuple[Item, ...]
    place: int
    """In the list's own order, 1-based."""
    open: tuple[Rule, ...] = ()
    """The rules of the list's filter that the rows do not answer."""
    known: Chosen | None = None
    """In a combination: the title as its first ingredient has it."""
    through: tuple[str, ...] = ()
    """In a combination: the ingredients that hold it."""


def offers(items: Iterable[Item]) -> Iterator[Offer]:
    """A list's own rows."""
    return (Offer((item,), item.position) for item in items)


def candidates(rule: ListRule, offered: Iterable[Offer]) -> tuple[tuple[Offer, ...], tuple[Excluded, ...]]:
    """What may be wanted, best first, and what needs no look-up to be left out."""
    kept: list[Offer] = []
    excluded: list[Excluded] = []
    for offer in offered:
        why = offer.rows[0].excluded
        if why is not None:
            excluded.append(_excluded(rule, offer, Reason.NOT_REQUESTABLE, why))
            continue
        screening = rule.filter.of_rows(offer.rows)
        if screening.refusal:
            excluded.append(_excluded(rule, offer, Reason.FILTERED, screening.refusal))
        else:
            kept.append(replace(offer, open=screening.open) if screening.open else offer)
    return tuple(_sorted(kept, rule.sort)), tuple(excluded)


class Selecting:
    """Candidates become a selection, portion by portion in their order: once the limit is filled, no other needs to be
    looked up."""

    def __init__(self, rule: ListRule, denies: Callable[[Key], str | None]) -> None:
        self._rule, self._denies = rule, denies
        self._chosen: dict[Key, Chosen] = {}
        self._excluded: list[Excluded] = []
        self._unresolved: list[Unresolved] = []

    @property
    def full(self) -> bool:
        """Whether the limit is filled. A row that could not be looked up may be one of the titles: it takes a place."""
        limit = self._rule.limit
        return limit is not None and len(self._chosen) + len(self._unresolved) >= limit

    def asks(self, offer: Offer, resolve: Resolve) -> TitleId | None:
        """The title whose details the server has to tell before the candidate can be decided on."""
        if not offer.open:
            return None
        key, _, year = _identity(offer, resolve)
        if key is None or key in self._chosen or self._denies(key) is not None:
            return None
        return key.title if self._rule.filter.of_match(offer.open, key.kind, year).open else None

    def take(
        self,
        portion: Iterable[Offer],
        resolve: Resolve,
        details: Mapping[TitleId, Details],
        unknown: Collection[TitleId] = (),
    ) -> None:
        """Decide on the next candidates. `details` lacks titles whose details could not be read; `unknown` are those
        that TMDB does not know."""
        for offer in portion:
            key, title, year = _identity(offer, resolve)
            why = self._denies(key) if key is not None else None
            if why is not None:
                self._exclude(offer, Reason.DENIED, why, key)
            elif self.full:
                self._excluded.append(_beyond(self._rule, offer))
            elif key is None:
                answer = resolve(offer.rows[0])
                reason = answer.reason or Reason.NOT_FOUND
                self._unresolved.append(_unresolved(self._rule, offer, reason, answer.detail, answer.candidates))
            elif key.title in unknown and self._rule.filter.of_match(offer.open, key.kind, year).open:
                self._unresolved.append(
                    _unresolved(self._rule, offer, Reason.UNKNOWN_ID, f"the filter asks for details of {key}")
                )
            elif key in self._chosen:
                self._exclude(offer, Reason.DUPLICATE, f"the same title as {self._chosen[key].ref}", key)
            else:
                self._filter(offer, key, title, year, details)

    def _filter(self, offer: Offer, key: Key, title: str, year: int | None, details: Mapping[TitleId, Details]) -> None:
        """A title whose details cannot be read now waits: letting it pass would request in an outage what the filter is
        there to keep out, and leaving it out would drop what was wanted."""
        screening = self._rule.filter.of_match(offer.open, key.kind, year)
        refusal = screening.refusal
        if screening.open:
            known = details.get(key.title)
            if known is None:
                asked = ", ".join(rule.name for rule in screening.open)
                why = f"its details on the server, which the filter asks for ({asked}), cannot be read now"
                self._unresolved.append(_unresolved(self._rule, offer, Reason.LOOKUP_FAILED, why))
                return
            refusal = self._rule.filter.of_details(screening.open, known)
        if refusal:
            self._exclude(offer, Reason.FILTERED, refusal, key)
        else:
            rank = len(self._chosen) + 1
            self._chosen[key] = Chosen(key, title, year, offer.rows, rank, offer.through)

    def _exclude(self, offer: Offer, reason: Reason, detail: str, key: Key | None) -> None:
        self._excluded.append(_excluded(self._rule, offer, reason, detail, key))

    def finish(self, rest: Sequence[Offer], before: tuple[Excluded, ...], unseen: str = "") -> Selection:
        """The selection: `rest` are the candidates that were not taken, `unseen` says why if not for the limit."""
        beyond = tuple(_beyond(self._rule, offer, unseen) for offer in rest)
        excluded = (*before, *self._excluded, *beyond)
        return Selection(self._chosen, excluded, tuple(self._unresolved), cut_short=bool(unseen and rest))


def combined(rule: ListRule, selections: Mapping[str, Selection]) -> tuple[tuple[Offer, ...], tuple[Excluded, ...]]:
    """The titles of a combination, in the order of its ingredients, and those that it leaves out."""
    made = rule.combination
    assert made is not None
    holders: dict[Key, list[str]] = {}
    for name in dict.fromkeys(made.of):
        for key in selections[name].chosen:
            holders.setdefault(key, []).append(name)
    offered: list[Offer] = []
    excluded: list[Excluded] = []
    for place, (key, through) in enumerate(holders.items(), start=1):
        found = [selections[name].chosen[key] for name in through]
        rows = tuple(row for one in found for row in one.rows)
        offer = Offer(rows, place, known=found[0], through=tuple(through))
        holder = next((name for name in made.without if key in selections[name].chosen), None)
        if holder is not None:
            excluded.append(_excluded(rule, offer, Reason.NOT_COMBINED, f"{holder} holds it too", key))
        elif len(through) < made.at_least:
            detail = f"{len(through)} of at least {made.at_least} lists"
            excluded.append(_excluded(rule, offer, Reason.NOT_COMBINED, detail, key))
        else:
            offered.append(offer)
    return tuple(offered), tuple(excluded)


def _identity(offer: Offer, resolve: Resolve) -> tuple[Key | None, str, int | None]:
    """Which title it is, and its name: the server's, or else the row's."""
    if offer.known is not None:
        return offer.known.title_key, offer.known.title, offer.known.year
    row, answer = offer.rows[0], resolve(offer.rows[0])
    return answer.key, answer.title or strip_year(row.title), answer.year or row.year


def _sorted(offered: list[Offer], sort: str) -> list[Offer]:
    """What does not tell the value comes last, whatever the direction; of equals, the one that stands first in the
    list."""
    field, descending = sort.removeprefix("-"), sort.startswith("-")
    if field == "position":
        return sorted(offered, key=lambda offer: offer.place, reverse=descending)
    read = _SORTS[field]
    known: list[tuple[float, int, Offer]] = []
    unknown: list[Offer] = []
    for offer in offered:
        value = next((told for row in offer.rows if (told := read(row)) is not None), None)
        if value is None:
            unknown.append(offer)
        else:
            known.append((-value if descending else value, offer.place, offer))
    known.sort(key=lambda one: one[:2])
    return [offer for *_, offer in known] + unknown


def _rating(item: Item) -> float | None:
    """IMDb's, else the first that is told, on a scale to 10."""
    service = "imdb" if "imdb" in item.ratings else next(iter(item.ratings), "")
    value = item.ratings.get(service)
    return value * _SCALES.get(service, 1.0) if value is not None and isfinite(value) else None


_SCALES = {"letterboxd": 2.0, "metacritic": 0.1, "rottentomatoes": 0.1, "mdblist": 0.1}


def _votes(item: Item) -> float | None:
    return item.votes.get("imdb", next(iter(item.votes.values()), None))


def _released(item: Item) -> float | None:
    if item.released is not None:
        return _stamp(item.released)
    return _stamp(date(item.year, 1, 1)) if item.year and date.min.year <= item.year <= date.max.year else None


def _stamp(moment: datetime | date | None) -> float | None:
    """Dates and moments, aware or not, on one scale."""
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC).timestamp()


_SORTS: Mapping[str, Callable[[Item], float | None]] = {
    "added": lambda item: _stamp(item.added),
    "rating": _rating,
    "votes": _votes,
    "release": _released,
}


def _beyond(rule: ListRule, offer: Offer, why: str = "") -> Excluded:
    return _excluded(rule, offer, Reason.OVER_LIMIT, why or f"the list keeps {rule.limit}")


def _excluded(rule: ListRule, offer: Offer, reason: Reason, detail: str, key: Key | None = None) -> Excluded:
    """With the ingredients, of a combination's title: they are where it comes from."""
    row = offer.rows[0]
    if offer.through:
        detail = f"{detail} (through {', '.join(offer.through)})"
    if key is None and offer.known is not None:
        key = offer.known.title_key
    return Excluded(list=rule.name, ref=row.ref, title=row.title, year=row.year, key=key, reason=reason, detail=detail)


def _unresolved(
    rule: ListRule, offer: Offer, reason: Reason, detail: str, candidates: tuple[Candidate, ...] = ()
) -> Unresolved:
    row = offer.rows[0]
    return Unresolved(
        list=rule.name,
        ref=row.ref,
        title=row.title,
        year=row.year,
        reason=reason,
        detail=detail,
        candidates=candidates,
    )
