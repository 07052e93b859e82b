"""GET /request: pages, filters and sorting, and the delay that a hanging Radarr causes."""

from __future__ import annotations

import asyncio
from typing import Any

from .paging import PAGING, cut
from .permissions import Permission, has_any
from .products import Product
from .rows import MediaStatus, Request, RequestStatus
from .state import State
from .views import Views, sees_all_requests
from .wire import Context, Field, Reply, refused, reply

UNFINISHED = (
    MediaStatus.UNKNOWN,
    MediaStatus.PENDING,
    MediaStatus.PROCESSING,
    MediaStatus.PARTIALLY_AVAILABLE,
)
VISIBLE = (*UNFINISHED, MediaStatus.AVAILABLE, MediaStatus.DELETED)


def list_query(product: Product) -> dict[str, Field]:
    """The query parameters that GET /request has in a product."""
    query = {
        **PAGING,
        "filter": Field("string", choices=product.request_filters),
        "sort": Field("string", choices=("added", "modified")),
        "requestedBy": Field("number", nullable=True),
    }
    if product.sort_direction:
        query["sortDirection"] = Field("string", choices=("asc", "desc"))
    if product.media_type_filter:
        query["mediaType"] = Field("string", choices=("movie", "tv", "all"))
    return query


def _filtered(product: Product, name: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The request and media statuses that a filter lets through."""
    finished = RequestStatus.COMPLETED if product.completes else RequestStatus.APPROVED
    filters: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
        "approved": ((RequestStatus.APPROVED,), VISIBLE),
        "pending": ((RequestStatus.PENDING,), VISIBLE),
        "processing": ((RequestStatus.APPROVED,), UNFINISHED),
        "unavailable": ((RequestStatus.PENDING, RequestStatus.APPROVED), UNFINISHED),
        "failed": ((RequestStatus.FAILED,), VISIBLE),
        "available": ((finished,), (MediaStatus.AVAILABLE,)),
        "completed": ((RequestStatus.COMPLETED,), VISIBLE),
        "deleted": ((RequestStatus.COMPLETED,), (MediaStatus.DELETED,)),
    }
    return filters.get(name, (tuple(RequestStatus), VISIBLE))


async def listing(call: Context) -> Reply:
    """GET /request. Where the product asks every Radarr and Sonarr first, a hanging one takes its time."""
    if call.product.family != "overseerr" and _must_wait(call.state):
        await asyncio.sleep(call.state.service_timeout)
    with call.state.lock:
        return _listing(call)


def _must_wait(state: State) -> bool:
    hanging = any(service.condition in ("hanging", "timeout") and not service.asked for service in state.services)
    for service in state.services:
        service.asked = service.asked or service.condition == "ok"
    return hanging


def _listing(call: Context) -> Reply:
    state, query = call.state, call.query
    own, requester = not sees_all_requests(call.user), query.get("requestedBy")
    if own and requester and requester != call.user.id:
        raise refused(403, "You do not have permission to view this user's requests.")
    wanted_user = call.user.id if own else requester
    statuses, media_statuses = _filtered(call.product, query.get("filter", "all"))
    kind = query.get("mediaType", "all")
    rows = [
        request
        for request in state.requests.values()
        if request.status in statuses
        and (not wanted_user or request.requested_by == wanted_user)
        and kind in ("all", request.kind)
        and state.media[request.media_id].status_of(is4k=request.is4k) in media_statuses
    ]
    descending = query.get("sortDirection", "desc") == "desc"
    if query.get("sort") == "modified":
        rows.sort(key=lambda request: (request.updated, request.id), reverse=descending)
    elif descending:
        rows.reverse()
    info, page = cut(rows, query, 10, joined=True)
    views = Views(state)
    manages = has_any(call.user.permissions, Permission.MANAGE_REQUESTS)
    results = [_listed(state, views, request, manages=manages) for request in page]
    body: dict[str, Any] = {"pageInfo": info, "results": results}
    if call.product.service_errors:
        body["serviceErrors"] = {
            kind: [
                {"id": service.id, "name": service.name}
                for service in state.services
                if service.kind == kind and service.condition != "ok" and not service.asked
            ]
            for kind in ("radarr", "sonarr")
        }
    return reply(body)


def _listed(state: State, views: Views, request: Request, *, manages: bool) -> dict[str, Any]:
    view = views.request(request)
    if manages and state.product.family != "overseerr":
        media = state.media[request.media_id]
        view["canRemove"] = (media.service_id4k if request.is4k else media.service_id) is not None
    return view
