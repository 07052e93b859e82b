"""What handlers get and give: one call in, one reply or refusal out; and what a route promises about its input."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .products import Product
    from .rows import User
    from .state import State

NOT_YOURS = {"status": 403, "error": "You do not have permission to access this endpoint"}


def dumps(value: Any) -> bytes:
    """Compact JSON, as express sends it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer ready to be sent."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    media_type: str = "application/json; charset=utf-8"


def reply(value: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    """A JSON answer."""
    return Reply(status, dumps(value), headers)


NO_CONTENT = Reply(204)


class Refusal(Exception):
    """An answer other than success, raised wherever it is known."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


def refused(status: int, message: str, errors: list[dict[str, str]] | None = None) -> Refusal:
    """A refusal in the shape of the product's error handler."""
    return Refusal(status, {"message": message} if errors is None else {"message": message, "errors": errors})


def forbidden() -> Refusal:
    """The refusal of the authentication middleware: its key is `error`, not `message`."""
    return Refusal(403, NOT_YOURS)


class ServerDied(Exception):
    """The call made the real server's process end."""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a query, or a property of a body."""

    type: str = "string"
    choices: tuple[str, ...] = ()
    nullable: bool = False
    required: bool = False


@dataclass(slots=True)
class Context:
    """One call, authenticated and validated."""

    state: State
    product: Product
    user: User
    params: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any = None

    def number(self, name: str) -> int:
        """A path parameter as an integer, -1 where it is none (no row has that id)."""
        try:
            return int(self.params[name])
        except ValueError:
            return -1


Handler = Callable[[Context], Reply | Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and path, what its OpenAPI description allows, and who may call it."""

    method: str
    path: str
    handler: Handler
    query: Mapping[str, Field] = field(default_factory=dict)
    body: Mapping[str, Field] | None = None
    numeric: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    permissions: tuple[int, ...] = ()
    public: bool = False
    asks_tmdb: bool = False
