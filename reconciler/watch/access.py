"""Who may look: beyond this machine only whoever has the token."""

import base64
import binascii
import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Mapping
from pathlib import Path

from reconciler.errors import Refused
from schemas.config.running import Run

CONTAINER_VARIABLE = "LISTSYNC_CONTAINER"
"""Set to 1 in the image: there the published port decides who can look."""
_CONTAINER_FILES = (Path("/.dockerenv"), Path("/run/.containerenv"))


def parted(listen: str) -> tuple[str, int]:
    """Address and port of `run.http`; an empty address means all."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def check_listening(run: Run, environ: Mapping[str, str]) -> None:
    """Raises Refused where everybody on the network could look at titles and paths."""
    if run.http is None or _has_token(run) or in_container(environ):
        return
    host, port = parted(run.http)
    if not is_loopback(host):
        raise Refused(
            f"`run.http: {run.http}` would show lists and titles to everybody on the network",
            remedy=f"set `run.token`, or listen on this machine alone: `run.http: 127.0.0.1:{port}`",
        )


def _has_token(run: Run) -> bool:
    return run.token is not None and bool(run.token.get_secret_value())


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches that address. A name counts when all of its addresses do."""
    try:
        found = [ipaddress.ip_address(host)]
    except ValueError:
        if not host:
            return False
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError:
            return host == "localhost"
        found = [ipaddress.ip_address(str(info[4][0]).partition("%")[0]) for info in infos]
    return bool(found) and all((getattr(one, "ipv4_mapped", None) or one).is_loopback for one in found)


def in_container(environ: Mapping[str, str]) -> bool:
    """Whether this runs in one, where the addresses that count are those of the port that is published."""
    return (
        environ.get(CONTAINER_VARIABLE, "") == "1"
        or bool(environ.get("KUBERNETES_SERVICE_HOST"))
        or any(path.exists() for path in _CONTAINER_FILES)
    )


def is_let_in(token: str, authorization: str) -> bool:
    """Whether an Authorization field holds the token: as `Bearer`, or as the password of `Basic`, which browsers ask
    for. Takes as long for a wrong token as for the right one."""
    scheme, _, given = authorization.strip().partition(" ")
    given = given.strip()
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            given = ""
    elif scheme.lower() != "bearer":
        given = ""
    return bool(given) and hmac.compare_digest(_digest(given), _digest(token))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
