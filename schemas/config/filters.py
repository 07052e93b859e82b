"""What a list's filter may ask of a title. The rules are data here; what they mean is decided in the core."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from schemas.config.base import Parsed, Section, Wrong, choice, did_you_mean, shown
from schemas.config.codes import COUNTRIES, COUNTRY_MEANT, LANGUAGE_MEANT, LANGUAGES
from schemas.config.times import parse_duration
from schemas.config.values import Range, Text, TitlePattern, range_of, words
from schemas.media import Kind


class WhenUnknown(StrEnum):
    """What to do with a title of which a rule's value is not known."""

    PASS = "pass"  # noqa: S105  a word of the file
    HOLD = "hold"
    """It is left out (reason `Filtered`) for as long as nobody tells."""


class ShowStatus(StrEnum):
    """Where a title stands in its life, in TMDB's words, lower case."""

    RETURNING = "returning series"
    ENDED = "ended"
    CANCELED = "canceled"
    PLANNED = "planned"
    IN_PRODUCTION = "in production"
    PILOT = "pilot"
    RUMORED = "rumored"
    POST_PRODUCTION = "post production"
    RELEASED = "released"


_STATUS_ALIASES = {
    "returning": ShowStatus.RETURNING,
    "cancelled": ShowStatus.CANCELED,
    "continuing": ShowStatus.RETURNING,
}


def _status(value: Any) -> ShowStatus:
    word = value.casefold() if isinstance(value, str) else ""
    if word in _STATUS_ALIASES:
        return _STATUS_ALIASES[word]
    if word in list(ShowStatus):
        return ShowStatus(word)
    known = [status.value for status in ShowStatus]
    raise Wrong(f"{shown(value)} is not a status", did_you_mean(word, known) or f"write one of {', '.join(known)}")


def _released(value: Any) -> timedelta | None:
    if value is None or value is False:
        return None
    if value is True:
        return timedelta(0)
    try:
        return parse_duration(value)
    except Wrong as wrong:
        raise Wrong(f"must be true, or a least age, not {shown(value)}", "write it like true or 30d") from wrong


_STATUS_WORD = Parsed(_status, "a status", {"type": "string", "examples": [status.value for status in ShowStatus]})
_LANGUAGE = words(
    lambda text: text.lower() if text.lower() in LANGUAGES else None,
    "a language's two letters (ISO 639-1) such as en",
    {"type": "string", "pattern": "^[A-Za-z]{2}$"},
    LANGUAGE_MEANT,
)
_COUNTRY = words(
    lambda text: text.upper() if text.upper() in COUNTRIES else None,
    "a country's two letters (ISO 3166-1) such as GB",
    {"type": "string", "pattern": "^[A-Za-z]{2}$"},
    COUNTRY_MEANT,
)
_RELEASED = Parsed(
    _released,
    "true or a duration",
    {"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": "^([0-9.]+[wdhms])+$"}]},
    lambda age: age.total_seconds(),
)


