"""The web application: probes, metrics, status and one page. Nothing can be changed through it."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.watch.access import is_let_in
from reconciler.watch.board import Board, loop_status
from reconciler.watch.health import dead_because, unready_because
from reconciler.watch.metrics import CONTENT_TYPE, metrics_text

REFRESH = 60
"""Seconds after which an open page looks again."""
_OPEN = frozenset({"/livez", "/readyz"})
"""What probes ask without a token."""
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
}

_Message = MutableMapping[str, Any]
_Send = Callable[[_Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sight:
    """What the answers are made from."""

    board: Board
    heartbeat: Path
    clock: Callable[[], datetime]
    redact: Callable[[str], str]

    def livez(self, _request: Request) -> Response:
        """Whether the process lives, and its loop with it."""
        why = dead_because(self.heartbeat, self.clock())
        return JSONResponse({"alive": not why, **({"reason": why} if why else {})}, 503 if why else 200)

    def readyz(self, _request: Request) -> Response:
        """Whether the last pass could do its work."""
        why = [self.redact(reason) for reason in unready_because(self.board.seen)]
        return JSONResponse({"ready": not why, **({"reasons": why} if why else {})}, 503 if why else 200)

    def metrics(self, _request: Request) -> Response:
        """For Prometheus."""
        return Response(self.redact(metrics_text(self.board.seen).decode()), media_type=CONTENT_TYPE)

    def status(self, _request: Request) -> Response:
        """The status document with what the loop knows."""
        document = loop_status(self.board.seen, self.clock())
        return Response(self.redact(document.model_dump_json(indent=2)), media_type="application/json")

    def front(self, _request: Request) -> Response:
        """For people."""
        from reconciler.commands.render.html import page_of
        from reconciler.watch.front import front

        html = page_of(front(self.board.seen, self.clock()))
        return Response(self.redact(html), media_type="text/html", headers={"refresh": str(REFRESH)})


def make_app(sight: Sight, token: str) -> Any:
    """The application; an empty token lets everybody look."""
    app = Starlette(
        routes=[
            Route("/livez", sight.livez),
            Route("/readyz", sight.readyz),
            Route("/metrics", sight.metrics),
            Route("/status", sight.status),
            Route("/", sight.front),
        ],
        exception_handlers={HTTPException: _refused, Exception: _broken},
    )
    return _guarded(app, token)


def _guarded(app: Any, token: str) -> Any:
    """Every answer with the headers, and none but to probes without the token."""

    async def guarded(scope: Any, receive: Any, send: _Send) -> None:
        async def with_headers(message: _Message) -> None:
            if message["type"] == "http.response.start":
                raw = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message.get("headers", []), *raw]}
            await send(message)

        if scope["type"] == "http" and token and scope["path"] not in _OPEN:
            given = Request(scope).headers.get("authorization", "")
            if not is_let_in(token, given):
                await _no_token()(scope, receive, with_headers)
                return
        await app(scope, receive, with_headers)

    return guarded


def _no_token() -> Response:
    why = "this needs `run.token`: as `Authorization: Bearer …`, or as the password of a browser's question"
    return JSONResponse({"error": why}, 401, headers={"www-authenticate": 'Basic realm="listsync", charset="UTF-8"'})


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, headers=dict(error.headers or {}))


def _broken(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": f"an unexpected error: {type(error).__name__}"}, 500)
