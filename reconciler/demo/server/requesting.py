"""POST /request: the checks in the order of `MediaRequest.request`, their holes, and what SQLite makes of haste."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import permissions
from .catalogue import Title
from .permissions import Permission
from .quota import Quota, quota_of
from .rows import Media, MediaStatus, Request, RequestStatus, User
from .services import pass_on
from .state import State
from .tmdb import Outage
from .views import Views, is_blocklisted
from .wire import Field, Refusal, Reply, refused, reply

BODY = {
    "mediaType": Field("string", choices=("movie", "tv"), required=True),
    "mediaId": Field("number", required=True),
    "tvdbId": Field("number"),
    "seasons": Field("seasons"),
    "is4k": Field("boolean"),
    "serverId": Field("number"),
    "profileId": Field("number"),
    "rootFolder": Field("string"),
    "languageProfileId": Field("number"),
    "userId": Field("number", nullable=True),
}
CLOSED = (RequestStatus.DECLINED, RequestStatus.COMPLETED)


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that passed the checks and is not stored yet. `media` is None where the title was unknown then."""

    body: dict[str, Any]
    caller: User
    requester: User
    kind: str
    tmdb_id: int
    is4k: bool
    media: Media | None
    tvdb_id: int | None
    seasons: tuple[int, ...]
    rollbacks: int


def check(state: State, caller: User, body: dict[str, Any]) -> Draft:
    """Check a request; Refusal says why not. Nothing is written."""
    kind, is4k = body["mediaType"], bool(body.get("is4k"))
    tmdb_id = int(body["mediaId"])
    requester = requester_of(state, caller, body)
    if not permissions.may_request(requester.permissions, kind, is4k=is4k):
        quality = "4K " if is4k else ""
        raise refused(403, f"You do not have permission to make {quality}{_word(kind)} requests.")
    quota = quota_of(state, requester, kind)
    if quota.restricted:
        raise _over_quota(kind)
    title = _look_up(state, kind, tmdb_id)
    media = state.find_media(kind, tmdb_id)
    if media is not None and is_blocklisted(media):
        raise refused(403, f"This media is {state.product.block_word}.")
    _refuse_duplicate(state, kind, tmdb_id, body)
    seasons = _seasons(state, title, media, body, quota) if kind == "tv" else ()
    tvdb_id = int(body["tvdbId"]) if body.get("tvdbId") else title.tvdb_id
    return Draft(body, caller, requester, kind, tmdb_id, is4k, media, tvdb_id, seasons, state.rollbacks)


def store(state: State, draft: Draft) -> Reply:
    """Write what was checked, some time later: other calls may have written in between.

    Two calls at once both insert a media row, both count towards the same quota, and a failed constraint undoes
    or diverts what others were writing, because the products share one SQLite connection.
    """
    media = _media_row(state, draft)
    if draft.rollbacks != state.rollbacks:
        media = _after_a_rollback(state, media, inserted=draft.media is None)
    tags = draft.body.get("tags")
    if tags is not None and not isinstance(tags, list):
        raise refused(500, "value.map is not a function")
    approved = permissions.approves_itself(draft.caller.permissions, draft.kind, is4k=draft.is4k)
    status = RequestStatus.APPROVED if approved else RequestStatus.PENDING
    now = state.now()
    request = Request(
        id=state.next_id("request"),
        kind=draft.kind,
        media_id=media.id,
        status=status,
        is4k=draft.is4k,
        requested_by=draft.requester.id,
        modified_by=draft.caller.id if approved else None,
        created=now,
        updated=now,
        server_id=draft.body.get("serverId"),
        profile_id=draft.body.get("profileId"),
        root_folder=draft.body.get("rootFolder"),
        language_profile_id=draft.body.get("languageProfileId"),
        tags=tags,
        seasons=state.new_season_requests(list(draft.seasons), status),
    )
    state.add_request(request)
    answer = reply(Views(state).created(request), 201)
    if approved:
        _approve_at_once(state, request, media)
    return answer


def _approve_at_once(state: State, request: Request, media: Media) -> None:
    """Pass the request on; now and then the media row misses it (93 of 1,500 in a real server)."""
    before = media.status_of(is4k=request.is4k)
    pass_on(state, request)
    missed = before == MediaStatus.PENDING and state.random.random() < state.pending_share
    if missed and request.status == RequestStatus.APPROVED and media.id in state.media:
        media.set_status(MediaStatus.PENDING, is4k=request.is4k)


def requester_of(state: State, caller: User, body: dict[str, Any]) -> User:
    """For whom a request is: `userId` in the body, which takes two permissions, or the caller."""
    user_id = body.get("userId")
    if not user_id:
        return caller
    if not permissions.has_all(caller.permissions, Permission.MANAGE_USERS, Permission.MANAGE_REQUESTS):
        raise refused(403, "You do not have permission to modify the request user.")
    requester = state.users.get(user_id)
    if requester is None:
        raise refused(500, not_found("User", "id", user_id))
    return requester


