"""A canonical identifier → what to ask for: the question for GraphQL, the page, and what people call it."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from providers.lists.imdb.graphql import (
    Query,
    box_office_query,
    chart_query,
    coming_soon_query,
    list_query,
    watchlist_query,
)
from providers.lists.imdb.identifiers import CHARTS
from schemas.media import Kind


@dataclass(frozen=True, slots=True)
class Target:
    """Where a source is read."""

    what: str
    """As messages call it."""
    path: str
    """Of its page."""
    query: Query | None = None
    """None: GraphQL has no question for it, or the profile must be looked up first."""
    profile: str | None = None
    """The profile whose user id is to be looked up."""
    kind: Kind | None = None
    """Of every title, where the source is of one kind: pages do not always tell it."""
    instead: str = ""
    """What else brings the same titles, should IMDb refuse."""


_EXPORT = "open it at IMDb, export it as CSV and use file:NAME.csv"
_ALIKE = {
    "moviemeter": "mdblist:official/moviemeter re-serves this chart",
    "tvmeter": "mdblist:official/moviemeter re-serves this chart (with movies; filter kinds: [tv])",
}
_ELSEWHERE = "try later, or use a list that re-serves the chart, such as one of mdblist.com"


def target_of(identifier: str, today: date) -> Target:
    """What a canonical identifier stands for."""
    chart = CHARTS.get(identifier)
    if chart is not None:
        query = chart_query(chart.type) if chart.type else box_office_query()
        instead = _ALIKE.get(identifier, _ELSEWHERE)
        return Target(f"the IMDb chart {identifier}", chart.path, query, kind=chart.kind, instead=instead)
    if identifier.startswith("ls"):
        path, query = f"/list/{identifier}/", list_query(identifier)
        return Target(f"the IMDb list {identifier}", path, query, instead=_EXPORT)
    if identifier.startswith("ur"):
        path, query = f"/user/{identifier}/watchlist/", watchlist_query(identifier)
        return Target(f"the IMDb watchlist of {identifier}", path, query, instead=_EXPORT)
    if identifier.startswith("p."):
        what, path = f"the IMDb watchlist of {identifier}", f"/user/{quote(identifier)}/watchlist/"
        return Target(what, path, profile=identifier, instead=_EXPORT)
    if identifier.startswith("coming-soon"):
        return _coming_soon(identifier, today)
    counted = identifier if "count=" in identifier else f"{identifier}&count=250"
    return Target("the IMDb search", f"/{counted}", instead=_ELSEWHERE)


def _coming_soon(identifier: str, today: date) -> Target:
    words = identifier.split(":")[1:]
    kind = Kind.TV if "tv" in words else Kind.MOVIE
    region = next((word for word in words if word != "tv"), "US")
    return Target(
        f"IMDb's coming soon for {region}",
        f"/calendar/?region={region}&type={kind.value.upper()}",
        coming_soon_query(kind.value.upper(), region, today),
        kind=kind,
        instead=_ELSEWHERE,
    )
