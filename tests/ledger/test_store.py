import sqlite3
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.ledger import Ledger, LedgerError, open_ledger, open_reader
from schemas.events import EventType, Run
from schemas.media import Kind
from schemas.reasons import Reason
from schemas.record import Presence, Refusal, Resolved
from schemas.server import Details

from .conftest import NOW
from .samples import event, intent, list_state, movie, record, snapshot


def test_the_first_opening_makes_folders_and_a_file_that_only_its_owner_can_read(path: Path):
    with open_ledger(path, server="main") as ledger:
        with ledger.writing() as write:
            write.put_record(record())
        for name in ("", "-wal", "-shm"):
            assert stat.S_IMODE(Path(f"{path}{name}").stat().st_mode) == 0o600


def test_the_lineage_is_made_with_the_file_and_stays(path: Path, tmp_path: Path):
    with open_ledger(path, server="main") as ledger, open_ledger(tmp_path / "other.db", server="main") as other:
        assert ledger.lineage != other.lineage
        lineage = ledger.lineage
    with open_ledger(path, server="second") as again:
        assert again.lineage == lineage


def test_a_reader_of_a_missing_file_sees_an_empty_ledger_and_makes_nothing(path: Path):
    with open_reader(path, server="main") as reader:
        assert reader.records() == {}
        assert reader.events() == ()
        assert not reader.ever_applied()
    assert not path.parent.exists()


def test_each_change_of_a_record_raises_its_serial_by_one_whatever_the_value_says(ledger: Ledger):
    with ledger.writing() as write:
        assert write.put_record(record(serial=40)).serial == 1
    with ledger.writing() as write:
        assert write.put_record(record(serial=40)).serial == 2
        assert write.put_record(record()).serial == 3
    assert ledger.record(movie()).serial == 3


