"""The rows of the server's database, kept in memory, and its enumerations (read by value, as clients must)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any


class MediaStatus(IntEnum):
    """The state of a title in one quality. 6 exists where there is a block list, 7 in Jellyseerr 2.6 and later."""

    UNKNOWN = 1
    PENDING = 2
    PROCESSING = 3
    PARTIALLY_AVAILABLE = 4
    AVAILABLE = 5
    BLOCKLISTED = 6
    DELETED = 7


class RequestStatus(IntEnum):
    """The state of a request. 5 exists in Jellyseerr 2.6 and later."""

    PENDING = 1
    APPROVED = 2
    DECLINED = 3
    FAILED = 4
    COMPLETED = 5


@dataclass(slots=True)
class User:
    """An account. A quota limit of None means none is set; days are the length of its window."""

    id: int
    name: str
    email: str
    permissions: int
    created: datetime
    updated: datetime
    movie_limit: int | None = None
    movie_days: int | None = None
    tv_limit: int | None = None
    tv_days: int | None = None
    request_count: int = 0


@dataclass(slots=True)
class MediaSeason:
    """What a scan found of one season."""

    id: int
    number: int
    status: int
    status4k: int
    created: datetime
    updated: datetime


@dataclass(slots=True)
class Media:
    """A title the server knows. Both qualities share the row."""

    id: int
    kind: str
    tmdb_id: int
    tvdb_id: int | None
    status: int
    status4k: int
    created: datetime
    updated: datetime
    added: datetime | None = None
    service_id: int | None = None
    service_id4k: int | None = None
    external_id: int | None = None
    external_id4k: int | None = None
    slug: str | None = None
    slug4k: str | None = None
    seasons: dict[int, MediaSeason] = field(default_factory=dict)

    def status_of(self, *, is4k: bool) -> int:
        """The state of one quality."""
        return self.status4k if is4k else self.status

    def set_status(self, status: int, *, is4k: bool) -> None:
        """Set the state of one quality."""
        if is4k:
            self.status4k = status
        else:
            self.status = status


@dataclass(slots=True)
class RequestSeason:
    """One season that a request asks for."""

    id: int
    number: int
    status: int
    created: datetime
    updated: datetime


@dataclass(slots=True)
class Request:
    """A request. Its id is never given out twice."""

    id: int
    kind: str
    media_id: int
    status: int
    is4k: bool
    requested_by: int
    modified_by: int | None
    created: datetime
    updated: datetime
    server_id: Any = None
    profile_id: Any = None
    root_folder: Any = None
    language_profile_id: Any = None
    tags: Any = None
    seasons: list[RequestSeason] = field(default_factory=list)


@dataclass(slots=True)
class Blocked:
    """An entry of the block list, keyed by the TMDB id without the media type."""

    id: int
    tmdb_id: int
    kind: str
    title: str
    user_id: int | None
    created: datetime
