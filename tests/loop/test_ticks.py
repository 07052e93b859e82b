"""What one tick after another does."""

import itertools
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from reconciler.ledger import open_ledger
from schemas.conditions import ConditionType, Truth
from schemas.events import EventType
from tests.loop.house import House, condition
from tests.providers.site import Answer, Site, document, serving

MATRIX, INCEPTION, DUNE = "movie:tmdb:603", "movie:tmdb:27205", "movie:tmdb:438631"


def ledger_of(house: House):
    return open_ledger(house.folder / "data" / "listsync.db", server="main", clock=house.clock)


def last_run(house: House):
    with ledger_of(house) as ledger:
        return ledger.runs()


@pytest.fixture
def popular(house: House) -> Iterator[Site]:
    """A list behind HTTP, whose answer is changed with `site.answer`."""
    with serving(lambda asked: document(json.dumps([{"title": "The Matrix", "tmdb_id": 603}]))) as site:
        house.yaml["providers"] = {"stevenlu": {"base_url": site.url, "retries": 1}}
        house.yaml["lists"]["popular"] = {"source": "stevenlu", "every": "6h"}
        yield site


def answers(site: Site, body: str = "", status: int = 200, headers: Mapping[str, str] | None = None) -> None:
    site.answer = lambda asked: Answer(body.encode(), status, {"Content-Type": "application/json", **(headers or {})})


def test_a_tick_requests_what_the_lists_want_and_the_next_one_is_quiet(house: House) -> None:
    house.holds("top", MATRIX, INCEPTION)
    house.write()
    with house.looping() as loop:
        first = loop.tick()
        assert first.error == ""
        assert first.fetched == ("top",)
        assert house.requests() == [("movie", 603), ("movie", 27205)]
        assert condition(first, ConditionType.READY, "top").status is Truth.TRUE
        assert condition(first, ConditionType.CONVERGED, "top").status is Truth.TRUE
        second = loop.next()
        assert second.report is None
        assert second.fetched == ("top",)
        assert len(house.requests()) == 2
    assert timedelta(hours=22) < second.started - first.started < timedelta(hours=26)


def test_only_lists_that_are_due_are_fetched_and_the_others_keep_their_say(house: House) -> None:
    house.holds("often", MATRIX, every="2h")
    house.holds("seldom", INCEPTION, every="1d")
    house.write()
    with house.looping() as loop:
        assert loop.tick().fetched == ("often", "seldom")
        fetched = [tick.fetched for tick in loop.pass_(hours=20)]
        assert set(fetched) == {("often",)}
        assert 9 <= len(fetched) <= 11
        house.server.people.delete_request(house.server.people.all_requests()[0]["id"])
        assert len(house.requests()) == 1


def test_a_cron_line_is_kept_to_the_minute_in_the_house_s_own_time_zone(house: House) -> None:
    house.yaml["timezone"] = "Europe/Madrid"
    house.holds("nightly", MATRIX, every="0 3 * * *")
    house.write()
    with house.looping() as loop:
        tick = loop.tick()
        assert tick.next_wake.isoformat() == "2026-01-06T02:00:00+00:00"


def test_a_restart_fetches_nothing_before_its_time(house: House) -> None:
    house.holds("top", MATRIX, every="6h")
    house.write()
    house.saved("top", hours=1)
    with house.looping() as loop:
        wake = loop.tick().next_wake
    house.clock.pass_(hours=1)
    with house.looping() as loop:
        tick = loop.tick()
        assert tick.fetched == ()
        assert tick.changed == ()
        assert abs(tick.next_wake - wake) < timedelta(seconds=2)


def test_a_service_that_asks_for_patience_gets_it_also_after_a_restart(house: House, popular: Site) -> None:
    house.write()
    answers(popular, status=429, headers={"Retry-After": "21600"})
    with house.looping() as loop:
        first = loop.tick()
        failed = condition(first, ConditionType.FETCHED, "popular")
        assert failed.status is Truth.FALSE
        assert first.error == ""
        assert [one.failed for one in first.changed if one.list == "popular" and one.now.type is ConditionType.READY]
    asked = len(popular.asked)
    answers(popular, json.dumps([{"title": "The Matrix", "tmdb_id": 603}]))
    with house.looping() as loop:
        loop.tick()
        loop.pass_(hours=5)
        assert len(popular.asked) == asked
        ticks = loop.pass_(hours=2)
        assert len(popular.asked) == asked + 1
        back = [one for tick in ticks for one in tick.changed if one.now.type is ConditionType.READY]
        assert [one.recovered for one in back] == [True]
    assert house.requests() == [("movie", 603)]


def test_a_failing_list_is_left_alone_longer_and_longer_and_since_tells_when_it_began(
    house: House, popular: Site
) -> None:
    house.yaml["lists"]["popular"]["every"] = "1d"
    house.holds("other", INCEPTION, every="1d")
    house.write()
    answers(popular, "nothing here", status=404)
    with house.looping() as loop:
        began = loop.tick().started
        ticks = loop.pass_(days=3)
        tries = [tick.started for tick in ticks if "popular" in tick.fetched]
        gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
        assert gaps == sorted(gaps)
        assert gaps[0] >= timedelta(hours=1)
        assert gaps[-1] <= timedelta(hours=25)
        failed = condition(ticks[-1], ConditionType.READY, "popular")
        assert began <= failed.since <= began + timedelta(minutes=1)
        assert condition(ticks[-1], ConditionType.READY, "other").status is Truth.TRUE
        assert not [one for tick in ticks for one in tick.changed if one.now.type is ConditionType.READY]


