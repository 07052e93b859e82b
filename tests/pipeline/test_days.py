"""Days in a household: what people, lists and servers do, and what listsync makes of it."""

import pytest

from reconciler.errors import ListsyncError
from schemas.reasons import Reason
from schemas.record import RecordState
from tests.pipeline.home import Home, remote

MATRIX, DUNE, DUNE_84, HEAT = "movie:tmdb:603", "movie:tmdb:438631", "movie:tmdb:841", "movie:tmdb:949"
THRONES = "tv:tmdb:1399"


def state(home: Home, key: str) -> str:
    from schemas.media import Key

    record = home.within(lambda session: session.ledger.record(Key.parse(key)))
    return record.state.value if record else "none"


def request_id(home: Home, tmdb: int) -> int:
    return next(one["id"] for one in home.server.people.all_requests() if one["media"]["tmdbId"] == tmdb)


def test_what_is_wanted_is_requested_once_and_a_second_plan_is_empty(home):
    home.holds("films", MATRIX, DUNE, THRONES)
    assert remote(home.plan()) == [f"create {MATRIX}", f"create {DUNE}", f"create {THRONES}"]
    report = home.apply()
    assert report.exit_code == 0
    assert home.requests() == [("movie", 603), ("movie", 438631), ("tv", 1399)]
    assert home.says() == []
    assert home.apply().outcomes == ()


def test_planning_sends_nothing(home):
    home.holds("films", MATRIX)
    home.plan()
    assert not home.server.calls.writes()


def test_a_deleted_request_stays_deleted_through_every_later_day(home, clock):
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.delete_request(request_id(home, 603))
    assert home.says() == [f"record RequestDeleted {MATRIX}"]
    assert [str(one.kind) for one in home.plan().drift] == ["request_deleted"]
    home.apply()
    for _ in range(5):
        clock.pass_(days=3)
        assert home.says() == [f"hold Suppressed {MATRIX}"]
        home.apply()
    assert home.requests() == []


def test_an_allow_lifts_a_suppression_once(home, clock):
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.delete_request(request_id(home, 603))
    clock.pass_(hours=1)
    home.apply()
    clock.pass_(hours=1)
    home.yaml["overrides"] = {"allow": {MATRIX: {"why": "again"}}}
    assert home.says() == [f"create Lifted {MATRIX}"]
    home.apply()
    assert home.says() == []
    clock.pass_(hours=1)
    home.server.people.delete_request(request_id(home, 603))
    home.apply()
    clock.pass_(hours=1)
    assert home.says() == [f"hold Suppressed {MATRIX}"]


