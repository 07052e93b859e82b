"""Titles: what a provider returned (item) and what a request is about (key)."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.dataclasses import dataclass as value
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


class Kind(StrEnum):
    """What a title is, in the words of the media servers."""

    MOVIE = "movie"
    TV = "tv"


_KEY = re.compile(r"(movie|tv):tmdb:([1-9][0-9]{0,9})(@4k)?\Z")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """The resolved identity of a title in one quality; text form `movie:tmdb:603`, `tv:tmdb:1399@4k`."""

    kind: Kind
    tmdb: int
    is_4k: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form; anything else is a ValueError that shows the right one."""
        match = _KEY.match(text)
        if match is None:
            raise ValueError(f"{text!r} is not a key; write it like movie:tmdb:603 or tv:tmdb:1399@4k")
        return cls(Kind(match[1]), int(match[2]), match[3] is not None)

    def __str__(self) -> str:
        return f"{self.kind.value}:tmdb:{self.tmdb}{'@4k' if self.is_4k else ''}"

    @property
    def title(self) -> tuple[Kind, int]:
        """The title without its quality: HD and 4K share one media row on the server."""
        return (self.kind, self.tmdb)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from and written as the text form."""
        from_text = core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A string with the form of a key."""
        return {"type": "string", "pattern": "^(movie|tv):tmdb:[1-9][0-9]{0,9}(@4k)?$"}


_IMDB = re.compile(r"(?:tt)?0*([0-9]{1,10})\Z", re.IGNORECASE)


def imdb_title_id(value: object) -> str | None:
    """`tt` and at least seven digits, from any form in which services and people write it; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return f"tt{value:07d}"
    if isinstance(value, str) and (match := _IMDB.match(value.strip())):
        return f"tt{int(match[1]):07d}" if int(match[1]) else None
    return None


def _positive(value: object) -> object:
    """Services write an unknown id as 0, "", "0" or null: all of them mean None; digits may come as text."""
    if isinstance(value, str):
        value = int(value) if value.strip().isascii() and value.strip().isdigit() else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else None


OutsideNumber = Annotated[int | None, BeforeValidator(_positive)]
OutsideImdb = Annotated[str | None, BeforeValidator(imdb_title_id)]


@value(frozen=True, slots=True, kw_only=True)
class Ids:
    """The ids that came with an item. Unknown ids, in whatever disguise, are None."""

    tmdb: OutsideNumber = None
    imdb: OutsideImdb = None
    tvdb: OutsideNumber = None


NO_IDS = Ids()


@value(frozen=True, slots=True, kw_only=True)
class Item:
    """What a provider returned of one title. `None` and empty mean "not told", never "not so". There are tens of
    thousands of them at a time: a slotted dataclass takes a fifth of a model's memory."""

    ref: Annotated[str, Field(min_length=1)]
    """The item's own stable name at its service, `letterboxd:nosferatu-2024`, `imdb:tt0133093`: what
    `overrides.match` and kept resolutions are filed under."""
    title: str
    year: int | None = None
    kind: Kind | None = None
    ids: Ids = NO_IDS
    position: Annotated[int, Field(ge=1)]
    """1-based place in the source's own order, excluded rows counted."""
    original_title: str | None = None
    url: str | None = None
    added: datetime | None = None
    released: date | None = None
    runtime: int | None = None
    """Minutes."""
    ratings: dict[str, float] = field(default_factory=dict)
    """By service (`imdb`, `tmdb`, `metacritic`, `letterboxd`, `trakt`), each on that service's own scale."""
    votes: dict[str, int] = field(default_factory=dict)
    genres: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """ISO 639-1."""
    countries: tuple[str, ...] = ()
    """ISO 3166-1 alpha-2."""
    certification: str | None = None
    status: str | None = None
    keywords: tuple[str, ...] = ()
    excluded: str | None = None
    """Why this row can never be requested ("video game", "episode"), in words for people; None for a title."""
