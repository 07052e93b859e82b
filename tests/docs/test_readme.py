"""The README says what is so."""

import importlib
import re

import pytest

from reconciler import pipeline
from reconciler.demo.server import PRODUCTS
from reconciler.errors import ExitCode
from tests.docs import tables
from tests.docs.conftest import README, ROOT, KeepCurrent

TEXT = README.read_text("utf-8")


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a Markdown table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


@pytest.mark.parametrize("command", ["plan", "drift", "explain"])
def test_what_the_readme_shows_of_the_demo_is_what_the_demo_prints(
    command: str, demo: dict[str, str], keep_current: KeepCurrent
) -> None:
    keep_current(README, f"demo: {command}", f"```console\n{demo[command]}\n```")


def test_the_first_screen_has_the_sentence_a_plan_and_the_two_commands_that_ci_runs() -> None:
    """CI takes both lines from here, so what it runs is what people read."""
    commands = [line for line in TEXT.splitlines() if line.startswith("python3 -m venv ")]
    assert len(commands) == 2
    assert commands[0].endswith("listsync demo")
    assert commands[1].endswith("pytest -n auto")
    assert TEXT.index("listsync plan") < TEXT.index(commands[0]) < TEXT.index(commands[1]) < TEXT.index("\n## ")


def test_the_steps_of_a_run_are_those_of_the_pipeline_in_its_order() -> None:
    told = [row[0].strip("*") for row in rows(section("How a run goes"))]
    named = re.search(r"step by step: ([a-z, ]+); then, and only then, (\w+)", pipeline.__doc__ or "")
    assert named is not None
    assert told == ["load", *named[1].split(", "), named[2], "report"]


@pytest.mark.parametrize("row", rows(section("How a run goes")), ids=lambda row: row[0].strip("*"))
def test_a_step_is_where_the_readme_says(row: list[str]) -> None:
    module, _, name = row[2].strip("`").partition(":")
    found = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    assert callable(found)


def test_every_exit_code_is_explained() -> None:
    assert [int(row[0]) for row in rows(section("Exit codes"))] == [int(code) for code in ExitCode]


def test_the_media_servers_are_those_that_the_tests_run_against() -> None:
    """The embedded server embodies each of them."""
    told = re.search(r"<!-- servers -->(.+)<!-- end servers -->", TEXT)
    assert told is not None
    assert {product.partition("-")[0] for product in PRODUCTS} == set(re.findall(r"[a-z]*seerr", told[1].lower()))


def test_what_is_not_there_yet_is_said_and_no_more(keep_current: KeepCurrent) -> None:
    """A command that appears leaves this section by itself."""
    keep_current(README, "not yet", tables.missing())


def test_nothing_is_promised_of_a_file_that_is_not_there() -> None:
    for row in rows(section("Where things are")):
        target = re.search(r"\]\(([^)#]+)", row[0])
        assert target is not None
        assert (ROOT / target[1]).is_file(), target[1]
