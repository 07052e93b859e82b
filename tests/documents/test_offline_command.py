"""The way of a pull request: an export from home, a change of the file, a plan where there is no key and no server."""

import json

import pytest

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.demo.server import DemoServer

CONFIG = """\
version: 1
server: {{url: "{url}", api_key: "${{KEY}}"}}
lists:
  evening: {{source: evening.txt}}
log: {{level: error}}
"""


@pytest.fixture
def exported(tmp_path, monkeypatch, capsys):
    """The folder, after the server has gone."""
    monkeypatch.chdir(tmp_path)
    with DemoServer("seerr", pending_share=0.0) as server:
        (tmp_path / "evening.txt").write_text("Heat (1995)\nThe Thing (1982)\n")
        (tmp_path / "listsync.yaml").write_text(CONFIG.format(url=server.url))
        world = World({"KEY": server.api_key}, sleep=lambda _: None)
        assert run(["plan"], world) == 0
        assert run(["export", "--out", "export.json"], world) == 0
        assert server.api_key not in (tmp_path / "export.json").read_text()
    capsys.readouterr()
    return tmp_path


def without_values(*words: str) -> int:
    return run(words, World({}, sleep=lambda _: None))


def test_a_comment_for_the_pull_request_needs_neither_key_nor_server(exported, capsys):
    with (exported / "listsync.yaml").open("a") as file:
        file.write("overrides: {deny: {movie:tmdb:1091: {why: too scary}}}\n")
    (exported / "data").rename(exported / "elsewhere")
    assert without_values("plan", "--offline", "export.json", "--format", "markdown") == 0
    out, err = capsys.readouterr()
    assert out.startswith("<!-- listsync:plan -->\n### Plan: 1 to request.\n")
    assert "too scary" in out
    assert "KEY" not in out + err
    assert not (exported / "data").exists()


def test_an_offline_plan_may_be_saved_and_shown_and_is_refused_by_apply(exported, capsys):
    assert without_values("plan", "--offline", "export.json", "--out", "plan.json") == 0
    assert "cannot be applied" in capsys.readouterr().err
    assert without_values("show", "plan.json") == 0
    assert "as of " in capsys.readouterr().out
    with DemoServer("seerr") as server:
        (exported / "listsync.yaml").write_text(CONFIG.format(url=server.url))
        assert run(["apply", "plan.json", "--yes"], World({"KEY": server.api_key})) == 4
        assert not server.calls.writes()
    assert "made offline" in capsys.readouterr().err


def test_an_export_goes_to_stdout_where_no_file_is_named(exported, capsys):
    with DemoServer("seerr") as server:
        (exported / "listsync.yaml").write_text(CONFIG.format(url=server.url))
        assert run(["export"], World({"KEY": server.api_key})) == 0
    assert json.loads(capsys.readouterr().out)["format"] == "listsync.export"
