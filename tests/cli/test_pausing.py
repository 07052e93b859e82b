"""`pause` and `resume`: nothing is sent while a pause holds, whoever is writing meanwhile, and its way out is told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.config import load
from reconciler.core.rails import Pause
from reconciler.demo.server import DemoServer
from reconciler.ledger import WriterLock, open_ledger
from reconciler.log import LogSettings, opened_log
from reconciler.pausing import kept_pauses, pause, resume
from reconciler.pipeline import apply_plan, make_plan
from reconciler.progress import SILENT
from reconciler.session import Tools, open_session
from schemas.reasons import Reason
from schemas.report import Report, Status

CONFIG = """\
version: 1
timezone: Europe/Madrid
server: {{url: "{url}", api_key: "${{KEY}}"}}
lists:
  evening: {{source: evening.txt{evening}}}
  morning: {{source: morning.txt}}
  drawer: {{source: morning.txt, input_only: true}}
{more}
"""
MADRID_NOON = datetime(2026, 3, 28, 11, tzinfo=UTC)
"""The day before clocks go forward."""


@dataclass
class House:
    """A folder with a configuration, its server, and a clock that is moved by hand."""

    server: DemoServer
    folder: Path
    capture: pytest.CaptureFixture[str]
    now: datetime = MADRID_NOON

    def configure(self, evening: str = "", more: str = "") -> None:
        text = CONFIG.format(url=self.server.url, evening=evening, more=more)
        (self.folder / "listsync.yaml").write_text(text)

    def __call__(self, *words: str) -> tuple[int, str, str]:
        world = World({"KEY": self.server.api_key}, clock=lambda: self.now, sleep=lambda _: None)
        code = run(words, world)
        said = self.capture.readouterr()
        return code, said.out, said.err

    def plan(self) -> dict:
        return json.loads(self("plan", "--format", "json")[1])

    def held(self) -> list[tuple[str, str]]:
        return sorted((one["title"], one["reason"]) for one in self.plan()["held"])

    def requested(self) -> int:
        return len(self.server.people.all_requests())


@pytest.fixture
def house(tmp_path, monkeypatch, capsys) -> Iterator[House]:
    monkeypatch.chdir(tmp_path)
    with DemoServer("seerr", pending_share=0.0) as server:
        (tmp_path / "evening.txt").write_text("Heat (1995)\nThe Thing (1982)\n")
        (tmp_path / "morning.txt").write_text("Alien (1979)\n")
        made = House(server, tmp_path, capsys)
        made.configure()
        yield made


def test_a_pause_of_everything_holds_everything_and_says_how_to_end_it(house):
    """In the plan, in the status, and for an apply, which is refused with nothing sent."""
    code, out, _ = house("pause", "--reason", "disk full")
    assert (code, out) == (0, "Paused everything (disk full). `listsync resume` ends it.\n")
    assert house.held() == [("Alien", "Paused"), ("Heat", "Paused"), ("The Thing", "Paused")]
    assert {one["detail"] for one in house.plan()["held"]} == {"disk full: `listsync resume`"}
    assert "everything is paused (disk full): `listsync resume`" in house("status")[1]
    assert house("apply", "--yes")[0] == 4
    assert house.requested() == 0
    assert house("resume")[:2] == (0, "Resumed everything. The next plan goes by it.\n")
    assert house("apply", "--yes")[0] == 0
    assert house.requested() == 3


def test_a_paused_list_waits_while_others_are_served(house):
    house("pause", "evening")
    assert house.held() == [("Heat", "Paused"), ("The Thing", "Paused")]
    assert house("apply", "--yes")[0] == 0
    assert house.requested() == 1
    assert "evening is still paused: `listsync resume evening`" in house("resume")[2]
    assert house("resume", "evening")[0] == 0
    assert house.held() == []


@pytest.mark.parametrize(
    ("words", "end"),
    [
        (["--for", "24h"], "2026-03-29 13:00 CEST"),
        (["--until", "24h"], "2026-03-29 13:00 CEST"),
        (["--until", "2026-03-29"], "2026-03-29 00:00 CET"),
        (["--until", "2026-03-29T12:00"], "2026-03-29 12:00 CEST"),
        (["--until", "2026-03-29T12:00Z"], "2026-03-29 14:00 CEST"),
    ],
)
def test_a_pause_ends_by_itself(house, words, end):
    """At the moment that it says, in the configuration's time zone; a day has 23 hours when clocks go forward."""
    assert house("pause", *words)[1] == f"Paused everything (until {end}). `listsync resume` ends it.\n"
    wanted = datetime.strptime(end[:16], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    wanted -= timedelta(hours=2 if end.endswith("CEST") else 1)
    house.now = wanted - timedelta(seconds=1)
    assert len(house.held()) == 3
    assert f"until {end}" in house("status")[1]
    house.now = wanted
    assert house.held() == []
    assert "paused" not in house("status")[1]
    assert house("resume")[1] == "No `listsync pause` holds everything.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evenin"], "did you mean `evening`"),
        (["--until", "2026-03-28"], "would be over"),
        (["--until", "never"], "no moment"),
        (["--for", "6"], "is not a duration"),
        (["--for", "6h", "--until", "2027-01-01"], "exclude each other"),
    ],
)
def test_what_makes_no_sense_is_refused(house, words, said):
    code, _, err = house("pause", *words)
    assert (code, "error" in err) == (64, True)
    assert said in err
    assert house.held() == []


