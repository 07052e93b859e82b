"""What the server says of one key, read over all its media rows and requests, by value."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from schemas.media import Key, Kind
from schemas.plan import ActualState
from schemas.record import OurRequest
from schemas.server import MediaRow, MediaStatus, Observed, RequestRow, RequestStatus

_KNOWN_MEDIA = frozenset(MediaStatus)
_KNOWN_REQUEST = frozenset(RequestStatus)
_GONE = frozenset({MediaStatus.AVAILABLE, MediaStatus.DELETED})
_PRESENT = frozenset({MediaStatus.AVAILABLE, MediaStatus.PARTIALLY_AVAILABLE})


@dataclass(frozen=True, slots=True)
class Actual:
    """The actual state of a key and what it rests on."""

    state: ActualState
    ours: bool = False
    """Whether a request of ours makes the state."""
    request: RequestRow | None = None
    """The request that makes the state: one of ours where there is one."""
    available: frozenset[int] = frozenset()
    """Seasons that are wholly in the library."""
    present: frozenset[int] = frozenset()
    """Seasons of which anything is in the library."""
    in_flight: frozenset[int] = frozenset()
    """Seasons that pending and approved requests cover and the library does not have."""
    deleted: frozenset[int] = frozenset()
    """Seasons that were in the library and are gone."""
    declined: frozenset[int] = frozenset()
    """Seasons whose newest request was declined."""
    other_quality: int = MediaStatus.UNKNOWN
    """The media status of the other quality: deleting the last request would reset a partial or deleted one."""
    newest: RequestRow | None = None


NOTHING_THERE = Actual(ActualState.NONE)


@dataclass(frozen=True, slots=True)
class Index:
    """An observation, by title."""

    media: Mapping[tuple[Kind, int], list[MediaRow]] = field(default_factory=dict)
    requests: Mapping[tuple[Kind, int], list[RequestRow]] = field(default_factory=dict)

    @classmethod
    def of(cls, observed: Observed) -> "Index":
        """Group the rows of an observation by title; parallel requests of the past left several rows for some."""
        media: defaultdict[tuple[Kind, int], list[MediaRow]] = defaultdict(list)
        requests: defaultdict[tuple[Kind, int], list[RequestRow]] = defaultdict(list)
        for row in observed.media:
            media[row.kind, row.tmdb].append(row)
        for request in observed.requests:
            requests[request.kind, request.tmdb].append(request)
        return cls(media, requests)

    def actual(self, key: Key, ours: Collection[OurRequest] = (), wanted: frozenset[int] = frozenset()) -> Actual:
        """The actual state of `key`, where `wanted` are the seasons wanted of a show (empty: not known, or a movie)."""
        media = self.media.get(key.title, ())
        requests = [row for row in self.requests.get(key.title, ()) if row.is_4k == key.is_4k]
        if not media and not requests:
            return NOTHING_THERE
        return read_actual(key, media, requests, ours, wanted)


def read_actual(  # noqa: C901 - one line a state, as in the design's table
    key: Key,
    media: Iterable[MediaRow],
    requests: Iterable[RequestRow],
    ours: Collection[OurRequest],
    wanted: frozenset[int],
) -> Actual:
    """The first match of the design's section 4, over all media rows of the title and the requests of this quality."""
    rows = tuple(media)
    asked = sorted(requests, key=lambda row: row.id, reverse=True)
    statuses = {row.status_4k if key.is_4k else row.status for row in rows}
    statuses |= {row.media_status for row in asked if not rows}
    seasons = _season_statuses(rows, key.is_4k)
    available = frozenset(n for n, found in seasons.items() if MediaStatus.AVAILABLE in found)
    present = frozenset(n for n, found in seasons.items() if found & _PRESENT)
    deleted = frozenset(n for n, found in seasons.items() if MediaStatus.DELETED in found) - present
    pending = [row for row in asked if row.status == RequestStatus.PENDING]
    approved = [
        row
        for row in asked
        if row.status == RequestStatus.APPROVED
        and not (statuses & _GONE and _is_over(row, statuses, available, wanted if seasons else frozenset()))
        and not _fulfilled(row, available)
    ]
    in_flight = frozenset(n for row in (*pending, *approved) for n in row.seasons) - available
    newest = asked[0] if asked else None

    def actual(state: ActualState, makers: Collection[RequestRow] = ()) -> Actual:
        mine = [row for row in makers if OurRequest(id=row.id, created_at=row.created_at) in ours]
        maker = mine[0] if mine else next(iter(makers), None)
        other = max((row.status if key.is_4k else row.status_4k for row in rows), default=MediaStatus.UNKNOWN)
        declined = _declined(asked)
        return Actual(state, bool(mine), maker, available, present, in_flight, deleted, declined, other, newest)

    # the order is the design's: first match wins
    if statuses - _KNOWN_MEDIA or any(row.status not in _KNOWN_REQUEST for row in asked):
        return actual(ActualState.UNREADABLE)
    if MediaStatus.BLOCKLISTED in statuses:
        return actual(ActualState.BLOCKLISTED)
    if _is_available(key.kind, statuses, seasons.keys(), available, wanted):
        return actual(ActualState.AVAILABLE, asked)
    if pending:
        return actual(ActualState.PENDING, pending)
    if approved:
        return actual(ActualState.PROCESSING, approved)
    if MediaStatus.PROCESSING in statuses and not asked:
        return actual(ActualState.PROCESSING)
    if newest and newest.status == RequestStatus.FAILED:
        return actual(ActualState.FAILED, [newest])
    if newest and newest.status == RequestStatus.DECLINED:
        return actual(ActualState.DECLINED, [newest])
    completed = newest is not None and newest.status == RequestStatus.COMPLETED
    if MediaStatus.DELETED in statuses or (
        completed and max(statuses, default=MediaStatus.UNKNOWN) < MediaStatus.PARTIALLY_AVAILABLE
    ):
        return actual(ActualState.DELETED, asked[:1])
    return actual(ActualState.NONE, asked[:1])


def _season_statuses(rows: Iterable[MediaRow], is_4k: bool) -> dict[int, set[int]]:  # noqa: FBT001 - it is data
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in rows:
        for season in row.seasons:
            found[season.number].add(season.status_4k if is_4k else season.status)
    return found


def _is_available(
    kind: Kind, statuses: set[int], told: Collection[int], available: frozenset[int], wanted: frozenset[int]
) -> bool:
    """A show is available when every wanted season is; one whose media row tells no seasons is judged by its status."""
    if kind is Kind.MOVIE or not wanted or not told:
        return MediaStatus.AVAILABLE in statuses
    return wanted <= available


def _declined(asked: Iterable[RequestRow]) -> frozenset[int]:
    """Seasons that were last asked for in vain, `asked` being the newest first."""
    last: dict[int, int] = {}
    for row in asked:
        for season in row.seasons:
            last.setdefault(season, row.status)
    return frozenset(season for season, status in last.items() if status == RequestStatus.DECLINED)


def _is_over(row: RequestRow, statuses: set[int], available: frozenset[int], wanted: frozenset[int]) -> bool:
    """Whether an approved request has nothing more to bring, its media being available or deleted. A show stays
    available when one more season is approved; `wanted` are its seasons, where their own states are told."""
    return MediaStatus.DELETED in statuses or not (frozenset(row.seasons) & wanted) - available


def _fulfilled(row: RequestRow, available: frozenset[int]) -> bool:
    """Products without COMPLETED leave a show's request approved for ever, also when all its seasons have arrived."""
    return row.kind is Kind.TV and bool(row.seasons) and frozenset(row.seasons) <= available
