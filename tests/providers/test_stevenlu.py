"""StevenLu's popular movies: every published file, movies only, and nothing else taken for one."""

import json
from typing import Any

import pytest

from providers.errors import Malformed
from providers.lists.registry import get, parse_source
from providers.lists.stevenlu import BASE_URL, PRESETS
from schemas.fetch import Fetched
from schemas.media import Ids, Kind

from .conftest import Contexts
from .site import document, serving

STEVENLU = get("stevenlu")


def read(value: Any, context_for: Contexts, source: str = "stevenlu") -> tuple[Fetched, list[str]]:
    with serving(lambda asked: document(json.dumps(value))) as site:
        return STEVENLU.fetch(parse_source(source), context_for("stevenlu", f"{site.url}/mirror/")), site.paths


def test_movies_are_read_with_the_ids_that_are_there(context_for: Contexts) -> None:
    rows = [
        {"title": "Dune", "imdb_id": "tt1160419", "tmdb_id": 438631, "poster_url": "x", "genres": ["Sci-Fi"]},
        {"title": "Unknown", "imdb_id": "reference", "poster_url": None},
    ]
    fetched, _ = read(rows, context_for)
    assert [(item.ref, item.kind, item.ids) for item in fetched.items] == [
        ("imdb:tt1160419", Kind.MOVIE, Ids(imdb="tt1160419", tmdb=438631)), ("file:unknown", Kind.MOVIE, Ids()),
    ]  # fmt: skip
    assert fetched.items[0].genres == ("Sci-Fi",)
    assert (fetched.total, fetched.complete) == (None, True)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_a_file_below_the_service_s_address(context_for: Contexts, preset: str) -> None:
    _, paths = read([{"title": "x"}], context_for, f"stevenlu:{preset}")
    assert paths == [f"/mirror/{preset}.json"]


def test_the_service_is_asked_where_it_lives_today() -> None:
    assert BASE_URL == "https://popular-movies-data.stevenlu.com"


def test_a_row_that_names_nothing_makes_the_list_incomplete(context_for: Contexts) -> None:
    fetched, _ = read([{"title": "x"}, {"poster_url": "y"}, None], context_for)
    assert (len(fetched.items), fetched.complete, len(fetched.warnings)) == (1, False, 2)


@pytest.mark.parametrize("value", [{}, {"error": "no"}, None, "x", 1, [None], [{"poster_url": None}]])
def test_anything_else_is_malformed(context_for: Contexts, value: Any) -> None:
    with pytest.raises(Malformed):
        read(value, context_for)


def test_no_movies_affirm_nothing(context_for: Contexts) -> None:
    assert read([], context_for)[0] == Fetched(items=(), total=None)
