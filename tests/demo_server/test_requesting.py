"""POST /request: what is checked, in which order, and through which holes a second request slips."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from reconciler.demo.server import DemoServer

from .conftest import CHERNOBYL, DUNE, FIGHT_CLUB, MATRIX, NO_TVDB, THRONES, Api, products


def test_the_administrators_request_is_approved_and_sent(api: Api) -> None:
    created = api.movie(DUNE)
    body = created.json()
    assert (created.status_code, body["status"], body["requestedBy"]["id"]) == (201, 2, 1)
    assert body["media"]["status"] == 2, "stale in the answer"
    assert api.get("/request/1").json()["media"]["status"] == 3
    assert api.server.people.sent_to("radarr") == [DUNE]


def test_creation_times_are_whole_seconds_in_utc(api: Api) -> None:
    assert api.movie(DUNE).json()["createdAt"].endswith(":00.000Z"[3:])


@pytest.mark.parametrize(("user", "status", "modifier"), [(2, 1, None), (5, 2, 5)])
def test_acting_as_a_user_follows_that_users_approval(api: Api, user: int, status: int, modifier: int | None) -> None:
    body = api.movie(DUNE, user=user).json()
    assert (body["status"], body["requestedBy"]["id"]) == (status, user)
    assert (body["modifiedBy"] or {}).get("id") == modifier


def test_the_administrator_asking_for_somebody_approves_at_once(api: Api) -> None:
    body = api.movie(DUNE, userId=2).json()
    assert (body["status"], body["requestedBy"]["id"], body["modifiedBy"]["id"]) == (2, 2, 1)


def test_a_null_user_is_the_caller(api: Api) -> None:
    assert api.movie(DUNE, user=2, userId=None).json()["requestedBy"]["id"] == 2


def test_only_managers_may_ask_for_somebody_else(api: Api) -> None:
    refused = api.movie(DUNE, user=2, userId=3)
    assert (refused.status_code, refused.json()["message"]) == (
        403,
        "You do not have permission to modify the request user.",
    )
    assert api.movie(DUNE, user=6, userId=3).status_code == 201


def test_an_unknown_requester_is_a_server_error(api: Api) -> None:
    answer = api.movie(DUNE, userId=999)
    assert answer.status_code == 500
    assert answer.json()["message"].startswith('Could not find any entity of type "User" matching: {')


@pytest.mark.parametrize(
    ("call", "what"),
    [
        ({"user": 4}, "movie"),
        ({"userId": 4}, "movie"),
        ({"user": 2, "is4k": True}, "4K movie"),
    ],
)
def test_without_permission_nothing_is_requested(api: Api, call: dict[str, object], what: str) -> None:
    answer = api.movie(DUNE, **call)
    assert (answer.status_code, answer.json()) == (
        403,
        {"message": f"You do not have permission to make {what} requests."},
    )


def test_a_user_for_movies_gets_no_series(api: Api) -> None:
    assert api.movie(DUNE, user=7).status_code == 201
    assert api.show(THRONES, user=7).json()["message"] == "You do not have permission to make series requests."


def test_the_quota_comes_before_everything_about_the_title(api: Api) -> None:
    api.movie(DUNE, user=3)
    api.movie(MATRIX, user=3)
    for tmdb_id in (FIGHT_CLUB, DUNE, 99999999):
        answer = api.movie(tmdb_id, user=3)
        assert (answer.status_code, answer.json()["message"]) == (403, "Movie Quota exceeded.")
    assert api.movie(FIGHT_CLUB, userId=3).status_code == 403


def test_a_show_with_more_seasons_than_remain_fails_whole(api: Api) -> None:
    assert api.show(THRONES, [1, 2, 3, 4], user=3).json()["message"] == "Series Quota exceeded."
    assert api.show(THRONES, [1, 2], user=3).status_code == 201
    assert api.get("/user/3/quota", user=3).json()["tv"] == {
        "days": 7, "limit": 3, "used": 2, "remaining": 1, "restricted": False,
    }  # fmt: skip


def test_declining_and_deleting_free_the_quota(api: Api) -> None:
    api.movie(DUNE, user=3)
    api.movie(MATRIX, user=3)
    api.server.people.decline(1)
    api.server.people.delete_request(2)
    assert api.get("/user/3/quota").json()["movie"]["used"] == 0


def test_an_unlimited_quota_has_no_limit_and_that_of_the_administrator_is_0(api: Api) -> None:
    assert api.get("/user/2/quota").json()["movie"] == {"used": 0, "restricted": False}
    assert api.get("/user/1/quota").json()["movie"] == {"limit": 0, "used": 0, "restricted": False}
    assert api.get("/user/3/quota", user=2).status_code == 403


def test_a_movie_is_requested_once_if_is4k_is_sent(api: Api) -> None:
    api.movie(DUNE)
    again = api.movie(DUNE, user=2)
    assert (again.status_code, again.json()) == (409, {"message": "Request for this media already exists."})


def test_without_is4k_the_duplicate_check_never_matches(api: Api) -> None:
    for _ in range(3):
        assert api.post("/request", {"mediaType": "movie", "mediaId": DUNE}).status_code == 201
    for _ in range(2):
        assert api.post("/request", {"mediaType": "tv", "mediaId": THRONES, "seasons": [1]}).status_code == 201


def test_4k_after_hd_is_another_request_of_the_same_media(api: Api) -> None:
    api.movie(DUNE)
    answer = api.movie(DUNE, is4k=True).json()
    assert answer["media"]["id"] == 1
    assert api.server.people.media_of("movie", DUNE)["status4k"] == 3
    assert api.server.people.sent_to("radarr", 1) == [DUNE]


def test_a_completed_movie_is_requested_for_ever(api: Api) -> None:
    api.movie(DUNE)
    api.server.people.make_available("movie", DUNE)
    assert [api.movie(DUNE).status_code for _ in range(3)] == [201, 201, 201]


def test_a_movie_that_only_a_scan_knows_is_requested_once(api: Api) -> None:
    api.server.people.make_available("movie", DUNE)
    assert [api.movie(DUNE, user=2).status_code for _ in range(2)] == [201, 409]
    assert api.server.people.media_of("movie", DUNE)["status"] == 5


def test_a_declined_movie_is_requested_for_ever_since_only_the_oldest_counts(api: Api) -> None:
    api.movie(DUNE, user=2)
    api.server.people.decline(1)
    assert [api.movie(DUNE, user=2).status_code for _ in range(3)] == [201, 201, 201]


def test_a_deleted_movie_stays_deleted_until_the_new_request_is_approved(api: Api) -> None:
    api.movie(DUNE)
    api.server.people.make_available("movie", DUNE)
    api.server.people.delete_files("movie", DUNE)
    assert api.movie(DUNE, user=2).status_code == 201
    assert api.server.people.media_of("movie", DUNE)["status"] == 7
    api.server.people.approve(2)
    assert api.server.people.media_of("movie", DUNE)["status"] == 3


def test_a_failed_movie_is_a_duplicate_and_wants_a_retry(api: Api) -> None:
    api.movie(DUNE)
    api.server.people.fail_request(1)
    assert api.movie(DUNE).status_code == 409
    assert api.post("/request/1/retry").json()["status"] == 2


def test_all_seasons_never_include_the_specials(api: Api) -> None:
    seasons = api.show(THRONES).json()["seasons"]
    assert [season["seasonNumber"] for season in seasons] == list(range(1, 9))


@pytest.mark.parametrize("seasons", ["all", [1], [2, 3]])
def test_seasons_that_are_requested_already_leave_nothing_to_request(api: Api, seasons: object) -> None:
    api.show(THRONES)
    again = api.show(THRONES, seasons, user=2)
    assert (again.status_code, again.json()) == (202, {"message": "No seasons available to request"})


def test_a_second_request_holds_only_the_new_seasons(api: Api) -> None:
    api.show(THRONES, [1, 2])
    seasons = api.show(THRONES, [1, 2, 3]).json()["seasons"]
    assert [season["seasonNumber"] for season in seasons] == [3]


def test_specials_need_their_setting(api: Api) -> None:
    assert api.show(THRONES, [0]).status_code == 202
    assert [one["seasonNumber"] for one in api.show(THRONES, [0, 1]).json()["seasons"]] == [1]
    api.server.people.set_special_episodes(on=True)
    assert [one["seasonNumber"] for one in api.show(THRONES, [0]).json()["seasons"]] == [0]
    assert 0 not in [one["seasonNumber"] for one in api.show(1396).json()["seasons"]]


def test_no_seasons_at_all_leave_nothing_to_request(api: Api) -> None:
    api.server.people.add_title("tv", 77, "Announced", tvdb_id=77)
    assert api.show(THRONES, []).status_code == 202
    assert api.show(77).status_code == 202


def test_a_show_without_the_seasons_property_is_a_server_error(api: Api) -> None:
    answer = api.post("/request", {"mediaType": "tv", "mediaId": THRONES, "is4k": False})
    assert answer.json() == {"message": "Cannot read properties of undefined (reading 'filter')"}
    assert answer.status_code == 500


def test_a_season_that_does_not_exist_is_requested_all_the_same(api: Api) -> None:
    assert [one["seasonNumber"] for one in api.show(THRONES, [99]).json()["seasons"]] == [99]
    assert [one["seasonNumber"] for one in api.show(1396, [1, 1, 2]).json()["seasons"]] == [1, 1, 2]


def test_a_show_without_a_tvdb_id_is_kept_while_pending_and_vanishes_when_approved(api: Api) -> None:
    assert api.show(NO_TVDB, user=2).status_code == 201
    assert api.get("/request/1").status_code == 200
    assert api.post("/request/1/approve").status_code == 200
    assert api.get("/request/1").status_code == 404
    assert api.show(NO_TVDB).status_code == 201
    assert api.get("/request/2").status_code == 404
    assert api.server.people.media_of("tv", NO_TVDB) is None


def test_two_shows_cannot_share_a_tvdb_id(api: Api) -> None:
    api.show(THRONES)
    api.server.people.add_title("tv", 77, "Twin", tvdb_id=121361, seasons=[[1, 3]])
    answer = api.show(77)
    assert answer.status_code == 500
    assert answer.json() == {"message": "SQLITE_CONSTRAINT: UNIQUE constraint failed: media.tvdbId"}


def test_a_blocklisted_title_is_refused_to_everybody_in_both_qualities(api: Api) -> None:
    api.server.people.block("movie", DUNE)
    for is4k in (False, True):
        answer = api.movie(DUNE, is4k=is4k)
        assert (answer.status_code, answer.json()) == (403, {"message": "This media is blocklisted."})


def test_an_unknown_id_and_an_outage_differ_by_one_number(api: Api) -> None:
    text = "[TMDB] Failed to fetch movie details: Request failed with status code "
    unknown = api.movie(99999999)
    assert (unknown.status_code, unknown.json()["message"]) == (500, text + "404")
    api.server.people.set_tmdb(500)
    assert api.movie(DUNE).json()["message"] == text + "500"


def test_options_are_stored_and_passed_on_whoever_asks(api: Api) -> None:
    options = {"serverId": 1, "profileId": 5, "rootFolder": "/x", "languageProfileId": 1, "tags": [1]}
    body = api.movie(DUNE, user=5, **options).json()
    assert {name: body[name] for name in options} == options
    assert api.server.people.sent_to("radarr", 1) == [DUNE], "a 4K server gets an HD request"


def test_a_server_that_does_not_exist_swallows_the_request(api: Api) -> None:
    assert api.movie(DUNE, serverId=9).status_code == 201
    assert api.server.people.media_of("movie", DUNE)["status"] == 3
    assert api.server.people.sent_to("radarr") == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"mediaId": "78"}, "request.body.mediaId should be number"),
        ({"is4k": "false"}, "request.body.is4k should be boolean"),
        ({"serverId": None}, "request.body.serverId should be number"),
        ({"mediaType": "film"}, "request.body.mediaType should be equal to one of the allowed values: movie, tv"),
        ({"mediaId": ...}, "request.body should have required property 'mediaId'"),
    ],
)
def test_a_wrong_body_is_described(api: Api, body: dict[str, object], message: str) -> None:
    whole = {"mediaType": "movie", "mediaId": 78} | body
    answer = api.post("/request", {name: value for name, value in whole.items() if value is not ...})
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert answer.json()["errors"][0]["errorCode"] == "type.openapi.validation"


def test_wrong_tags_leave_a_pending_media_row_without_a_request(api: Api) -> None:
    assert api.movie(DUNE, tags="x").status_code == 500
    assert api.server.people.all_requests() == []
    assert api.server.people.media_of("movie", DUNE)["status"] == 2


@pytest.mark.parametrize(("condition", "media"), [("down", 2), ("timeout", 3)])
def test_a_radarr_that_is_down_fails_the_request_after_the_answer(api: Api, condition: str, media: int) -> None:
    api.server.people.set_service("radarr", 0, condition)
    assert api.movie(DUNE).json()["status"] == 2
    assert api.get("/request/1").json()["status"] == 4
    assert api.server.people.media_of("movie", DUNE)["status"] == media


def test_some_approved_requests_leave_their_media_pending_the_same_ones_for_the_same_seed() -> None:
    def missed(seed: int) -> list[int]:
        with DemoServer(seed=seed, pending_share=0.2) as server:
            api = Api(server)
            for title in [one for one in server.state.tmdb.catalogue if one.kind == "movie"][:60]:
                api.movie(title.tmdb_id)
            api.close()
            assert {one["status"] for one in server.people.all_requests()} == {2}
            return [one["tmdbId"] for one in server.people.all_media() if one["status"] == 2]

    assert missed(1) == missed(1) != missed(2)
    assert 0 < len(missed(1)) < 30


def at_once(api: Api, calls: list[Callable[[Api], httpx.Response]]) -> list[httpx.Response]:
    """The answers to calls that all pass their checks before the first of them is written."""
    api.server.state.race_window = 0.3
    clients = [Api(api.server) for _ in calls]
    with ThreadPoolExecutor(len(calls)) as pool:
        answers = list(pool.map(lambda pair: pair[0](pair[1]), zip(calls, clients, strict=True)))
    for client in clients:
        client.close()
    return answers


def some_movies(api: Api, count: int) -> list[int]:
    return [one.tmdb_id for one in api.server.state.tmdb.catalogue if one.kind == "movie"][:count]


def test_parallel_posts_of_one_movie_are_all_accepted(api: Api) -> None:
    answers = at_once(api, [lambda client: client.movie(DUNE)] * 6)
    accepted = [answer for answer in answers if answer.status_code == 201]
    assert len(accepted) > 1
    assert len(api.server.people.all_media()) > 1
    assert api.server.calls.most_writes_at_once > 1
    shown = api.get(f"/movie/{DUNE}").json()["mediaInfo"]["requests"]
    assert len(shown) < len(accepted), "requests on the other media rows are not visible there"


def test_parallel_posts_outrun_a_quota(api: Api) -> None:
    answers = at_once(api, [lambda client, i=i: client.movie(i, user=3) for i in some_movies(api, 5)])
    assert [answer.status_code for answer in answers].count(201) > 2


def test_a_failing_constraint_spoils_what_is_written_at_the_same_time(api: Api) -> None:
    api.show(THRONES)
    api.server.people.add_title("tv", 77, "Twin", tvdb_id=121361, seasons=[[1, 3]])
    movies = some_movies(api, 6)
    twin, *answers = at_once(
        api, [lambda client: client.show(77), *(lambda client, i=i: client.movie(i) for i in movies)]
    )
    assert twin.status_code == 500
    assert any(
        answer.status_code == 500 or answer.json()["media"]["tmdbId"] != tmdb_id
        for tmdb_id, answer in zip(movies, answers, strict=True)
    ), "a request fails too or is stored on another movie"


def test_a_request_id_is_never_given_out_twice(api: Api) -> None:
    api.movie(DUNE)
    api.delete("/request/1")
    assert api.movie(MATRIX).json()["id"] == 2


@products("overseerr", "jellyseerr-2.3", "jellyseerr-2.7", "seerr")
def test_every_product_takes_a_movie_and_a_show(api: Api) -> None:
    assert api.movie(DUNE).status_code == 201
    assert api.show(CHERNOBYL, [1]).status_code == 201
    assert api.get("/request?take=20&skip=0").json()["pageInfo"]["results"] == 2
