"""`match`, `allow`, `deny` and `unresolved`: a person's word on single titles, written into listsync.yaml."""

import difflib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_terminal import Terminal

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.demo.server import DemoServer

LIST = "Heat (1995)\nThe Thing (1982)\nSeverance\nNo Such Film (1951)\nDune\n"
CONFIG = """\
# what we watch
version: 1
server: {{url: "{url}",  api_key: "${{KEY}}"}}

lists:
    evening:
        source: evening.txt     # by hand
"""
EMPTY = "Heat (1995)\n"


@dataclass
class House:
    """A folder with a configuration, its server, and a clock that is moved by hand."""

    server: DemoServer
    folder: Path
    capture: pytest.CaptureFixture[str]
    now: datetime = datetime(2026, 7, 30, 12, tzinfo=UTC)
    environ: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = run(words, World(self.environ, clock=lambda: self.now, sleep=lambda _: None))
        said = self.capture.readouterr()
        return code, said.out, said.err

    def json(self, *words: str) -> dict:
        return json.loads(self(*words, "--format", "json")[1])

    @property
    def path(self) -> Path:
        return self.folder / "listsync.yaml"

    def added(self) -> list[str]:
        """The lines that the file has more than at first; that it has all others still is asserted."""
        before = CONFIG.format(url=self.server.url).splitlines()
        diff = list(difflib.ndiff(before, self.path.read_text().splitlines()))
        assert not [line for line in diff if line.startswith("- ")]
        return [line[2:] for line in diff if line.startswith("+ ")]

    def says(self) -> list[str]:
        """The plan as `action reason key` lines."""
        plan = self.json("plan")
        lines = (*plan["actions"], *plan["held"], *plan["deferred"])
        return sorted(f"{one['action']} {one['reason']} {one['key']}" for one in lines)


@pytest.fixture
def house(tmp_path, monkeypatch, capsys) -> Iterator[House]:
    monkeypatch.chdir(tmp_path)
    with DemoServer("seerr", pending_share=1.0) as server:
        (tmp_path / "evening.txt").write_text(LIST)
        (tmp_path / "listsync.yaml").write_text(CONFIG.format(url=server.url))
        yield House(server, tmp_path, capsys, environ={"KEY": server.api_key})


def test_deny_writes_an_entry_that_the_next_plan_goes_by(house):
    """The title is named back, the lines are shown, everything else in the file stays."""
    code, out, err = house("deny", "movie:tmdb:949", "--why", "own it: on disc", "--until", "30d")
    assert code == 0
    assert out == (
        "Wrote to listsync.yaml:\n  overrides:\n    deny:\n      movie:tmdb:949:\n"
        '        why: "own it: on disc"\n        until: 2026-08-29\n'
    )
    assert err == "movie:tmdb:949 is Heat (1995).\n`listsync plan` shows what follows from it.\n"
    assert house.added() == [
        "",
        "overrides:",
        "    deny:",
        "        movie:tmdb:949:",
        '            why: "own it: on disc"',
        "            until: 2026-08-29",
    ]
    assert "create Wanted movie:tmdb:949" not in house.says()
    assert house("deny", "movie:tmdb:949", "--remove")[0] == 0
    assert house.added() == []
    assert "create Wanted movie:tmdb:949" in house.says()


@pytest.mark.parametrize(
    "name",
    [
        "movie:tmdb:949",
        "https://www.themoviedb.org/movie/949-heat",
        "themoviedb.org/movie/949",
        "https://www.imdb.com/title/tt0113277/?ref_=fn",
        "tt0113277",
        "Heat (1995)",
        "heat",
    ],
)
def test_a_title_may_be_named_in_many_ways(house, name):
    """A key, an address that was copied, an IMDb id, or a title that can only mean one."""
    assert house("deny", name, "--print")[:2] == (0, "overrides:\n  deny:\n    movie:tmdb:949: {}\n")
    assert house.added() == []


def test_the_servers_own_address_names_a_title(house):
    assert "tv:tmdb:1399" in house("deny", f"{house.server.url}/tv/1399", "--print")[1]


