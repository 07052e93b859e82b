"""What becomes of a request afterwards: by its endpoints, by people, by scans, and by a new installation."""

from __future__ import annotations

import pytest

from reconciler.demo.server import DemoServer, Permission

from .conftest import CHERNOBYL, DUNE, FIGHT_CLUB, MATRIX, THRONES, Api, products


def status(api: Api, request_id: int) -> int:
    return int(api.get(f"/request/{request_id}").json()["status"])


def test_approving_sends_once_however_often(api: Api) -> None:
    api.movie(DUNE, user=2)
    for _ in range(2):
        assert api.post("/request/1/approve").json()["status"] == 2
    assert api.server.people.sent_to("radarr") == [DUNE]
    assert api.server.people.media_of("movie", DUNE)["status"] == 3


def test_only_managers_approve(api: Api) -> None:
    api.movie(DUNE, user=2)
    assert api.post("/request/1/approve", user=2).status_code == 403
    assert api.post("/request/1/approve", user=6).status_code == 200


@pytest.mark.parametrize("word", ["pending", "available", "foo"])
def test_a_request_is_approved_or_declined_and_nothing_else(api: Api, word: str) -> None:
    api.movie(DUNE)
    assert api.post(f"/request/1/{word}").status_code == 400


def test_declining_an_approved_movie_forgets_it_though_radarr_keeps_it(api: Api) -> None:
    api.movie(DUNE)
    assert api.post("/request/1/decline").json()["status"] == 3
    media = api.server.people.media_of("movie", DUNE)
    assert (media["status"], media["externalServiceId"]) == (1, 1)


def test_declining_a_show_resets_it_only_with_its_last_pending_request(api: Api) -> None:
    api.show(THRONES, [1], user=2)
    api.show(THRONES, [2], user=2)
    api.server.people.decline(1)
    assert api.server.people.media_of("tv", THRONES)["status"] == 2
    api.server.people.decline(2)
    media = api.server.people.media_of("tv", THRONES)
    assert media["status"] == 1
    assert media["requests"][1]["seasons"][0]["status"] == 3


def test_deleting_a_request_leaves_its_media_row_unknown(api: Api) -> None:
    api.movie(DUNE)
    assert api.delete("/request/1").status_code == 204
    info = api.get(f"/movie/{DUNE}").json()["mediaInfo"]
    assert (info["status"], info["requests"], info["externalServiceId"]) == (1, [], 1)


def test_anybody_may_delete_a_pending_request_and_nobody_else_an_approved_one(api: Api) -> None:
    api.movie(DUNE, user=2)
    assert api.delete("/request/1", user=8).status_code == 204
    api.movie(MATRIX)
    answer = api.delete("/request/2", user=8)
    assert (answer.status_code, answer.json()["message"]) == (401, "You do not have permission to delete this request.")


@pytest.mark.parametrize("path", ["/request/9", "/request/abc"])
def test_an_unknown_request_is_not_found(api: Api, path: str) -> None:
    for answer in (api.get(path), api.delete(path), api.post(path + "/approve")):
        assert (answer.status_code, answer.json()) == (404, {"message": "Request not found."})


def test_deleting_the_last_request_resets_both_qualities_unless_available(api: Api) -> None:
    people = api.server.people
    api.movie(DUNE)
    people.make_available("movie", DUNE)
    api.movie(DUNE, is4k=True)
    api.delete("/request/2")
    media = people.media_of("movie", DUNE)
    assert (media["status"], media["status4k"]) == (5, 1)
    api.show(CHERNOBYL)
    people.make_partially_available(CHERNOBYL)
    api.delete("/request/3")
    assert people.media_of("tv", CHERNOBYL)["status"] == 1, "partly available is lost"


def test_an_owner_may_change_the_seasons_of_a_show(api: Api) -> None:
    api.show(THRONES, [1], user=2)
    changed = api.call("PUT", "/request/1", body={"mediaType": "tv", "seasons": [1, 2, 3]}, user=2)
    assert [season["seasonNumber"] for season in changed.json()["seasons"]] == [1, 2, 3]
    assert api.call("PUT", "/request/1", body={"mediaType": "tv", "seasons": []}).status_code == 500
    assert api.call("PUT", "/request/1", body={"mediaType": "tv", "seasons": [1]}, user=8).status_code == 403


