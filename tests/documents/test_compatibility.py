"""The promise of a major version: what one could read, one can read."""

from typing import Any

import pytest

from tests.documents.compatibility import broken


def schema(properties: dict[str, Any], required: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), **more}


TEXT, NUMBER, NOTHING = {"type": "string"}, {"type": "integer"}, {"type": "null"}
BEFORE = schema(
    {
        "a": TEXT,
        "b": {"anyOf": [NUMBER, NOTHING]},
        "word": {"enum": ["x", "y"], "type": "string"},
        "rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}},
        "counts": {"type": "object", "additionalProperties": NUMBER},
        "format": {"const": "listsync.a", "type": "string"},
    },
    ("a",),
    **{"$defs": {"Row": schema({"id": NUMBER, "below": {"type": "array", "items": {"$ref": "#/$defs/Row"}}})}},
)


def changed(**properties: Any) -> dict[str, Any]:
    """As before, some fields otherwise; None takes one away."""
    fields = {name: one for name, one in {**BEFORE["properties"], **properties}.items() if one is not None}
    return {**BEFORE, "properties": fields}


def with_row(**properties: Any) -> dict[str, Any]:
    row = BEFORE["$defs"]["Row"]
    return {**BEFORE, "$defs": {"Row": {**row, "properties": {**row["properties"], **properties}}}}


@pytest.mark.parametrize(
    "after",
    [
        BEFORE,
        changed(new=TEXT),
        changed(word={"enum": ["x", "y", "z"], "type": "string"}),
        changed(b={"anyOf": [NOTHING, NUMBER], "description": "told"}),
        with_row(new=TEXT),
    ],
)
def test_fields_words_and_descriptions_may_be_added(after):
    assert broken(BEFORE, after) == []


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (changed(b=None), ["/b: is gone"]),
        (changed(b=None, renamed={"anyOf": [NUMBER, NOTHING]}), ["/b: is gone"]),
        (changed(a=NUMBER), ["/a: was string, is integer"]),
        (changed(b=NUMBER), ["/b: was integer or null, is integer"]),
        (changed(a={"anyOf": [TEXT, NOTHING]}), ["/a: was string, is null or string"]),
        (changed(a={}), ["/a: was string, is anything"]),
        (changed(word={"enum": ["x"], "type": "string"}), ["/word: the word 'y' is gone"]),
        (changed(counts={"type": "object", "additionalProperties": TEXT}), ["/counts/*: was integer, is string"]),
        (changed(format={"const": "listsync.b", "type": "string"}), ["/format: was always 'listsync.a'"]),
        ({**BEFORE, "required": ["a", "b"]}, ["/b: is required now"]),
        ({**BEFORE, "required": []}, ["/a: may be missing now"]),
        (with_row(id=TEXT), ["/rows/*/id: was integer, is string"]),
    ],
)
def test_whatever_a_reader_could_rely_on_stays(after, told):
    assert broken(BEFORE, after) == told
