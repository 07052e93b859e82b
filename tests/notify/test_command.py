"""`listsync notify test` as somebody types it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.commands.schema import schema_of
from reconciler.config import Loaded
from reconciler.notifying import unavailable_receivers
from tests.watch import ticks
from tests.watch.receivers import Answer, Receivers

Configured = Callable[..., Loaded]


def listsync(folder: Path, *words: str) -> int:
    return run(
        ["--config", str(folder / "listsync.yaml"), "notify", "test", *words], World(environ={}, sleep=lambda _: None)
    )


def test_every_receiver_gets_a_sample_that_says_so(
    configured: Configured, receivers: Receivers, tmp_path: Path, capsys: Any
) -> None:
    configured(None, ["failed"])
    assert listsync(tmp_path) == 0
    assert [message["is_sample"] for message in receivers.got] == [True, True]
    assert capsys.readouterr().out.count("✓ sent") == 2


def test_some_that_failed_are_exit_code_3_and_are_named(
    configured: Configured, receivers: Receivers, tmp_path: Path, capsys: Any
) -> None:
    configured(None, None)
    receivers.always = Answer(404)
    assert listsync(tmp_path, "--format", "json") == 3
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema_of("notified"))
    assert [one["delivery"] for one in document["receivers"]] == ["failed", "failed"]
    assert "secret-" not in json.dumps(document)


def test_one_receiver_can_be_named_by_its_place(configured: Configured, receivers: Receivers, tmp_path: Path) -> None:
    configured(None, None)
    assert listsync(tmp_path, "--receiver", "2") == 0
    assert receivers.paths == ["/secret-2"]
    assert listsync(tmp_path, "--receiver", "3") == 64


def test_without_receivers_it_says_how_to_name_one(tmp_path: Path, capsys: Any) -> None:
    ticks.loaded(tmp_path)
    assert listsync(tmp_path) == 1
    assert "notifications:" in capsys.readouterr().err


def test_the_missing_extra_is_a_warning_that_says_how_to_install_it(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = configured(None, kind="apprise")
    monkeypatch.setattr("providers.notify.sending.find_spec", lambda name: None)
    (warning,) = unavailable_receivers(loaded.config)
    assert warning.startswith("notifications[0].apprise: ")
    assert "listsync[notify]" in warning


def test_watching_imports_nothing_heavy_before_it_is_needed() -> None:
    heavy = ("apprise", "jinja2", "rich", "httpx", "uvicorn", "starlette", "prometheus_client")
    code = f"import sys, reconciler.watch, reconciler.watch.notifier; print(*(set({heavy}) & set(sys.modules)))"
    project = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=project)
    assert done.stdout.strip() == ""


def test_validate_warns_of_a_receiver_that_this_installation_cannot_reach(
    configured: Configured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.notify.sending.find_spec", lambda name: None)
    (warning,) = configured(None, kind="apprise").warnings
    assert "listsync[notify]" in str(warning)