def test_a_manager_may_give_a_request_to_somebody_else(api: Api) -> None:
    api.movie(DUNE, user=2)
    body = {"mediaType": "movie", "userId": 5}
    assert api.call("PUT", "/request/1", body=body, user=6).json()["requestedBy"]["id"] == 5
    assert (api.get("/user/2").json()["requestCount"], api.get("/user/5").json()["requestCount"]) == (0, 1)


def test_an_available_movie_completes_its_request(api: Api) -> None:
    api.movie(DUNE)
    api.server.people.make_available("movie", DUNE)
    assert status(api, 1) == 5
    assert api.server.people.media_of("movie", DUNE)["status"] == 5


@products("overseerr", "jellyseerr-2.3")
def test_older_products_keep_the_request_of_an_available_movie_approved(api: Api) -> None:
    api.movie(DUNE)
    api.server.people.make_available("movie", DUNE)
    assert status(api, 1) == 2
    assert api.movie(DUNE).status_code == 409


def test_a_pending_movie_that_becomes_available_is_approved_and_stays_so(api: Api) -> None:
    api.movie(DUNE, user=2)
    answer = api.post("/media/1/available", {})
    assert (answer.status_code, status(api, 1)) == (200, 2)


def test_a_show_follows_its_seasons(api: Api) -> None:
    people = api.server.people
    api.show(THRONES, [1, 2])
    assert people.media_of("tv", THRONES)["seasons"] == [], "nothing until a scan has seen it"
    people.make_available("tv", THRONES, seasons=[1])
    media = people.media_of("tv", THRONES)
    rows = [(row["seasonNumber"], row["status"]) for row in media["seasons"]]
    assert media["status"] == 4
    assert rows == [(1, 5), (2, 3), *((number, 1) for number in range(3, 9))]
    assert [season["status"] for season in media["requests"][0]["seasons"]] == [5, 2]
    people.make_partially_available(THRONES, seasons=[2])
    assert people.media_of("tv", THRONES)["seasons"][1]["status"] == 4
    people.make_available("tv", THRONES, seasons=[2])
    assert status(api, 1) == 5
    people.make_available("tv", THRONES)
    assert people.media_of("tv", THRONES)["status"] == 5


def test_a_pending_request_of_a_show_that_becomes_available_stays_pending(api: Api) -> None:
    api.show(THRONES, user=2)
    api.server.people.make_available("tv", THRONES)
    assert status(api, 1) == 1


def test_available_seasons_are_not_requested_again(api: Api) -> None:
    api.server.people.make_available("tv", THRONES, seasons=[1, 2])
    seasons = api.show(THRONES).json()["seasons"]
    assert [season["seasonNumber"] for season in seasons] == [3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("server", "gone"),
    [("seerr", 7), ("jellyseerr-2.7", 7), ("jellyseerr-2.3", 1), ("overseerr", 1)],
    indirect=["server"],
)
def test_deleted_files_are_a_state_of_their_own_only_in_later_products(api: Api, gone: int) -> None:
    api.movie(DUNE)
    api.server.people.make_available("movie", DUNE)
    api.server.people.delete_files("movie", DUNE)
    assert api.server.people.media_of("movie", DUNE)["status"] == gone


def test_deleted_seasons_may_be_requested_again(api: Api) -> None:
    people = api.server.people
    api.show(THRONES, [1, 2])
    people.make_available("tv", THRONES, seasons=[1, 2])
    people.delete_files("tv", THRONES, seasons=[1])
    assert people.media_of("tv", THRONES)["status"] == 4
    assert [one["seasonNumber"] for one in api.show(THRONES, [1, 2]).json()["seasons"]] == [1]


def test_deleting_media_takes_its_requests_along(api: Api) -> None:
    api.movie(DUNE)
    assert api.delete("/media/1", user=2).status_code == 403
    assert api.delete("/media/1").status_code == 204
    assert api.get("/request/1").status_code == 404
    assert "mediaInfo" not in api.get(f"/movie/{DUNE}").json()
    again = api.delete("/media/1")
    assert (again.status_code, again.json()["message"]) == (404, "Media not found")


def test_media_buttons_need_a_json_body_and_know_their_limits(api: Api) -> None:
    api.movie(DUNE)
    assert api.post("/media/1/available").status_code == 415
    assert api.post("/media/1/partial", {}).status_code == 400
    for word, number in (("processing", 3), ("pending", 2), ("unknown", 1)):
        assert api.post(f"/media/1/{word}", {}).json()["status"] == number
    assert api.post("/media/1/deleted", {}).json()["status"] == 1, "accepted, and does nothing"


