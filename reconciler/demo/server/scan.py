"""What a scan of the media library changes: media rows, season rows, and the requests that wait for them."""

from __future__ import annotations

from collections.abc import Iterable

from .media import complete_requests
from .rows import Media, MediaStatus, RequestStatus
from .state import State

PRESENT = {MediaStatus.AVAILABLE, MediaStatus.PARTIALLY_AVAILABLE}


def found(
    state: State, kind: str, tmdb_id: int, seasons: Iterable[int] | None, status: MediaStatus, *, is4k: bool
) -> None:
    """Files are there: of a movie, of these seasons of a show, or of all but the specials. Requested or not."""
    media = state.known_or_new_media(kind, tmdb_id)
    media.added = media.updated = state.now()
    if kind == "movie":
        media.set_status(status, is4k=is4k)
        complete_requests(state, media, is4k=is4k, pending=True)
        return
    title = state.tmdb.catalogue.get("tv", tmdb_id)
    numbers = [number for number, _ in title.seasons if number] if title else []
    for number in numbers:
        state.season_row(media, number)
    for number in numbers if seasons is None else seasons:
        _set_season(state, media, number, status, is4k=is4k)
    there = {number for number in media.seasons if season_status(media, number, is4k=is4k) == MediaStatus.AVAILABLE}
    _follow(state, media, there, is4k=is4k)
    regular = {number for number in media.seasons if number}
    if regular and regular <= there:
        media.set_status(MediaStatus.AVAILABLE, is4k=is4k)
    elif PRESENT & {season_status(media, number, is4k=is4k) for number in media.seasons}:
        media.set_status(MediaStatus.PARTIALLY_AVAILABLE, is4k=is4k)


def missed(state: State, media: Media, seasons: Iterable[int] | None, *, is4k: bool) -> None:
    """Files are gone, of these seasons or of everything: DELETED where the product has that, else UNKNOWN."""
    gone = MediaStatus.DELETED if state.product.deletes else MediaStatus.UNKNOWN
    for number in set(media.seasons) if seasons is None else set(media.seasons).intersection(seasons):
        _set_season(state, media, number, gone, is4k=is4k)
    left = PRESENT & {season_status(media, number, is4k=is4k) for number in media.seasons}
    media.set_status(MediaStatus.PARTIALLY_AVAILABLE if left else gone, is4k=is4k)
    media.updated = state.now()


def season_status(media: Media, number: int, *, is4k: bool) -> int:
    """The state of one season in one quality, UNKNOWN without a row."""
    row = media.seasons.get(number)
    if row is None:
        return MediaStatus.UNKNOWN
    return row.status4k if is4k else row.status


def _set_season(state: State, media: Media, number: int, status: MediaStatus, *, is4k: bool) -> None:
    row = state.season_row(media, number)
    row.updated = state.now()
    if is4k:
        row.status4k = status
    else:
        row.status = status


def _follow(state: State, media: Media, there: set[int], *, is4k: bool) -> None:
    """Requested seasons that are not there are in progress; approved requests with every season there are complete."""
    for request in state.requests_of(media):
        if request.is4k != is4k or request.status != RequestStatus.APPROVED:
            continue
        for season in request.seasons:
            if season.number not in there:
                if season_status(media, season.number, is4k=is4k) == MediaStatus.UNKNOWN:
                    _set_season(state, media, season.number, MediaStatus.PROCESSING, is4k=is4k)
            elif state.product.completes:
                season.status = RequestStatus.COMPLETED
        if state.product.completes and all(season.number in there for season in request.seasons):
            request.status, request.updated = RequestStatus.COMPLETED, state.now()
