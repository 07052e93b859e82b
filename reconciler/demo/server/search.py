"""GET /search with its prefixes, and what an outage of TMDB looks like through it: like nothing found."""

from __future__ import annotations

import re
from typing import Any

from .catalogue import Group, Title
from .state import State
from .tmdb import LAST_PAGE, PAGE, Found, Outage, page_of
from .views import Views
from .wire import Context, Field, Reply, Route, refused, reply

BY_TMDB = re.compile(r"(?<=tmdb:)\d+", re.IGNORECASE)
BY_IMDB = re.compile(r"(?<=imdb:)(tt|nm)\d+", re.IGNORECASE)
BY_TVDB = re.compile(r"(?<=tvdb:)\d+", re.IGNORECASE)
BY_YEAR = re.compile(r"\byear:(\d{4})\b", re.IGNORECASE)


def search(call: Context) -> Reply:
    """Search by prefix, found anywhere in the query, or else by title."""
    query, page = call.query["query"], call.query.get("page", 1)
    tmdb = call.state.tmdb
    try:
        if found := BY_TMDB.search(query):
            return _single_page(call.state, tmdb.by_id(int(found[0])))
        if found := BY_IMDB.search(query):
            return _single_page(call.state, _or_fail(lambda: tmdb.by_imdb(found[0].lower())))
        if found := BY_TVDB.search(query):
            return _single_page(call.state, _or_fail(lambda: tmdb.by_tvdb(int(found[0]))))
        if year := BY_YEAR.search(query):
            return _by_year(call.state, BY_YEAR.sub("", query).strip(), int(year[1]))
        if not isinstance(page, int) or not 1 <= page <= LAST_PAGE:
            return nothing()
        results = tmdb.search(query)
    except Outage:
        return nothing()
    pages, shown = page_of(results, page)
    return reply(_results(call.state, shown, page=page, pages=pages, total=len(results)))


def nothing() -> Reply:
    """What the server says when it swallowed an error of TMDB."""
    return reply({"page": 1, "totalPages": 1, "totalResults": 0, "results": []})


def _or_fail(look_up: Any) -> list[Found]:
    try:
        found: list[Found] = look_up()
    except Outage:
        raise refused(500, "Unable to retrieve search results.") from None
    return found


def _by_year(state: State, query: str, year: int) -> Reply:
    movies = state.tmdb.search(query, "movie", year)[:PAGE]
    shows = state.tmdb.search(query, "tv", year)[:PAGE]
    return _single_page(state, [*movies, *shows])


def _single_page(state: State, found: list[Found]) -> Reply:
    return reply(_results(state, found, page=1, pages=1, total=len(found)))


def _results(state: State, found: list[Found], *, page: int, pages: int, total: int) -> dict[str, Any]:
    views = Views(state)
    results = [_result(state, views, one) for one in found]
    return {"page": page, "totalPages": pages, "totalResults": total, "results": results}


def _result(state: State, views: Views, found: Found) -> dict[str, Any]:
    if isinstance(found, Group):
        return _group(state, found)
    result = title_result(found)
    media = state.find_media(found.kind, found.tmdb_id)
    if media is not None:
        result["mediaInfo"] = views.info_in_search(media)
    return result


def title_result(title: Title) -> dict[str, Any]:
    """A movie or show among search results: no IMDb or TVDB id there."""
    shared = {
        "id": title.tmdb_id,
        "mediaType": title.kind,
        "popularity": title.popularity,
        "posterPath": f"/poster-{title.kind}-{title.tmdb_id}.jpg",
        "backdropPath": f"/backdrop-{title.kind}-{title.tmdb_id}.jpg",
        "voteCount": title.votes,
        "voteAverage": title.rating,
        "genreIds": [],
        "overview": "",
        "originalLanguage": title.language,
    }
    if title.kind == "movie":
        return shared | {
            "title": title.title,
            "originalTitle": title.original_title,
            "releaseDate": title.date,
            "adult": False,
            "video": False,
        }
    return shared | {
        "name": title.title,
        "originalName": title.original_title,
        "firstAirDate": title.date,
        "originCountry": ["US"] if title.language == "en" else [],
    }


def _group(state: State, group: Group) -> dict[str, Any]:
    if group.media_type == "person":
        known = (state.tmdb.catalogue.get(*key) for key in group.known_for)
        return {
            "id": group.id,
            "mediaType": "person",
            "name": group.name,
            "popularity": 1.0,
            "profilePath": f"/profile-{group.id}.jpg",
            "adult": False,
            "knownFor": [title_result(title) for title in known if title],
        }
    return {
        "id": group.id,
        "mediaType": "collection",
        "title": group.name,
        "originalTitle": group.name,
        "adult": False,
        "originalLanguage": "en",
        "overview": "",
        "posterPath": f"/collection-{group.id}.jpg",
        "backdropPath": f"/collection-{group.id}.jpg",
    }


ROUTES = (
    Route(
        "GET",
        "/search",
        search,
        query={
            "query": Field("string", required=True),
            "page": Field("number"),
            "language": Field("string"),
        },
        asks_tmdb=True,
    ),
)