def test_a_declined_request_stays_declined(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.decline(request_id(home, 603))
    home.apply()
    assert home.says() == [f"hold Suppressed {MATRIX}"]
    assert state(home, MATRIX) == "suppressed"


def test_a_watched_and_deleted_film_is_not_requested_again(home):
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.make_available("movie", 603)
    home.apply()
    assert state(home, MATRIX) == "satisfied"
    home.server.people.delete_files("movie", 603)
    assert home.says() == [f"record MediaDeleted {MATRIX}"]
    home.apply()
    assert home.says() == [f"hold Suppressed {MATRIX}"]


def test_on_deleted_request_asks_again(home):
    home.holds("films", MATRIX, policy={"on_deleted": "request"})
    home.apply()
    home.server.people.delete_request(request_id(home, 603))
    assert home.says() == [f"create Recreated {MATRIX}"]


def test_somebody_elses_request_is_tracked_and_never_ours_to_cancel(home):
    home.holds("films", MATRIX, DUNE, policy={"on_removed": "cancel"})
    home.server.people.request("movie", 603, user=2)
    home.apply()
    assert state(home, MATRIX) == "tracked"
    home.holds("films", DUNE)
    home.apply()
    home.apply()
    assert ("movie", 603) in home.requests()
    assert state(home, MATRIX) == "released"


def test_a_loss_counts_after_two_trusted_fetches_and_cancels_only_when_policy_says_so(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX, DUNE, policy={"on_removed": "cancel"})
    home.apply()
    home.holds("films", DUNE)
    assert home.says() == [f"hold SourceUntrusted {MATRIX}"]
    home.holds("films", MATRIX, DUNE)
    assert home.says() == []
    home.holds("films", DUNE)
    home.plan()
    assert home.says() == [f"cancel LeftAllLists {MATRIX}"]
    home.apply()
    assert home.requests() == [("movie", 438631)]
    assert home.says() == []


def test_a_list_taken_out_of_the_configuration_counts_at_once(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX, policy={"on_removed": "cancel"})
    home.holds("others", DUNE)
    home.apply()
    del home.yaml["lists"]["films"]
    assert home.says() == [f"cancel LeftAllLists {MATRIX}"]


def test_a_dead_list_keeps_its_titles_and_removes_nothing(home, clock):
    home.holds("films", MATRIX, policy={"on_removed": "cancel"})
    home.holds("others", DUNE)
    home.apply()
    (home.folder / "films.txt").unlink()
    for _ in range(3):
        clock.pass_(days=1)
        assert home.says() == []
    report = home.apply()
    assert report.exit_code == 3
    assert ("movie", 603) in home.requests()


def test_a_denied_title_is_not_wanted_and_our_pending_request_follows_the_policy(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX, DUNE, policy={"on_removed": "cancel"})
    home.apply()
    home.yaml["overrides"] = {"deny": {MATRIX: {"why": "own it on disc"}}}
    assert home.says() == [f"cancel Denied {MATRIX}"]
    home.apply()
    assert home.says() == []
    assert [(one.reason, one.detail) for one in home.plan().excluded] == [(Reason.DENIED, "own it on disc")]


def test_a_corrected_match_withdraws_our_request_for_the_wrong_film(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", "Dune (1984)")
    home.apply()
    ref = home.within(lambda session: session.ledger.list_states()["films"].trusted.items[0].ref)
    home.yaml["overrides"] = {"match": {ref: {"to": DUNE, "why": "the new one"}}}
    assert home.says() == [f"cancel MatchCorrected {DUNE_84}", f"create Wanted {DUNE}"]
    home.apply()
    assert home.requests() == [("movie", 438631)]


def test_a_blocklisted_title_is_held(home):
    home.holds("films", MATRIX)
    home.server.people.block("movie", 603)
    assert home.says() == [f"hold Blocklisted {MATRIX}"]


def test_a_new_season_is_requested_and_a_deleted_one_is_not(home, clock):
    home.holds("shows", THRONES)
    home.apply()
    home.server.people.make_available("tv", 1399)
    home.apply()
    assert state(home, THRONES) == "satisfied"
    home.server.people.delete_files("tv", 1399, seasons=[2])
    home.apply()
    assert state(home, THRONES) == "satisfied"
    number = home.server.people.add_season(1399)
    clock.pass_(days=40)
    plan = home.plan()
    assert [(one.action, one.reason, one.seasons) for one in plan.actions] == [
        ("create", Reason.MISSING_SEASONS, (number,))
    ]


def test_the_first_apply_of_a_new_ledger_is_small_unless_told_otherwise(home):
    del home.yaml["rails"]
    home.holds("films", *[f"movie:tmdb:{tmdb}" for tmdb in known_movies(home, 40)])
    plan = home.plan()
    assert (len(plan.remote), len(plan.deferred)) == (25, 15)
    assert {one.reason for one in plan.deferred} == {Reason.FIRST_RUN_BUDGET}
    assert home.apply().exit_code == 0
    assert len(home.plan().remote) == 15


def test_a_server_that_lost_everything_is_not_taken_for_everybody_deleting_everything(home):
    home.holds("films", *[f"movie:tmdb:{tmdb}" for tmdb in known_movies(home, 40)])
    home.apply()
    for one in home.server.people.all_requests():
        home.server.people.delete_media("movie", one["media"]["tmdbId"])
    plan = home.plan()
    assert {one.reason for one in plan.held} == {Reason.MASS_DELETION}
    with pytest.raises(ListsyncError) as refused:
        home.apply()
    assert refused.value.exit_code == 4


def test_another_server_behind_the_same_address_is_refused_until_it_is_accepted(home):
    from reconciler.accepting import accept_server

    home.holds("films", MATRIX)
    home.apply()
    home.server.people.reset()
    with pytest.raises(ListsyncError, match="another server"):
        home.apply()
    assert "server_changed" in {one.kind for one in home.plan().drift}
    home.within(accept_server)
    home.apply()
    assert home.says() == [f"hold Suppressed {MATRIX}"]


def test_a_server_accepted_anew_is_asked_again_for_all_but_what_people_said_no_to(home, clock):
    """As on the first day: in portions of the first run's budget."""
    from reconciler.accepting import accept_server_anew

    home.yaml["rails"] = {"budget": {"first_run": 2}}
    home.holds("films", MATRIX, DUNE, DUNE_84, HEAT)
    for _ in range(2):
        home.apply()
        clock.pass_(days=2)
    home.server.people.delete_request(request_id(home, 438631))
    home.apply()
    home.server.people.reset()
    home.within(accept_server_anew)
    home.apply()
    assert home.requests() == [("movie", 603), ("movie", 841)]
    clock.pass_(days=2)
    home.apply()
    assert home.requests() == [("movie", 603), ("movie", 841), ("movie", 949)]
    assert home.says() == [f"hold Suppressed {DUNE}"]


def test_a_show_that_the_server_accepts_and_drops_is_remembered_as_not_kept(home):
    home.server.people.add_title("tv", 990001, "Lost Show", date="2020-01-01", seasons=[[1, 8]])
    home.holds("shows", "tv:tmdb:990001")
    report = home.apply()
    assert [one.reason for one in report.outcomes] == [Reason.NOT_KEPT]
    assert report.exit_code == 3
    assert home.says() == ["hold NotKept tv:tmdb:990001"]


def test_a_used_up_quota_defers_the_rest_and_no_request_is_wasted_on_it(home):
    home.yaml["server"]["request_as"] = "limited"
    home.holds("films", MATRIX, DUNE, DUNE_84)
    plan = home.plan()
    assert [one.reason for one in plan.deferred] == [Reason.QUOTA_EXCEEDED]
    assert home.apply().exit_code == 0
    assert len(home.requests()) == 2


def test_a_requester_without_permission_is_told_and_not_asked_again_for_a_week(home, clock):
    home.yaml["server"]["request_as"] = "guest"
    home.holds("films", MATRIX)
    assert home.plan().actions[0].approval == "forbidden"
    report = home.apply()
    assert [(one.status, one.reason) for one in report.outcomes] == [("refused", Reason.NOT_PERMITTED)]
    assert home.says() == [f"hold NotPermitted {MATRIX}"]
    clock.pass_(days=8)
    assert home.says() == [f"create Wanted {MATRIX}"]


def test_an_id_that_tmdb_does_not_know_is_refused_once(home):
    home.holds("films", "movie:tmdb:999999999")
    report = home.apply()
    assert [one.reason for one in report.outcomes] == [Reason.UNKNOWN_ID]
    assert home.says() == ["hold UnknownId movie:tmdb:999999999"]


def test_a_saved_plan_is_applied_once_and_an_action_that_moved_is_skipped(home):
    from reconciler.pipeline import apply_plan

    home.holds("films", MATRIX, DUNE)
    plan = home.plan()
    home.server.people.request("movie", 603, user=2)
    report = home.within(lambda session: apply_plan(session, plan))
    assert [(str(one.key), one.status) for one in report.outcomes] == [(MATRIX, "skipped"), (DUNE, "done")]
    with pytest.raises(ListsyncError, match="applied already"):
        home.within(lambda session: apply_plan(session, plan))


def test_4k_and_hd_are_two_requests_of_one_title(home):
    home.holds("films", MATRIX, request={"is_4k": "both"})
    assert remote(home.plan()) == [f"create {MATRIX}", f"create {MATRIX}@4k"]
    home.apply()
    assert home.says() == []


def test_a_renamed_list_keeps_its_memory(home):
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.delete_request(request_id(home, 603))
    home.apply()
    home.yaml["lists"] = {"movies": home.yaml["lists"]["films"] | {"was": "films"}}
    assert home.says() == [f"hold Suppressed {MATRIX}"]


def test_a_title_back_on_a_personal_list_after_a_day_away_is_a_wish(home, clock):
    home.holds("films", MATRIX, DUNE)
    home.apply()
    home.server.people.delete_request(request_id(home, 603))
    home.apply()
    home.holds("films", DUNE)
    home.apply()
    clock.pass_(hours=1)
    home.apply()
    clock.pass_(hours=30)
    home.holds("films", MATRIX, DUNE)
    assert home.says() == [f"create Lifted {MATRIX}"]


def known_movies(home: Home, count: int) -> list[int]:
    import reconciler.demo
    from reconciler.demo.server import Catalogue

    path = next(iter(reconciler.demo.__path__)) + "/catalogue.csv"
    found = [title.tmdb_id for title in Catalogue.load(path) if title.kind == "movie"]
    return found[:count]


def test_every_state_of_a_record_is_reached_by_these_days():
    assert {state.value for state in RecordState} == {
        "none",
        "requested",
        "tracked",
        "satisfied",
        "suppressed",
        "released",
        "not_kept",
    }
