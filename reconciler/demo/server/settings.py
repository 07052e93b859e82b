"""/status and /settings: what the server says of itself, by which the products can be told apart."""

from __future__ import annotations

from typing import Any

from .permissions import Permission
from .products import Product
from .state import State
from .wire import Context, Reply, Route, reply

EMBY = 4


def status(call: Context) -> Reply:
    """GET /status, alike in all products."""
    body = {
        "version": call.product.version,
        "commitTag": "local",
        "updateAvailable": False,
        "commitsBehind": 0,
        "restartRequired": False,
    }
    return reply(body)


def public_settings(state: State, product: Product) -> dict[str, Any]:
    """GET /settings/public. `vapidPublic` is generated per installation: a fingerprint."""
    body: dict[str, Any] = {
        "initialized": True,
        "applicationTitle": state.title,
        "applicationUrl": "",
        "hideAvailable": False,
        "localLogin": True,
        "movie4kEnabled": any(one.kind == "radarr" and one.is4k for one in state.services),
        "series4kEnabled": any(one.kind == "sonarr" and one.is4k for one in state.services),
        "originalLanguage": "",
        "partialRequestsEnabled": state.partial_requests,
        "cacheImages": False,
        "vapidPublic": state.vapid_public,
        "enablePushRegistration": False,
        "locale": "en",
        "emailEnabled": False,
        "newPlexLogin": True,
    }
    if product.family == "overseerr":
        return body | {"region": "", "mediaServerName": ""}
    body |= {
        "mediaServerType": EMBY,
        "mediaServerLogin": True,
        "discoverRegion": "",
        "streamingRegion": "US",
        "enableSpecialEpisodes": state.enable_special_episodes,
        "jellyfinExternalHost": "",
        "jellyfinForgotPasswordUrl": "",
        "jellyfinServerName": "household",
    }
    if product.family == "seerr":
        body |= {"hideBlocklisted": False, "cacheImages": False, "youtubeUrl": ""}
    return body


def public(call: Context) -> Reply:
    """GET /settings/public, without a key."""
    return reply(public_settings(call.state, call.product))


def main(call: Context) -> Reply:
    """GET /settings/main: administrators alone, for it holds the key."""
    state = call.state
    body: dict[str, Any] = {
        "apiKey": state.api_key,
        "applicationTitle": state.title,
        "applicationUrl": "",
        "cacheImages": False,
        "defaultPermissions": int(Permission.REQUEST),
        "defaultQuotas": {"movie": {}, "tv": {}},
        "hideAvailable": False,
        "localLogin": True,
        "newPlexLogin": True,
        "originalLanguage": "",
        "partialRequestsEnabled": state.partial_requests,
        "locale": "en",
    }
    if call.product.family == "overseerr":
        return reply(body | {"region": "", "trustProxy": False, "csrfProtection": state.csrf})
    body |= {
        "discoverRegion": "",
        "streamingRegion": "US",
        "mediaServerType": EMBY,
        "enableSpecialEpisodes": state.enable_special_episodes,
    }
    return reply(body)


def issue_counts(_call: Context) -> Reply:
    """GET /issue/count: nobody has complained of anything."""
    names = ("total", "video", "audio", "subtitles", "others", "open", "closed")
    return reply(dict.fromkeys(names, 0))


ROUTES = (
    Route("GET", "/status", status, public=True),
    Route("GET", "/settings/public", public, public=True),
    Route("GET", "/settings/main", main, permissions=(Permission.ADMIN,)),
    Route("GET", "/issue/count", issue_counts),
)
