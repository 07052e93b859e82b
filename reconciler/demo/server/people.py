"""What people and programs around the server do behind a client's back. Each method takes effect before it returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

from . import blocklist, requests, scan
from .catalogue import Title
from .permissions import Permission
from .products import product_named
from .quota import quota_of
from .requesting import check, store
from .rows import Media, MediaStatus, Request, RequestStatus
from .services import Condition
from .state import State
from .views import Views, season_rows

Kind = Literal["movie", "tv"]


class People:
    """The household of a running server. Unknown ids raise LookupError, impossible wishes ValueError."""

    def __init__(self, state: State) -> None:
        self._state = state

    def approve(self, request_id: int, *, by: int = 1) -> None:
        """Somebody approves a request."""
        with self._state.lock:
            requests.approve(self._state, self._request(request_id), by=by)

    def decline(self, request_id: int, *, by: int = 1) -> None:
        """Somebody declines a request."""
        with self._state.lock:
            requests.decline(self._state, self._request(request_id), by=by)

    def delete_request(self, request_id: int) -> None:
        """Somebody deletes a request; the media row stays."""
        with self._state.lock:
            requests.remove(self._state, self._request(request_id))

    def fail_request(self, request_id: int) -> None:
        """Radarr or Sonarr refuses an approved request."""
        with self._state.lock:
            request = self._request(request_id)
            request.status, request.updated = RequestStatus.FAILED, self._state.now()

    def request(
        self,
        kind: Kind,
        tmdb_id: int,
        *,
        user: int = 1,
        seasons: Iterable[int] | Literal["all"] = "all",
        is4k: bool = False,
    ) -> int:
        """Somebody requests a title on the server's own pages; the id of the request. A refusal raises Refusal."""
        body: dict[str, Any] = {"mediaType": kind, "mediaId": tmdb_id, "is4k": is4k}
        if kind == "tv":
            body["seasons"] = seasons if isinstance(seasons, str) else list(seasons)
        with self._state.lock:
            store(self._state, check(self._state, self._state.users[user], body))
            return self._state.last_id("request")

    def delete_media(self, kind: Kind, tmdb_id: int) -> None:
        """Somebody clears the data of a title: its row and all its requests."""
        with self._state.lock:
            self._state.drop_media(self._media(kind, tmdb_id))

    def make_available(
        self, kind: Kind, tmdb_id: int, *, seasons: Iterable[int] | None = None, is4k: bool = False
    ) -> None:
        """A scan finds the files: of a movie, or of all seasons of a show, or of these. Requested or not."""
        with self._state.lock:
            scan.found(self._state, kind, tmdb_id, seasons, MediaStatus.AVAILABLE, is4k=is4k)

    def make_partially_available(
        self, tmdb_id: int, *, seasons: Iterable[int] | None = None, is4k: bool = False
    ) -> None:
        """A scan finds some episodes of these seasons of a show."""
        with self._state.lock:
            scan.found(self._state, "tv", tmdb_id, seasons, MediaStatus.PARTIALLY_AVAILABLE, is4k=is4k)

    def delete_files(
        self, kind: Kind, tmdb_id: int, *, seasons: Iterable[int] | None = None, is4k: bool = False
    ) -> None:
        """Somebody deletes the files, and a scan notices: DELETED where the product has it, else UNKNOWN."""
        with self._state.lock:
            scan.missed(self._state, self._media(kind, tmdb_id), seasons, is4k=is4k)

    def block(self, kind: Kind, tmdb_id: int, *, title: str = "", user: int = 1) -> None:
        """Somebody puts a title on the block list. ValueError where the product has none or it is there already."""
        with self._state.lock:
            if not self._state.product.block_paths:
                raise ValueError(f"{self._state.product.name} has no block list")
            if tmdb_id in self._state.blocked:
                raise ValueError(f"{tmdb_id} is on the block list already")
            blocklist.block(self._state, kind, tmdb_id, title, user)

    def unblock(self, tmdb_id: int) -> None:
        """Somebody takes a title off the block list; its media row goes with it."""
        with self._state.lock:
            blocklist.unblock(self._state, tmdb_id)

    def add_season(self, tmdb_id: int, *, episodes: int = 10) -> int:
        """TMDB announces one more season of a show; its number."""
        with self._state.lock:
            return self._state.tmdb.catalogue.add_season(tmdb_id, episodes)

    def add_title(self, kind: Kind, tmdb_id: int, title: str, **facts: Any) -> None:
        """TMDB lists one more title, or describes one anew; facts are the other fields of `Title`."""
        facts.setdefault("original_title", title)
        with self._state.lock:
            self._state.tmdb.catalogue.add(Title(kind=kind, tmdb_id=tmdb_id, title=title, **_frozen(facts)))

    def change_title(self, kind: Kind, tmdb_id: int, **facts: Any) -> None:
        """TMDB corrects some fields of a title."""
        with self._state.lock:
            found = self._state.tmdb.catalogue.titles[kind, tmdb_id]
            self._state.tmdb.catalogue.add(replace(found, **_frozen(facts)))

    def remove_title(self, kind: Kind, tmdb_id: int) -> None:
        """TMDB forgets a title: from now on its id is unknown."""
        with self._state.lock:
            self._state.tmdb.catalogue.remove(kind, tmdb_id)

    def add_user(
        self,
        name: str,
        *,
        permissions: int = Permission.REQUEST,
        movies: int | None = None,
        seasons: int | None = None,
        days: int = 7,
    ) -> int:
        """Somebody new gets an account, with quotas per so many days; the id."""
        with self._state.lock:
            return self._state.add_user(name, permissions, movies=movies, seasons=seasons, days=days).id

    def change_user(
        self,
        user_id: int,
        *,
        name: str | None = None,
        permissions: int | None = None,
        movies: int | None = None,
        seasons: int | None = None,
        days: int = 7,
    ) -> None:
        """An account is changed; what is not given stays. A quota of 0 takes the limit away."""
        with self._state.lock:
            user = self._state.users[user_id]
            user.name = user.name if name is None else name
            user.permissions = user.permissions if permissions is None else int(permissions)
            if movies is not None:
                user.movie_limit, user.movie_days = movies or None, days
            if seasons is not None:
                user.tv_limit, user.tv_days = seasons or None, days
            user.updated = self._state.now()

    def delete_user(self, user_id: int) -> None:
        """An account is deleted, with its requests."""
        with self._state.lock:
            for request in [one for one in self._state.requests.values() if one.requested_by == user_id]:
                requests.remove(self._state, request)
            del self._state.users[user_id]

    def set_service(self, kind: Literal["radarr", "sonarr"], service_id: int, condition: Condition) -> None:
        """A Radarr or Sonarr becomes `ok`, `down` (5xx at once), `timeout` or `hanging`."""
        with self._state.lock:
            for service in self._state.services:
                if service.kind == kind and service.id == service_id:
                    service.condition, service.asked = condition, False
                    return
        raise LookupError(f"there is no {kind} {service_id}")

    def change_service(self, kind: Literal["radarr", "sonarr"], service_id: int, **facts: Any) -> None:
        """The administrator changes a Radarr or Sonarr, or its own profiles and tags (by id); facts are the fields of
        `Service`."""
        with self._state.lock:
            at, found = next(
                (at, one) for at, one in enumerate(self._state.services) if (one.kind, one.id) == (kind, service_id)
            )
            self._state.services[at] = replace(found, **facts)

    def remove_services(self, *, only_4k: bool = False) -> None:
        """The administrator takes all Radarr and Sonarr servers out of the settings, or only those for 4K."""
        with self._state.lock:
            self._state.services = [one for one in self._state.services if only_4k and not one.is4k]

    def set_tmdb(self, status: int | None) -> None:
        """TMDB answers nothing but this status (500, 429), or works again (None). An outage empties the caches."""
        with self._state.lock:
            self._state.tmdb.down = status
            if status is not None:
                self._state.tmdb.remembered.clear()

    def set_csrf(self, *, on: bool) -> None:
        """The administrator switches the CSRF protection: all writes with an API key then fail."""
        with self._state.lock:
            self._state.csrf = on

    def set_special_episodes(self, *, on: bool) -> None:
        """The administrator switches `enableSpecialEpisodes`: season 0 may be requested."""
        with self._state.lock:
            self._state.enable_special_episodes = on

    def set_title(self, title: str) -> None:
        """The administrator renames the application."""
        with self._state.lock:
            self._state.title = title

    def set_api_key(self, api_key: str) -> None:
        """The administrator generates another API key."""
        with self._state.lock:
            self._state.api_key = api_key

    def set_latency(self, *, call: float | None = None, tmdb: float | None = None) -> None:
        """From now on calls take so many seconds, and those that ask TMDB so many more."""
        with self._state.lock:
            self._state.latency = self._state.latency if call is None else call
            self._state.tmdb_latency = self._state.tmdb_latency if tmdb is None else tmdb

    def reset(self) -> None:
        """Somebody reinstalls the server: empty, another fingerprint, ids from 1, the default users, the same key."""
        with self._state.lock:
            self._state.reinstall()

    def swap(self, product: str) -> None:
        """Another product, newly installed, takes over the address (and the key)."""
        with self._state.lock:
            self._state.product = product_named(product)
            self._state.reinstall()

    def upgrade(self, product: str) -> None:
        """The server becomes another product or version and keeps its data and fingerprint."""
        with self._state.lock:
            self._state.product = product_named(product)
            self._state.title = self._state.product.title

    def media_of(self, kind: Kind, tmdb_id: int) -> dict[str, Any] | None:
        """`mediaInfo` of a title as its details would show it (first media row), None if unknown."""
        with self._state.lock:
            row = self._state.find_media(kind, tmdb_id)
            return None if row is None else Views(self._state).info(row)

    def requests_of(self, kind: Kind, tmdb_id: int) -> list[dict[str, Any]]:
        """All requests of a title over all its media rows, oldest first, as GET /request/{id} shows them."""
        with self._state.lock:
            views = Views(self._state)
            return [views.request(one) for one in self._state.requests_for(kind, tmdb_id)]

    def all_requests(self) -> list[dict[str, Any]]:
        """All requests, oldest first."""
        with self._state.lock:
            views = Views(self._state)
            return [views.request(one) for one in self._state.requests.values()]

    def all_media(self) -> list[dict[str, Any]]:
        """All media rows, oldest first, with their season rows."""
        with self._state.lock:
            views = Views(self._state)
            return [{**views.info_in_search(row), "seasons": season_rows(row)} for row in self._state.media.values()]

    def quota_of(self, user_id: int) -> dict[str, Any]:
        """Both quotas of a user."""
        with self._state.lock:
            user = self._state.users[user_id]
            return {kind: quota_of(self._state, user, kind).view() for kind in ("movie", "tv")}

    def sent_to(self, kind: Literal["radarr", "sonarr"], service_id: int = 0) -> list[int]:
        """The TMDB ids that a Radarr or Sonarr was sent, in order."""
        with self._state.lock:
            services = (one for one in self._state.services if (one.kind, one.id) == (kind, service_id))
            return [tmdb_id for one in services for tmdb_id in one.sent]

    def _request(self, request_id: int) -> Request:
        return self._state.requests[request_id]

    def _media(self, kind: Kind, tmdb_id: int) -> Media:
        row = self._state.find_media(kind, tmdb_id)
        if row is None:
            raise LookupError(f"the server does not know {kind} {tmdb_id}")
        return row


def _frozen(facts: dict[str, Any]) -> dict[str, Any]:
    """Lists and mappings, as JSON brings them, in the form in which a title keeps them."""
    found = {}
    for name, fact in facts.items():
        parts = fact.items() if isinstance(fact, dict) else fact
        many = isinstance(fact, list | tuple | dict)
        found[name] = tuple(tuple(part) if isinstance(part, list) else part for part in parts) if many else fact
    return found
