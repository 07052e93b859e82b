"""One call as it comes over the wire, and answers as they go back."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from .calls import Call
from .checks import as_number
from .wire import Reply, refused

API = "/api/v1"


class Incoming:
    """One call as it came over the wire."""

    def __init__(self, scope: Scope, path: str, body: bytes) -> None:
        self.scope = scope
        self.method: str = scope["method"]
        self.path = path
        self.query = scope["query_string"].decode("latin-1")
        self.body = body
        self.parsed: Any = None
        self._headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}

    def header(self, name: str) -> str | None:
        """A header by its lower-case name."""
        return self._headers.get(name)

    @property
    def text(self) -> str | None:
        """The body as text, None if there is none."""
        return self.body.decode("utf-8", "replace") if self.body else None

    @property
    def is_json(self) -> bool:
        """Whether the body calls itself JSON."""
        return (self.header("content-type") or "").split(";")[0].strip().lower() == "application/json"

    def logged(self, status: int, at: datetime, seconds: float) -> Call:
        """The call for the log; a body that is no JSON as text."""
        body = self.parsed if self.parsed is not None else self.text
        return Call(self.method, self.path, self.query, self.header("x-api-user"), body, status, at, seconds)

    def parse(self) -> None:
        """Read the body as JSON; Refusal 400 in the words of Node."""
        try:
            self.parsed = json.loads(self.body)
        except ValueError:
            first = (self.text or " ")[0]
            raise refused(
                400, f"Unexpected token '{first}', \"{(self.text or '')[:10]}\"... is not valid JSON"
            ) from None

    def require_json(self) -> None:
        """Refuse a body that does not call itself JSON; without any body an empty object is meant."""
        if not self.is_json:
            message = f"unsupported media type {self.header('content-type') or 'undefined'}"
            raise refused(415, message, [{"path": API + self.path, "message": message}])
        if self.parsed is None:
            self.parsed = {}


def as_javascript_number(text: str) -> float | None:
    """What `Number(text)` gives, None for NaN and the infinite."""
    if text.lower().startswith("0x"):
        try:
            return int(text, 16)
        except ValueError:
            return None
    return as_number(text)


async def gone(receive: Receive) -> None:
    """Wait until the connection is closed, by whomever."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def read_body(receive: Receive) -> bytes:
    """The whole body of a call."""
    parts: list[bytes] = []
    while True:
        message: Message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def send_reply(answer: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer, its headers among them as often as they are given."""
    headers: dict[str, str] = {"content-type": answer.media_type} if answer.body else {}
    response = Response(answer.body, answer.status, headers)
    for name, value in answer.headers:
        response.headers.append(name, value)
    await response(scope, receive, send)


async def send_half(answer: Reply, send: Send) -> None:
    """Announce a whole answer and send half of it."""
    headers = [(b"content-type", answer.media_type.encode()), (b"content-length", str(len(answer.body)).encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    half: dict[str, Any] = {"body": answer.body[: len(answer.body) // 2], "more_body": True}
    await send({"type": "http.response.body", **half})
