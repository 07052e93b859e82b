"""What the services' words for a kind of title mean to us."""

import re

from schemas.media import Kind

_MOVIES = (
    "movie movies film films featurefilm feature documentary tvmovie tvmovies tvspecial special short shorts shortfilm "
    "tvshort video videos"
)
_SHOWS = "tv show shows tvshow tvshows series serie tvseries tvminiseries miniseries tvmini season seasons"
_NEVER = {
    "tvepisode": "episode",
    "episode": "episode",
    "tvpilot": "episode",
    "videogame": "video game",
    "game": "video game",
    "musicvideo": "music video",
    "podcastseries": "podcast",
    "podcastepisode": "podcast",
    "podcast": "podcast",
    "person": "person",
    "people": "person",
    "list": "list",
}
_KINDS = dict.fromkeys(_MOVIES.split(), Kind.MOVIE) | dict.fromkeys(_SHOWS.split(), Kind.TV)
_NOISE = re.compile(r"[^a-z]")


def kind_of(word: str | None) -> tuple[Kind | None, str | None]:
    """The kind that a service's word stands for, and why such a row can never be requested; both None when unknown.

    IMDb's ids and labels of all years (`tvMiniSeries`, `TV Mini Series`, `Feature Film`), Trakt's, MDBList's and TMDB's
    words. A television movie or special, a short and a video are movies to the media servers, as they are to TMDB.
    """
    name = _NOISE.sub("", (word or "").lower())
    return _KINDS.get(name), _NEVER.get(name)
