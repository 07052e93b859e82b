"""The conversation with a remote, through dulwich: what its ref points to, and the files of a commit."""

import contextlib
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from reconciler.errors import ListsyncError
from reconciler.gitsource.errors import GitError, RefGone, Unreachable, Unusable
from reconciler.gitsource.place import GitPlace
from reconciler.redact import Redactor

T = TypeVar("T")
PATIENCE = 60.0
"""Seconds for one conversation; beyond that the remote counts as unreachable."""
SILENCE = 30.0
"""Seconds without a byte over https."""
LARGEST = 64 * 2**20
"""Bytes of one checkout."""
PACKS_KEPT = 40
"""Fetches after which the copy is made anew: each adds a pack."""
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=10 -o ServerAliveCountMax=2"


class Remote:
    """One repository, with a bare copy of it in `folder`."""

    def __init__(self, place: GitPlace, folder: Path, redactor: Redactor, *, patience: float = PATIENCE) -> None:
        self._place = place
        self._copy = folder / "copy.git"
        self._redactor = redactor
        self._patience = patience
        self._under_way: threading.Thread | None = None

    def head(self) -> str:
        """The commit that the ref points to. Raises Unreachable, RefGone."""
        refs = self._patiently(self._refs)
        return _pick(refs, self._place)

    def fetch(self, head: str) -> str:
        """Have what the ref points to here, with its history; the commit, which a tag only leads to. A copy that is
        damaged or has grown old is made anew."""

        def get() -> str:
            if len(list(self._copy.glob("objects/pack/*.pack"))) > PACKS_KEPT:
                shutil.rmtree(self._copy, ignore_errors=True)
            try:
                return self._fetch(head)
            except GitError:
                raise
            except Exception:
                if not self._copy.exists():
                    raise
                shutil.rmtree(self._copy, ignore_errors=True)
                return self._fetch(head)

        return self._patiently(get)

    def follows(self, older: str, newer: str) -> bool:
        """Whether `older` is in the history of `newer`; both were fetched at some time."""
        from dulwich.repo import Repo

        with contextlib.suppress(Exception), contextlib.closing(Repo(str(self._copy))) as repo:
            tip: Any = newer.encode()
            return any(entry.commit.id == older.encode() for entry in repo.get_walker([tip]))
        return False

    def check_out(self, commit: str, target: Path) -> None:
        """Write the folder of the configuration's file, as it is in the commit. Whole, or not at all. Raises Unusable,
        OSError."""
        from dulwich.repo import Repo

        draft = target.with_name(f"{target.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        try:
            with contextlib.closing(Repo(str(self._copy))) as repo:
                for path, content in _files(repo, commit, self._place.path):
                    into = draft / path
                    into.parent.mkdir(parents=True, exist_ok=True)
                    into.write_bytes(content)
            draft.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(target, ignore_errors=True)
            draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _client(self) -> tuple[Any, str]:
        from dulwich.client import default_urllib3_manager, get_transport_and_path

        url = self._place.url
        if url.startswith(("http://", "https://")):
            more: dict[str, Any] = {"pool_manager": default_urllib3_manager(None, base_url=url, timeout=SILENCE)}
            if self._place.token:
                more |= {"username": self._place.user, "password": self._place.token}
        elif url.startswith("ssh://") or ("@" in url.partition(":")[0] and ":" in url):
            more = {"ssh_command": _SSH}
        else:
            more = {}
        client, path = get_transport_and_path(url, **more)
        return client, path

    def _refs(self) -> dict[bytes, bytes]:
        client, path = self._client()
        answer = client.get_refs(path.encode() if isinstance(path, str) else path)
        return {name: value for name, value in dict(getattr(answer, "refs", answer)).items() if value}

    def _fetch(self, head: str) -> str:
        from dulwich.repo import Repo

        if not self._copy.exists():
            self._copy.mkdir(parents=True)
            Repo.init_bare(str(self._copy)).close()
        client, path = self._client()
        with contextlib.closing(Repo(str(self._copy))) as repo:
            wanted: Any = head.encode()
            client.fetch(path, repo, determine_wants=lambda *_, **__: [] if wanted in repo else [wanted])
            if wanted not in repo:
                raise Unreachable(f"{self._place.url} did not give the commit {head[:10]}")
            name: Any = b"refs/heads/followed"
            repo.refs[name] = wanted
            found: Any = repo[wanted]
            while found.type_name == b"tag":
                found = repo[found.object[1]]
            return str(found.id.decode())

    def _patiently(self, work: Callable[[], T]) -> T:
        """Do it in a thread that is given up when it takes too long: not every transport can be told to be quick."""
        if self._under_way is not None and self._under_way.is_alive():
            raise Unreachable(f"{self._place.url} has not answered for long", remedy="check the network")
        found: list[T] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                found.append(work())
            except BaseException as error:  # whatever it is, it is the waiting thread's to judge
                failed.append(error)

        self._under_way = threading.Thread(target=run, name="git", daemon=True)
        self._under_way.start()
        self._under_way.join(self._patience)
        if self._under_way.is_alive():
            raise Unreachable(f"{self._place.url} did not answer within {self._patience:.0f} s")
        if failed:
            raise self._said(failed[0])
        return found[0]

    def _said(self, error: BaseException) -> BaseException:
        if isinstance(error, ListsyncError | ImportError) or not isinstance(error, Exception):
            return _without_dulwich() if isinstance(error, ImportError) else error
        kind = type(error).__name__
        text = self._redactor(" ".join(str(error).split())[:300])
        if kind == "HTTPUnauthorized":
            return Unreachable(
                f"{self._place.url} wants credentials, or does not take the ones it gets",
                remedy="set LISTSYNC_GIT_TOKEN to a token that may read the repository",
            )
        if kind == "NotGitRepository":
            return Unreachable(f"{self._place.url} is not a git repository", remedy="check --git")
        return Unreachable(f"{self._place.url} cannot be read: {kind}: {text}".rstrip(": "), remedy="check --git")


def _without_dulwich() -> GitError:
    return GitError(
        "reading the configuration from git needs the package dulwich", remedy="pip install 'listsync[git]'"
    )


def _pick(refs: dict[bytes, bytes], place: GitPlace) -> str:
    if place.ref is None:
        names = ["HEAD"]
    else:
        names = [f"refs/heads/{place.ref}", f"refs/tags/{place.ref}^{{}}", f"refs/tags/{place.ref}", place.ref]
    for name in names:
        found = refs.get(name.encode())
        if found is not None:
            return found.decode()
    branches = sorted(name.decode().removeprefix("refs/heads/") for name in refs if name.startswith(b"refs/heads/"))
    shown = f"it has {', '.join(branches[:5])}" if branches else "it has no branch at all"
    raise RefGone(f"{place.url} has no {place.ref or 'HEAD'}", remedy=f"check --ref: {shown}")


def _files(repo: Any, commit: str, path: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    """The regular files in the folder of `path`. Links and submodules are left out: what they lead to is not here."""
    found: Any = repo[commit.encode()]
    folder = PurePosixPath(path).parent
    size = 0
    for entry in repo.object_store.iter_tree_contents(found.tree):
        inside = PurePosixPath(entry.path.decode("utf-8", "surrogateescape"))
        if folder not in inside.parents or not stat.S_ISREG(entry.mode):
            continue
        if inside.is_absolute() or {"..", ".git"} & {part.lower() for part in inside.parts}:
            raise Unusable(f"the commit {commit[:10]} holds a file with a forbidden name")
        content = repo[entry.sha].data
        size += len(content)
        if size > LARGEST:
            raise Unusable(
                f"the folder {folder} of commit {commit[:10]} is larger than {LARGEST // 2**20} MB",
                remedy="give the configuration a folder or a repository of its own",
            )
        yield inside, content
