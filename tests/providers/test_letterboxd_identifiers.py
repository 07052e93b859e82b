"""Every way to write a Letterboxd source ends in one, and what is no list is refused with examples of what is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import SourceError
from providers.lists.letterboxd import PROVIDER

GOOD = {
    "dave/watchlist": "dave/watchlist",
    "Dave/Watchlist/": "dave/watchlist",
    "https://letterboxd.com/dave/watchlist/": "dave/watchlist",
    "http://www.letterboxd.com/dave/watchlist/page/3/": "dave/watchlist",
    "letterboxd.com/dave/watchlist?utm_source=x#top": "dave/watchlist",
    "https://m.letterboxd.com/DAVE/watchlist/by/rating/": "dave/watchlist",
    "https://letterboxd.com/dave/watchlist/genre/horror/": "dave/watchlist/genre/horror",
    "https://letterboxd.com/dave/watchlist/decade/1990s/genre/action+-drama/by/name/page/2/": (
        "dave/watchlist/decade/1990s/genre/action+-drama"
    ),
    "dave/official-top-250": "dave/list/official-top-250",
    "https://letterboxd.com/dave/list/official-top-250/": "dave/list/official-top-250",
    "https://letterboxd.com/dave/list/official-top-250/detail/": "dave/list/official-top-250",
    "https://letterboxd.com/dave/list/official-top-250/by/release/page/2/": "dave/list/official-top-250",
    "https://letterboxd.com/dave/list/official-top-250/detail/by/added/page/3/": "dave/list/official-top-250",
    "https://letterboxd.com/dave/list/best-1/on/netflix/": "dave/list/best-1/on/netflix",
    "https://letterboxd.com/dave/list/mine/share/AbCdEf12/": "dave/list/mine/share/AbCdEf12",
    "https://letterboxd.com/dave/list/mine/share/AbCdEf12/page/2/": "dave/list/mine/share/AbCdEf12",
    "dave/films": "dave/films",
    "https://letterboxd.com/dave/films/by/entry-rating/": "dave/films/by/entry-rating",
    "https://letterboxd.com/dave/films/genre/horror/decade/1990s/page/2/": "dave/films/genre/horror/decade/1990s",
    "https://letterboxd.com/dave/films/rated/5/by/date/": "dave/films/rated/5/by/date",
    "https://letterboxd.com/dave/films/diary/": "dave/diary",
    "https://letterboxd.com/dave/diary/": "dave/diary",
    "https://letterboxd.com/dave/diary/films/for/2025/12/": "dave/diary/for/2025/12",
    "https://letterboxd.com/dave/likes/": "dave/likes/films",
    "https://letterboxd.com/dave/likes/films/page/2/": "dave/likes/films",
    "https://letterboxd.com/dave/tag/horror-club/films/": "dave/tag/horror-club/films",
    "https://letterboxd.com/dave/tag/horror-club/diary/": "dave/tag/horror-club/diary",
    "https://letterboxd.com/dave/rss/": "dave/rss",
    "films": "films/popular",
    "https://letterboxd.com/films/popular/": "films/popular",
    "https://letterboxd.com/films/popular/this/week/size/large/": "films/popular/this/week",
    "https://letterboxd.com/films/by/rating/": "films/by/rating",
    "https://letterboxd.com/films/ajax/by/rating/page/2/": "films/by/rating",
    "https://letterboxd.com/csi/films/films-browser-list/by/rating/?esiAllowFilters=true": "films/by/rating",
    "https://letterboxd.com/films/genre/horror/decade/1980s/by/rating/": "films/genre/horror/decade/1980s/by/rating",
    "https://letterboxd.com/films/in/star-wars-collection/": "films/in/star-wars-collection",
    "https://letterboxd.com/actor/michael-fassbender/": "actor/michael-fassbender",
    "https://letterboxd.com/director/agnes-varda/by/rating/": "director/agnes-varda/by/rating",
    "https://letterboxd.com/studio/a24/": "studio/a24",
    "https://boxd.it/1lB0": "boxd.it/1lB0",
    "boxd.it/1lB0/": "boxd.it/1lB0",
    " <https://letterboxd.com/dave/watchlist/> ": "dave/watchlist",
}
BAD = (
    "https://letterboxd.com/",
    "https://letterboxd.com/dave/",
    "dave",
    "https://letterboxd.com/dave/lists/",
    "https://letterboxd.com/dave/tags/",
    "https://letterboxd.com/dave/films/reviews/",
    "https://letterboxd.com/dave/reviews/",
    "https://letterboxd.com/dave/following/",
    "https://letterboxd.com/dave/stats/",
    "https://letterboxd.com/dave/likes/lists/",
    "https://letterboxd.com/dave/list/",
    "https://letterboxd.com/dave/films/by/",
    "https://letterboxd.com/dave/diary/for/ever/",
    "https://letterboxd.com/dave/film/dune-2021/",
    "https://letterboxd.com/film/dune-2021/",
    "https://letterboxd.com/lists/popular/",
    "https://letterboxd.com/tmdb/603/",
    "https://letterboxd.com/search/dune/",
    "https://letterboxd.com/actor/",
    "https://boxd.it/",
    "https://boxd.it/1lB0/more",
    "who is this/watchlist",
    "dave/watchlist/../../x",
    "",
)


@pytest.mark.parametrize(("written", "identifier"), GOOD.items())
def test_every_form_ends_in_the_canonical_one_which_reads_as_itself(written: str, identifier: str) -> None:
    source = PROVIDER.parse(written)
    assert source is not None
    assert str(source) == f"letterboxd:{identifier}"
    assert PROVIDER.parse(source.identifier) == source


@pytest.mark.parametrize("written", BAD)
def test_what_is_no_list_is_refused_with_examples(written: str) -> None:
    with pytest.raises(SourceError) as refused:
        PROVIDER.parse(written)
    assert refused.value.examples


@pytest.mark.parametrize("written", ["https://www.imdb.com/list/ls012345678/", "https://trakt.tv/users/dave/watchlist"])
def test_addresses_of_other_services_are_left_to_them(written: str) -> None:
    assert PROVIDER.parse(written) is None


def test_what_a_member_keeps_is_personal_and_a_chart_is_not() -> None:
    personal = {str(source): source.personal for text in GOOD if (source := PROVIDER.parse(text)) is not None}
    assert personal["letterboxd:dave/watchlist"]
    assert personal["letterboxd:dave/list/official-top-250"]
    assert not personal["letterboxd:films/by/rating"]
    assert not personal["letterboxd:actor/michael-fassbender"]


WORDS = st.sampled_from(("dave", "list", "films", "page", "3", "by", "size", "x", "ajax", "csi", "tag", "diary", "for"))


@given(st.text(max_size=60) | st.lists(WORDS).map("/".join))
def test_any_text_is_a_source_that_reads_as_itself_or_refused(text: str) -> None:
    try:
        source = PROVIDER.parse(text)
    except SourceError:
        return
    assert source is None or PROVIDER.parse(source.identifier) == source
