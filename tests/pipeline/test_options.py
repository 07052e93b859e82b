"""Server, profile, root folder and tags by name: looked up where it does no harm, kept, and refused before anything is
sent when they do not exist."""

from typing import Any

import pytest

from providers.servers import UnknownUser
from reconciler.errors import ListsyncError
from reconciler.options import UnknownOptions, option_problems
from schemas.plan import PlannedAction
from schemas.reasons import Reason
from schemas.server import RequestOptions
from tests.pipeline.home import Clock, Home, remote

MATRIX, DUNE, THRONES = "movie:tmdb:603", "movie:tmdb:438631", "tv:tmdb:1399"


def options(home: Home) -> dict[str, RequestOptions]:
    return {str(one.key): one.options for one in home.plan().actions}


def held(home: Home) -> list[tuple[str, Reason | None, str]]:
    return [(str(one.key), one.reason, one.detail) for one in home.plan().held]


def questions_put(home: Home) -> int:
    return home.server.count("/settings", "POST")


def refused(home: Home) -> list[str]:
    with pytest.raises(UnknownOptions) as error:
        home.apply()
    assert error.value.exit_code == 1
    assert home.server.people.all_requests() == []
    lines = str(error.value).splitlines()
    places = {str(home.folder / "listsync.yaml"), "listsync.yaml"}
    assert all(line.split(":")[0] in places for line in lines)
    return [line.split(": ", 1)[1] for line in lines]


def written(home: Home, place: str) -> str:
    """What stands in the file at `listsync.yaml:7:5`, to the end of the line."""
    line, column = place.split(":")[-2:]
    return (home.folder / "listsync.yaml").read_text().splitlines()[int(line) - 1][int(column) - 1 :]


def test_names_become_the_ids_of_the_right_service(home: Home) -> None:
    home.server.people.change_service("radarr", 1, tags={7: "letterboxd", 9: "4k"}, more_folders=("/more4k/",))
    request = {
        "is_4k": True,
        "server": "Radarr 4K",
        "profile": "ultra-hd",
        "root_folder": "/more4k",
        "tags": ["Letterboxd", "4k"],
    }
    home.holds("films", MATRIX, request=request, filter={"kinds": ["movie"]})
    wanted = RequestOptions(server_id=1, profile_id=5, root_folder="/more4k/", tags=(7, 9))
    assert options(home) == {f"{MATRIX}@4k": wanted}
    home.apply()
    (request_row,) = home.server.people.all_requests()
    told = {name: request_row[name] for name in ("serverId", "profileId", "rootFolder", "tags")}
    assert told == {"serverId": 1, "profileId": 5, "rootFolder": "/more4k/", "tags": [7, 9]}
    assert home.server.people.sent_to("radarr", 1) == [603]
    assert home.says() == []


def test_each_kind_is_resolved_in_its_own_default_service(home: Home) -> None:
    home.server.people.change_service("sonarr", 0, profiles={11: "HD-1080p"})
    home.holds("all", MATRIX, THRONES, request={"profile": "HD-1080p"})
    assert options(home) == {
        MATRIX: RequestOptions(server_id=0, profile_id=4),
        THRONES: RequestOptions(server_id=0, profile_id=11),
    }


def test_both_qualities_are_resolved_each_in_its_own_service(home: Home) -> None:
    home.server.people.change_service("radarr", 1, profiles={8: "HD-1080p"})
    home.holds("films", MATRIX, request={"is_4k": "both", "profile": "HD-1080p"}, filter={"kinds": ["movie"]})
    found = options(home)
    assert (found[MATRIX].server_id, found[MATRIX].profile_id) == (0, 4)
    assert (found[f"{MATRIX}@4k"].server_id, found[f"{MATRIX}@4k"].profile_id) == (1, 8)


def test_a_list_that_names_nothing_leaves_all_to_the_server_and_asks_for_nothing(home: Home) -> None:
    home.holds("films", MATRIX)
    assert options(home) == {MATRIX: RequestOptions()}
    assert home.server.count("/service") == home.server.count("/settings/radarr") == 0


