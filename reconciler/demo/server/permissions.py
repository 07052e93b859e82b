"""Permission bits and their test. The numbers are those of Overseerr's `server/lib/permissions.ts`, never changed."""

from __future__ import annotations

from enum import IntFlag


class Permission(IntFlag):
    """What a user of the server may do; the value is stored as one integer."""

    NONE = 0
    ADMIN = 2
    MANAGE_SETTINGS = 4
    MANAGE_USERS = 8
    MANAGE_REQUESTS = 16
    REQUEST = 32
    VOTE = 64
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
    MANAGE_BLOCKLIST = 268435456
    VIEW_BLOCKLIST = 1073741824


def has_any(granted: int, *wanted: Permission) -> bool:
    """Whether an administrator, or somebody with at least one of the wanted permissions, is meant."""
    return bool(granted & Permission.ADMIN) or any(granted & permission for permission in wanted)


def has_all(granted: int, *wanted: Permission) -> bool:
    """Whether an administrator, or somebody with every one of the wanted permissions, is meant."""
    return bool(granted & Permission.ADMIN) or all(granted & permission for permission in wanted)


def may_request(granted: int, kind: str, *, is4k: bool) -> bool:
    """Whether a request of this kind and quality may be made at all."""
    if is4k:
        specific = Permission.REQUEST_4K_MOVIE if kind == "movie" else Permission.REQUEST_4K_TV
        return has_any(granted, Permission.REQUEST_4K, specific)
    specific = Permission.REQUEST_MOVIE if kind == "movie" else Permission.REQUEST_TV
    return has_any(granted, Permission.REQUEST, specific)


def approves_itself(granted: int, kind: str, *, is4k: bool) -> bool:
    """Whether a request by this caller is approved at once."""
    if is4k:
        specific = Permission.AUTO_APPROVE_4K_MOVIE if kind == "movie" else Permission.AUTO_APPROVE_4K_TV
        return has_any(granted, Permission.AUTO_APPROVE_4K, specific, Permission.MANAGE_REQUESTS)
    specific = Permission.AUTO_APPROVE_MOVIE if kind == "movie" else Permission.AUTO_APPROVE_TV
    return has_any(granted, Permission.AUTO_APPROVE, specific, Permission.MANAGE_REQUESTS)
