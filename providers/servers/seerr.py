"""The reader of Overseerr, Jellyseerr and Seerr. It acts as the key's own user: `X-Api-User` is never sent."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Self, TypeVar
from urllib.parse import quote

from providers.servers import documents, parse
from providers.servers.connection import READERS, Connection
from providers.servers.diagnose import words
from providers.servers.documents import DetailsDocument, Person, PublicSettings
from providers.servers.errors import (
    DetailsUnavailable,
    KeyRefused,
    NotAMediaServer,
    SearchFailed,
    ServerError,
    Unstable,
)
from providers.servers.listing import Identified, Page, Read, assemble, begin, follow
from providers.servers.protocol import Scheme
from providers.servers.services import service_options
from providers.servers.settings import ServerSettings
from providers.servers.wire import Reply
from schemas.media import Kind, imdb_title_id
from schemas.server import (
    Details,
    MediaRow,
    Observed,
    Quota,
    RequestRow,
    SearchHit,
    SearchPage,
    ServerInfo,
    Service,
    ServiceOptions,
    User,
)

OWNER = 1
"""The user that an API key acts as, in all three products."""
WHOLE_READS = 4
"""A list that moved is read again three times."""
_PREFIX = re.compile(r"(imdb|tmdb|tvdb|year):", re.IGNORECASE)
_UNAVAILABLE = "Unable to retrieve"

Row = TypeVar("Row", bound=Identified)


class SeerrReader:
    """A ServerReader; see there."""

    def __init__(
        self,
        settings: ServerSettings,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        self._wire = Connection(settings, clock=clock, sleep=sleep, jitter=jitter)
        self._once = threading.RLock()
        self._public: PublicSettings | None = None
        self._people: tuple[Person, ...] | None = None
        self._version: str | None = None
        self._services: tuple[Service, ...] | None = None

    # who it is, and who we are

    def identify(self) -> ServerInfo:
        """The public settings, then all users: the first of them is part of the fingerprint."""
        public, people = self._settings(), self._everybody()
        return parse.server_info(public, people, url=self._wire.address.shown, version=self._version or "")

    def version(self) -> str:
        """From /status, once."""
        with self._once:
            if self._version is None:
                try:
                    self._version = self._wire.read("/status", self._wire.accept_json(documents.STATUS)).version
                except ServerError:
                    self._version = ""
            return self._version

    def time(self) -> datetime | None:
        """From the Date of an answer (RFC 9110, section 6.6.1), which Node sends by itself."""
        return self._wire.read("/settings/public", lambda reply: parse.moment(reply.headers.get("date")))

    def me(self) -> User:
        """User 1, whom every API key acts as; asked for by itself where the users may not be seen."""
        people = self._everybody()
        return parse.user(next((person for person in people if person.id == OWNER), people[0]))

    def users(self) -> tuple[User, ...]:
        """Everybody, by id."""
        return tuple(parse.user(person) for person in self._everybody())

    def quota(self, user_id: int) -> Quota:
        """What this user may still request."""
        return parse.quota(self._wire.read(f"/user/{int(user_id)}/quota", self._wire.accept_json(documents.QUOTA)))

    def services(self) -> tuple[Service, ...]:
        """From the lists alone: asking for one by its number contacts it, and kills the server when it is down."""
        with self._once:
            if self._services is None:
                accept = self._wire.accept_json(documents.SERVICES)
                radarr = self._wire.read("/service/radarr", accept)
                sonarr = self._wire.read("/service/sonarr", accept)
                self._services = (
                    *(parse.service(one, Kind.MOVIE) for one in radarr),
                    *(parse.service(one, Kind.TV) for one in sonarr),
                )
            return self._services

    def service_options(self, service: Service) -> ServiceOptions:
        """By the test of the settings page, the only way that is safe when that service is down."""
        return service_options(self._wire, service)

    # what it has

    def observe(self) -> Observed:
        """The whole state in pages of some thousand rows, in parallel. Oldest requests first where the product can,
        so that new ones disturb least."""
        read_at = self._wire.clock()
        order = "" if parse.product_of(self._settings()) == "overseerr" else "&sort=added&sortDirection=asc"
        pool = ThreadPoolExecutor(READERS, thread_name_prefix="observe")
        try:
            media_first, requests_first = begin(pool, self._media), begin(pool, self._requests(order))
            media = self._whole(pool, self._media, media_first.result(), "media")
            requests = self._whole(pool, self._requests(order), requests_first.result(), "requests")
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return Observed(
            media=tuple(sorted(media, key=lambda row: row.id)),
            requests=tuple(sorted(requests, key=lambda row: row.id)),
            read_at=read_at,
        )

    def _whole(self, pool: ThreadPoolExecutor, read: Read[Row], first: Page[Row], what: str) -> tuple[Row, ...]:
        for attempt in range(1, WHOLE_READS + 1):
            pages = [first, *(page.result() for page in follow(pool, read, first))]
            if (rows := assemble(pages)) is not None:
                return rows
            if attempt < WHOLE_READS:
                self._wire.pause(attempt)
                first = begin(pool, read).result()
        raise Unstable(
            f"the {what} of {self._wire.address.shown} kept changing while they were read, {WHOLE_READS} times over",
            remedy="try again when the server is less busy",
            url=self._wire.address.shown,
        )

    def _media(self, skip: int, take: int) -> Page[MediaRow]:
        def accept(reply: Reply) -> Page[MediaRow]:
            page = self._wire.decode(documents.MEDIA_PAGE, reply)
            rows = (parse.media_row(one) for one in page.results)
            ids = tuple(one.id for one in page.results)
            return Page(page.info.results, ids, tuple(row for row in rows if row is not None))

        return self._wire.read(f"/media?take={take}&skip={skip}", accept)

    def _requests(self, order: str) -> Read[RequestRow]:
        def accept(reply: Reply) -> Page[RequestRow]:
            page = self._wire.decode(documents.REQUEST_PAGE, reply)
            rows = (parse.request_row(one) for one in page.results)
            ids = tuple(one.id for one in page.results)
            return Page(page.info.results, ids, tuple(row for row in rows if row is not None))

        return lambda skip, take: self._wire.read(f"/request?take={take}&skip={skip}{order}", accept)

    def request(self, request_id: int) -> RequestRow | None:
        """One request."""

        def accept(reply: Reply) -> RequestRow | None:
            if reply.status == 404 and words(reply) is not None:
                return None
            return parse.request_row(self._wire.decode(documents.REQUEST, reply))

        return self._wire.read(f"/request/{int(request_id)}", accept)

    # what there is

    def observe_title(self, kind: Kind, tmdb: int) -> Observed:
        """One title, from its details."""
        read_at = self._wire.clock()
        media = self._title(kind, tmdb).media
        row = parse.media_row(media, kind) if media else None
        if media is None or row is None:
            return Observed(media=(), requests=(), read_at=read_at)
        requests = (parse.request_row(one, media) for one in media.requests)
        return Observed(
            media=(row,), requests=tuple(request for request in requests if request is not None), read_at=read_at
        )

    def details(self, kind: Kind, tmdb: int) -> Details:
        """The title's details."""
        return parse.details(self._title(kind, tmdb), kind)

    def _title(self, kind: Kind, tmdb: int) -> DetailsDocument:
        def accept(reply: Reply) -> DetailsDocument:
            if reply.status == 500 and (words(reply) or "").startswith(_UNAVAILABLE):
                raise DetailsUnavailable(
                    f"the server has no details of {kind.value} {tmdb}: TMDB does not know it, or does not answer",
                    remedy="check the id at themoviedb.org; try again later",
                    url=self._wire.address.shown,
                )
            return self._wire.decode(documents.DETAILS, reply)

        return self._wire.read(f"/{kind.value}/{int(tmdb)}?language=en", accept)

    def search(self, title: str, page: int = 1) -> SearchPage:
        """A title search, whatever the title holds: `tmdb:5` or `year:2010` anywhere in the words would be taken for a
        command (even `lightyear:2022`), so that colon becomes a space."""
        query = _PREFIX.sub(r"\1 ", title).strip()
        if not query:
            return SearchPage(hits=(), page=page, pages=0, total=0)
        return self._search(query, page)

    def find(self, scheme: Scheme, value: str) -> tuple[SearchHit, ...]:
        """The titles of this id: several, when a movie and a show share it."""
        wanted = imdb_title_id(value) if scheme == "imdb" else value.strip()
        if not wanted or (scheme != "imdb" and not re.fullmatch(r"[1-9][0-9]{0,9}", wanted)):
            raise ValueError(f"{value!r} is no {scheme} id")
        return self._search(f"{scheme}:{wanted}", 1).hits

    def _search(self, query: str, page: int) -> SearchPage:
        # Strictly encoded: the servers answer 400 to a raw `+ ' ( ) ! * , : / ; @ $`, and httpx's `params` sends such.
        encoded = quote(query, safe="", errors="replace")

        def accept(reply: Reply) -> SearchPage:
            if reply.status == 500 and (words(reply) or "").startswith(_UNAVAILABLE):
                raise SearchFailed(
                    f"the server could not look up {query!r}", remedy="try again later", url=self._wire.address.shown
                )
            return parse.search_page(self._wire.decode(documents.HIT_PAGE, reply))

        return self._wire.read(f"/search?query={encoded}&page={int(page)}&language=en", accept)

    # kept answers

    def _settings(self) -> PublicSettings:
        with self._once:
            if self._public is None:
                public = self._wire.read("/settings/public", self._accept_public)
                if public.initialized is False:
                    raise NotAMediaServer(
                        f"{self._wire.address.shown} has not been set up yet",
                        remedy="open it in a browser and finish its set-up",
                        url=self._wire.address.shown,
                    )
                self._public = public
            return self._public

    def _accept_public(self, reply: Reply) -> PublicSettings:
        # These settings are open to everybody, so a refusal is somebody else's.
        public = None
        if not (reply.is_json and reply.status in {401, 403, 404}):
            public = self._wire.decode(documents.PUBLIC_SETTINGS, reply)
        if public is None or public.initialized is None:
            raise NotAMediaServer(
                f"{self._wire.address.shown} is no Overseerr, Jellyseerr or Seerr: it answers {reply.status}"
                " without their public settings",
                remedy="check server.url",
                url=self._wire.address.shown,
            )
        return public

    def _everybody(self) -> tuple[Person, ...]:
        with self._once:
            if self._people is None:
                try:
                    people = self._listed_people()
                except KeyRefused:
                    people = [self._wire.read("/auth/me", self._wire.accept_json(documents.PERSON))]
                self._people = tuple(sorted(people, key=lambda person: person.id))
            return self._people

    def _listed_people(self) -> list[Person]:
        people: dict[int, Person] = {}
        while True:
            page = self._wire.read(
                f"/user?take=1000&skip={len(people)}&sort=created", self._wire.accept_json(documents.PEOPLE_PAGE)
            )
            before = len(people)
            people.update((person.id, person) for person in page.results)
            if len(people) >= page.info.results or len(people) == before:
                return list(people.values())

    # life

    def close(self) -> None:
        """Close every socket."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
