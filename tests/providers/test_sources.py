"""Whatever people paste for a list ends in one canonical source, or in a message that shows the right forms."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from providers.errors import SourceError
from providers.lists.registry import get, known, names, parse_source

GOOD = """
# IMDb: lists
imdb:ls006123300                                                    -> imdb:ls006123300
IMDB:LS006123300                                                    -> imdb:ls006123300
imdb: ls006123300                                                   -> imdb:ls006123300
https://www.imdb.com/list/ls006123300/                              -> imdb:ls006123300
https://www.imdb.com/list/ls006123300                               -> imdb:ls006123300
http://imdb.com/list/ls006123300/?sort=rank,asc&page=2              -> imdb:ls006123300
https://m.imdb.com/list/ls006123300/?ref_=uspf_t_1                  -> imdb:ls006123300
https://www.imdb.com/pt/list/ls006123300/                           -> imdb:ls006123300
https://www.imdb.com/es-es/list/ls006123300/                        -> imdb:ls006123300
www.imdb.com/list/ls006123300/                                      -> imdb:ls006123300
imdb.com/list/ls006123300                                           -> imdb:ls006123300
<https://www.imdb.com/list/ls006123300/>                            -> imdb:ls006123300
"https://www.imdb.com/list/ls006123300/"                            -> imdb:ls006123300
imdb:https://www.imdb.com/list/ls006123300/                         -> imdb:ls006123300
https://www.imdb.com/list/ls006123300/export                        -> imdb:ls006123300
https://www.imdb.com/list/ls006123300/#top                          -> imdb:ls006123300
# IMDb: watchlists
imdb:ur15738437                                                     -> imdb:ur15738437
https://www.imdb.com/user/ur15738437/watchlist/                     -> imdb:ur15738437
https://www.imdb.com/user/ur15738437/watchlist?ref_=nv_usr_wl_all_0 -> imdb:ur15738437
https://m.imdb.com/de/user/ur15738437/watchlist                     -> imdb:ur15738437
https://www.imdb.com/user/ur15738437/                               -> imdb:ur15738437
https://www.imdb.com/user/p.wvu2cyqkgpwhyg/watchlist/               -> imdb:p.wvu2cyqkgpwhyg
imdb:p.wvu2cyqkgpwhyg                                               -> imdb:p.wvu2cyqkgpwhyg
# IMDb: charts
imdb:top                                                            -> imdb:top
imdb:TOP                                                            -> imdb:top
imdb:top250                                                         -> imdb:top
imdb:toptv                                                          -> imdb:toptv
imdb:moviemeter                                                     -> imdb:moviemeter
imdb:popular                                                        -> imdb:moviemeter
imdb:tvmeter                                                        -> imdb:tvmeter
imdb:bottom                                                         -> imdb:bottom
imdb:boxoffice                                                      -> imdb:boxoffice
imdb:top-english                                                    -> imdb:top-english
https://www.imdb.com/chart/top/                                     -> imdb:top
https://www.imdb.com/chart/top/?ref_=nv_mv_250                      -> imdb:top
https://m.imdb.com/chart/top/                                       -> imdb:top
https://www.imdb.com/chart/toptv                                    -> imdb:toptv
https://www.imdb.com/chart/moviemeter/                              -> imdb:moviemeter
https://www.imdb.com/chart/tvmeter/                                 -> imdb:tvmeter
https://www.imdb.com/chart/bottom/                                  -> imdb:bottom
https://www.imdb.com/chart/boxoffice/                               -> imdb:boxoffice
https://www.imdb.com/chart/top-english-movies/                      -> imdb:top-english
# Trakt: what people keep
trakt:dave/watchlist                                                -> trakt:dave/watchlist
https://trakt.tv/users/dave/watchlist                               -> trakt:dave/watchlist
https://www.trakt.tv/users/dave/watchlist/                          -> trakt:dave/watchlist
https://app.trakt.tv/users/dave/watchlist?mode=media                -> trakt:dave/watchlist
trakt:dave/lists/horror                                             -> trakt:dave/lists/horror
https://trakt.tv/users/dave/lists/horror                            -> trakt:dave/lists/horror
https://trakt.tv/users/dave/lists/horror?sort=rank,asc              -> trakt:dave/lists/horror
https://app.trakt.tv/users/dave/lists/horror                        -> trakt:dave/lists/horror
trakt.tv/users/dave/lists/horror                                    -> trakt:dave/lists/horror
https://trakt.tv/users/dave/lists/horror/                           -> trakt:dave/lists/horror
https://trakt.tv/users/dave/favorites                               -> trakt:dave/favorites
https://trakt.tv/users/dave/collection                              -> trakt:dave/collection
trakt:dave/favorites                                                -> trakt:dave/favorites
trakt:dave/collection                                               -> trakt:dave/collection
# Trakt: lists by number, official lists
trakt:2142753                                                       -> trakt:lists/2142753
https://trakt.tv/lists/2142753                                      -> trakt:lists/2142753
https://app.trakt.tv/lists/2142753                                  -> trakt:lists/2142753
https://trakt.tv/lists/official/star-wars-collection                -> trakt:official/star-wars-collection
# Trakt: charts, also in the words of ListSync 0.6
trakt:trending:movies                                               -> trakt:trending:movies
trakt:trending:movie                                                -> trakt:trending:movies
trakt_special:trending:movies                                       -> trakt:trending:movies
trakt_special:popular:tv                                            -> trakt:popular:shows
trakt:popular:show                                                  -> trakt:popular:shows
trakt:anticipated:shows                                             -> trakt:anticipated:shows
trakt:watched:shows:weekly                                          -> trakt:watched:shows:weekly
trakt:boxoffice:movies                                              -> trakt:boxoffice:movies
trakt:played:movies:monthly                                         -> trakt:played:movies:monthly
trakt:collected:movies:all                                          -> trakt:collected:movies:all
trakt:favorited:movies:weekly                                       -> trakt:favorited:movies:weekly
https://trakt.tv/movies/trending                                    -> trakt:trending:movies
https://trakt.tv/shows/popular                                      -> trakt:popular:shows
https://www.trakt.tv/movies/anticipated?page=2                      -> trakt:anticipated:movies
https://trakt.tv/movies/watched/weekly                              -> trakt:watched:movies:weekly
https://trakt.tv/movies/boxoffice                                   -> trakt:boxoffice:movies
# Letterboxd
letterboxd:dave/watchlist                                           -> letterboxd:dave/watchlist
letterboxd:Dave/watchlist                                           -> letterboxd:dave/watchlist
https://letterboxd.com/dave/watchlist/                              -> letterboxd:dave/watchlist
https://letterboxd.com/dave/watchlist                               -> letterboxd:dave/watchlist
https://letterboxd.com/dave/watchlist/page/3/                       -> letterboxd:dave/watchlist
https://www.letterboxd.com/Dave/watchlist/                          -> letterboxd:dave/watchlist
letterboxd.com/dave/watchlist/                                      -> letterboxd:dave/watchlist
letterboxd:dave/list/noir                                           -> letterboxd:dave/list/noir
https://letterboxd.com/dave/list/noir/                              -> letterboxd:dave/list/noir
https://letterboxd.com/dave/list/noir/page/2/                       -> letterboxd:dave/list/noir
https://letterboxd.com/dave/list/noir/detail/                       -> letterboxd:dave/list/noir
https://letterboxd.com/dave/list/noir/by/release-earliest/          -> letterboxd:dave/list/noir
https://letterboxd.com/dave/list/noir/?x=y#z                        -> letterboxd:dave/list/noir
https://letterboxd.com/dave/films/                                  -> letterboxd:dave/films
https://letterboxd.com/dave/likes/films/                            -> letterboxd:dave/likes/films
https://letterboxd.com/films/popular/                               -> letterboxd:films/popular
https://boxd.it/1lB0                                                -> letterboxd:boxd.it/1lB0
boxd.it/1lB0                                                        -> letterboxd:boxd.it/1lB0
# MDBList
mdblist:linaspurinis/top-watched                                    -> mdblist:linaspurinis/top-watched
https://mdblist.com/lists/linaspurinis/top-watched                  -> mdblist:linaspurinis/top-watched
https://www.mdblist.com/lists/linaspurinis/top-watched/             -> mdblist:linaspurinis/top-watched
https://mdblist.com/lists/linaspurinis/top-watched/json             -> mdblist:linaspurinis/top-watched
https://mdblist.com/lists/linaspurinis/top-watched/json/            -> mdblist:linaspurinis/top-watched
https://mdblist.com/lists/linaspurinis/top-watched?append=genre     -> mdblist:linaspurinis/top-watched
http://mdblist.com/lists/linaspurinis/top-watched#x                 -> mdblist:linaspurinis/top-watched
mdblist.com/lists/linaspurinis/top-watched                          -> mdblist:linaspurinis/top-watched
https://api.mdblist.com/lists/linaspurinis/top-watched/items?apikey=x -> mdblist:linaspurinis/top-watched
mdblist:lists/linaspurinis/top-watched                              -> mdblist:linaspurinis/top-watched
mdblist:/linaspurinis/top-watched/                                  -> mdblist:linaspurinis/top-watched
mdblist:john.doe/list_1                                             -> mdblist:john.doe/list_1
mdblist:bob/movies                                                  -> mdblist:bob/movies
mdblist:bob/movies/json                                             -> mdblist:bob/movies
mdblist:14                                                          -> mdblist:14
mdblist:0014                                                        -> mdblist:14
https://api.mdblist.com/lists/14/items                              -> mdblist:14
mdblist:official/moviemeter                                         -> mdblist:official/moviemeter
mdblist:Official/moviemeter                                         -> mdblist:official/moviemeter
https://mdblist.com/lists/official/moviemeter                       -> mdblist:official/moviemeter
mdblist:external/9                                                  -> mdblist:external/9
mdblist:external/lists/9                                            -> mdblist:external/9
https://api.mdblist.com/external/lists/9/items                      -> mdblist:external/9
https://mdblist.com/lists/bob/external/9                            -> mdblist:external/9
mdblist:watchlist                                                   -> mdblist:watchlist
https://mdblist.com/watchlist/                                      -> mdblist:watchlist
# StevenLu
stevenlu                                                            -> stevenlu:movies
stevenlu:                                                           -> stevenlu:movies
StevenLu                                                            -> stevenlu:movies
steven-lu                                                           -> stevenlu:movies
stevenlu-movies                                                     -> stevenlu:movies
stevenlu:stevenlu                                                   -> stevenlu:movies
stevenlu:movies                                                     -> stevenlu:movies
stevenlu:movies.json                                                -> stevenlu:movies
stevenlu:all-movies                                                 -> stevenlu:all-movies
stevenlu:movies-metacritic-min70                                    -> stevenlu:movies-metacritic-min70
stevenlu:movies-metacritic-min70.json                               -> stevenlu:movies-metacritic-min70
stevenlu:metacritic-min70                                           -> stevenlu:movies-metacritic-min70
stevenlu:movies-imdb-min5                                           -> stevenlu:movies-imdb-min5
stevenlu:movies-rottentomatoes-min80                                -> stevenlu:movies-rottentomatoes-min80
stevenlu:movies-20260801                                            -> stevenlu:movies-20260801
https://popular-movies-data.stevenlu.com/movies.json                -> stevenlu:movies
https://popular-movies-data.stevenlu.com/movies-imdb-min7.json      -> stevenlu:movies-imdb-min7
https://movies.stevenlu.com/all-movies.json                         -> stevenlu:all-movies
https://s3.amazonaws.com/popular-movies/movies.json                 -> stevenlu:movies
https://movies.stevenlu.com                                         -> stevenlu:movies
# Files and addresses that no service claims
file:seen.csv                                                       -> file:seen.csv
file:./seen.csv                                                     -> file:seen.csv
file:lists/../seen.csv                                              -> file:seen.csv
File:My list.csv                                                    -> file:My list.csv
./seen.csv                                                          -> file:seen.csv
seen.csv                                                            -> file:seen.csv
seen.YAML                                                           -> file:seen.YAML
../shared/list.txt                                                  -> file:../shared/list.txt
/data/list.json                                                     -> file:/data/list.json
~/list.txt                                                          -> file:~/list.txt
file:///data/my%20list.csv                                          -> file:/data/my list.csv
file://localhost/data/list.csv                                      -> file:/data/list.csv
file:export.zip#lists/noir.csv                                      -> file:export.zip#lists/noir.csv
file:list                                                           -> file:list
file:C# films.txt                                                   -> file:C# films.txt
https://example.com/list.json                                       -> file:https://example.com/list.json
HTTPS://Example.COM/List.json                                       -> file:https://example.com/List.json
https://example.com/list.json#part                                  -> file:https://example.com/list.json
https://example.com/list?id=1&x=y                                   -> file:https://example.com/list?id=1&x=y
file:https://example.com/list.json                                  -> file:https://example.com/list.json
http://192.168.1.2:8080/radarr.json                                 -> file:http://192.168.1.2:8080/radarr.json
https://example.com/export.zip#lists/noir.csv                       -> file:https://example.com/export.zip#lists/noir.csv
https://s3.amazonaws.com/someone-elses/movies.json                  -> file:https://s3.amazonaws.com/someone-elses/movies.json
"""
BAD = """
imdb:
imdb
imdb:ls
imdb:lsabc
imdb:nm0000001
imdb:tt0133093
imdb:no-such-chart
https://www.imdb.com/title/tt0133093/
https://www.imdb.com/name/nm0000001/
https://www.imdb.com/
imdb:https://letterboxd.com/dave/watchlist/
trakt:
trakt:dave
trakt:nonsense:movies
trakt:trending:people
trakt:watched:movies:hourly
trakt:dave/lists/
https://trakt.tv/movies/the-matrix-1999
https://trakt.tv/
letterboxd:
letterboxd:/
https://letterboxd.com/
https://letterboxd.com/film/nosferatu-2024/
letterboxd:https://trakt.tv/users/dave/watchlist
mdblist:
mdblist:bob
mdblist:bob/
mdblist:a/b/c
mdblist:external/x
mdblist:0
mdblist:-1
mdblist:a/b?c
https://mdblist.com/
https://mdblist.com/lists/bob
https://mdblist.com/movies/
mdblist:https://www.imdb.com/list/ls006123300/
stevenlu:movies-imdb-min9
stevenlu:movies-metacritic-min75
stevenlu:shows
stevenlu:movies-20261301
stevenlu:https://example.com/movies.json
https://popular-movies-data.stevenlu.com/other.json
file:
file:.
file:ftp://example.com/list.json
file:https://
ftp://example.com/list.json
https://
https:///list.json
https://exa mple.com/list.json
file://elsewhere/list.csv
foo:bar
mdblst:a/b
letterbox:dave/watchlist
trending:movies
ls006123300
dave/watchlist
hello
:
::
?
"""


def good() -> list[tuple[str, str]]:
    lines = [line for line in GOOD.splitlines() if line and not line.startswith("#")]
    return [(text.strip(), canonical.strip()) for text, canonical in (line.split(" -> ") for line in lines)]


def bad() -> list[str]:
    return [line for line in BAD.splitlines() if line]


def test_the_table_is_large() -> None:
    assert len(good()) + len(bad()) >= 200


@pytest.mark.parametrize(("text", "canonical"), good())
def test_every_way_to_write_a_source_ends_in_one(text: str, canonical: str) -> None:
    source = parse_source(text)
    assert str(source) == canonical
    assert parse_source(str(source)) == source
    assert get(source.provider).parse(source.identifier) == source


@pytest.mark.parametrize("text", bad())
def test_a_wrong_source_is_refused_with_the_right_forms(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_source(text)
    assert caught.value.examples
    assert "write it like" in str(caught.value)


def test_nothing_at_all_is_refused() -> None:
    for text in ("", "   ", "\n", '""'):
        with pytest.raises(SourceError):
            parse_source(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("mdblst:a/b", "mdblist"),
        ("letterbox:dave/watchlist", "letterboxd"),
        ("trending:movies", "trakt:trending:movies"),
        ("ls006123300", "imdb:ls006123300"),
        ("collections:star wars", "cannot be read yet"),
        ("stevenlu:movies-imdb-min9", "movies-imdb-min"),
    ],
)
def test_a_near_miss_gets_a_hint(text: str, hint: str) -> None:
    with pytest.raises(SourceError, match=hint):
        parse_source(text)


@pytest.mark.parametrize("text", ["https://api.mdblist.com/lists/bob?apikey=SECRET", "file:ftp://h/?token=SECRET"])
def test_a_message_shows_no_key_that_was_pasted_along(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_source(text)
    assert "SECRET" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("file:seen.csv", True), ("https://example.com/a.json", False), ("stevenlu", False), ("mdblist:a/b", False),
        ("mdblist:watchlist", True), ("imdb:top", False), ("imdb:ur15738437", True), ("trakt:trending:movies", False),
        ("trakt:dave/watchlist", True), ("letterboxd:dave/watchlist", True), ("letterboxd:films/popular", False),
    ],
)  # fmt: skip
def test_watchlists_are_personal_and_charts_are_not(text: str, personal: bool) -> None:
    assert parse_source(text).personal is personal


@pytest.mark.parametrize("name", names())
def test_every_provider_s_own_examples_are_sources_of_its_own(name: str) -> None:
    for form in get(name).capabilities.forms:
        source = parse_source(form)
        assert source.provider == name
        assert parse_source(str(source)) == source


def test_the_registry_knows_every_provider_by_its_name() -> None:
    assert [provider.name for provider in known()] == list(names())
    with pytest.raises(KeyError):
        get("nothing")


WORDS = """
imdb trakt letterboxd mdblist stevenlu file : / // https: www. imdb.com trakt.tv letterboxd.com boxd.it mdblist.com
lists list users user watchlist ls006123300 ur1234567 dave 14 page 2 ? # %2F % .zip .csv ~ .. movies official json @ é
"""
PIECES = st.sampled_from(WORDS.split())


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=10).map("".join), st.sampled_from([g[0] for g in good()]))
)
@example("file:///")
@example("file://%00")
@example("https://[::1")
@example("mdblist:%2F/a")
def test_any_text_is_one_source_for_good_or_refused(text: str) -> None:
    try:
        source = parse_source(text)
    except SourceError:
        return
    assert source.provider in names()
    assert parse_source(str(source)) == source
