"""Where the server is: from what people write to the URL of its API, and to the form that may be shown."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit, urlunsplit

from providers.servers.errors import BadAddress

_API_TAIL = re.compile(r"(/api(/v1)?)?/*\Z", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(://|\A)\S*@")


def without_credentials(text: str) -> str:
    """Any text that may be a URL, as it may be shown: a password may hold every sign there is."""
    return _CREDENTIALS.sub(r"\1", text)


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
    shown = without_credentials(written)
    if not written:
        raise BadAddress("server.url is empty", remedy="write the address of the server, like http://seerr:5055")
    if "://" not in written:
        raise BadAddress(f"server.url {shown!r} has no scheme", remedy=f"write http://{shown} or https://{shown}")
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddress(f"server.url {shown!r} is not a URL", remedy="write it like http://seerr:5055") from None
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
