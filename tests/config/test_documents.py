"""What is made from the models is current: JSON Schema, example, reference."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from reconciler.commands.init import FIRST_FILE
from reconciler.commands.schema import NAMES, schema_of, text
from reconciler.config.describe import options
from reconciler.config.json_schema import json_schema
from reconciler.config.reference import updated
from tests.config.conftest import HEAD, Load

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "listsync.yaml.example").read_text("utf-8")
ENVIRON = {"SEERR_API_KEY": "not-a-real-key"}


def as_json(source: str) -> Any:
    """A YAML text as JSON Schema sees it."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(source), default=str))


def test_the_example_is_valid_and_without_warnings(loads: Load) -> None:
    loaded = loads(EXAMPLE, ENVIRON, parse_source=None, providers=None)
    assert loaded.warnings == ()
    assert list(loaded.config.lists) == ["date-night", "critics", "seen", "best-of"]


def test_the_example_holds_every_option_of_the_models() -> None:
    lines = EXAMPLE.splitlines()
    written = {line.split("#")[0].split(":")[0].strip(" -") for line in lines}
    missing = [".".join(option.path) for option in options() if option.path[-1] not in written]
    # within `{any, all, none}` the example says once that they are alike
    assert [path for path in missing if path.rsplit(".", 1)[-1] not in {"any", "all", "none"}] == []
    assert _paths(as_json(EXAMPLE)) >= {option.path for option in options() if not _repeated(option.path)}


def _repeated(path: tuple[str, ...]) -> bool:
    """Whether the example shows a key once for several places that take it, and says so."""
    match path:
        case ("defaults", "filter", "when_unknown"):
            return False
        case ("defaults", "filter" | "pause", _, *_) | ("rails", "pause", _):
            return True
        case ("overrides", _, "NAME", "why" | "until") | ("drift", *_):
            return True
        case (*_, "any" | "all" | "none"):
            return True
    return False


def _paths(node: Any, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found = {path}
    if isinstance(node, dict):
        named = path in {
            ("lists",),
            ("providers",),
            ("overrides", "match"),
            ("overrides", "deny"),
            ("overrides", "allow"),
        }
        for key, inner in node.items():
            found |= _paths(inner, (*path, "NAME" if named else str(key)))
    elif isinstance(node, list):
        for inner in node:
            found |= _paths(inner, (*path, "[]"))
    return found


def test_every_line_of_the_example_that_sets_an_option_is_explained_once() -> None:
    filters = {path[-1] for path in _paths(as_json(EXAMPLE)) if path[:3] == ("lists", "NAME", "filter")}
    assert {"years", "rating", "votes", "runtime", "genres", "released", "status", "title"} <= filters


def test_every_option_says_what_it_means() -> None:
    assert [option.path for option in options() if not option.meaning] == []


def test_the_json_schema_in_the_repository_is_current() -> None:
    kept = (ROOT / "schemas/json/config.schema.json").read_text("utf-8")
    assert kept == text("config"), "run `listsync schema config > schemas/json/config.schema.json`"


@pytest.mark.parametrize("name", NAMES)
def test_every_published_schema_is_a_valid_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(name))


@pytest.mark.parametrize(
    "source",
    [
        EXAMPLE,
        FIRST_FILE,
        "version: 1",
        f"{HEAD}lists: {{a: {{source: imdb:a, pause: true, limit: , filter: {{genres: [Drama], years: 1999}}}}}}",
        f"{HEAD}lists: {{a: {{source: '${{X}}', pause: away, filter: }}}}\nproviders: {{trakt: }}",
        f"{HEAD}overrides: {{allow: {{movie:tmdb:1: }}}}",
        f"{HEAD}lists: {{a: {{source: imdb:a, every: 0 1 * * *, budget: {{per_run: unlimited}}}}}}",
        f"{HEAD}defaults: {{request: {{seasons: [1], is_4k: both}}}}",
        "version: 1\nserver: {url: 'http://${HOST}', api_key: '${file:/x}', request_as: 3}",
    ],
)
def test_the_json_schema_takes_what_the_loader_takes(loads: Load, source: str) -> None:
    jsonschema.validate(as_json(source), json_schema())
    environ = ENVIRON | {"X": "imdb:x", "HOST": "h", "OVERSEERR_URL": "http://x", "OVERSEERR_API_KEY": "abcdef"}
    loads(source, environ)


@pytest.mark.parametrize(
    "source",
    [
        "{}",
        "version: 2",
        f"{HEAD}lst: {{}}",
        f"{HEAD}lists: {{a: {{}}}}",
        f"{HEAD}lists: {{a: {{source: imdb:a, combine: {{of: [b]}}}}}}",
        f"{HEAD}lists: {{a: {{source: imdb:a, limit: 0}}}}",
        f"{HEAD}lists: {{a: {{source: imdb:a, every: 5}}}}",
        f"{HEAD}defaults: {{source: imdb:a}}",
        f"{HEAD}defaults: {{filter: {{years: 1990-1999}}}}",
        f"{HEAD}overrides: {{deny: {{movie:603: }}}}",
        f"{HEAD}notifications: [{{events: [failed]}}]",
    ],
)
def test_the_json_schema_refuses_what_the_loader_refuses(source: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(as_json(source), json_schema())


def test_the_reference_is_current() -> None:
    document = (ROOT / "docs/configuration.md").read_text("utf-8")
    assert document == updated(document), "run `python -m reconciler.config.reference docs/configuration.md`"


def test_the_reference_names_every_option() -> None:
    document = (ROOT / "docs/configuration.md").read_text("utf-8")
    assert [option.path for option in options() if f"| `{option.path[-1]}` |" not in document] == []


def test_every_model_of_the_configuration_is_frozen_and_refuses_unknown_keys() -> None:
    models = {option.model for option in options() if option.model is not None}
    assert all(model.model_config["frozen"] for model in models)
    open_ones = [model.__name__ for model in models if model.model_config.get("extra") != "forbid"]
    assert open_ones == ["Service"]
    assert all(issubclass(model, BaseModel) for model in models)
