"""Which configuration is in effect: files, ConfigMaps, and what is asked for from outside."""

from datetime import timedelta

import pytest

from reconciler.errors import Refused
from reconciler.ledger import WriterLock, open_ledger
from reconciler.loop import asking
from reconciler.plans import read_plan
from schemas.conditions import ConditionType, Truth
from schemas.events import EventType
from tests.loop.house import House, condition

MATRIX, INCEPTION, DUNE = "movie:tmdb:603", "movie:tmdb:27205", "movie:tmdb:438631"


def test_an_invalid_edit_is_named_with_its_place_and_the_last_good_one_stays(house: House) -> None:
    house.holds("top", MATRIX, every="6h")
    house.write()
    with house.looping() as loop:
        good = loop.tick().config.applied
        text = house.path.read_text()
        house.path.write_text(text.replace("every: 6h", "every: often"))
        loop.loop.wait_until(loop.ticks[-1].next_wake)
        assert house.clock() < loop.ticks[-1].finished + timedelta(seconds=30)
        bad = loop.tick()
        wrong = condition(bad, ConditionType.CONFIG_VALID)
        assert wrong.status is Truth.FALSE
        assert "listsync.yaml:" in bad.config.problems[0]
        line = 1 + text[: text.index("every: 6h")].count("\n")
        assert f"listsync.yaml:{line}:" in wrong.message
        assert (bad.config.applied, bad.error) == (good, "")
        assert bad.config.attempted not in {"", good}
        assert [one.failed for one in bad.changed if one.now.type is ConditionType.CONFIG_VALID] == [True]
        assert loop.next().fetched == ("top",)
        house.holds("top", MATRIX, INCEPTION, every="5h")
        house.write()
        mended = loop.next()
        assert [one.recovered for one in mended.changed if one.now.type is ConditionType.CONFIG_VALID] == [True]
        assert mended.config.attempted == mended.config.applied != good
    with open_ledger(house.folder / "data" / "listsync.db", server="main") as ledger:
        assert len(ledger.events(types=[EventType.CONFIG_APPLIED])) == 2


def test_a_configmap_that_is_swapped_is_noticed_and_a_new_list_is_fetched_at_once(house: House) -> None:
    house.holds("top", MATRIX)
    house.write()
    mount = house.folder / "mount"
    for version in ("v1", "v2"):
        (mount / version).mkdir(parents=True)
        (mount / version / "listsync.yaml").write_text(house.path.read_text().replace("top.txt", "../top.txt"))
        house.holds("second", INCEPTION)
        house.write()
        (mount / version / "second.txt").write_text(INCEPTION)
    (mount / "v2" / "listsync.yaml").write_text(house.path.read_text().replace("top.txt", "../top.txt"))
    (mount / "..data").symlink_to("v1")
    (mount / "listsync.yaml").symlink_to("..data/listsync.yaml")
    house.yaml_path = mount / "listsync.yaml"
    (mount / "second.txt").write_text(INCEPTION)
    (mount / "..").joinpath("top.txt").write_text(MATRIX)
    with house.looping() as loop:
        assert loop.tick().fetched == ("top",)
        (mount / "..next").symlink_to("v2")
        (mount / "..next").replace(mount / "..data")
        assert loop.loop._source.changed(house.clock())
        assert loop.tick().fetched == ("second",)
    assert house.requests() == [("movie", 603), ("movie", 27205)]


def test_without_a_valid_configuration_the_loop_waits_for_one(house: House) -> None:
    house.path.write_text("version: 1\nlists: [\n")
    with house.looping() as loop:
        first = loop.tick()
        assert first.loaded is None
        assert "listsync.yaml" in first.error
        house.holds("top", MATRIX)
        house.write()
        loop.loop.wait_until(first.next_wake)
        assert loop.tick().fetched == ("top",)


