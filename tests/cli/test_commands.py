"""The verbs from end to end: real commands, a real server on loopback, real files."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.demo.server import DemoServer

LIST = "Heat (1995)\nThe Thing (1982)\nSeverance\nNo Such Film (1951)\n"
CONFIG = """\
version: 1
server:
  url: {url}
  api_key: ${{KEY}}
lists:
  evening:
    source: evening.txt
log:
  level: error
"""


@dataclass
class House:
    """A folder with a configuration, and the server that it is about."""

    server: DemoServer
    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str, key: str = "") -> tuple[int, str, str]:
        """Run a command line; its exit code, stdout and stderr."""
        code = run(words, World({"KEY": key or self.server.api_key}, sleep=lambda _: None))
        said = self.capture.readouterr()
        return code, said.out, said.err

    def json(self, *words: str) -> tuple[int, dict]:
        """The same, as the document."""
        code, out, _ = self(*words, "--format", "json")
        return code, json.loads(out)


@pytest.fixture
def house(tmp_path, monkeypatch, capsys) -> Iterator[House]:
    monkeypatch.chdir(tmp_path)
    with DemoServer("seerr", pending_share=0.0) as server:
        (tmp_path / "evening.txt").write_text(LIST)
        (tmp_path / "listsync.yaml").write_text(CONFIG.format(url=server.url))
        yield House(server, tmp_path, capsys)


def test_plan_then_apply_then_nothing(house):
    """What a plan announces an apply does, and a second plan is empty."""
    code, plan = house.json("plan", "--detailed-exitcode")
    assert (code, plan["format"], plan["summary"]["create"]) == (2, "listsync.plan", 3)
    assert not house.server.calls.writes()
    code, report = house.json("apply", "--yes")
    assert (code, report["format"]) == (0, "listsync.report")
    assert [one["status"] for one in report["outcomes"]] == ["done"] * 3
    code, plan = house.json("plan", "--detailed-exitcode")
    assert (code, plan["summary"]["create"], plan["summary"]["keep"]) == (0, 0, 3)


def test_text_goes_to_stdout_and_remarks_to_stderr(house):
    """A pipe receives the document alone: the plan that `apply` shows and every remark are beside it."""
    code, out, err = house("plan", "--out", "plan.json")
    assert (code, out.splitlines()[-1]) == (0, "Plan: 3 to request, 1 unresolved.")
    assert "listsync apply plan.json" in err
    code, out, err = house("apply", "--yes")
    assert out.startswith("Applied to Seerr")
    assert err.startswith("Plan for main")
    assert out.splitlines()[-1] == "Done: 3 requested; 1 unresolved."


def test_a_saved_plan_is_applied_once(house):
    """What was looked at is what is done; the second time it is refused, and nothing is sent."""
    house("plan", "--out", "plan.json")
    assert house("show", "plan.json")[1].splitlines()[-1] == "Plan: 3 to request, 1 unresolved."
    assert house("apply", "plan.json", "--yes")[0] == 0
    writes = len(house.server.calls.writes())
    code, out, err = house("apply", "plan.json", "--yes")
    assert (code, out) == (4, "")
    assert "applied already" in err
    assert len(house.server.calls.writes()) == writes == 3


def test_an_edited_plan_is_refused(house):
    """A plan file is no place for wishes."""
    house("plan", "--out", "plan.json")
    path = house.folder / "plan.json"
    path.write_text(path.read_text().replace('"Heat"', '"Hoot"'))
    code, _, err = house("apply", "plan.json", "--yes")
    assert code == 4
    assert "plan.json" in err
    assert not house.server.calls.writes()


def test_apply_without_a_terminal_wants_yes(house):
    """A script says what it means."""
    code, _, err = house("apply")
    assert code == 64
    assert "--yes" in err
    assert not house.server.calls.writes()


def test_apply_and_dry_run_is_a_plan(house):
    """The familiar flag does what people expect of it: nothing."""
    code, document = house.json("apply", "--dry-run")
    assert (code, document["format"]) == (0, "listsync.plan")
    assert not house.server.calls.writes()


def test_drift_tells_a_deletion_and_the_next_plan_respects_it(house):
    """Deleted on the server: drift says so with exit code 2, and nothing asks for it again."""
    house("apply", "--yes")
    house.server.people.delete_request(house.server.people.requests_of("movie", 949)[0]["id"])
    code, document = house.json("drift")
    assert (code, document["format"]) == (2, "listsync.drift")
    assert [one["key"] for one in document["drift"]] == ["movie:tmdb:949"]
    code, out, _ = house("plan")
    assert "not requested again" in out
    assert out.splitlines()[-1] == "Nothing to send: 1 record to update, 1 unresolved."
    house("apply", "--yes")
    assert house("plan")[1].splitlines()[-1] == "Nothing to do: 2 titles in place, 1 held, 1 unresolved."
    assert len(house.server.people.requests_of("movie", 949)) == 0


def test_no_drift_ends_with_zero(house):
    """Nothing applied yet, or nothing changed since, is no drift."""
    assert house("drift")[:2] == (0, "No drift: the server is as listsync left it.\n")


@pytest.mark.parametrize("query", ["Heat", "movie:tmdb:949", "the thing"])
def test_explain_says_why(house, query):
    """By title or key: the list that wants it, what the server has of it, and what happened."""
    house("apply", "--yes")
    code, out, _ = house("explain", query)
    assert code == 0
    assert "wanted by      evening since" in out
    assert "is as it should be" in out.splitlines()[0]
    assert "+ requested" in out


def test_explain_names_what_may_have_been_meant(house):
    """Nothing fits: a mistake of the command line, with what is near, in both formats."""
    house("plan")
    code, out, err = house("explain", "Haet")
    assert (code, out) == (64, "")
    assert "→ did you mean Heat (1995)?" in err
    code, document = house.json("explain", "Haet")
    assert (code, document["format"], document["exit_code"]) == (64, "listsync.error", 64)


def test_an_apply_lets_go_of_old_history_as_a_loop_does(house):
    """Of a household that applies on a timer; the beginning and the end of each title stay."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    kept = []
    for days in range(0, 120, 10):
        at = now + timedelta(days=days)
        world = World({"KEY": house.server.api_key}, sleep=lambda _: None, clock=lambda at=at: at)
        assert run(("apply", "--yes"), world) == 0
        house.capture.readouterr()
        assert run(("history", "--limit", "1000", "--format", "json"), world) == 0
        kept.append(json.loads(house.capture.readouterr().out)["events"])
    assert len(kept[-1]) <= len(kept[4])
    assert {one["key"] for one in kept[-1] if one["key"]} == {one["key"] for one in kept[0] if one["key"]}


