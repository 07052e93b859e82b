"""Differences that somebody else made: each kind is found once, says what is done about it and how to have it
otherwise, and is passed over where a rule says so."""

from datetime import UTC, datetime

import httpx
import pytest

from reconciler.core.drift import Ignore, sift
from reconciler.standing import status
from schemas.fetch import Verdict
from schemas.media import Key, Kind
from schemas.plan import Drift, DriftKind
from tests.pipeline.home import Home

MATRIX, DUNE, DUNE_84 = "movie:tmdb:603", "movie:tmdb:438631", "movie:tmdb:841"
THRONES = "tv:tmdb:1399"


def request_id(home: Home, tmdb: int) -> int:
    return next(one["id"] for one in home.server.people.all_requests() if one["media"]["tmdbId"] == tmdb)


def only(home: Home) -> Drift:
    (drift,) = home.plan().drift
    assert drift.detail
    assert drift.reaction
    assert drift.way_out
    return drift


def test_what_listsync_did_itself_is_no_drift(home):
    home.holds("films", MATRIX, THRONES)
    assert home.plan().drift == ()
    home.apply()
    assert home.plan().drift == ()


def test_a_deleted_request_is_drift_until_it_is_recorded(home):
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.delete_request(request_id(home, 603))
    drift = only(home)
    assert (drift.kind, str(drift.key), drift.lists) == (DriftKind.REQUEST_DELETED, MATRIX, ("films",))
    assert drift.reaction == "it is not requested again"
    assert f"listsync allow {MATRIX}" in drift.way_out
    home.apply()
    assert home.plan().drift == ()


