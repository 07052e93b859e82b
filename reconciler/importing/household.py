"""What an installation of ListSync 0.6 holds, as far as it means anything here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.media import Kind


@dataclass(frozen=True, slots=True)
class OldList:
    """A row of its table `lists`, or an entry of a setting."""

    service: str
    """Its word for the service: `trakt_special`, `collections` …"""
    id: str
    user: str = "1"
    """Whom it requested as; 1 is the owner of the API key."""


@dataclass(frozen=True, slots=True)
class OldTitle:
    """A title that it asked the server for, or found there."""

    kind: Kind
    tmdb: int
    title: str
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """Everything that was read."""

    lists: tuple[OldList, ...] = ()
    titles: tuple[OldTitle, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By its own keys, secrets opened; what could not be opened is missing."""
    locked: tuple[str, ...] = ()
    """Settings whose key is lost."""
    hours: float | None = None
    """Between two of its runs."""
    unreadable: int = 0
    """Rows of titles without a kind or an id."""