def test_a_title_that_may_mean_several_is_not_guessed(house):
    """All it may be are named with their keys; nothing is written."""
    code, _, err = house("deny", "Dune")
    assert code == 1
    assert "Dune (2021) movie:tmdb:438631" in err
    assert "Dune (1984) movie:tmdb:841" in err
    assert house("deny", "No Such Film (1951)")[0] == 1
    assert house("deny", "Heet")[0] == 1, "similar is not the same"
    assert house.added() == []


def test_a_number_that_tmdb_does_not_know_is_refused(house):
    code, _, err = house("allow", "movie:tmdb:99999999")
    assert code == 64
    assert "https://www.themoviedb.org/movie/99999999" in err
    assert house.added() == []


def test_a_server_that_is_away_keeps_nobody_from_editing_a_file(house):
    """The key is said not to be looked up; a title cannot be."""
    house.server.stop()
    code, _, err = house("deny", "movie:tmdb:949")
    assert code == 0
    assert "not looked up" in err
    assert house("deny", "The Thing")[0] == 1


def test_without_the_secrets_a_file_can_be_edited(house):
    """As on a laptop, where only the repository is."""
    house.environ.clear()
    code, _, err = house("deny", "movie:tmdb:949")
    assert code == 0
    assert "not looked up" in err
    code, _, err = house("deny", "Heat")
    assert code == 1
    assert "name the title by its key" in err


def test_with_the_environment_alone_the_lines_are_shown(house):
    """There is no file to write to; what to write in one is told."""
    house.path.unlink()
    house.environ = {"OVERSEERR_URL": house.server.url, "OVERSEERR_API_KEY": "k", "IMDB_LISTS": "top"}
    code, out, err = house("deny", "movie:tmdb:949", "--why", "no")
    assert (code, out) == (1, "")
    assert "environment alone" in err
    assert "movie:tmdb:949:" in err
    assert house("deny", "movie:tmdb:949", "--print")[0] == 0
    assert not house.path.exists()


def test_what_contradicts_the_file_is_not_written(house):
    """With the line that it contradicts."""
    house("deny", "movie:tmdb:949")
    before = house.path.read_bytes()
    code, _, err = house("allow", "movie:tmdb:949")
    assert code == 1
    assert "nothing was written" in err
    assert "denied" in err
    assert house.path.read_bytes() == before


def test_a_file_with_mistakes_is_not_edited(house):
    """Its mistakes are told, as by every command."""
    house.path.write_text(house.path.read_text() + "    morning:\n        sauce: x\n")
    code, _, err = house("deny", "movie:tmdb:949")
    assert code == 1
    assert "did you mean" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told(house):
    house.folder.chmod(0o500)
    code, _, err = house("deny", "movie:tmdb:949")
    house.folder.chmod(0o700)
    assert code == 1
    assert "may not be written to" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["deny", "movie:tmdb:949", "--until", "2026-07-30"], "over"),
        (["deny", "movie:tmdb:949", "--until", "soon"], "no moment"),
        (["deny", "movie:tmdb:949", "--remove", "--why", "x"], "goes alone"),
        (["match", "evening", "movie:tmdb:1"], "not an item"),
        (["match", "file:dune"], "name the title"),
        (["match", "file:dune", "movie:tmdb:841@4k"], "quality"),
        (["deny"], "Missing argument"),
    ],
)
def test_what_makes_no_sense_is_a_question_of_usage(house, words, said):
    code, _, err = house(*words)
    assert code == 64
    assert said in err
    assert house.added() == []


def test_removing_what_is_not_there_names_what_is(house):
    house("deny", "movie:tmdb:949")
    code, _, err = house("deny", "movie:tmdb:948", "--remove")
    assert code == 1
    assert "did you mean movie:tmdb:949?" in err


