"""What the server will do with a user's request, as far as permission bits tell. The numbers are those of Overseerr's
`server/lib/permissions.ts`, which its successors kept."""

from enum import IntFlag
from typing import Literal

from schemas.media import Kind
from schemas.server import User

Approval = Literal["automatic", "pending", "forbidden"]


class Permission(IntFlag):
    """The bits that matter for requesting."""

    ADMIN = 2
    MANAGE_USERS = 8
    MANAGE_REQUESTS = 16
    REQUEST = 32
    AUTO_APPROVE = 128
    AUTO_APPROVE_MOVIE = 256
    AUTO_APPROVE_TV = 512
    REQUEST_4K = 1024
    REQUEST_4K_MOVIE = 2048
    REQUEST_4K_TV = 4096
    REQUEST_ADVANCED = 8192
    REQUEST_VIEW = 16384
    AUTO_APPROVE_4K = 32768
    AUTO_APPROVE_4K_MOVIE = 65536
    AUTO_APPROVE_4K_TV = 131072
    REQUEST_MOVIE = 262144
    REQUEST_TV = 524288


P = Permission
_REQUEST = {
    (Kind.MOVIE, False): P.ADMIN | P.REQUEST | P.REQUEST_MOVIE,
    (Kind.TV, False): P.ADMIN | P.REQUEST | P.REQUEST_TV,
    (Kind.MOVIE, True): P.ADMIN | P.REQUEST_4K | P.REQUEST_4K_MOVIE,
    (Kind.TV, True): P.ADMIN | P.REQUEST_4K | P.REQUEST_4K_TV,
}
_APPROVE = {
    (Kind.MOVIE, False): P.ADMIN | P.MANAGE_REQUESTS | P.AUTO_APPROVE | P.AUTO_APPROVE_MOVIE,
    (Kind.TV, False): P.ADMIN | P.MANAGE_REQUESTS | P.AUTO_APPROVE | P.AUTO_APPROVE_TV,
    (Kind.MOVIE, True): P.ADMIN | P.MANAGE_REQUESTS | P.AUTO_APPROVE_4K | P.AUTO_APPROVE_4K_MOVIE,
    (Kind.TV, True): P.ADMIN | P.MANAGE_REQUESTS | P.AUTO_APPROVE_4K | P.AUTO_APPROVE_4K_TV,
}


def approval(user: User, kind: Kind, is_4k: bool) -> Approval:  # noqa: FBT001 — a quality, not a switch
    """What becomes of a request that this user makes: approved at once, waiting for a person, or refused."""
    if not user.permissions & _REQUEST[kind, is_4k]:
        return "forbidden"
    return "automatic" if user.permissions & _APPROVE[kind, is_4k] else "pending"
