"""Every listsync.yaml among the examples is valid, with its secrets and without them."""

import sys
from pathlib import Path

import pytest

from reconciler.config import load
from reconciler.config.loader import References
from tests.examples.conftest import EXAMPLES, ran

CONFIGS = (
    *sorted((EXAMPLES / "households").glob("*.yaml")),
    EXAMPLES / "compose/config/listsync.yaml",
    EXAMPLES / "kubernetes/listsync.yaml",
)


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_is_valid_where_only_its_secrets_are_missing(path: Path) -> None:
    """As CI sees it: every warning is about a value that only the household has."""
    warnings = load(path, {}, references=References.TOLERATED).warnings
    assert [str(one) for one in warnings if "is not set" not in str(one) and "there is no file" not in str(one)] == []


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_validate_says_so(path: Path) -> None:
    command = ["-c", "from reconciler.cli import main; main()", "--config", str(path), "validate", "--without-values"]
    run = ran([sys.executable, *command], cwd=EXAMPLES.parent)
    assert (run.returncode, "valid" in run.stdout) == (0, True), run.stderr


def test_all_four_households_are_there() -> None:
    assert {path.stem for path in (EXAMPLES / "households").glob("*.yaml")} == {"small", "family", "4k", "gitops"}
