"""The values that rules of a filter go by, in words for people. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from schemas.media import Item, Kind
from schemas.server import Details

SHOWN = 8
"""Words of a value that are shown."""
_KINDS = {Kind.MOVIE: "a movie", Kind.TV: "a show"}


def told_by_item(rule: str, item: Item) -> str:
    """What a row tells of a rule's value; empty when it tells nothing."""
    head, _, service = rule.partition(".")
    if head == "rating":
        by_service: Mapping[str, float] = item.votes if service == "votes" else item.ratings
        if service != "votes":
            return _words(by_service.get(service))
        return ", ".join(f"{votes:,} at {name}" for name, votes in item.votes.items())
    if rule == "released" and item.released is None:
        return _words(item.year)
    return _words(getattr(item, _FIELDS.get(rule, rule), None), rule)


def told_by_match(rule: str, kind: Kind, year: int | None) -> str:
    """What the title that a row turned out to be tells of it."""
    return _words({"kinds": kind, "years": year}.get(rule))


def told_by_details(rule: str, details: Details) -> str:
    """What the server tells of it."""
    if rule.startswith("rating."):
        return _words(details.votes if rule == "rating.votes" else details.rating)
    if rule == "certification":
        return ", ".join(f"{country} {word}" for country, word in list(details.certifications.items())[:SHOWN])
    return _words(getattr(details, _FIELDS.get(rule, rule), None), rule)


_FIELDS = {"kinds": "kind", "years": "year"}
"""Rules that are not called as what they look at is."""


def _words(value: Any, rule: str = "") -> str:
    match value:
        case None:
            return ""
        case Kind():
            return _KINDS[value]
        case str():
            return value
        case bool() | int() | float() if rule == "runtime":
            return f"{value} minutes"
        case float():
            return f"{value:g}"
        case Sequence():
            return ", ".join(map(str, value[:SHOWN])) + (", …" if len(value) > SHOWN else "")
        case _:
            return str(value)
