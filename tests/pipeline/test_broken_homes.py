"""Whatever is wrong at home: a message that names the place and the remedy, the right exit code, nothing sent."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.demo.server import DemoServer
from schemas.base import utc_now

CONFIG = """\
version: 1
server:
  url: {url}
  api_key: ${{KEY}}
log:
  level: error
lists:
  evening:
    source: evening.txt
"""
MISTAKES = """\
version: 2
server:
  url: seerr:5055
  api_key: ${NOT_SET}
  timeout: soon
lists:
  evening:
    source: nowhere:top
    every: never
    limit: -1
    polcy: {}
  morning:
    source: imdb:top
    request:
      seasons: some
rails:
  budget:
    per_run: many
overrides:
  deny:
    movie:603:
      why: x
"""


@dataclass
class House:
    """A folder with a configuration; commands are run in this process, with what they say caught."""

    server: DemoServer
    folder: Path
    capture: pytest.CaptureFixture[str]
    key: str = ""
    clock: Callable[[], datetime] = utc_now

    def __call__(self, *words: str) -> tuple[int, str, str]:
        world = World({"KEY": self.key or self.server.api_key}, sleep=lambda _: None, clock=self.clock)
        code = run(words, world)
        said = self.capture.readouterr()
        return code, said.out, said.err

    def fails(self, *words: str, code: int, **says: str) -> str:
        """The command ends with this code and says these things, in both formats; nothing is sent."""
        before = len(self.server.calls.writes())
        ended, out, err = self(*words)
        assert (ended, out) == (code, ""), err
        for text in says.values():
            assert text in err
        assert err.count("error: ") == 1
        assert "Traceback" not in err
        assert "please report" not in err
        ended, out, _ = self(*words, "--format", "json")
        document = json.loads(out)
        assert (ended, document["format"], document["exit_code"]) == (code, "listsync.error", code)
        assert len(self.server.calls.writes()) == before
        return err

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def lists(self, *titles: str) -> None:
        self.write("evening.txt", "\n".join(titles))

    def requests(self) -> int:
        return len(self.server.people.all_requests())


@pytest.fixture
def house(tmp_path, monkeypatch, capsys) -> Iterator[House]:
    monkeypatch.chdir(tmp_path)
    with DemoServer("seerr", pending_share=0.0) as server:
        house = House(server, tmp_path, capsys)
        house.write("listsync.yaml", CONFIG.format(url=server.url))
        house.lists("Heat (1995)", "The Thing (1982)")
        yield house


@pytest.fixture
def mounted(tmp_path) -> Iterator[Callable[..., Path]]:
    """Mounts a file system of its own as the data folder."""
    data = tmp_path / "data"
    data.mkdir()

    def mount(*options: str) -> Path:
        command = ["mount", *options, str(data)]
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("needs to mount a file system")
        return data

    yield mount
    while os.path.ismount(data):
        subprocess.run(["umount", str(data)], check=True)


@pytest.mark.parametrize("words", [("plan",), ("apply", "--yes"), ("drift",), ("explain", "Heat")])
def test_a_wrong_key_is_said_to_be_wrong_where_it_stands(house, words):
    house.key = "a-key-that-is-wrong"
    err = house.fails(*words, code=1, what="refused the API key", where="`server.api_key` in listsync.yaml")
    assert house.key not in err
    assert house.server.url in err


def test_a_key_that_changes_between_plan_and_apply_sends_nothing(house):
    house("plan", "--out", "plan.json")
    house.key = house.server.api_key
    house.server.people.set_api_key("another")
    house.fails("apply", "plan.json", "--yes", code=1, what="refused the API key")


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://127.0.0.1:9", "refuses connections"),
        ("http://no-such-host.invalid", "not known (DNS)"),
        ("https://127.0.0.1:{port}", "does not speak https on this port"),
        ("http://127.0.0.1:{port}/elsewhere", "is no Overseerr, Jellyseerr or Seerr"),
    ],
)
def test_a_server_that_cannot_be_reached_is_named_with_what_to_change(house, url, what):
    url = url.format(port=house.server.port)
    house.write("listsync.yaml", CONFIG.format(url=url))
    house.fails("plan", code=1, what=what, where=url, remedy="→")
    house.fails("apply", "--yes", code=1, what=what, where=url, remedy="→")


def test_ten_mistakes_are_ten_messages_each_with_its_line(house):
    house.write("listsync.yaml", MISTAKES)
    err = house.fails("apply", "--yes", code=1, where="listsync.yaml:", remedy="listsync validate")
    places = [line.split(":")[1] for line in err.splitlines() if line.startswith("  listsync.yaml:")]
    assert len(places) == len(set(places)) == 11, err
    code, out, _ = house("validate")
    assert (code, out.count("listsync.yaml:")) == (1, 11)
    assert house.server.count() == 0


@pytest.mark.parametrize("words", [("plan",), ("apply", "--yes")])
def test_a_list_that_does_not_exist_is_a_mistake_of_the_command_line(house, words):
    house.fails(*words, "--list", "evning", code=64, what="there is no list `evning`", hint="did you mean `evening`?")
    assert house.server.count() == 0


def test_without_a_terminal_apply_wants_to_be_told_yes(house):
    house.fails("apply", code=64, remedy="--yes")


def test_an_unknown_requester_is_told_who_there_is(house):
    house.write("listsync.yaml", CONFIG.format(url=house.server.url) + "    request_as: dave\n")
    house.fails("apply", "--yes", code=1, what="no user 'dave'", who="asker (2)", remedy="request_as")


def test_a_list_that_cannot_be_read_is_told_and_the_others_go_on(house):
    house.write("other.txt", "Alien (1979)\n")
    house.write("listsync.yaml", CONFIG.format(url=house.server.url) + "  other:\n    source: other.txt\n")
    (house.folder / "evening.txt").unlink()
    code, out, _ = house("apply", "--yes")
    assert (code, house.requests()) == (3, 1)
    assert "evening.txt does not exist" in " ".join(out.split())
    assert "→" in out


def test_a_read_only_data_folder_changes_nothing_and_can_still_be_looked_at(house, mounted):
    folder = mounted("-t", "tmpfs", "tmpfs")
    house("apply", "--yes")
    house.lists("Heat (1995)", "Alien (1979)")
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    for words in (("plan",), ("apply", "--yes")):
        house.fails(*words, code=1, where=str(folder / "listsync.db"), remedy="state.database")
    assert house("status")[0] == 0
    assert house("history")[0] == 0


def test_a_read_only_folder_without_a_ledger_changes_nothing(house, mounted):
    folder = mounted("-t", "tmpfs", "-o", "ro", "tmpfs")
    house.fails("apply", "--yes", code=1, where=str(folder / "listsync.db"), remedy="state.database")


def test_a_folder_that_is_a_file_is_said_to_be_one(house):
    house.write("data", "")
    house.fails("apply", "--yes", code=1, what="is a file, not a folder", remedy="state.database")


def test_a_disk_without_any_space_sends_nothing(house, mounted):
    folder = mounted("-t", "tmpfs", "-o", "size=64k", "tmpfs")
    house.fails("apply", "--yes", code=1, where=str(folder / "listsync.db"), remedy="free some space")


def test_a_disk_that_becomes_full_while_requests_are_sent_doubles_nothing_once_there_is_space(house, mounted):
    folder = mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs")
    house.lists(*(f"movie:tmdb:{one}" for one in (603, 438631, 841, 949, 348, 679, 1091, 27205, 157336)))
    assert house("plan")[0] == 0
    ballast = folder / "ballast"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    ballast.write_bytes(b"x" * (free - 60_000))
    code, _, err = house("apply", "--yes", "--quiet")
    assert (code, "free some space" in err) == (1, True), err
    sent = house.requests()
    ballast.unlink()
    house.clock = lambda: utc_now() + timedelta(minutes=3)
    assert house("apply", "--yes")[0] == 0
    assert (sent < 9, house.requests()) == (True, 9)


@pytest.mark.parametrize("garbage", [b"PK this is no database" * 400, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_corrupt_database_is_left_alone_and_sends_nothing(house, garbage):
    (house.folder / "data").mkdir()
    path = house.folder / "data" / "listsync.db"
    path.write_bytes(garbage)
    house.fails("apply", "--yes", code=1, where=str(path), remedy="backup")
    assert path.read_bytes() == garbage


def test_a_database_with_a_broken_page_sends_nothing(house):
    house("apply", "--yes")
    house.lists("Heat (1995)", "Alien (1979)")
    path = house.folder / "data" / "listsync.db"
    content = bytearray(path.read_bytes())
    content[4096 * 2 : 4096 * 12] = bytes(4096 * 10)
    path.write_bytes(content)
    house.fails("apply", "--yes", code=1, where=str(path), remedy="backup")


def edited(folder: Path) -> None:
    path = folder / "plan.json"
    path.write_text(path.read_text().replace("949", "603"))


def reformatted(folder: Path) -> None:
    path = folder / "plan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"id": "f" * 32}))


def cut_short(folder: Path) -> None:
    path = folder / "plan.json"
    path.write_text(path.read_text()[:700])


def of_the_future(folder: Path) -> None:
    path = folder / "plan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format_version": "2.0"}))


def not_a_plan(folder: Path) -> None:
    (folder / "plan.json").write_text('{"format": "listsync.report"}')


def other_config(folder: Path) -> None:
    path = folder / "listsync.yaml"
    path.write_text(path.read_text() + "    limit: 5\n")


def other_ledger(folder: Path) -> None:
    for path in (folder / "data").iterdir():
        path.unlink()


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (edited, "was changed after it was made"),
        (reformatted, "was changed after it was made"),
        (cut_short, "is not JSON"),
        (of_the_future, "format 2.0"),
        (not_a_plan, "is not a plan of listsync"),
        (other_config, "the configuration changed"),
        (other_ledger, "another ledger"),
    ],
)
def test_a_plan_that_is_not_what_was_made_is_refused(house, spoil, what):
    assert house("plan", "--out", "plan.json")[0] == 0
    spoil(house.folder)
    house.fails("apply", "plan.json", "--yes", code=4, what=what, remedy="listsync plan")
    assert house.requests() == 0


def test_a_plan_for_another_server_an_old_one_and_one_from_the_future_are_refused(house):
    assert house("plan", "--out", "plan.json")[0] == 0
    house.clock = lambda: utc_now() + timedelta(hours=25)
    house.fails("apply", "plan.json", "--yes", code=4, what="too old")
    house.clock = lambda: utc_now() - timedelta(hours=1)
    house.fails("apply", "plan.json", "--yes", code=4, what="still to come")
    house.clock = utc_now
    house.server.people.reset()
    house.fails("apply", "plan.json", "--yes", code=4, what="another server")


def test_a_plan_is_good_once(house):
    house("plan", "--out", "plan.json")
    assert house("apply", "plan.json", "--yes")[0] == 0
    house.fails("apply", "plan.json", "--yes", code=4, what="applied already")


def test_a_plan_that_is_not_there_is_an_error(house):
    house.fails("apply", "plan.json", "--yes", code=1, where="plan.json", what="No such file")


def test_another_server_at_the_same_address_is_refused_and_nothing_is_concluded_from_its_emptiness(house):
    house("apply", "--yes")
    house.server.people.reset()
    house.lists("Heat (1995)", "The Thing (1982)", "Alien (1979)")
    house.fails("apply", "--yes", code=4, what="another server answers", remedy="listsync accept server")
    assert house.requests() == 0
    house.server.people.swap("overseerr")
    house.fails("apply", "--yes", code=4, what="another server answers", remedy="listsync accept server")
    assert house("accept", "server")[0] == 0
    assert house("apply", "--yes")[0] == 0
    assert house.requests() == 1


def test_an_apply_that_is_partly_done_says_so_in_a_whole_document(house):
    house.server.faults.add("close", method="POST", path="/request")
    code, out, _ = house("apply", "--yes", "--format", "json")
    report = json.loads(out)
    assert (code, report["format"], report["exit_code"]) == (3, "listsync.report", 3)
    assert sorted(one["status"] for one in report["outcomes"]) == ["done", "unknown"]
    code, out, _ = house("apply", "--yes")
    assert code == 3
    assert "its answer never came" in out
    assert "1 held" in out


def test_an_apply_that_the_server_leaves_in_the_middle_says_what_is_left(house):
    house.lists(*(f"movie:tmdb:{one}" for one in (603, 438631, 841, 949, 348, 679)))
    house.server.faults.add("status", method="POST", path="/request", nth=2, times=0, status=502)
    code, out, err = house("apply", "--yes")
    assert (code, house.requests()) == (3, 1), err
    assert "Partly done: 1 requested" in out
    assert "5 unknown" in out


@pytest.mark.parametrize("words", ["plan", "plan --format json", "status", "apply --yes"])
def test_a_reader_that_goes_away_is_no_reason_for_a_traceback(house, words):
    house.lists(*(f"movie:tmdb:{one}" for one in range(1, 60)))
    script = Path(sys.executable).with_name("listsync")
    command = [str(script)] if script.exists() else [sys.executable, "-c", "from reconciler.cli import main; main()"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*command, *words.split()],
        stdout=writing,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"KEY": house.server.api_key},
        text=True,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert done.returncode in {0, 141}
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
