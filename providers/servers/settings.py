"""How a server is reached, as people configure it, and the headers that follow from it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from providers.servers.address import without_credentials
from providers.servers.errors import BadAddress, KeyRefused

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
    on_call: Callable[[str], None] | None = field(default=None, compare=False)
    """Told the method of every call; from any thread."""

    def __repr__(self) -> str:
        return f"ServerSettings(name={self.name!r}, url={without_credentials(self.url)!r})"


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
