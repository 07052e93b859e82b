"""Radarr and Sonarr as the server sees them: what they were sent, and what becomes of a request when they fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .rows import Media, MediaStatus, Request, RequestStatus
from .wire import Context, Reply, Route, ServerDied, refused, reply

if TYPE_CHECKING:
    from .state import State

Condition = Literal["ok", "down", "timeout", "hanging"]
PROFILES = {4: "HD-1080p", 6: "HD - 720p/1080p", 5: "Ultra-HD"}
TAGS = {1: "requested"}


@dataclass(slots=True)
class Service:
    """One Radarr or Sonarr. `down` answers 5xx at once, `timeout` after a while, `hanging` never."""

    kind: Literal["radarr", "sonarr"]
    id: int
    name: str
    is4k: bool
    directory: str
    profile: int
    is_default: bool = True
    condition: Condition = "ok"
    asked: bool = False
    sent: list[int] = field(default_factory=list)
    profiles: dict[int, str] = field(default_factory=PROFILES.copy)
    tags: dict[int, str] = field(default_factory=TAGS.copy)
    more_folders: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """Its name in the household's network."""
        return f"{self.kind}{'-4k' if self.is4k else ''}.household.example"

    @property
    def port(self) -> int:
        """Radarr's or Sonarr's usual one."""
        return 7878 if self.kind == "radarr" else 8989

    @property
    def api_key(self) -> str:
        """What the server calls it with."""
        return f"{self.kind}{self.id}key"

    @property
    def folders(self) -> list[dict[str, Any]]:
        """Its root folders."""
        return [
            {"id": number, "path": path} for number, path in enumerate((self.directory, *self.more_folders), start=1)
        ]


def default_services() -> list[Service]:
    """Two of each, HD and 4K, all defaults: what most households of this size run."""
    return [
        Service("radarr", 0, "Radarr HD", is4k=False, directory="/movies", profile=4),
        Service("radarr", 1, "Radarr 4K", is4k=True, directory="/movies4k", profile=5),
        Service("sonarr", 0, "Sonarr HD", is4k=False, directory="/tv", profile=4),
        Service("sonarr", 1, "Sonarr 4K", is4k=True, directory="/tv4k", profile=5),
    ]


def pass_on(state: State, request: Request) -> None:
    """What follows an approval: the request goes to its service, media and season rows follow.

    Source: `MediaRequestSubscriber` (Seerr), `MediaRequest.sendToRadarr/sendToSonarr` (Overseerr).
    """
    media = state.media[request.media_id]
    before = media.status_of(is4k=request.is4k)
    if before != MediaStatus.AVAILABLE and not _send(state, request, media):
        return
    if before not in (MediaStatus.AVAILABLE, MediaStatus.PARTIALLY_AVAILABLE, MediaStatus.PROCESSING):
        media.set_status(MediaStatus.PROCESSING, is4k=request.is4k)
        media.updated = state.now()
    for season in request.seasons:
        season.status = RequestStatus.APPROVED


def _send(state: State, request: Request, media: Media) -> bool:
    """Whether the approval is to be followed up in the media row."""
    if request.kind == "tv" and not _tvdb_id(state, media):
        state.drop_media(media)
        return False
    service = _chosen(state, request)
    if service is None:
        return True
    if service.condition in ("down", "timeout"):
        request.status = RequestStatus.FAILED
        return service.condition == "timeout"
    if service.condition == "hanging":
        return True
    if media.tmdb_id not in service.sent:
        service.sent.append(media.tmdb_id)
    external = service.sent.index(media.tmdb_id) + 1
    slug = f"{media.kind}-{media.tmdb_id}"
    if request.is4k:
        media.service_id4k, media.external_id4k, media.slug4k = service.id, external, slug
    else:
        media.service_id, media.external_id, media.slug = service.id, external, slug
    return True


def _tvdb_id(state: State, media: Media) -> int | None:
    title = state.tmdb.catalogue.get("tv", media.tmdb_id)
    return (title.tvdb_id if title else None) or media.tvdb_id


def _chosen(state: State, request: Request) -> Service | None:
    kind = "radarr" if request.kind == "movie" else "sonarr"
    services = [service for service in state.services if service.kind == kind]
    if request.server_id is not None and request.server_id >= 0:
        return next((service for service in services if service.id == request.server_id), None)
    return next((service for service in services if service.is_default and service.is4k == request.is4k), None)


def _summary(service: Service) -> dict[str, Any]:
    summary = {
        "id": service.id,
        "name": service.name,
        "is4k": service.is4k,
        "isDefault": service.is_default,
        "activeDirectory": service.directory,
        "activeProfileId": service.profile,
        "activeTags": [],
    }
    if service.kind == "sonarr":
        summary |= {
            "activeAnimeProfileId": service.profile,
            "activeAnimeDirectory": service.directory,
            "activeLanguageProfileId": 1,
            "activeAnimeLanguageProfileId": 1,
            "activeAnimeTags": [],
        }
    return summary


def _listing(call: Context, kind: str) -> Reply:
    return reply([_summary(service) for service in call.state.services if service.kind == kind])


def _detail(call: Context, kind: str) -> Reply:
    title = kind.capitalize()
    wanted = call.number(f"{kind}Id")
    service = next((one for one in call.state.services if one.kind == kind and one.id == wanted), None)
    if service is None:
        raise refused(404, f"{title} server with provided ID does not exist.")
    if service.condition != "ok":
        if kind == "radarr":
            raise ServerDied(f"GET /service/radarr/{service.id} with that Radarr failing")
        raise refused(500, "[Sonarr] Failed to retrieve system status: Request failed with status code 503")
    body: dict[str, Any] = {
        "server": _summary(service),
        "profiles": [{"id": number, "name": name} for number, name in service.profiles.items()],
        "rootFolders": [
            {**folder, "freeSpace": 2_000_000_000_000, "unmappedFolders": []} for folder in service.folders
        ],
        "tags": [{"id": number, "label": label} for number, label in service.tags.items()],
    }
    if kind == "sonarr":
        body["languageProfiles"] = [{"id": 1, "name": "English"}]
    return reply(body)


ROUTES = (
    Route("GET", "/service/radarr", lambda call: _listing(call, "radarr")),
    Route("GET", "/service/sonarr", lambda call: _listing(call, "sonarr")),
    Route("GET", "/service/radarr/{radarrId}", lambda call: _detail(call, "radarr"), numeric=("radarrId",)),
    Route("GET", "/service/sonarr/{sonarrId}", lambda call: _detail(call, "sonarr"), numeric=("sonarrId",)),
)
