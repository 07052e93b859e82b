"""Bounds with room for a busy machine: they catch the wrong complexity, the benchmarks hold the real numbers."""

import time
from pathlib import Path

from reconciler.ledger import Ledger, open_ledger
from schemas.media import Ids, Item
from schemas.record import Resolved

from .conftest import NOW
from .samples import event, intent, list_state, movie, record, snapshot


def best_of_three(work) -> float:
    def once() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return min(once() for _ in range(3))


def test_noting_a_request_and_its_outcome_costs_little_beside_sending_it(ledger: Ledger):
    def fifty_requests() -> None:
        for tmdb in range(1, 51):
            with ledger.writing() as write:
                opened = write.open_intent(intent(tmdb))
            with ledger.writing() as write:
                write.settle_intent(opened.id, "created")
                write.put_record(record(tmdb))
                write.add_event(event(tmdb))

    assert best_of_three(fifty_requests) / 100 < 0.005


def test_five_thousand_records_are_read_at_once(ledger: Ledger):
    with ledger.writing() as write:
        for tmdb in range(1, 5001):
            write.put_record(record(tmdb))
    assert len(ledger.records()) == 5000
    assert best_of_three(ledger.records) < 0.4
    assert movie(5000) in ledger.records()


def test_twenty_thousand_resolutions_are_read_at_once(ledger: Ledger):
    refs = [f"imdb:tt{number:07d}" for number in range(20_000)]
    ledger.save_resolutions(Resolved(ref=ref, evidence="e", key=movie(), method="imdb", at=NOW) for ref in refs)
    assert len(ledger.resolutions(refs)) == 20_000
    assert best_of_three(lambda: ledger.resolutions(refs)) < 2


def test_fifty_lists_of_four_hundred_items_are_read_at_once(path: Path):
    def items(number: int) -> tuple[Item, ...]:
        return tuple(
            Item(
                ref=f"imdb:tt{number}{place:05d}",
                title=f"Title {number} {place}",
                year=1999,
                ids=Ids(tmdb=place, imdb=place),
                position=place,
                ratings={"imdb": 7.1},
                genres=("Drama", "Crime"),
            )
            for place in range(1, 401)
        )

    with open_ledger(path, server="main") as ledger:
        for number in range(50):
            kept = snapshot().model_copy(update={"items": items(number)})
            ledger.save_list_state(list_state(f"list-{number}", trusted=kept, previous=kept))
        assert best_of_three(ledger.list_states) < 2
