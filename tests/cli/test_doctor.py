"""`listsync doctor`: every part of an installation is looked at by itself, and nothing is changed."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.demo.server import DemoServer
from reconciler.doctoring.checks import guarded
from reconciler.watch.access import in_container
from schemas.doctor import Area
from tests.providers.site import Answer, Asked, document, serving

FINE = """\
version: 1
server:
  url: {url}
  api_key: ${{KEY}}
lists:
  evening:
    source: evening.txt
    request_as: asker
    request:
      profile: HD-1080p
      tags: [kids]
notifications:
  - discord: https://discord.example/api/webhooks/1/x
log:
  level: error
"""
NO_PROGRAM = "/nowhere/chromium"


@dataclasses.dataclass
class House:
    """An installation in which everything is as it should be, until a test changes something."""

    server: DemoServer
    folder: Path
    capture: pytest.CaptureFixture[str]
    world: World

    def write(self, text: str) -> None:
        (self.folder / "listsync.yaml").write_text(text)

    def change(self, old: str, new: str) -> None:
        path = self.folder / "listsync.yaml"
        text = path.read_text()
        assert text.count(old) == 1
        path.write_text(text.replace(old, new))

    def __call__(self, *words: str) -> tuple[int, str]:
        code = run(words, self.world)
        return code, self.capture.readouterr().out

    def doctor(self, *words: str) -> tuple[int, list[dict[str, Any]]]:
        code, out = self("doctor", *words, "--format", "json")
        document = json.loads(out)
        assert document["healthy"] is (code == 0)
        return code, document["checks"]

    def environ(self, **more: str) -> None:
        self.world = dataclasses.replace(self.world, environ={**self.world.environ, **more})


@pytest.fixture
def house(tmp_path, monkeypatch, capsys) -> Iterator[House]:
    monkeypatch.chdir(tmp_path)
    with DemoServer("seerr", pending_share=0.0) as server:
        (tmp_path / "evening.txt").write_text("Heat (1995)\nSeverance\n")
        for program in ("radarr", "sonarr"):
            server.people.change_service(program, 0, tags={1: "kids"})
        house = House(server, tmp_path, capsys, World({"KEY": server.api_key}, sleep=lambda _: None))
        house.write(FINE.format(url=server.url))
        yield house


def said(checks: list[dict[str, Any]], *outcomes: str) -> list[tuple[str, str, str]]:
    return [(one["outcome"], one["area"], one["subject"]) for one in checks if one["outcome"] in outcomes]


def test_an_installation_that_is_well_is_told_so(house):
    """One line for each thing that was looked at, nothing to do, exit code 0."""
    code, checks = house.doctor()
    assert code == 0
    assert said(checks, "warning", "problem", "skipped") == []
    assert {one["area"] for one in checks} == {area.value for area in Area} - {"loop"}
    assert all(one["remedy"] == "" for one in checks)
    _, text = house("doctor")
    assert "asker      for evening: movies wait for approval; shows wait for approval" in text
    assert "evening  file:evening.txt can be read: 2 titles" in text
    assert text.splitlines()[-1].startswith("No problem; ")


def test_nothing_is_changed(house):
    """Neither the server nor the ledger, nor is a folder made."""
    house("doctor")
    assert not house.server.calls.writes()
    assert not (house.folder / "data").exists()
    house("apply", "--yes")
    house.server.reset_calls()
    before = (house.folder / "data/listsync.db").read_bytes()
    code, checks = house.doctor()
    assert (code, said(checks, "warning", "problem")) == (0, [])
    assert (house.folder / "data/listsync.db").read_bytes() == before
    assert not house.server.calls.writes()


def invalid(house: House) -> None:
    house.change("evening.txt", "nope:x")


def doubtful(house: House) -> None:
    house.change("lists:", "providers:\n  nope: {retries: 1}\nlists:")


def in_the_way(house: House) -> None:
    (house.folder / "data").write_text("I am a file")


def damaged(house: House) -> None:
    house("apply", "--yes")
    path = house.folder / "data/listsync.db"
    path.write_bytes(b"SQLite format 3\0" + b"x" * 4096)


def down(house: House) -> None:
    house.server.stop()


def wrong_key(house: House) -> None:
    house.environ(KEY="wrong")


def wrong_clock(house: House) -> None:
    house.world = dataclasses.replace(house.world, clock=lambda: datetime.now(UTC) + timedelta(hours=3))


def no_tmdb(house: House) -> None:
    house.server.people.set_tmdb(500)


def reinstalled(house: House) -> None:
    house("apply", "--yes")
    house.server.people.reset()
    house.change("    request:\n      profile: HD-1080p\n      tags: [kids]\n", "")


def nobody(house: House) -> None:
    house.change("asker", "nobody")


def forbidden(house: House) -> None:
    house.change("asker", "guest")


def half_forbidden(house: House) -> None:
    house.change("asker", "moviegoer")


def used_up(house: House) -> None:
    house.change("asker", "limited")
    for tmdb in (603, 949):
        house.server.people.request("movie", tmdb, user=3)


def no_services(house: House) -> None:
    house.change("    request:\n      profile: HD-1080p\n      tags: [kids]\n", "    filter: {kinds: [movie]}\n")
    house.server.people.remove_services()


def no_4k(house: House) -> None:
    house.change("    request:\n      profile: HD-1080p\n      tags: [kids]\n", "    request: {is_4k: true}\n")
    house.change("asker", "trusted")
    house.server.people.remove_services(only_4k=True)


def no_profile(house: House) -> None:
    house.change("source: evening.txt", "source: evening.txt\n    filter: {kinds: [movie]}")
    house.change("HD-1080p", "HD-1080")


def radarr_down(house: House) -> None:
    house.server.people.set_service("radarr", 0, "down")


def no_file(house: House) -> None:
    (house.folder / "evening.txt").unlink()


def empty(house: House) -> None:
    (house.folder / "evening.txt").write_text("")


def no_service(house: House) -> None:
    house.change("lists:", "providers:\n  stevenlu: {base_url: 'http://127.0.0.1:9', retries: 0}\nlists:")
    house.change("source: evening.txt", "source: stevenlu")


def no_browser(house: House) -> None:
    house.environ(CHROME_BIN=NO_PROGRAM)
    house.change("lists:", "providers:\n  trakt: {base_url: 'http://127.0.0.1:9', retries: 0}\nlists:")
    house.change("source: evening.txt", "source: trakt:trending:movies")


def no_repository(house: House) -> None:
    house.environ(LISTSYNC_GIT=str(house.folder / "nowhere"))
    house.world = dataclasses.replace(house.world)


LATER = ["key", "clock", "search", "requesters", "Radarr and Sonarr"]
PROBLEMS: list[tuple[Callable[[House], None], str, list[tuple[str, str, str]], str, str]] = [
    (doubtful, "", [("warning", "configuration", "listsync.yaml:6:3")], "there is no provider nope", "there are"),
    (in_the_way, "", [("problem", "ledger", "folder")], "a file", "state.database"),
    (damaged, "", [("problem", "ledger", "ledger")], "cannot be read", "put a backup in its place"),
    (down, "refuses", [("problem", "server", "main")], "refuses connections", "check that the server is running"),
    (wrong_key, "key", [("problem", "server", "key")], "refused the API key", "Settings"),
    (wrong_clock, "", [("warning", "server", "clock")], "differ by 3 h", "NTP"),
    (no_tmdb, "", [("warning", "server", "search")], "cannot look titles up", "TMDB"),
    (reinstalled, "", [("problem", "server", "installation")], "another installation", "listsync accept server"),
    (nobody, "", [("problem", "requests", "nobody")], "no user 'nobody'; it has admin (1)", "listsync.yaml:8:5"),
    (forbidden, "", [("problem", "requests", "guest")], "movies are forbidden; shows are forbidden", "Permissions"),
    (half_forbidden, "", [("warning", "requests", "moviegoer")], "shows are forbidden", "Permissions"),
    (used_up, "", [("warning", "requests", "limited's quota")], "0 movies and 3 seasons left", "deferred"),
    (no_services, "", [("warning", "requests", "Radarr HD")], "no default Radarr for HD", "Services"),
    (
        no_4k,
        "",
        [
            ("problem", "requests", "trusted"),
            ("warning", "requests", "Radarr 4K"),
            ("warning", "requests", "Sonarr 4K"),
        ],
        "4K movies are not enabled",
        "Permissions",
    ),
    (no_profile, "", [("problem", "requests", "evening")], "listsync.yaml:11:7", "did you mean HD-1080p"),
    (radarr_down, "", [("warning", "requests", "evening")], "does not answer the server", "Radarr → Test"),
    (no_file, "", [("problem", "lists", "evening")], "does not exist", "relative paths"),
    (empty, "", [("warning", "lists", "evening")], "is empty", "the list that you mean"),
    (no_service, "", [("problem", "lists", "evening")], "127.0.0.1", ""),
    (
        no_browser,
        "",
        [("problem", "lists", "evening"), ("warning", "browser", "Chromium")],
        "127.0.0.1",
        "",
    ),
    (no_repository, "", [("problem", "loop", "git")], "nowhere", ""),
]


@pytest.mark.parametrize(
    ("arrange", "hides", "expected", "message", "remedy"), PROBLEMS, ids=[one[0].__name__ for one in PROBLEMS]
)
def test_what_is_wrong_is_told_with_a_way_out_and_hides_nothing_else(house, arrange, hides, expected, message, remedy):
    """One thing is wrong: it alone is told, and only what rests on it is not checked."""
    _, before = house.doctor()
    arrange(house)
    code, checks = house.doctor()
    assert said(checks, "warning", "problem") == expected
    found = next(one for one in checks if one["outcome"] in {"warning", "problem"})
    assert message in found["message"]
    assert remedy in found["remedy"]
    assert code == (1 if any(outcome == "problem" for outcome, _, _ in expected) else 0)
    skipped = [subject for _, _, subject in said(checks, "skipped")]
    rest = {"refuses": LATER, "key": LATER[1:]}.get(hides, ["disk", "ledger"] if arrange is in_the_way else [])
    assert skipped == rest
    assert {one["area"] for one in before} <= {one["area"] for one in checks}


def test_a_configuration_that_is_not_valid_is_told_whole(house):
    """Every problem with its place; whatever needs a configuration says so."""
    invalid(house)
    house.change("tags: [kids]", "tags: kids")
    code, checks = house.doctor()
    assert code == 1
    assert said(checks, "problem") == [
        ("problem", "configuration", "listsync.yaml:7:13"),
        ("problem", "configuration", "listsync.yaml:11:13"),
    ]
    assert all(one["message"] == "not checked: the configuration is not valid" for one in checks[2:])


def test_a_key_never_shows(house):
    """Secrets are taken out of everything that is said."""
    house.environ(KEY="a-very-secret-key")
    house.change("url: ", "url: http://someone:a-very-secret-key@127.0.0.1:9/ #")
    code, text = house("doctor")
    assert code == 1
    assert "a-very-secret-key" not in text


def test_named_lists_alone_are_asked_for(house):
    """LIST narrows what is fetched, and nothing else; a name that no list has is a mistake on the command line."""
    house.change("notifications:", "  missing: {source: nowhere.txt}\nnotifications:")
    code, checks = house.doctor("evening")
    assert code == 0
    assert [one["subject"] for one in checks if one["area"] == "lists"] == ["evening"]
    assert house.doctor()[0] == 1
    assert house("doctor", "evenin")[0] == 64


def test_a_service_is_asked_for_one_page(house):
    """A long list is not read to its end to see that it can be read."""
    rows = [{"movie": {"title": f"Film {n}", "year": 2000, "ids": {"trakt": n, "tmdb": n}}} for n in range(1, 251)]
    paging = {"X_Pagination_Page": "1", "X_Pagination_Page_Count": "9", "X_Pagination_Item_Count": "2250"}

    def answer(_asked: Asked) -> Answer:
        return document(json.dumps(rows), **paging)

    with serving(answer) as site:
        house.change("lists:", f"providers:\n  trakt: {{base_url: '{site.url}'}}\nlists:")
        house.change("source: evening.txt", "source: trakt:users/dave/watchlist")
        _, checks = house.doctor()
        assert len(site.asked) == 1
    found = next(one for one in checks if one["area"] == "lists")
    assert (found["outcome"], found["message"].rpartition(": ")[2]) == ("ok", "250 of 2,250 titles")


@pytest.mark.skipif(in_container({}), reason="in a container the published port decides")
def test_everybody_on_the_network_is_a_problem(house):
    """A page that shows titles to all of them wants a token."""
    house.change("notifications:", "run: {http: '0.0.0.0:8765'}\nnotifications:")
    _, checks = house.doctor()
    assert said(checks, "problem") == [("problem", "loop", "run.http")]


def test_a_check_that_breaks_is_a_problem_of_its_own():
    """A mistake of ours in one check hides none of the others."""

    def broken() -> Iterator[Any]:
        raise RuntimeError("oops")
        yield

    (check,) = guarded(Area.LISTS, "top", broken)
    assert (check.outcome, check.message) == ("problem", "the check itself failed: RuntimeError: oops")


def test_a_key_that_a_service_wants_is_missed_before_the_list_is(house):
    """Trakt's lists want a client id; without one they are read another way, or not at all."""
    house.change("source: evening.txt", "source: trakt:trending:movies")
    house.change("lists:", "browser: {mode: off}\nlists:")
    code, checks = house.doctor()
    assert code == 1
    found = [(one["outcome"], one["remedy"]) for one in checks if one["area"] == "lists"]
    assert found[0] == ("warning", "set `providers.trakt.client_id`")
    assert found[1][0] == "problem"
