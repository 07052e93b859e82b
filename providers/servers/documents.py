"""The JSON of Overseerr, Jellyseerr and Seerr, as far as it is read. Shapes as observed (and as in their `*-api.yml`);
what is not named here is passed over, and absent, null and zero are met where the products are known to send them."""

from dataclasses import field
from functools import partial
from typing import Annotated, dataclass_transform

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass as value

from schemas.media import OutsideImdb, OutsideNumber


def _nothing_is_empty(value: object) -> object:
    return [] if value is None else value


class Wire(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="ignore")


many = dataclass_transform(kw_only_default=True, field_specifiers=(Field, field))(
    partial(value, slots=True, kw_only=True, config=Wire.model_config)
)
"""What a list holds thousands of: slotted, since models take five times the memory."""


class PublicSettings(Wire):
    """GET /settings/public."""

    initialized: bool | None = None
    title: str = Field(default="", alias="applicationTitle")
    movie_4k: bool = Field(default=False, alias="movie4kEnabled")
    tv_4k: bool = Field(default=False, alias="series4kEnabled")
    partial_requests: bool = Field(default=True, alias="partialRequestsEnabled")
    vapid: str = Field(default="", alias="vapidPublic")
    media_server: int | None = Field(default=None, alias="mediaServerType")
    specials: bool | None = Field(default=None, alias="enableSpecialEpisodes")
    hide_blocklisted: bool | None = Field(default=None, alias="hideBlocklisted")
    hide_blacklisted: bool | None = Field(default=None, alias="hideBlacklisted")


class Status(Wire):
    """GET /status."""

    version: str


class Person(Wire):
    """A user."""

    id: int
    display_name: str | None = Field(default=None, alias="displayName")
    username: str | None = None
    plex_name: str | None = Field(default=None, alias="plexUsername")
    jellyfin_name: str | None = Field(default=None, alias="jellyfinUsername")
    email: str | None = None
    permissions: int = 0
    created_at: str = Field(default="", alias="createdAt")


class PageInfo(Wire):
    """How far a list goes."""

    results: int


class PeoplePage(Wire):
    """GET /user."""

    info: PageInfo = Field(alias="pageInfo")
    results: list[Person]


class QuotaPart(Wire):
    """A quota; unlimited has no limit, or 0."""

    limit: int | None = None
    used: int = 0
    remaining: int | None = None


class QuotaAnswer(Wire):
    """GET /user/{id}/quota."""

    movie: QuotaPart
    tv: QuotaPart


@many
class SeasonOfMedia:
    """A season that a scan has seen."""

    number: int = Field(alias="seasonNumber")
    status: int = 1
    status_4k: int = Field(default=1, alias="status4k")


@many
class SeasonOfRequest:
    """A requested season."""

    number: int = Field(alias="seasonNumber")


@many
class Owner:
    """Who requested."""

    id: int


@many
class MediaShort:
    """The media row inside a request."""

    id: int
    kind: str | None = Field(default=None, alias="mediaType")
    tmdb: OutsideNumber = Field(default=None, alias="tmdbId")
    status: int = 1
    status_4k: int = Field(default=1, alias="status4k")


@many
class RequestDocument:
    """A request. `type` may be of a kind we do not know (music, in forks)."""

    id: int
    kind: str | None = Field(default=None, alias="type")
    status: int
    is_4k: bool | None = Field(default=None, alias="is4k")
    created_at: str = Field(default="", alias="createdAt")
    owner: Owner | None = Field(default=None, alias="requestedBy")
    media: MediaShort | None = None
    seasons: Annotated[list[SeasonOfRequest], BeforeValidator(_nothing_is_empty)] = field(default_factory=list)
    server_id: int | None = Field(default=None, alias="serverId")
    profile_id: int | None = Field(default=None, alias="profileId")
    root_folder: str | None = Field(default=None, alias="rootFolder")


@many
class MediaDocument(MediaShort):
    """A media row of its own; `requests` only where it belongs to a title's details."""

    tvdb: OutsideNumber = Field(default=None, alias="tvdbId")
    seasons: Annotated[list[SeasonOfMedia], BeforeValidator(_nothing_is_empty)] = field(default_factory=list)
    requests: Annotated[list[RequestDocument], BeforeValidator(_nothing_is_empty)] = field(default_factory=list)


