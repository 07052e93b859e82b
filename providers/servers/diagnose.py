"""From what went wrong on the wire to an error that a person can act on. Pure."""

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from providers.servers.address import Address
from providers.servers.errors import KeyRefused, NotAMediaServer, ServerBroken, ServerError, Unreachable, Unreadable
from providers.servers.wire import Reply

_OTHER_PROTOCOL = ("WRONG_VERSION_NUMBER", "RECORD_LAYER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH")
_PLAIN_ON_TLS = ("plain HTTP request was sent to HTTPS port", "HTTP request to an HTTPS server", "speaking plain HTTP")
_LOGIN_PAGES = {
    "cloudflareaccess.com": "Cloudflare Access",
    "authelia": "Authelia",
    "authentik": "authentik",
    "keycloak": "Keycloak",
    "oauth2-proxy": "oauth2-proxy",
    "oauth2/sign_in": "oauth2-proxy",
    "pomerium": "Pomerium",
    "tinyauth": "Tinyauth",
}
_LET_US_BY = (
    "use the server's own address inside your network, let /api/v1 pass without a login (the API key protects it), "
    "or put a service token into server.headers"
)
_COPY_KEY = "copy the key from Settings → General on the server; it changes when it is generated anew"
_RIGHT_URL = "check server.url: it is the address that opens the media server, without anything after it"


class _Words(BaseModel):
    model_config = ConfigDict(extra="ignore")

    message: str | None = None
    error: str | None = None
    status: int | None = None


def words(reply: Reply) -> str | None:
    """The server's own words in an error answer: `message` (handlers, validator) or `error` (authentication); None when
    the answer is not of these products' making."""
    try:
        said = _Words.model_validate_json(reply.body)
    except ValidationError:
        return None
    if said.message is not None:
        return clipped(said.message)
    return clipped(said.error) if said.error is not None and said.status is not None else None


