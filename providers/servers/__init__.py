"""Conversations with Overseerr, Jellyseerr and Seerr. Importing this costs nothing; `connect` and `open_writer` bring
the HTTP client in."""

import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from providers.servers.errors import (
    BadAddress,
    DetailsUnavailable,
    KeyRefused,
    NotAMediaServer,
    SearchFailed,
    ServerBroken,
    ServerError,
    ServiceUnavailable,
    UnknownUser,
    Unreachable,
    Unreadable,
    Unstable,
)
from providers.servers.people import resolve_user
from providers.servers.permissions import approval
from providers.servers.protocol import ServerReader, ServerWriter
from providers.servers.settings import ServerSettings
from schemas.base import utc_now

if TYPE_CHECKING:
    from providers.servers.seerr import SeerrReader
    from providers.servers.writer import SeerrWriter

__all__ = [
    "BadAddress",
    "DetailsUnavailable",
    "KeyRefused",
    "NotAMediaServer",
    "SearchFailed",
    "ServerBroken",
    "ServerError",
    "ServerReader",
    "ServerSettings",
    "ServerWriter",
    "ServiceUnavailable",
    "UnknownUser",
    "Unreachable",
    "Unreadable",
    "Unstable",
    "approval",
    "connect",
    "open_writer",
    "resolve_user",
]


def connect(
    settings: ServerSettings,
    *,
    clock: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> "SeerrReader":
    """A reader, as a context manager that closes its sockets. Nothing is sent before the first question. Raises
    BadAddress or KeyRefused for settings that cannot work."""
    from providers.servers.seerr import SeerrReader

    return SeerrReader(settings, clock=clock, sleep=sleep, jitter=jitter)


def open_writer(
    settings: ServerSettings,
    *,
    clock: Callable[[], datetime] = utc_now,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = random.random,
    monotonic: Callable[[], float] = time.monotonic,
) -> "SeerrWriter":
    """A writer, as a context manager that closes its socket. Nothing is sent before the first write. Raises BadAddress
    or KeyRefused for settings that cannot work."""
    from providers.servers.writer import SeerrWriter

    return SeerrWriter(settings, clock=clock, sleep=sleep, jitter=jitter, monotonic=monotonic)
