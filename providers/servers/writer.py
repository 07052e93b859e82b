"""The writer: one write at a time, on one connection of its own, and none of them sent twice."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Self

import httpx

from providers.servers import answers
from providers.servers.address import parse_address
from providers.servers.connection import TRIES, backoff
from providers.servers.diagnose import refusal, retry_after, unreachable
from providers.servers.errors import ServerError
from providers.servers.settings import ServerSettings, call_headers
from providers.servers.wire import (
    IDLE_LIMIT,
    PATIENCE,
    Reply,
    check_address,
    csrf_headers,
    exchange,
    open_client,
    trust,
)
from schemas.media import Kind
from schemas.server import Answer, AnswerKind, NewRequest

LONGEST_HOLD = 60.0
"""Seconds that one write may wait in all where the server asks for fewer calls."""

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""Failures of making the connection: not a byte of the request was sent."""

Judge = Callable[[Reply], Answer]


class _NotSentError(Exception):
    """No connection came about; holds why."""


class SeerrWriter:
    """A ServerWriter; see there.

    Parallel writes were stored on the wrong titles by real servers, so a lock keeps them apart. A write is sent again
    in three cases alone, all of which leave nothing behind on the server: no connection could be made, the answer was
    429, and the answer wanted a CSRF token. Whatever breaks after sending is UNKNOWN."""

    def __init__(
        self,
        settings: ServerSettings,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._address = parse_address(settings.url)
        check_address(self._address)
        self._key = call_headers(settings)["X-Api-Key"]
        self._clock, self._sleep, self._jitter, self._monotonic = clock, sleep, jitter, monotonic
        self._one_at_a_time = threading.Lock()
        self._trust = trust(settings, self._address)
        self._client: httpx.Client | None = None
        self._used = 0.0
        self._csrf: dict[str, str] = {}

    def create(self, request: NewRequest) -> Answer:
        """POST /request. `is4k` is always told: without it, the servers' check for duplicates never matches."""
        headers = {"Content-Type": "application/json", **acting_as(request.options.requester)}
        return self._write("POST", "/request", answers.created, body(request), headers)

    def cancel(self, request_id: int) -> Answer:
        """DELETE /request/{id}, as the key's own user."""
        return self._write("DELETE", f"/request/{_number(request_id)}", answers.cancelled)

    def retry(self, request_id: int) -> Answer:
        """POST /request/{id}/retry, as the key's own user."""
        return self._write("POST", f"/request/{_number(request_id)}/retry", answers.retried)

    def close(self) -> None:
        """Close the socket."""
        with self._one_at_a_time:
            self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(
        self,
        method: str,
        path: str,
        judge: Judge,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        with self._one_at_a_time:
            try:
                reply = self._carry(method, path, content, dict(headers or {}))
                if reply.status == 429:
                    return self._nothing_done(refusal(reply, self._address, self._clock()))
                if answers.key_or_user_refused(reply):
                    return self._who_was_refused(reply, headers or {})
            except _NotSentError as error:
                return Answer(kind=AnswerKind.NOT_SENT, text=self._clean(str(error)))
            except httpx.HTTPError as error:
                self._drop()
                text = str(unreachable(error, self._address, self._settings.timeout))
                return Answer(kind=AnswerKind.UNKNOWN, text=self._clean(text))
            if answers.not_from_the_server(reply):
                return self._nothing_done(refusal(reply, self._address, self._clock()))
            answer = judge(reply)
            return answer.model_copy(update={"text": self._clean(answer.text)}) if answer.text else answer

    def _carry(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> Reply:
        """Send until the server has taken it or refused it for good."""
        held, refusals, token_fetched = 0.0, 0, False
        while True:
            reply = self._send(method, path, content, headers | self._csrf)
            if reply.status == 429:
                refusals += 1
                wait = retry_after(reply.headers.get("retry-after"), self._clock())
                wait = max(wait or 0.0, backoff(refusals + 2, self._jitter()))
                if (held := held + wait) > LONGEST_HOLD:
                    return reply
                self._sleep(wait)
            elif answers.csrf_refused(reply) and not token_fetched:
                token_fetched = True
                self._csrf = csrf_headers(self._ask("/settings/public"))
            else:
                return reply

    def _ask(self, path: str) -> Reply:
        """A read between two sendings of a write that was not carried out: when it fails, nothing was done."""
        try:
            return self._send("GET", path)
        except httpx.HTTPError as error:
            raise _NotSentError(_for_people(unreachable(error, self._address, self._settings.timeout))) from None

    def _send(
        self, method: str, path: str, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        attempt = 0
        while True:
            attempt += 1
            client = self._fresh()
            request = client.build_request(method, self._address.api + path, content=content, headers=headers)
            try:
                return exchange(client, request, self._settings.timeout * PATIENCE)
            except _NEVER_LEFT as error:
                reason = unreachable(error, self._address, self._settings.timeout)
                if attempt >= TRIES or not reason.transient:
                    raise _NotSentError(_for_people(reason)) from None
                self._sleep(backoff(attempt, self._jitter()))
            finally:
                self._used = self._monotonic()

    def _fresh(self) -> httpx.Client:
        """The client, with no connection that the server may be closing at this moment."""
        if self._client is not None and self._monotonic() - self._used >= IDLE_LIMIT:
            self._drop()
        if self._client is None:
            try:
                self._client = open_client(self._settings, self._address, self._trust)
            except ServerError as error:
                raise _NotSentError(_for_people(error)) from None
        return self._client

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _who_was_refused(self, reply: Reply, headers: Mapping[str, str]) -> Answer:
        """A wrong key and an unknown user get the same answer; asking who we are, as the key alone, tells which."""
        if "X-Api-User" in headers and self._ask("/auth/me").status == 200:
            return Answer(kind=AnswerKind.PERMISSION, text=f"the server has no user {headers['X-Api-User']}")
        return self._nothing_done(refusal(reply, self._address, self._clock()))

    def _nothing_done(self, error: ServerError) -> Answer:
        return Answer(kind=AnswerKind.NOT_SENT, text=self._clean(_for_people(error)))

    def _clean(self, text: str) -> str:
        return text.replace(self._key, "…")


def acting_as(user_id: int | None) -> dict[str, str]:
    """The header that makes the server act as a user. Only a number above 0 is ever sent: any other text kills the
    server, and an empty one acts as the administrator."""
    if user_id is None:
        return {}
    if isinstance(user_id, bool) or not isinstance(user_id, int) or user_id <= 0:
        raise ValueError(f"a user is named by a number above 0, not {user_id!r}")
    return {"X-Api-User": str(user_id)}


def body(request: NewRequest) -> bytes:
    """The body of POST /request; ValueError for one that the servers are known to stumble over."""
    key, options = request.key, request.options
    if key.kind is Kind.TV and not request.seasons:
        raise ValueError(f"{key}: a show is requested by its seasons, and none is named")
    if key.kind is Kind.MOVIE and request.seasons:
        raise ValueError(f"{key}: a movie has no seasons")
    asked: dict[str, object] = {"mediaType": key.kind.value, "mediaId": key.tmdb, "is4k": key.is_4k}
    if key.kind is Kind.TV:
        asked["seasons"] = sorted(set(request.seasons))
    chosen = {
        "serverId": options.server_id,
        "profileId": options.profile_id,
        "rootFolder": options.root_folder,
        "tags": None if options.tags is None else list(options.tags),
    }
    asked.update((name, value) for name, value in chosen.items() if value is not None)
    return json.dumps(asked).encode()


def _number(request_id: int) -> int:
    if isinstance(request_id, bool) or not isinstance(request_id, int) or request_id <= 0:
        raise ValueError(f"a request is named by a number above 0, not {request_id!r}")
    return request_id


def _for_people(error: ServerError) -> str:
    return f"{error}; {error.remedy}" if error.remedy else str(error)
