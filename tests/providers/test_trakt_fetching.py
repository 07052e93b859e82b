"""How Trakt is read: pages to their end, honest counts, errors that name the way around, and the page without a key."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.browser import BrowserPage, Response
from providers.errors import AuthRequired, Challenged, Malformed, NotFound, ProviderError, Transient
from providers.lists.trakt import PROVIDER
from providers.lists.trakt.rows import Folding
from providers.lists.trakt.web import drawn_items
from schemas.fetch import Fetched
from schemas.media import Kind
from tests.providers.conftest import Contexts
from tests.providers.site import Answer, Asked, document, page, serving
from tests.providers.test_imdb_fetching import mutated

LIST = "trakt:dave/lists/horror"


def movie(number: int) -> dict[str, Any]:
    ids = {"trakt": number, "slug": f"film-{number}", "imdb": f"tt{number:07d}", "tmdb": number}
    return {"title": f"Film {number}", "year": 1990, "ids": ids}


def show(number: int) -> dict[str, Any]:
    ids = {"trakt": number, "slug": f"show-{number}", "imdb": None, "tmdb": number, "tvdb": number}
    return {"title": f"Show {number}", "year": 2001, "ids": ids}


def rows(numbers: range) -> list[dict[str, Any]]:
    return [{"rank": number, "type": "movie", "movie": movie(number)} for number in numbers]


def paged(every: list[Any], *, size: int = 250, count: int | None = None) -> Callable[[Asked], Answer]:
    """A server that gives `size` rows a page at most, whatever is asked for, and says so."""

    def answer(asked: Asked) -> Answer:
        number, limit = int(asked.query["page"]), min(size, int(asked.query["limit"]))
        told = {
            "X_Pagination_Page": str(number),
            "X_Pagination_Limit": str(limit),
            "X_Pagination_Page_Count": str(-(-len(every) // limit)),
            "X_Pagination_Item_Count": str(len(every) if count is None else count),
        }
        return document(json.dumps(every[(number - 1) * limit : number * limit]), 200, **told)

    return answer


def read(
    answer: Callable[[Asked], Answer], context_for: Contexts, source: str = LIST, **changes: Any
) -> tuple[Fetched, list[Asked]]:
    parsed = PROVIDER.parse(source)
    assert parsed is not None
    with serving(answer) as site:
        context = replace(context_for("trakt", site.url, client_id="key-1"), **changes)
        return PROVIDER.fetch(parsed, context), site.asked


def failing(
    answer: Callable[[Asked], Answer], context_for: Contexts, source: str = LIST, **changes: Any
) -> ProviderError:
    with pytest.raises(ProviderError) as error:
        read(answer, context_for, source, **changes)
    return error.value


class TestPages:
    @pytest.mark.parametrize("size", [250, 100, 7])
    def test_a_list_is_read_to_its_end_whatever_page_size_the_server_allows(
        self, size: int, context_for: Contexts
    ) -> None:
        result, asked = read(paged(rows(range(1, 521)), size=size), context_for)
        assert [item.position for item in result.items] == list(range(1, 521))
        assert (result.total, result.complete, result.warnings) == (520, True, ())
        assert len(asked) == -(-520 // size)
        assert {one.query["limit"] for one in asked} == {"250"}

    def test_a_server_of_before_2026_gives_everything_at_once(self, context_for: Contexts) -> None:
        result, asked = read(lambda asked: document(json.dumps(rows(range(1, 521)))), context_for)
        assert (len(result.items), result.total, result.complete, len(asked)) == (520, None, True, 1)

    def test_a_full_page_without_headers_is_not_believed_to_be_the_last(self, context_for: Contexts) -> None:
        every = rows(range(1, 301))

        def answer(asked: Asked) -> Answer:
            start = 250 * (int(asked.query["page"]) - 1)
            return document(json.dumps(every[start : start + 250]))

        result, asked = read(answer, context_for)
        assert (len(result.items), result.complete, len(asked)) == (300, True, 2)

    def test_fewer_rows_than_the_header_counts_stay_visible_in_the_total(self, context_for: Contexts) -> None:
        result, _ = read(paged(rows(range(1, 5)), count=6), context_for)
        assert (len(result.items), result.total) == (4, 6)

    def test_more_rows_than_the_header_counts_are_incomplete(self, context_for: Contexts) -> None:
        result, _ = read(paged(rows(range(1, 5)), count=3), context_for)
        assert (len(result.items), result.complete) == (4, False)

    def test_a_page_that_fails_keeps_what_was_read_and_says_so(self, context_for: Contexts) -> None:
        whole = paged(rows(range(1, 521)))
        result, _ = read(lambda asked: Answer(status=502) if asked.query["page"] == "2" else whole(asked), context_for)
        assert (len(result.items), result.total, result.complete) == (250, 520, False)
        assert "502" in result.warnings[0]

    def test_an_empty_page_in_the_middle_is_incomplete(self, context_for: Contexts) -> None:
        whole = paged(rows(range(1, 521)))

        def answer(asked: Asked) -> Answer:
            told = whole(asked)
            return replace(told, body=b"[]") if asked.query["page"] == "2" else told

        result, _ = read(answer, context_for)
        assert (len(result.items), result.complete) == (250, False)

    def test_both_kinds_of_a_collection_make_one_list(self, context_for: Contexts) -> None:
        films, series = [{"movie": movie(number)} for number in (1, 2)], [{"show": show(1)}]

        def answer(asked: Asked) -> Answer:
            return paged(films if asked.path.endswith("movies") else series)(asked)

        result, asked = read(answer, context_for, "trakt:dave/collection")
        assert [(item.kind, item.position) for item in result.items] == [
            (Kind.MOVIE, 1),
            (Kind.MOVIE, 2),
            (Kind.TV, 3),
        ]
        assert (result.total, len(asked)) == (3, 2)

    def test_parts_of_a_show_count_once_in_the_items_and_in_the_total(self, context_for: Contexts) -> None:
        every = [
            {"type": "episode", "episode": {"number": 1}, "show": show(1)},
            *rows(range(5, 6)),
            {"type": "season", "season": {"number": 2}, "show": show(1)},
            {"type": "show", "show": show(1)},
            {"type": "person", "person": {"name": "Ann", "ids": {"trakt": 9}}},
        ]
        result, _ = read(paged(every), context_for)
        assert [(item.ref, item.position, item.excluded) for item in result.items] == [
            ("trakt:show:1", 1, None),
            ("trakt:movie:5", 2, None),
            ("trakt:person:9", 5, "person"),
        ]
        assert (result.total, result.complete) == (3, True)

    def test_rows_that_make_no_sense_make_the_list_incomplete(self, context_for: Contexts) -> None:
        result, _ = read(paged([*rows(range(1, 3)), {"type": "movie", "movie": None}]), context_for)
        assert (len(result.items), result.complete, result.warnings) == (2, False, ("1 rows could not be read",))


class TestCharts:
    def test_a_chart_is_read_no_deeper_than_the_limit(self, context_for: Contexts) -> None:
        every = [movie(number) for number in range(1, 2001)]
        result, asked = read(paged(every), context_for, "trakt:popular:movies", limit=30)
        assert (len(result.items), result.total, result.complete, len(asked)) == (30, None, True, 1)
        assert asked[0].query["limit"] == "30"

    def test_without_a_limit_a_chart_ends_after_a_thousand_titles_and_says_so(self, context_for: Contexts) -> None:
        every = [movie(number) for number in range(1, 2001)]
        result, _ = read(paged(every), context_for, "trakt:popular:movies")
        assert (len(result.items), result.total, result.complete) == (1000, None, True)
        assert "2000" in result.warnings[0]

    def test_a_short_chart_is_compared_with_its_count(self, context_for: Contexts) -> None:
        result, _ = read(paged([{"watchers": 1, "movie": movie(1)}]), context_for, "trakt:trending:movies")
        assert (len(result.items), result.total, result.complete) == (1, 1, True)

    @pytest.mark.parametrize(
        ("source", "path"),
        [
            ("trakt:trending:movies", "/movies/trending"),
            ("trakt:watched:shows", "/shows/watched/weekly"),
            ("trakt:favorited:movies:all", "/movies/favorited/all"),
            ("trakt:dave/watchlist", "/users/dave/watchlist"),
            ("trakt:dave/watchlist/movies", "/users/dave/watchlist/movies"),
            ("trakt:john.doe/favorites", "/users/john.doe/favorites"),
            ("trakt:dave/lists/horror", "/users/dave/lists/horror/items"),
            ("trakt:28545752", "/lists/28545752/items"),
            ("trakt:official/dune-collection", "/lists/dune-collection/items"),
        ],
    )
    def test_each_source_has_its_path_in_the_api(self, source: str, path: str, context_for: Contexts) -> None:
        _, asked = read(paged(rows(range(1, 3))), context_for, source)
        assert [one.path for one in asked] == [path]
        assert asked[0].headers["trakt-api-key"] == "key-1"
        assert asked[0].headers["trakt-api-version"] == "2"
        assert asked[0].query["extended"] == "full"

    def test_the_box_office_is_not_paged(self, context_for: Contexts) -> None:
        answer = document(json.dumps([{"revenue": 5, "movie": movie(1)}]))
        _, asked = read(lambda asked: answer, context_for, "trakt:boxoffice:movies")
        assert asked[0].query == {"extended": "full"}


class TestEmptiness:
    def test_a_count_of_zero_affirms_that_the_list_is_empty(self, context_for: Contexts) -> None:
        result, _ = read(paged([]), context_for)
        assert (result.items, result.total, result.complete) == ((), 0, True)

    def test_an_empty_array_alone_affirms_nothing(self, context_for: Contexts) -> None:
        result, _ = read(lambda asked: document("[]"), context_for)
        assert (result.items, result.total) == ((), None)


class TestErrors:
    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (401, AuthRequired),
            (403, AuthRequired),
            (404, NotFound),
            (405, Malformed),
            (420, AuthRequired),
            (423, NotFound),
            (426, AuthRequired),
            (500, Transient),
            (502, Transient),
            (520, Transient),
            (522, Transient),
        ],
    )
    def test_a_refused_chart_names_the_list_that_re_serves_it(
        self, status: int, kind: type[ProviderError], context_for: Contexts
    ) -> None:
        error = failing(lambda asked: Answer(status=status), context_for, "trakt:trending:movies")
        assert type(error) is kind
        assert str(status) in str(error)
        assert "mdblist:official/trakt-trending" in error.remedy
        assert "data.simkl.in" in error.remedy

    @pytest.mark.parametrize("status", [401, 404, 426, 503])
    def test_a_refused_list_names_the_account_s_export(self, status: int, context_for: Contexts) -> None:
        error = failing(lambda asked: Answer(status=status), context_for)
        assert "file:" in error.remedy

    def test_the_box_office_is_elsewhere_without_a_key(self, context_for: Contexts) -> None:
        error = failing(lambda asked: Answer(status=426), context_for, "trakt:boxoffice")
        assert "imdb:boxoffice" in error.remedy

    def test_too_many_requests_wait_as_long_as_trakt_says(self, context_for: Contexts) -> None:
        error = failing(lambda asked: Answer(status=429, headers={"Retry-After": "3600"}), context_for)
        assert isinstance(error, Transient)
        assert error.retry_after == 3600

    @pytest.mark.parametrize("body", ["", "hello", "{", "null", '{"error": "odd"}', "<html>x</html>", '["a", 1]'])
    def test_garbage_is_malformed_and_never_an_empty_list(self, body: str, context_for: Contexts) -> None:
        assert isinstance(failing(lambda asked: document(body), context_for), Malformed)

    def test_a_key_never_shows_in_an_error(self, context_for: Contexts) -> None:
        error = failing(lambda asked: Answer(status=403), context_for)
        assert "key-1" not in f"{error} {error.remedy} {error.url}"

    def test_a_cloudflare_check_is_a_challenge_with_a_way_around(self, context_for: Contexts) -> None:
        check = page("<title>Just a moment...</title>", 403, cf_mitigated="challenge", Server="cloudflare")
        error = failing(lambda asked: check, context_for, "trakt:trending:shows")
        assert isinstance(error, Challenged)
        assert "mdblist:official/trakt-trending" in error.remedy

    def test_without_a_key_and_a_browser_the_way_around_is_named(self, context_for: Contexts) -> None:
        parsed = PROVIDER.parse("trakt:watched:movies")
        assert parsed is not None
        with pytest.raises(AuthRequired, match="client id") as error:
            PROVIDER.fetch(parsed, context_for("trakt"))
        assert "providers.trakt.client_id" in error.value.remedy
        assert "mdblist:official/trakt-most-watched" in error.value.remedy


@dataclass
class Browser:
    """A browser in which the page has already asked its questions."""

    calls: tuple[Response, ...] = ()
    html: str = "<html></html>"
    status: int = 200
    opened: tuple[str, ...] = ()

    def responses(self, url: str, pattern: str, **wanted: object) -> tuple[Response, ...]:
        import re

        self.opened += (url,)
        return tuple(call for call in self.calls if re.search(pattern, call.url))

    def page(self, url: str, **wanted: object) -> BrowserPage:
        self.opened += (url,)
        return BrowserPage(url, self.status, (self.html,))


def call(path: str, found: object, **headers: str) -> Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(f"https://apiz.trakt.tv{path}", 200, json.dumps(found).encode(), named)


def through(browser: Browser, context_for: Contexts, source: str = LIST, limit: int | None = None) -> Fetched:
    parsed = PROVIDER.parse(source)
    assert parsed is not None
    return PROVIDER.fetch(parsed, replace(context_for("trakt"), browser=browser, limit=limit))  # type: ignore[arg-type]


class TestWithoutKey:
    ITEMS = "/users/dave/lists/horror/items/movie,show"

    def test_the_page_s_own_calls_are_put_together_in_their_order(self, context_for: Contexts) -> None:
        told = {"X_Pagination_Page_Count": "2", "X_Pagination_Item_Count": "5"}
        browser = Browser(
            (
                call("/users/dave/lists/horror", {"name": "Horror"}),
                call(f"{self.ITEMS}?page=2&limit=3", rows(range(4, 6)), **told),
                call(f"{self.ITEMS}?page=1&limit=3", rows(range(1, 4)), **told),
                call(f"{self.ITEMS}?page=1&limit=3", rows(range(1, 4)), **told),
                call("/users/dave/lists/horror/comments", [{"comment": "nice"}]),
            )
        )
        result = through(browser, context_for)
        assert browser.opened == ("https://app.trakt.tv/users/dave/lists/horror",)
        assert [item.ids.tmdb for item in result.items] == [1, 2, 3, 4, 5]
        assert (result.total, result.complete) == (5, True)

    def test_calls_that_did_not_come_to_the_end_are_incomplete(self, context_for: Contexts) -> None:
        told = {"X_Pagination_Page_Count": "2", "X_Pagination_Item_Count": "5"}
        result = through(Browser((call(f"{self.ITEMS}?page=1", rows(range(1, 4)), **told),)), context_for)
        assert (len(result.items), result.total, result.complete) == (3, 5, False)

    def test_calls_that_do_not_count_are_incomplete(self, context_for: Contexts) -> None:
        result = through(Browser((call(self.ITEMS, rows(range(1, 4))),)), context_for)
        assert (len(result.items), result.complete) == (3, False)

    def test_a_chart_read_as_far_as_the_limit_is_whole(self, context_for: Contexts) -> None:
        browser = Browser((call("/movies/trending?page=1", [{"movie": movie(number)} for number in range(1, 31)]),))
        result = through(browser, context_for, "trakt:trending:movies", limit=20)
        assert (len(result.items), result.total, result.complete) == (30, None, True)

    def test_the_drawn_page_is_better_than_nothing_and_never_complete(self, context_for: Contexts) -> None:
        html = """<html><a href="/movies/trending">Trending</a>
            <a href="/movies/dune-2021"><img alt="Dune (2021)"></a><a href="/movies/dune-2021">Dune</a>
            <a href="https://app.trakt.tv/shows/severance?x=1" aria-label="Severance"></a>
            <a href="/shows/severance/seasons/1">Season 1</a></html>"""
        result = through(Browser(html=html), context_for)
        assert [(item.ref, item.title, item.year, item.kind) for item in result.items] == [
            ("trakt:movie:dune-2021", "Dune", 2021, Kind.MOVIE),
            ("trakt:show:severance", "Severance", None, Kind.TV),
        ]
        assert (result.total, result.complete) == (None, False)

    @pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (200, Malformed)])
    def test_a_page_without_titles_is_no_empty_list(
        self, status: int, kind: type[ProviderError], context_for: Contexts
    ) -> None:
        with pytest.raises(kind):
            through(Browser(status=status), context_for)

    def test_a_source_without_a_known_page_wants_a_key(self, context_for: Contexts) -> None:
        with pytest.raises(AuthRequired):
            through(Browser(), context_for, "trakt:dave/history")

    def test_the_browser_is_used_after_a_challenge_of_the_api(self, context_for: Contexts) -> None:
        check = page("<title>Just a moment...</title>", 403, cf_mitigated="challenge")
        told = {"X_Pagination_Page_Count": "1", "X_Pagination_Item_Count": "2"}
        browser = Browser((call(self.ITEMS, rows(range(1, 3)), **told),))
        result, _ = read(lambda asked: check, context_for, browser=browser)
        assert (len(result.items), result.total) == (2, 2)


SEEDS: list[Any] = [
    rows(range(1, 4)),
    [{"watchers": 3, "show": show(1)}, movie(2), {"type": "episode", "episode": {}, "show": show(3)}],
    [{"type": "person", "person": {"name": "Ann", "ids": {"trakt": 1}}}, {"list": {"name": "x", "item_count": 3}}],
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(SEEDS))
def test_no_rows_make_the_parser_raise_anything_but_a_provider_error(found: Any) -> None:
    folding = Folding()
    try:
        folding.add(found if isinstance(found, list) else [found], what="the list")
    except ProviderError:
        return
    assert len(folding.items) + folding.folded + folding.unread == folding.count


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_no_page_makes_the_drawn_reading_fail(html: str, title: str) -> None:
    link = f'<a href="/movies/x-1999" aria-label="{title}">{title}</a>'
    assert all(item.title for item in drawn_items([html, html + link]))
