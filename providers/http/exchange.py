"""One request and its whole answer: no retries, no redirects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from providers.errors import Malformed, Transient, Unavailable
from providers.http.content import TooLarge, Undecodable, collected
from providers.http.mask import host_of, masked
from providers.http.reply import Headers, Reply

if TYPE_CHECKING:
    import httpx

CONNECT_TIMEOUT = 10.0
LATER = "nothing to do: the list is read again at its next turn"
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """A request, ready to send."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one answer may cost."""

    seconds: float
    bytes: int


class AddressRefused(Exception):
    """The name led to an address that is never asked."""


def exchange(
    client: "httpx.Client",
    order: Order,
    bounds: Bounds,
    *,
    guard: Callable[[str], str | None],
    monotonic: Callable[[], float],
) -> Reply:
    """Send a request and read its answer to the end.

    Raises Transient when nothing whole came back, Malformed for an answer that is too large or cannot be decoded,
    Unavailable for an address that must not be asked.
    """
    import httpx

    host, shown = host_of(order.url), masked(order.url)
    checked(order.url, guard)
    deadline = monotonic() + bounds.seconds
    try:
        with client.stream(
            order.method,
            order.url,
            headers=dict(order.headers),
            content=order.body,
            timeout=httpx.Timeout(bounds.seconds, connect=min(CONNECT_TIMEOUT, bounds.seconds)),
            extensions={"trace": _watch(guard)},
        ) as response:
            headers = Headers(response.headers)
            fits = _announced(headers) <= bounds.bytes
            chunks = _until(response.iter_raw(_CHUNK), deadline, monotonic)
            encoding = headers.get("content-encoding", "").strip().lower()
            content = collected(chunks, encoding, bounds.bytes if fits else 0)
            return Reply(response.status_code, headers, content, str(response.url))
    except (TimeoutError, httpx.TimeoutException) as error:
        raise Transient(f"{host} did not answer within {bounds.seconds:g} s", remedy=LATER, url=shown) from error
    except TooLarge as error:
        raise Malformed(f"{host} sent more than {_megabytes(bounds.bytes)}: no list is so large", url=shown) from error
    except Undecodable as error:
        raise Malformed(f"{host} sent an answer that cannot be unpacked: {error}", url=shown) from error
    except AddressRefused as error:
        raise Unavailable(f"{host} leads to {error}, which is never asked", url=shown) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Unavailable(f"{shown} is not an address that can be asked", url=shown) from error
    except (httpx.HTTPError, httpx.StreamError, OSError) as error:
        raise Transient(f"{host} {_reason(error)}", remedy=LATER, url=shown) from error


def checked(url: str, guard: Callable[[str], str | None]) -> None:
    """Refuse other schemes than http and https, and addresses that the guard knows. Raises Unavailable."""
    shown = masked(url)
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise Unavailable(f"{shown} is not a valid address", url=shown) from error
    if parts.scheme not in ("http", "https") or not host:
        raise Unavailable(f"{shown} is not an http or https address", url=shown)
    if (why := guard(host)) is not None:
        raise Unavailable(f"{host} is {why}, which is never asked", url=shown)


def _watch(guard: Callable[[str], str | None]) -> Callable[[str, dict[str, Any]], None]:
    """A look at every new connection before anything is sent on it: the resolved address counts, not the name."""

    def watch(event: str, info: dict[str, Any]) -> None:
        if event != "connection.connect_tcp.complete":
            return
        stream = info["return_value"]
        peer = stream.get_extra_info("server_addr")
        why = guard(str(peer[0])) if peer else None
        if why is not None:
            stream.close()
            raise AddressRefused(why)

    return watch


def _until(chunks: Any, deadline: float, monotonic: Callable[[], float]) -> Any:
    """The chunks, as long as they come in time: a server that drips never ends otherwise."""
    for chunk in chunks:
        yield chunk
        if monotonic() > deadline:
            raise TimeoutError


def _announced(headers: Headers) -> int:
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _megabytes(count: int) -> str:
    return f"{count / (1 << 20):.3g} MB"


def _reason(error: Exception) -> str:
    """A cause in words for people; the library's own words only where nothing better is known."""
    text = str(error)
    for mark, reason in _REASONS:
        if mark.lower() in text.lower():
            return reason
    return f"broke off: {masked(text)}" if text else f"broke off ({type(error).__name__})"


_REASONS = (
    ("CERTIFICATE_VERIFY_FAILED", "has a TLS certificate that is not trusted here"),
    ("SSL", "could not agree on TLS"),
    ("refused", "refused the connection"),
    ("Name or service not known", "is not a known name (DNS)"),
    ("nodename nor servname", "is not a known name (DNS)"),
    ("No address associated", "is not a known name (DNS)"),
    ("Temporary failure in name resolution", "could not be looked up (DNS)"),
    ("unreachable", "could not be reached"),
    ("disconnected", "closed the connection without an answer"),
    ("reset by peer", "closed the connection without an answer"),
)
