"""/request and what follows it: lists, counts, approval, refusal, another try, changes and deletion."""

from __future__ import annotations

import asyncio
from typing import Any

from .permissions import Permission, has_any
from .products import Product
from .request_list import list_query, listing
from .requesting import BODY, check, requester_of, seasons_taken, store
from .rows import Media, MediaStatus, Request, RequestStatus
from .services import pass_on
from .state import State
from .views import Views, sees_all_requests
from .wire import NO_CONTENT, Context, Field, Reply, Route, refused, reply

TURNS = 3
CHANGE = {
    "mediaType": Field("string", choices=("movie", "tv"), required=True),
    "seasons": Field("numbers"),
    "is4k": Field("boolean"),
    "serverId": Field("number"),
    "profileId": Field("number"),
    "rootFolder": Field("string"),
    "languageProfileId": Field("number"),
    "userId": Field("number", nullable=True),
}


async def create(call: Context) -> Reply:
    """POST /request. Between checking and writing other calls get their turn, as in the real server."""
    with call.state.lock:
        draft = check(call.state, call.user, call.body)
    for _ in range(TURNS):
        await asyncio.sleep(call.state.race_window / TURNS)
    with call.state.lock:
        return store(call.state, draft)


def count(call: Context) -> Reply:
    """GET /request/count: block-listed titles count here, though the list leaves them out."""
    state = call.state
    rows = list(state.requests.values())
    there = MediaStatus.AVAILABLE
    approved = [request for request in rows if request.status == RequestStatus.APPROVED]
    available = [request for request in approved if state.media[request.media_id].status_of(is4k=request.is4k) == there]
    body = {
        "total": len(rows),
        "movie": sum(request.kind == "movie" for request in rows),
        "tv": sum(request.kind == "tv" for request in rows),
        "pending": sum(request.status == RequestStatus.PENDING for request in rows),
        "approved": len(approved),
        "declined": sum(request.status == RequestStatus.DECLINED for request in rows),
        "processing": len(approved) - len(available),
        "available": len(available),
    }
    if call.product.completes:
        body["completed"] = sum(request.status == RequestStatus.COMPLETED for request in rows)
    return reply(body)


def _found(call: Context) -> Request:
    request = call.state.requests.get(call.number("requestId"))
    if request is None:
        raise refused(404, "Request not found.")
    return request


def get(call: Context) -> Reply:
    """GET /request/{id}."""
    request = _found(call)
    if request.requested_by != call.user.id and not sees_all_requests(call.user):
        raise refused(403, "You do not have permission to view this request.")
    return reply(Views(call.state).request(request))


def decide(call: Context) -> Reply:
    """POST /request/{id}/approve and /decline."""
    request = _found(call)
    if call.params["status"] == "approve":
        answer = approve(call.state, request, by=call.user.id)
    else:
        answer = decline(call.state, request, by=call.user.id)
    return reply(answer)


def approve(state: State, request: Request, *, by: int) -> dict[str, Any]:
    """Approve a request; what is approved already stays as it is, and is not sent twice."""
    unchanged = request.status == RequestStatus.APPROVED
    request.status, request.modified_by, request.updated = RequestStatus.APPROVED, by, state.now()
    for season in request.seasons:
        season.status = RequestStatus.APPROVED
    answer = Views(state).request(request)
    if not unchanged:
        pass_on(state, request)
    return answer


def decline(state: State, request: Request, *, by: int) -> dict[str, Any]:
    """Decline a request, also an approved one: Radarr keeps its movie, the media row forgets it."""
    request.status, request.modified_by, request.updated = RequestStatus.DECLINED, by, state.now()
    answer = Views(state).request(request)
    media = state.media[request.media_id]
    status = media.status_of(is4k=request.is4k)
    if request.kind == "movie":
        if status != MediaStatus.DELETED:
            media.set_status(MediaStatus.UNKNOWN, is4k=request.is4k)
        return answer
    others = (other for other in state.requests_of(media) if other.is4k == request.is4k and other is not request)
    if status == MediaStatus.PENDING and not any(other.status == RequestStatus.PENDING for other in others):
        media.set_status(MediaStatus.UNKNOWN, is4k=request.is4k)
    for season in request.seasons:
        season.status = RequestStatus.DECLINED
        row = media.seasons.get(season.number)
        if row is not None and request.is4k:
            row.status4k = MediaStatus.UNKNOWN
        elif row is not None:
            row.status = MediaStatus.UNKNOWN
    return answer


