"""Which state of the configuration this is: the git commit of its file where there is one, and the file's digest."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 5.0
"""Seconds that git may take; then the digest has to do."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of the configuration."""

    commit: str | None
    """The commit that is checked out; None outside of a repository."""
    dirty: bool
    """Whether the file differs from that commit's."""
    digest: str
    """SHA-256 of the file's bytes; without a file, of the effective configuration."""

    def __str__(self) -> str:
        if self.commit is None:
            return f"sha256:{self.digest[:12]}"
        return self.commit[:10] + ("-dirty" if self.dirty else "")


def revision_of(path: Path, content: bytes) -> Revision:
    """The revision of a file. Git is asked by its own program; where there is none, by dulwich, if installed."""
    digest = hashlib.sha256(content).hexdigest()
    real = path.resolve()
    if not any((folder / ".git").exists() for folder in real.parents):
        return Revision(None, dirty=False, digest=digest)
    commit, dirty = _asked_git(real) or _asked_dulwich(real, content) or (None, False)
    return Revision(commit, dirty=dirty, digest=digest)


def _asked_git(path: Path) -> tuple[str | None, bool] | None:
    """One call tells all: `# branch.oid COMMIT`, and a line for the file unless it is as committed."""
    git = shutil.which("git")
    if git is None:
        return None
    status = ("status", "--porcelain=v2", "--branch", "--untracked-files=all", "--ignored", "--", path.name)
    quiet = ("--no-optional-locks", "-c", "core.fsmonitor=false", "--literal-pathspecs")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        answer = subprocess.run(  # noqa: S603  fixed words and a file's name behind `--`
            [git, *quiet, "-C", str(path.parent), *status],
            capture_output=True,
            check=True,
            timeout=_PATIENCE,
            env=environ | {"LC_ALL": "C"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = answer.stdout.decode("utf-8", "replace").splitlines()
    commit = next((line.split()[-1] for line in lines if line.startswith("# branch.oid ")), "")
    if not commit or commit.strip("0123456789abcdef"):
        return None  # `(initial)`: nothing is committed yet
    return commit, any(not line.startswith("#") for line in lines)


def _asked_dulwich(path: Path, content: bytes) -> tuple[str | None, bool] | None:
    try:
        from dulwich.object_store import tree_lookup_path
        from dulwich.objects import Blob, Commit
        from dulwich.repo import Repo
    except ImportError:
        return None
    try:
        repo = Repo.discover(str(path.parent))
    except Exception:
        return None
    commit: bytes | None = None
    try:
        with repo:
            commit = repo.head()
            checked_out = repo[commit]
            assert isinstance(checked_out, Commit)
            inside = path.relative_to(Path(os.fsdecode(repo.path)).resolve()).as_posix().encode()
            _, blob = tree_lookup_path(repo.object_store.__getitem__, checked_out.tree, inside)
    except KeyError:
        return None if commit is None else (commit.decode(), True)
    except Exception:
        return None
    return commit.decode(), Blob.from_string(content).id != blob
