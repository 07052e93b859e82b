"""/media: the titles the server knows, and what a manager may do to them."""

from __future__ import annotations

from .paging import PAGING, cut
from .permissions import Permission
from .products import Product
from .rows import Media, MediaStatus, RequestStatus
from .state import State
from .views import media_view, season_rows
from .wire import NO_CONTENT, Context, Field, Reply, Route, refused, reply

FILTERS = {
    "available": (MediaStatus.AVAILABLE,),
    "partial": (MediaStatus.PARTIALLY_AVAILABLE,),
    "allavailable": (MediaStatus.AVAILABLE, MediaStatus.PARTIALLY_AVAILABLE),
    "processing": (MediaStatus.PROCESSING,),
    "pending": (MediaStatus.PENDING,),
}
SETTABLE = {
    "available": MediaStatus.AVAILABLE,
    "partial": MediaStatus.PARTIALLY_AVAILABLE,
    "processing": MediaStatus.PROCESSING,
    "pending": MediaStatus.PENDING,
    "unknown": MediaStatus.UNKNOWN,
}


def listing(call: Context) -> Reply:
    """GET /media, newest first. `filter=deleted` is accepted and lets everything through."""
    wanted = FILTERS.get(call.query.get("filter", "all"))
    rows = [media for media in call.state.media.values() if wanted is None or media.status in wanted]
    sort = call.query.get("sort", "added")
    if sort == "modified":
        rows.sort(key=lambda media: media.updated)
    elif sort == "mediaAdded":
        rows.sort(key=lambda media: media.added or media.created)
    rows.reverse()
    info, page = cut(rows, call.query, 20)
    return reply({"pageInfo": info, "results": [_with_seasons(media) for media in page]})


def _with_seasons(media: Media) -> dict[str, object]:
    return {**media_view(media), "seasons": season_rows(media)}


def delete(call: Context) -> Reply:
    """DELETE /media/{id}: the row and its requests; the files stay."""
    media = call.state.media.get(call.number("mediaId"))
    if media is None:
        raise refused(404, "Media not found")
    call.state.drop_media(media)
    return NO_CONTENT


def set_status(call: Context) -> Reply:
    """POST /media/{id}/{status}: what the buttons of the interface do."""
    state, media = call.state, call.state.media.get(call.number("mediaId"))
    if media is None:
        raise refused(404, "Media does not exist.")
    is4k = bool((call.body or {}).get("is4k"))
    status = SETTABLE.get(call.params["status"])
    if status is None:
        return reply(_with_seasons(media))
    if status == MediaStatus.PARTIALLY_AVAILABLE and media.kind == "movie":
        raise refused(400, "Only series can be set to be partially available")
    if status == MediaStatus.AVAILABLE:
        _available(call, media, is4k=is4k)
    media.set_status(status, is4k=is4k)
    media.updated = state.now()
    return reply(_with_seasons(media))


def _available(call: Context, media: Media, *, is4k: bool) -> None:
    state = call.state
    if media.kind == "tv":
        named = [int(season["seasonNumber"]) for season in (call.body or {}).get("seasons") or ()]
        for number in list(media.seasons) if call.product.family == "overseerr" else named:
            row = state.season_row(media, number)
            if is4k:
                row.status4k = MediaStatus.AVAILABLE
            else:
                row.status = MediaStatus.AVAILABLE
    complete_requests(state, media, is4k=is4k, pending=True)


def complete_requests(state: State, media: Media, *, is4k: bool, pending: bool) -> None:
    """The title became available: approved requests are complete (where that exists), pending ones approved."""
    for request in state.requests_of(media):
        if request.is4k != is4k:
            continue
        if request.status == RequestStatus.PENDING and pending:
            request.status = RequestStatus.APPROVED
        elif request.status == RequestStatus.APPROVED and state.product.completes:
            request.status = RequestStatus.COMPLETED
        else:
            continue
        request.updated = state.now()


def routes(product: Product) -> tuple[Route, ...]:
    """The routes of media in a product."""
    manage = (Permission.MANAGE_REQUESTS,)
    query = {
        **PAGING,
        "filter": Field("string", choices=product.media_filters),
        "sort": Field("string", choices=("added", "modified", "mediaAdded")),
    }
    return (
        Route("GET", "/media", listing, query=query),
        Route("DELETE", "/media/{mediaId}", delete, permissions=manage),
        Route(
            "POST",
            "/media/{mediaId}/{status}",
            set_status,
            body={"is4k": Field("boolean")},
            choices={"status": product.media_statuses},
            permissions=manage,
        ),
    )
