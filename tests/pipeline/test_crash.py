"""Killed at any moment and started again at once: exactly one request a title."""

import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from reconciler.demo.server import Catalogue, DemoServer
from schemas.base import utc_now
from schemas.media import Key
from schemas.record import IntentAction, RecordState
from schemas.report import Status
from tests.pipeline.home import Clock, Home
from tests.pipeline.process import eventually, finish, kill, run, start, until

TITLES = [title for title in Catalogue.load() if title.kind == "movie" or (title.tvdb_id and title.seasons)]
KEYS = [f"{title.kind}:tmdb:{title.tmdb_id}" for title in Random(1).sample(TITLES, 120)]
LATER = timedelta(minutes=3)


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """In real time, since the processes live in it; every call takes some milliseconds."""
    with DemoServer("seerr", latency=0.004) as running:
        yield running
        assert running.crashed is None


@pytest.fixture
def home(tmp_path: Path, server: DemoServer) -> Home:
    home = Home(tmp_path, server, Clock(utc_now()))
    home.yaml["log"] = {"level": "error"}
    return home


def doubled(home: Home) -> list[tuple[str, int]]:
    return [title for title, count in Counter(home.requests()).items() if count > 1]


def posts(home: Home) -> int:
    return home.server.count("/request", "POST")


def kill_somewhere(home: Home, random: Random) -> None:
    """Start an apply and kill it: while it starts, or around one of its next few requests."""
    process = start(home, "apply", "--yes", "--quiet")
    if random.random() < 0.25:
        time.sleep(random.uniform(0.0, 0.8))
    else:
        last = posts(home) + random.randint(1, 3)
        until(lambda: posts(home) >= last, process)
        time.sleep(random.uniform(0.0, 0.012))
    kill(process)


def come_to_rest(home: Home) -> None:
    """What stayed open is settled once two minutes have passed; the clock is moved, nobody waits."""
    home.clock.now = utc_now() + LATER
    assert home.apply().exit_code == 0


def kill_again_and_again(home: Home, kills: int, seed: int) -> None:
    """Kill at so many moments; the list grows meanwhile, so that there is always something to send."""
    random = Random(seed)
    for number in range(kills):
        home.holds("films", *KEYS[: 4 + 2 * number])
        kill_somewhere(home, random)
        assert not doubled(home)
    wanted = {tuple(key.split(":tmdb:")) for key in KEYS[: 4 + 2 * (kills - 1)]}
    come_to_rest(home)
    assert {(kind, str(tmdb)) for kind, tmdb in home.requests()} == wanted
    assert not doubled(home)
    assert home.says() == []
    assert home.within(lambda session: session.ledger.open_intents()) == ()


@pytest.mark.slow
def test_killed_at_random_moments_and_started_again_at_once_every_title_is_requested_once(home):
    kill_again_and_again(home, 10, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["slow", "late", "lose_answer"])
def test_what_a_killed_client_has_sent_is_still_carried_out_and_not_sent_again(home, fault):
    """A third of the requests is carried out after the client is gone."""
    home.server.faults.at_random(0.34, kinds=(fault,), seed=3, method="POST", path="/request", seconds=0.6)
    home.yaml["server"]["timeout"] = "1s"
    home.holds("films", *KEYS[:12])
    random = Random(fault)
    for _ in range(3):
        kill_somewhere(home, random)
    home.server.faults.clear()
    time.sleep(0.7)  # what the killed ones have sent arrives by then
    come_to_rest(home)
    assert len(home.requests()) == 12
    assert not doubled(home)
    assert home.says() == []


