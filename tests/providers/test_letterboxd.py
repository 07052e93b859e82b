"""Reading Letterboxd's pages: to the end, truthfully about what is missing, and each film's page once ever."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.browser import BrowserPool, find
from providers.errors import Challenged, Malformed, NotFound, ProviderError, Transient
from providers.lists.letterboxd.feed import parse_feed
from providers.lists.letterboxd.films import parse_film
from providers.lists.letterboxd.pages import parse_page
from schemas.media import Ids, Kind
from tests.providers.letterboxd_site import BLOCKED, CHALLENGE, Reply, film, page, poster, site

WATCHLIST = "dave/watchlist"
NONE_OF_IT = find.missing()[0]


def test_pages_are_read_to_the_last_in_order() -> None:
    pages: dict[str, Reply | str] = {
        "/dave/watchlist/": page(poster("a"), poster("b"), following="/dave/watchlist/page/2/", total=5),
        "/dave/watchlist/page/2/": page(poster("c"), poster("d"), following="/dave/watchlist/page/3/", total=5),
        "/dave/watchlist/page/3/": page(poster("e"), total=5),
    }
    with site(pages) as served:
        found = served.fetch(WATCHLIST)
    assert [(item.ref, item.position) for item in found.items] == [
        (f"letterboxd:{slug}", number) for number, slug in enumerate("abcde", start=1)
    ]
    assert (found.total, found.complete, found.title) == (5, True, "Dave’s Watchlist")


def test_titles_lose_entities_and_invisible_signs_and_keep_their_own_brackets() -> None:
    names = (
        "&lrm;Amélie &amp; Co. (2001)",
        "(500) Days of Summer (2009)",
        "1917 (2019)",
        "Love (2015) (2020)",
        "Untold",
    )
    with site({"/dave/watchlist/": page(*(poster(f"f{n}", name) for n, name in enumerate(names)), total=5)}) as served:
        found = served.fetch(WATCHLIST)
    assert [(item.title, item.year) for item in found.items] == [
        ("Amélie & Co.", 2001),
        ("(500) Days of Summer", 2009),
        ("1917", 2019),
        ("Love (2015)", 2020),
        ("Untold", None),
    ]


def test_an_empty_watchlist_affirms_that_it_is_empty() -> None:
    with site({"/dave/watchlist/": page(total=0)}) as served:
        found = served.fetch(WATCHLIST)
    assert (found.items, found.total, found.complete) == ((), 0, True)


def test_emptiness_that_the_page_does_not_affirm_has_no_total() -> None:
    with site({"/dave/watchlist/": page()}) as served:
        assert served.fetch(WATCHLIST).total is None


def test_the_count_of_a_whole_list_is_not_taken_for_that_of_its_filtered_part() -> None:
    with site({"/dave/watchlist/genre/horror/": page(poster("a"), total=400)}) as served:
        found = served.fetch("dave/watchlist/genre/horror")
    assert (len(found.items), found.total, found.complete) == (1, None, True)


@pytest.mark.parametrize(
    "second",
    [
        Reply(status=500),
        Reply(status=404),
        BLOCKED,
        Reply("<html><body>hello</body></html>"),
        Reply("<html>" + page(poster("x")).removesuffix("</html>")),
        Reply(page(poster("a"), following="/dave/watchlist/page/2/")),
    ],
    ids=["500", "404", "challenge", "another page", "cut short", "the same page"],
)
def test_a_page_that_cannot_be_read_leaves_the_list_incomplete(second: Reply) -> None:
    with site(
        {"/dave/watchlist/": page(poster("a"), following="/dave/watchlist/page/2/"), "/dave/watchlist/page/2/": second}
    ) as served:
        found = served.fetch(WATCHLIST)
    assert found.items[0].ref == "letterboxd:a"
    assert not found.complete
    assert any("page 2" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=404), NotFound),
        (Reply("<html><body class='error'>private</body></html>", 403), NotFound),
        (Reply(status=503), Transient),
        (Reply(status=429, headers={"retry-after": "60"}), Transient),
        (BLOCKED, Challenged),
        (Reply(CHALLENGE), Challenged),
        (Reply("<html><body>Welcome</body></html>"), Malformed),
        (Reply(page(poster("a"), screen="film")), Malformed),
        (Reply("\0" * 1000), Malformed),
        (Reply(""), Malformed),
    ],
)
def test_what_is_no_list_is_an_error_and_never_an_empty_list(reply: Reply, error: type[ProviderError]) -> None:
    with site({"/dave/watchlist/": reply}) as served, pytest.raises(error):
        served.fetch(WATCHLIST)


def test_a_challenge_names_the_ways_around_it() -> None:
    with site({"/dave/watchlist/": BLOCKED}) as served, pytest.raises(Challenged) as challenged:
        served.fetch(WATCHLIST)
    assert all(way in challenged.value.remedy for way in ("browser.mode", "rss", "export", "mdblist"))


def test_a_browser_that_is_not_there_leaves_the_challenge_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHROME_BIN", "/nowhere/chromium")
    blocked: dict[str, Reply | str] = {"/dave/watchlist/": BLOCKED}
    with site(blocked) as served, pytest.raises(Challenged, match="/nowhere/chromium") as challenged:
        served.fetch(WATCHLIST, browser=BrowserPool())
    assert "apt-get install chromium" in challenged.value.remedy


class TestIds:
    PAGES: dict[str, Reply | str] = {
        "/dave/watchlist/": page(*(poster(slug) for slug in ("dune", "series", "unknown", "gone", "broken")), total=5),
        "/film/dune/": film("movie/438631", "tt1160419", 'data-tmdb-type="movie" data-tmdb-id="438631"'),
        "/film/series/": film("tv/91275", "tt7909970", 'data-tmdb-type="movie" data-tmdb-id=""'),
        "/film/unknown/": film(),
        "/film/broken/": Reply(status=500),
    }

    def test_films_and_series_are_told_apart_by_their_pages(self) -> None:
        with site(self.PAGES) as served:
            found = served.fetch(WATCHLIST)
        assert [(item.kind, item.ids) for item in found.items] == [
            (Kind.MOVIE, Ids(tmdb=438631, imdb="tt1160419")),
            (Kind.TV, Ids(tmdb=91275, imdb="tt7909970")),
            (None, Ids()),
            (None, Ids()),
            (None, Ids()),
        ]
        assert found.complete

    def test_a_films_page_is_read_once_ever_and_one_that_failed_again(self) -> None:
        with site(self.PAGES) as served:
            served.fetch(WATCHLIST)
            served.asked.clear()
            found = served.fetch(WATCHLIST)
            assert served.asked == ["/dave/watchlist/", "/film/broken/"]
        assert found.items[1].ids.tmdb == 91275

    def test_a_film_without_ids_is_asked_for_again_after_a_month(self) -> None:
        with site(self.PAGES) as served:
            served.fetch(WATCHLIST, today=datetime(2026, 9, 1, tzinfo=UTC))
            served.asked.clear()
            served.fetch(WATCHLIST, today=datetime(2026, 10, 5, tzinfo=UTC))
            assert sorted(served.asked) == ["/dave/watchlist/", "/film/broken/", "/film/gone/", "/film/unknown/"]

    def test_more_films_than_one_run_looks_up_get_their_ids_in_the_next_ones(self) -> None:
        slugs = [f"film-{number}" for number in range(1, 31)]
        pages: dict[str, Reply | str] = {"/dave/watchlist/": page(*map(poster, slugs), total=30)}
        pages |= {f"/film/{slug}/": film(f"movie/{number}") for number, slug in enumerate(slugs, start=1)}
        with site(pages) as served:
            counts, warnings = [], []
            for _ in range(3):
                found = served.fetch(WATCHLIST, options={"lookups": "13"})
                counts.append(sum(item.ids.tmdb is not None for item in found.items))
                warnings.append(found.warnings)
        assert counts == [13, 26, 30]
        assert "17 films follow" in warnings[0][0]
        assert warnings[2] == ()

    def test_film_pages_that_are_not_there_at_all_do_not_fail_the_list_nor_are_they_all_asked_for(self) -> None:
        slugs = [f"film-{number}" for number in range(1, 101)]
        with site({"/dave/watchlist/": page(*map(poster, slugs), total=100)}) as served:
            found = served.fetch(WATCHLIST)
            assert len(served.asked) < 20
        assert (len(found.items), found.complete) == (100, True)

    def test_a_limit_bounds_the_pages_and_the_films_that_are_asked_for(self) -> None:
        first = page(*(poster(f"f{number}") for number in range(28)), following="/dave/watchlist/page/2/", total=400)
        with site({"/dave/watchlist/": first} | {f"/film/f{n}/": film(f"movie/{n + 1}") for n in range(28)}) as served:
            found = served.fetch(WATCHLIST, limit=10)
            assert len([path for path in served.asked if path.startswith("/film/")]) == 10
            assert "/dave/watchlist/page/2/" not in served.asked
        assert len(found.items) == 10


class TestOtherPages:
    LOADED = "/csi/films/films-browser-list/popular/"

    def test_a_browse_page_is_read_where_the_site_loads_it_from(self) -> None:
        pages: dict[str, Reply | str] = {
            self.LOADED: f'<ul>{poster("a")}</ul><a class="next" href="/films/popular/page/2/">',
            f"{self.LOADED}page/2/": f"<ul>{poster('b')}</ul>",
        }
        with site(pages) as served:
            assert [item.ref for item in served.fetch("films/popular").items] == ["letterboxd:a", "letterboxd:b"]

    def test_a_browse_page_names_itself_where_it_loads_from(self) -> None:
        container = '<div id="films-browser-list-container" data-url="/new/place/"></div>'
        outer = f'<html><body class="films-browser">{container}</body></html>'
        with site({"/films/popular/": outer, "/new/place/": f"<ul>{poster('a')}</ul>"}) as served:
            assert [item.ref for item in served.fetch("films/popular").items] == ["letterboxd:a"]

    def test_a_browse_page_is_not_read_to_its_millionth_film(self) -> None:
        def loaded(number: int) -> str:
            posters = "".join(poster(f"film-{number}-{place}") for place in range(72))
            count = '<p class="ui-block-heading">There are 1,126,374 films.</p>'
            return f'{count}<ul>{posters}</ul><a class="next" href="/films/popular/page/{number + 1}/">'

        pages: dict[str, Reply | str] = {f"{self.LOADED}page/{number}/": loaded(number) for number in range(2, 20)}
        with site(pages | {self.LOADED: loaded(1)}) as served:
            found = served.fetch("films/popular", options={"lookups": "0"})
        assert (len(found.items), found.total, found.complete) == (720, None, True)

    def test_a_short_link_is_followed_to_its_list(self) -> None:
        pages: dict[str, Reply | str] = {
            "/1lB0": Reply(status=302, headers={"location": "/dave/list/best/"}),
            "/dave/list/best/": page(poster("a"), following="/dave/list/best/page/2/", screen="list-page"),
            "/dave/list/best/page/2/": page(poster("b"), screen="list-page"),
        }
        with site(pages) as served:
            assert [item.ref for item in served.fetch("https://boxd.it/1lB0").items] == ["letterboxd:a", "letterboxd:b"]

    def test_a_short_link_to_a_film_is_no_list(self) -> None:
        pages: dict[str, Reply | str] = {
            "/29qU": Reply(status=302, headers={"location": "/film/dune/"}),
            "/film/dune/": film(),
        }
        with site(pages) as served, pytest.raises(NotFound, match="single film"):
            served.fetch("boxd.it/29qU")

    def test_a_diary_gives_the_days(self) -> None:
        row = '<tr class="diary-entry-row"><td><a class="daydate" href="/dave/diary/films/for/2025/12/14/">14</a></td>'
        body = f'<table>{row}<td><div data-item-slug="a" data-item-name="A (1999)"></div></td></tr></table>'
        with site({"/dave/diary/films/for/2025/": f'<html><body class="diary">{body}</body></html>'}) as served:
            (item,) = served.fetch("dave/diary/for/2025").items
        assert item.added == datetime(2025, 12, 14, tzinfo=UTC)


@pytest.mark.browser
@pytest.mark.skipif(bool(NONE_OF_IT), reason=NONE_OF_IT or "-")
def test_a_challenge_is_passed_in_the_browser_and_the_rest_is_read_over_plain_http() -> None:
    script = "window._cf_chl_opt = 1; setTimeout(() => {document.cookie = 'cf=1; path=/'; location.reload()}, 200)"
    passes = CHALLENGE.replace("window._cf_chl_opt", f"<script>{script}</script>")

    def guarded(body: str) -> Reply:
        return Reply(passes, 403, {"cf-mitigated": "challenge"}, unless_cookie=("cf=1", Reply(body)))

    pages: dict[str, Reply | str] = {
        "/dave/watchlist/": guarded(page(poster("a"), following="/dave/watchlist/page/2/", total=2)),
        "/dave/watchlist/page/2/": guarded(page(poster("b"), total=2)),
        "/film/a/": guarded(film("movie/1")),
        "/film/b/": guarded(film("movie/2")),
    }
    with site(pages) as served, BrowserPool(timeout=20) as browser:
        found = served.fetch(WATCHLIST, browser=browser)
        assert browser.cookies("127.0.0.1") == ({}, ""), "the browser is closed as soon as plain HTTP suffices"
    assert [item.ids.tmdb for item in found.items] == [1, 2]
    assert (found.total, found.complete) == (2, True)


MARKUP = st.sampled_from(
    (
        *(
            '<div data-item-slug="',
            '" data-item-name="',
            "(2001)",
            "<li>",
            "</ul>",
            '<a class="next" href="',
            "&#0;",
            "<",
        ),
        *('<body class="watchlist" data-num-entries="', "99999999999999", "<html>", '">', "\0", '1"', "\ud800"),
        *('<meta name="description" content="A list of ', '<a data-track-action="TMDB" href="', "<rss>", "<item>"),
        *(
            "https://www.themoviedb.org/tv/",
            "<link>/film/a/</link>",
            '<tr class="diary-entry-row">',
            "/for/2025/99/99/",
        ),
    )
)
ANYTHING = st.binary(max_size=300).map(lambda data: data.decode("utf-8", "replace")) | st.lists(MARKUP).map("".join)


@settings(max_examples=300)
@given(ANYTHING)
def test_no_parser_fails_on_any_text_but_with_a_provider_error(text: str) -> None:
    parse_page(text)
    parse_film(text)
    with suppress(ProviderError):
        parse_feed(text)
