"""What holds for every test: nobody calls the outside world, nobody writes into the project, and one switch renews
golden files: `pytest --update-golden`, whose diff is to be read like code."""

import ipaddress
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LEAVINGS = ("data", "listsync.yaml", "listsync.db", "plan.json")
"""What a command leaves in the working directory when a test forgets to give it one."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files and generated tables anew")


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith(("OVERSEERR_", "SEERR_")) or name.endswith("_LISTS")]:
        del os.environ[name]
    sys.addaudithook(_stay_here)


def _stay_here(event: str, facts: tuple[Any, ...]) -> None:
    """Explode where a test would reach beyond this machine: no test needs the internet."""
    if event == "socket.connect" and isinstance(facts[1], tuple) and not _is_here(str(facts[1][0])):
        raise AssertionError(f"a test would have connected to {facts[1][0]}")


def _is_here(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host in {"localhost", ""}
    return address.is_loopback or address.is_unspecified


@pytest.fixture(autouse=True)
def _project_stays_clean() -> Iterator[None]:
    """A test that runs a command in the project's own folder has forgotten its `tmp_path`."""
    before = [name for name in LEAVINGS if (ROOT / name).exists()]
    yield
    assert [name for name in LEAVINGS if (ROOT / name).exists()] == before