def test_a_ledger_that_a_killed_process_leaves_is_whole(home):
    home.holds("films", *KEYS[:12])
    process = start(home, "apply", "--yes", "--quiet")
    until(lambda: posts(home) >= 6, process)
    assert kill(process)
    with sqlite3.connect(home.folder / "data" / "listsync.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    code, _, _ = run(home, "plan", "--quiet")
    assert code == 0
    code, _, err = run(home, "apply", "--yes", "--quiet")
    assert code in {0, 3}, err
    assert len(home.requests()) in {11, 12}


def killed_at(home: Home, fault: str, method: str = "POST", path: str = "/request", seconds: float = 1.0) -> None:
    """Kill an apply while it waits for the answer to such a call, which the fault holds back."""
    faults = home.server.faults
    faults.add(fault, method=method, path=path, seconds=seconds)
    before = len(faults.fired)
    process = start(home, "apply", "--yes", "--quiet")
    until(lambda: len(faults.fired) > before, process)
    assert kill(process)
    faults.clear()
    home.clock.now = utc_now()


def record(home: Home, key: str):
    return home.within(lambda session: session.ledger.record(Key.parse(key)))


def title(key: str) -> tuple[str, int]:
    kind, _, tmdb = key.split(":")
    return kind, int(tmdb)


def test_killed_between_intent_and_call_the_title_is_requested_by_the_first_run_after_two_minutes(home):
    home.holds("films", KEYS[0])
    killed_at(home, "hang")
    (intent,) = home.within(lambda session: session.ledger.open_intents())
    assert (str(intent.key), intent.action) == (KEYS[0], IntentAction.CREATE)
    assert home.says() == [f"hold OutcomeUnknown {KEYS[0]}"]
    assert home.apply().exit_code == 3
    assert home.requests() == []
    home.clock.pass_(minutes=3)
    assert home.says() == [f"create Wanted {KEYS[0]}"]
    assert home.apply().exit_code == 0
    assert (home.requests(), home.says()) == ([title(KEYS[0])], [])


def test_killed_between_call_and_outcome_the_request_is_found_and_known_as_ours(home):
    home.holds("films", KEYS[0])
    killed_at(home, "slow")
    eventually(lambda: len(home.requests()) == 1)
    report = home.apply()
    assert (report.exit_code, report.outcomes, report.held) == (0, (), ())
    assert [(one.action, one.status) for one in report.settled] == [("create", Status.DONE)]
    assert (posts(home), home.says()) == (1, [])
    assert len(record(home, KEYS[0]).requests) == 1
    home.server.people.delete_request(home.server.people.all_requests()[0]["id"])
    home.apply()
    assert home.says() == [f"hold Suppressed {KEYS[0]}"]


def test_killed_while_settling_it_is_settled_by_the_next_run(home):
    """The first run is killed after its request was carried out, the second while it reads what became of it."""
    home.holds("films", KEYS[0])
    killed_at(home, "slow")
    eventually(lambda: home.requests() == [title(KEYS[0])])
    for _ in range(2):
        killed_at(home, "hang", "GET", "/request")
    report = home.apply()
    assert [one.status for one in report.settled] == [Status.DONE]
    assert (posts(home), home.requests(), home.says()) == (1, [title(KEYS[0])], [])


def test_killed_before_the_closing_read_what_was_answered_is_known(home):
    home.holds("films", *KEYS[:3])
    home.server.faults.add("hang", method="GET", path="/request", nth=2)
    process = start(home, "apply", "--yes", "--quiet")
    until(lambda: bool(home.server.faults.fired), process)
    assert (kill(process), posts(home)) == (True, 3)
    home.server.faults.clear()
    home.clock.now = utc_now()
    assert home.says() == []
    assert home.within(lambda session: session.ledger.open_intents()) == ()


def test_with_the_clock_set_back_the_two_minutes_begin_anew(home):
    home.holds("films", KEYS[0])
    killed_at(home, "hang")
    home.clock.pass_(days=-400)
    for minutes in (0, 1):
        home.clock.pass_(minutes=minutes)
        assert home.apply().exit_code == 3
        assert home.requests() == []
    home.clock.pass_(minutes=3)
    assert home.apply().exit_code == 0
    assert (home.requests(), home.says()) == ([title(KEYS[0])], [])


def test_a_request_by_somebody_else_while_ours_was_lost_is_not_taken_for_ours(home):
    home.holds("films", KEYS[0])
    killed_at(home, "hang")
    home.server.people.request(*title(KEYS[0]), user=2)
    home.clock.pass_(minutes=3)
    home.apply()
    assert (home.requests(), posts(home), home.says()) == ([title(KEYS[0])], 1, [])
    assert (record(home, KEYS[0]).state, record(home, KEYS[0]).requests) == (RecordState.TRACKED, ())


def test_a_request_by_the_same_user_while_ours_was_lost_counts_as_the_one_we_sent(home):
    home.holds("films", KEYS[0])
    killed_at(home, "hang")
    home.server.people.request(*title(KEYS[0]), user=1)
    report = home.apply()
    assert [one.status for one in report.settled] == [Status.DONE]
    assert (home.requests(), posts(home), home.says()) == ([title(KEYS[0])], 1, [])


def test_a_killed_cancel_is_found_to_be_done_and_its_title_released(home):
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", KEYS[0], policy={"on_removed": "cancel"})
    home.holds("others", KEYS[1])
    home.apply()
    home.yaml["lists"].pop("films")
    killed_at(home, "slow", "DELETE", "/request/*")
    eventually(lambda: len(home.requests()) == 1)
    report = home.apply()
    assert [(one.action, one.status) for one in report.settled] == [("cancel", Status.DONE)]
    assert record(home, KEYS[0]).state is RecordState.RELEASED
    assert home.says() == []


def test_what_a_killed_run_left_open_is_shown(home):
    home.holds("films", KEYS[0])
    killed_at(home, "hang")
    code, out, _ = run(home, "status")
    assert code == 0
    assert "Unsettled (1)" in out
    code, out, _ = run(home, "apply", "--yes", "--quiet")
    assert code == 3
    assert "its answer never came" in out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_lets_the_request_under_way_finish_and_leaves_the_others(home, number, code):
    """Nothing is open afterwards: the next run goes on at once."""
    home.holds("films", *KEYS[:6])
    home.server.faults.add("slow", method="POST", path="/request", nth=2, seconds=0.5)
    process = start(home, "apply", "--yes")
    until(lambda: bool(home.server.faults.fired), process)
    process.send_signal(number)
    ended, out, err = finish(process)
    assert (ended, len(home.requests())) == (code, 2), err
    assert "Stopping after the request under way" in err
    assert "2 requested; 4 not tried" in out
    home.clock.now = utc_now()
    assert home.within(lambda session: session.ledger.open_intents()) == ()
    assert home.apply().exit_code == 0
    assert len(home.requests()) == 6
    assert not doubled(home)
