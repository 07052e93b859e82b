"""No bytes from outside make a parser raise anything but an error that says what is wrong with them."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from providers import challenge
from providers.errors import ProviderError
from providers.http import masked
from providers.http.content import TooLarge, Undecodable, collected
from providers.lists.file.archive import members
from providers.lists.file.contents import parse_contents
from providers.lists.mdblist.page import items_of, parse_page
from providers.lists.registry import get, parse_source
from providers.lists.rows import Dialect, Unreadable, item_from, renamed
from providers.lists.stevenlu import parse_movies
from providers.lists.values import day_of, moment_of, number_of, split_year, text_of, year_of

from .conftest import Contexts

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FIELDS = """
title name year release_year imdb_id imdbId tmdb_id tmdbId tvdb_id TvdbId id ids key type mediatype kind url rank
released added runtime ratings genres language movie show season episode info person movies shows items error
pagination next_cursor has_more total_movies total_shows clean_title item_count
"""
NAMES = st.sampled_from(FIELDS.split())
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12),
    st.sampled_from(["tt0133093", "603", "movie", "show", "Alien (1979)", "2021-01-01", "movie:tmdb:603", "٣", "²"]),
)  # fmt: skip
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=7),
    max_leaves=25,
)
SAMPLES = (
    b'Position,Const,Created,Title,URL,Title Type,Year,Genres\n1,tt0133093,2020-01-01,"A, b",x,Movie,1999,x\n',
    b'[{"id": 0, "imdb_id": "tt0133093", "title": "x", "release_year": "1999", "clean_title": "/film/x/"}]',
    b"- Alien (1979)\n- {title: x, ids: {imdb: tt1}}\n- movie:tmdb:603\n",
    b"movies:\n  - tt0133093\nshows: [x]\n",
    b"# list\ntt0133093\nAlien (1979)\nhttps://www.imdb.com/title/tt1/\n",
    b'<?xml version="1.0"?><rss><channel><item><title>x (1999)</title><guid>tmdb://1</guid></item></channel></rss>',
    b"Letterboxd list export v7\nDate,Name,Tags,URL,Description\n2021-01-01,x,,y,\n\nPosition,Name,Year\n1,A,1999\n",
    "Amélie (2001)\n".encode("utf-16"),
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good document with some of it cut, doubled, or overwritten."""
    content = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 12)))
        content[start:end] = draw(st.binary(max_size=8)) if draw(st.booleans()) else content[start:end] * 2
    return bytes(content)


BYTES = st.one_of(
    st.binary(max_size=200), damaged(), st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace"))
)


@QUICK
@given(BYTES, st.sampled_from(["", "application/json", "text/csv"]))
@example(b"[" * 100_000, "")
@example(b"- " * 5000, "")
@example(b"{" * 5000, "")
@example(b'{"a":' * 5000, "")
@example(b"a: &a [*a, *a]\n", "")
@example(b"<rss>" * 5000, "")
@example(b"\xff\xfe", "")
@example(b"9" * 5000 + b",tt1\n", "")
@example(b"[%s]" % (b"9" * 5000), "")
@example(b"title\n" + b'"' * 200_000, "")
def test_any_document_is_a_list_or_says_why_not(content: bytes, declared: str) -> None:
    try:
        parsed = parse_contents(content, declared)
    except Unreadable:
        return
    assert len(parsed.items) <= parsed.rows
    assert len(parsed.items) == parsed.rows or parsed.warnings
    positions = [item.position for item in parsed.items]
    assert positions == sorted(set(positions))


@QUICK
@given(BYTES)
def test_any_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, context_for: Contexts, content: bytes
) -> None:
    context = context_for("file")
    Path(context.base_dir / "list").write_bytes(content)
    try:
        fetched = get("file").fetch(parse_source("file:list"), context)
    except ProviderError:
        return
    assert fetched.total is not None
    assert fetched.complete == (len(fetched.items) == fetched.total)


@QUICK
@given(JSON)
def test_any_json_is_a_document_or_says_why_not(value: Any) -> None:
    test_any_document_is_a_list_or_says_why_not.hypothesis.inner_test(json.dumps(value).encode(), "application/json")  # type: ignore[attr-defined]


@QUICK
@given(JSON)
def test_any_json_is_movies_of_stevenlu_or_refused(value: Any) -> None:
    try:
        parse_movies(value)
    except ProviderError:
        return
    assert isinstance(value, list)


@QUICK
@given(JSON)
def test_any_json_is_a_page_of_mdblist_or_refused(value: Any) -> None:
    try:
        page = parse_page(value)
    except ProviderError:
        return
    items, problems = items_of(page.entries)
    assert len(items) + len(problems) == len(page.entries)


@QUICK
@given(st.dictionaries(NAMES, JSON, max_size=8), st.booleans())
def test_any_row_is_an_item_or_none(row: Mapping[str, Any], bare: bool) -> None:
    item_from(renamed(row), 1, Dialect(bare_id_is_tmdb=bare))


@QUICK
@given(LEAVES)
def test_any_value_is_read_or_none(value: Any) -> None:
    for read in (text_of, number_of, year_of, moment_of, day_of):
        read(value)
    split_year(str(value))


@QUICK
@given(st.integers(0, 999), st.dictionaries(st.text(max_size=8), st.text(max_size=8)), BYTES)
def test_any_answer_is_a_challenge_or_none(status: int, headers: dict[str, str], body: bytes) -> None:
    challenge.recognise(status, headers, body)


@QUICK
@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    masked(text)


@QUICK
@given(st.lists(st.binary(max_size=50), max_size=6), st.sampled_from(["gzip", "deflate", "br", "", "identity"]))
def test_any_body_is_unpacked_or_refused(chunks: list[bytes], encoding: str) -> None:
    try:
        assert len(collected(chunks, encoding, 100)) <= 100
    except (TooLarge, Undecodable):
        return


@QUICK
@given(st.integers(0, 400), st.binary(min_size=1, max_size=3), st.sampled_from([None, "watchlist.csv", "x"]))
def test_any_damage_to_an_archive_is_found(place: int, damage: bytes, wanted: str | None) -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("watchlist.csv", "Name,Year\nAlien,1979\n" * 5)
        archive.writestr("lists/x.csv", "Name\nx\n")
    content = bytearray(kept.getvalue())
    content[place : place + len(damage)] = damage
    try:
        for member in members(bytes(content), wanted, "export.zip"):
            parse_contents(member.content)
    except (ProviderError, Unreadable):
        return
