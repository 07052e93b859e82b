"""The media server, and how the services that lists come from are spoken to."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field

from schemas.config.base import Parsed, Section, Wrong, choice, shown
from schemas.config.lists import Requester
from schemas.config.times import Timeout
from schemas.config.values import PerTime, Secret, Text, Whole

_PASSWORD = re.compile(r"//[^/@]*@")


def _address(value: Any) -> str:
    """An http or https URL; returned without the slash at its end."""
    example = "write it like http://seerr:5055"
    if not isinstance(value, str):
        raise Wrong(f"must be a URL, not {shown(value)}", example)
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in value):
        seen = _PASSWORD.sub("//***@", shown(value))
        bare = "://" not in seen and re.fullmatch(r"'[\w.-]+:[0-9]+(/\S*)?'", seen)
        raise Wrong(f"{seen} is not an http or https URL", f"write http://{value}" if bare else example)
    if parts.query or parts.fragment:
        raise Wrong("has more than a path at its end", "leave ? and # and what follows out")
    return value.rstrip("/")


Address = Annotated[
    str,
    Parsed(
        _address,
        "a URL",
        {"type": "string", "pattern": r"^(https?://\S+|.*\$\{.+\}.*)$", "examples": ["http://seerr:5055"]},
        stays_text=True,
    ),
]


class Server(Section):
    """One Overseerr, Jellyseerr or Seerr."""

    name: Text = "main"
    """Its identity in the ledger: the URL may change, this may not."""
    url: Address
    """Its address; a path below it is fine."""
    api_key: Secret
    """From its settings, "General"."""
    request_as: Requester | None = None
    """The user who requests; unless given, the API key's own user."""
    timeout: Timeout = timedelta(seconds=30)
    """For one answer."""
    ca_file: Text | None = None
    """Certificates of a private authority (PEM), relative to this file."""
    headers: dict[str, Secret] = {}
    """Sent with every call, for a proxy that stands before it."""


class Service(Section):
    """How one list service is spoken to. Other keys are its own: credentials and the like."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Secret] = Field(init=False)

    base_url: Address | None = None
    """Another address: a proxy, a mirror, a test server."""
    timeout: Timeout = timedelta(seconds=30)
    """For one answer."""
    retries: Whole = Field(default=3, ge=0, le=10)
    """How often a passing failure is tried again."""
    rate: PerTime | None = None
    """How often it is called at most; unless given, as often as is known to be fine."""
    user_agent: Text | None = None
    """Sent instead of listsync's own."""

    @property
    def options(self) -> Mapping[str, Secret]:
        """Everything else: `api_key`, `client_id`, `token` …"""
        return self.__pydantic_extra__ or {}


class BrowserMode(StrEnum):
    """When a real browser is used."""

    AUTO = "auto"
    """After plain HTTP met a challenge, if the extra is installed."""
    OFF = "off"


class Browser(Section):
    """The browser that helps where a page wants one."""

    mode: Annotated[BrowserMode, choice(BrowserMode)] = BrowserMode.AUTO
    """`auto`: only after plain HTTP met a challenge, and with the extra `browser` installed."""
    timeout: Timeout = timedelta(seconds=60)
    """For one page."""