def clipped(text: str) -> str:
    """One line, at most 300 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:299]}…"


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds from a Retry-After header (a number or a date, RFC 9110 10.2.3); None when it tells nothing."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def unreachable(error: Exception, address: Address, timeout: float) -> ServerError:
    """Why no answer came."""
    url, chain = address.shown, tuple(_causes(error))
    if isinstance(error, httpx.ProxyError):
        return Unreachable(
            f"the proxy on the way to {url} refused: {clipped(str(error))}",
            how="proxy",
            remedy="check HTTP_PROXY, HTTPS_PROXY and NO_PROXY",
            url=url,
        )
    for cause in chain:
        if isinstance(cause, ssl.SSLError):
            return _tls(cause, address)
        if isinstance(cause, socket.gaierror):
            return Unreachable(
                f"the name {address.host!r} of {url} is not known (DNS)",
                how="dns",
                remedy="check the spelling of server.url; between containers, both must be on one network",
                url=url,
            )
    if isinstance(error, httpx.TimeoutException):
        return Unreachable(
            f"{url} did not answer within {timeout:g} seconds",
            how="timeout",
            remedy="check that the server is up and not overloaded; server.timeout may be raised",
            url=url,
        )
    if isinstance(error, httpx.ConnectError):
        return _refused(chain, address)
    return _broken(address)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _tls(error: ssl.SSLError, address: Address) -> Unreachable:
    url = address.shown
    if isinstance(error, ssl.SSLCertVerificationError):
        remedy = "set server.ca_file to the certificate of your own authority"
        if "match" in error.verify_message.lower():
            remedy = "use the host name that the certificate is made out to"
        what = f"the certificate of {url} is not trusted: {error.verify_message}"
        return Unreachable(what, how="tls", remedy=remedy, url=url, lasting=True)
    if any(mark in (error.reason or "").upper() for mark in _OTHER_PROTOCOL):
        plain = url.replace("https://", "http://", 1)
        what = f"{url} does not speak https on this port"
        return Unreachable(what, how="tls", remedy=f"write {plain}", url=url, lasting=True)
    what = f"no secure connection to {url}: {error.reason or clipped(str(error))}"
    return Unreachable(what, how="tls", remedy="check the server's TLS settings", url=url)


def _refused(chain: tuple[BaseException, ...], address: Address) -> Unreachable:
    codes = {cause.errno for cause in chain if isinstance(cause, OSError)}
    if codes & {errno.ECONNRESET, errno.EPIPE}:
        return _broken(address)
    what = f"{address.shown} refuses connections"
    if codes & {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN}:
        what = f"there is no way to {address.shown} (no route)"
    return Unreachable(
        what,
        how="refused",
        remedy="check that the server is running and that host and port in server.url are right; "
        "in a container, localhost is the container itself",
        url=address.shown,
    )


def _broken(address: Address) -> Unreachable:
    url = address.shown
    secure = url.replace("http://", "https://", 1)
    remedy = "check the server's log" + ("" if address.https else f"; if the port speaks https, write {secure}")
    return Unreachable(f"{url} broke the connection off before it answered", how="broken", remedy=remedy, url=url)


def refusal(reply: Reply, address: Address, now: datetime) -> ServerError:
    """What an answer means that is not the one asked for."""
    url, said = address.shown, words(reply)
    if 300 <= reply.status < 400:
        return _redirect(reply, address)
    if any(mark in reply.text for mark in _PLAIN_ON_TLS):
        secure = url.replace("http://", "https://", 1)
        what = f"{url} speaks https on this port"
        return Unreachable(what, how="tls", remedy=f"write {secure}", url=url, lasting=True)
    if reply.status in {401, 403} and said is not None:
        return KeyRefused(f"{url} refused the API key: {said}", remedy=_COPY_KEY, url=url)
    if reply.status == 429 or reply.status >= 500:
        return _trouble(reply, address, said, now)
    if reply.is_json and reply.status < 300:
        return Unreadable(f"{url} answered with something that cannot be understood", remedy=_RIGHT_URL, url=url)
    if reply.is_json and said is not None and reply.status != 404:
        return Unreadable(f"{url} did not understand the question: {said}", remedy="please report this", url=url)
    return _somebody_else(reply, address)


def _redirect(reply: Reply, address: Address) -> NotAMediaServer:
    url = address.shown
    target = urlsplit(reply.headers.get("location", ""))
    place = f"{target.scheme}://{target.hostname}{target.path}" if target.hostname else target.path
    if (login := _login(f"{reply.headers.get('location', '')} {reply.text[:20000]}")) or "login" in target.path.lower():
        who = login or "a login page"
        return NotAMediaServer(f"{url} sends us to {who}: it stands before the server", remedy=_LET_US_BY, url=url)
    remedy = _RIGHT_URL
    if target.scheme == "https" and not address.https and target.hostname == address.host:
        remedy = f"write {url.replace('http://', 'https://', 1)}"
    return NotAMediaServer(f"{url} sends us on to {place}", remedy=remedy, url=url)


def _trouble(reply: Reply, address: Address, said: str | None, now: datetime) -> ServerBroken:
    url, wait = address.shown, retry_after(reply.headers.get("retry-after"), now)
    if reply.status == 429:
        what, remedy = (
            f"{url} asks for fewer calls (429)",
            "something before the server limits the rate; try again later",
        )
    elif said is None and reply.status in {502, 503, 504, 520, 521, 522, 523, 524, 530}:
        what = f"a proxy answers for {url}, and the server behind it does not ({reply.status})"
        remedy = "check that the server is running"
    else:
        what = f"{url} answered with an error ({reply.status}): {said or 'without a word'}"
        remedy = "look into the server's log; try again later"
    return ServerBroken(what, status=reply.status, retry_after=wait, remedy=remedy, url=url)


def _somebody_else(reply: Reply, address: Address) -> NotAMediaServer:
    url, page = address.shown, reply.text[:20000]
    title = re.search(r"<title[^>]*>\s*([^<]{1,80})", page, re.IGNORECASE)
    if login := _login(page):
        return NotAMediaServer(f"{url} answers with the login page of {login}", remedy=_LET_US_BY, url=url)
    if "basic" in reply.headers.get("www-authenticate", "").lower():
        remedy = "write them into the URL (https://name:password@host), or use the server's own address"
        return NotAMediaServer(f"what stands before {url} wants a name and a password", remedy=remedy, url=url)
    if title and "seerr" in title[1].lower():
        what = f"{url} leads to a page of {clipped(title[1])}, not to its API"
        return NotAMediaServer(what, remedy=_RIGHT_URL, url=url)
    if re.search(r"type=[\"']?password", page, re.IGNORECASE):
        return NotAMediaServer(f"{url} answers with a login page", remedy=_LET_US_BY, url=url)
    if title:
        return NotAMediaServer(
            f"{url} is no media server: it answers like {clipped(title[1])!r} ({reply.status})",
            remedy=_RIGHT_URL,
            url=url,
        )
    kind = reply.headers.get("content-type", "").partition(";")[0] or "nothing"
    what = f"{url} is no Overseerr, Jellyseerr or Seerr: it answers {reply.status} with {kind}"
    return NotAMediaServer(what, remedy=_RIGHT_URL, url=url)


def _login(text: str) -> str | None:
    lower = text.lower()
    return next((name for mark, name in _LOGIN_PAGES.items() if mark in lower), None)
