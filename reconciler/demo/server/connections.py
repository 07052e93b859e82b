"""How the server reaches Radarr and Sonarr: the settings that hold it, and the test that fills their page.

Source: `server/routes/settings/radarr.ts`, `sonarr.ts` and `server/api/externalapi.ts` of all three products."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any, Literal

from .permissions import Permission
from .services import Service
from .state import State
from .wire import Context, Field, Reply, Route, ServerDied, refused, reply

ROLLING, CACHED = timedelta(seconds=10), timedelta(hours=1)
"""An answer older than the first is renewed behind the caller's back, and one older than the second is asked for."""
TEST = {
    "hostname": Field("string", required=True),
    "port": Field("number", required=True),
    "apiKey": Field("string", required=True),
    "useSsl": Field("boolean", required=True),
    "baseUrl": Field("string"),
}
DOT_SEGMENTS = re.compile(r"(/\.)+(?=/|\Z)")


def _settings(service: Service) -> dict[str, Any]:
    """One entry of the page, its key included."""
    body: dict[str, Any] = {
        "name": service.name,
        "hostname": service.host,
        "port": service.port,
        "apiKey": service.api_key,
        "useSsl": False,
        "baseUrl": "",
        "activeProfileId": service.profile,
        "activeProfileName": service.profiles.get(service.profile, ""),
        "activeDirectory": service.directory,
        "is4k": service.is4k,
        "tags": [],
        "isDefault": service.is_default,
        "syncEnabled": False,
        "preventSearch": False,
        "tagRequests": False,
        "id": service.id,
    }
    if service.kind == "radarr":
        return body | {"minimumAvailability": "released"}
    return body | {
        "activeLanguageProfileId": 1,
        "animeTags": [],
        "seriesType": "standard",
        "animeSeriesType": "anime",
        "enableSeasonFolders": True,
    }


def _listing(call: Context, kind: str) -> Reply:
    return reply([_settings(service) for service in call.state.services if service.kind == kind])


async def _test(call: Context, kind: Literal["radarr", "sonarr"]) -> Reply:
    """Ask a service for all that can be chosen there. Where an earlier answer of the very same address is still kept,
    it is given at once and renewed in the background; nobody catches that, so that a service that fails meanwhile ends
    the server's process. Only where Sonarr's own state is asked for first does a failure end the test before."""
    body, state = call.body, call.state
    address = f"{'https' if body['useSsl'] else 'http'}://{body['hostname']}:{body['port']}{body.get('baseUrl') or ''}"
    with state.lock:
        service = _service_at(state, kind, body)
        healthy = service is not None and service.condition == "ok"
        age = state.now() - state.kept_answers.get((kind, address), state.now() - CACHED)
        looked_first = kind == "sonarr" and call.product.family != "overseerr"
        if not healthy and not looked_first and ROLLING < age < CACHED:
            raise ServerDied(f"POST /settings/{kind}/test of {address}, kept from {age} ago, with that service failing")
        slow = service is not None and service.condition in ("timeout", "hanging")
    if slow:
        await asyncio.sleep(state.service_timeout)
    if service is None or not healthy:
        raise refused(500, f"Failed to connect to {kind.capitalize()}")
    with state.lock:
        state.kept_answers[kind, address] = state.now()
        return reply(_choices(service))


def _service_at(state: State, kind: str, body: dict[str, Any]) -> Service | None:
    """Dots for the same folder are taken out of an address on the way (WHATWG URL)."""
    path = DOT_SEGMENTS.sub("", body.get("baseUrl") or "")
    asked = (kind, body["hostname"].lower(), body["port"], body["apiKey"], body["useSsl"], path)
    for service in state.services:
        if (service.kind, service.host, service.port, service.api_key, False, "") == asked:
            return service
    return None


def _choices(service: Service) -> dict[str, Any]:
    body: dict[str, Any] = {
        "profiles": [
            {"id": number, "name": name, "upgradeAllowed": False, "cutoff": 7, "items": []}
            for number, name in service.profiles.items()
        ],
        "rootFolders": service.folders,
        "tags": [{"id": number, "label": label} for number, label in service.tags.items()],
        "urlBase": "",
    }
    return body | {"languageProfiles": None} if service.kind == "sonarr" else body


ADMIN = (Permission.ADMIN,)
ROUTES = (
    Route("GET", "/settings/radarr", lambda call: _listing(call, "radarr"), permissions=ADMIN),
    Route("GET", "/settings/sonarr", lambda call: _listing(call, "sonarr"), permissions=ADMIN),
    Route("POST", "/settings/radarr/test", lambda call: _test(call, "radarr"), body=TEST, permissions=ADMIN),
    Route("POST", "/settings/sonarr/test", lambda call: _test(call, "sonarr"), body=TEST, permissions=ADMIN),
)
