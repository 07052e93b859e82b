"""Rows as JSON, with the property names of the products."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .permissions import Permission, has_any
from .rows import Media, MediaStatus, Request, User
from .state import State


def stamp(moment: datetime) -> str:
    """A time as JavaScript prints it; SQLite keeps whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def user_view(user: User, *, complete: bool = True, plex: bool = False) -> dict[str, Any]:
    """An account; e-mail and Plex id only in the complete form."""
    view: dict[str, Any] = {
        "permissions": int(user.permissions),
        "id": user.id,
        "email": user.email,
        "plexUsername": user.name if plex else None,
        "jellyfinUsername": None,
        "username": user.name,
        "recoveryLinkExpirationDate": None,
        "userType": 1 if plex else 2,
        "plexId": 1000 + user.id if plex else None,
        "avatar": "/avatarproxy/default.png",
        "movieQuotaLimit": user.movie_limit,
        "movieQuotaDays": user.movie_days,
        "tvQuotaLimit": user.tv_limit,
        "tvQuotaDays": user.tv_days,
        "createdAt": stamp(user.created),
        "updatedAt": stamp(user.updated),
        "requestCount": user.request_count,
        "displayName": user.name,
    }
    if not complete:
        del view["email"], view["plexId"]
    if plex:
        del view["jellyfinUsername"]
    return view


def season_rows(media: Media) -> list[dict[str, Any]]:
    """What scans found of a show."""
    return [
        {
            "id": row.id,
            "seasonNumber": row.number,
            "status": int(row.status),
            "status4k": int(row.status4k),
            "createdAt": stamp(row.created),
            "updatedAt": stamp(row.updated),
        }
        for row in media.seasons.values()
    ]


def media_view(media: Media) -> dict[str, Any]:
    """A media row without what hangs on it."""
    return {
        "downloadStatus": [],
        "downloadStatus4k": [],
        "id": media.id,
        "mediaType": media.kind,
        "tmdbId": media.tmdb_id,
        "tvdbId": media.tvdb_id,
        "imdbId": None,
        "status": int(media.status),
        "status4k": int(media.status4k),
        "createdAt": stamp(media.created),
        "updatedAt": stamp(media.updated),
        "lastSeasonChange": stamp(media.updated),
        "mediaAddedAt": stamp(media.added) if media.added else None,
        "serviceId": media.service_id,
        "serviceId4k": media.service_id4k,
        "externalServiceId": media.external_id,
        "externalServiceId4k": media.external_id4k,
        "externalServiceSlug": media.slug,
        "externalServiceSlug4k": media.slug4k,
        "ratingKey": None,
        "ratingKey4k": None,
    }


class Views:
    """Views that share what repeats within one answer: a household has few users and many requests."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._plex = state.product.family == "overseerr"
        self._users: dict[int, dict[str, Any]] = {}

    def user(self, user_id: int | None) -> dict[str, Any] | None:
        """An account in full, None for none or one that is gone."""
        if user_id is None or user_id not in self.state.users:
            return None
        if user_id not in self._users:
            self._users[user_id] = user_view(self.state.users[user_id], plex=self._plex)
        return self._users[user_id]

    def bare_request(self, request: Request, *, seasons: bool = True) -> dict[str, Any]:
        """A request without its media row, as it stands in `mediaInfo.requests`."""
        view: dict[str, Any] = {
            "id": request.id,
            "status": int(request.status),
            "createdAt": stamp(request.created),
            "updatedAt": stamp(request.updated),
            "type": request.kind,
            "is4k": request.is4k,
            "serverId": request.server_id,
            "profileId": request.profile_id,
            "rootFolder": request.root_folder,
            "languageProfileId": request.language_profile_id,
            "tags": request.tags,
            "isAutoRequest": False,
            "requestedBy": self.user(request.requested_by),
            "modifiedBy": self.user(request.modified_by),
            "seasonCount": len(request.seasons),
        }
        if seasons:
            view["seasons"] = [
                {
                    "id": season.id,
                    "seasonNumber": season.number,
                    "status": int(season.status),
                    "createdAt": stamp(season.created),
                    "updatedAt": stamp(season.updated),
                }
                for season in request.seasons
            ]
        return view

    def request(self, request: Request, *, seasons: bool = True) -> dict[str, Any]:
        """A request with its media row."""
        media = self.state.media[request.media_id]
        return {**self.bare_request(request, seasons=seasons), "media": media_view(media)}

    def created(self, request: Request) -> dict[str, Any]:
        """The answer to POST /request: only shows have `seasons` there."""
        return self.request(request, seasons=request.kind == "tv")

    def info(self, media: Media) -> dict[str, Any]:
        """`mediaInfo` of a title's details."""
        requests: Iterable[Request] = self.state.requests_of(media)
        return {
            **media_view(media),
            "requests": [self.bare_request(request) for request in requests],
            "issues": [],
            "seasons": season_rows(media),
            "watchlists": [],
            "serviceUrl": _service_url(media),
        }

    def info_in_search(self, media: Media) -> dict[str, Any]:
        """`mediaInfo` of a search result: no requests, and seasons in Overseerr alone."""
        view = {**media_view(media), "watchlists": []}
        if self._plex:
            view["seasons"] = season_rows(media)
        return view


def _service_url(media: Media) -> str | None:
    if media.slug is None:
        return None
    service = "radarr" if media.kind == "movie" else "sonarr"
    return f"http://{service}.household.example/{media.kind}/{media.slug}"


def sees_all_requests(user: User) -> bool:
    """Whether other people's requests are shown."""
    return has_any(user.permissions, Permission.MANAGE_REQUESTS, Permission.REQUEST_VIEW)


def is_blocklisted(media: Media) -> bool:
    """Whether one quality of the title is on the block list, which holds for both."""
    return MediaStatus.BLOCKLISTED in (media.status, media.status4k)
