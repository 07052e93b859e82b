"""What the lists want: rules, leads, wants and losses (design, sections 2 and 3). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reconciler.core.decide import Desired
from reconciler.core.filters import NO_FILTER, ListFilter
from schemas.fetch import ListState, Snapshot, Verdict
from schemas.media import Item, Key, Kind
from schemas.plan import Excluded, Unresolved
from schemas.reasons import Reason
from schemas.record import Record, Terms
from schemas.server import Details, RequestOptions

SeasonRule = str | int
"""`all`, `first`, `latest`, or a season's number."""
Route = tuple[Kind, bool]
"""Kind and `is_4k`: what decides which Radarr or Sonarr a request goes to."""


@dataclass(frozen=True, slots=True)
class Combination:
    """A list made of others: titles that at least so many of `of` want, and none of `without`."""

    of: tuple[str, ...]
    at_least: int = 1
    without: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"combine: {', '.join(self.of)}"


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
    """The requester, and all else that is the same for every title."""
    routes: Mapping[Route, RequestOptions] = field(default_factory=dict)
    """Options that differ by kind and quality: each has a Radarr or Sonarr of its own."""
    obstacles: Mapping[Route, str] = field(default_factory=dict)
    """Why titles of a kind and quality cannot be requested as the list asks, in words."""
    combination: Combination | None = None
    filter: ListFilter = NO_FILTER
    reads_until: int | None = None
    """How many rows suffice: the limit, where neither filter nor another order needs more."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A title that a list wants."""

    title_key: Key
    """In HD: the qualities are the requesting list's."""
    title: str
    year: int | None
    rows: tuple[Item, ...]
    """The row that wants it; in a combination, one of each ingredient that holds it."""
    rank: int
    """1-based place in the list, after filters and sorting."""
    through: tuple[str, ...] = ()
    """In a combination: the ingredients that hold it."""

    @property
    def ref(self) -> str:
        """The row's own name."""
        return self.rows[0].ref


@dataclass(frozen=True, slots=True)
class Selection:
    """What one list wants, and what became of all its other rows."""

    chosen: Mapping[Key, Chosen] = field(default_factory=dict)
    excluded: tuple[Excluded, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    cut_short: bool = False
    """Whether rows were left for the next run, so that the limit is not filled yet."""

    @property
    def uncertain(self) -> bool:
        """Whether something was not looked up, so that a title that seems lost may be one that was not seen."""
        return self.cut_short or any(item.reason is Reason.LOOKUP_FAILED for item in self.unresolved)


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
    obstacle: str = ""
    """Why it cannot be requested as its lead asks."""


def contents(state: ListState | None, source: str) -> tuple[Item, ...]:
    """The rows that count now: the trusted snapshot, plus what an untrusted fetch adds to it. That comes behind: by its
    own places it would push trusted rows over a limit, and it may add, never remove."""
    trusted = _items(state.trusted if state else None, source)
    extra = _items(state.extra if state else None, source)
    if not extra:
        return trusted
    known, last = {item.ref for item in trusted}, max((item.position for item in trusted), default=0)
    return trusted + tuple(replace(item, position=last + item.position) for item in extra if item.ref not in known)


def earlier_contents(state: ListState | None, source: str) -> tuple[Item, ...]:
    """The rows of the trusted fetch before the last: a loss counts when they lack the title too."""
    return _items(state.previous if state else None, source)


def new_rows(state: ListState, source: str) -> tuple[Item, ...]:
    """The rows that the last fetch brought and the believed one before it did not have; none where there is no such."""
    now, before = (state.extra, state.trusted) if state.extra else (state.trusted, state.previous)
    if now is None or before is None or now.digest == before.digest or now.source != source or before.source != source:
        return ()
    known = {item.ref for item in before.items}
    return tuple(item for item in now.items if item.ref not in known)


def _items(snapshot: Snapshot | None, source: str) -> tuple[Item, ...]:
    return snapshot.items if snapshot is not None and snapshot.source == source else ()


def fetched_well(state: ListState | None, source: str) -> bool:
    """Whether this source was ever read to a trusted end."""
    return state is not None and state.trusted is not None and state.trusted.source == source


def loss_countable(state: ListState | None, source: str) -> bool:
    """Whether two trusted fetches can be compared; an edited source counts at once: its past is another list's."""
    return fetched_well(state, source) and state is not None and state.previous is not None


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
            rule.routes.get((key.kind, key.is_4k), rule.options),
            rule.obstacles.get((key.kind, key.is_4k), ""),
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
        known.obstacle,
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
