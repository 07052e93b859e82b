"""Every form in which people write an IMDb list ends at one canonical source, and a wrong one is explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.errors import SourceError
from providers.lists.imdb import PROVIDER

GOOD = [
    ("top", "top"),
    ("TOP", "top"),
    (" top ", "top"),
    ("top/", "top"),
    ("top250", "top"),
    ("Top 250", "top"),
    ("chart/top", "top"),
    ("/chart/top/", "top"),
    ("chart:top", "top"),
    ("imdb:top", "top"),
    ("top?ref_=nv_mv_250", "top"),
    ("https://www.imdb.com/chart/top", "top"),
    ("https://www.imdb.com/chart/top/?ref_=nv_mv_250", "top"),
    ("http://imdb.com/chart/top/#x", "top"),
    ("www.imdb.com/chart/top", "top"),
    ("https://m.imdb.com/chart/top/", "top"),
    ("https://www.imdb.com/de/chart/top/", "top"),
    ("https://www.imdb.com/es-es/chart/top/", "top"),
    ("https://WWW.IMDB.COM/chart/Top/", "top"),
    ("<https://www.imdb.com/chart/top/>", "top"),
    ("toptv", "toptv"),
    ("https://www.imdb.com/chart/toptv/?sort=rank%2Casc", "toptv"),
    ("moviemeter", "moviemeter"),
    ("popular", "moviemeter"),
    ("https://www.imdb.com/chart/moviemeter/", "moviemeter"),
    ("https://www.imdb.com/pt/chart/moviemeter", "moviemeter"),
    ("tvmeter", "tvmeter"),
    ("popular-tv", "tvmeter"),
    ("https://www.imdb.com/chart/tvmeter", "tvmeter"),
    ("boxoffice", "boxoffice"),
    ("box-office", "boxoffice"),
    ("https://www.imdb.com/chart/boxoffice/", "boxoffice"),
    ("bottom", "bottom"),
    ("https://www.imdb.com/chart/bottom/", "bottom"),
    ("top-english", "top-english"),
    ("https://www.imdb.com/chart/top-english-movies/", "top-english"),
    ("top-indian", "top-indian"),
    ("https://www.imdb.com/india/top-rated-indian-movies/", "top-indian"),
    ("https://www.imdb.com/india/top-rated-tamil-movies/?ref_=x", "top-tamil"),
    ("https://www.imdb.com/india/top-rated-telugu-movies", "top-telugu"),
    ("https://www.imdb.com/india/top-rated-malayalam-movies/", "top-malayalam"),
    ("coming-soon", "coming-soon"),
    ("coming-soon:tv", "coming-soon:tv"),
    ("coming-soon:gb", "coming-soon:GB"),
    ("coming-soon:GB:tv", "coming-soon:tv:GB"),
    ("coming-soon:US", "coming-soon"),
    ("https://www.imdb.com/calendar/", "coming-soon"),
    ("https://www.imdb.com/calendar/?ref_=rlm&region=MX&type=MOVIE", "coming-soon:MX"),
    ("https://www.imdb.com/calendar/?region=DE&type=TV", "coming-soon:tv:DE"),
    ("ls006123300", "ls006123300"),
    ("LS006123300", "ls006123300"),
    ("ls006123300/", "ls006123300"),
    ("imdb:///list/ls006123300", "ls006123300"),
    ("list/ls006123300", "ls006123300"),
    ("https://www.imdb.com/list/ls006123300", "ls006123300"),
    ("https://www.imdb.com/list/ls006123300/?sort=list_order,asc&mode=detail&page=3", "ls006123300"),
    ("https://m.imdb.com/list/ls006123300/?ref_=uspf_t_1", "ls006123300"),
    ("https://www.imdb.com/fr/list/ls006123300/", "ls006123300"),
    ("https://www.imdb.com/list/ls006123300/edit/", "ls006123300"),
    ("https://www.imdb.com/list/ls006123300/export", "ls006123300"),
    ("imdb.com/list/ls4103546789/", "ls4103546789"),
    ("ur15738437", "ur15738437"),
    ("UR15738437", "ur15738437"),
    ("ur15738437/watchlist", "ur15738437"),
    ("user/ur15738437", "ur15738437"),
    ("https://www.imdb.com/user/ur15738437/", "ur15738437"),
    ("https://www.imdb.com/user/ur15738437/watchlist", "ur15738437"),
    ("https://www.imdb.com/user/ur15738437/watchlist/?ref_=nv_usr_wl_all_0", "ur15738437"),
    ("https://www.imdb.com/es/user/ur15738437/watchlist?sort=date_added%2Cdesc&view=detail", "ur15738437"),
    ("p.mxcl4xq7dgb2yrpqjvfn3ovrbm", "p.mxcl4xq7dgb2yrpqjvfn3ovrbm"),
    ("https://www.imdb.com/user/p.mxcl4xq7dgb2yrpqjvfn3ovrbm/watchlist/", "p.mxcl4xq7dgb2yrpqjvfn3ovrbm"),
    ("https://www.imdb.com/user/p.AbC_d-9/?ref_=x", "p.AbC_d-9"),
    (
        "https://www.imdb.com/search/title/?user_rating=4.0,5.0&title_type=feature&ref_=adv",
        "search/title/?title_type=feature&user_rating=4.0,5.0",
    ),
]
BAD = [
    ("", "missing"),
    ("   ", "missing"),
    ("topp", "did you mean imdb:top?"),
    ("moviemetr", "did you mean imdb:moviemeter?"),
    ("nonsense", "no IMDb list"),
    ("tt0111161", "one title"),
    ("https://www.imdb.com/title/tt0111161/", "one title"),
    ("https://www.imdb.com/de/title/tt0111161/reviews", "one title"),
    ("nm0000209", "a person"),
    ("https://www.imdb.com/name/nm0000209/", "a person"),
    ("12345", "no IMDb list"),
    ("ls12", "no IMDb list"),
    ("lsabcdefg", "no IMDb list"),
    ("https://www.imdb.com", "names no list"),
    ("https://www.imdb.com/list/", "no list id"),
    ("https://www.imdb.com/list/watchlist", "whoever is logged in"),
    ("https://www.imdb.com/user/", "no user id"),
    ("https://www.imdb.com/user/dave/watchlist", "no user id"),
    ("https://www.imdb.com/user/ur15738437/lists/", "name one of them"),
    ("https://www.imdb.com/user/ur15738437/ratings", "export them"),
    ("https://www.imdb.com/user/ur15738437/checkins", "no watchlist"),
    ("https://www.imdb.com/chart/nope/", "no chart that IMDb publishes"),
    ("https://www.imdb.com/search/title/", "searches for nothing"),
    ("https://www.imdb.com/calendar/?type=TV_EPISODE", "coming-soon"),
    ("coming-soon:nowhere", "coming-soon"),
    ("https://", "no address"),
]
OTHERS = [
    "https://trakt.tv/users/dave/watchlist",
    "https://letterboxd.com/dave/watchlist/",
    "https://mdblist.com/lists/dave/top",
    "https://example.org/chart/top",
    "https://notimdb.com/chart/top",
    "example.org/list/ls006123300",
]


@pytest.mark.parametrize(("written", "identifier"), GOOD)
def test_a_pasted_form_ends_at_its_canonical_source_which_parses_to_itself(written: str, identifier: str) -> None:
    source = PROVIDER.parse(written)
    assert source is not None
    assert (source.provider, source.identifier) == ("imdb", identifier)
    assert PROVIDER.parse(source.identifier) == source
    assert source.personal is identifier.startswith(("ls", "ur", "p."))


@pytest.mark.parametrize(("written", "said"), BAD)
def test_a_wrong_form_is_refused_with_the_reason_and_examples_that_are_right(written: str, said: str) -> None:
    with pytest.raises(SourceError, match="write it like") as error:
        PROVIDER.parse(written)
    assert said in error.value.problem
    assert all(PROVIDER.parse(example) for example in error.value.examples)


@pytest.mark.parametrize("written", OTHERS)
def test_an_address_of_another_service_is_left_to_it(written: str) -> None:
    assert PROVIDER.parse(written) is None


@given(st.text(max_size=60) | st.from_regex(r"(https?://)?(www\.)?imdb\.com/[a-z./?=&%\[\]:-]{0,40}", fullmatch=True))
def test_any_text_is_a_source_or_explained(written: str) -> None:
    try:
        source = PROVIDER.parse(written)
    except SourceError:
        return
    assert source is None or PROVIDER.parse(source.identifier) == source
