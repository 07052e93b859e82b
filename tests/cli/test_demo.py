import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from reconciler.cli import run
from reconciler.commands.frame import World

ROOT = Path(__file__).parents[2]


def _leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*")]


@pytest.mark.slow
def test_the_tour_tells_the_whole_story_and_leaves_nothing_behind(capfd, tmp_path, monkeypatch):
    """Without any configuration, from a first plan to a respected deletion, and no file is left."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert run(["demo"], World(environ={"COLUMNS": "80"})) == 0
    said = capfd.readouterr().out
    story = [
        "$ listsync validate",
        "$ listsync plan --out plan.json",
        "Plan: 11 to request, 1 unresolved.",
        "$ listsync apply plan.json --yes",
        "Done: 11 requested; 1 unresolved.",
        "Nothing to do: 11 titles in place",
        "$ listsync drift",
        "so it is not requested again",
        "Nothing to send: 1 record to update",
        '$ listsync explain "Dune: Part Two"',
        "listsync init",
    ]
    places = [said.find(part) for part in story]
    assert -1 not in places, story[places.index(-1)]
    assert places == sorted(places)
    assert _leftovers(tmp_path) == []


@pytest.mark.slow
def test_an_interrupted_tour_leaves_nothing_behind(tmp_path):
    """Ctrl-C in the middle of it: no folder, no process, exit code 130."""
    environ = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", "from reconciler.cli import main; main(['demo'])"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ, cwd=tmp_path,
    )  # fmt: skip
    for line in process.stdout:
        if line.startswith("$ listsync plan"):
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert _leftovers(tmp_path) == []