def test_a_server_alone_needs_no_look_into_it(home: Home) -> None:
    home.server.people.set_service("radarr", 0, "down")
    home.holds("films", MATRIX, request={"server": "radarr hd"}, filter={"kinds": ["movie"]})
    assert options(home) == {MATRIX: RequestOptions(server_id=0)}
    assert questions_put(home) == 0


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (
            {"server": "Radar HD"},
            "lists.films.request.server: 'Radar HD' is no Radarr of the server; there are Radarr 4K, Radarr HD"
            " (did you mean Radarr HD?)",
        ),
        (
            {"profile": "HD-1080"},
            "lists.films.request.profile: 'HD-1080' is no quality profile of Radarr HD;"
            " there are HD - 720p/1080p, HD-1080p, Ultra-HD (did you mean HD-1080p?)",
        ),
        (
            {"root_folder": "/films"},
            "lists.films.request.root_folder: '/films' is no root folder of Radarr HD; there is /movies",
        ),
        ({"tags": ["requested", "x"]}, "lists.films.request.tags: 'x' is no tag of Radarr HD; there is requested"),
        (
            {"server": "Radarr 4K"},
            "lists.films.request.server: Radarr 4K takes requests in 4K, and the list asks in HD (see `is_4k`)",
        ),
    ],
    ids=["server", "profile", "root folder", "tags", "quality"],
)
def test_a_name_that_does_not_exist_refuses_the_plan_and_says_what_there_is(
    home: Home, request_: dict[str, Any], line: str
) -> None:
    home.holds("films", MATRIX, request=request_, filter={"kinds": ["movie"]})
    assert refused(home) == [line]


def test_a_wrong_name_is_told_with_its_place_in_the_list_or_in_the_defaults(home: Home) -> None:
    home.yaml["defaults"] = {"request": {"profile": "B"}}
    home.holds("films", MATRIX, request={"profile": "A"}, filter={"kinds": ["movie"]})
    home.holds("others", DUNE, filter={"kinds": ["movie"]})
    with pytest.raises(UnknownOptions) as error:
        home.plan()
    found = [written(home, line.split(": ")[0]) for line in str(error.value).splitlines()]
    assert [text.rstrip("}") for text in found] == ["profile: A", "profile: B"]


def test_a_user_that_there_is_not_is_told_with_the_list_and_the_place(home: Home) -> None:
    home.holds("films", MATRIX, request_as="nobody")
    with pytest.raises(UnknownUser, match="no user 'nobody'; it has admin") as error:
        home.plan()
    said, place = error.value.remedy.split(", ")
    assert said == "correct `request_as` of the list films"
    assert written(home, place).startswith("request_as: nobody")


def test_every_wrong_name_is_told_at_once(home: Home) -> None:
    home.holds("films", MATRIX, request={"profile": "A"}, filter={"kinds": ["movie"]})
    home.holds("shows", THRONES, request={"root_folder": "/b"}, filter={"kinds": ["tv"]})
    assert [line.split(":")[0] for line in refused(home)] == [
        "lists.films.request.profile",
        "lists.shows.request.root_folder",
    ]


def test_a_quality_without_a_service_is_told(home: Home) -> None:
    home.server.people.remove_services(only_4k=True)
    home.holds("films", MATRIX, request={"is_4k": True, "profile": "Ultra-HD"}, filter={"kinds": ["movie"]})
    assert refused(home) == ["lists.films.request.profile: the server has no default Radarr for 4K to look it up in"]


def test_a_list_that_says_it_holds_both_kinds_must_have_the_name_in_both(home: Home) -> None:
    home.server.people.change_service("sonarr", 0, profiles={1: "Any"})
    home.holds("all", MATRIX, request={"profile": "HD-1080p"}, filter={"kinds": ["movie", "tv"]})
    assert "Sonarr HD" in refused(home)[0]


def test_a_show_among_films_waits_when_only_radarr_has_the_name(home: Home) -> None:
    """A chart that has a show one day must not stop the whole house."""
    home.server.people.change_service("sonarr", 0, profiles={1: "Any"})
    home.holds("films", MATRIX, request={"profile": "HD-1080p"})
    home.holds("others", DUNE)
    assert remote(home.plan()) == [f"create {MATRIX}", f"create {DUNE}"]
    home.holds("films", MATRIX, THRONES)
    assert remote(home.plan()) == [f"create {MATRIX}", f"create {DUNE}"]
    text = "profile: 'HD-1080p' is no quality profile of Sonarr HD; there is Any"
    assert held(home) == [(THRONES, Reason.UNROUTABLE, text)]


def test_a_show_that_waits_for_its_options_is_no_loss(home: Home) -> None:
    home.yaml["server"]["request_as"] = "asker"
    home.holds("all", MATRIX, THRONES, request={"profile": "HD-1080p"}, policy={"on_removed": "cancel"})
    home.apply()
    assert len(home.requests()) == 2
    home.server.people.change_service("sonarr", 0, profiles={1: "Any"})
    home.clock.pass_(days=8)
    assert home.says() == []


def test_what_can_be_chosen_is_asked_once_and_again_after_a_week(home: Home, clock: Clock) -> None:
    home.holds("films", MATRIX, request={"profile": "HD-1080p"}, filter={"kinds": ["movie"]})
    for _ in range(3):
        home.plan()
        clock.pass_(days=2)
    assert questions_put(home) == 1
    clock.pass_(days=2)
    home.plan()
    assert questions_put(home) == 2