def test_the_block_list_has_its_own_answers(api: Api) -> None:
    body = {"tmdbId": DUNE, "mediaType": "movie", "title": "Dune", "user": 1}
    assert api.post("/blocklist", {**body, "user": 1}, user=2).status_code == 403
    assert api.post("/blocklist", {name: body[name] for name in ("tmdbId", "mediaType")}).status_code == 500
    created = api.post("/blocklist", body)
    assert (created.status_code, created.content) == (201, b"")
    again = api.post("/blocklist", body)
    assert (again.status_code, again.json()["message"]) == (412, "Item already blocklisted")
    assert api.get("/blocklist").json()["results"][0]["title"] == "Dune"
    media = api.server.people.media_of("movie", DUNE)
    assert (media["status"], media["status4k"]) == (6, 6)
    assert api.get(f"/blocklist/{DUNE}").status_code == 200
    assert api.delete(f"/blocklist/{DUNE}").status_code == 204
    assert api.server.people.media_of("movie", DUNE) is None
    unknown = api.delete(f"/blocklist/{DUNE}")
    assert unknown.status_code == 401
    assert unknown.json()["message"].startswith("Could not find any entity")


def test_the_block_list_confuses_a_movie_with_the_show_of_the_same_number(api: Api) -> None:
    api.show(1396, [1])
    api.server.people.block("movie", 1396)
    assert api.server.people.media_of("tv", 1396)["status"] == 6
    assert api.movie(1396).status_code == 201


def test_blocklisted_requests_are_counted_but_not_listed(api: Api) -> None:
    api.movie(DUNE)
    api.server.people.block("movie", DUNE)
    assert api.get("/request").json()["results"] == []
    assert api.get("/request/count").json()["total"] == 1


def test_the_old_path_of_the_block_list_is_deprecated(api: Api) -> None:
    headers = api.get("/blacklist").headers
    assert headers["Deprecation"] == "true"
    assert headers["Link"] == '</api/v1/blocklist>; rel="successor-version"'
    assert "Deprecation" not in api.get("/blocklist").headers


def test_a_new_season_can_be_announced(api: Api) -> None:
    assert api.server.people.add_season(CHERNOBYL, episodes=6) == 2
    assert api.get(f"/tv/{CHERNOBYL}").json()["numberOfSeasons"] == 2


def test_a_reset_is_another_installation_with_the_same_key(api: Api, server: DemoServer) -> None:
    api.movie(DUNE)
    before, first = api.get("/settings/public").json(), api.get("/auth/me").json()
    assert api.get("/settings/public").json()["vapidPublic"] == before["vapidPublic"]
    server.people.reset()
    after, second = api.get("/settings/public").json(), api.get("/auth/me").json()
    assert after["vapidPublic"] != before["vapidPublic"]
    assert second["createdAt"] != first["createdAt"]
    assert api.get("/media").json()["results"] == []
    assert api.movie(MATRIX).json()["id"] == 1


def test_an_upgrade_keeps_data_and_fingerprint_and_a_swap_neither(api: Api, server: DemoServer) -> None:
    api.movie(DUNE)
    before = api.get("/settings/public").json()["vapidPublic"]
    server.people.upgrade("overseerr")
    assert api.get("/settings/public").json()["vapidPublic"] == before
    assert api.get("/status").json()["version"] == "1.34.0"
    assert status(api, 1) == 2
    server.people.swap("jellyseerr-2.3")
    assert api.get("/settings/public").json()["vapidPublic"] != before
    assert api.get("/request/1").status_code == 404


def test_people_come_and_change(api: Api, server: DemoServer) -> None:
    newcomer = server.people.add_user("newcomer", permissions=Permission.REQUEST_MOVIE, movies=1)
    assert newcomer == 9
    assert [api.movie(one, user=9).status_code for one in (DUNE, MATRIX)] == [201, 403]
    server.people.change_user(9, permissions=Permission.REQUEST | Permission.AUTO_APPROVE, movies=0)
    assert api.movie(FIGHT_CLUB, user=9).json()["status"] == 2
    server.people.delete_user(9)
    assert api.get("/auth/me", user=9).status_code == 403
    assert server.people.all_requests() == []


def test_people_ask_on_the_servers_own_pages(api: Api, server: DemoServer) -> None:
    assert server.people.request("tv", THRONES, user=2, seasons=[1]) == 1
    assert api.get("/request/1").json()["requestedBy"]["id"] == 2
    assert len(server.calls) == 1, "only the GET above"
