"""The compose files follow the specification's schema, and give listsync no more than it needs."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reconciler.config.classic import VARIABLES
from tests.examples.conftest import EXAMPLES, document, node_package

FILES = sorted((EXAMPLES / "compose").glob("*.yaml"))


def service(path: Path) -> Any:
    return document(path)["services"]["listsync"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_follows_the_schema_of_the_compose_specification(path: Path) -> None:
    schema = json.loads((node_package("dclint") / "schemas/compose.schema.json").read_text("utf-8"))
    jsonschema.Draft201909Validator(schema).validate(document(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_listsync_can_write_only_where_it_has_to(path: Path) -> None:
    listsync = service(path)
    assert listsync["read_only"] is True
    assert listsync["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in listsync["security_opt"]
    writable = [one.split(":")[1] for one in listsync["volumes"] if not one.endswith(":ro")]
    assert writable == ["/data"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_named_is_declared_or_lies_beside_the_file(path: Path) -> None:
    whole = document(path)
    for one in whole["services"].values():
        for volume in one.get("volumes", ()):
            source = volume.split(":")[0]
            assert (path.parent / source).is_dir() if source.startswith(".") else source in whole["volumes"]
        assert set(one.get("secrets", ())) <= set(whole.get("secrets", {}))
        assert set(one.get("depends_on", ())) <= set(whole["services"])


def test_the_key_comes_from_a_file_and_is_written_nowhere() -> None:
    compose = EXAMPLES / "compose/compose.yaml"
    [secret] = service(compose)["secrets"]
    assert f"${{file:/run/secrets/{secret}}}" in (EXAMPLES / "compose/config/listsync.yaml").read_text("utf-8")
    assert secret in (EXAMPLES / "compose/.gitignore").read_text("utf-8").split()


def test_the_one_for_those_who_come_from_listsync_sets_variables_that_are_read() -> None:
    assert set(service(EXAMPLES / "compose/classic.yaml")["environment"]) <= set(VARIABLES)
