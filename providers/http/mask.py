"""Addresses as they may be shown: without keys, tokens and passwords."""

import re
from urllib.parse import urlsplit

_SECRET = re.compile(
    r"(?i)([?&;](?:[a-z0-9_.-]*(?:api[_-]?key|token|secret|password|passwd|auth|signature)|key|sig|pass|pwd)=)[^&#;\s]+"
)
_USERINFO = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^/?#\s@]*@")


def masked(url: str) -> str:
    """The address (or a text that holds addresses) with every secret query value and all user information replaced."""
    return _USERINFO.sub(r"\1***@", _SECRET.sub(r"\1***", url))


def host_of(url: str) -> str:
    """The host for messages, its port when one is written."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "the address"
    host = parts.hostname or "the address"
    return f"{host}:{port}" if port else host
