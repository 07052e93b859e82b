"""What can go wrong with a media server. Nothing else leaves a reader.

ServerError
├── BadAddress          settings that cannot work: no scheme, no host, a forbidden header, an unreadable `ca_file`
├── Unreachable         nobody answers: `how` says whether it is DNS, a refusal, TLS, a time-out, a proxy
├── NotAMediaServer     somebody else answers: a login page, another program, a redirect
├── KeyRefused          the server answers, and does not take the API key
├── ServerBroken        the server, or what stands before it, answers with an error
├── Unreadable          an answer that is not what these products are known to send
├── Unstable            the lists kept moving while they were read
├── DetailsUnavailable  no details: TMDB does not know the id, or does not answer (the server says the same of both)
├── SearchFailed        a look-up by id failed; never "nothing found"
├── ServiceUnavailable  the server cannot reach one of its Radarrs or Sonarrs
└── UnknownUser         a user that the server does not have
"""

from typing import Literal

Hindrance = Literal["dns", "refused", "tls", "timeout", "proxy", "broken"]


class ServerError(Exception):
    """A media server could not be used. `str()` says what happened, `remedy` what to do about it, `url` where; none of
    them holds a secret. `transient`: the same may well work later, so reads try again by themselves."""

    transient = False

    def __init__(self, message: str, *, remedy: str = "", url: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy
        self.url = url


class BadAddress(ServerError):
    """The settings of the server cannot work, whatever the server does."""


class Unreachable(ServerError):
    """No conversation came about."""

    def __init__(self, message: str, *, how: Hindrance, remedy: str = "", url: str = "", lasting: bool = False) -> None:
        super().__init__(message, remedy=remedy, url=url)
        self.how = how
        self.transient = not lasting


class NotAMediaServer(ServerError):
    """Something answers, and it is not Overseerr, Jellyseerr or Seerr."""


class KeyRefused(ServerError):
    """The API key is missing, wrong, or of somebody without the permission."""


class ServerBroken(ServerError):
    """An answer of 5xx, or a 429 that did not pass."""

    transient = True

    def __init__(
        self, message: str, *, status: int, retry_after: float | None = None, remedy: str = "", url: str = ""
    ) -> None:
        super().__init__(message, remedy=remedy, url=url)
        self.status = status
        self.retry_after = retry_after
        """Seconds, when the answer said so."""


class Unreadable(ServerError):
    """The answer is not of the expected form, or was cut."""

    transient = True


class Unstable(ServerError):
    """Requests or media kept coming and going while they were read, so no whole state could be had."""

    transient = True


class DetailsUnavailable(ServerError):
    """The server has no details of a title now. An id that TMDB does not know and a TMDB outage look the same."""

    transient = True


class SearchFailed(ServerError):
    """The server could not ask TMDB. Says nothing about whether the title exists."""

    transient = True


class ServiceUnavailable(ServerError):
    """A Radarr or Sonarr does not answer the server, or does not take its key."""

    transient = True


class UnknownUser(ServerError):
    """Nobody on the server has this id, e-mail or name, or several have."""
