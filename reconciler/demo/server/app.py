"""The ASGI application: middleware in the order of the products, faults and delays, then the handler."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from starlette.types import Receive, Scope, Send

from . import blocklist, checks, connections, csrf, details, media, requests, search, services, settings, users
from .calls import CallLog
from .control import Control
from .faults import Fault, FaultPlan
from .incoming import API, Incoming, as_javascript_number, gone, read_body, send_half, send_reply
from .permissions import Permission
from .routing import Router
from .rows import User
from .state import State
from .wire import Context, Refusal, Reply, Route, ServerDied, dumps, forbidden, refused, reply

CONTROL = "/_demo/"
GARBAGE = b'{"pageInfo":{"pages":1,"results":<!-- proxy error -->'
BODY_LIMIT = 100 * 1024
HTML = "<html>\r\n<head><title>{0}</title></head>\r\n<body><center><h1>{0}</h1></center></body>\r\n</html>\r\n"


class DemoApp:
    """One server's HTTP face. `drop` closes the connection of a client, `die` ends the whole server."""

    def __init__(
        self,
        state: State,
        control: Control | None,
        faults: FaultPlan,
        calls: CallLog,
        *,
        base_path: str,
        drop: Callable[[Scope], None],
        die: Callable[[str], None],
    ) -> None:
        self._state = state
        self._control = control
        self._faults = faults
        self._calls = calls
        self._base = base_path
        self._drop = drop
        self._die = die
        self._routers: dict[str, Router] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        if scope["type"] != "http":
            return
        body = await read_body(receive)
        path = scope["path"]
        if self._control is not None and path.startswith(self._base + CONTROL):
            answer = self._control.handle(scope["method"], path.removeprefix(self._base + CONTROL), body)
            await send_reply(answer, scope, receive, send)
        elif path.startswith(self._base + API + "/"):
            await self._counted(Incoming(scope, path.removeprefix(self._base + API), body), receive, send)
        else:
            await send_reply(Reply(404, b"Not found", media_type="text/html"), scope, receive, send)

    async def _counted(self, call: Incoming, receive: Receive, send: Send) -> None:
        """Serve a call and log it: before its answer leaves, so that a client that has it finds it in the log."""
        started, at = time.perf_counter(), self._state.clock()
        self._calls.begin(call.method, call.path)
        fault = self._faults.pick(call.method, call.path)
        answer, death = None, None
        try:
            answer = await self._spoiled(fault, call, receive)
        except ServerDied as died:
            death = died
        finally:
            status = answer.status if answer else 0
            self._calls.end(call.logged(status, at, time.perf_counter() - started))
        if death is not None:
            self._die(str(death))
        elif answer is None or (fault is not None and fault.kind == "cut"):
            if answer is not None:
                await send_half(answer, send)
            self._drop(call.scope)
        else:
            await send_reply(answer, call.scope, receive, send)
            return
        await gone(receive)

    async def _spoiled(self, fault: Fault | None, call: Incoming, receive: Receive) -> Reply | None:
        """The answer, spoiled by a fault if there is one; None if there is to be none."""
        if self._state.latency:
            await asyncio.sleep(self._state.latency)
        if fault is None:
            return await self._answer(call)
        instead = _instead(fault)
        if instead is not None:
            return instead
        if fault.kind == "hang":
            await gone(receive)
        if fault.kind in ("hang", "close"):
            return None
        if fault.kind == "late":
            self._later(call, fault.seconds)
            return None
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        answer = await self._answer(call)
        if fault.kind == "garbage":
            return Reply(200, GARBAGE)
        return None if fault.kind == "lose_answer" else answer

    def _later(self, call: Incoming, seconds: float) -> None:
        async def carry_out() -> None:
            await asyncio.sleep(seconds)
            await self._answer(call)

        task = asyncio.create_task(carry_out())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, call: Incoming) -> Reply:
        try:
            return await self._handled(call)
        except Refusal as refusal:
            return reply(refusal.body, refusal.status)

    async def _handled(self, call: Incoming) -> Reply:
        """The middleware, in the order of the products' `server/index.ts`."""
        state = self._state
        if len(call.body) > BODY_LIMIT:
            raise refused(413, "request entity too large")
        if call.is_json and call.body:
            call.parse()
        if state.csrf and call.method != "GET":
            csrf.check(call.header("cookie"), call.header("x-xsrf-token"))
        route, params = self._router().find(call.method, call.path)
        if not route.public and not (call.header("x-api-key") or call.header("cookie")):
            raise _no_cookie(API + call.path)
        query = checks.check_query(call.query, route.query)
        checks.check_params(params, route.numeric, route.choices)
        if route.body is not None:
            call.require_json()
            checks.check_body(call.parsed, route.body)
        user = self._user(call)
        if not route.public and (user is None or not _may(user, route)):
            raise forbidden()
        context = Context(state, state.product, user or state.users[1], params, query, call.parsed)
        if route.asks_tmdb and state.tmdb_latency and not state.tmdb.remember(_cache_key(call)):
            await asyncio.sleep(state.tmdb_latency)
        answer = await _run(route, context)
        return csrf.mark(answer) if state.csrf and call.method == "GET" else answer

    def _user(self, call: Incoming) -> User | None:
        """Whom the call acts as. An empty X-Api-User is the administrator; one that is no number ends the server."""
        if call.header("x-api-key") != self._state.api_key:
            return None
        text = (call.header("x-api-user") or "").strip()
        if not text:
            return self._state.users.get(1)
        number = as_javascript_number(text)
        if number is None:
            raise ServerDied(f"X-Api-User: {text}")
        return self._state.users.get(int(number)) if number == int(number) else None

    def _router(self) -> Router:
        product = self._state.product
        if product.name not in self._routers:
            self._routers[product.name] = Router(
                (
                    *settings.ROUTES,
                    *search.ROUTES,
                    *details.ROUTES,
                    *services.ROUTES,
                    *connections.ROUTES,
                    *requests.routes(product),
                    *media.routes(product),
                    *users.routes(product),
                    *blocklist.routes(product),
                )
            )
        return self._routers[product.name]


async def _run(route: Route, context: Context) -> Reply:
    """Handlers that wait take the lock themselves, in pieces; it is never held while waiting."""
    with context.state.lock:
        answer = route.handler(context)
    return await answer if isawaitable(answer) else answer


def _may(user: User, route: Route) -> bool:
    if not route.permissions or user.permissions & Permission.ADMIN:
        return True
    return any(user.permissions & permission for permission in route.permissions)


def _cache_key(call: Incoming) -> str:
    if call.method != "POST":
        return f"{call.path}?{call.query}"
    kind = "movie" if call.parsed["mediaType"] == "movie" else "tv"
    return f"/{kind}/{int(call.parsed['mediaId'])}?"


def _no_cookie(path: str) -> Refusal:
    message = "cookie 'connect.sid' required"
    return refused(401, message, [{"path": path, "message": message}])


def _instead(fault: Fault) -> Reply | None:
    """The answer that some faults give in place of the server's."""
    if fault.kind == "status":
        reason = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Temporarily Unavailable"}
        text = HTML.format(f"{fault.status} {reason.get(fault.status, 'Error')}")
        return Reply(fault.status, text.encode(), media_type="text/html")
    if fault.kind == "rate_limit":
        seconds = (("Retry-After", f"{fault.seconds:g}"),)
        return Reply(429, dumps({"message": "Too many requests"}), seconds)
    if fault.kind == "empty_search":
        return search.nothing()
    return None
