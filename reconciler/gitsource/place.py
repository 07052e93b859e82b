"""Where in the world a configuration lies in git, and where its checkouts lie here."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from reconciler.config import ConfigErrors, Loaded, Revision
from reconciler.config.classic import FOLDER as DATA
from reconciler.config.references import Missing, read_secret_file
from reconciler.errors import UsageProblem
from reconciler.redact import Redactor
from schemas.config import Wrong
from schemas.config.times import parse_duration

URL, REF, PATH, POLL, TOKEN = (f"LISTSYNC_GIT{part}" for part in ("", "_REF", "_PATH", "_POLL", "_TOKEN"))
DEFAULT_PATH = "listsync.yaml"
DEFAULT_POLL = timedelta(minutes=5)
SHORTEST_POLL = timedelta(seconds=10)
FOLDER = Path("data") / "git"
"""Of checkouts, below the working directory, unless `LISTSYNC_DATA` names where everything is kept."""
_ANY_USER = "x-access-token"
"""With a token for a password, the well-known hosts take any name."""


@dataclass(frozen=True, slots=True)
class GitPlace:
    """A file in a repository. Credentials are apart from the URL, which may be shown."""

    url: str
    """https, ssh (`git@host:path` too) or a local path, without credentials."""
    ref: str | None = None
    """Branch or tag; None: the remote's own HEAD."""
    path: str = DEFAULT_PATH
    poll: timedelta = DEFAULT_POLL
    user: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    folder: Path = FOLDER
    """Of checkouts; relative to the working directory."""

    def __str__(self) -> str:
        return f"{self.url} {self.ref or 'HEAD'}:{self.path}"


def place_of(
    environ: Mapping[str, str],
    redactor: Redactor,
    *,
    url: str | None = None,
    ref: str | None = None,
    path: str | None = None,
    poll: str | None = None,
) -> GitPlace | None:
    """What is given, else what the environment says; None: the configuration is not in git. `LISTSYNC_GIT_TOKEN`, or
    the file that `LISTSYNC_GIT_TOKEN_FILE` names, is the password for https. Raises UsageProblem."""
    url = url or environ.get(URL, "").strip()
    if not url:
        return None
    shown, user, password = _apart(url)
    token = _token(environ) or password
    for secret in (token, password):
        redactor.add(secret or "")
    inside = PurePosixPath(path or environ.get(PATH, "").strip() or DEFAULT_PATH)
    if inside.is_absolute() or ".." in inside.parts:
        raise UsageProblem(f"--path {inside} must lead to a file within the repository")
    return GitPlace(
        url=shown,
        ref=ref or environ.get(REF, "").strip() or None,
        path=str(inside),
        poll=_poll(poll or environ.get(POLL, "").strip()),
        user=user or (_ANY_USER if token else None),
        token=token,
        folder=Path(data) / "git" if (data := environ.get(DATA, "").strip()) else FOLDER,
    )


def _apart(url: str) -> tuple[str, str | None, str | None]:
    """The URL without a password, and what it held. The user of an ssh URL belongs to the address."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or "@" not in parts.netloc:
        return url, None, None
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host)), parts.username, parts.password


def _token(environ: Mapping[str, str]) -> str | None:
    if given := environ.get(TOKEN, "").strip():
        return given
    if named := environ.get(f"{TOKEN}_FILE", "").strip():
        try:
            return read_secret_file(Path(named)).strip()
        except Missing as missing:
            raise UsageProblem(f"{TOKEN}_FILE: {missing}", remedy=missing.hint) from None
    return None


def _poll(text: str) -> timedelta:
    try:
        return max(parse_duration(text), SHORTEST_POLL) if text else DEFAULT_POLL
    except Wrong as wrong:
        raise UsageProblem(f"--poll: {wrong}") from None


def checkout_of(folder: Path, commit: str) -> Path:
    """Where a commit's files lie."""
    return folder / commit


def load_checkout(place: GitPlace, folder: Path, commit: str, workdir: Path, load: Callable[[Path], Loaded]) -> Loaded:
    """The configuration of a commit that is checked out. Its lists are beside it; what listsync writes is not, but
    below the working directory. Raises ConfigErrors, whose problems name the file as the repository does."""
    path = checkout_of(folder, commit) / place.path
    try:
        loaded = load(path)
    except ConfigErrors as errors:
        named = tuple(replace(one, file=place.path) if one.file.endswith(path.name) else one for one in errors.problems)
        raise ConfigErrors(named, subject=f"{place.path} of {commit[:10]}") from None
    config = loaded.config
    moved: dict[str, Any] = {
        "state": config.state.model_copy(update={"database": str(workdir / config.state.database)})
    }
    if config.log.file is not None:
        moved["log"] = config.log.model_copy(update={"file": str(workdir / config.log.file)})
    digest = loaded.revision.digest
    return replace(
        loaded, config=config.model_copy(update=moved), revision=Revision(commit, dirty=False, digest=digest)
    )


def load_applied(place: GitPlace, workdir: Path, load: Callable[[Path], Loaded]) -> Loaded | None:
    """The configuration that a running loop follows, for other commands; None: none was applied yet. Raises
    ConfigErrors."""
    folder = workdir / place.folder
    commit = read_applied(folder, place)
    return load_checkout(place, folder, commit, workdir, load) if commit else None


def read_applied(folder: Path, place: GitPlace) -> str | None:
    """The commit in effect, if it is of this place and checked out."""
    try:
        written = json.loads((folder / "applied.json").read_text(encoding="utf-8"))
        commit = str(written["commit"])
        mine = written["url"] == place.url and written["path"] == place.path and written["ref"] == place.ref
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return commit if mine and checkout_of(folder, commit).is_dir() else None


def keep_applied(folder: Path, place: GitPlace, commit: str) -> None:
    """Remember the commit in effect. Raises OSError."""
    draft = folder / "applied.json.part"
    written = {"url": place.url, "ref": place.ref, "path": place.path, "commit": commit}
    draft.write_text(json.dumps(written), encoding="utf-8")
    draft.replace(folder / "applied.json")
