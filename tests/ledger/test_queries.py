"""No query that grows with the ledger reads a whole table when it needs a part of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.ledger import Ledger, open_ledger
from schemas.events import EventType
from schemas.media import Kind

from .conftest import NOW
from .samples import event, intent, list_state, movie, record, snapshot

ASKED: dict[str, tuple[Callable[[Ledger], object], str]] = {
    "a record": (lambda ledger: ledger.record(movie()), r"SEARCH records USING INDEX \S+ \(server=\? AND key=\?\)"),
    "records": (lambda ledger: ledger.records(), r"SEARCH records USING INDEX \S+ \(server=\?\)"),
    "open intents": (lambda ledger: ledger.open_intents(), r"SEARCH intents USING INDEX ix_intents_open"),
    "events of a key": (lambda ledger: ledger.events(key=movie()), r"SEARCH events USING INDEX ix_events_key"),
    "events of a list": (lambda ledger: ledger.events(list="top"), r"SEARCH events USING INDEX ix_events_list"),
    "events of a run": (lambda ledger: ledger.events(run="r1"), r"SEARCH events USING INDEX ix_events_run"),
    "sent since": (lambda ledger: ledger.sent_since(NOW), r"SEARCH events USING INDEX ix_events_at"),
    "the last events": (lambda ledger: ledger.events(limit=20), r"SCAN events\Z"),
    "runs": (lambda ledger: ledger.runs(), r"SEARCH runs USING INDEX ix_runs_started"),
    "resolutions": (lambda ledger: ledger.resolutions(["a", "b"]), r"SEARCH resolutions USING INDEX .*ref=\?"),
    "details": (lambda ledger: ledger.details([(Kind.MOVIE, 603)]), r"SEARCH details USING INDEX .*key=\?"),
    "memory": (lambda ledger: ledger.memory("imdb").get_many(("a",)), r"SEARCH memory USING INDEX .*key=\?"),
    "ever applied": (lambda ledger: ledger.ever_applied(), r"SEARCH plans USING INDEX .*server=\?"),
}
IN_ORDER = {"events of a key", "events of a list", "events of a run", "the last events", "runs", "open intents"}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory):
    path: Path = tmp_path_factory.mktemp("queries") / "listsync.db"
    with open_ledger(path, server="main") as opened:
        with opened.writing() as write:
            for tmdb in range(1, 300):
                write.put_record(record(tmdb))
                write.settle_intent(write.open_intent(intent(tmdb)).id, "created")
                write.add_event(event(tmdb, at=NOW - timedelta(minutes=tmdb), type=EventType.REQUESTED))
        opened.save_list_state(list_state(trusted=snapshot("a")))
        yield opened


@pytest.mark.parametrize("question", ASKED)
def test_what_is_asked_often_is_found_through_an_index(ledger: Ledger, question: str):
    ask, expected = ASKED[question]
    driver = ledger._database.driver
    asked: list[str] = []
    driver.set_trace_callback(asked.append)
    ask(ledger)
    driver.set_trace_callback(None)
    plan = [row[3] for statement in asked for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert re.search(expected, plan[0]), plan
    assert all("SEARCH" in step for step in plan[1:]) or len(asked) == 1, plan
    assert question not in IN_ORDER or not any("TEMP B-TREE" in step for step in plan), plan
