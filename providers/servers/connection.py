"""Reading from a server: patient with what passes, quick to say what does not."""

import contextlib
import ssl
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from providers.servers.address import parse_address
from providers.servers.answers import csrf_refused
from providers.servers.diagnose import refusal, unreachable
from providers.servers.errors import (
    DetailsUnavailable,
    NotAMediaServer,
    SearchFailed,
    ServerBroken,
    ServerError,
    ServiceUnavailable,
    Unreachable,
    Unreadable,
)
from providers.servers.lanes import Lanes
from providers.servers.settings import ServerSettings, call_headers
from providers.servers.wire import (
    PATIENCE,
    Reply,
    check_address,
    csrf_headers,
    is_large,
    open_client,
    receive,
    trust,
)

READERS = 8
"""Connections, and so reads at a time."""
LARGE_ANSWERS = 2
TRIES = 5
LONGEST_WAIT = 30.0
"""Seconds that a Retry-After is honoured for."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    path: str
    content: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class _TokenWantedError(Exception):
    """The server is protected against forged calls, and wants its token back."""


def backoff(attempt: int, jitter: float) -> float:
    """Seconds to wait after the attempt of that number: 0.2, 0.4, 0.8 …, give or take half."""
    return float(0.2 * 2 ** (attempt - 1) * (0.5 + jitter))


class Connection:
    """Reads and questions, nothing that changes anything; those that fail for a passing reason are tried again."""

    def __init__(
        self,
        settings: ServerSettings,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        self.address = parse_address(settings.url)
        check_address(self.address)
        call_headers(settings)
        self.clock = clock
        self._settings = settings
        self._sleep = sleep
        self._jitter = jitter
        self._trust: ssl.SSLContext | None = None
        self._lanes = Lanes(self._open, READERS)
        self._known = False
        self._closed = False
        self._opening = threading.Lock()
        # Eight questions may be under way, but few long answers in memory: the others wait in the socket. One thread
        # decodes them all, since the decoder keeps the memory it needed for each thread it ran in.
        self._large = threading.BoundedSemaphore(LARGE_ANSWERS)
        self._decoder = ThreadPoolExecutor(1, thread_name_prefix="decode")

    def read(self, path: str, accept: Callable[[Reply], T]) -> T:
        """What `accept` makes of the answer to a GET. `path` begins below /api/v1 and is sent as it stands. A passing
        error that `accept` raises is a reason to ask again, too."""
        return self._patiently(_Call("GET", path), accept)

    def ask(self, path: str, question: bytes, accept: Callable[[Reply], T]) -> T:
        """As `read`, for a question that is put by POST, in JSON, and changes nothing."""

        def first(reply: Reply) -> T:
            if csrf_refused(reply):
                raise _TokenWantedError
            return accept(reply)

        call = _Call("POST", path, question, {"Content-Type": "application/json"})
        try:
            return self._patiently(call, first)
        except _TokenWantedError:
            token = csrf_headers(self.read("/settings/public", lambda reply: reply))
            return self._patiently(replace(call, headers={**call.headers, **token}), accept)

    def _patiently(self, call: "_Call", accept: Callable[[Reply], T]) -> T:
        attempt = 0
        while True:
            attempt += 1
            try:
                value = self._exchange(call, accept)
            except ServerError as error:
                if attempt >= self._tries(error) or self._closed:
                    raise
                self.pause(attempt, error)
            else:
                self._known = True
                return value

    def pause(self, attempt: int, error: ServerError | None = None) -> None:
        """Wait as long as the error asks for, or longer with every attempt."""
        asked = error.retry_after if isinstance(error, ServerBroken) else None
        wait = backoff(attempt, self._jitter())
        self._sleep(wait if asked is None else min(max(asked, wait), LONGEST_WAIT))

    def accept_json(self, adapter: TypeAdapter[T]) -> Callable[[Reply], T]:
        """Understand a 200 of this form, and refuse everything else with what it is."""
        return lambda reply: self.decode(adapter, reply)

    def decode(self, adapter: TypeAdapter[T], reply: Reply) -> T:
        """The answer's value; the error that fits any other answer."""
        if reply.status != 200:
            raise refusal(reply, self.address, self.clock())
        try:
            return adapter.validate_json(reply.body)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            if first["type"] == "json_invalid" and not reply.is_json:
                raise refusal(reply, self.address, self.clock()) from None
            place = ".".join(str(part) for part in first["loc"])
            raise Unreadable(
                f"{self.address.shown} answered with something that cannot be understood: {place} {first['msg']}",
                remedy="check that server.url leads to Overseerr, Jellyseerr or Seerr",
                url=self.address.shown,
            ) from None

    def close(self) -> None:
        """Close every socket; reads under way are not tried again."""
        self._closed = True
        self._decoder.shutdown(wait=False, cancel_futures=True)
        self._lanes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, call: "_Call", accept: Callable[[Reply], T]) -> T:
        timeout = self._settings.timeout
        try:
            with self._lanes.one() as client, self._send(client, call) as response:
                if not is_large(response):
                    return accept(receive(response, timeout * PATIENCE))
                with self._large:
                    return self._decoder.submit(accept, receive(response, timeout * PATIENCE)).result()
        except httpx.DecodingError as error:
            raise Unreadable(
                f"{self.address.shown} sent an answer that cannot be read: {error}",
                remedy="check what stands between listsync and the server",
                url=self.address.shown,
            ) from None
        except httpx.HTTPError as error:
            raise unreachable(error, self.address, timeout) from None
        except RuntimeError as error:  # how the decoder says that it was closed meanwhile
            if not self._closed:
                raise
            raise Unreachable("the reader was closed", how="broken", url=self.address.shown) from error

    def _send(self, client: httpx.Client, call: "_Call") -> contextlib.closing[httpx.Response]:
        url = self.address.api + call.path
        request = client.build_request(call.method, url, content=call.content, headers=call.headers)
        return contextlib.closing(client.send(request, stream=True))

    def _open(self) -> httpx.Client:
        with self._opening:
            if self._trust is None:
                self._trust = trust(self._settings, self.address)
        return open_client(self._settings, self.address, self._trust)

    def _tries(self, error: ServerError) -> int:
        if isinstance(error, DetailsUnavailable | SearchFailed):
            return 2  # most often lasting: an id that TMDB does not know
        if isinstance(error, ServiceUnavailable):
            return 1  # the server has waited for it already
        if isinstance(error, NotAMediaServer):
            return TRIES if self._known else 1  # once it was the right one, a strange page is a passing one
        return TRIES if error.transient else 1
