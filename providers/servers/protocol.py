"""What listsync needs of a media server. Another product is another module with these two."""

from datetime import datetime
from typing import Literal, Protocol

from schemas.media import Kind
from schemas.server import (
    Answer,
    Details,
    NewRequest,
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

Scheme = Literal["imdb", "tvdb", "tmdb"]


class ServerReader(Protocol):
    """Reads, from any number of threads. Every method raises ServerError and nothing else."""

    def identify(self) -> ServerInfo:
        """Which server this is; proves URL and key right. Its `version` is empty until `version` was called."""

    def version(self) -> str:
        """The product's version; empty when the server does not tell. Asked once, and late: a released server asks
        GitHub for updates before it answers."""

    def time(self) -> datetime | None:
        """The server's clock, to the second; None where it does not tell."""

    def me(self) -> User:
        """The user that the key acts as."""

    def users(self) -> tuple[User, ...]:
        """Everybody, by id."""

    def quota(self, user_id: int) -> Quota:
        """What this user may still request."""

    def observe(self) -> Observed:
        """All media and requests, whole; Unstable when they moved too much to be read whole. Requests of blocklisted
        media are not told by the server: the media's status says it."""

    def observe_title(self, kind: Kind, tmdb: int) -> Observed:
        """One title, read singly. Of duplicate media rows the server shows one here; `observe` shows all. Raises
        DetailsUnavailable when the server cannot show the title."""

    def details(self, kind: Kind, tmdb: int) -> Details:
        """The title's details. Raises DetailsUnavailable."""

    def request(self, request_id: int) -> RequestRow | None:
        """One request; None when there is no such one."""

    def search(self, title: str, page: int = 1) -> SearchPage:
        """Titles that the words may mean, in TMDB's order. An empty page proves nothing: an outage looks the same."""

    def find(self, scheme: Scheme, value: str) -> tuple[SearchHit, ...]:
        """The titles that have this id. Raises SearchFailed; nothing found is no proof of absence."""

    def services(self) -> tuple[Service, ...]:
        """The Radarr and Sonarr servers it knows; none of them is contacted."""

    def service_options(self, service: Service) -> ServiceOptions:
        """What can be chosen there: the server asks that Radarr or Sonarr. Raises ServiceUnavailable."""

    def close(self) -> None:
        """Close every socket."""


class ServerWriter(Protocol):
    """Writes, strictly one at a time whatever the threads. What comes of a write is its Answer, never an exception; a
    call that makes no sense is a ValueError before anything is sent."""

    def create(self, request: NewRequest) -> Answer:
        """Request a title."""

    def cancel(self, request_id: int) -> Answer:
        """Delete a request; one that is gone already counts as done."""

    def retry(self, request_id: int) -> Answer:
        """Send a failed request to Radarr or Sonarr again."""

    def close(self) -> None:
        """Close every socket."""
