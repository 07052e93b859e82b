"""What a provider asks through: one service's settings on the shared line."""

import json as jsonlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from providers import challenge
from providers.errors import Challenged, Malformed, Transient
from providers.http.events import HttpEvent
from providers.http.exchange import LATER, Bounds, Order, exchange
from providers.http.mask import host_of, masked
from providers.http.reply import Headers, Reply
from providers.http.shelf import keepable, shelf_key
from providers.http.waiting import PATIENCE, backoff, retry_after

if TYPE_CHECKING:
    from providers.http.pool import Line

MAX_BYTES = 64 << 20
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LOGIN_PATH = re.compile(r"/(?:log-?in|sign-?in|auth/login|consent)/?\Z", re.IGNORECASE)
_BUSY = frozenset({408, 425, 429})
# Fields that may follow a redirect to another origin; everything else could be a credential.
_HARMLESS = frozenset({"accept", "accept-language", "accept-encoding", "user-agent"})


class Repeat(StrEnum):
    """Whether a request may be sent again when its answer got lost."""

    SAFE = "safe"
    """It only reads, whatever its method: a GraphQL query, a search."""
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Manner:
    """How one provider asks: its settings, resolved."""

    provider: str
    timeout: float
    retries: int
    rate: float
    user_agent: str | None
    """What the user configured; it wins over the provider's own."""
    guard: Callable[[str], str | None]


class Http:
    """Ask a list service. Safe from many threads; made by `HttpPool.bind`."""

    def __init__(self, line: "Line", manner: Manner) -> None:
        self._line = line
        self._manner = manner

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        max_bytes: int | None = None,
    ) -> Reply:
        """Read an address; `query` is added to what the address already asks.

        Every status comes back as a Reply, except these. Raises Transient (no answer, 429, 5xx; after retries),
        Challenged (a page stands in front of the list, at any status), Malformed (too large, undecodable, endless
        redirects) and Unavailable (an address that is never asked).
        """
        full = _with_query(url, query or {})
        return self._ask(Order("GET", full, self._fields(headers or {})), max_bytes or MAX_BYTES, Repeat.SAFE)

    def post(
        self,
        url: str,
        *,
        json: object,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        repeat: Repeat = Repeat.SAFE,
    ) -> Reply:
        """Send JSON and read the answer, as `get` does.

        List services are only read, so a lost answer is asked for again unless `repeat` says otherwise.
        """
        body = jsonlib.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
        fields = self._fields({"Content-Type": "application/json", **(headers or {})})
        return self._ask(Order("POST", url, fields, body), max_bytes or MAX_BYTES, repeat)

    def adopt(self, host: str, cookies: Mapping[str, str], user_agent: str) -> None:
        """Go on with a browser's cookies, and the user agent they are bound to, at a host and below it."""
        self._line.adopt(host, cookies, user_agent)

    def _fields(self, own: Mapping[str, str]) -> dict[str, str]:
        fields = {"user-agent": self._line.user_agent, "accept-encoding": "gzip, deflate"}
        fields |= {name.lower(): value for name, value in own.items()}
        if self._manner.user_agent is not None:
            fields["user-agent"] = self._manner.user_agent
        return fields

    def _ask(self, order: Order, limit: int, repeat: Repeat) -> Reply:
        """Follow redirects to an answer."""
        first = order.url
        for _ in range(MAX_REDIRECTS + 1):
            reply = self._kept_or_new(order, limit, repeat)
            target = reply.headers.get("location") if reply.status in _REDIRECTS else None
            if target is None:
                return reply
            order = _redirected(order, target, reply.status)
            _refuse_login(first, order.url)
        raise Malformed(f"{host_of(first)} redirects in circles", url=masked(first))

    def _kept_or_new(self, order: Order, limit: int, repeat: Repeat) -> Reply:
        """The answer, read anew only if the service says that it changed."""
        order = replace(order, headers=self._line.with_adopted(order.url, order.headers))
        if order.method != "GET":
            return self._tried(order, limit, repeat)
        key = shelf_key(order.url, order.headers)
        kept = self._line.shelf.get(key)
        if kept is not None:
            asked = replace(order, headers={**order.headers, **kept.conditions()})
            reply = self._tried(asked, limit, repeat)
            if reply.status == 304:
                return Reply(200, Headers({**kept.headers, **reply.headers}), kept.content, reply.url)
        else:
            reply = self._tried(order, limit, repeat)
        if (new := keepable(reply.status, reply.headers, reply.content)) is not None:
            self._line.shelf.put(key, new)
        return reply

    def _tried(self, order: Order, limit: int, repeat: Repeat) -> Reply:
        """One answer, asked for as often as is polite."""
        manner, line = self._manner, self._line
        bounds = Bounds(manner.timeout, limit)
        waited = 0.0
        tries = manner.retries + 1 if repeat is Repeat.SAFE else 1
        for attempt in range(tries):
            self._refuse_closed(order.url)
            line.rates.take(_origin(order.url), manner.rate)
            asked: float | None = None
            try:
                reply = exchange(line.client(), order, bounds, guard=manner.guard, monotonic=line.monotonic)
            except Transient as error:
                failure = error
            else:
                _refuse_challenge(reply)
                if reply.status < 500 and reply.status not in _BUSY:
                    return reply
                asked = retry_after(reply.headers, line.clock())
                failure = _busy(reply, asked)
            waited += asked if asked is not None else 0.0
            if waited > PATIENCE and asked is not None:
                line.rates.close(_origin(order.url), asked)
            if attempt + 1 == tries or waited > PATIENCE:
                raise failure
            self._pause(order.url, failure, asked if asked is not None else backoff(attempt, line.rng), asked)
        raise AssertionError("a request is tried at least once")

    def _refuse_closed(self, url: str) -> None:
        """A host that told one list to come back much later is not asked for the next one either."""
        wait = self._line.rates.closed_for(_origin(url))
        if wait > PATIENCE:
            message = f"{host_of(url)} wants no requests for another {wait:.0f} s"
            raise Transient(message, remedy=LATER, url=masked(url), retry_after=wait)

    def _pause(self, url: str, failure: Transient, wait: float, asked: float | None) -> None:
        """Wait before the next try; a service that asked for a pause gets it from every list."""
        limited = asked is not None or failure.retry_after is not None
        event = HttpEvent(
            "rate_limited" if limited else "retry", self._manner.provider, host_of(url), str(failure), wait
        )
        self._line.on_event(event)
        if asked is not None:
            self._line.rates.hold(_origin(url), wait)
        else:
            self._line.sleep(wait)


