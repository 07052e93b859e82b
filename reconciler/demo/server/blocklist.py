"""The block list (/blacklist in Jellyseerr, deprecated in Seerr). Its key is the TMDB id without the media type."""

from __future__ import annotations

from collections.abc import Callable

from .paging import PAGING, cut
from .permissions import Permission
from .products import Product
from .requesting import not_found
from .rows import Blocked, MediaStatus
from .state import State
from .views import Views, stamp
from .wire import Context, Field, Reply, Route, refused, reply

DEPRECATED = (
    ("Deprecation", "true"),
    ("Sunset", "Mon, 01 Jun 2026 00:00:00 GMT"),
    ("Link", '</api/v1/blocklist>; rel="successor-version"'),
)
BODY = {
    "tmdbId": Field("number"),
    "title": Field("string"),
    "media": Field("object"),
    "userId": Field("number"),
}


def block(state: State, kind: str, tmdb_id: int, title: str, user_id: int | None) -> Blocked:
    """Put a title on the list: its media row, of either kind, becomes 6 in both qualities."""
    media = state.find_media_of_either_kind(tmdb_id) or state.known_or_new_media(kind, tmdb_id)
    media.status = media.status4k = MediaStatus.BLOCKLISTED
    media.updated = state.now()
    entry = Blocked(state.next_id("blocklist"), tmdb_id, kind, title, user_id, state.now())
    state.blocked[tmdb_id] = entry
    return entry


def unblock(state: State, tmdb_id: int) -> None:
    """Take a title off the list; its media row goes, with its requests."""
    del state.blocked[tmdb_id]
    media = state.find_media_of_either_kind(tmdb_id)
    if media is not None:
        state.drop_media(media)


def _view(state: State, entry: Blocked) -> dict[str, object]:
    return {
        "id": entry.id,
        "mediaType": entry.kind,
        "title": entry.title,
        "tmdbId": entry.tmdb_id,
        "createdAt": stamp(entry.created),
        "user": Views(state).user(entry.user_id),
    }


def listing(call: Context) -> Reply:
    """GET /blocklist, newest first; entries made from tags do not exist here."""
    entries = [] if call.query.get("filter") == "blocklistedTags" else list(call.state.blocked.values())
    part = call.query.get("search", "").lower()
    entries = [entry for entry in reversed(entries) if part in entry.title.lower()]
    info, page = cut(entries, call.query, 25)
    return reply({"pageInfo": info, "results": [_view(call.state, entry) for entry in page]})


def add(call: Context) -> Reply:
    """POST /blocklist. `user` is needed, though its description calls it userId."""
    body, state = call.body, call.state
    if "user" not in body:
        issue = (
            '[{"code":"invalid_type","expected":"number","received":"undefined","path":["user"],"message":"Required"}]'
        )
        raise refused(500, issue)
    if body["user"] not in state.users:
        raise refused(500, "SQLITE_CONSTRAINT: FOREIGN KEY constraint failed")
    tmdb_id = int(body.get("tmdbId", 0))
    if tmdb_id in state.blocked:
        raise refused(412, f"Item already {call.product.block_word}")
    block(state, body.get("mediaType", "movie"), tmdb_id, body.get("title", ""), body["user"])
    return Reply(201)


def _found(call: Context) -> int:
    tmdb_id = call.number("tmdbId")
    if tmdb_id not in call.state.blocked:
        entity = "Blocklist" if call.product.family == "seerr" else "Blacklist"
        raise refused(401, not_found(entity, "tmdbId", tmdb_id))
    return tmdb_id


def get(call: Context) -> Reply:
    """GET /blocklist/{tmdbId}."""
    return reply(_view(call.state, call.state.blocked[_found(call)]))


def delete(call: Context) -> Reply:
    """DELETE /blocklist/{tmdbId}."""
    unblock(call.state, _found(call))
    return Reply(204)


def _deprecated(handler: Callable[[Context], Reply]) -> Callable[[Context], Reply]:
    def marked(call: Context) -> Reply:
        answer = handler(call)
        return Reply(answer.status, answer.body, (*answer.headers, *DEPRECATED), answer.media_type)

    return marked


def routes(product: Product) -> tuple[Route, ...]:
    """The routes of the block list in a product; none in Overseerr."""
    query = {
        **PAGING,
        "search": Field("string"),
        "filter": Field("string", choices=("all", "manual", "blocklistedTags")),
    }
    if product.family == "jellyseerr" and not product.completes:
        del query["filter"]
    found: list[Route] = []
    for path in product.block_paths:
        old = product.family == "seerr" and path == "/blacklist"
        see = (Permission.VIEW_BLOCKLIST, Permission.MANAGE_BLOCKLIST)
        manage = (Permission.MANAGE_BLOCKLIST,)
        mark = _deprecated if old else _as_it_is
        found += [
            Route("GET", path, mark(listing), query=query, permissions=see),
            Route("POST", path, mark(add), body=BODY, permissions=manage),
            Route("GET", path + "/{tmdbId}", mark(get), permissions=see),
            Route("DELETE", path + "/{tmdbId}", mark(delete), permissions=manage),
        ]
    return tuple(found)


def _as_it_is(handler: Callable[[Context], Reply]) -> Callable[[Context], Reply]:
    return handler
