"""What Trakt's statuses mean, and the way around each.

Facts: the API's documentation and clients maintained in 2026. Since 31 July 2026 keys of free accounts are revoked, so
most homes have none: every refusal names what brings the same titles without one.
"""

from providers.errors import AuthRequired, Malformed, NotFound, ProviderError
from providers.http import Reply, masked
from providers.lists.trakt.targets import Target

_KEY = "set providers.trakt.client_id to the client id of an application of a paid account"


def refused(reply: Reply, target: Target) -> ProviderError | None:
    """The error that a status stands for; None for a plain success."""
    what, url = target.what, masked(reply.url)
    match reply.status:
        case 200 | 203:
            return None
        case 401:
            return AuthRequired(f"{what}: Trakt wants its owner's token (401)", remedy=_remedy(target), url=url)
        case 403:
            return AuthRequired(
                f"{what}: Trakt refuses this client id, or this program (403)", remedy=_remedy(target), url=url
            )
        case 404:
            return NotFound(
                f"{what}: Trakt has no such list, or it is private (404)",
                remedy=f"check its address, make it public, or: {target.instead}",
                url=url,
            )
        case 420:
            return AuthRequired(f"{what}: the account has reached Trakt's limit (420)", remedy=target.instead, url=url)
        case 423:
            return NotFound(f"{what}: Trakt has locked this user's account (423)", remedy=target.instead, url=url)
        case 426:
            return AuthRequired(f"{what}: Trakt gives it to paid accounts only (426)", remedy=_remedy(target), url=url)
        case status:
            return Malformed(f"{what}: Trakt answered {status} instead of a list", remedy=target.instead, url=url)


def without_key(target: Target) -> AuthRequired:
    """What to say when no client id is configured and no page can be read instead."""
    return AuthRequired(
        f"{target.what}: Trakt's API wants a client id, and gives them to paid accounts only since mid-2026",
        remedy=_remedy(target),
    )


def add_way_around(error: ProviderError, target: Target) -> None:
    """Name what brings the same titles, on an error that does not do so yet."""
    if target.instead not in error.remedy:
        error.remedy = "; ".join(part for part in (error.remedy, target.instead) if part)


def _remedy(target: Target) -> str:
    return f"{_KEY}, or without one: {target.instead}"
