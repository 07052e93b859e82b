"""/auth/me and /user: who there is, what they asked for and how much more they may."""

from __future__ import annotations

from .paging import PAGING, cut
from .permissions import Permission, has_any
from .products import Product
from .quota import quota_of
from .rows import User
from .views import Views, sees_all_requests, user_view
from .wire import Context, Field, Reply, Route, refused, reply


def me(call: Context) -> Reply:
    """GET /auth/me: the user the call acts as."""
    return reply(Views(call.state).user(call.user.id))


def listing(call: Context) -> Reply:
    """GET /user, in the order of ids unless asked otherwise."""
    query, users = call.query, list(call.state.users.values())
    if "q" in query:
        part = query["q"].lower()
        users = [user for user in users if part in user.name.lower() or part in user.email.lower()]
    if "includeIds" in query:
        ids = {int(number) for number in query["includeIds"].split(",") if number.strip().isdigit()}
        users = [user for user in users if user.id in ids]
    sort = query.get("sort", "created")
    if sort == "displayname":
        users.sort(key=lambda user: user.name.lower())
    elif sort == "requests":
        users.sort(key=lambda user: -user.request_count)
    elif sort == "updated":
        users.sort(key=lambda user: user.updated, reverse=True)
    info, page = cut(users, query, 10)
    complete = has_any(call.user.permissions, Permission.MANAGE_USERS)
    plex = call.product.family == "overseerr"
    results = [user_view(user, complete=complete, plex=plex) for user in page]
    return reply({"pageInfo": info, "results": results})


def _found(call: Context) -> User:
    user = call.state.users.get(call.number("userId"))
    if user is None:
        raise refused(404, "User not found.")
    return user


def get(call: Context) -> Reply:
    """GET /user/{id}."""
    user = _found(call)
    complete = has_any(call.user.permissions, Permission.MANAGE_USERS)
    return reply(user_view(user, complete=complete, plex=call.product.family == "overseerr"))


def requests(call: Context) -> Reply:
    """GET /user/{id}/requests, newest first; other people's only for those who see all requests."""
    user = _found(call)
    if user.id != call.user.id and not sees_all_requests(call.user):
        raise refused(403, "You do not have permission to view this user's requests.")
    rows = [request for request in call.state.requests.values() if request.requested_by == user.id]
    rows.reverse()
    info, page = cut(rows, call.query, 20)
    views = Views(call.state)
    return reply({"pageInfo": info, "results": [views.request(request) for request in page]})


def quota(call: Context) -> Reply:
    """GET /user/{id}/quota: one's own, or anybody's for those who manage users and requests."""
    user = _found(call)
    if user.id != call.user.id and not has_any(call.user.permissions, Permission.MANAGE_USERS):
        raise refused(403, "You do not have permission to view this user's quota.")
    body = {kind: quota_of(call.state, user, kind).view() for kind in ("movie", "tv")}
    return reply(body)


def routes(product: Product) -> tuple[Route, ...]:
    """The routes of users in a product."""
    query = {
        **PAGING,
        "sort": Field("string", choices=("created", "updated", "requests", "displayname")),
    }
    if product.user_search:
        query["q"] = Field("string")
    if product.user_ids:
        query["includeIds"] = Field("string")
    return (
        Route("GET", "/auth/me", me),
        Route("GET", "/user", listing, query=query),
        Route("GET", "/user/{userId}", get, numeric=("userId",)),
        Route("GET", "/user/{userId}/requests", requests, query=PAGING, numeric=("userId",)),
        Route("GET", "/user/{userId}/quota", quota, numeric=("userId",)),
    )
