"""A folder of its own for every test, and a loader that takes a text."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from providers.errors import SourceError
from reconciler.config import ConfigErrors, Loaded, load
from reconciler.config.stored import PASSPHRASE
from reconciler.secretstore import Stretching, put
from schemas.source import Source

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEAD = "version: 1\nserver:\n  url: http://seerr:5055\n  api_key: not-a-real-key\n"
"""The first four lines of most files here."""

__all__ = ["HEAD", "NOW", "PASSPHRASE", "Load", "parse_source", "stored"]
OPENS = "correct horse battery"
QUICK = Stretching(salt=b"a salt for tests", n=2, r=1, p=1)
"""No protection at all, in no time."""

Load = Callable[..., Loaded]


def stored(folder: Path, **values: str) -> str:
    """Keep values in the encrypted store beside the ledger; the passphrase that opens it."""
    for name, value in values.items():
        put(folder / "data" / "secrets.json", OPENS, name, value, NOW, stretching=QUICK)
    return OPENS


def parse_source(text: str) -> Source:
    """Any `word:identifier`, so that no provider is needed."""
    provider, colon, identifier = text.partition(":")
    if (not colon and text != "stevenlu") or provider == "nope":
        raise SourceError(f"{text!r} names no provider", ("imdb:top",))
    return Source(provider, identifier.removeprefix("//"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def loads(folder: Path) -> Load:
    """Loads a text as listsync.yaml; None: the environment alone."""

    def loads(text: str | bytes | None, environ: Mapping[str, str] | None = None, **more: Any) -> Loaded:
        path = None if text is None else folder / "listsync.yaml"
        if path is not None:
            path.write_bytes(text.encode() if isinstance(text, str) else text or b"")
        given: dict[str, Any] = {
            "clock": lambda: NOW,
            "parse_source": parse_source,
            "providers": ("imdb", "trakt", "letterboxd", "mdblist", "stevenlu"),
            "cwd": folder,
        }
        return load(path, environ or {}, **given | more)

    return loads


@pytest.fixture
def problems(loads: Load) -> Callable[..., list[str]]:
    """The lines of all problems of a text."""

    def problems(text: str | bytes | None, environ: Mapping[str, str] | None = None, **more: Any) -> list[str]:
        with pytest.raises(ConfigErrors) as raised:
            loads(text, environ, **more)
        assert str(raised.value) == "\n".join(map(str, raised.value.problems))
        return str(raised.value).splitlines()

    return problems
