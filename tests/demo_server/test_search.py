"""Search and details: strict encoding, prefixes, and an outage that looks like nothing found."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from reconciler.demo.server import DemoServer

from .conftest import DUNE, DUNE_1984, MATRIX, THRONES, Api, products


def test_a_title_search_finds_every_remake_the_popular_exact_one_first(api: Api) -> None:
    found = api.found("dune")
    assert found[:2] == [("movie", DUNE), ("movie", DUNE_1984)]
    assert ("movie", 693134) in found


def test_search_ignores_accents_and_knows_original_titles(api: Api) -> None:
    assert api.found("amelie") == [("movie", 194)]
    assert api.found("das leben der anderen") == [("movie", 582)]
    assert ("tv", 126308) in api.found("shogun")


def test_a_movie_and_a_show_may_share_a_title(api: Api) -> None:
    assert set(api.found("fargo")) >= {("movie", 275), ("tv", 60622)}


def test_every_word_has_to_match(api: Api) -> None:
    assert api.found("dune 2021") == []


def test_people_and_collections_are_among_the_results(api: Api) -> None:
    assert ("person", 525) in api.found("christopher nolan")
    assert ("collection", 726871) in api.found("dune collection")


@pytest.mark.parametrize("character", "+'()!*,:/;@$[]")
def test_a_reserved_character_must_be_escaped(api: Api, character: str) -> None:
    status, body = api.raw(f"/search?query=a{character}b")
    assert status == 400
    assert body["message"] == "Parameter 'query' must be url encoded. Its value may not contain reserved characters."
    assert api.raw(f"/search?query=a{quote(character, safe='')}b")[0] == 200


@pytest.mark.parametrize("target", ["/search", "/search?query=", "/search?query=a&page=", "/search?query=a&page=x"])
def test_a_missing_empty_or_wrong_parameter_is_refused(api: Api, target: str) -> None:
    assert api.raw(target)[0] == 400


def test_blanks_alone_find_nothing(api: Api) -> None:
    assert api.get("/search?query=%20%20").json()["totalResults"] == 0


def test_pages_have_twenty_results_and_the_one_past_the_end_none(api: Api) -> None:
    first = api.get("/search?query=the").json()
    assert (len(first["results"]), first["totalPages"]) == (20, -(-first["totalResults"] // 20))
    beyond = api.get("/search?query=the&page=500").json()
    assert (beyond["page"], beyond["totalPages"], beyond["results"]) == (500, first["totalPages"], [])


@pytest.mark.parametrize("page", [0, -1, 501])
def test_an_impossible_page_is_an_empty_first_one(api: Api, page: int) -> None:
    body = api.get(f"/search?query=the&page={page}").json()
    assert body == {"page": 1, "totalPages": 1, "totalResults": 0, "results": []}


@pytest.mark.parametrize("query", ["imdb:tt1160419", "IMDB:TT1160419", "foo tmdb:438631", "dune year:2021"])
def test_a_prefix_is_found_in_any_case_and_place(api: Api, query: str) -> None:
    assert api.found(query) == [("movie", DUNE)]


def test_a_tmdb_number_finds_movie_and_show_alike(api: Api) -> None:
    assert api.found("tmdb:1396") == [("movie", 1396), ("tv", 1396)]


def test_a_tvdb_number_finds_every_show_that_shares_it(api: Api) -> None:
    assert api.found("tvdb:121361") == [("tv", THRONES)]
    api.server.people.add_title("tv", 77, "Twin", tvdb_id=121361)
    assert api.found("tvdb:121361") == [("tv", THRONES), ("tv", 77)]


def test_an_imdb_id_may_belong_to_a_person_or_to_two_titles(api: Api) -> None:
    assert api.found("imdb:nm0634240") == [("person", 525)]
    api.server.people.add_title("tv", 77, "The Matrix: The Series", imdb_id="tt0133093")
    assert api.found("imdb:tt0133093") == [("movie", MATRIX), ("tv", 77)]


@pytest.mark.parametrize("query", ["tt1160419", "imdb:1160419", "imdb:tt9999999", "tvdb:1", "tmdb:99999999"])
def test_an_unknown_or_unmarked_id_finds_nothing_without_an_error(api: Api, query: str) -> None:
    assert api.found(query) == []


@pytest.mark.parametrize("status", [500, 429])
@pytest.mark.parametrize("query", ["dune", "tmdb:438631", "dune year:2021"])
def test_an_outage_of_tmdb_looks_like_nothing_found(api: Api, query: str, status: int) -> None:
    api.server.people.set_tmdb(status)
    assert api.get("/search?query=" + quote(query, safe="")).json()["totalResults"] == 0
    api.server.people.set_tmdb(None)
    assert api.found(query) != []


@pytest.mark.parametrize("query", ["imdb:tt1160419", "tvdb:121361"])
def test_an_outage_shows_only_in_searches_by_foreign_id(api: Api, query: str) -> None:
    api.server.people.set_tmdb(500)
    answer = api.get("/search?query=" + quote(query, safe=""))
    assert (answer.status_code, answer.json()) == (500, {"message": "Unable to retrieve search results."})


@products("seerr", "overseerr")
def test_a_result_carries_no_foreign_ids_and_a_media_row_without_requests(api: Api, server: DemoServer) -> None:
    api.movie(DUNE)
    result = api.get("/search?query=imdb%3Att1160419").json()["results"][0]
    assert not {"imdbId", "externalIds"} & set(result)
    assert "requests" not in result["mediaInfo"]
    assert ("seasons" in result["mediaInfo"]) == (server.state.product.family == "overseerr")


def test_details_of_an_unrequested_title_have_no_media_info(api: Api) -> None:
    movie = api.get(f"/movie/{DUNE}").json()
    assert "mediaInfo" not in movie
    assert (movie["imdbId"], movie["releaseDate"]) == ("tt1160419", "2021-09-15")


def test_details_of_a_show_name_its_seasons_and_ids(api: Api) -> None:
    show = api.get(f"/tv/{THRONES}").json()
    assert show["externalIds"] == {"imdbId": "tt0944947", "tvdbId": 121361}
    assert [season["seasonNumber"] for season in show["seasons"]] == list(range(9))
    assert show["numberOfSeasons"] == 8


@pytest.mark.parametrize("path", ["/movie/0", "/movie/99999999", "/tv/99999999"])
def test_an_unknown_id_cannot_be_told_from_an_outage(api: Api, path: str) -> None:
    unknown = api.get(path)
    api.server.people.set_tmdb(500)
    assert (unknown.status_code, unknown.json()) == (500, api.get(path).json())


def test_an_id_that_is_no_number_is_a_bad_request(api: Api) -> None:
    answer = api.get("/movie/dune")
    assert (answer.status_code, answer.json()["message"]) == (400, "request.params.movieId should be number")


def test_a_film_without_a_date_has_an_empty_one(api: Api) -> None:
    assert api.get("/movie/339727").json()["releaseDate"] == ""