def retry(call: Context) -> Reply:
    """POST /request/{id}/retry: approved again, sent again."""
    request = _found(call)
    request.status, request.modified_by = RequestStatus.APPROVED, call.user.id
    request.updated = call.state.now()
    answer = reply(Views(call.state).request(request))
    pass_on(call.state, request)
    return answer


def update(call: Context) -> Reply:
    """PUT /request/{id}: other seasons or options. The owner may change the seasons of a show."""
    request, body, state = _found(call), call.body, call.state
    manages = has_any(call.user.permissions, Permission.MANAGE_REQUESTS)
    advanced = body["mediaType"] == "tv" or has_any(call.user.permissions, Permission.REQUEST_ADVANCED)
    if not manages and not (request.requested_by == call.user.id and advanced):
        raise refused(403, "You do not have permission to modify this request.")
    if body.get("userId"):
        state.give_request(request, requester_of(state, call.user, body))
    if body["mediaType"] == "tv":
        _change_seasons(state, request, [int(number) for number in body.get("seasons") or ()])
    request.server_id = body.get("serverId", request.server_id)
    request.profile_id = body.get("profileId", request.profile_id)
    request.root_folder = body.get("rootFolder", request.root_folder)
    request.language_profile_id = body.get("languageProfileId", request.language_profile_id)
    request.updated = state.now()
    return reply(Views(state).request(request))


def _change_seasons(state: State, request: Request, wanted: list[int]) -> None:
    if not wanted:
        text = "Missing seasons. If you want to cancel a series request, use the DELETE method."
        raise refused(500, text)
    media = state.media[request.media_id]
    own = {season.number for season in request.seasons}
    free = [number for number in wanted if number in own or number not in seasons_taken(state, media, request.is4k)]
    if not free:
        raise refused(202, "No seasons available to request")
    kept = [season for season in request.seasons if season.number in free]
    new = [number for number in free if number not in own]
    request.seasons = [*kept, *state.new_season_requests(new, request.status)]


def delete(call: Context) -> Reply:
    """DELETE /request/{id}: a pending one by anybody, any other by its owner or a manager."""
    request = _found(call)
    allowed = (
        has_any(call.user.permissions, Permission.MANAGE_REQUESTS)
        or request.requested_by == call.user.id
        or request.status == RequestStatus.PENDING
    )
    if not allowed:
        raise refused(401, "You do not have permission to delete this request.")
    remove(call.state, request)
    return NO_CONTENT


def remove(state: State, request: Request) -> None:
    """Delete a request. A quality without any request left becomes UNKNOWN unless it is AVAILABLE."""
    media: Media = state.media[request.media_id]
    state.drop_request(request)
    left = {other.is4k for other in state.requests_of(media)}
    for is4k in (False, True):
        if is4k not in left and media.status_of(is4k=is4k) != MediaStatus.AVAILABLE:
            media.set_status(MediaStatus.UNKNOWN, is4k=is4k)
    media.updated = state.now()


def routes(product: Product) -> tuple[Route, ...]:
    """The routes of requests in a product."""
    manage = (Permission.MANAGE_REQUESTS,)
    return (
        Route("GET", "/request", listing, query=list_query(product)),
        Route("POST", "/request", create, body=BODY, asks_tmdb=True),
        Route("GET", "/request/count", count),
        Route("GET", "/request/{requestId}", get),
        Route("PUT", "/request/{requestId}", update, body=CHANGE),
        Route("DELETE", "/request/{requestId}", delete),
        Route("POST", "/request/{requestId}/retry", retry, permissions=manage),
        Route(
            "POST",
            "/request/{requestId}/{status}",
            decide,
            permissions=manage,
            choices={"status": ("approve", "decline")},
        ),
    )