class MediaPage(Wire):
    """GET /media."""

    info: PageInfo = Field(alias="pageInfo")
    results: list[MediaDocument]


class RequestPage(Wire):
    """GET /request."""

    info: PageInfo = Field(alias="pageInfo")
    results: list[RequestDocument]


class Hit(Wire):
    """A search result; people and collections have other kinds."""

    id: int
    kind: str | None = Field(default=None, alias="mediaType")
    title: str | None = None
    name: str | None = None
    original_title: str | None = Field(default=None, alias="originalTitle")
    original_name: str | None = Field(default=None, alias="originalName")
    release_date: str | None = Field(default=None, alias="releaseDate")
    first_air_date: str | None = Field(default=None, alias="firstAirDate")
    popularity: float | None = None


class HitPage(Wire):
    """GET /search."""

    page: int
    pages: int = Field(alias="totalPages")
    total: int = Field(alias="totalResults")
    results: list[Hit]


class Named(Wire):
    """A genre, a keyword."""

    name: str | None = None


class Country(Wire):
    """A country."""

    code: str | None = Field(default=None, alias="iso_3166_1")


class Rating(Country):
    """A show's certification in a country."""

    rating: str | None = None


class ReleaseDate(Wire):
    """One release in a country."""

    certification: str | None = None


class Release(Country):
    """A movie's releases in a country."""

    dates: list[ReleaseDate] = Field(default=[], alias="release_dates")


class Ratings(Wire):
    """A show's certifications."""

    results: list[Rating] = []


class Releases(Wire):
    """A movie's releases."""

    results: list[Release] = []


class ExternalIds(Wire):
    """Ids elsewhere."""

    imdb: OutsideImdb = Field(default=None, alias="imdbId")
    tvdb: OutsideNumber = Field(default=None, alias="tvdbId")


class SeasonOfShow(Wire):
    """A season as TMDB knows it."""

    number: int = Field(alias="seasonNumber")
    episodes: int | None = Field(default=None, alias="episodeCount")
    air_date: str | None = Field(default=None, alias="airDate")


class DetailsDocument(Hit):
    """GET /movie/{id} and /tv/{id}."""

    imdb: OutsideImdb = Field(default=None, alias="imdbId")
    external_ids: ExternalIds | None = Field(default=None, alias="externalIds")
    seasons: Annotated[list[SeasonOfShow], BeforeValidator(_nothing_is_empty)] = []
    status: str | None = None
    runtime: int | None = None
    episode_runtimes: list[int] | None = Field(default=None, alias="episodeRunTime")
    genres: list[Named] | None = None
    keywords: list[Named] | None = None
    language: str | None = Field(default=None, alias="originalLanguage")
    countries: list[Country] | None = Field(default=None, alias="productionCountries")
    origins: list[str] | None = Field(default=None, alias="originCountry")
    rating: float | None = Field(default=None, alias="voteAverage")
    votes: int | None = Field(default=None, alias="voteCount")
    releases: Releases | None = None
    content_ratings: Ratings | None = Field(default=None, alias="contentRatings")
    media: MediaDocument | None = Field(default=None, alias="mediaInfo")


class ServiceDocument(Wire):
    """GET /service/radarr and /service/sonarr."""

    id: int
    name: str = ""
    is_4k: bool | None = Field(default=None, alias="is4k")
    is_default: bool | None = Field(default=None, alias="isDefault")
    profile_id: int | None = Field(default=None, alias="activeProfileId")
    root_folder: str | None = Field(default=None, alias="activeDirectory")
    tags: list[int] | None = Field(default=None, alias="activeTags")


PUBLIC_SETTINGS = TypeAdapter(PublicSettings)
STATUS = TypeAdapter(Status)
PERSON = TypeAdapter(Person)
PEOPLE_PAGE = TypeAdapter(PeoplePage)
QUOTA = TypeAdapter(QuotaAnswer)
MEDIA_PAGE = TypeAdapter(MediaPage)
REQUEST_PAGE = TypeAdapter(RequestPage)
REQUEST = TypeAdapter(RequestDocument)
HIT_PAGE = TypeAdapter(HitPage)
DETAILS = TypeAdapter(DetailsDocument)
SERVICES = TypeAdapter(list[ServiceDocument])