class _Choosing(Section):
    """A bare list is short for `any`."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, data: Any) -> Any:
        if isinstance(data, (str, int, float)):
            raise Wrong(f"must be a list, not {shown(data)}", f"write it like [{data}]")
        return {"any": data} if isinstance(data, (list, tuple)) else data


class Words(_Choosing):
    """Which words a title must and must not carry, letter case ignored. An empty rule asks nothing."""

    any: tuple[Text, ...] = ()
    """At least one of them."""
    all: tuple[Text, ...] = ()
    """Every one of them."""
    none: tuple[Text, ...] = ()
    """Not one of them."""


class Languages(_Choosing):
    """Original languages, ISO 639-1, lower case. Where a service names several, the first is the original one, and the
    others count for `all` alone."""

    any: tuple[Annotated[str, _LANGUAGE], ...] = ()
    """At least one of them."""
    all: tuple[Annotated[str, _LANGUAGE], ...] = ()
    """Every one of them."""
    none: tuple[Annotated[str, _LANGUAGE], ...] = ()
    """Not one of them."""


class Countries(_Choosing):
    """Countries of origin, ISO 3166-1, upper case."""

    any: tuple[Annotated[str, _COUNTRY], ...] = ()
    """At least one of them."""
    all: tuple[Annotated[str, _COUNTRY], ...] = ()
    """Every one of them."""
    none: tuple[Annotated[str, _COUNTRY], ...] = ()
    """Not one of them."""


class Certifications(_Choosing):
    """Age ratings as countries write them (`PG-13`, `TV-MA`, `16`). An American one is compared with America's rating,
    where there is one; any other with every country's. `DE:12` is Germany's 12 alone."""

    any: tuple[Text, ...] = ()
    """One of them."""
    none: tuple[Text, ...] = ()
    """Not one of them."""


class Statuses(_Choosing):
    """Where a title stands: `returning series`, `ended`, `canceled`, `released` and the like."""

    any: tuple[Annotated[ShowStatus, _STATUS_WORD], ...] = ()
    """One of them."""
    none: tuple[Annotated[ShowStatus, _STATUS_WORD], ...] = ()
    """Not one of them."""


class Titles(_Choosing):
    """Regular expressions looked for anywhere in the title or original title, letter case ignored."""

    any: tuple[TitlePattern, ...] = ()
    """At least one is found."""
    none: tuple[TitlePattern, ...] = ()
    """Not one is found."""


class Rating(Section):
    """Ratings, each on its service's own scale, and how many people voted."""

    imdb: Annotated[Range, range_of(float, 0, 10, "6.5.. or 6.5..8")] | None = None
    """IMDb users, 0 to 10."""
    tmdb: Annotated[Range, range_of(float, 0, 10, "6.5.. or 6.5..8")] | None = None
    """TMDB users, 0 to 10."""
    trakt: Annotated[Range, range_of(float, 0, 10, "6.5.. or 6.5..8")] | None = None
    """Trakt users, 0 to 10."""
    letterboxd: Annotated[Range, range_of(float, 0, 5, "3.5.. or 3.5..4.5")] | None = None
    """Letterboxd members, 0 to 5."""
    metacritic: Annotated[Range, range_of(float, 0, 100, "65.. or 65..90")] | None = None
    """Metascore, 0 to 100."""
    rottentomatoes: Annotated[Range, range_of(float, 0, 100, "65.. or 65..90")] | None = None
    """Tomatometer, 0 to 100."""
    mdblist: Annotated[Range, range_of(float, 0, 100, "65.. or 65..90")] | None = None
    """MDBList's score, 0 to 100."""
    votes: Annotated[Range, range_of(int, 0, 999_999_999, "5000..")] | None = None
    """Votes at the services named here, as far as they tell; IMDb's, else TMDB's, where none is named."""

    @property
    def by_service(self) -> Mapping[str, Range]:
        """The ranges that are asked, by service."""
        asked = {name: getattr(self, name) for name in type(self).model_fields if name != "votes"}
        return {name: wanted for name, wanted in asked.items() if wanted is not None}


class Filter(Section):
    """What titles of a list must be like; every rule that is given must hold. What the list does not tell of a title is
    looked up in the server's details, once."""

    kinds: tuple[Annotated[Kind, choice(Kind)], ...] = ()
    """`movie`, `tv`; empty: both."""
    years: Annotated[Range, range_of(int, 1870, 2100, "1990.., ..1999 or 1990..1999")] | None = None
    """When it came out first."""
    rating: Rating = Rating()
    """What people and critics think of it."""
    runtime: Annotated[Range, range_of(int, 0, 10_000, "..180 or 60..180")] | None = None
    """In minutes."""
    genres: Words = Words()
    """Genres in English as TMDB, IMDb or Trakt name them (`Sci-Fi` is `Science Fiction`); a show of TMDB's
    `Action & Adventure` counts as both."""
    languages: Languages = Languages()
    """Its original language, two letters."""
    countries: Countries = Countries()
    """Where it was made, two letters."""
    keywords: Words = Words()
    """TMDB's keywords."""
    certification: Certifications = Certifications()
    """Its age rating: `PG-13`, `16`, or of one country, `DE:12`."""
    released: Annotated[timedelta | None, _RELEASED] = None
    """`true`: only what is out; a duration: only what has been out for that long."""
    status: Statuses = Statuses()
    """Whether a show goes on, a film is out."""
    title: Titles = Titles()
    """Regular expressions over its title and original title."""
    when_unknown: Annotated[WhenUnknown, choice(WhenUnknown)] = Field(default=WhenUnknown.PASS)
    """Whether a title passes or is left out when neither the list nor the server's details tell what a rule asks. One
    whose details cannot be read just now waits for the next run, whatever stands here."""