def test_a_transaction_that_fails_leaves_nothing(ledger: Ledger):
    def fail() -> None:
        with ledger.writing() as write:
            write.put_record(record())
            write.add_event(event())
            ledger.memory("imdb").put_many({"a": "b"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (ledger.records(), ledger.events(), ledger.memory("imdb").get_many(("a",))) == ({}, (), {})


def test_reads_within_a_transaction_see_what_it_wrote(ledger: Ledger):
    with ledger.writing() as write:
        write.put_record(record())
        assert ledger.record(movie()) is not None


def test_what_belongs_to_a_server_is_not_seen_from_another_and_caches_are_shared(path: Path):
    with open_ledger(path, server="main") as one, open_ledger(path, server="second") as other:
        with one.writing() as write:
            write.put_record(record())
            write.open_intent(intent())
            write.add_event(event())
            write.put_refusal(Refusal(key=movie(), reason=Reason.REJECTED, at=NOW, config_digest="c"))
            write.put_run(Run(id="r1", command="apply", started=NOW))
            write.put_setting("pause", "all")
            write.set_server_fingerprint("abc")
            write.mark_plan_applied("p1")
        one.save_list_state(list_state(trusted=snapshot("a")))
        one.save_presences([Presence(key=movie(), absent_since=NOW)], [])
        assert not any(
            (
                other.records(), other.open_intents(), other.events(), other.refusals(), other.runs(),
                other.setting("pause"), other.server_fingerprint(), other.plan_applied("p1"), other.ever_applied(),
                other.list_states(), other.presences(), other.sent_since(NOW - timedelta(days=1)),
            )
        )  # fmt: skip
        one.save_details([Details(kind=Kind.TV, tmdb=1399, title="Thrones")])
        one.save_resolutions([Resolved(ref="imdb:tt1", evidence="e", at=NOW)])
        assert other.details([(Kind.TV, 1399)])
        assert other.resolutions(["imdb:tt1"])


def test_an_intent_is_open_until_it_is_settled_and_keeps_its_place(ledger: Ledger):
    with ledger.writing() as write:
        first, second = write.open_intent(intent(1)), write.open_intent(intent(2))
        write.restamp_intent(second.id, NOW + timedelta(seconds=5))
    assert [one.id for one in ledger.open_intents()] == [first.id, second.id]
    assert ledger.open_intents()[1].sent_at == NOW + timedelta(seconds=5)
    with ledger.writing() as write:
        write.settle_intent(first.id, "created")
    assert [one.id for one in ledger.open_intents()] == [second.id]


def test_an_intent_that_does_not_exist_cannot_be_settled(ledger: Ledger):
    with pytest.raises(KeyError), ledger.writing() as write:
        write.settle_intent(7, "created")


def test_history_cannot_be_rewritten_not_even_around_the_ledger(ledger: Ledger, path: Path):
    with ledger.writing() as write:
        write.add_event(event())
    raw = sqlite3.connect(path)
    for statement in ("UPDATE events SET message = 'x'", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(statement)
    raw.close()


def test_events_are_found_by_key_list_run_time_and_type_in_either_order(ledger: Ledger):
    later = NOW + timedelta(hours=1)
    with ledger.writing() as write:
        write.add_event(event(1))
        write.add_event(event(2, list="critics", run="r2", at=later))
        write.add_event(event(1, type=EventType.CANCELLED, at=later))
        write.add_event(event(None, type=EventType.RUN_FINISHED, list=None))

    def found(**conditions: object) -> list[int | None]:
        return [one.id for one in ledger.events(**conditions)]

    assert found() == [4, 3, 2, 1]
    assert found(newest_first=False, limit=2) == [1, 2]
    assert found(key=movie(1)) == [3, 1]
    assert found(list="critics") == found(run="r2") == [2]
    assert found(since=later) == [3, 2]
    assert found(types={EventType.REQUESTED}) == [2, 1]
    assert found(types=()) == []
    assert found(key=movie(1), since=later, types=[EventType.CANCELLED], limit=1) == [3]


def test_sent_since_counts_creates_and_retries_with_their_lead(ledger: Ledger):
    with ledger.writing() as write:
        write.add_event(event(1, at=NOW - timedelta(days=2)))
        write.add_event(event(2))
        write.add_event(event(3, type=EventType.RETRIED, list="critics"))
        write.add_event(event(4, type=EventType.REFUSED))
    assert ledger.sent_since(NOW - timedelta(days=1)) == ((NOW, "top"), (NOW, "critics"))


def test_a_plan_is_applied_once_and_then_the_first_run_is_over(ledger: Ledger):
    ledger.save_plan("p1", "digest", NOW)
    assert ledger.plan_applied("p1") is None
    assert not ledger.ever_applied()
    with ledger.writing() as write:
        write.mark_plan_applied("p1")
    ledger.save_plan("p1", "digest", NOW)
    assert ledger.plan_applied("p1") == NOW
    assert ledger.ever_applied()


def test_details_say_when_they_were_read(ledger: Ledger):
    ledger.save_details([Details(kind=Kind.TV, tmdb=1399, title="Thrones")])
    assert ledger.details([(Kind.TV, 1399), (Kind.MOVIE, 1399)]) == {
        (Kind.TV, 1399): (Details(kind=Kind.TV, tmdb=1399, title="Thrones"), NOW)
    }


def test_presences_and_refusals_that_are_gone_are_forgotten(ledger: Ledger):
    ledger.save_presences([Presence(key=movie(n), absent_since=NOW) for n in (1, 2)], [])
    ledger.save_presences([], [movie(1)])
    assert list(ledger.presences()) == [movie(2)]
    with ledger.writing() as write:
        write.put_refusal(Refusal(key=movie(), reason=Reason.REJECTED, at=NOW, config_digest="c"))
        write.clear_refusal(movie())
    assert ledger.refusals() == {}


def test_contents_are_kept_once_however_many_snapshots_hold_them_and_go_with_the_last(ledger: Ledger, path: Path):
    def kept() -> set[bytes]:
        raw = sqlite3.connect(path)
        rows = {row[0] for row in raw.execute("SELECT digest FROM contents")}
        raw.close()
        return rows

    ledger.save_list_state(list_state("one", trusted=snapshot("a", "b"), previous=snapshot("a", "b", digest="d0")))
    ledger.save_list_state(list_state("two", trusted=snapshot("a", "b"), extra=snapshot("c")))
    assert len(kept()) == 2
    states = ledger.list_states()
    assert states["one"].trusted.items is states["two"].trusted.items
    ledger.save_list_state(list_state("one", trusted=snapshot("d")))
    ledger.save_list_state(list_state("two"))
    assert len(kept()) == 1
    assert ledger.list_states()["one"] == list_state("one", trusted=snapshot("d"))


def test_a_rating_that_is_not_a_number_does_not_spoil_its_list(ledger: Ledger):
    whole = snapshot("a")
    odd = replace(whole.items[0], ratings={"imdb": float("nan"), "tmdb": 7.5})
    ledger.save_list_state(list_state(trusted=whole.model_copy(update={"items": (odd,)})))
    assert ledger.list_states()["top"].trusted.items[0].ratings == {"tmdb": 7.5}


def test_a_renamed_list_keeps_its_state_and_its_titles_and_history_keeps_the_old_name(ledger: Ledger):
    ledger.save_list_state(list_state("top", trusted=snapshot("a"), failures=2))
    with ledger.writing() as write:
        write.put_record(record(1))
        write.put_record(record(2, sponsors=("on top", "best"), lead="on top"))
        write.open_intent(intent(3))
        write.add_event(event(1))
    ledger.rename_list("top", "best")
    assert ledger.list_states() == {"best": list_state("best", trusted=snapshot("a"), failures=2)}
    renamed = ledger.record(movie(1))
    assert (renamed.sponsors, renamed.lead, renamed.serial) == (("best", "critics"), "best", 1)
    assert ledger.record(movie(2)).sponsors == ("on top", "best")
    assert ledger.open_intents()[0].lead == "best"
    assert ledger.events()[0].list == "top"


def test_a_rename_onto_a_list_that_has_a_state_keeps_that_state(ledger: Ledger):
    ledger.save_list_state(list_state("top", trusted=snapshot("a")))
    ledger.save_list_state(list_state("best", trusted=snapshot("b")))
    ledger.rename_list("top", "best")
    ledger.rename_list("never-there", "best")
    assert ledger.list_states() == {"best": list_state("best", trusted=snapshot("b"))}


def test_retention_keeps_the_first_and_last_event_of_each_key_and_all_that_is_younger(ledger: Ledger):
    old = NOW - timedelta(days=60)
    with ledger.writing() as write:
        for _ in range(4):
            write.add_event(event(1, at=old))
        write.add_event(event(None, type=EventType.RUN_FINISHED, at=old))
        write.add_event(event(None, type=EventType.RUN_FINISHED))
        closed = write.open_intent(intent(1))
        write.open_intent(intent(2))
        write.settle_intent(closed.id, "created")
        write.put_run(Run(id="r0", command="apply", started=old))
        write.put_run(Run(id="r1", command="apply", started=NOW))
        write.mark_plan_applied("p1")
    assert ledger.prune(NOW - timedelta(days=30)) == 3
    assert [one.id for one in ledger.events()] == [6, 4, 1]
    assert [run.id for run in ledger.runs()] == ["r1"]
    assert len(ledger.open_intents()) == 1
    ledger.prune(NOW + timedelta(days=30))
    assert ledger.ever_applied()


def test_a_backup_is_a_whole_ledger_made_while_writing_goes_on(ledger: Ledger, tmp_path: Path):
    with ledger.writing() as write:
        write.put_record(record())
    target = tmp_path / "backup.db"
    ledger.backup(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with open_ledger(target, server="main") as copy:
        assert (copy.lineage, copy.records()) == (ledger.lineage, ledger.records())
        copy.check()
    with pytest.raises(LedgerError, match="nowhere"):
        ledger.backup(tmp_path / "nowhere" / "backup.db")


def test_room_of_history_that_was_let_go_is_given_back(ledger: Ledger, path: Path):
    with ledger.writing() as write:
        for _ in range(500):
            write.add_event(event(1, at=NOW - timedelta(days=60), message="x" * 2000))
    ledger.prune(NOW)
    ledger.vacuum()
    ledger.close()
    assert path.stat().st_size < 400_000


def test_a_time_without_a_zone_is_refused(ledger: Ledger):
    with pytest.raises(ValueError, match="no time zone"):
        ledger.sent_since(NOW.replace(tzinfo=None))


def test_closing_twice_does_no_harm(path: Path):
    ledger = open_ledger(path, server="main")
    ledger.close()
    ledger.close()
    assert [one.name for one in path.parent.iterdir()] == [path.name]
