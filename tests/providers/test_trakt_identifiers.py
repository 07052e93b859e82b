"""Every form in which people write a Trakt list ends at one canonical source, and a wrong one is explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import SourceError
from providers.lists.trakt import PROVIDER

CHARTS = [
    ("trending:movies", "trending:movies"),
    ("TRENDING:Movies", "trending:movies"),
    ("trakt:trending:movies", "trending:movies"),
    ("trending:movie", "trending:movies"),
    ("trending:shows", "trending:shows"),
    ("trending:show", "trending:shows"),
    ("trending:tv", "trending:shows"),
    ("movies:trending", "trending:movies"),
    ("movies/trending", "trending:movies"),
    ("shows/trending", "trending:shows"),
    ("trending movies", "trending:movies"),
    ("/movies/popular", "popular:movies"),
    ("popular:shows", "popular:shows"),
    ("anticipated:movies", "anticipated:movies"),
    ("streaming:shows", "streaming:shows"),
    ("boxoffice", "boxoffice:movies"),
    ("boxoffice:movies", "boxoffice:movies"),
    ("box-office", "boxoffice:movies"),
    ("watched:movies", "watched:movies:weekly"),
    ("watched:movies:weekly", "watched:movies:weekly"),
    ("watched:weekly:movies", "watched:movies:weekly"),
    ("movies/watched/yearly", "watched:movies:yearly"),
    ("shows/watched/daily", "watched:shows:daily"),
    ("played:shows:monthly", "played:shows:monthly"),
    ("collected:shows:all", "collected:shows:all"),
    ("favorited:movies", "favorited:movies:weekly"),
    ("recommended:movies", "favorited:movies:weekly"),
    ("https://trakt.tv/movies/trending", "trending:movies"),
    ("https://trakt.tv/movies/trending/", "trending:movies"),
    ("https://www.trakt.tv/shows/popular?genres=drama", "popular:shows"),
    ("https://app.trakt.tv/shows/anticipated?page=2", "anticipated:shows"),
    ("http://trakt.tv/movies/boxoffice", "boxoffice:movies"),
    ("https://trakt.tv/movies/watched/weekly", "watched:movies:weekly"),
    ("https://trakt.tv/shows/collected/all", "collected:shows:all"),
    ("https://api.trakt.tv/movies/played/monthly", "played:movies:monthly"),
    ("trakt.tv/movies/favorited", "favorited:movies:weekly"),
]
LISTS = [
    ("dave/watchlist", "dave/watchlist"),
    ("/dave/watchlist/", "dave/watchlist"),
    ("@dave", "dave/watchlist"),
    ("@dave/watchlist", "dave/watchlist"),
    ("users/dave/watchlist", "dave/watchlist"),
    ("https://trakt.tv/users/dave", "dave/watchlist"),
    ("https://trakt.tv/users/dave/watchlist", "dave/watchlist"),
    ("https://trakt.tv/users/dave/watchlist?display=movie&sort=rank,asc", "dave/watchlist"),
    ("https://www.trakt.tv/users/dave/watchlist/", "dave/watchlist"),
    ("https://app.trakt.tv/users/dave/watchlist", "dave/watchlist"),
    ("https://app.trakt.tv/profile/dave", "dave/watchlist"),
    ("https://trakt.tv/users/dave/watchlist/movies/added", "dave/watchlist/movies"),
    ("dave/watchlist/shows", "dave/watchlist/shows"),
    ("dave/watchlist/movie,show", "dave/watchlist"),
    ("john.doe/watchlist", "john.doe/watchlist"),
    ("@john.doe/lists/best-of-2025", "john.doe/lists/best-of-2025"),
    ("https://trakt.tv/users/john.doe/watchlist", "john.doe/watchlist"),
    ("dave/favorites", "dave/favorites"),
    ("dave/favourites/movies", "dave/favorites/movies"),
    ("dave/collection", "dave/collection"),
    ("https://trakt.tv/users/dave/collection/shows/added", "dave/collection/shows"),
    ("https://app.trakt.tv/users/dave/library", "dave/collection"),
    ("dave/ratings/shows", "dave/ratings/shows"),
    ("dave/history", "dave/history"),
    ("dave/lists/horror", "dave/lists/horror"),
    ("dave/lists/Horror", "dave/lists/horror"),
    ("dave/horror", "dave/lists/horror"),
    ("dave/lists/28545752", "dave/lists/28545752"),
    ("https://trakt.tv/users/dave/lists/horror", "dave/lists/horror"),
    ("https://trakt.tv/users/dave/lists/horror?sort=added,desc#x", "dave/lists/horror"),
    ("https://app.trakt.tv/users/dave/lists/horror?type=movie", "dave/lists/horror"),
    ("https://api.trakt.tv/users/dave/lists/horror/items", "dave/lists/horror"),
    ("28545752", "lists/28545752"),
    ("lists/28545752", "lists/28545752"),
    ("https://trakt.tv/lists/28545752", "lists/28545752"),
    ("https://trakt.tv/lists/28545752?sort=rank,asc", "lists/28545752"),
    ("official/the-dark-knight-collection", "official/the-dark-knight-collection"),
    ("https://trakt.tv/lists/official/the-dark-knight-collection", "official/the-dark-knight-collection"),
    ("https://app.trakt.tv/lists/official/12345?type=movie", "official/12345"),
]
BAD = [
    ("", "missing"),
    ("trending", "neither movies nor shows"),
    ("watched", "neither movies nor shows"),
    ("trending:movies:shows", "more than one"),
    ("popular:movies:weekly", "has no periods"),
    ("boxoffice:shows", "movies only"),
    ("watched:movies:hourly", "no Trakt list"),
    ("trendin:movies", "no Trakt list"),
    ("dave", "no Trakt list"),
    ("movies", "no Trakt list"),
    ("0", "no Trakt list"),
    ("lists/0", "no Trakt list"),
    ("lists", "no Trakt list"),
    ("official/", "no name of an official list"),
    ("https://trakt.tv", "names no list"),
    ("https://trakt.tv/", "names no list"),
    ("https://trakt.tv/movies", "no Trakt list"),
    ("https://trakt.tv/movies/the-matrix-1999", "one title"),
    ("https://trakt.tv/shows/game-of-thrones", "one title"),
    ("https://trakt.tv/users/dave/lists", "name one of them"),
    ("https://trakt.tv/users/dave/lists/a/b/c", "no list of dave"),
    ("https://trakt.tv/users/dave/lists/liked", "no list of dave"),
    ("https://trakt.tv/users/dave/watchlist/people", "no part"),
    ("https://trakt.tv/calendars/my/shows", "no Trakt list"),
    ("https://trakt.tv/search?query=x", "no Trakt list"),
    ("https://", "no address"),
]
OTHERS = [
    "https://www.imdb.com/list/ls006123300/",
    "https://letterboxd.com/dave/watchlist/",
    "https://mdblist.com/lists/dave/top",
    "https://example.org/movies/trending",
    "https://nottrakt.tv/users/dave/watchlist",
]


@pytest.mark.parametrize(("written", "identifier"), CHARTS + LISTS)
def test_a_pasted_form_ends_at_its_canonical_source_which_parses_to_itself(written: str, identifier: str) -> None:
    source = PROVIDER.parse(written)
    assert source is not None
    assert (source.provider, source.identifier) == ("trakt", identifier)
    assert PROVIDER.parse(source.identifier) == source


@pytest.mark.parametrize(("written", "identifier"), CHARTS)
def test_a_chart_is_nobody_s_wish(written: str, identifier: str) -> None:
    source = PROVIDER.parse(written)
    assert source is not None
    assert source.personal is False


@pytest.mark.parametrize(("written", "identifier"), LISTS)
def test_a_list_is_a_person_s_unless_it_is_trakt_s_own(written: str, identifier: str) -> None:
    source = PROVIDER.parse(written)
    assert source is not None
    assert source.personal is not identifier.startswith("official/")


@pytest.mark.parametrize(("written", "said"), BAD)
def test_a_wrong_form_is_refused_with_the_reason_and_examples_that_are_right(written: str, said: str) -> None:
    with pytest.raises(SourceError, match="write it like") as error:
        PROVIDER.parse(written)
    assert said in error.value.problem
    assert all(PROVIDER.parse(example) for example in error.value.examples)


@pytest.mark.parametrize("written", OTHERS)
def test_an_address_of_another_service_is_left_to_it(written: str) -> None:
    assert PROVIDER.parse(written) is None


@given(st.text(max_size=60) | st.from_regex(r"(https?://)?(app\.)?trakt\.tv/[a-z./?=&%\[\]:@-]{0,40}", fullmatch=True))
def test_any_text_is_a_source_or_explained(written: str) -> None:
    try:
        source = PROVIDER.parse(written)
    except SourceError:
        return
    assert source is None or PROVIDER.parse(source.identifier) == source
