"""What can go wrong when a list is read. Nothing else leaves a provider.

ProviderError
├── Transient         try again: network, time-out, 5xx, 429 (`retry_after` seconds, when the service said so)
├── Challenged        a bot check stands in the way: a browser, an API, a mirror or an export may help
├── AuthRequired      a key, a token or a paid account is missing or was refused
├── NotFound          no such list, or a private one (many services do not tell the two apart)
├── Malformed         an answer that is not what this service is known to send: never read as an empty list
└── Unavailable       something on this side is missing: the file, the browser, the extra

SourceError (a ValueError) is raised by `parse` alone, before anything is fetched.
"""

from dataclasses import dataclass


class ProviderError(Exception):
    """A list could not be read. `str()` says what happened, `remedy` what to do about it; neither holds a secret."""

    def __init__(self, message: str, *, remedy: str = "", url: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy
        self.url = url


class Transient(ProviderError):
    """Likely to work later."""

    def __init__(self, message: str, *, remedy: str = "", url: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, remedy=remedy, url=url)
        self.retry_after = retry_after


class Challenged(ProviderError):
    """A challenge or consent page came instead of the list."""


class AuthRequired(ProviderError):
    """The service wants credentials, better ones, or a paid account."""


class NotFound(ProviderError):
    """No such list, or not for us."""


class Malformed(ProviderError):
    """The answer is not of the expected form."""


class Unavailable(ProviderError):
    """Something on this machine is missing."""


@dataclass
class SourceError(ValueError):
    """A source that no provider, or not this one, can read."""

    problem: str
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = ", ".join(self.examples)
        return f"{self.problem}; write it like {shown}" if shown else self.problem
