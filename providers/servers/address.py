"""Where the server is: from what people write to the URL of its API, and to the form that may be shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit, urlunsplit

from providers.servers.errors import BadAddress, KeyRefused

_API_TAIL = re.compile(r"(/api(/v1)?)?/*\Z", re.IGNORECASE)
_CREDENTIALS = re.compile(r"[^/@\s]*@")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?\Z")
_OURS = {"x-api-user", "x-api-key", "host", "content-length", "content-type", "transfer-encoding"}


@dataclass(frozen=True, slots=True, repr=False)
class ServerSettings:
    """How to reach one media server. Its repr shows neither the key, nor header values, nor a password in the URL."""

    url: str
    """As people write it; a path below the host is fine, and so is a trailing `/` or `/api/v1`."""
    api_key: str
    timeout: float = 30.0
    """Seconds without a sign of life from the server, for each step of a call."""
    ca_file: Path | None = None
    """Certificates (PEM) to trust beside the usual ones."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every call, for what stands before the server."""
    name: str = "main"

    def __repr__(self) -> str:
        return f"ServerSettings(name={self.name!r}, url={_CREDENTIALS.sub('', self.url)!r})"


@dataclass(frozen=True, slots=True)
class Address:
    """A server's URL, taken apart."""

    shown: str
    """Without credentials: for people, logs and plans."""
    api: str = field(repr=False)
    """What paths such as `/request` are appended to; holds the credentials, if the URL had any."""
    host: str = ""
    https: bool = False


def parse_address(text: str) -> Address:
    """The address that was meant; BadAddress, with the right form, for one that cannot work. A query or fragment, as in
    an address copied from a browser, is passed over."""
    written = text.strip()
    shown = _CREDENTIALS.sub("", written)
    if not written:
        raise BadAddress("server.url is empty", remedy="write the address of the server, like http://seerr:5055")
    if "://" not in written:
        raise BadAddress(f"server.url {shown!r} has no scheme", remedy=f"write http://{shown} or https://{shown}")
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(
            f"server.url {shown!r} is not a URL: {error}", remedy="write it like http://seerr:5055"
        ) from None
    if parts.scheme not in {"http", "https"}:
        rest = shown.partition("://")[2]
        raise BadAddress(
            f"server.url {shown!r} begins with {parts.scheme}://", remedy=f"write http://{rest} or https://{rest}"
        )
    if not host or re.search(r"\s", written):
        raise BadAddress(f"server.url {shown!r} names no host", remedy="write it like http://seerr:5055")
    return _address(parts, host, port)


def _address(parts: SplitResult, host: str, port: int | None) -> Address:
    path = _API_TAIL.sub("", parts.path)
    place = f"[{host}]" if ":" in host else host
    if port is not None:
        place = f"{place}:{port}"
    credentials = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return Address(
        shown=urlunsplit((parts.scheme, place, path, "", "")),
        api=urlunsplit((parts.scheme, credentials + place, path + "/api/v1", "", "")),
        host=host,
        https=parts.scheme == "https",
    )


def call_headers(settings: ServerSettings) -> dict[str, str]:
    """The headers of every call. KeyRefused for a key that no server can have issued, BadAddress for extra headers that
    cannot be sent. `X-Api-User` is refused: anything but a user's number in it kills the server, and an empty one acts
    as the administrator."""
    key = settings.api_key.strip()
    if not _HEADER_VALUE.match(key):
        what = "is empty" if not key else "holds characters that no key has"
        raise KeyRefused(f"server.api_key {what}", remedy="copy it from Settings → General on the server")
    for name, value in settings.headers.items():
        if name.lower() == "x-api-user":
            raise BadAddress("server.headers may not hold X-Api-User", remedy="use server.request_as")
        if name.lower() in _OURS:
            raise BadAddress(f"server.headers may not hold {name}", remedy="remove it; listsync sends its own")
        if not _HEADER_NAME.match(name) or not _HEADER_VALUE.match(value.strip()):
            raise BadAddress(
                f"server.headers: {name!r} or its value cannot be sent", remedy="use plain ASCII, on one line"
            )
    extra = {name: value.strip() for name, value in settings.headers.items()}
    return {"User-Agent": "listsync", "Accept": "application/json", **extra, "X-Api-Key": key}
