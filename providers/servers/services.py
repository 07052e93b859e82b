"""What can be chosen in the server's Radarrs and Sonarrs, asked for in the one way that no failure of theirs turns into
the server's.

`GET /service/radarr/{id}` ends the server's process when that Radarr is down. The test that fills the settings page
catches such a failure; but it gives kept answers of the last hour (`getRolling` in `server/api/externalapi.ts` of all
three products), renews those older than ten seconds in the background, and nobody catches what goes wrong there. So it
is asked at an address that was not asked for an hour: the same one, to everybody but the cache."""

import json
from datetime import datetime

from pydantic import Field, TypeAdapter

from providers.servers.connection import Connection
from providers.servers.diagnose import words
from providers.servers.documents import Named, Wire
from providers.servers.errors import ServiceUnavailable
from providers.servers.wire import Reply
from schemas.media import Kind
from schemas.server import Service, ServiceOptions

SLOT = 10.0
"""Seconds for which a kept answer is given without being renewed."""
SLOTS = 361
"""So many of them outlast the hour for which answers are kept."""
_SETTINGS_OF = {Kind.MOVIE: "/settings/radarr", Kind.TV: "/settings/sonarr"}
_TEST_OF = {Kind.MOVIE: "/settings/radarr/test", Kind.TV: "/settings/sonarr/test"}
_PROGRAMS = {Kind.MOVIE: "Radarr", Kind.TV: "Sonarr"}


class ServiceSettings(Wire):
    """GET /settings/radarr and /settings/sonarr: how the server reaches them."""

    id: int
    hostname: str
    port: int
    api_key: str = Field(alias="apiKey", repr=False)
    use_ssl: bool = Field(default=False, alias="useSsl")
    base_url: str | None = Field(default=None, alias="baseUrl")


class _Profile(Named):
    id: int


class _Folder(Wire):
    path: str | None = None


class _Tag(Wire):
    id: int
    label: str | None = None


class _Choices(Wire):
    """POST /settings/radarr/test and /settings/sonarr/test."""

    profiles: list[_Profile]
    folders: list[_Folder] = Field(alias="rootFolders")
    tags: list[_Tag]


_SETTINGS = TypeAdapter(list[ServiceSettings])
_CHOICES = TypeAdapter(_Choices)


def service_options(wire: Connection, service: Service) -> ServiceOptions:
    """Profiles, root folders and tags. The keys that pass through here are neither kept nor shown."""
    known = wire.read(_SETTINGS_OF[service.kind], wire.accept_json(_SETTINGS))
    settings = next((one for one in known if one.id == service.id), None)
    if settings is None:
        raise _unavailable(wire, service, "is not in the server's settings any more")

    def accept(reply: Reply) -> ServiceOptions:
        if reply.status == 500 and words(reply) is not None:
            raise _unavailable(wire, service, "does not answer the server")
        return _options(wire.decode(_CHOICES, reply))

    return wire.ask(_TEST_OF[service.kind], question(settings, wire.clock()), accept)


def question(settings: ServiceSettings, now: datetime) -> bytes:
    """The test's body. `/.` leads to the same folder (WHATWG URL), and is taken out before the call leaves the server;
    how often it is written changes with the time."""
    dots = "/." * (1 + int(now.timestamp() // SLOT) % SLOTS)
    body = {
        "hostname": settings.hostname,
        "port": settings.port,
        "apiKey": settings.api_key,
        "useSsl": settings.use_ssl,
        "baseUrl": f"{(settings.base_url or '').rstrip('/')}{dots}",
    }
    return json.dumps(body).encode()


def _options(choices: _Choices) -> ServiceOptions:
    return ServiceOptions(
        profiles={profile.name: profile.id for profile in choices.profiles if profile.name},
        root_folders=tuple(folder.path for folder in choices.folders if folder.path),
        tags={tag.label: tag.id for tag in choices.tags if tag.label},
    )


def _unavailable(wire: Connection, service: Service, why: str) -> ServiceUnavailable:
    return ServiceUnavailable(
        f"{service.name} {why}",
        remedy=f"check it in the server's settings, Services → {_PROGRAMS[service.kind]} → Test",
        url=wire.address.shown,
    )
