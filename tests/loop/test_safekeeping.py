"""Copies of the ledger: made in use, put back when nobody writes, and found when it is damaged."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.errors import ListsyncError, Refused
from reconciler.ledger import LedgerCorrupt
from reconciler.safekeeping import backup, backups_beside, check_ledger, restore, way_back
from schemas.events import EventType
from schemas.media import Key
from tests.loop.house import House

MATRIX, INCEPTION = "movie:tmdb:603", "movie:tmdb:27205"


def states(house: House) -> list[str]:
    return house.within(lambda session: sorted(str(key) for key in session.ledger.records()))


@pytest.fixture
def kept(house: House):
    house.holds("top", MATRIX)
    house.apply()
    copy = backup(house.loaded(), None, house.clock())
    house.clock.pass_(hours=1)
    house.holds("top", MATRIX, INCEPTION)
    house.apply()
    return copy


def test_a_copy_brings_back_what_was_and_what_was_there_stays_beside_it(house: House, kept) -> None:
    assert states(house) == [MATRIX, INCEPTION] or len(states(house)) == 2
    beside = restore(house.loaded(), kept, house.clock())
    assert states(house) == [MATRIX]
    assert beside is not None
    assert beside.exists()
    restore(house.loaded(), beside, house.clock() + timedelta(seconds=1))
    assert len(states(house)) == 2


def test_after_an_old_copy_nothing_is_requested_twice(house: House, kept) -> None:
    restore(house.loaded(), kept, house.clock())
    house.apply()
    assert house.requests() == [("movie", 603), ("movie", 27205)]


def test_nothing_is_put_back_while_a_loop_runs(house: House, kept) -> None:
    house.write()
    with house.looping() as loop:
        loop.tick()
        with pytest.raises(Refused):
            restore(house.loaded(), kept, house.clock())


@pytest.mark.parametrize("what", ["text", "cut"])
def test_a_damaged_copy_changes_nothing(house: House, kept, what: str) -> None:
    bad = house.folder / "bad.db"
    content = kept.read_bytes()
    bad.write_bytes(b"hello" * 1000 if what == "text" else content[: len(content) // 2])
    with pytest.raises(ListsyncError, match="not put back"):
        restore(house.loaded(), bad, house.clock())
    assert len(states(house)) == 2
    assert [path.name for path in (house.folder / "data").iterdir() if "restoring" in path.name] == []


def damage(database: Path) -> None:
    for beside in ("-wal", "-shm"):
        database.with_name(database.name + beside).unlink(missing_ok=True)
    content = bytearray(database.read_bytes())
    content[4096 : len(content) - 4096] = b"\xff" * (len(content) - 8192)
    database.write_bytes(bytes(content))


def test_a_damaged_ledger_is_found_at_the_start_with_the_way_back(house: House, kept) -> None:
    database = house.folder / "data" / "listsync.db"
    damage(database)
    with pytest.raises(LedgerCorrupt) as found:
        check_ledger(house.loaded())
    assert f"`listsync restore {kept}`" in way_back(found.value)
    restore(house.loaded(), kept, house.clock())
    check_ledger(house.loaded())
    assert backups_beside(database) == [kept]


def test_without_a_copy_the_way_back_is_to_begin_anew(house: House, kept) -> None:
    kept.unlink()
    damage(house.folder / "data" / "listsync.db")
    with pytest.raises(LedgerCorrupt) as found:
        check_ledger(house.loaded())
    assert "start without one" in way_back(found.value)


def test_a_ledger_that_is_damaged_while_the_loop_runs_is_told_with_the_way_back_and_the_loop_goes_on(
    house: House, kept
) -> None:
    house.write()
    with house.looping() as loop:
        assert loop.tick().error == ""
        damage(house.folder / "data" / "listsync.db")
        tick = loop.next()
        assert "listsync.db cannot be read" in tick.error
        assert f"`listsync restore {kept}`" in tick.remedy
        shutil.copyfile(kept, house.folder / "data" / "listsync.db")
        assert loop.next().error == ""


def test_once_a_day_the_loop_lets_go_of_history_older_than_30_days_but_of_no_title_s_beginning_and_end(
    house: House,
) -> None:
    def history() -> list[EventType]:
        return house.within(lambda session: [event.type for event in session.ledger.events()])

    house.holds("top", MATRIX)
    house.write()
    with house.looping() as loop:
        loop.tick()
        house.clock.pass_(days=29)
        loop.tick()
        early = history().count(EventType.RUN_FINISHED)
        assert early > 0
        house.clock.pass_(days=3)
        loop.tick()
        assert history().count(EventType.RUN_FINISHED) < early
        of_it = house.within(lambda session: session.ledger.events(key=Key.parse(MATRIX)))
        assert len(of_it) >= 1
