"""`listsync drift` in a job: its exit code says whether there is anything to look at."""

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
IGNORE = "drift: {ignore: [{kind: request_deleted, why: the kids do that}]}\n"


@pytest.fixture
def home(tmp_path, monkeypatch, capsys):
    """A folder in which `drift` can be run; somebody deleted the only request."""
    monkeypatch.chdir(tmp_path)
    with DemoServer("seerr", pending_share=0.0) as server:
        (tmp_path / "evening.txt").write_text("Heat (1995)\n")
        (tmp_path / "listsync.yaml").write_text(CONFIG.format(url=server.url))
        world = World({"KEY": server.api_key}, sleep=lambda _: None)
        assert run(["apply", "--yes"], world) == 0
        assert run(["drift"], world) == 0
        assert capsys.readouterr().out.splitlines()[-1].startswith("No drift:")
        server.people.delete_request(server.people.all_requests()[0]["id"])
        yield lambda *words: run(["drift", *words], world)


def test_drift_ends_with_two_until_a_rule_passes_it_over(home, tmp_path, capsys):
    assert home() == 2
    with (tmp_path / "listsync.yaml").open("a") as file:
        file.write(IGNORE)
    capsys.readouterr()
    assert home() == 0
    first, *_, last = capsys.readouterr().out.strip().splitlines()
    assert first.startswith("No drift apart from 1 ignored difference")
    assert "the kids do that" in last


@pytest.mark.parametrize(("form", "begins"), [("markdown", "<!-- listsync:drift -->\n"), ("html", "<!doctype html>\n")])
def test_the_exit_code_is_the_same_in_every_form(home, capsys, form, begins):
    assert home("--format", form) == 2
    assert capsys.readouterr().out.startswith(begins)