def test_history_tells_what_happened(house):
    """Newest first, of everything or of one title."""
    assert house("history")[1] == "Nothing has happened yet.\n"
    house("apply", "--yes")
    code, document = house.json("history", "--since", "1h")
    assert (code, document["format"]) == (0, "listsync.history")
    assert document["events"][0]["type"] == "run_finished"
    assert {event["key"] for event in house.json("history", "heat")[1]["events"]} == {"movie:tmdb:949"}
    assert len(house.json("history", "--limit", "2")[1]["events"]) == 2


def test_lists_shows_what_is_declared_and_what_is_in_it(house):
    """Declared lists cost no call; one of them is fetched and shown row by row."""
    before = len(house.server.calls)
    code, document = house.json("lists")
    assert (code, [one["name"] for one in document["lists"]]) == (0, ["evening"])
    assert len(house.server.calls) == before
    code, document = house.json("lists", "evening")
    assert [row["key"] for row in document["items"]] == ["movie:tmdb:949", "movie:tmdb:1091", "tv:tmdb:95396", None]
    assert house("lists", "evenin")[0] == 64


def test_lists_says_of_every_row_why_its_list_leaves_it_out(house):
    """With the title as the server knows it, for a combination as for a filter."""
    config = (house.folder / "listsync.yaml").read_text()
    more = "  old:\n    source: old.txt\n    filter: {years: ..1980}\n"
    more += "  both:\n    combine: {of: [evening, old], at_least: 2}\n"
    (house.folder / "listsync.yaml").write_text(config.replace("log:\n", more + "log:\n"))
    (house.folder / "old.txt").write_text("tt0078748\nThe Thing (1982)\n12 Angry Men (1957)\nHeat (1995)\n")
    assert house("apply", "--yes")[0] == 0
    _, out, _ = house("lists", "old")
    assert "Alien (1979)  imdb:tt0078748  movie:tmdb:348" in out
    assert out.count("excluded: years: ") == 2
    assert "4 rows: 2 resolved, 0 unresolved, 2 excluded." in out
    _, document = house.json("lists", "both")
    assert not any(row["wanted"] for row in document["items"])
    assert {row["reason"] for row in document["items"]} == {"NotCombined"}
    for words in (("lists",), ("status",)):
        _, out, _ = house(*words)
        assert "put together in every plan" in out


