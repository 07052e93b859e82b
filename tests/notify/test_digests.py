"""Who is told what, and when: every transition once, and nothing when nothing happened."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reconciler.commands.schema import schema_of
from reconciler.config import Loaded
from reconciler.loop.tick import ConfigStatus
from schemas.conditions import Condition, ConditionType, Truth
from schemas.plan import Action
from schemas.reasons import Reason
from schemas.report import Status
from tests.notify.conftest import Loop
from tests.watch import ticks
from tests.watch.receivers import Answer, Receivers

Configured = Callable[..., Loaded]
SECTIONS = ("requested", "cancelled", "held", "unresolved", "drift", "failed", "recovered")


def told(message: dict[str, Any]) -> dict[str, list[str]]:
    """Sections that say something, by title or subject."""
    return {name: [row.get("title") or row["subject"] for row in message[name]] for name in SECTIONS if message[name]}


def ready(condition: Condition | None = None):
    return ticks.conditions({"top": condition or ticks.condition(ConditionType.READY)})


def test_nothing_is_sent_when_nothing_happened(loop: Loop, configured: Configured, receivers: Receivers, clock) -> None:
    loaded = configured()
    with loop(loaded) as observe:
        for number in range(3):
            observe(ticks.tick(loaded, number))
            clock.pass_(hours=1)
    assert receivers.got == []


def test_one_message_tells_all_that_a_run_did_as_the_published_document(
    loop: Loop, configured: Configured, receivers: Receivers
) -> None:
    loaded = configured()
    plan = ticks.plan(held=(ticks.held("Cube", 431),), unresolved=(ticks.unresolved("Zzyzx"),), drift=(ticks.DRIFT,))
    report = ticks.report(
        ticks.outcome("The Matrix", 603),
        ticks.outcome("Cats", 9, Action.CANCEL),
        ticks.outcome("Ran", 11, status=Status.SKIPPED),
        ticks.outcome("Heat", 949, status=Status.REFUSED, reason=Reason.NOT_PERMITTED),
        held=plan.held,
        settled=(ticks.outcome("Memento", 77),),
    )
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, plan=plan, report=report, conditions=ready(ticks.fails())))
    (message,) = receivers.got
    jsonschema.validate(message, schema_of("notification"))
    assert told(message) == {
        "requested": ["Memento", "The Matrix"],
        "cancelled": ["Cats"],
        "held": ["Cube", "Heat"],
        "unresolved": ["Zzyzx"],
        "drift": ["Solaris"],
        "failed": ["list top"],
    }
    assert message["requested"][1]["server_url"] == "http://seerr.example:5055/movie/603"
    assert message["requested"][1]["tmdb_url"] == "https://www.themoviedb.org/movie/603"
    assert message["lists"] == [{"name": "top", "requested": 2, "cancelled": 1, "held": 2, "unresolved": 1}]
    assert message["failed"][0]["remedy"] == "wait"
    assert message["seconds"] == 12


def test_a_list_that_stays_failed_is_told_once_and_its_recovery_too_over_restarts(
    loop: Loop, configured: Configured, receivers: Receivers, clock
) -> None:
    loaded = configured()
    story = [ticks.fails(), ticks.fails("another error"), None, None, ticks.fails()]
    for number, condition in enumerate(story):
        with loop(loaded) as observe:
            observe(ticks.tick(loaded, number, conditions=ready(condition)))
            observe(ticks.tick(loaded, number, conditions=ready(condition)))
        clock.pass_(hours=1)
    assert [told(message) for message in receivers.got] == [
        {"failed": ["list top"]},
        {"recovered": ["list top"]},
        {"failed": ["list top"]},
    ]


def test_lasting_facts_are_told_once_and_again_when_they_came_back(
    loop: Loop, configured: Configured, receivers: Receivers, clock
) -> None:
    loaded = configured()
    plans = [
        ticks.plan(held=(ticks.held("Cube", 431),), unresolved=(ticks.unresolved("Zzyzx"),)),
        ticks.plan(held=(ticks.held("Cube", 431),), unresolved=(ticks.unresolved("Zzyzx", Reason.LOOKUP_FAILED),)),
        ticks.plan(held=(ticks.held("Cube", 431, Reason.ACTUAL_UNREADABLE),), unresolved=(ticks.unresolved("Zzyzx"),)),
        ticks.plan(held=(ticks.held("Cube", 431),), unresolved=(ticks.unresolved("Zzyzx"), ticks.unresolved("Qq"))),
        None,
        ticks.plan(),
        ticks.plan(held=(ticks.held("Cube", 431),)),
    ]
    for number, plan in enumerate(plans):
        with loop(loaded) as observe:
            observe(ticks.tick(loaded, number, plan=plan))
        clock.pass_(hours=1)
    assert [told(message) for message in receivers.got] == [
        {"held": ["Cube"], "unresolved": ["Zzyzx"]},
        {"unresolved": ["Qq"]},
        {"held": ["Cube"]},
    ]


def test_holds_that_end_by_themselves_call_nobody(loop: Loop, configured: Configured, receivers: Receivers) -> None:
    loaded = configured()
    held = tuple(ticks.held("Cube", n, reason) for n, reason in enumerate((Reason.PAUSED, Reason.SUPPRESSED), 1))
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, plan=ticks.plan(held=held)))
    assert receivers.got == []


def test_a_scoped_tick_forgets_nothing(loop: Loop, configured: Configured, receivers: Receivers, clock) -> None:
    loaded = configured()
    full = ticks.plan(held=(ticks.held("Cube", 431),))
    for number, plan in enumerate((full, ticks.plan(scope=("other",)), full)):
        with loop(loaded) as observe:
            observe(ticks.tick(loaded, number, plan=plan))
        clock.pass_(hours=1)
    assert len(receivers.got) == 1


def test_each_receiver_is_told_what_it_asked_for_and_failures_bring_their_recovery(
    loop: Loop, configured: Configured, receivers: Receivers, clock
) -> None:
    loaded = configured(["failed"], ["requested"], ["recovered"])
    report = ticks.report(ticks.outcome("The Matrix", 603))
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, 1, report=report, conditions=ready(ticks.fails())))
        receivers.wait_for(2)
        clock.pass_(hours=1)
        observe(ticks.tick(loaded, 2))
    by_path: dict[str, list[object]] = {}
    for path, message in zip(receivers.paths, receivers.got, strict=True):
        by_path.setdefault(path, []).append(told(message))
    assert by_path == {
        "/secret-1": [{"failed": ["list top"]}, {"recovered": ["list top"]}],
        "/secret-2": [{"requested": ["The Matrix"]}],
        "/secret-3": [{"recovered": ["list top"]}],
    }


def test_a_list_that_left_the_configuration_does_not_recover(
    loop: Loop, configured: Configured, receivers: Receivers, clock
) -> None:
    loaded = configured()
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, 1, conditions=ready(ticks.fails())))
        receivers.wait_for(1)
        clock.pass_(hours=1)
        other = ticks.conditions({"other": ticks.condition(ConditionType.READY)})
        observe(ticks.tick(loaded, 2, conditions=other))
    assert len(receivers.got) == 1


def test_a_dead_server_is_told_once_not_as_a_failed_run_too(
    loop: Loop, configured: Configured, receivers: Receivers
) -> None:
    loaded = configured()
    broken = {
        "server": ticks.fails("it does not answer", ConditionType.SERVER_REACHABLE),
        "run": ticks.fails("it does not answer", ConditionType.RECONCILED),
    }
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, plan=None, conditions=ticks.conditions(**broken), error="it does not answer"))
    assert told(receivers.got[0]) == {"failed": ["server"]}


def test_every_bad_revision_is_named_with_line_and_column_and_the_good_one_ends_it(
    loop: Loop, configured: Configured, receivers: Receivers, clock
) -> None:
    loaded = configured()
    invalid = ticks.conditions(config=ticks.fails("the configuration is not valid", ConditionType.CONFIG_VALID))

    def config(attempted: str, *problems: str) -> ConfigStatus:
        return ConfigStatus("git", attempted, "good", problems)

    problem = "listsync.yaml:9:12: lists.top.limit: must be at least 1, not 0"
    steps = [
        (invalid, config("bad-1", problem)),
        (invalid, config("bad-1", problem)),
        (invalid, config("bad-2", "x")),
    ]
    for number, (conditions, status) in enumerate([*steps, (ticks.conditions(), config("good"))]):
        with loop(loaded) as observe:
            observe(ticks.tick(loaded, number, conditions=conditions, config=status))
        clock.pass_(hours=1)
    assert [told(message) for message in receivers.got] == [
        {"failed": ["configuration"]},
        {"failed": ["configuration"]},
        {"recovered": ["configuration"]},
    ]
    assert problem in receivers.got[0]["failed"][0]["message"]


def test_what_is_not_known_has_not_recovered(loop: Loop, configured: Configured, receivers: Receivers, clock) -> None:
    loaded = configured()
    for number, status in enumerate((Truth.FALSE, Truth.UNKNOWN, Truth.FALSE)):
        with loop(loaded) as observe:
            observe(ticks.tick(loaded, number, conditions=ready(ticks.condition(ConditionType.READY, status))))
        clock.pass_(hours=1)
    assert len(receivers.got) == 1


def test_within_a_minute_digests_are_merged_into_one(
    loop: Loop, configured: Configured, receivers: Receivers, clock
) -> None:
    loaded = configured()
    titles = ("The Matrix", "Heat", "Alien", "Ran")
    for number, title in enumerate(titles):
        with loop(loaded) as observe:
            observe(ticks.tick(loaded, number, report=ticks.report(ticks.outcome(title, number + 1))))
        clock.pass_(seconds=25)
    assert [told(message) for message in receivers.got] == [
        {"requested": ["The Matrix"]},
        {"requested": ["Heat", "Alien", "Ran"]},
    ]


def test_a_failure_that_ended_before_it_could_be_told_is_not_told(
    loop: Loop, configured: Configured, receivers: Receivers, clock
) -> None:
    loaded = configured()
    receivers.always = Answer(500)
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, 1, conditions=ready(ticks.fails())))
    receivers.got.clear()
    receivers.always = None
    clock.pass_(hours=2)
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, 2))
    assert receivers.got == []


def test_what_a_dead_receiver_missed_is_told_when_it_is_back(
    loop: Loop, configured: Configured, receivers: Receivers, clock
) -> None:
    loaded = configured()
    receivers.always = Answer(500)
    with loop(loaded) as observe:
        observe(
            ticks.tick(
                loaded, 1, report=ticks.report(ticks.outcome("The Matrix", 603)), conditions=ready(ticks.fails())
            )
        )
    receivers.got.clear()
    receivers.always = None
    clock.pass_(hours=2)
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, 2, conditions=ready(ticks.fails())))
    assert [told(message) for message in receivers.got] == [{"requested": ["The Matrix"], "failed": ["list top"]}]


def test_a_message_whose_answer_was_lost_is_not_sent_again(
    loop: Loop, configured: Configured, receivers: Receivers, clock
) -> None:
    loaded = configured()
    receivers.always = Answer(is_lost=True)
    for number in (1, 2):
        with loop(loaded) as observe:
            observe(ticks.tick(loaded, number, conditions=ready(ticks.fails())))
        clock.pass_(hours=2)
    assert len(receivers.got) == 1


def test_a_dead_receiver_is_logged_without_its_address_and_fails_no_tick(
    loop: Loop, configured: Configured, receivers: Receivers, tmp_path: Path
) -> None:
    loaded = configured()
    receivers.always = Answer(404)
    log = tmp_path / "log.json"
    with loop(loaded, log) as observe:
        observe(ticks.tick(loaded, 1, conditions=ready(ticks.fails())))
    text = log.read_text("utf-8")
    assert "notifier 1 (webhook)" in text
    assert "answered 404" in text
    assert "secret-1" not in text


def test_secrets_do_not_travel_in_messages(loop: Loop, configured: Configured, receivers: Receivers) -> None:
    loaded = configured()
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, 1, conditions=ready(ticks.fails("it said a-key-of-a-server"))))
    assert "a-key-of-a-server" not in str(receivers.got)


def test_a_webhook_gets_its_headers(loop: Loop, configured: Configured, receivers: Receivers) -> None:
    loaded = configured(headers={"Authorization": "Bearer a-token-of-a-webhook"})
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, 1, conditions=ready(ticks.fails())))
    assert receivers.headers[0]["authorization"] == "Bearer a-token-of-a-webhook"


@pytest.mark.parametrize("number", [1, 5000])
def test_thousands_of_titles_make_one_message_of_bounded_size(
    loop: Loop, configured: Configured, receivers: Receivers, number: int
) -> None:
    loaded = configured()
    outcomes = [ticks.outcome(f"Film {n}", n + 1) for n in range(number)]
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, report=ticks.report(*outcomes)))
    (message,) = receivers.got
    left_out = message["left_out"].get("requested", 0)
    assert len(message["requested"]) + left_out == number
    assert len(message["requested"]) <= 500


def test_a_ledger_that_cannot_be_written_keeps_nobody_from_being_told(
    loop: Loop, tmp_path: Path, receivers: Receivers
) -> None:
    (tmp_path / "full").write_text("a file where a folder should be", "utf-8")
    entries = [{"webhook": f"{receivers.url}/secret-1"}]
    loaded = ticks.loaded(tmp_path, notifications=entries, state={"database": "full/listsync.db"})
    with loop(loaded) as observe:
        observe(ticks.tick(loaded, 1, conditions=ready(ticks.fails())))
        receivers.wait_for(1)
        observe(ticks.tick(loaded, 2, conditions=ready(ticks.fails())))
    assert len(receivers.got) == 1
