"""Follow a ref: a commit whose configuration is valid takes effect, any other is named and passed over."""

import contextlib
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from reconciler.config import ConfigErrors, Loaded
from reconciler.gitsource.errors import GitError, Unusable
from reconciler.gitsource.place import (
    GitPlace,
    checkout_of,
    keep_applied,
    load_checkout,
    read_applied,
)
from reconciler.gitsource.remote import Remote
from reconciler.loop.conditions import Statement
from reconciler.loop.source import Reading, invalid
from reconciler.loop.tick import ConfigStatus
from reconciler.redact import Redactor
from schemas.conditions import ConditionType, Truth

_GIT = ConditionType.GIT_REACHABLE


class GitSource:
    """A `ConfigSource` that polls a remote apart from everything else."""

    def __init__(
        self,
        place: GitPlace,
        workdir: Path,
        load: Callable[[Path], Loaded],
        redactor: Redactor,
        *,
        patience: float = 60.0,
    ) -> None:
        self._place, self._workdir, self._load = place, workdir, load
        self._folder = workdir / place.folder
        self._remote = Remote(place, self._folder, redactor, patience=patience)
        self._polled: datetime | None = None
        self._head: str | None = None
        self._tried: str | None = None
        """The head that was taken up last; a tag's is not the commit's."""
        self._attempted: str | None = None
        self._applied = read_applied(self._folder, place)
        self._loaded: Loaded | None = None
        self._git = Statement(_GIT, Truth.UNKNOWN, "NotYet")
        self._wrong: ConfigErrors | None = None

    def read(self, now: datetime) -> Reading:
        """Take up what the last poll found; poll first where it is time."""
        if self._is_time(now):
            self._poll(now)
        if self._head is not None and self._head != self._tried:
            self._take_up(self._head)
        self._reload()
        status = ConfigStatus(
            str(self._place),
            (self._attempted or "")[:10],
            (self._applied or "")[:10] if self._loaded is not None else "",
            tuple(map(str, self._wrong.problems)) if self._wrong else (),
        )
        return Reading(self._loaded, status, (self._config(status), self._git), self._wrong)

    def changed(self, now: datetime) -> bool:
        """Poll when it is time. A new commit, or another answer than before, is worth a tick."""
        if not self._is_time(now):
            return False
        before = self._head, self._git.reason
        self._poll(now)
        return (self._head, self._git.reason) != before or self._head != self._tried

    def refresh(self) -> None:
        """Poll at once, and look at a refused commit again: what it refers to may be there by now."""
        self._polled = None
        if self._wrong is not None:
            self._tried = None

    def _is_time(self, now: datetime) -> bool:
        passed = now - self._polled if self._polled is not None else self._place.poll
        return passed >= self._place.poll or passed < timedelta(0)

    def _poll(self, now: datetime) -> None:
        self._polled = now
        try:
            self._head = self._remote.head()
        except GitError as error:
            self._git = Statement(_GIT, Truth.FALSE, type(error).__name__, error.message, error.remedy)
        else:
            if self._git.status is not Truth.TRUE:
                self._git = Statement(_GIT, Truth.TRUE, "Reachable")

    def _take_up(self, head: str) -> None:
        try:
            commit = self._remote.fetch(head)
            self._remote.check_out(commit, checkout_of(self._folder, commit))
        except Unusable as error:
            self._tried = head
            self._git = Statement(_GIT, Truth.FALSE, "Unusable", error.message, error.remedy)
            return
        except (GitError, OSError) as error:
            remedy = error.remedy if isinstance(error, GitError) else f"check the disk of {self._folder}"
            self._git = Statement(_GIT, Truth.FALSE, type(error).__name__, str(error), remedy)
            return
        before, self._attempted, self._tried = self._attempted or self._applied, commit, head
        rewritten = before not in {None, commit} and not self._remote.follows(before or "", commit)
        told = f"{commit[:10]} does not follow {(before or '')[:10]}: the history was rewritten"
        self._git = (
            Statement(_GIT, Truth.TRUE, "HistoryRewritten", told)
            if rewritten
            else Statement(_GIT, Truth.TRUE, "Reachable")
        )
        self._judge(commit)
        self._tidy()

    def _judge(self, commit: str) -> None:
        try:
            self._loaded = load_checkout(self._place, self._folder, commit, self._workdir, self._load)
        except ConfigErrors as errors:
            self._wrong = errors
        else:
            self._wrong, self._applied = None, commit
            with contextlib.suppress(OSError):  # a full disk: a restart finds out anew
                keep_applied(self._folder, self._place, commit)

    def _reload(self) -> None:
        """The commit in effect, read again: secrets that it refers to may have changed. At the start it is the one that
        was in effect before."""
        if self._applied is None:
            return
        also_last = self._attempted in {None, self._applied}
        try:
            self._loaded = load_checkout(self._place, self._folder, self._applied, self._workdir, self._load)
        except ConfigErrors as errors:
            self._wrong = errors if also_last else self._wrong
        else:
            self._wrong = None if also_last else self._wrong

    def _config(self, status: ConfigStatus) -> Statement:
        if self._wrong is not None:
            return invalid(self._wrong, status.attempted, status.applied)
        if self._loaded is None:
            return Statement(ConditionType.CONFIG_VALID, Truth.UNKNOWN, "NotYet", "none was read yet")
        return Statement(ConditionType.CONFIG_VALID, Truth.TRUE, "Valid", f"{status.applied} is in effect")

    def _tidy(self) -> None:
        """Two checkouts stay: the one in effect, and the one that was attempted last."""
        kept = {self._applied, self._attempted}
        for folder in self._folder.iterdir():
            if folder.is_dir() and folder.name not in kept and folder.suffix != ".git":
                shutil.rmtree(folder, ignore_errors=True)
