"""docs/documents.md names everything that there is."""

from pathlib import Path

from schemas.plan import DriftKind

PAGE = (Path(__file__).parents[2] / "docs/documents.md").read_text("utf-8")


def test_every_kind_of_drift_is_described():
    assert [kind for kind in DriftKind if f"| `{kind.value}` |" not in PAGE] == []
