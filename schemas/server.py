"""What a media server says and is asked, free of any product's own shapes. Statuses are the products' numbers:
MediaStatus 1 unknown, 2 pending, 3 processing, 4 partially available, 5 available, 6 blocklisted, 7 deleted;
RequestStatus 1 pending, 2 approved, 3 declined, 4 failed, 5 completed. They are read by value, never by product."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from schemas.base import Document, Frozen
from schemas.media import Key, Kind


class MediaStatus(IntEnum):
    """`media.status`, `media.status4k` and a season's."""

    UNKNOWN = 1
    PENDING = 2
    PROCESSING = 3
    PARTIALLY_AVAILABLE = 4
    AVAILABLE = 5
    BLOCKLISTED = 6
    DELETED = 7


class RequestStatus(IntEnum):
    """`request.status`."""

    PENDING = 1
    APPROVED = 2
    DECLINED = 3
    FAILED = 4
    COMPLETED = 5


class ServerInfo(Document):
    """Which server this is and what it can do."""

    product: str
    """`overseerr`, `jellyseerr` or `seerr`."""
    version: str
    url: str
    fingerprint: str
    """Of `vapidPublic` and the first user's creation time: another one is another installation."""
    movie_4k: bool = False
    tv_4k: bool = False
    partial_requests: bool = True
    special_episodes: bool = True
    """Whether season 0 can be requested."""


@dataclass(frozen=True, slots=True)
class SeasonStatus:
    """A season of a media row."""

    number: int
    status: int
    status_4k: int


@dataclass(frozen=True, slots=True)
class MediaRow:
    """One media row; a title may have several (parallel requests of the past)."""

    id: int
    kind: Kind
    tmdb: int
    tvdb: int | None
    status: int
    status_4k: int
    seasons: tuple[SeasonStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request."""

    id: int
    kind: Kind
    tmdb: int
    is_4k: bool
    status: int
    created_at: str
    """As the server wrote it, whole seconds: with the id it tells our requests from a reinstalled server's."""
    requested_by: int | None
    media_id: int
    media_status: int = 1
    """Of this request's quality, as embedded in the answer."""
    seasons: tuple[int, ...] = ()
    server_id: int | None = None
    profile_id: int | None = None
    root_folder: str | None = None

    @property
    def key(self) -> Key:
        """The key that this request is about."""
        return Key(self.kind, self.tmdb, self.is_4k)


@dataclass(frozen=True, slots=True)
class Observed:
    """The server's whole state, read in bulk."""

    media: tuple[MediaRow, ...]
    requests: tuple[RequestRow, ...]
    read_at: datetime
    """When the reading began."""

    @property
    def highest_request(self) -> int:
        """The mark above which a request is newer than this observation; 0 on an empty server."""
        return max((row.id for row in self.requests), default=0)


class User(Document):
    """A user of the server, as far as requesting needs it."""

    id: int
    name: str
    email: str | None = None
    other_names: tuple[str, ...] = ()
    """What else people call the user: names at Plex, Jellyfin and Emby."""
    permissions: int = 0
    """The products' permission bits (the same numbers in all three)."""


class Quota(Document):
    """What a user may still request. None: unlimited."""

    movies_remaining: int | None = None
    seasons_remaining: int | None = None


class Service(Document):
    """A Radarr (movies) or Sonarr (shows) that the server sends approved requests to."""

    id: int
    """Counted from 0, for each kind apart."""
    kind: Kind
    name: str
    is_4k: bool = False
    is_default: bool = False
    profile_id: int | None = None
    root_folder: str | None = None
    tags: tuple[int, ...] = ()


class ServiceOptions(Document):
    """What can be chosen in a Radarr or Sonarr."""

    profiles: dict[str, int] = {}
    """Quality profiles, id by name."""
    root_folders: tuple[str, ...] = ()
    tags: dict[str, int] = {}
    """Id by label."""


class SearchHit(Document):
    """A title that a search found; people and collections are left out by the reader."""

    kind: Kind
    tmdb: int
    title: str
    original_title: str | None = None
    year: int | None = None
    popularity: float = 0.0


class SearchPage(Document):
    """One page of a title search."""

    hits: tuple[SearchHit, ...]
    page: int
    pages: int
    total: int


class SeasonInfo(Document):
    """A season as the show's details tell it."""

    number: int
    episodes: int
    air_date: str | None = None


class Details(Document):
    """A title's details, read once and kept."""

    kind: Kind
    tmdb: int
    title: str
    original_title: str | None = None
    year: int | None = None
    imdb: str | None = None
    tvdb: int | None = None
    seasons: tuple[SeasonInfo, ...] = ()
    status: str | None = None
    """TMDB's words: `Released`, `Returning Series`, `Ended`, `Canceled` …"""
    released: str | None = None
    runtime: int | None = None
    genres: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    rating: float | None = None
    votes: int | None = None
    keywords: tuple[str, ...] | None = None
    """None: the server does not tell them."""
    certifications: dict[str, str] = {}
    """By country."""

    @property
    def settled(self) -> bool:
        """Whether nothing new is to be expected of it, neither a season nor a release: such details keep for 30 days
        instead of one."""
        return self.status in {"Ended", "Canceled"} or (self.kind is Kind.MOVIE and self.status == "Released")


class RequestOptions(Frozen):
    """How a title is requested; numbers are the server's own ids. `None` leaves the server's default."""

    requester: int | None = None
    """The user to act as; None is the key's own user."""
    server_id: int | None = None
    profile_id: int | None = None
    root_folder: str | None = None
    tags: tuple[int, ...] | None = None


class NewRequest(Frozen):
    """A request to be sent."""

    key: Key
    seasons: tuple[int, ...] = ()
    """Explicit numbers (portable over products), ascending; empty for a movie."""
    options: RequestOptions = RequestOptions()


class AnswerKind(StrEnum):
    """What a server's answer to a write means (design, section 4)."""

    CREATED = "created"
    """201; not final, the closing bulk read confirms it."""
    DONE = "done"
    """A cancel or a retry was carried out (or what was to be cancelled is gone)."""
    NOTHING_TO_DO = "nothing_to_do"
    """202: no season left to request. Not a success: read the state again."""
    DUPLICATE = "duplicate"
    """409: a request exists. Read the state again."""
    QUOTA = "quota"
    PERMISSION = "permission"
    """Also: 4K not allowed."""
    BLOCKLISTED = "blocklisted"
    UNKNOWN_ID = "unknown_id"
    """500 that names TMDB's 404."""
    CONFLICT = "conflict"
    """500 on a unique constraint: another media row holds the show's TVDB id."""
    REJECTED = "rejected"
    """4xx that says we asked wrongly: it will not change by repeating."""
    GONE = "gone"
    """404 for the request that was to be changed."""
    NOT_SENT = "not_sent"
    """It did not get to the server, or was turned away at the door (no connection, the key refused, a login page, too
    many calls): nothing was carried out, it is no fault of this title, and the next one would fare no better."""
    UNKNOWN = "unknown"
    """Other 5xx, time-outs, broken connections: it may have been carried out, or still be."""


class Answer(Frozen):
    """A server's answer to one write."""

    kind: AnswerKind
    request_id: int | None = None
    created_at: str | None = None
    request_status: int | None = None
    text: str = ""
    """The server's own words, for people; never a secret."""
