"""From the configuration's filter to rules. Pure; the moment that `released` counts from is handed in."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any, TypeVar

from reconciler.core import filter_choices as choices
from reconciler.core.filter_words import status as status_word
from reconciler.core.filters import HOLDS, Answer, ListFilter, Rule
from schemas.config import Filter, Range, Rating, ShowStatus
from schemas.config.filters import Titles
from schemas.media import Item, Kind
from schemas.server import Details

V = TypeVar("V")
_KINDS = {Kind.MOVIE: "a movie", Kind.TV: "a show"}
_TO_COME = frozenset(
    {ShowStatus.RUMORED, ShowStatus.PLANNED, ShowStatus.PILOT, ShowStatus.IN_PRODUCTION, ShowStatus.POST_PRODUCTION}
)


def make_filter(asked: Filter, now: datetime) -> ListFilter:
    """The rules that are given; `now` is in the configuration's time zone, for days begin there."""
    return ListFilter(tuple(_rules(asked, now)), asked.when_unknown)


def _rules(asked: Filter, now: datetime) -> Iterator[Rule]:
    yield from _ratings(asked.rating)
    for name, make in _MAKERS.items():
        wanted = getattr(asked, name)
        if wanted != getattr(_NOTHING, name):
            yield make(wanted)
    if asked.released is not None:
        yield _released(asked.released, now)


def _told(value: V | None, judge: Callable[[V], Answer]) -> Answer:
    return None if value is None else judge(value)


def _kinds(wanted: Sequence[Kind]) -> Rule:
    def judge(kind: Kind) -> str:
        return HOLDS if kind in wanted else f"kinds: it is {_KINDS[kind]}"

    return Rule(
        "kinds",
        lambda item: _told(item.kind, judge),
        lambda kind, _: judge(kind),
        lambda details: judge(details.kind),
    )


def _years(wanted: Range) -> Rule:
    judge = _within("years:", wanted, "before", "after")

    def of_item(item: Item) -> Answer:
        return _told(item.released.year if item.year is None and item.released else item.year, judge)

    return Rule("years", of_item, lambda _, year: _told(year, judge), lambda details: _told(details.year, judge))


def _runtime(wanted: Range) -> Rule:
    judge = _within("runtime", wanted)
    return Rule(
        "runtime",
        lambda item: _told(_positive(item.runtime), judge),
        of_details=lambda details: _told(_positive(details.runtime), judge),
    )


def _ratings(wanted: Rating) -> Iterator[Rule]:
    for service, span in wanted.by_service.items():
        yield _rating(service, span)
    if wanted.votes is not None:
        yield _votes(wanted.votes, tuple(wanted.by_service))


def _rating(service: str, wanted: Range) -> Rule:
    """The server tells TMDB's alone, where a title without votes has the number 0, which is no rating."""
    name = f"rating.{service}"
    judge = _within(name, wanted)

    def of_details(details: Details) -> Answer:
        return _told(_finite(details.rating), judge) if details.rating and details.votes != 0 else None

    return Rule(
        name,
        lambda item: _told(_finite(item.ratings.get(service)), judge),
        of_details=of_details if service == "tmdb" else None,
    )


def _votes(wanted: Range, services: tuple[str, ...]) -> Rule:
    """At the services whose ratings are asked, as far as they tell; where none is asked, at IMDb, else at TMDB."""
    judge = _within("rating.votes", wanted)

    def of_item(item: Item) -> Answer:
        told = [item.votes[name] for name in services or ("imdb", "tmdb") if name in item.votes]
        if not told:
            return None
        return next((refusal for refusal in map(judge, told if services else told[:1]) if refusal), HOLDS)

    tmdb_counts = not services or "tmdb" in services
    return Rule("rating.votes", of_item, of_details=(lambda one: _told(one.votes, judge)) if tmdb_counts else None)


def _within(name: str, wanted: Range, below: str = "below", above: str = "above") -> Callable[[float], str]:
    def judge(value: float) -> str:
        if wanted.low is not None and value < wanted.low:
            return f"{name} {_number(value)} is {below} {_number(wanted.low)}"
        if wanted.high is not None and value > wanted.high:
            return f"{name} {_number(value)} is {above} {_number(wanted.high)}"
        return HOLDS

    return judge


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _positive(value: int | None) -> int | None:
    return value if value is not None and value > 0 else None


def _released(age: timedelta, now: datetime) -> Rule:
    """A year alone tells, unless the day in question lies within it."""
    try:
        last = (now - age).date()
    except OverflowError:
        last = date.min

    def judge(day: date) -> str:
        if day <= last:
            return HOLDS
        return f"released: not before {day}" if day > now.date() else f"released: {day}, less than {_days(age)} ago"

    def of_year(year: int) -> Answer:
        if year == last.year:
            return None
        if year < last.year:
            return HOLDS
        return f"released: not before {year}" if year > now.year else f"released: {year}, less than {_days(age)} ago"

    def of_details(details: Details) -> Answer:
        day = _day(details.released)
        if day is not None:
            return judge(day)
        stands = status_word(details.status)
        if stands in _TO_COME:
            return f"released: not yet ({details.status})"
        return HOLDS if stands is not None and not age else None

    return Rule(
        "released",
        lambda item: _told(item.year, of_year) if item.released is None else judge(item.released),
        of_details=of_details,
    )


def _days(age: timedelta) -> str:
    return f"{age.days} days" if age.days != 1 else "1 day"


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _title(wanted: Titles) -> Rule:
    """A row that is a bare id has no title to look into."""

    def judge(titles: Sequence[str | None]) -> Answer:
        told = [title for title in titles if title]
        if not told:
            return None
        for pattern in wanted.none:
            if _found(pattern, told):
                return f"title: /{pattern.pattern}/ is excluded"
        if wanted.any and not any(_found(pattern, told) for pattern in wanted.any):
            return f"title: none of {', '.join(f'/{pattern.pattern}/' for pattern in wanted.any[: choices.SHOWN])}"
        return HOLDS

    return Rule(
        "title",
        lambda item: judge((item.title, item.original_title)) if item.title not in {"", item.ids.imdb} else None,
        of_details=lambda details: judge((details.title, details.original_title)),
    )


def _found(pattern: re.Pattern[str], titles: Sequence[str]) -> bool:
    return any(pattern.search(title) for title in titles)


_NOTHING = Filter()
_MAKERS: Mapping[str, Callable[[Any], Rule]] = {
    "kinds": _kinds,
    "years": _years,
    "runtime": _runtime,
    "genres": choices.genres,
    "languages": choices.languages,
    "countries": choices.countries,
    "keywords": choices.keywords,
    "certification": choices.certification,
    "status": choices.status,
    "title": _title,
}
