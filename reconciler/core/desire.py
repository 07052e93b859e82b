"""What the lists want: filters, limits, combining, leads (design, sections 2 and 3). Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from reconciler.core.decide import Desired
from reconciler.core.match import strip_year
from schemas.fetch import ListState, Snapshot, Verdict
from schemas.media import Item, Key, Kind
from schemas.plan import Excluded, Unresolved
from schemas.reasons import Reason
from schemas.record import Record, Resolved, Terms
from schemas.server import Details, RequestOptions

SeasonRule = str | int
"""`all`, `first`, `latest`, or a season's number."""


@dataclass(frozen=True, slots=True)
class Combination:
    """A list made of others: titles that at least so many of `of` want, and none of `without`."""

    of: tuple[str, ...]
    at_least: int = 1
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListRule:
    """What the configuration says of one list, names resolved to the server's ids."""

    name: str
    source: str = ""
    personal: bool = False
    requests: bool = True
    """False for an ingredient (`input_only`)."""
    limit: int | None = None
    sort: str = "position"
    seasons: tuple[SeasonRule, ...] = ("all",)
    qualities: tuple[bool, ...] = (False,)
    """`is_4k` of the keys that a title becomes."""
    terms: Terms = field(default_factory=Terms)
    options: RequestOptions = field(default_factory=RequestOptions)
    combination: Combination | None = None
    refuses: Callable[[Item], str | None] = lambda _: None
    """The list's filter: the rule and the value that exclude an item, in words, or None."""
    reads_until: int | None = None
    """How many rows suffice: the limit, where neither filter nor another order needs more."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A title that a list wants."""

    title_key: Key
    """In HD: the qualities are the requesting list's."""
    title: str
    year: int | None
    ref: str
    rank: int
    """1-based place in the list, after filters and sorting."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What one list wants, and what became of all its other rows."""

    chosen: Mapping[Key, Chosen] = field(default_factory=dict)
    excluded: tuple[Excluded, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()

    @property
    def uncertain(self) -> bool:
        """Whether some lookup failed, so that a title that seems lost may be one that could not be looked up."""
        return any(item.reason is Reason.LOOKUP_FAILED for item in self.unresolved)


@dataclass(frozen=True, slots=True)
class Want:
    """A key that some list wants; `lead` is the first of its sponsors in the order of the configuration."""

    key: Key
    title: str
    year: int | None
    sponsors: tuple[str, ...]
    lead: str
    seasons: frozenset[SeasonRule]
    position: int
    list_order: int
    personal: bool
    terms: Terms
    options: RequestOptions


def contents(state: ListState | None, source: str) -> tuple[Item, ...]:
    """The rows that count now: the trusted snapshot, plus what an untrusted fetch adds to it."""
    trusted = _items(state.trusted if state else None, source)
    extra = _items(state.extra if state else None, source)
    known = {item.ref for item in trusted}
    return trusted + tuple(item for item in extra if item.ref not in known)


def earlier_contents(state: ListState | None, source: str) -> tuple[Item, ...]:
    """The rows of the trusted fetch before the last: a loss counts when they lack the title too."""
    return _items(state.previous if state else None, source)


def _items(snapshot: Snapshot | None, source: str) -> tuple[Item, ...]:
    return snapshot.items if snapshot is not None and snapshot.source == source else ()


def fetched_well(state: ListState | None, source: str) -> bool:
    """Whether this source was ever read to a trusted end."""
    return state is not None and state.trusted is not None and state.trusted.source == source


def loss_countable(state: ListState | None, source: str) -> bool:
    """Whether two trusted fetches can be compared; an edited source counts at once: its past is another list's."""
    return fetched_well(state, source) and state is not None and state.previous is not None


def candidates(rule: ListRule, items: Sequence[Item], denied: int = 0) -> tuple[tuple[Item, ...], tuple[Excluded, ...]]:
    """The rows to resolve, best first, and the rows that need no resolution to be left out. `denied` is the number
    of denied titles: a limit leaves room for them, since a denied title does not use up a place."""
    kept: list[Item] = []
    excluded: list[Excluded] = []
    for item in items:
        if item.excluded is not None:
            excluded.append(_excluded(rule.name, item, Reason.NOT_REQUESTABLE, item.excluded))
        elif (refusal := rule.refuses(item)) is not None:
            excluded.append(_excluded(rule.name, item, Reason.FILTERED, refusal))
        else:
            kept.append(item)
    ordered = _sorted(kept, rule.sort)
    room = len(ordered) if rule.limit is None else rule.limit + denied
    beyond = f"the list keeps {rule.limit}"
    excluded += [_excluded(rule.name, item, Reason.OVER_LIMIT, beyond) for item in ordered[room:]]
    return tuple(ordered[:room]), tuple(excluded)


def select(
    rule: ListRule,
    items: Sequence[Item],
    resolve: Callable[[Item], Resolved],
    denies: Callable[[Key], str | None],
) -> Selection:
    """What the list wants of resolved rows; `denies` gives the reason (maybe empty) of a denied title, else None."""
    chosen: dict[Key, Chosen] = {}
    excluded: list[Excluded] = []
    unresolved: list[Unresolved] = []
    used = 0
    for item in items:
        answer = resolve(item)
        why = denies(answer.key) if answer.key is not None else None
        if why is not None:
            excluded.append(_excluded(rule.name, item, Reason.DENIED, why, answer.key))
        elif rule.limit is not None and used >= rule.limit:
            excluded.append(_excluded(rule.name, item, Reason.OVER_LIMIT, f"the list keeps {rule.limit}"))
        elif answer.key is None:
            used += 1
            unresolved.append(_unresolved(rule.name, item, answer))
        elif answer.key in chosen:
            other = chosen[answer.key].ref
            excluded.append(_excluded(rule.name, item, Reason.DUPLICATE, f"the same title as {other}", answer.key))
        else:
            used += 1
            title, year = answer.title or strip_year(item.title), answer.year or item.year
            chosen[answer.key] = Chosen(answer.key, title, year, item.ref, len(chosen) + 1)
    return Selection(chosen, tuple(excluded), tuple(unresolved))


def combine(rule: ListRule, selections: Mapping[str, Selection]) -> Selection:
    """The titles of a combination, in the order of its ingredients."""
    made = rule.combination
    assert made is not None
    votes = Counter(key for name in made.of for key in selections[name].chosen)
    without = {key for name in made.without for key in selections[name].chosen}
    found: dict[Key, Chosen] = {}
    for name in made.of:
        for key, title in selections[name].chosen.items():
            if key not in found and key not in without and votes[key] >= made.at_least:
                found[key] = title
    kept = list(found.items())[: rule.limit]
    chosen = {
        key: Chosen(key, title.title, title.year, title.ref, rank) for rank, (key, title) in enumerate(kept, start=1)
    }
    return Selection(chosen)


def wants(rules: Iterable[ListRule], selections: Mapping[str, Selection]) -> dict[Key, Want]:
    """Every wanted key with its sponsors; requester, options and policy are the lead's, seasons are the union."""
    found: dict[Key, Want] = {}
    for order, rule in enumerate(rule for rule in rules if rule.requests):
        for key in selections[rule.name].chosen:
            title = selections[rule.name].chosen[key]
            for is_4k in rule.qualities:
                wanted = Key(key.kind, key.tmdb, is_4k)
                found[wanted] = _sponsor(found.get(wanted), wanted, title, rule, order)
    return found


def _sponsor(known: Want | None, key: Key, title: Chosen, rule: ListRule, order: int) -> Want:
    seasons = frozenset(rule.seasons) if key.kind is Kind.TV else frozenset()
    if known is None:
        return Want(
            key,
            title.title,
            title.year,
            (rule.name,),
            rule.name,
            seasons,
            title.rank,
            order,
            rule.personal,
            rule.terms,
            rule.options,
        )
    place = min((known.position, known.list_order), (title.rank, order))
    return Want(
        key,
        known.title,
        known.year,
        (*known.sponsors, rule.name),
        known.lead,
        known.seasons | seasons,
        *place,
        known.personal or rule.personal,
        known.terms,
        known.options,
    )


def titled(found: Mapping[Key, Want], details: Mapping[tuple[Kind, int], Details]) -> dict[Key, Want]:
    """The wants, where a row was a bare id, with the title that the server knows."""
    return {
        key: replace(want, title=details[key.title].title, year=details[key.title].year)
        if not want.title and key.title in details
        else want
        for key, want in found.items()
    }


@dataclass(frozen=True, slots=True)
class Losses:
    """Which lists can testify that they lost a title, and what each held before."""

    earlier: Mapping[str, frozenset[Key]]
    """By list of the configuration that can testify: the titles of its trusted fetch before the last."""
    declared: frozenset[str]
    """The lists of the configuration that request."""

    def confirmed(self, record: Record) -> bool:
        """Whether every former sponsor lost it for good: removed from the configuration, or without it twice."""
        title = Key(record.key.kind, record.key.tmdb)
        return all(
            name not in self.declared or (name in self.earlier and title not in self.earlier[name])
            for name in record.sponsors
        )


def desired(want: Want | None, record: Record | None, losses: Losses, denied: str | None) -> Desired:
    """Wanted, unknown or absent. A denial counts at once."""
    if want is not None:
        return Desired.WANTED
    if denied is not None or record is None or losses.confirmed(record):
        return Desired.ABSENT
    return Desired.UNKNOWN


def trusts(verdict: Verdict | None) -> bool:
    """Whether the list's last word may be acted on without reserve."""
    return verdict in {Verdict.TRUSTED, Verdict.KEPT}


def _sorted(items: list[Item], sort: str) -> list[Item]:
    field_name, descending = sort.removeprefix("-"), sort.startswith("-")
    read = _SORTS[field_name]
    known = [item for item in items if read(item) is not None]
    unknown = [item for item in items if read(item) is None]
    known.sort(key=lambda item: (read(item), -item.position if descending else item.position), reverse=descending)
    return known + unknown


def _rating(item: Item) -> float | None:
    return item.ratings.get("imdb", next(iter(item.ratings.values()), None))


def _votes(item: Item) -> float | None:
    return item.votes.get("imdb", next(iter(item.votes.values()), None))


def _stamp(moment: datetime | date | None) -> float | None:
    """Dates and moments, aware or not, on one scale."""
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC).timestamp()


_SORTS: Mapping[str, Callable[[Item], float | None]] = {
    "position": lambda item: item.position,
    "added": lambda item: _stamp(item.added),
    "rating": _rating,
    "votes": _votes,
    "release": lambda item: _stamp(item.released) or (item.year and _stamp(date(item.year, 1, 1))),
}


def _excluded(name: str, item: Item, reason: Reason, detail: str, key: Key | None = None) -> Excluded:
    return Excluded(list=name, ref=item.ref, title=item.title, year=item.year, key=key, reason=reason, detail=detail)


def _unresolved(name: str, item: Item, answer: Resolved) -> Unresolved:
    return Unresolved(
        list=name,
        ref=item.ref,
        title=item.title,
        year=item.year,
        reason=answer.reason or Reason.NOT_FOUND,
        detail=answer.detail,
        candidates=answer.candidates,
    )
