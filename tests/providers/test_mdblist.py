"""MDBList: public JSON without a key, the API with one, in both shapes; ranks decide; refusals are understood."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from providers.errors import AuthRequired, Malformed, NotFound, ProviderError, Transient
from providers.lists.registry import get, parse_source
from schemas.fetch import Fetched
from schemas.media import Ids, Kind

from .conftest import Contexts
from .site import Answer, Asked, Site, document, page, serving

MDBLIST = get("mdblist")


def row(number: int, kind: str = "movie", **more: Any) -> dict[str, Any]:
    return {
        "id": number, "rank": number, "adult": 0, "title": f"Film {number}", "imdb_id": f"tt{number:07d}",
        "tvdb_id": None, "language": "en", "mediatype": kind, "release_year": 2000, "spoken_language": "en",
    } | more  # fmt: skip


def read(
    answer: Callable[[Asked], Answer], context_for: Contexts, source: str = "mdblist:bob/best", key: str = ""
) -> tuple[Fetched, Site]:
    with serving(answer) as site:
        context = context_for("mdblist", site.url, **({"api_key": key} if key else {}))
        return MDBLIST.fetch(parse_source(source), context), site


def always(value: object, status: int = 200, **headers: str) -> Callable[[Asked], Answer]:
    return lambda asked: document(json.dumps(value), status, **headers)


class TestPublic:
    def test_is_read_from_the_list_s_own_json(self, context_for: Contexts) -> None:
        rows = [row(2, "show", tvdb_id=81189, imdb_id=None), row(1)]
        fetched, site = read(always(rows), context_for)
        assert site.paths == ["/lists/bob/best/json"]
        assert [(item.ref, item.kind, item.position) for item in fetched.items] == [
            ("imdb:tt0000001", Kind.MOVIE, 1), ("tmdb:tv:2", Kind.TV, 2),
        ]  # fmt: skip
        assert fetched.items[1].ids == Ids(tmdb=2, tvdb=81189)
        assert (fetched.items[0].year, fetched.items[0].languages) == (2000, ("en",))
        assert (fetched.total, fetched.complete) == (None, True)

    def test_rows_without_a_rank_come_last_in_their_own_order(self, context_for: Contexts) -> None:
        rows = [row(5, rank=None), row(4, rank=0), row(3, rank=2), row(1, rank="1")]
        assert [item.ids.tmdb for item in read(always(rows), context_for)[0].items] == [1, 3, 5, 4]

    def test_the_old_name_of_the_tvdb_id_is_read(self, context_for: Contexts) -> None:
        rows = [{"id": 9, "mediatype": "show", "title": "x", "tvdbid": "121361"}]
        assert read(always(rows), context_for)[0].items[0].ids == Ids(tmdb=9, tvdb=121361)

    def test_a_row_that_names_nothing_makes_the_list_incomplete(self, context_for: Contexts) -> None:
        fetched, _ = read(always([row(1), {"rank": 2, "mediatype": "movie"}]), context_for)
        assert (len(fetched.items), fetched.complete) == (1, False)
        assert "entry 2" in fetched.warnings[0]

    @pytest.mark.parametrize("source", ["mdblist:14", "mdblist:external/9", "mdblist:watchlist"])
    def test_what_only_the_api_reads_asks_for_a_key(self, context_for: Contexts, source: str) -> None:
        with pytest.raises(AuthRequired) as caught:
            read(always([]), context_for, source)
        assert "providers.mdblist.api_key" in caught.value.remedy

    def test_an_official_list_that_is_not_public_asks_for_a_key(self, context_for: Contexts) -> None:
        with pytest.raises(NotFound) as caught:
            read(always({"error": "List not found"}), context_for, "mdblist:official/moviemeter")
        assert "providers.mdblist.api_key" in caught.value.remedy

    def test_a_page_instead_of_json_is_malformed(self, context_for: Contexts) -> None:
        with pytest.raises(Malformed, match="web page"):
            read(lambda asked: page("<html>MDBList</html>"), context_for)


class TestApi:
    def paged(self, pages: dict[str, object], by: str, **headers: str) -> Callable[[Asked], Answer]:
        return lambda asked: document(json.dumps(pages[asked.query.get(by, "")]), **headers)

    @pytest.mark.parametrize(
        ("source", "path"),
        [
            ("mdblist:bob/best", "/lists/bob/best/items"),
            ("mdblist:14", "/lists/14/items"),
            ("mdblist:official/moviemeter", "/lists/official/moviemeter/items"),
            ("mdblist:external/9", "/external/lists/9/items"),
            ("mdblist:watchlist", "/watchlist/items"),
        ],
    )
    def test_has_a_call_for_every_kind_of_list(self, context_for: Contexts, source: str, path: str) -> None:
        fetched, site = read(always([row(1)]), context_for, source, key="k")
        assert (site.paths, site.asked[0].query["apikey"]) == ([path], "k")
        assert len(fetched.items) == 1

    def test_cursors_are_followed_to_the_end(self, context_for: Contexts) -> None:
        pages = {
            "": {"movies": [row(1)], "shows": [row(2, "show")], "pagination": {"next_cursor": "a"}},
            "a": {
                "movies": [row(3)],
                "shows": [],
                "pagination": {"next_cursor": "b", "total_movies": 3, "total_shows": 1},
            },
            "b": {"movies": [row(4)], "pagination": {"next_cursor": None}},
        }
        fetched, site = read(self.paged(pages, "cursor"), context_for, key="k")
        assert [item.ids.tmdb for item in fetched.items] == [1, 2, 3, 4]
        assert (fetched.total, fetched.complete, len(site.asked)) == (4, True, 3)

    def test_offsets_are_followed_where_the_header_promises_more(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            first = int(asked.query["offset"])
            return document(
                json.dumps([row(n) for n in range(first + 1, min(first + 3, 6))]), X_Has_More=str(first < 4).lower()
            )

        fetched, site = read(answer, context_for, key="k")
        assert [item.ids.tmdb for item in fetched.items] == [1, 2, 3, 4, 5]
        assert [one.query["offset"] for one in site.asked] == ["0", "2", "4"]

    def test_a_full_page_is_followed_by_another(self, context_for: Contexts) -> None:
        pages = {"0": [row(n) for n in range(1, 1001)], "1000": [row(1001)]}
        fetched, _ = read(self.paged(pages, "offset"), context_for, key="k")
        assert len(fetched.items) == 1001

    @pytest.mark.parametrize(
        "value",
        [
            {"movies": [row(1)], "shows": [], "pagination": {"next_cursor": "a"}},
            {"movies": [], "shows": [], "pagination": {"has_more": True}},
            {"movies": [row(1)], "pagination": {"has_more": True}},
        ],
    )
    def test_promises_that_never_end_are_incomplete(self, context_for: Contexts, value: object) -> None:
        fetched, site = read(always(value), context_for, key="k")
        assert not fetched.complete
        assert len(site.asked) <= 3
        assert len(fetched.items) <= 1

    def test_a_later_page_that_fails_leaves_a_part(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            if "cursor" in asked.query:
                return Answer(status=500)
            return document(json.dumps({"movies": [row(1)], "pagination": {"next_cursor": "a"}}))

        fetched, _ = read(answer, context_for, key="k")
        assert (len(fetched.items), fetched.complete) == (1, False)
        assert "500" in fetched.warnings[0]

    def test_ids_that_stand_apart_are_read(self, context_for: Contexts) -> None:
        ids = {"mdblist": "32uh4", "imdb": "tt22084616", "tmdb": 969681, "tvdb": 135896}
        rows = [{"id": 969681, "title": "x", "ids": ids, "mediatype": "movie", "rank": 1, "release_date": "2026-07-31"}]
        item = read(always(rows), context_for, key="k")[0].items[0]
        assert (item.ids, item.year) == (Ids(tmdb=969681, imdb="tt22084616", tvdb=135896), 2026)

    def test_empty_sections_with_a_total_of_0_affirm_emptiness(self, context_for: Contexts) -> None:
        empty = {"movies": [], "shows": [], "pagination": {"total_movies": 0, "total_shows": 0}}
        assert read(always(empty), context_for, key="k")[0] == Fetched(items=(), total=0)

    def test_the_key_is_in_no_message(self, context_for: Contexts) -> None:
        with pytest.raises(ProviderError) as caught:
            read(always({}, 404), context_for, key="SECRET")
        assert "SECRET" not in f"{caught.value} {caught.value.remedy} {caught.value.url}"


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, {"error": "Invalid API key"}, AuthRequired),
        (403, {"error": "Permission denied"}, NotFound),
        (404, {"error": "Not found"}, NotFound),
        (402, {"error": "Daily API limit exceeded!"}, Transient),
        (429, {"error": "Daily API limit exceeded!"}, Transient),
        (200, {"error": "List not found"}, NotFound),
        (200, {"error": "Invalid API key!"}, AuthRequired),
        (200, {"error": "Permission denied"}, NotFound),
        (200, {"response": False, "error": "API Limit Reached!"}, Transient),
        (200, {"response": False, "error": "API Rate Limit Reached!"}, Transient),
        (200, {"response": False}, Malformed),
        (200, {}, Malformed),
        (200, None, Malformed),
        (200, "Not found", Malformed),
        (200, [1, 2], Malformed),
        (200, [{"foo": 1}], Malformed),
        (200, {"movies": {"a": 1}}, Malformed),
    ],
)
@pytest.mark.parametrize("key", ["", "k"])
def test_every_refusal_is_an_error_of_its_kind(
    context_for: Contexts, status: int, body: object, error: type[ProviderError], key: str
) -> None:
    with pytest.raises(error):
        read(always(body, status), context_for, key=key)