def test_a_list_that_cannot_be_fetched_is_told_with_its_remedy(house):
    """`lists NAME` fails when the list does; the plan goes on with the others."""
    (house.folder / "evening.txt").unlink()
    code, out, _ = house("lists", "evening")
    assert (code, "Failed" in out) == (1, True)
    assert house("plan")[0] == 0


def test_unresolved_lists_items_without_a_title(house):
    """With the command that decides each."""
    house("plan")
    assert "listsync match file:no-such-film-1951 KEY" in house("unresolved")[1]
    assert house.json("unresolved")[1]["unresolved"][0]["title"] == "No Such Film"


def test_status_says_how_things_stand(house):
    """Server, lists, ledger and the last apply; a dead server is told, and the rest is still shown."""
    house("apply", "--yes")
    code, out, _ = house("status")
    assert (code, "Seerr" in out, "3  requested by us" in out) == (0, True, True)
    house.server.stop()
    code, out, _ = house("status")
    assert (code, "3  requested by us" in out) == (1, True)


def test_a_wrong_key_is_told_with_its_remedy_and_never_shown(house):
    """The message names the server and what to do; the key is in no stream, and nobody is asked."""
    code, out, err = house("plan", "--debug", key="not-the-right-key")
    assert (code, out) == (1, "")
    assert "API key" in err
    assert "→" in err
    assert "not-the-right-key" not in err


def test_a_list_that_emptied_waits_for_a_word(house):
    """`accept LIST` believes the last fetch; without a reason to it says that there is nothing to accept."""
    (house.folder / "evening.txt").write_text("".join(f"Heat {n} (1995)\n" for n in range(12)))
    house("plan")
    assert house("accept", "evening")[0] == 1
    (house.folder / "evening.txt").write_text("Heat (1995)\n")
    assert "ShrinkUnconfirmed" in house("plan")[1]
    code, out, _ = house("accept", "evening")
    assert (code, out) == (0, "Accepted evening: 12 titles before, 1 now. The next plan goes by it.\n")
    assert house("accept", "nothing")[0] == 64


def test_a_second_writer_is_refused(house):
    """Exit code 4, naming who holds the lock."""
    from reconciler.ledger import WriterLock

    house("plan")
    with WriterLock(house.folder / "data" / "listsync.db", holder="a test"):
        code, _, err = house("apply", "--yes")
    assert code == 4
    assert "a test" in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_told(house):
    """Where it cannot write, it says so and changes nothing."""
    house.folder.chmod(0o500)
    code, _, err = house("plan")
    house.folder.chmod(0o700)
    assert code == 1
    assert str(house.folder) in err


def test_secrets_are_in_no_document(house):
    """Plan, report, status and every log line are free of the key."""
    for words in (
        ["plan", "--out", "p.json"],
        ["apply", "--yes"],
        ["status"],
        ["explain", "Heat"],
        ["lists", "evening"],
    ):
        code, out, err = house(*words, "--format", "json", "--debug")
        assert code == 0
        assert house.server.api_key not in out + err
    assert house.server.api_key not in (house.folder / "p.json").read_text()
