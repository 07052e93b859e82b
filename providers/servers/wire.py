"""One HTTP exchange, within its bounds of time and size."""

import contextlib
import os
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote

import httpx

from providers.servers.address import Address
from providers.servers.errors import BadAddress, Unreachable
from providers.servers.settings import ServerSettings, call_headers

LARGEST = 64 * 2**20
"""Bytes of one answer; 1,000 requests are 1.6 MB."""
PATIENCE = 4
"""A whole answer may take this many time-outs: a server that drips bytes is given up."""
IDLE_LIMIT = 4.0
"""Seconds. The servers close a connection idle for 5 s without a word, and a POST that meets that is lost."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    cookies: tuple[str, ...] = ()
    """The Set-Cookie headers as they came."""

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON."""
        return "json" in self.headers.get("content-type", "").lower()

    @property
    def text(self) -> str:
        """The first part of the body, for recognising whose it is."""
        return self.body[:100_000].decode("utf-8", "replace")


def check_address(address: Address) -> None:
    """BadAddress for one that the HTTP client would refuse later."""
    try:
        httpx.URL(address.api)
    except httpx.InvalidURL as error:
        raise BadAddress(
            f"server.url {address.shown!r} is not a URL: {error}", remedy="write it like http://seerr:5055"
        ) from None


def trust(settings: ServerSettings, address: Address) -> ssl.SSLContext:
    """Whom to believe: the usual authorities and `ca_file`. Where nothing is encrypted, a context that trusts nobody,
    which costs nothing to make."""
    proxies = (os.environ.get(name, "") for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"))
    if not address.https and not any(proxy.startswith("https") for proxy in proxies):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = httpx.create_ssl_context()
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(cafile=settings.ca_file)
        except (OSError, ssl.SSLError) as error:
            reason = (
                error.strerror if isinstance(error, OSError) and error.strerror else "it holds no certificate (PEM)"
            )
            raise BadAddress(
                f"server.ca_file {str(settings.ca_file)!r} cannot be used: {reason}",
                remedy="point it at a PEM file of certificates",
            ) from None
    return context


def open_client(settings: ServerSettings, address: Address, context: ssl.SSLContext) -> httpx.Client:
    """A client of one connection, with time-outs everywhere, proxies from the environment, and no memory for cookies: a
    session would stand in for the key."""
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    on_call = settings.on_call
    try:
        return httpx.Client(
            headers=call_headers(settings),
            verify=context,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(settings.timeout, connect=min(settings.timeout, 10.0)),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=IDLE_LIMIT),
            follow_redirects=False,
            event_hooks={"request": [lambda request: on_call(request.method)]} if on_call is not None else None,
        )
    except (ValueError, ImportError, httpx.InvalidURL) as error:  # ImportError: a SOCKS proxy without its package
        raise Unreachable(
            f"the proxy settings of the environment cannot be used: {error}",
            how="proxy",
            remedy="check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY",
            url=address.shown,
            lasting=True,
        ) from None


def exchange(client: httpx.Client, request: httpx.Request, longest: float) -> Reply:
    """Send, and read the whole answer within `longest` seconds. Raises httpx.HTTPError."""
    with contextlib.closing(client.send(request, stream=True)) as response:
        return receive(response, longest)


def receive(response: httpx.Response, longest: float) -> Reply:
    """Read a begun answer to its end, within `longest` seconds. Raises httpx.HTTPError."""
    end, size, chunks = time.monotonic() + longest, 0, []
    for chunk in response.iter_bytes():
        size += len(chunk)
        chunks.append(chunk)
        if size > LARGEST:
            raise httpx.DecodingError("it is too large", request=response.request)
        if time.monotonic() > end:
            raise httpx.ReadTimeout("it does not end", request=response.request)
    cookies = tuple(response.headers.get_list("set-cookie"))
    return Reply(response.status_code, response.headers, b"".join(chunks), cookies)


def is_large(response: httpx.Response) -> bool:
    """Whether the answer to come may be of a size that matters."""
    length = response.headers.get("content-length", "")
    return not length.isdigit() or int(length) > 256 * 1024


def csrf_headers(reply: Reply) -> dict[str, str]:
    """What sends a CSRF token back. The cookies are marked Secure, so no cookie jar would return them over http."""
    kept: dict[str, str] = {}
    for line in reply.cookies:
        try:
            kept.update((name, morsel.value) for name, morsel in SimpleCookie(line).items())
        except CookieError:
            continue
    if "XSRF-TOKEN" not in kept:
        return {}
    cookie = "; ".join(f"{name}={kept[name]}" for name in ("_csrf", "XSRF-TOKEN") if name in kept)
    return {"Cookie": cookie, "X-XSRF-TOKEN": unquote(kept["XSRF-TOKEN"])}
