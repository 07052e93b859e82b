"""GET /movie/{id} and GET /tv/{id}. An unknown id, id 0 and a TMDB outage all answer the same 500."""

from __future__ import annotations

from typing import Any

from .catalogue import Title
from .state import State
from .tmdb import Outage
from .views import Views
from .wire import Context, Field, Reply, Route, refused, reply

LANGUAGE = {"language": Field("string")}


def movie(call: Context) -> Reply:
    """GET /movie/{movieId}."""
    title = _title(call.state, "movie", call.number("movieId"))
    view = _shared(title) | {
        "imdbId": title.imdb_id,
        "adult": False,
        "budget": 0,
        "originalTitle": title.original_title,
        "releaseDate": title.date,
        "releases": {"results": [_release(title, *one) for one in title.certifications]},
        "revenue": 0,
        "runtime": title.runtime,
        "title": title.title,
        "video": False,
        "externalIds": {"imdbId": title.imdb_id},
    }
    return reply(view | _info(call.state, title))


def show(call: Context) -> Reply:
    """GET /tv/{tvId}. Season 0 is the specials."""
    title = _title(call.state, "tv", call.number("tvId"))
    view = _shared(title) | {
        "contentRatings": {
            "results": [
                {"descriptors": [], "iso_3166_1": country, "rating": label} for country, label in title.certifications
            ]
        },
        "createdBy": [],
        "episodeRunTime": [title.runtime] if title.runtime else [],
        "firstAirDate": title.date,
        "inProduction": title.status == "Returning Series",
        "languages": [title.language],
        "lastAirDate": title.date,
        "lastEpisodeToAir": _episode(title),
        "name": title.title,
        "networks": [],
        "numberOfEpisodes": sum(episodes for number, episodes in title.seasons if number),
        "numberOfSeasons": sum(1 for number, _ in title.seasons if number),
        "originCountry": _countries(title),
        "originalName": title.original_title,
        "seasons": [_season(title, number, episodes) for number, episodes in title.seasons],
        "type": "Scripted",
        "externalIds": {"imdbId": title.imdb_id, "tvdbId": title.tvdb_id},
    }
    return reply(view | _info(call.state, title))


def _title(state: State, kind: str, tmdb_id: int) -> Title:
    try:
        return state.tmdb.title(kind, tmdb_id)
    except Outage:
        raise refused(500, f"Unable to retrieve {'movie' if kind == 'movie' else 'series'}.") from None


def _shared(title: Title) -> dict[str, Any]:
    return {
        "id": title.tmdb_id,
        "backdropPath": f"/backdrop-{title.kind}-{title.tmdb_id}.jpg",
        "posterPath": f"/poster-{title.kind}-{title.tmdb_id}.jpg",
        "genres": [{"id": number, "name": name} for number, name in enumerate(title.genres, start=1)],
        "homepage": "",
        "keywords": [{"id": number, "name": name} for number, name in enumerate(title.keywords, start=1)],
        "originalLanguage": title.language,
        "overview": "",
        "popularity": title.popularity,
        "productionCompanies": [],
        "productionCountries": [{"iso_3166_1": code, "name": code} for code in _countries(title)],
        "relatedVideos": [],
        "spokenLanguages": [],
        "status": title.status,
        "tagline": "",
        "voteAverage": title.rating,
        "voteCount": title.votes,
        "watchProviders": [],
        "credits": {"cast": [], "crew": []},
        "onUserWatchlist": False,
    }


def _countries(title: Title) -> list[str]:
    return list(title.countries) or (["US"] if title.language == "en" else [])


def _release(title: Title, country: str, label: str) -> dict[str, Any]:
    dates = {"certification": label, "release_date": f"{title.date or '1970-01-01'}T00:00:00.000Z", "type": 3}
    return {"iso_3166_1": country, "release_dates": [{**dates, "note": "", "iso_639_1": ""}]}


def _season(title: Title, number: int, episodes: int) -> dict[str, Any]:
    aired = str((title.year or 0) + max(0, number - 1)) + title.date[4:] if title.date else None
    return {
        "id": title.tmdb_id * 1000 + number,
        "airDate": aired,
        "episodeCount": episodes,
        "name": f"Season {number}" if number else "Specials",
        "overview": "",
        "posterPath": f"/season-{title.tmdb_id}-{number}.jpg",
        "seasonNumber": number,
    }


def _episode(title: Title) -> dict[str, Any]:
    number, episodes = title.seasons[-1] if title.seasons else (0, 0)
    return {
        "id": title.tmdb_id * 1000 + 999,
        "airDate": title.date,
        "episodeNumber": episodes,
        "name": f"Episode {episodes}",
        "overview": "",
        "productionCode": "",
        "seasonNumber": number,
        "showId": title.tmdb_id,
        "stillPath": "",
        "voteAverage": 0,
        "voteCount": 0,
    }


def _info(state: State, title: Title) -> dict[str, Any]:
    media = state.find_media(title.kind, title.tmdb_id)
    return {} if media is None else {"mediaInfo": Views(state).info(media)}


ROUTES = (
    Route("GET", "/movie/{movieId}", movie, query=LANGUAGE, numeric=("movieId",), asks_tmdb=True),
    Route("GET", "/tv/{tvId}", show, query=LANGUAGE, numeric=("tvId",), asks_tmdb=True),
)
