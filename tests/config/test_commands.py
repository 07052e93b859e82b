"""`validate`, `schema` and `init`, as they are typed."""

import json
from pathlib import Path

import jsonschema
import pytest

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.commands.schema import NAMES, schema_of
from tests.config.conftest import HEAD


def test_validate_says_how_many_lists_there_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "listsync.yaml").write_text(f"{HEAD}lists: {{a: {{source: stevenlu}}}}\n")
    assert run(["validate"], World(environ={})) == 0
    assert capsys.readouterr().out == "listsync.yaml: 1 list, valid\n"


def test_validate_lists_all_problems_and_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "other.yaml").write_text(f"{HEAD}lists: {{a: {{source: stevenlu, limit: 0}}, b: }}\n")
    assert run(["validate", "--config", "other.yaml"], World(environ={})) == 1
    assert capsys.readouterr().out.splitlines() == [
        "other.yaml:5:38: lists.a.limit: must be at least 1, not 0",
        "other.yaml:5:42: lists.b: needs a source or a combine"
        " (write `source:` with a URL or provider:identifier, such as imdb:top)",
    ]


@pytest.mark.parametrize(("limit", "code"), [(0, 1), (1, 0)])
def test_validate_writes_json_whether_it_is_valid_or_not(
    folder: Path, capsys: pytest.CaptureFixture[str], limit: int, code: int
) -> None:
    (folder / "listsync.yaml").write_text(f"{HEAD}lists: {{a: {{source: stevenlu, limit: {limit}}}}}\n")
    assert run(["validate", "--format", "json"], World(environ={"IMDB_LISTS": "top"})) == code
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, schema_of("validation"))
    assert document["valid"] is (code == 0)
    assert [problem["path"] for problem in document["problems"]] == ["lists.a.limit"] * code
    assert [warning["line"] for warning in document["warnings"]] == [1] * (1 - code)


def test_validate_passes_over_missing_values_when_told_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "listsync.yaml").write_text(
        f"{HEAD.replace('not-a-real-key', '${KEY}')}lists: {{a: {{source: stevenlu}}}}\n"
    )
    assert run(["validate"], World(environ={})) == 1
    assert run(["validate", "--without-values"], World(environ={})) == 0
    assert (
        "warning: listsync.yaml:4:12: server.api_key: the environment variable KEY is not set"
        in capsys.readouterr().err
    )


def test_init_writes_a_file_that_is_valid_and_never_overwrites(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init"], World(environ={})) == 0
    assert run(["validate"], World(environ={"SEERR_API_KEY": "abcdef"})) == 0
    (folder / "listsync.yaml").write_text("mine")
    capsys.readouterr()
    assert run(["init"], World(environ={})) == 4
    assert (folder / "listsync.yaml").read_text() == "mine"
    assert "listsync.yaml exists and is left as it is" in capsys.readouterr().err


def test_init_says_when_it_cannot_write(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--config", "none/listsync.yaml"], World(environ={})) == 1
    assert "none/listsync.yaml cannot be written: No such file or directory" in capsys.readouterr().err


def test_schema_prints_one_and_writes_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"], World(environ={})) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "listsync.yaml"
    assert run(["schema", "plan"], World(environ={})) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Plan"
    assert run(["schema", "--write", "out"], World(environ={})) == 0
    assert {path.name for path in (folder / "out").iterdir()} == {f"{name}.schema.json" for name in NAMES}
