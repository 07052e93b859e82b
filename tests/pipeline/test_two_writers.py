"""Two at once: one works, the other is refused and told who works; after a SIGKILL the place is free at once."""

import json

import pytest

from reconciler.demo.server import DemoServer
from schemas.base import utc_now
from tests.pipeline.home import Clock, Home
from tests.pipeline.process import finish, kill, run, start, until

FILMS = ("movie:tmdb:603", "movie:tmdb:438631", "movie:tmdb:841", "movie:tmdb:949", "tv:tmdb:1399")


@pytest.fixture
def home(tmp_path):
    with DemoServer("seerr", latency=0.002) as server:
        home = Home(tmp_path, server, Clock(utc_now()))
        home.yaml["log"] = {"level": "error"}
        home.holds("films", *FILMS)
        yield home
        assert server.calls.most_writes_at_once <= 1


def at_work(home: Home):
    """An apply that waits for the answer to its first request."""
    home.server.faults.add("hang", method="POST", path="/request")
    process = start(home, "apply", "--yes", "--quiet")
    until(lambda: bool(home.server.faults.fired), process)
    return process


def test_the_second_apply_is_refused_naming_the_first_and_sends_nothing(home):
    first = at_work(home)
    posts = home.server.count("/request", "POST")
    code, out, err = run(home, "apply", "--yes")
    assert (code, out) == (4, "")
    assert f"pid {first.pid}" in err
    assert "→" in err
    code, out, _ = run(home, "apply", "--yes", "--format", "json")
    document = json.loads(out)
    assert (code, document["format"], document["exit_code"]) == (4, "listsync.error", 4)
    assert home.server.count("/request", "POST") == posts
    kill(first)


def test_reading_goes_on_while_another_applies(home):
    first = at_work(home)
    for words in (("plan",), ("status",), ("history",), ("explain", "movie:tmdb:603")):
        code, _, err = run(home, *words)
        assert code == 0, err
    kill(first)


def test_after_a_sigkill_the_next_apply_works_at_once(home):
    assert kill(at_work(home))
    code, out, err = run(home, "apply", "--yes")
    assert code == 3, err
    assert "its answer never came" in out
    assert len(home.requests()) == len(FILMS) - 1


@pytest.mark.slow
def test_of_many_applies_at_once_those_that_are_not_refused_request_every_title_once(home):
    home.server.people.set_latency(call=0.02)
    ended = [finish(process) for process in [start(home, "apply", "--yes", "--quiet") for _ in range(5)]]
    codes = [code for code, _, _ in ended]
    assert set(codes) <= {0, 4}, ended
    assert 0 in codes
    assert len(home.requests()) == len(set(home.requests())) == len(FILMS)
    home.clock.now = utc_now()
    assert home.says() == []
