from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from reconciler.ledger import Ledger, open_ledger
from schemas.record import Resolved

from .conftest import NOW
from .samples import event, list_state, movie, record, snapshot


def test_threads_write_what_they_fetched_while_the_main_one_records(ledger: Ledger):
    def fetch(number: int) -> int:
        memory = ledger.memory("letterboxd")
        for round_ in range(10):
            name = f"{number}-{round_}"
            memory.put_many({name: "x"})
            ledger.save_resolutions([Resolved(ref=name, evidence="e", at=NOW)])
            ledger.save_list_state(list_state(f"list-{number}", trusted=snapshot(name)))
            assert memory.get_many((name,)) == {name: "x"}
        return number

    with ThreadPoolExecutor(8) as pool:
        fetched = pool.map(fetch, range(8))
        for tmdb in range(1, 101):
            with ledger.writing() as write:
                write.put_record(record(tmdb))
                write.add_event(event(tmdb))
        assert sorted(fetched) == list(range(8))
    assert len(ledger.records()) == len(ledger.events()) == 100
    assert len(ledger.resolutions(f"{n}-{r}" for n in range(8) for r in range(10))) == 80
    assert len(ledger.list_states()) == 8


def test_a_failed_transaction_takes_nothing_of_another_thread_with_it(ledger: Ledger):
    with ThreadPoolExecutor(1) as pool:
        try:
            with ledger.writing() as write:
                write.put_record(record())
                waiting = pool.submit(ledger.save_resolutions, [Resolved(ref="a", evidence="e", at=NOW)])
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            waiting.result()
    assert ledger.record(movie()) is None
    assert ledger.resolutions(["a"])


def test_processes_do_not_lose_each_others_writes(path: Path):
    """Two connections stand for two processes: SQLite makes no difference."""
    with open_ledger(path, server="main") as one, open_ledger(path, server="main") as other:

        def write(ledger: Ledger) -> None:
            for _ in range(50):
                with ledger.writing() as writing:
                    writing.put_record(record())
                    writing.add_event(event(at=NOW + timedelta(seconds=1)))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(write, (one, other)))
        assert one.record(movie()).serial == 100
        assert len(other.events()) == 100
