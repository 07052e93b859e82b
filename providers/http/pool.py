"""The shared line: one client, the hosts' rates, and what a browser handed back."""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from providers.base import Capabilities, ProviderSettings
from providers.http import guard as addresses
from providers.http.client import Http, Manner
from providers.http.events import HttpEvent, ignore
from providers.http.rate import HostRates
from providers.http.shelf import MemoryShelf, Shelf
from schemas.base import utc_now

if TYPE_CHECKING:
    import ssl

    import httpx


class Line:
    """What all providers of a run share."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        rng: random.Random,
        monotonic: Callable[[], float],
        shelf: Shelf,
        on_event: Callable[[HttpEvent], None],
        user_agent: str,
    ) -> None:
        self.clock = clock
        self.sleep = sleep
        self.rng = rng
        self.monotonic = monotonic
        self.shelf = shelf
        self.on_event = on_event
        self.user_agent = user_agent
        self.rates = HostRates(monotonic, sleep)
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._adopted: dict[str, tuple[str, str]] = {}

    def client(self) -> "httpx.Client":
        """The one client, opened when it is first needed."""
        with self._lock:
            if self._client is None:
                self._client = _open_client()
            return self._client

    def adopt(self, host: str, cookies: Mapping[str, str], user_agent: str) -> None:
        """Use a browser's cookies, and the user agent they are bound to, at a host and below it."""
        joined = "; ".join(f"{name}={value}" for name, value in cookies.items())
        with self._lock:
            self._adopted[host.lower()] = (joined, user_agent)

    def with_adopted(self, url: str, headers: Mapping[str, str]) -> Mapping[str, str]:
        """The header fields with what was adopted for this address."""
        host = urlsplit(url).hostname or ""
        with self._lock:
            found = next((kept for name, kept in self._adopted.items() if f".{host}".endswith(f".{name}")), None)
        if found is None:
            return headers
        cookies, user_agent = found
        return {**headers, "user-agent": user_agent, **({"cookie": cookies} if cookies else {})}

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()


class HttpPool:
    """All outgoing list traffic of one run: a context manager that closes every connection at its end."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        shelf: Shelf | None = None,
        on_event: Callable[[HttpEvent], None] = ignore,
        user_agent: str | None = None,
    ) -> None:
        self._line = Line(
            clock=clock,
            sleep=sleep,
            rng=rng or random.Random(),  # noqa: S311 - spreads retries, guards nothing
            monotonic=monotonic,
            shelf=shelf or MemoryShelf(),
            on_event=on_event,
            user_agent=user_agent or f"listsync/{_version()}",
        )

    def bind(
        self,
        provider_name: str,
        settings: ProviderSettings,
        capabilities: Capabilities,
        *,
        guard: Callable[[str], str | None] = addresses.refused,
    ) -> Http:
        """A provider's own way to ask, with its time-out, retries, rate and user agent.

        `guard` says why an address (literal or resolved, also after a redirect) must not be asked; by default
        link-local and cloud metadata addresses are refused.
        """
        rate = settings.rate if settings.rate is not None else capabilities.rate
        manner = Manner(provider_name, settings.timeout, max(0, settings.retries), rate, settings.user_agent, guard)
        return Http(self._line, manner)

    def adopt(self, host: str, cookies: Mapping[str, str], user_agent: str) -> None:
        """Use a browser's cookies, and the user agent they are bound to, at a host and below it."""
        self._line.adopt(host, cookies, user_agent)

    def close(self) -> None:
        """Close every connection."""
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open_client() -> "httpx.Client":
    from http.cookiejar import DefaultCookiePolicy

    import httpx

    # These two write whole addresses, keys included, at levels that users switch on.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    client = httpx.Client(
        verify=_trust(),
        http2=True,
        follow_redirects=False,
        limits=httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=30.0),
    )
    # Services set cookies on every answer; the same question must get the same answer whatever was asked before.
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


@cache
def _trust() -> "ssl.SSLContext":
    """The certificates that are trusted, read once a process: that takes longer than a request."""
    import httpx

    return httpx.create_ssl_context()


def _version() -> str:
    try:
        return version("listsync")
    except PackageNotFoundError:
        return "0.1"