def test_a_pause_in_the_file_and_one_beside_it_are_two(house):
    """Both hold, both are told, and each has its own way out; the later end counts."""
    house.configure(evening=", pause: {reason: holidays, until: 2026-04-10}")
    house("pause", "evening", "--reason", "disk full", "--for", "1h")
    [line] = json.loads(house("status", "--format", "json")[1])["pauses"]
    assert "holidays; disk full, until 2026-04-10 00:00 CEST" in line
    assert "remove `lists.evening.pause` from listsync.yaml and `listsync resume evening`" in line
    code, out, err = house("resume", "evening")
    assert (code, out) == (0, "Resumed evening. The next plan goes by it.\n")
    assert "still paused (holidays, until 2026-04-10 00:00 CEST): remove `lists.evening.pause`" in err
    house.now = datetime(2026, 4, 9, 21, 59, tzinfo=UTC)
    assert len(house.held()) == 2
    house.now += timedelta(minutes=1)
    assert house.held() == []


def test_a_pause_for_an_ingredient_is_doubted(house):
    assert "nothing is requested anyway" in house("pause", "drawer")[2]


def test_what_was_paused_and_resumed_stands_in_the_history(house):
    house("pause", "evening", "--reason", "disk full")
    house("resume", "evening")
    house("resume", "evening")
    events = json.loads(house("history", "--list", "evening", "--format", "json")[1])["events"]
    assert [(one["type"], one["message"]) for one in events] == [("resumed", "disk full"), ("paused", "disk full")]


def test_pausing_does_not_wait_for_the_one_who_is_writing(house):
    """`apply` and `run` hold the lock for as long as they send: that is when a pause is wanted."""
    house("plan")
    with WriterLock(house.folder / "data" / "listsync.db", holder="a run"):
        assert house("pause", "--reason", "stop")[0] == 0
        assert len(house.held()) == 3
        assert house("resume")[0] == 0


class _Meddling:
    """Progress that does something when the first request was sent."""

    def __init__(self, meddle: Callable[[], None]) -> None:
        self._meddle = meddle
        self._sending = False

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator["_Meddling"]:
        self._sending = name == "Sending requests"
        yield self

    def advance(self, count: int = 1, note: str = "") -> None:
        if self._sending:
            self._sending = False
            self._meddle()

    def expect(self, total: int | None) -> None:
        pass


def apply(house: House, meddle: Callable[[], None]) -> Report:
    loaded = load(house.folder / "listsync.yaml", {"KEY": house.server.api_key}, clock=lambda: house.now)
    with opened_log(LogSettings(verbosity=-1)) as log:
        tools = Tools(log=log, clock=lambda: house.now, sleep=lambda _: None, progress=_Meddling(meddle))
        with open_session(loaded, tools=tools, run="run-1") as session:
            return apply_plan(session, make_plan(session))


@pytest.mark.parametrize(("scope", "sent"), [(None, 1), ("evening", 2), ("morning", 2)])
def test_a_pause_reaches_an_apply_that_is_under_way(house, scope, sent):
    """The request in hand is finished; those after it are held, with the reason that was given."""

    def meddle() -> None:
        assert house("pause", *([scope] if scope else []), "--reason", "enough")[0] == 0

    report = apply(house, meddle)
    assert house.requested() == sent
    held = [one for one in report.outcomes if one.status is Status.HELD]
    assert len(held) == 3 - sent
    assert {(one.reason, one.detail.partition(":")[0]) for one in held} == {(Reason.PAUSED, "enough")}
    assert report.exit_code == 0


def test_the_ledger_keeps_only_pauses_that_hold(house):
    """Each change forgets those that are over; one server's pauses are not another's."""
    path = house.folder / "listsync.db"
    with open_ledger(path, server="main", clock=lambda: house.now) as ledger:
        session = _OnlyALedger(ledger, lambda: house.now)
        pause(session, None, Pause("a", house.now + timedelta(hours=1)))
        pause(session, "top", Pause("b"))
        house.now += timedelta(hours=2)
        assert {scope: str(one) for scope, one in kept_pauses(ledger, house.now).items()} == {"top": "b"}
        assert resume(session, None) is None
        lifted = resume(session, "top")
        assert lifted is not None
        assert replace(lifted, way_out="") == Pause("b")
        assert ledger.setting("pauses") is None
        pause(session, None, Pause("c"))
    with open_ledger(path, server="other", clock=lambda: house.now) as ledger:
        assert kept_pauses(ledger, house.now) == {}


class _OnlyALedger:
    """As much of a session as pausing needs."""

    def __init__(self, ledger, clock) -> None:
        self.ledger = ledger
        self.tools = Tools(log=None, clock=clock, progress=SILENT)
