"""Where the products differ."""

from __future__ import annotations

import pytest

from reconciler.demo.server import PRODUCTS, DemoServer

from .conftest import DUNE, THRONES, Api, products

ALL = tuple(PRODUCTS)


def test_an_unknown_product_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"seerr, jellyseerr-2\.7, jellyseerr-2\.3, overseerr"):
        DemoServer("plex")


@products(*ALL)
def test_the_public_settings_tell_the_products_apart(api: Api, server: DemoServer) -> None:
    settings = api.get("/settings/public", key=None).json()
    old = server.state.product.family == "overseerr"
    assert ("mediaServerType" in settings, "enableSpecialEpisodes" in settings) == (not old, not old)
    assert ("region" in settings, "discoverRegion" in settings) == (old, not old)
    assert settings["applicationTitle"] == server.state.product.title


@pytest.mark.parametrize(
    ("server", "statuses"),
    [("overseerr", [400, 400, 400]), ("jellyseerr-2.3", [200, 400, 400]), ("seerr", [200, 200, 200])],
    indirect=["server"],
)
def test_each_product_knows_its_own_query_parameters(api: Api, statuses: list[int]) -> None:
    queries = ("sortDirection=asc", "mediaType=movie", "filter=completed")
    assert [api.get(f"/request?{query}").status_code for query in queries] == statuses


@products("overseerr")
def test_the_oldest_product_names_what_it_does_not_know(api: Api) -> None:
    assert api.get("/request?sortDirection=asc").json()["message"] == "Unknown query parameter 'sortDirection'"
    assert api.get("/user?q=a").status_code == 400
    assert api.get("/media?filter=deleted").status_code == 400
    assert "serviceErrors" not in api.get("/request").json()


@pytest.mark.parametrize(
    ("server", "setting", "special"),
    [
        ("overseerr", False, True),
        ("jellyseerr-2.3", False, False),
        ("jellyseerr-2.3", True, True),
        ("jellyseerr-2.7", True, True),
        ("seerr", True, False),
    ],
    indirect=["server"],
)
def test_all_seasons_mean_something_else_in_each_product(api: Api, setting: bool, special: bool) -> None:
    api.server.people.set_special_episodes(on=setting)
    numbers = [season["seasonNumber"] for season in api.show(THRONES).json()["seasons"]]
    assert numbers == [*([0] if special else []), *range(1, 9)]


@products("overseerr")
def test_the_oldest_product_accepts_specials_without_a_setting(api: Api) -> None:
    assert [season["seasonNumber"] for season in api.show(THRONES, [0]).json()["seasons"]] == [0]


@pytest.mark.parametrize(
    ("server", "found"),
    [("overseerr", (404, 404)), ("jellyseerr-2.3", (404, 200)), ("jellyseerr-2.7", (404, 200)), ("seerr", (200, 200))],
    indirect=["server"],
)
def test_the_block_list_has_two_names_or_none(api: Api, found: tuple[int, int]) -> None:
    assert (api.get("/blocklist").status_code, api.get("/blacklist").status_code) == found


@products("jellyseerr-2.3", "jellyseerr-2.7")
def test_the_refusal_of_a_blocked_title_uses_the_products_word(api: Api) -> None:
    api.server.people.block("movie", DUNE)
    assert api.movie(DUNE).json() == {"message": "This media is blacklisted."}


@products("overseerr")
def test_nothing_can_be_blocked_where_there_is_no_list(server: DemoServer) -> None:
    with pytest.raises(ValueError, match="no block list"):
        server.people.block("movie", DUNE)


@pytest.mark.parametrize(("server", "status"), [("jellyseerr-2.7", 201), ("seerr", 201)], indirect=["server"])
def test_a_completed_movie_may_be_requested_again_where_requests_complete(api: Api, status: int) -> None:
    api.movie(DUNE)
    api.server.people.make_available("movie", DUNE)
    assert api.movie(DUNE).status_code == status


@pytest.mark.parametrize(("server", "marked"), [("overseerr", [1, 2]), ("seerr", [2])], indirect=["server"])
def test_marking_a_show_available_marks_seasons_differently(api: Api, marked: list[int]) -> None:
    api.server.people.make_partially_available(THRONES, seasons=[1, 2])
    body = api.post("/media/1/available", {"seasons": [{"seasonNumber": 2}]}).json()
    available = [row["seasonNumber"] for row in body["seasons"] if row["status"] == 5]
    assert [number for number in available if number < 3] == marked


@products(*ALL)
def test_the_holes_common_to_all_products(api: Api) -> None:
    for _ in range(2):
        assert api.post("/request", {"mediaType": "movie", "mediaId": DUNE}, user=2).status_code == 201
    assert api.get("/auth/me", user="").json()["id"] == 1
    assert api.delete("/request/1", user=8).status_code == 204
