"""Which revision a configuration is, in real repositories."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.config.conftest import HEAD, Load

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
TEXT = f"{HEAD}lists: {{a: {{source: imdb:a}}}}\n"


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=Dave", "-c", "user.email=dave@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_outside_of_a_repository_the_revision_is_the_digest_of_the_file(loads: Load) -> None:
    first, second = loads(TEXT).revision, loads(f"{TEXT}# more\n").revision
    assert first.commit is None
    assert first.digest != second.digest
    assert str(first) == f"sha256:{first.digest[:12]}"


def test_in_a_repository_it_is_the_commit_and_whether_the_file_differs(loads: Load, folder: Path) -> None:
    git(folder, "init", "-q")
    assert loads(TEXT).revision.commit is None
    git(folder, "add", "listsync.yaml")
    git(folder, "commit", "-qm", "first")
    commit = git(folder, "rev-parse", "HEAD")
    clean = loads(TEXT).revision
    assert (clean.commit, clean.dirty) == (commit, False)
    (folder / "other").write_text("not of interest")
    assert not loads(TEXT).revision.dirty
    changed = loads(f"{TEXT}# more\n").revision
    assert (changed.commit, changed.dirty) == (commit, True)
    assert str(changed) == f"{commit[:10]}-dirty"
    git(folder, "add", "listsync.yaml")
    assert loads(f"{TEXT}# more\n").revision.dirty, "staged is not committed"


def test_an_ignored_or_untracked_file_is_not_the_commits(loads: Load, folder: Path) -> None:
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text("listsync.yaml\n")
    git(folder, "add", ".gitignore")
    git(folder, "commit", "-qm", "first")
    assert loads(TEXT).revision.dirty


def test_a_repository_that_cannot_be_read_leaves_the_digest(loads: Load, folder: Path) -> None:
    (folder / ".git").write_text("gitdir: /nowhere\n")
    revision = loads(TEXT).revision
    assert (revision.commit, revision.dirty) == (None, False)


def test_without_the_git_program_dulwich_says_the_same(
    loads: Load, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("dulwich")
    git(folder, "init", "-q")
    loads(TEXT)
    git(folder, "add", "listsync.yaml")
    git(folder, "commit", "-qm", "first")
    commit = git(folder, "rev-parse", "HEAD")
    monkeypatch.setenv("PATH", "")
    assert (loads(TEXT).revision.commit, loads(TEXT).revision.dirty) == (commit, False)
    assert loads(f"{TEXT}# more\n").revision.dirty


def test_the_environment_alone_has_its_digest(loads: Load) -> None:
    loaded = loads(None, {"OVERSEERR_URL": "http://x", "OVERSEERR_API_KEY": "abcdef"})
    assert loaded.revision.digest == loaded.digest
