"""From the servers' documents to our shapes. Pure; rows of kinds that we do not know are left out."""

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from providers.servers.documents import (
    DetailsDocument,
    Hit,
    HitPage,
    MediaDocument,
    MediaShort,
    Person,
    PublicSettings,
    QuotaAnswer,
    QuotaPart,
    RequestDocument,
    ServiceDocument,
)
from schemas.media import Kind
from schemas.server import (
    Details,
    MediaRow,
    Quota,
    RequestRow,
    SearchHit,
    SearchPage,
    SeasonInfo,
    SeasonStatus,
    ServerInfo,
    Service,
    User,
)

_KINDS = {"movie": Kind.MOVIE, "tv": Kind.TV}


def product_of(public: PublicSettings) -> str:
    """Which product has these public settings (seerr-behaviour, section 9): Overseerr knows one media server alone, and
    Seerr renamed the blacklist. Only the owner's title is left to tell early Jellyseerr and Seerr apart."""
    if public.media_server is None and public.specials is None:
        return "overseerr"
    if public.hide_blocklisted is not None:
        return "seerr"
    if public.hide_blacklisted is not None:
        return "jellyseerr"
    return "seerr" if public.title.strip().lower() == "seerr" else "jellyseerr"


def fingerprint(public: PublicSettings, people: tuple[Person, ...]) -> str:
    """Of the installation: `vapidPublic` and the first user's creation, both of which outlive upgrades and moves. Whole
    seconds, for not every database keeps more."""
    first = min(people, key=lambda person: person.id).created_at[:19] if people else ""
    return hashlib.sha256(f"{public.vapid}\n{first}".encode()).hexdigest()


def server_info(public: PublicSettings, people: tuple[Person, ...], *, url: str, version: str) -> ServerInfo:
    """What the public settings tell."""
    product = product_of(public)
    return ServerInfo(
        product=product,
        version=version,
        url=url,
        fingerprint=fingerprint(public, people),
        movie_4k=public.movie_4k,
        tv_4k=public.tv_4k,
        partial_requests=public.partial_requests,
        special_episodes=product == "overseerr" or bool(public.specials),
    )


def user(person: Person) -> User:
    """A user, by the name that the server shows."""
    known = (person.display_name, person.username, person.plex_name, person.jellyfin_name, person.email)
    names = [name for name in known if name] or [str(person.id)]
    others = tuple(dict.fromkeys(name for name in names[1:] if name not in {names[0], person.email}))
    return User(id=person.id, name=names[0], email=person.email, other_names=others, permissions=person.permissions)


def quota(answer: QuotaAnswer) -> Quota:
    """What is left of both quotas."""
    return Quota(movies_remaining=_remaining(answer.movie), seasons_remaining=_remaining(answer.tv))


def _remaining(part: QuotaPart) -> int | None:
    if not part.limit:
        return None
    return max(0, part.limit - part.used if part.remaining is None else part.remaining)


def media_row(document: MediaDocument, kind: Kind | None = None) -> MediaRow | None:
    """A media row; None for one that is about neither a movie nor a show."""
    kind = kind or _KINDS.get(document.kind or "")
    if kind is None or document.tmdb is None:
        return None
    return MediaRow(
        id=document.id,
        kind=kind,
        tmdb=document.tmdb,
        tvdb=document.tvdb,
        status=document.status,
        status_4k=document.status_4k,
        seasons=tuple(SeasonStatus(season.number, season.status, season.status_4k) for season in document.seasons),
    )


def request_row(document: RequestDocument, media: MediaShort | None = None) -> RequestRow | None:
    """A request; `media` is its media row where the request does not hold it. None for other kinds of request."""
    media = document.media or media
    if media is None or media.tmdb is None:
        return None
    kind = _KINDS.get(document.kind or media.kind or "")
    if kind is None:
        return None
    is_4k = bool(document.is_4k)
    return RequestRow(
        id=document.id,
        kind=kind,
        tmdb=media.tmdb,
        is_4k=is_4k,
        status=document.status,
        created_at=document.created_at,
        requested_by=document.owner.id if document.owner else None,
        media_id=media.id,
        media_status=media.status_4k if is_4k else media.status,
        seasons=tuple(sorted({season.number for season in document.seasons})),
        server_id=document.server_id,
        profile_id=document.profile_id,
        root_folder=document.root_folder,
    )


def search_page(document: HitPage) -> SearchPage:
    """A page, titles only."""
    hits = tuple(hit for hit in map(_hit, document.results) if hit is not None)
    return SearchPage(hits=hits, page=document.page, pages=document.pages, total=document.total)


def _hit(document: Hit) -> SearchHit | None:
    kind, title = _KINDS.get(document.kind or ""), document.title or document.name
    if kind is None or not title or document.id <= 0:
        return None
    return SearchHit(
        kind=kind,
        tmdb=document.id,
        title=title,
        original_title=document.original_title or document.original_name,
        year=year(document.release_date or document.first_air_date),
        popularity=document.popularity or 0.0,
    )


def year(date: str | None) -> int | None:
    """Of a date as TMDB writes it; an unknown one is empty."""
    head = (date or "")[:4]
    return int(head) if len(head) == 4 and head.isascii() and head.isdigit() and head != "0000" else None


def details(document: DetailsDocument, kind: Kind) -> Details:
    """A title's details."""
    external, released = document.external_ids, document.release_date or document.first_air_date
    runtimes = [document.runtime, *(document.episode_runtimes or ())]
    countries = [country.code for country in document.countries or ()] + list(document.origins or ())
    return Details(
        kind=kind,
        tmdb=document.id,
        title=document.title or document.name or "",
        original_title=document.original_title or document.original_name,
        year=year(released),
        imdb=document.imdb or (external.imdb if external else None),
        tvdb=external.tvdb if external else None,
        seasons=tuple(
            SeasonInfo(number=season.number, episodes=season.episodes or 0, air_date=season.air_date or None)
            for season in document.seasons
        ),
        status=document.status,
        released=released or None,
        runtime=next((minutes for minutes in runtimes if minutes), None),
        genres=tuple(genre.name for genre in document.genres or () if genre.name),
        languages=(document.language,) if document.language else (),
        countries=tuple(dict.fromkeys(code for code in countries if code)),
        rating=document.rating,
        votes=document.votes,
        keywords=None
        if document.keywords is None
        else tuple(keyword.name for keyword in document.keywords if keyword.name),
        certifications=_certifications(document),
    )


def _certifications(document: DetailsDocument) -> dict[str, str]:
    found: dict[str, str] = {}
    for release in document.releases.results if document.releases else ():
        word = next((date.certification for date in release.dates if date.certification), None)
        if release.code and word:
            found[release.code] = word
    for rating in document.content_ratings.results if document.content_ratings else ():
        if rating.code and rating.rating:
            found[rating.code] = rating.rating
    return found


def service(document: ServiceDocument, kind: Kind) -> Service:
    """A Radarr or Sonarr server."""
    return Service(
        id=document.id,
        kind=kind,
        name=document.name,
        is_4k=bool(document.is_4k),
        is_default=bool(document.is_default),
        profile_id=document.profile_id,
        root_folder=document.root_folder,
        tags=tuple(document.tags or ()),
    )


def moment(text: str | None) -> datetime | None:
    """An HTTP date; None for what is none."""
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