def not_found(entity: str, column: str, value: Any) -> str:
    """TypeORM's words for a missing row."""
    criteria = f'{{\n    "where": {{\n        "{column}": {value}\n    }}\n}}'
    return f'Could not find any entity of type "{entity}" matching: {criteria}'


def _look_up(state: State, kind: str, tmdb_id: int) -> Title:
    try:
        return state.tmdb.title(kind, tmdb_id)
    except Outage as outage:
        what = "movie details" if kind == "movie" else "TV show details"
        raise refused(500, f"[TMDB] Failed to fetch {what}: {outage}") from None


def _refuse_duplicate(state: State, kind: str, tmdb_id: int, body: dict[str, Any]) -> None:
    """Only movies, only the oldest request, and only if `is4k` was sent: left out, it is compared with NULL."""
    if kind != "movie" or "is4k" not in body:
        return
    same = (request for request in state.requests_for(kind, tmdb_id) if request.is4k == body["is4k"])
    oldest = next(same, None)
    if oldest is not None and oldest.status not in CLOSED:
        raise refused(409, "Request for this media already exists.")


def _seasons(state: State, title: Title, media: Media | None, body: dict[str, Any], quota: Quota) -> tuple[int, ...]:
    wanted = _wanted_seasons(state, title, body)
    taken = seasons_taken(state, media, body["is4k"]) if media and "is4k" in body else set()
    if media is not None:
        taken |= _seasons_present(media, is4k=bool(body.get("is4k")))
    free = tuple(number for number in wanted if number not in taken)
    if not free:
        raise refused(202, "No seasons available to request")
    if quota.remaining is not None and len(free) > quota.remaining:
        raise _over_quota("tv")
    return free


def _wanted_seasons(state: State, title: Title, body: dict[str, Any]) -> list[int]:
    product, asked = state.product, body.get("seasons")
    if asked is None:
        raise refused(500, "Cannot read properties of undefined (reading 'filter')")
    specials = product.specials_in_all == "always" or state.enable_special_episodes
    if asked == "all":
        if product.specials_in_all == "never":
            specials = False
        return [number for number, _ in title.seasons if number > 0 or specials]
    return [int(number) for number in asked if number > 0 or specials]


def seasons_taken(state: State, media: Media, is4k: bool) -> set[int]:  # noqa: FBT001  (a column, not a switch)
    """The seasons that open requests of this quality hold."""
    return {
        season.number
        for request in state.requests_of(media)
        if request.is4k == is4k and request.status not in CLOSED
        for season in request.seasons
    }


def _seasons_present(media: Media, *, is4k: bool) -> set[int]:
    absent = (MediaStatus.UNKNOWN, MediaStatus.DELETED)
    return {row.number for row in media.seasons.values() if (row.status4k if is4k else row.status) not in absent}


def _media_row(state: State, draft: Draft) -> Media:
    media = draft.media
    if media is None:
        if draft.kind == "tv" and state.tvdb_taken(draft.tvdb_id):
            state.rollbacks += 1
            raise refused(500, "SQLITE_CONSTRAINT: UNIQUE constraint failed: media.tvdbId")
        hd = MediaStatus.UNKNOWN if draft.is4k else MediaStatus.PENDING
        uhd = MediaStatus.PENDING if draft.is4k else MediaStatus.UNKNOWN
        tvdb_id = draft.tvdb_id if draft.kind == "tv" else None
        return state.add_media(draft.kind, draft.tmdb_id, tvdb_id, status=hd, status4k=uhd)
    if media.id not in state.media:
        raise refused(500, "SQLITE_CONSTRAINT: FOREIGN KEY constraint failed")
    if media.status_of(is4k=draft.is4k) == MediaStatus.UNKNOWN:
        media.set_status(MediaStatus.PENDING, is4k=draft.is4k)
        media.updated = state.now()
    return media


def _after_a_rollback(state: State, media: Media, *, inserted: bool) -> Media:
    """Another call's failed constraint came in between: this one fails too, or lands on another title's row."""
    others = [row for row in state.media.values() if row.id != media.id and row.kind == media.kind]
    if not others or state.random.random() < 0.75:
        if inserted:
            state.drop_media(media)
        raise refused(500, "SQLITE_CONSTRAINT: FOREIGN KEY constraint failed")
    return others[-1]


def _over_quota(kind: str) -> Refusal:
    return refused(403, "Movie Quota exceeded." if kind == "movie" else "Series Quota exceeded.")


def _word(kind: str) -> str:
    return "movie" if kind == "movie" else "series"
