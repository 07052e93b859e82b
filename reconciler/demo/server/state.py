"""The server's memory: rows with their indexes and counters, settings, and the clock. One lock guards all of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from threading import RLock

from .catalogue import Catalogue
from .permissions import Permission
from .products import Product
from .rows import Blocked, Media, MediaSeason, MediaStatus, Request, RequestSeason, User
from .services import Service, default_services
from .tmdb import Tmdb

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


class State:
    """Everything the server knows. Guard every access from outside its own thread with `lock`."""

    def __init__(
        self,
        product: Product,
        catalogue: Catalogue,
        *,
        api_key: str,
        clock: Clock,
        seed: int,
        pending_share: float,
    ) -> None:
        self.lock = RLock()
        self.product = product
        self.random = Random(seed)  # noqa: S311  (a seeded course of events, not a secret)
        self.pending_share = pending_share
        self.clock = clock
        self.csrf = False
        self.api_key = api_key
        self.service_timeout = 10.0
        self.latency = 0.0
        self.tmdb_latency = 0.0
        self.race_window = 0.0
        self.tmdb = Tmdb(catalogue.copy())
        self.installed = datetime.min.replace(tzinfo=UTC)
        self.reinstall()

    def reinstall(self) -> None:
        """Become a new, empty installation: other fingerprint, other first user, ids from 1."""
        self.installed = max(self.now(), self.installed + timedelta(seconds=1))
        self.vapid_public = secrets.token_urlsafe(65)
        self.enable_special_episodes = False
        self.partial_requests = True
        self.title = self.product.title
        self.services: list[Service] = default_services()
        self.kept_answers: dict[tuple[str, str], datetime] = {}
        self.users: dict[int, User] = {}
        self.media: dict[int, Media] = {}
        self.requests: dict[int, Request] = {}
        self.blocked: dict[int, Blocked] = {}
        self._media_of: dict[tuple[str, int], list[int]] = {}
        self._requests_of: dict[int, dict[int, Request]] = {}
        self._with_tvdb: dict[int, int] = {}
        self._counters: dict[str, int] = {}
        self.rollbacks = 0
        for name, permissions, movies, seasons in DEFAULT_USERS:
            self.add_user(name, permissions, movies=movies, seasons=seasons)

    def now(self) -> datetime:
        """Whole seconds, as SQLite keeps them."""
        return self.clock().replace(microsecond=0)

    def next_id(self, table: str) -> int:
        """An id that was never given out before (AUTOINCREMENT)."""
        self._counters[table] = self._counters.get(table, 0) + 1
        return self._counters[table]

    def last_id(self, table: str) -> int:
        """The id given out last, 0 before the first."""
        return self._counters.get(table, 0)

    def add_user(
        self, name: str, permissions: int, *, movies: int | None = None, seasons: int | None = None, days: int = 7
    ) -> User:
        """Create an account; quotas are per `days`."""
        user = User(
            id=self.next_id("user"),
            name=name,
            email=f"{name}@household.example",
            permissions=int(permissions),
            created=self.installed if not self.users else self.now(),
            updated=self.now(),
            movie_limit=movies,
            movie_days=days if movies is not None else None,
            tv_limit=seasons,
            tv_days=days if seasons is not None else None,
        )
        self.users[user.id] = user
        return user

    def find_media(self, kind: str, tmdb_id: int) -> Media | None:
        """The oldest media row of a title; there may be more of them."""
        rows = self._media_of.get((kind, tmdb_id))
        return self.media[rows[0]] if rows else None

    def find_media_of_either_kind(self, tmdb_id: int) -> Media | None:
        """The oldest media row with this TMDB id, whatever it is: how the block list looks titles up."""
        rows = [row for kind in ("movie", "tv") for row in self._media_of.get((kind, tmdb_id), ())]
        return self.media[min(rows)] if rows else None

    def tvdb_taken(self, tvdb_id: int | None) -> bool:
        """Whether a media row has this TVDB id already (it is UNIQUE)."""
        return tvdb_id is not None and tvdb_id in self._with_tvdb

    def add_media(self, kind: str, tmdb_id: int, tvdb_id: int | None, *, status: int, status4k: int) -> Media:
        """Insert a media row."""
        now = self.now()
        media = Media(self.next_id("media"), kind, tmdb_id, tvdb_id, status, status4k, now, now)
        self.media[media.id] = media
        self._media_of.setdefault((kind, tmdb_id), []).append(media.id)
        if tvdb_id is not None:
            self._with_tvdb[tvdb_id] = media.id
        return media

    def known_or_new_media(self, kind: str, tmdb_id: int) -> Media:
        """The media row of a title, inserted if need be, as a scan does."""
        found = self.find_media(kind, tmdb_id)
        if found is not None:
            return found
        title = self.tmdb.catalogue.get(kind, tmdb_id)
        tvdb_id = title.tvdb_id if title and not self.tvdb_taken(title.tvdb_id) else None
        unknown = MediaStatus.UNKNOWN
        return self.add_media(kind, tmdb_id, tvdb_id, status=unknown, status4k=unknown)

    def season_row(self, media: Media, number: int) -> MediaSeason:
        """The row of one season of a media row, inserted if need be."""
        if number not in media.seasons:
            now = self.now()
            unknown = MediaStatus.UNKNOWN
            media.seasons[number] = MediaSeason(self.next_id("season"), number, unknown, unknown, now, now)
        return media.seasons[number]

    def drop_media(self, media: Media) -> None:
        """Delete a media row with everything that hangs on it."""
        for request in list(self.requests_of(media)):
            self.drop_request(request)
        del self.media[media.id]
        self._media_of[media.kind, media.tmdb_id].remove(media.id)
        if media.tvdb_id is not None:
            self._with_tvdb.pop(media.tvdb_id, None)

    def add_request(self, request: Request) -> None:
        """Insert a request row."""
        self.requests[request.id] = request
        self._requests_of.setdefault(request.media_id, {})[request.id] = request
        self.users[request.requested_by].request_count += 1

    def drop_request(self, request: Request) -> None:
        """Delete a request row, and nothing else."""
        if self.requests.pop(request.id, None) is not None:
            del self._requests_of[request.media_id][request.id]
            self.users[request.requested_by].request_count -= 1

    def give_request(self, request: Request, user: User) -> None:
        """Make a request another user's."""
        self.users[request.requested_by].request_count -= 1
        request.requested_by = user.id
        user.request_count += 1

    def requests_of(self, media: Media) -> Iterator[Request]:
        """The requests of one media row, oldest first."""
        return iter(self._requests_of.get(media.id, {}).values())

    def requests_for(self, kind: str, tmdb_id: int) -> Iterator[Request]:
        """The requests of a title over all its media rows, by id."""
        rows = self._media_of.get((kind, tmdb_id), ())
        found = (request for row in rows for request in self._requests_of.get(row, {}).values())
        return iter(sorted(found, key=lambda request: request.id))

    def new_season_requests(self, numbers: list[int], status: int) -> list[RequestSeason]:
        """Season rows for a request."""
        now = self.now()
        return [RequestSeason(self.next_id("season_request"), number, status, now, now) for number in numbers]


_ASKS = Permission.REQUEST
DEFAULT_USERS: tuple[tuple[str, int, int | None, int | None], ...] = (
    ("admin", Permission.ADMIN, None, None),
    ("asker", _ASKS, None, None),
    ("limited", _ASKS, 2, 3),
    ("guest", Permission.NONE, None, None),
    ("trusted", _ASKS | Permission.AUTO_APPROVE | Permission.REQUEST_4K | Permission.AUTO_APPROVE_4K, None, None),
    ("manager", Permission.MANAGE_USERS | Permission.MANAGE_REQUESTS, None, None),
    ("moviegoer", Permission.REQUEST_MOVIE, None, None),
    ("sharp", _ASKS | Permission.REQUEST_4K, None, None),
)
