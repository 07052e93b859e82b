"""Published schemas: current, compatible with what was published before, and true of what is written."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.commands.render.page import to_json
from reconciler.commands.schema import DOCUMENTS, NAMES, schema_of, text
from reconciler.demo.server import DemoServer
from reconciler.plans import look_at_plan
from schemas.documents import DriftDocument, HistoryDocument, UnresolvedDocument
from tests.cli import samples
from tests.documents.compatibility import broken

PUBLISHED = Path(__file__).parents[2] / "schemas/json"
CONFIG = """\
version: 1
server: {{url: "{url}", api_key: "${{KEY}}"}}
lists:
  evening: {{source: evening.txt}}
log: {{level: error}}
"""


def published(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((PUBLISHED / f"{name}.schema.json").read_text("utf-8"))
    return document


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_what_was_published_is_still_promised(name):
    """Within a major version documents gain fields; whatever else changes is a new major version."""
    if not (PUBLISHED / f"{name}.schema.json").exists():
        pytest.skip("not published yet")
    assert broken(published(name), schema_of(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_published_schema_is_current(name, request):
    """`pytest --update-golden` publishes anew, unless a promise would be broken."""
    path = PUBLISHED / f"{name}.schema.json"
    promised = not path.exists() or name not in DOCUMENTS or not broken(published(name), schema_of(name))
    if request.config.getoption("--update-golden") and promised:
        path.write_text(text(name), "utf-8")
    assert path.exists(), f"{name} has no schema; --update-golden writes it"
    assert path.read_text("utf-8") == text(name), f"the schema of {name} is not current; --update-golden writes it anew"


def test_nothing_else_is_published():
    assert {path.name for path in PUBLISHED.iterdir()} == {f"{name}.schema.json" for name in NAMES}


def test_every_document_says_what_it_is_and_no_two_say_the_same():
    schemas = [schema_of(name) for name in DOCUMENTS if name != "loop-status"]  # the status with more in it
    formats = [schema["properties"]["format"]["const"] for schema in schemas]
    assert len(set(formats)) == len(formats)
    assert all(name.startswith("listsync.") for name in formats)
    assert all({"format", "format_version"} <= set(schema["required"]) for schema in schemas)


def check(name: str, document: Any) -> None:
    """The document is what its schema says, and holds nothing that the schema does not know."""
    validator = jsonschema.Draft202012Validator(
        closed(schema_of(name)), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)] == []


def closed(schema: Any) -> Any:
    """With every object's fields being all it may have."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(one) for key, one in schema.items()}
    return {**made, "additionalProperties": False} if "properties" in made and made.get("type") == "object" else made


WRITTEN: dict[str, BaseModel] = {
    "plan": samples.plan(),
    "report": samples.report(),
    "status": samples.status(),
    "explanation": samples.explanation(),
    "list": samples.a_list(),
    "history": HistoryDocument(events=samples.events(), truncated=True),
    "unresolved": UnresolvedDocument(unresolved=samples.UNRESOLVED),
    "drift": DriftDocument(
        observed_at=samples.NOW, server=samples.SERVER, drift=samples.DRIFT, ignored=samples.DRIFT[:1]
    ),
}


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_document_is_what_its_schema_says(name):
    check(name, json.loads(to_json(WRITTEN[name])))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A folder, a server, and a list with a title that there is, one that there is not, and a show."""
    folder = tmp_path_factory.mktemp("house")
    with DemoServer("seerr", pending_share=0.0) as server:
        (folder / "evening.txt").write_text("Heat (1995)\nSeverance\nNo Such Film (1951)\n")
        (folder / "listsync.yaml").write_text(CONFIG.format(url=server.url))
        yield folder, server


SPOKEN = [
    ("plan", ["plan"]),
    ("plan", ["plan", "--out", "plan.json"]),
    ("plan", ["show", "plan.json"]),
    ("report", ["apply", "--yes"]),
    ("drift", ["drift"]),
    ("status", ["status"]),
    ("explanation", ["explain", "heat"]),
    ("history", ["history"]),
    ("lists", ["lists"]),
    ("list", ["lists", "evening"]),
    ("unresolved", ["unresolved"]),
    ("doctor", ["doctor"]),
    ("providers", ["providers"]),
    ("validation", ["validate"]),
    ("export", ["export"]),
    ("error", ["explain"]),
    ("error", ["apply"]),
    ("error", ["show", "nowhere.json"]),
    ("error", ["plan", "--list", "nope"]),
    ("error", ["plan", "--offline", "listsync.yaml"]),
    ("error", ["--config", "nowhere.yaml", "status"]),
    ("error", ["plan", "--no-such-option"]),
]


@pytest.mark.parametrize(("name", "words"), SPOKEN, ids=[" ".join(words) for _, words in SPOKEN])
def test_what_a_command_writes_is_what_its_schema_says(name, words, house, monkeypatch, capsys):
    """Also when it fails: stdout holds one whole document."""
    folder, server = house
    monkeypatch.chdir(folder)
    run([*words, "--format", "json"], World({"KEY": server.api_key}, sleep=lambda _: None))
    check(name, json.loads(capsys.readouterr().out))


def test_a_plan_of_a_newer_minor_version_is_read(tmp_path):
    """What it added is passed over; only its digest knows that there was more."""
    document = json.loads(to_json(samples.plan()))
    document |= {"format_version": "1.9", "mood": "calm"}
    document["server"]["colour"] = "blue"
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(document))
    plan, _ = look_at_plan(path)
    assert plan.model_copy(update={"format_version": "1.0"}) == samples.plan()