def _refuse_challenge(reply: Reply) -> None:
    """Raise Challenged for a page that stands in front of the list."""
    who = challenge.recognise(reply.status, reply.headers, reply.content[: challenge.START])
    if who is None:
        return
    what = f"a bot check of {who}" if who[0].isupper() else who
    raise Challenged(
        f"{host_of(reply.url)} answered with {what} instead of the list",
        remedy="the browser extra may pass it (browser.mode: auto); an official API, a mirror or an export file will",
        url=masked(reply.url),
    )


def _refuse_login(asked: str, led_to: str) -> None:
    """Raise Challenged where a list's address leads to a login form."""
    if _LOGIN_PATH.search(urlsplit(led_to).path) and not _LOGIN_PATH.search(urlsplit(asked).path):
        raise Challenged(
            f"{host_of(asked)} sends us to a login page instead of the list",
            remedy="the list may be private: make it public, or use an official API or an export file",
            url=masked(asked),
        )


def _busy(reply: Reply, asked: float | None) -> Transient:
    host = host_of(reply.url)
    if reply.status == 429:
        later = f"; it asks to wait {asked:.0f} s" if asked is not None else ""
        message = f"{host} answered 429: too many requests{later}"
    else:
        message = f"{host} answered {reply.status}"
    return Transient(message, remedy=LATER, url=masked(reply.url), retry_after=asked)


def _redirected(order: Order, target: str, status: int) -> Order:
    """The next request of a redirect: credentials stay at the origin they were meant for."""
    try:
        url = urljoin(order.url, target)
        same = _origin(url) == _origin(order.url)
    except ValueError as error:
        raise Malformed(
            f"{host_of(order.url)} redirects to something that is no address", url=masked(order.url)
        ) from error
    headers = {name: value for name, value in order.headers.items() if name != "cookie" and (same or name in _HARMLESS)}
    if order.method == "GET" or status in (307, 308):
        body, method = order.body, order.method
        if body is not None:
            headers["content-type"] = order.headers.get("content-type", "application/json")
        return Order(method, url, headers, body)
    headers.pop("content-type", None)
    return Order("GET", url, headers)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def _with_query(url: str, query: Mapping[str, str | int]) -> str:
    if not query:
        return url
    base, mark, fragment = url.partition("#")
    joined = f"{base}{'&' if '?' in base else '?'}{urlencode(query)}"
    return joined + mark + fragment
