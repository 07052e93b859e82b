"""What is put comes back equal, for every shape, from a file that was closed and opened in between."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.ledger import Ledger, open_ledger

from . import shapes

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Ledger]]:
    path = tmp_path_factory.mktemp("ledger") / "listsync.db"
    with open_ledger(path, server="main") as writer, open_ledger(path, server="main") as reader:
        yield writer, reader


@quick
@given(record=shapes.records)
def test_a_record_comes_back_equal_but_for_the_serial_that_the_ledger_counts(shared, record):
    writer, reader = shared
    with writer.writing() as write:
        stored = write.put_record(record)
    assert reader.record(record.key) == stored
    assert stored == replace(record, serial=stored.serial)
    assert reader.records()[record.key] == stored


@quick
@given(intent=shapes.intents)
def test_an_open_intent_comes_back_equal_with_its_id(shared, intent):
    writer, reader = shared
    with writer.writing() as write:
        opened = write.open_intent(intent)
    assert reader.open_intents()[-1] == opened == intent.model_copy(update={"id": opened.id})
    with writer.writing() as write:
        write.settle_intent(opened.id, "done")


@quick
@given(event=shapes.events)
def test_an_event_comes_back_equal_with_its_id(shared, event):
    writer, reader = shared
    with writer.writing() as write:
        write.add_event(event)
    (last,) = reader.events(limit=1)
    assert last == event.model_copy(update={"id": last.id})


@quick
@given(run=shapes.runs, refusal=shapes.refusals)
def test_runs_and_refusals_come_back_equal(shared, run, refusal):
    writer, reader = shared
    with writer.writing() as write:
        write.put_run(run)
        write.put_refusal(refusal)
    assert run in reader.runs(limit=1_000_000)
    assert reader.refusals()[refusal.key] == refusal


@quick
@given(presence=shapes.presences, allow=shapes.allows)
def test_presences_and_allows_come_back_equal(shared, presence, allow):
    writer, reader = shared
    writer.save_presences([presence], [])
    writer.save_allows([allow], [])
    assert reader.presences()[presence.key] == presence
    assert reader.allows()[allow.key] == allow


@quick
@given(resolved=st.lists(shapes.resolved, max_size=3, unique_by=lambda one: one.ref))
def test_resolutions_come_back_equal(shared, resolved):
    writer, reader = shared
    writer.save_resolutions(resolved)
    assert reader.resolutions(one.ref for one in resolved) == {one.ref: one for one in resolved}


@quick
@given(details=shapes.details)
def test_details_come_back_equal(shared, details):
    writer, reader = shared
    writer.save_details([details])
    title = (details.kind, details.tmdb)
    assert reader.details([title])[title][0] == details


@quick
@given(state=shapes.list_states)
def test_a_list_comes_back_equal(shared, state):
    writer, reader = shared
    writer.save_list_state(state)
    assert reader.list_states()[state.name] == state


@quick
@given(values=st.dictionaries(shapes.text, shapes.text, max_size=3), name=shapes.word, value=shapes.text)
def test_memory_and_settings_come_back_equal(shared, values, name, value):
    writer, reader = shared
    writer.memory("imdb").put_many(values)
    with writer.writing() as write:
        write.put_setting(name, value)
    assert reader.memory("imdb").get_many(tuple(values)) == values
    assert reader.setting(name) == value