def test_a_server_that_is_gone_for_a_day_is_waited_for_and_its_return_is_one_transition(house: House) -> None:
    house.holds("top", MATRIX, every="6h")
    house.write()
    with house.looping() as loop:
        loop.tick()
        house.holds("top", MATRIX, DUNE)
        house.server.stop()
        ticks = loop.pass_(days=1)
        assert all(tick.error for tick in ticks if tick.started > ticks[0].started)
        assert len(ticks) < 140
        lost = [one for tick in ticks for one in tick.changed if one.now.type is ConditionType.SERVER_REACHABLE]
        assert [one.failed for one in lost] == [True]
        with ledger_of(house) as ledger:
            assert 1 <= len([run for run in ledger.runs(100) if run.exit_code == 1]) <= 3
        house.server.start()
        ticks = loop.pass_(hours=1)
        found = [one for tick in ticks for one in tick.changed if one.now.type is ConditionType.SERVER_REACHABLE]
        assert [one.recovered for one in found] == [True]
    assert house.requests() == [("movie", 603), ("movie", 438631)]


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(days=1), timedelta(days=-400)])
def test_a_clock_that_jumps_leads_neither_to_a_burst_nor_to_a_standstill(house: House, jump: timedelta) -> None:
    house.holds("top", MATRIX, every="6h")
    house.holds("more", INCEPTION, every="6h")
    house.write()
    with house.looping() as loop:
        loop.pass_(hours=13)
        house.clock.now += jump
        asleep = house.clock.now
        loop.loop.wait_until(loop.ticks[-1].next_wake)
        assert house.clock.now - asleep < timedelta(hours=7)
        ticks = [loop.tick(), *loop.pass_(hours=24)]
        for name in ("top", "more"):
            assert 3 <= len([tick for tick in ticks if name in tick.fetched]) <= 6
    assert len(house.requests()) == 2


def test_a_lost_answer_is_settled_minutes_later_without_any_list_being_due(house: House) -> None:
    house.holds("top", MATRIX, every="1d")
    house.write()
    house.server.faults.add("late", method="POST", path="/request", seconds=0)
    house.server.faults.add("close", method="GET", path="/request*", times=2)
    with house.looping() as loop:
        loop.tick()
        loop.pass_(minutes=30)
    assert house.requests() == [("movie", 603)]
    with ledger_of(house) as ledger:
        assert ledger.open_intents() == ()


def test_what_a_budget_puts_off_has_its_turn_without_any_list_being_due(house: House) -> None:
    house.yaml["rails"]["budget"] = {"per_day": 1, "first_run": "unlimited"}
    house.holds("top", MATRIX, INCEPTION, DUNE, every="30d")
    house.write()
    with house.looping() as loop:
        first = loop.tick()
        assert condition(first, ConditionType.CONVERGED, "top").reason == "DayBudget"
        assert not condition(first, ConditionType.CONVERGED, "top").failing
        loop.pass_(days=1, minutes=5)
        assert len(house.requests()) == 2
        loop.pass_(days=1, minutes=5)
        assert len(house.requests()) == 3


def test_a_window_is_waited_for(house: House) -> None:
    house.yaml["rails"]["windows"] = [{"allow": "0 20 * * *", "for": "1h"}]
    house.holds("top", MATRIX, every="30d")
    house.write()
    with house.looping() as loop:
        loop.tick()
        assert house.requests() == []
        ticks = loop.pass_(hours=8, minutes=1)
        assert house.requests() == [("movie", 603)]
        assert len(ticks) <= 2


def test_a_paused_house_is_suspended_and_nothing_failed(house: House) -> None:
    house.yaml["rails"]["pause"] = {"reason": "moving house", "until": "2026-01-07"}
    house.holds("top", MATRIX, every="30d")
    house.write()
    with house.looping() as loop:
        first = loop.tick()
        assert first.error == ""
        assert condition(first, ConditionType.SUSPENDED, "top").status is Truth.TRUE
        assert "moving house" in condition(first, ConditionType.SUSPENDED, "top").message
        assert [one for one in first.changed if one.failed] == []
        assert last_run(house) == ()
        loop.pass_(days=2)
        assert house.requests() == [("movie", 603)]


def test_an_observer_that_fails_is_nobody_else_s_trouble(house: House) -> None:
    house.holds("top", MATRIX)
    house.write()
    seen = []

    def broken(tick):
        raise RuntimeError("no")

    with house.looping(broken, seen.append) as loop:
        assert loop.tick().error == ""
    assert len(seen) == 1


def test_an_unexpected_error_ends_the_tick_is_recorded_and_retried(house: House) -> None:
    house.holds("top", MATRIX)
    house.write()
    house.breaks = 2
    with house.looping() as loop:
        first = loop.tick()
        assert "RuntimeError" in first.error
        assert condition(first, ConditionType.RECONCILED).reason == "UnexpectedError"
        assert first.next_wake - first.finished < timedelta(minutes=1)
        assert last_run(house)[0].exit_code == 1
        with ledger_of(house) as ledger:
            told = ledger.events(types=[EventType.RUN_FINISHED])
        assert "RuntimeError" in told[0].message
        ticks = loop.pass_(minutes=10)
        assert condition(ticks[-1], ConditionType.RECONCILED).status is Truth.TRUE
    assert house.requests() == [("movie", 603)]


def test_old_history_goes_once_a_day_and_the_ends_of_every_title_s_story_stay(house: House) -> None:
    house.yaml["state"] = {"history": "2d"}
    house.holds("top", MATRIX, every="6h")
    house.write()
    with house.looping() as loop:
        loop.tick()
        house.server.stop()
        loop.pass_(hours=1)
        house.server.start()
        loop.pass_(days=5)
    with ledger_of(house) as ledger:
        assert ledger.runs() == ()
        assert [event.type for event in ledger.events()] != []
        assert all(event.key is not None for event in ledger.events())
