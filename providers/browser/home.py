"""The browser's temporary directory. Its owner holds a lock on it that the kernel drops with the owner, so that what a
killed run left behind is told from what another run still uses, even from within another container."""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from providers.browser import tree

PREFIX = "listsync-browser-"
ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Home:
    """A directory of one browser: profile, `HOME`, `TMPDIR` and logs all lie within."""

    path: Path
    lock: int
    """The file descriptor whose lock says that the directory is in use."""

    def remove(self) -> None:
        """Delete the directory and let the lock go. A killed process may still be writing for a moment."""
        for _ in range(ATTEMPTS):
            shutil.rmtree(self.path, ignore_errors=True)
            if not self.path.exists():
                break
            time.sleep(0.05)
        with contextlib.suppress(OSError):
            os.close(self.lock)


def make(root: Path | None = None) -> Home:
    """A new, locked, private directory below `root` (default: the system's place for temporary files). OSError when
    there is no place for one."""
    for _ in range(ATTEMPTS):
        path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))
        lock = _lock(path)
        if lock is not None:
            return Home(path, lock)
        shutil.rmtree(path, ignore_errors=True)
    raise OSError(f"no directory below {root or tempfile.gettempdir()} can be locked")


def sweep(root: Path | None = None) -> int:
    """End and delete what browsers of killed runs left below `root`; how many directories that were."""
    swept = 0
    for path in Path(root or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = _lock(path)
        for _ in range(ATTEMPTS):
            if lock is not None or not _left(path):
                break
            time.sleep(0.05)  # killed this instant: the kernel is still closing what it had open
            lock = _lock(path)
        if lock is not None:
            tree.kill(str(path))
            Home(path, lock).remove()
            swept += 1
    return swept


def _left(path: Path) -> bool:
    """Whether the process that made the directory, whose number is in its name, seems to be gone."""
    maker = path.name.removeprefix(PREFIX).partition("-")[0]
    try:
        ours = path.lstat().st_uid == os.getuid()
    except OSError:
        return False
    return ours and maker.isdecimal() and not tree.alive(int(maker))


def _lock(path: Path) -> int | None:
    """The lock of a directory of ours that nobody else holds; None also when a sweep was faster than its maker."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        kept = os.fstat(opened)
        if kept.st_uid == os.getuid() and stat.S_ISDIR(kept.st_mode) and os.path.samestat(kept, path.stat()):
            return opened
    except OSError:
        pass
    os.close(opened)
    return None