def test_a_name_that_is_new_is_found_at_once(home: Home) -> None:
    home.holds("films", MATRIX, request={"profile": "HD-1080p"}, filter={"kinds": ["movie"]})
    home.plan()
    home.server.people.change_service("radarr", 0, profiles={4: "HD-1080p", 12: "New"})
    home.yaml["lists"]["films"]["request"]["profile"] = "New"
    assert options(home)[MATRIX].profile_id == 12


def test_another_installation_is_asked_anew(home: Home) -> None:
    home.holds("films", MATRIX, request={"profile": "HD-1080p"}, filter={"kinds": ["movie"]})
    home.plan()
    home.server.people.reset()
    home.server.people.change_service("radarr", 0, profiles={40: "HD-1080p"})
    assert options(home)[MATRIX].profile_id == 40


@pytest.mark.parametrize("condition", ["down", "timeout"])
def test_a_radarr_that_is_down_makes_its_titles_wait_and_harms_nobody(home: Home, condition: Any) -> None:
    home.server.state.service_timeout = 0.02
    home.server.people.set_service("radarr", 0, condition)
    home.holds("films", MATRIX, request={"profile": "HD-1080p"})
    home.holds("shows", THRONES)
    assert remote(home.plan()) == [f"create {THRONES}"]
    text = "server: Radarr HD does not answer the server, so that what it has cannot be looked up"
    assert held(home) == [(MATRIX, Reason.UNROUTABLE, text)]
    home.server.people.set_service("radarr", 0, "ok")
    assert options(home)[MATRIX].profile_id == 4


def test_kept_names_serve_while_a_radarr_is_down_however_old_they_are(home: Home, clock: Clock) -> None:
    home.holds("films", MATRIX, request={"profile": "HD-1080p"}, filter={"kinds": ["movie"]})
    home.plan()
    clock.pass_(days=30)
    home.server.people.set_service("radarr", 0, "down")
    assert options(home)[MATRIX].profile_id == 4


def test_a_new_name_waits_while_a_radarr_is_down(home: Home) -> None:
    home.holds("films", MATRIX, request={"profile": "HD-1080p"}, filter={"kinds": ["movie"]})
    home.plan()
    home.server.people.set_service("radarr", 0, "down")
    home.yaml["lists"]["films"]["request"]["profile"] = "New"
    assert held(home)[0][:2] == (MATRIX, Reason.UNROUTABLE)


def test_an_ingredient_requests_nothing_so_that_its_options_are_not_looked_up(home: Home) -> None:
    home.holds("films", MATRIX, input_only=True, request={"profile": "none such"})
    home.yaml["lists"]["both"] = {"combine": {"of": ["films"]}, "request": {"profile": "Ultra-HD"}}
    assert options(home)[MATRIX].profile_id == 5


def test_options_and_requester_go_together_and_the_plan_names_who_asks_and_what_will_come_of_it(home: Home) -> None:
    home.holds("films", MATRIX, request_as="asker", request={"profile": "HD-1080p"}, filter={"kinds": ["movie"]})
    (action,) = home.plan().actions
    assert isinstance(action, PlannedAction)
    assert (action.options.requester, action.options.profile_id) == (2, 4)
    assert (action.requester, action.approval) == ("asker", "pending")


@pytest.mark.parametrize("who", [2, "2", "asker", "ASKER", "asker@household.example"])
def test_a_requester_is_named_by_number_name_or_e_mail(home: Home, who: int | str) -> None:
    home.holds("films", MATRIX, request_as=who)
    home.apply()
    assert [one["requestedBy"]["id"] for one in home.server.people.all_requests()] == [2]


def test_a_requester_that_does_not_exist_is_refused_before_anything_is_sent(home: Home) -> None:
    from providers.servers import UnknownUser

    home.holds("films", MATRIX, request_as="nobody")
    with pytest.raises((ListsyncError, UnknownUser), match="nobody"):
        home.apply()
    assert home.requests() == []


def test_a_check_up_tells_wrong_names_and_services_that_do_not_answer(home: Home) -> None:
    home.server.people.set_service("sonarr", 0, "down")
    home.holds("films", MATRIX, request={"profile": "A"}, filter={"kinds": ["movie"]})
    home.holds("shows", THRONES, request={"profile": "HD-1080p"}, filter={"kinds": ["tv"]})
    home.holds("fine", DUNE, request={"profile": "HD-1080p"}, filter={"kinds": ["movie"]})
    problems = home.within(option_problems)
    assert [(one.list, one.option, one.lasting) for one in problems] == [
        ("films", "profile", True),
        ("shows", "server", False),
    ]


def test_no_key_of_a_service_is_kept_or_told(home: Home) -> None:
    home.holds("films", MATRIX, request={"profile": "HD-1080p"}, filter={"kinds": ["movie"]})
    plan = home.plan()
    assert "radarr0key" not in plan.model_dump_json()
    assert b"radarr0key" not in (home.folder / "data" / "listsync.db").read_bytes()