def test_match_decides_what_an_item_is(house):
    """The ambiguous one is requested as the title that was chosen."""
    assert house.says() == [
        "create Wanted movie:tmdb:1091",
        "create Wanted movie:tmdb:949",
        "create Wanted tv:tmdb:95396",
    ]
    code, _, err = house("match", "file:dune", "https://www.themoviedb.org/movie/841-dune", "--why", "the old one")
    assert code == 0
    assert "movie:tmdb:841 is Dune (1984)." in err
    assert "create Wanted movie:tmdb:841" in house.says()
    assert [one["ref"] for one in house.json("unresolved")["unresolved"]] == ["file:no-such-film-1951"]


def test_an_item_that_no_list_holds_is_doubted_and_written(house):
    """The list may be fetched tomorrow; the likely spelling is named."""
    house("plan")
    code, _, err = house("match", "file:duna", "movie:tmdb:841")
    assert code == 0
    assert "did you mean file:dune?" in err


def test_allow_says_when_there_is_nothing_to_lift(house):
    """It lifts the no before it, once: a second one needs new words."""
    assert "nothing was deleted or declined" in house("allow", "movie:tmdb:949")[2]
    house("allow", "movie:tmdb:949", "--remove")
    house("apply", "--yes")
    house.now += timedelta(hours=1)
    house.server.people.delete_request(house.server.people.requests_of("movie", 949)[0]["id"])
    house("apply", "--yes")
    house.now += timedelta(hours=1)
    assert "note" not in house("allow", "movie:tmdb:949")[2]
    assert house.says() == ["create Lifted movie:tmdb:949"]
    house("apply", "--yes")
    house.now += timedelta(hours=1)
    house.server.people.delete_request(house.server.people.requests_of("movie", 949)[0]["id"])
    house("apply", "--yes")
    code, out, err = house("allow", "movie:tmdb:949")
    assert (code, out) == (0, "listsync.yaml says so already.\n")
    assert "used up" in err
    house.now += timedelta(hours=1)
    assert "used up" not in house("allow", "movie:tmdb:949", "--why", "really")[2]
    assert house.says() == ["create Lifted movie:tmdb:949"]


def test_unresolved_of_one_list(house):
    """By name; a name that no list has is told."""
    house.path.write_text(house.path.read_text() + "    other: {source: other.txt}\n")
    (house.folder / "other.txt").write_text("Nothing Of The Kind\n")
    house("plan")
    assert len(house.json("unresolved")["unresolved"]) == 3
    assert [one["list"] for one in house.json("unresolved", "--list", "other")["unresolved"]] == ["other"]
    assert house("unresolved", "--list", "othre")[0] == 64


@pytest.mark.slow
def test_on_a_terminal_titles_are_chosen(house):
    """By number, key or title; every answer is written at once, and what cannot be is asked again."""
    house("plan")
    terminal = Terminal(["unresolved"], house.folder, house.environ)
    terminal.until("[y/N]")
    terminal.type("y")
    terminal.until("file:no-such-film-1951, in evening  (1 of 2)")
    terminal.until("q ends")
    terminal.type("3")
    terminal.until("there is no 3 above")
    terminal.type("Dune")
    terminal.until("1  Dune (2021)")
    terminal.type("movie:tmdb:99999999")
    terminal.until("TMDB knows no movie 99999999")
    terminal.type("heat (1995)")
    terminal.until("is movie:tmdb:949, written to listsync.yaml")
    assert "    match:" in house.added()
    terminal.until("(2 of 2)")
    terminal.type("2")
    assert terminal.end() == 0
    assert "2 of 2 chosen" in terminal.shown
    assert house.added()[-4:] == [
        "        file:no-such-film-1951:",
        "            to: movie:tmdb:949",
        "        file:dune:",
        "            to: movie:tmdb:841",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("answers", "said"), [(["n"], "[y/N]"), (["y", "", ""], "0 of 2"), (["y", "q"], "0 of 2")])
def test_on_a_terminal_nothing_has_to_be_chosen(house, answers, said):
    house("plan")
    terminal = Terminal(["unresolved"], house.folder, house.environ)
    terminal.until("[y/N]")
    for place, answer in enumerate(answers):
        if place:
            terminal.until(f"({place} of 2)")
        terminal.type(answer)
    assert terminal.end() == 0
    assert said in terminal.shown
    assert house.added() == []