def test_whoever_asks_for_a_list_gets_it_within_seconds(house: House) -> None:
    house.holds("top", MATRIX)
    house.holds("more", INCEPTION)
    house.write()
    database = house.folder / "data" / "listsync.db"
    with house.looping() as loop:
        tick = loop.tick()
        asking.ask(database, ["more"])
        loop.loop.wait_until(tick.next_wake)
        assert house.clock() - tick.finished < timedelta(seconds=10)
        assert loop.tick().fetched == ("more",)
        assert loop.next().started - tick.started > timedelta(hours=20)


def test_a_list_file_that_is_saved_is_read_within_seconds(house: House) -> None:
    house.holds("top", MATRIX, every="24h")
    house.holds("other", INCEPTION, every="24h")
    house.write()
    with house.looping() as loop:
        loop.tick()
        (house.folder / "top.txt").write_text(f"{MATRIX}\n{DUNE}\n")
        loop.loop.wait_until(loop.ticks[-1].next_wake)
        assert house.clock() < loop.ticks[-1].finished + timedelta(seconds=30)
        assert loop.tick().fetched == ("top",)
        assert ("movie", 438631) in house.requests()
        loop.loop.wait_until(loop.ticks[-1].next_wake)
        assert house.clock() == loop.ticks[-1].next_wake, "nothing calls for a tick any more"


def test_a_list_file_that_was_saved_while_nothing_ran_is_read_at_the_start(house: House) -> None:
    house.holds("top", MATRIX, every="24h")
    house.holds("other", INCEPTION, every="24h")
    house.write()
    with house.looping() as loop:
        loop.tick()
    house.clock.pass_(hours=2)
    house.saved("top", hours=1)
    house.saved("other", hours=3)
    with house.looping() as loop:
        assert loop.tick().fetched == ("top",)


def test_a_list_file_that_is_saved_while_the_server_is_away_is_read_once_it_is_back(house: House) -> None:
    house.holds("top", MATRIX, every="24h")
    house.write()
    with house.looping() as loop:
        loop.tick()
        house.server.faults.add("status", times=0)
        (house.folder / "top.txt").write_text(f"{MATRIX}\n{DUNE}\n")
        assert loop.tick().error
        loop.loop.wait_until(loop.ticks[-1].next_wake)
        assert house.clock() == loop.ticks[-1].next_wake, "its patience is kept"
        house.server.faults.clear()
        loop.tick()
        assert ("movie", 438631) in house.requests()


def test_there_is_one_loop_for_a_ledger_and_others_may_write_between_its_ticks(house: House) -> None:
    house.holds("top", MATRIX)
    house.write()
    with house.looping() as loop:
        loop.tick()
        with house.looping() as second, pytest.raises(Refused, match="run, pid"):
            second.tick()
        house.holds("top", MATRIX, INCEPTION)
        assert house.apply().exit_code == 0
    with house.looping() as third:
        assert third.tick().error == ""


def test_while_somebody_else_writes_the_loop_waits_and_nothing_failed(house: House) -> None:
    house.holds("top", MATRIX)
    house.write()
    with house.looping() as loop:
        with WriterLock(house.folder / "data" / "listsync.db", holder="apply, pid 7"):
            tick = loop.tick()
        assert (tick.error, house.requests()) == ("", [])
        assert tick.next_wake - tick.finished < timedelta(minutes=1)
        assert loop.next().fetched == ()
    assert house.requests() == [("movie", 603)]


def test_in_the_mode_plan_plans_are_written_and_a_person_applies_them(house: House) -> None:
    house.yaml["run"] = {"mode": "plan"}
    house.holds("top", MATRIX)
    house.write()
    with house.looping() as loop:
        tick = loop.tick()
        assert condition(tick, ConditionType.CONVERGED, "top").reason == "Planned"
        assert not house.server.calls.writes()
        (path,) = (house.folder / "data" / "plans").glob("*.json")
        assert tick.plan is not None
        assert read_plan(path).id == tick.plan.id
        from reconciler.pipeline import apply_plan

        house.within(lambda session: apply_plan(session, read_plan(path)))
        assert house.requests() == [("movie", 603)]
        assert condition(loop.next(), ConditionType.CONVERGED, "top").status is Truth.TRUE
