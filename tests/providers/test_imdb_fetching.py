"""How IMDb is read: pages to their end, honest counts, errors for people, and the ways around a refusal."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.browser import BrowserPage
from providers.errors import AuthRequired, Challenged, Malformed, NotFound, ProviderError, Transient
from providers.lists.imdb import PROVIDER
from providers.lists.imdb.sniff import read_answer
from schemas.fetch import Fetched
from schemas.media import Kind
from tests.providers.conftest import Contexts
from tests.providers.site import Answer, Asked, document, page, serving

LIST = "imdb:ls006123300"


def title(number: int, type_id: str = "movie", **more: Any) -> dict[str, Any]:
    return {
        "id": f"tt{number:07d}",
        "titleText": {"text": f"Film {number}"},
        "originalTitleText": {"text": f"Original {number}"},
        "titleType": {"id": type_id},
        "releaseYear": {"year": 1990},
        **more,
    }


def listed(
    numbers: range, total: int | None, cursor: str | None = None, holder: str = "list", **more: Any
) -> dict[str, Any]:
    edges = [{"node": {"absolutePosition": number}, "title": title(number)} for number in numbers]
    search: dict[str, Any] = {"pageInfo": {"hasNextPage": cursor is not None, "endCursor": cursor}, "edges": edges}
    if total is not None:
        search["total"] = total
    return {"data": {holder: {"id": "ls006123300", "titleListItemSearch": search, **more}}}


def refused(code: str, message: str = "no", **data: Any) -> dict[str, Any]:
    return {"data": data or None, "errors": [{"message": message, "extensions": {"code": code}}]}


def asked_for(asked: Asked) -> dict[str, Any]:
    return json.loads(asked.body or b"{}")  # type: ignore[no-any-return]


def read(
    answer: Callable[[Asked], Answer], context_for: Contexts, source: str = LIST, **changes: Any
) -> tuple[Fetched, list[Asked]]:
    parsed = PROVIDER.parse(source)
    assert parsed is not None
    with serving(answer) as site:
        context = replace(context_for("imdb", site.url), **changes)
        return PROVIDER.fetch(parsed, context), site.asked


def failing(
    answer: Callable[[Asked], Answer], context_for: Contexts, source: str = LIST, **changes: Any
) -> ProviderError:
    with pytest.raises(ProviderError) as error:
        read(answer, context_for, source, **changes)
    return error.value


def by_cursor(pages: dict[str | None, dict[str, Any]]) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        if asked.method == "GET":
            return Answer(status=404)
        return document(json.dumps(pages[asked_for(asked)["variables"].get("after")]))

    return answer


class TestPages:
    def test_first_middle_and_last_page_make_one_list(self, context_for: Contexts) -> None:
        pages = {
            None: listed(range(1, 251), 510, "a"),
            "a": listed(range(251, 501), 510, "b"),
            "b": listed(range(501, 511), 510),
        }
        progress: list[tuple[int, int | None]] = []
        result, asked = read(by_cursor(pages), context_for, progress=lambda *told: progress.append(told))
        assert [item.position for item in result.items] == list(range(1, 511))
        assert [item.ids.imdb for item in result.items] == [f"tt{number:07d}" for number in range(1, 511)]
        assert (result.total, result.complete, result.warnings) == (510, True, ())
        assert progress == [(250, 510), (500, 510), (510, 510)]
        assert [asked_for(one)["variables"]["first"] for one in asked] == [250, 250, 250]

    def test_a_cursor_that_comes_twice_ends_the_reading_as_incomplete(self, context_for: Contexts) -> None:
        pages = {None: listed(range(1, 3), 9, "a"), "a": listed(range(3, 5), 9, "a")}
        result, asked = read(by_cursor(pages), context_for)
        assert (len(result.items), result.complete, len(asked)) == (4, False, 2)
        assert "circles" in result.warnings[0]

    def test_a_page_that_fails_keeps_what_was_read_and_says_so(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            after = asked_for(asked)["variables"]["after"]
            return document(json.dumps(listed(range(1, 251), 300, "a"))) if after is None else Answer(status=503)

        result, _ = read(answer, context_for)
        assert (len(result.items), result.total, result.complete) == (250, 300, False)
        assert "503" in result.warnings[0]

    def test_fewer_rows_than_the_list_says_it_has_stay_visible_in_the_total(self, context_for: Contexts) -> None:
        result, _ = read(by_cursor({None: listed(range(1, 4), 5)}), context_for)
        assert (len(result.items), result.total) == (3, 5)

    def test_more_to_come_without_a_cursor_is_incomplete(self, context_for: Contexts) -> None:
        cut = listed(range(1, 4), 5)
        cut["data"]["list"]["titleListItemSearch"]["pageInfo"]["hasNextPage"] = True
        assert read(by_cursor({None: cut}), context_for)[0].complete is False

    def test_rows_that_make_no_sense_make_the_list_incomplete(self, context_for: Contexts) -> None:
        odd = listed(range(1, 4), 4)
        odd["data"]["list"]["titleListItemSearch"]["edges"].insert(1, {"node": None, "title": None})
        result, _ = read(by_cursor({None: odd}), context_for)
        assert [item.position for item in result.items] == [1, 3, 4]
        assert (result.complete, result.warnings) == (False, ("1 rows could not be read",))


class TestEmptiness:
    def test_a_total_of_zero_affirms_that_the_list_is_empty(self, context_for: Contexts) -> None:
        result, _ = read(by_cursor({None: listed(range(0), 0)}), context_for)
        assert (result.items, result.total, result.complete) == ((), 0, True)

    def test_no_rows_and_no_total_affirm_nothing(self, context_for: Contexts) -> None:
        result, _ = read(by_cursor({None: listed(range(0), None)}), context_for)
        assert (result.items, result.total) == ((), None)


class TestQuestions:
    def test_the_headers_without_which_imdb_refuses_are_sent(self, context_for: Contexts) -> None:
        _, asked = read(by_cursor({None: listed(range(1, 2), 1)}), context_for)
        headers = asked[0].headers
        assert (headers["x-imdb-client-name"], headers["origin"]) == ("imdb-web-next", "https://www.imdb.com")
        assert "originalTitleText" in asked_for(asked[0])["query"]

    def test_a_profile_is_looked_up_before_its_watchlist(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            sent = asked_for(asked)
            if "userProfile" in sent["query"]:
                assert sent["variables"] == {"id": "p.abcdef"}
                return document('{"data": {"userProfile": {"userId": "ur15738437"}}}')
            assert sent["variables"]["user"] == "ur15738437"
            return document(json.dumps(listed(range(1, 3), 2, holder="predefinedList")))

        result, asked = read(answer, context_for, "imdb:p.abcdef")
        assert (len(result.items), len(asked)) == (2, 2)

    def test_a_field_that_imdb_no_longer_knows_costs_the_metadata_and_not_the_list(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            if "metacritic" in asked_for(asked)["query"]:
                return document(json.dumps(refused("GRAPHQL_VALIDATION_FAILED", 'Cannot query field "metacritic"')))
            return document(json.dumps(listed(range(1, 3), 2)))

        assert len(read(answer, context_for)[0].items) == 2

    @pytest.mark.parametrize(
        ("source", "said"),
        [
            ("imdb:top", "TOP_RATED_MOVIES"),
            ("imdb:toptv", "TOP_RATED_TV_SHOWS"),
            ("imdb:moviemeter", "MOST_POPULAR_MOVIES"),
            ("imdb:popular", "MOST_POPULAR_MOVIES"),
            ("imdb:tvmeter", "MOST_POPULAR_TV_SHOWS"),
            ("imdb:bottom", "LOWEST_RATED_MOVIES"),
            ("imdb:top-english", "TOP_RATED_ENGLISH_MOVIES"),
            ("imdb:top-malayalam", "TOP_RATED_MALAYALAM_MOVIES"),
        ],
    )
    def test_each_chart_has_its_name_in_the_schema(self, source: str, said: str, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            assert asked_for(asked)["variables"]["chart"] == said
            edges = [{"currentRank": rank, "node": title(rank)} for rank in (1, 2)]
            return document(json.dumps({"data": {"chartTitles": {"total": 2, "edges": edges}}}))

        result, _ = read(answer, context_for, source)
        assert ([item.position for item in result.items], result.total) == ([1, 2], 2)

    def test_the_box_office_is_ten_entries_in_their_order(self, context_for: Contexts) -> None:
        entries = [{"title": title(number)} for number in (7, 3, 5)]
        answer = document(json.dumps({"data": {"boxOfficeWeekendChart": {"entries": entries}}}))
        result, _ = read(lambda asked: answer, context_for, "imdb:boxoffice")
        assert [item.ids.imdb for item in result.items] == ["tt0000007", "tt0000003", "tt0000005"]

    def test_coming_soon_asks_for_a_region_from_today_on(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            sent = asked_for(asked)["variables"]
            assert (sent["kind"], sent["region"], sent["since"]) == ("TV", "GB", "2026-09-01")
            edges = [{"node": title(1, "tvSeries")}]
            return document(json.dumps({"data": {"comingSoon": {"pageInfo": {"hasNextPage": False}, "edges": edges}}}))

        result, _ = read(answer, context_for, "imdb:coming-soon:tv:GB")
        assert [item.kind for item in result.items] == [Kind.TV]


@pytest.mark.parametrize(
    ("type_id", "kind", "excluded"),
    [
        ("movie", Kind.MOVIE, None),
        ("tvMovie", Kind.MOVIE, None),
        ("tvSpecial", Kind.MOVIE, None),
        ("short", Kind.MOVIE, None),
        ("tvShort", Kind.MOVIE, None),
        ("video", Kind.MOVIE, None),
        ("tvSeries", Kind.TV, None),
        ("tvMiniSeries", Kind.TV, None),
        ("tvEpisode", None, "episode"),
        ("videoGame", None, "video game"),
        ("musicVideo", None, "music video"),
        ("podcastSeries", None, "podcast"),
        ("podcastEpisode", None, "podcast"),
        ("somethingNew", None, None),
    ],
)
def test_a_title_type_is_a_kind_or_a_row_that_is_kept_with_the_reason_why_not(
    type_id: str, kind: Kind | None, excluded: str | None
) -> None:
    answer = {"data": {"chartTitles": {"edges": [{"node": title(1, type_id)}]}}}
    item = read_answer(json.dumps(answer).encode(), what="x").items[0]
    assert (item.kind, item.excluded) == (kind, excluded)


def test_all_that_a_filter_can_ask_for_is_read_from_one_title() -> None:
    full = title(
        42,
        ratingsSummary={"aggregateRating": 7.5, "voteCount": 1200},
        titleGenres={"genres": [{"genre": {"text": "Drama"}}, {"genre": {"text": "Sci-Fi"}}]},
        runtime={"seconds": 5430},
        releaseDate={"year": 1990, "month": 2, "day": 28},
        certificate={"rating": "PG-13"},
        productionStatus={"currentProductionStage": {"id": "released"}},
        countriesOfOrigin={"countries": [{"id": "FR"}, {"id": "US"}]},
        spokenLanguages={"spokenLanguages": [{"id": "fr"}, {"id": "cmn"}]},
        metacritic={"metascore": {"score": 81}},
    )
    answer = {"data": {"chartTitles": {"edges": [{"node": full}]}}}
    item = read_answer(json.dumps(answer).encode(), what="x").items[0]
    assert (item.title, item.original_title, item.year) == ("Film 42", "Original 42", 1990)
    assert (item.ratings, item.votes, item.runtime) == ({"imdb": 7.5, "metacritic": 81.0}, {"imdb": 1200}, 90)
    assert (item.genres, item.countries, item.languages) == (("Drama", "Sci-Fi"), ("FR", "US"), ("fr",))
    assert (item.certification, item.status, str(item.released)) == ("PG-13", "released", "1990-02-28")


class TestErrors:
    @pytest.mark.parametrize(
        ("answer", "kind", "said"),
        [
            (refused("FORBIDDEN", list=None), NotFound, "private"),
            (refused("RESOURCE_NOT_FOUND"), NotFound, "no such list"),
            (refused("BAD_USER_INPUT", "bad id"), NotFound, "bad id"),
            (refused("UNAUTHENTICATED"), AuthRequired, "owner"),
            (refused("INTERNAL_SERVER_ERROR"), Transient, "could not answer"),
            (refused("SOMETHING_ELSE", "so there"), Malformed, "so there"),
            ({"data": {"predefinedList": None}}, NotFound, "no such list, or it is private"),
            ({"data": {"list": None}}, NotFound, "no such list, or it is private"),
            ({"data": {}}, Malformed, "holds no list"),
            ([], Malformed, "holds no list"),
        ],
    )
    def test_an_error_in_a_good_answer_is_told_for_what_it_is(
        self, answer: object, kind: type[ProviderError], said: str, context_for: Contexts
    ) -> None:
        error = failing(lambda asked: document(json.dumps(answer)), context_for)
        assert isinstance(error, kind)
        assert said in str(error)

    def test_a_private_list_names_the_two_ways_out(self, context_for: Contexts) -> None:
        error = failing(lambda asked: document(json.dumps(refused("FORBIDDEN"))), context_for)
        assert "public" in error.remedy
        assert "file:" in error.remedy

    def test_a_list_of_people_is_no_empty_list_of_titles(self, context_for: Contexts) -> None:
        answer = listed(range(0), 0, listType={"id": "PEOPLE"})
        error = failing(lambda asked: document(json.dumps(answer)), context_for)
        assert isinstance(error, Malformed)
        assert "people" in str(error)

    def test_too_many_requests_wait_as_long_as_imdb_says_and_no_page_is_tried(self, context_for: Contexts) -> None:
        methods: list[str] = []

        def answer(asked: Asked) -> Answer:
            methods.append(asked.method)
            return Answer(b"Too many network requests", 429, {"Retry-After": "7200"})

        error = failing(answer, context_for)
        assert isinstance(error, Transient)
        assert error.retry_after == 7200
        assert "GET" not in methods

    def test_an_unknown_address_is_not_found(self, context_for: Contexts) -> None:
        assert isinstance(failing(lambda asked: Answer(status=404), context_for), NotFound)

    def test_a_server_error_is_worth_another_try(self, context_for: Contexts) -> None:
        assert isinstance(failing(lambda asked: Answer(status=500), context_for), Transient)

    @pytest.mark.parametrize(
        "body", [b"", b"hello", b"\x00\xff\xfe", b"<html></html>", b"<html>", b"{", b"null", b"42"]
    )
    def test_garbage_is_malformed(self, body: bytes, context_for: Contexts) -> None:
        assert isinstance(failing(lambda asked: Answer(body), context_for), Malformed)

    def test_the_refusal_of_programs_names_a_way_around(self, context_for: Contexts) -> None:
        elb = page("<html><head><title>403 Forbidden</title></head></html>", 403)
        error = failing(lambda asked: elb, context_for, "imdb:moviemeter")
        assert isinstance(error, Challenged)
        assert "mdblist:official/moviemeter" in error.remedy


CHALLENGE = page("", 202, x_amzn_waf_action="challenge", Server="CloudFront")


def next_page(data: object) -> str:
    return f'<html><script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script></html>'


def list_page(numbers: range, total: int) -> str:
    held = listed(numbers, total, "x" if numbers.stop <= total else None)["data"]["list"]
    return next_page({"props": {"pageProps": {"mainColumnData": {"list": held}}}})


@dataclass
class Browser:
    """A browser that gets every page at once."""

    html: str
    status: int = 200
    opened: int = 0
    closed: int = 0

    def page(self, url: str, **wanted: object) -> BrowserPage:
        self.opened += 1
        return BrowserPage(url, self.status, (self.html,))

    def cookies(self, host: str) -> tuple[dict[str, str], str]:
        return {"aws-waf-token": "passed"}, "Mozilla/5.0 (that browser)"

    def release(self) -> None:
        self.closed += 1


class TestWaysAround:
    def test_the_page_is_read_where_graphql_does_not_answer(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            if asked.method == "POST":
                return Answer(status=405)
            assert asked.path == "/list/ls006123300/"
            start = 250 * (int(asked.query.get("page", "1")) - 1)
            return page(list_page(range(start + 1, min(start + 250, 300) + 1), 300))

        result, asked = read(answer, context_for)
        assert [item.position for item in result.items] == list(range(1, 301))
        assert (result.total, result.complete, len(asked)) == (300, True, 3)

    def test_a_page_that_shows_the_same_rows_again_ends_the_reading(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            return Answer(status=405) if asked.method == "POST" else page(list_page(range(1, 251), 300))

        result, _ = read(answer, context_for)
        assert (len(result.items), result.total, result.complete) == (250, 300, False)

    def test_a_private_page_is_told_from_an_empty_one(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            return Answer(status=405) if asked.method == "POST" else page("<html><p>This list is private</p></html>")

        assert isinstance(failing(answer, context_for), NotFound)

    def test_a_challenge_without_a_browser_says_what_helps(self, context_for: Contexts) -> None:
        error = failing(lambda asked: CHALLENGE, context_for)
        assert isinstance(error, Challenged)
        assert "file:" in error.remedy

    def test_the_browser_is_used_only_after_a_challenge(self, context_for: Contexts) -> None:
        browser = Browser(list_page(range(1, 4), 3))
        result, _ = read(by_cursor({None: listed(range(1, 4), 3)}), context_for, browser=browser)
        assert (len(result.items), browser.opened) == (3, 0)
        result, _ = read(lambda asked: CHALLENGE, context_for, browser=browser)
        assert (len(result.items), result.total, browser.opened) == (3, 3, 1)

    def test_what_let_the_browser_in_lets_plain_http_in_and_the_browser_is_closed(self, context_for: Contexts) -> None:
        def answer(asked: Asked) -> Answer:
            if asked.method == "POST" or "aws-waf-token=passed" not in asked.headers.get("cookie", ""):
                return CHALLENGE
            assert asked.headers["user-agent"] == "Mozilla/5.0 (that browser)"
            return page(list_page(range(251, 301), 300))

        browser = Browser(list_page(range(1, 251), 300))
        result, _ = read(answer, context_for, browser=browser)
        assert (len(result.items), result.complete, browser.opened, browser.closed) == (300, True, 1, 1)

    def test_a_search_read_as_far_as_the_limit_is_whole(self, context_for: Contexts) -> None:
        rows = [
            {"titleId": f"tt{number:07d}", "titleText": "x", "titleType": {"id": "movie"}} for number in range(1, 51)
        ]
        found = {"titleResults": {"total": 4000, "titleListItems": rows}}
        html = next_page({"props": {"pageProps": {"searchResults": found}}})
        source = "imdb:search/title/?genres=drama"
        cut, asked = read(lambda asked: page(html), context_for, source)
        assert (len(cut.items), cut.total, cut.complete) == (50, 4000, False)
        assert asked[0].query == {"genres": "drama", "count": "250"}
        enough, _ = read(lambda asked: page(html), context_for, source, limit=20)
        assert (enough.total, enough.complete) == (None, True)


SEEDS = [
    listed(range(1, 4), 3, "a"),
    {"data": {"chartTitles": {"edges": [{"node": title(1)}]}}},
    {"props": {"pageProps": {"groups": [{"entries": [{"id": "tt0000001"}]}], "queryVariables": {}}}},
    {"pageProps": {"titleResults": {"titleListItems": [{"titleId": "tt0000001", "releaseYear": 1990}]}}},
    {"d": [{"id": "tt0000001", "l": "x", "qid": "movie"}], "q": "x"},
    refused("FORBIDDEN"),
]
VALUES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just([]) | st.just({})
)


@st.composite
def mutated(draw: st.DrawFn, seeds: list[Any]) -> Any:
    """A known answer in which a few values are something else."""
    answer = json.loads(json.dumps(draw(st.sampled_from(seeds))))
    for _ in range(draw(st.integers(1, 4))):
        node: Any = answer
        while isinstance(node, dict | list) and node:
            key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
            if not isinstance(node[key], dict | list) or not node[key] or draw(st.booleans()):
                node[key] = draw(VALUES)
                break
            node = node[key]
    return answer


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | mutated(SEEDS).map(lambda answer: json.dumps(answer).encode())
    | mutated(SEEDS).map(lambda answer: next_page(answer).encode())
    | st.text(max_size=100).map(lambda text: f'<li class="ipc-metadata-list__item"><a aria-label="1. {text}" '
                                f'href="/title/tt0000001/">{text}</a></li></html>'.encode())
)  # fmt: skip
def test_no_answer_makes_the_parser_raise_anything_but_a_provider_error(body: bytes) -> None:
    try:
        found = read_answer(body, what="the list")
    except ProviderError:
        return
    assert [item.position for item in found.items] == sorted(item.position for item in found.items)
