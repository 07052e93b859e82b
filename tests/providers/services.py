"""Every list service in its own wire form: what the contract suite serves. A new provider is one entry here."""

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .site import Answer, Asked, document, page


@dataclass(frozen=True)
class Listed:
    """A list as the service has it: the films `first` to `last`, of which it says it has `total`."""

    films: Sequence[int]
    total: int | None

    def part(self, start: int, size: int) -> Sequence[int]:
        return self.films[start : start + size]


@dataclass(frozen=True)
class Service:
    """How one service speaks."""

    source: str
    """A source that is read at `base_url`; `{url}` stands for that address where the source itself has to name it."""
    render: Callable[[Asked, Listed], Answer]
    """The answer to one request for a list."""
    ref: Callable[[int], str]
    """What the provider calls film N."""
    page_size: int | None = None
    """Rows of a page; None: the list comes whole."""
    says_total: bool = False
    refusals: Mapping[str, Answer] = field(default_factory=dict)
    """What it answers for lists that are private, or that it does not have."""
    options: Mapping[str, str] = field(default_factory=dict)


def _json(value: Any, status: int = 200, **headers: str) -> Answer:
    return document(json.dumps(value), status, **headers)


def _radarr(asked: Asked, listed: Listed) -> Answer:
    return _json([{"id": n, "title": f"Film {n}", "release_year": "1990"} for n in listed.films])


def _stevenlu(asked: Asked, listed: Listed) -> Answer:
    return _json([{"title": f"Film {n}", "imdb_id": f"tt{n:07d}", "poster_url": None} for n in listed.films])


def _mdblist_rows(films: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"id": n, "rank": n, "title": f"Film {n}", "mediatype": "movie", "imdb_id": f"tt{n:07d}", "release_year": 1990}
        for n in films
    ]


def _mdblist(asked: Asked, listed: Listed) -> Answer:
    return _json(_mdblist_rows(listed.films))


def _mdblist_api(asked: Asked, listed: Listed) -> Answer:
    start = int(asked.query.get("cursor") or asked.query.get("offset") or 0)
    following = start + 100 if start + 100 < len(listed.films) else None
    pagination: dict[str, Any] = {"next_cursor": str(following) if following else None}
    if listed.total is not None:
        pagination |= {"total_movies": listed.total, "total_shows": 0}
    return _json({"movies": _mdblist_rows(listed.part(start, 100)), "shows": [], "pagination": pagination})


def _imdb(asked: Asked, listed: Listed) -> Answer:
    if asked.method != "POST":
        return Answer(status=404)
    start = int(json.loads(asked.body)["variables"].get("after") or 0)
    more = start + 250 < len(listed.films)
    search = {
        "total": listed.total,
        "pageInfo": {"hasNextPage": more, "endCursor": str(start + 250) if more else None},
        "edges": [
            {
                "node": {"absolutePosition": n},
                "title": {"id": f"tt{n:07d}", "titleText": {"text": f"Film {n}"}, "titleType": {"id": "movie"}},
            }
            for n in listed.part(start, 250)
        ],
    }
    return _json({"data": {"list": {"id": "ls006123300", "titleListItemSearch": search}}})


def _imdb_refusal(code: str) -> Answer:
    return _json({"data": {"list": None}, "errors": [{"message": "no", "extensions": {"code": code}}]})


def _trakt(asked: Asked, listed: Listed) -> Answer:
    number = int(asked.query.get("page", 1))
    rows = [
        {
            "rank": n, "id": n, "listed_at": "2026-01-01T00:00:00.000Z", "type": "movie",
            "movie": {"title": f"Film {n}", "year": 1990, "ids": {"trakt": n, "imdb": f"tt{n:07d}", "tmdb": n}},
        }
        for n in listed.part((number - 1) * 250, 250)
    ]  # fmt: skip
    if listed.total is None:
        return _json(rows)
    pages = str(-(-listed.total // 250))
    return _json(
        rows,
        X_Pagination_Page=str(number), X_Pagination_Limit="250",
        X_Pagination_Page_Count=pages, X_Pagination_Item_Count=str(listed.total),
    )  # fmt: skip


def _letterboxd(asked: Asked, listed: Listed) -> Answer:
    parts = [part for part in asked.path.split("/") if part]
    number = int(parts[-1]) if parts[-1].isdigit() else 1
    posters = "".join(
        f'<li><div class="react-component" data-component-class="LazyPoster" data-item-slug="film-{n}" '
        f'data-item-name="{html.escape(f"Film {n} (1990)")}" data-item-link="/film/film-{n}/"></div></li>'
        for n in listed.part((number - 1) * 28, 28)
    )
    following = f'<a class="next" href="/dave/watchlist/page/{number + 1}/">Older</a>'
    count = f' data-num-entries="{listed.total}"' if listed.total is not None else ""
    return page(
        f'<!DOCTYPE html><html><head><title>Dave’s watchlist</title></head><body class="watchlist">'
        f'<div class="js-watchlist-content"{count}><ul class="poster-list">{posters}</ul></div>'
        f"{following if number * 28 < len(listed.films) else ''}</body></html>"
    )


SERVICES: Mapping[str, Service] = {
    "file": Service(
        source="{url}/list.json",
        render=_radarr,
        ref=lambda n: f"tmdb:movie:{n}",
        refusals={"private": Answer(status=403), "missing": Answer(status=404)},
    ),
    "stevenlu": Service(
        source="stevenlu:movies",
        render=_stevenlu,
        ref=lambda n: f"imdb:tt{n:07d}",
        refusals={"missing": page("<html>Not Found</html>", 404)},
    ),
    "mdblist": Service(
        source="mdblist:dave/best",
        render=_mdblist,
        ref=lambda n: f"imdb:tt{n:07d}",
        refusals={
            "private": _json({"error": "Permission denied"}, 403),
            "missing": _json({"error": "Not found"}, 404),
            "missing, politely": _json({"error": "List not found"}),
        },
    ),
    "mdblist with a key": Service(
        source="mdblist:14",
        render=_mdblist_api,
        ref=lambda n: f"imdb:tt{n:07d}",
        page_size=100,
        says_total=True,
        refusals={
            "wrong key": _json({"error": "Invalid API key"}, 401),
            "private": _json({"error": "Permission denied"}, 403),
            "missing": _json({"error": "Not found"}, 404),
        },
        options={"api_key": "k"},
    ),
    "imdb": Service(
        source="imdb:ls006123300",
        render=_imdb,
        ref=lambda n: f"imdb:tt{n:07d}",
        page_size=250,
        says_total=True,
        refusals={"private": _imdb_refusal("FORBIDDEN"), "missing": _imdb_refusal("RESOURCE_NOT_FOUND")},
    ),
    "trakt": Service(
        source="trakt:dave/lists/best",
        render=_trakt,
        ref=lambda n: f"trakt:movie:{n}",
        page_size=250,
        says_total=True,
        refusals={
            "token needed": Answer(status=401),
            "wrong key": Answer(status=403),
            "private or missing": Answer(status=404),
            "paid accounts only": Answer(status=426),
        },
        options={"client_id": "k"},
    ),
    "letterboxd": Service(
        source="letterboxd:dave/watchlist",
        render=_letterboxd,
        ref=lambda n: f"letterboxd:film-{n}",
        page_size=28,
        says_total=True,
        refusals={
            "private": page('<html><body class="error">Sorry</body></html>', 403),
            "missing": page('<html><body class="error">Sorry</body></html>', 404),
        },
        options={"lookups": "0"},
    ),
}