def test_a_declined_request_is_drift(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.decline(request_id(home, 603))
    drift = only(home)
    assert (drift.kind, drift.reaction) == (DriftKind.REQUEST_DECLINED, "it is not requested again")


def test_files_that_somebody_deleted_are_drift(home):
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.make_available("movie", 603)
    home.apply()
    home.server.people.delete_files("movie", 603)
    assert only(home).kind is DriftKind.MEDIA_DELETED


def test_the_reaction_to_deleted_files_is_the_one_of_the_policy(home):
    home.holds("films", MATRIX, policy={"on_deleted": "request"})
    home.apply()
    home.server.people.make_available("movie", 603)
    home.apply()
    home.server.people.delete_files("movie", 603)
    drift = only(home)
    assert (drift.kind, drift.reaction) == (DriftKind.MEDIA_DELETED, "it is requested again")


def test_a_failed_request_is_drift_for_as_long_as_it_has_failed(home):
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.fail_request(request_id(home, 603))
    drift = only(home)
    assert (drift.kind, drift.reaction) == (DriftKind.REQUEST_FAILED, "nothing is done")
    home.apply()
    assert only(home).kind is DriftKind.REQUEST_FAILED


def test_a_title_that_comes_back_to_a_list_is_drift(home, clock):
    home.holds("films", MATRIX, DUNE)
    home.apply()
    home.server.people.delete_request(request_id(home, 603))
    home.holds("films", DUNE)
    for _ in range(3):
        clock.pass_(days=2)
        home.apply()
    home.holds("films", MATRIX, DUNE)
    drift = only(home)
    assert (drift.kind, str(drift.key)) == (DriftKind.ITEM_RELISTED, MATRIX)
    assert "policy.on_relisted" in drift.way_out


def test_a_corrected_match_shows_the_old_and_the_new_key(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", "Dune (1984)")
    home.apply()
    ref = home.within(lambda session: session.ledger.list_states()["films"].trusted.items[0].ref)
    home.yaml["overrides"] = {"match": {ref: {"to": DUNE, "why": "the new one"}}}
    drift = only(home)
    assert (drift.kind, str(drift.key)) == (DriftKind.MATCH_CORRECTED, DUNE_84)
    assert DUNE in drift.detail


def test_a_request_of_our_own_user_that_we_did_not_send_is_drift(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.request("movie", 438631, user=2)
    drift = only(home)
    assert (drift.kind, str(drift.key)) == (DriftKind.FOREIGN_WRITER, DUNE)


def test_other_peoples_requests_are_no_drift(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.request("movie", 438631, user=5)
    assert home.plan().drift == ()


@pytest.mark.parametrize(
    ("seasons", "told"), [([1, 2, 3], "seasons 2, 3 were added"), ([2], "season 1 was taken away")]
)
def test_seasons_that_somebody_edited_are_drift(home, seasons, told):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("shows", THRONES, request={"seasons": [1]})
    home.apply()
    url = f"{home.server.api_url}/request/{request_id(home, 1399)}"
    body = {"mediaType": "tv", "seasons": seasons}
    httpx.put(url, json=body, headers={"X-Api-Key": home.server.api_key}).raise_for_status()
    drift = only(home)
    assert (drift.kind, drift.reaction) == (DriftKind.EDITED, "the edit stands")
    assert told in drift.detail


def test_a_show_that_the_server_accepted_and_dropped_is_drift(home):
    home.server.people.add_title("tv", 990001, "Lost Show", date="2020-01-01", seasons=[[1, 8]])
    home.holds("shows", "tv:tmdb:990001")
    home.apply()
    assert only(home).kind is DriftKind.NOT_KEPT


def test_a_reinstalled_server_is_drift(home):
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.reset()
    kinds = [drift.kind for drift in home.plan().drift]
    assert DriftKind.SERVER_CHANGED in kinds


def test_an_ignored_difference_is_kept_apart_with_the_reason_given(home):
    home.holds("films", MATRIX, DUNE)
    home.apply()
    home.server.people.delete_request(request_id(home, 603))
    home.server.people.delete_request(request_id(home, 438631))
    home.yaml["drift"] = {"ignore": [{"kind": "request_deleted", "key": MATRIX, "why": "the kids do that"}]}
    plan = home.plan()
    assert [str(drift.key) for drift in plan.drift] == [DUNE]
    assert [(str(drift.key), drift.why) for drift in plan.drift_ignored] == [(MATRIX, "the kids do that")]


def test_an_ignore_rule_ends_on_its_day(home, clock):
    home.holds("films", MATRIX)
    home.apply()
    home.server.people.delete_request(request_id(home, 603))
    home.yaml["drift"] = {"ignore": [{"list": "fi*", "until": "2026-01-07"}]}
    assert home.plan().drift == ()
    clock.now = datetime(2026, 1, 7, tzinfo=UTC)
    assert only(home).kind is DriftKind.REQUEST_DELETED


FOUND = Drift(kind=DriftKind.EDITED, key=Key(Kind.MOVIE, 603, is_4k=True), lists=("trending-tv", "top"))


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Ignore("", kind=DriftKind.EDITED), True),
        (Ignore("", kind=DriftKind.NOT_KEPT), False),
        (Ignore("", lists="trending-*"), True),
        (Ignore("", lists="trending"), False),
        (Ignore("", lists="t[o]p"), False),
        (Ignore("", key=Key(Kind.MOVIE, 603)), True),
        (Ignore("", key=Key(Kind.MOVIE, 603, is_4k=True)), True),
        (Ignore("", key=Key(Kind.TV, 603)), False),
        (Ignore("", kind=DriftKind.EDITED, lists="other"), False),
    ],
)
def test_a_rule_fits_when_everything_it_names_fits(rule, fits):
    told, ignored = sift([FOUND], [rule])
    assert (len(told), len(ignored)) == ((0, 1) if fits else (1, 0))


def test_a_rule_about_a_list_never_hides_another_server():
    changed = Drift(kind=DriftKind.SERVER_CHANGED)
    assert sift([changed], [Ignore("", lists="*")]) == ((changed,), ())


def test_lists_that_shrank_emptied_or_failed_are_conditions_of_the_plan_and_of_status(home):
    titles = [f"movie:tmdb:{number}" for number in (603, 438631, 841, 949, 155, 27205, 680, 13, 238, 278, 424, 550)]
    for name in ("shrinks", "dies"):
        home.holds(name, *titles)
    home.apply()
    home.holds("shrinks", *titles[:3])
    (home.folder / "dies.txt").unlink()
    lines = {line.name: line for line in home.plan().lists}
    assert {name: line.verdict for name, line in lines.items()} == {
        "shrinks": Verdict.SHRINK_UNCONFIRMED,
        "dies": Verdict.FAILED,
    }
    assert "listsync accept shrinks" in lines["shrinks"].remedy
    assert all(line.message for line in lines.values())
    assert {line.name: line.verdict for line in home.within(status).lists} == {
        name: line.verdict for name, line in lines.items()
    }


def test_a_profile_and_a_folder_that_somebody_edited_are_drift_and_nothing_is_sent_because_of_it(home):
    home.server.people.change_service("radarr", 0, profiles={4: "HD-1080p", 6: "Any"}, more_folders=("/kids",))
    home.holds("films", MATRIX, request={"server": "Radarr HD", "profile": "HD-1080p", "root_folder": "/movies"})
    home.yaml["server"]["request_as"] = "asker"
    home.apply()
    url = f"{home.server.api_url}/request/{request_id(home, 603)}"
    body = {"mediaType": "movie", "serverId": 0, "profileId": 6, "rootFolder": "/kids"}
    httpx.put(url, json=body, headers={"X-Api-Key": home.server.api_key}).raise_for_status()
    drift = only(home)
    assert (drift.kind, str(drift.key), drift.reaction) == (DriftKind.EDITED, MATRIX, "the edit stands")
    assert "quality profile HD-1080p became Any" in drift.detail
    assert "root folder /movies became /kids" in drift.detail
    home.server.reset_calls()
    home.apply()
    assert not home.server.calls.writes()
    assert only(home).kind is DriftKind.EDITED
