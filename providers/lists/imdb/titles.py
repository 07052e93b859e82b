"""IMDb titles → items, from the three shapes in which IMDb writes a title.

Nested (GraphQL, charts and lists in pages), flat (the search page) and brief (search suggestions); a calendar entry is
a mix of the first two. Facts: recorded answers of 2022 to 2026 and the schema's introspection of November 2025.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from providers.lists import loose
from providers.lists.titletypes import kind_of
from providers.lists.values import day_of, number_of, text_of, year_of
from schemas.media import Ids, Item, imdb_title_id


@dataclass(frozen=True, slots=True)
class Place:
    """Where a title stands in its list."""

    position: int
    added: datetime | None = None


def nested_title(title: object, place: Place) -> Item | None:
    """The item of a GraphQL title, or of a person in a list of people; None for what has no IMDb id."""
    name = text_of(loose.dig(title, "id")) or ""
    if name.startswith("nm"):
        shown = text_of(loose.dig(title, "nameText", "text")) or name
        return Item(ref=f"imdb:{name}", title=shown, position=place.position, excluded="person")
    imdb = _title_id(name)
    if imdb is None:
        return None
    kind, excluded = kind_of(_type(title))
    original = text_of(loose.dig(title, "originalTitleText", "text"))
    released = loose.dig(title, "releaseDate")
    return _item(
        imdb,
        place,
        title=text_of(loose.dig(title, "titleText", "text")) or original,
        original_title=original,
        kind=kind,
        excluded=excluded,
        year=year_of(loose.dig(title, "releaseYear", "year")),
        released=_date(released),
        runtime=_minutes(loose.dig(title, "runtime", "seconds")),
        ratings=_ratings(
            loose.dig(title, "ratingsSummary", "aggregateRating"), loose.dig(title, "metacritic", "metascore", "score")
        ),
        votes=_votes(loose.dig(title, "ratingsSummary", "voteCount")),
        genres=_genres(loose.dig(title, "titleGenres", "genres")),
        languages=loose.codes(_ids(loose.dig(title, "spokenLanguages", "spokenLanguages"))),
        countries=_upper(loose.codes(_ids(loose.dig(title, "countriesOfOrigin", "countries")))),
        certification=text_of(loose.dig(title, "certificate", "rating")),
        status=text_of(loose.dig(title, "productionStatus", "currentProductionStage", "id")),
    )


def flat_title(title: object, place: Place) -> Item | None:
    """The item of a search page's or calendar's entry, whose title and original title are plain texts."""
    imdb = _title_id(loose.dig(title, "titleId") or loose.dig(title, "id"))
    if imdb is None:
        return None
    kind, excluded = kind_of(_type(title))
    original = text_of(loose.dig(title, "originalTitleText"))
    made = loose.dig(title, "releaseYear")
    return _item(
        imdb,
        place,
        title=text_of(loose.dig(title, "titleText")) or original,
        original_title=original,
        kind=kind,
        excluded=excluded,
        year=year_of(loose.dig(made, "year") if isinstance(made, dict) else made),
        released=_date(loose.dig(title, "releaseDate")),
        runtime=_minutes(loose.dig(title, "runtime")),
        ratings=_ratings(loose.dig(title, "ratingSummary", "aggregateRating"), loose.dig(title, "metascore")),
        votes=_votes(loose.dig(title, "ratingSummary", "voteCount")),
        genres=loose.words(loose.rows(loose.dig(title, "genres"))),
        certification=text_of(loose.dig(title, "certificate")),
        status=text_of(loose.dig(title, "productionStatus", "currentProductionStage", "id")),
    )


def brief_title(row: object, place: Place) -> Item | None:
    """The item of a search suggestion: `{id, l: title, y: year, q: label, qid: type}`; people are excluded."""
    name = text_of(loose.dig(row, "id")) or ""
    shown = text_of(loose.dig(row, "l"))
    if name.startswith("nm"):
        return Item(ref=f"imdb:{name}", title=shown or name, position=place.position, excluded="person")
    imdb = _title_id(name)
    if imdb is None:
        return None
    kind, excluded = kind_of(text_of(loose.dig(row, "qid")) or text_of(loose.dig(row, "q")))
    return _item(imdb, place, title=shown, kind=kind, excluded=excluded, year=year_of(loose.dig(row, "y")))


def linked_title(
    imdb: str, place: Place, title: str, *, year: int | None = None, rating: object = None, votes: object = None
) -> Item:
    """The item of a title that a drawn page links to; `imdb` is a valid id. The page does not tell the kind."""
    return _item(imdb, place, title=title, year=year, ratings=_ratings(rating, None), votes=_votes(votes))


def _item(imdb: str, place: Place, *, title: str | None, **known: Any) -> Item:
    return Item(
        ref=f"imdb:{imdb}",
        title=title or imdb,
        ids=Ids(imdb=imdb),
        position=place.position,
        added=place.added,
        url=f"https://www.imdb.com/title/{imdb}/",
        **known,
    )


def _type(title: object) -> str | None:
    """The id of a title's type; flat titles of films have an empty label beside it."""
    return text_of(loose.dig(title, "titleType", "id")) or text_of(loose.dig(title, "titleType", "text"))


def _title_id(value: object) -> str | None:
    """Only what says `tt` is a title: bare digits next to `nm` and `co` ids would be guessing."""
    name = text_of(value)
    return imdb_title_id(name) if name and name[:2].lower() == "tt" else None


def _date(value: object) -> date | None:
    if not isinstance(value, dict):
        return day_of(value)
    year, month, day = (loose.whole(value.get(part)) for part in ("year", "month", "day"))
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _minutes(seconds: object) -> int | None:
    told = loose.positive(seconds)
    return round(told / 60) or None if told else None


def _ratings(imdb: object, metacritic: object) -> dict[str, float]:
    told = {"imdb": number_of(imdb), "metacritic": number_of(metacritic)}
    return {service: value for service, value in told.items() if value}


def _votes(value: object) -> dict[str, int]:
    count = loose.positive(value)
    return {"imdb": count} if count is not None else {}


def _genres(entries: object) -> tuple[str, ...]:
    return loose.words(loose.dig(entry, "genre", "text") for entry in loose.rows(entries))


def _ids(entries: object) -> list[object]:
    return [loose.dig(entry, "id") for entry in loose.rows(entries)]


def _upper(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value.upper() for value in values)
