"""A small text without the database library is the same text with it."""

from pathlib import Path

import pytest

from reconciler.ledger import LedgerError, open_ledger
from reconciler.ledger.note import read_note, write_note


def test_a_note_and_a_setting_are_one(tmp_path: Path) -> None:
    path = tmp_path / "a #1 ledger.db"
    with open_ledger(path, server="main") as ledger:
        assert read_note(path, "main", "told") is None
        with ledger.writing() as tx:
            tx.put_setting("told", "Ünï ✓")
        assert read_note(path, "main", "told") == "Ünï ✓"
        write_note(path, "main", "told", "anew")
        assert ledger.setting("told") == "anew"
        assert read_note(path, "another", "told") is None


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000])
def test_without_a_ledger_there_is_an_error_and_still_no_ledger(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "listsync.db"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LedgerError, match=r"listsync\.db"):
        write_note(path, "main", "told", "x")
    with pytest.raises(LedgerError):
        read_note(path, "main", "told")
    assert (path.read_bytes() if path.exists() else None) == content
