"""How far a command is, on stderr: bars on a terminal, a line per stage in a pipe at `-v`, else nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Step(Protocol):
    """One stage under way. May be called from any thread."""

    def advance(self, count: int = 1, note: str = "") -> None:
        """`count` more are done; `note` names the last of them."""

    def expect(self, total: int | None) -> None:
        """The total is known now, or (None) is not."""


class Progress(Protocol):
    """Whoever works tells it; it never asks back and never fails."""

    def stage(self, name: str, total: int | None = None) -> AbstractContextManager[Step]:
        """A stage from its beginning to its end; `name` reads like "Fetching lists"."""


class _NoStep:
    def advance(self, count: int = 1, note: str = "") -> None:
        pass

    def expect(self, total: int | None) -> None:
        pass


class _Silent:
    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Step]:  # noqa: ARG002 - it is silent
        yield _NoStep()


SILENT: Progress = _Silent()
"""Says nothing."""


class Lines:
    """A plain line at the end of every stage."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Step]:
        """Count quietly, tell the sum."""
        step = _Counted(total)
        yield step
        of = f" of {step.total:,}" if step.total is not None and step.total != step.done else ""
        self._write(f"{name}: {step.done:,}{of}" if step.done or step.total is not None else f"{name}: done")


class _Counted:
    def __init__(self, total: int | None) -> None:
        self.done = 0
        self.total = total
        self._lock = threading.Lock()

    def advance(self, count: int = 1, note: str = "") -> None:  # noqa: ARG002 - a line has no room for it
        with self._lock:
            self.done += count

    def expect(self, total: int | None) -> None:
        self.total = total


class Bars:
    """Bars of rich; they vanish when their stage ends, since the document on stdout says what came of it."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._lock = threading.Lock()
        self._shown: RichProgress | None = None
        self._open = 0

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Step]:
        """A bar; stages that overlap stand below each other."""
        bars = self._enter()
        task = bars.add_task(name, total=total, note="")
        try:
            yield _Bar(bars, task)
        finally:
            bars.remove_task(task)
            self._leave()

    def _enter(self) -> "RichProgress":
        with self._lock:
            self._open += 1
            if self._shown is None:
                self._shown = _bars(self._console)
                self._shown.start()
            return self._shown

    def _leave(self) -> None:
        with self._lock:
            self._open -= 1
            if self._open == 0 and self._shown is not None:
                self._shown.stop()
                self._shown = None


class _Bar:
    def __init__(self, bars: "RichProgress", task: "TaskID") -> None:
        self._bars = bars
        self._task = task

    def advance(self, count: int = 1, note: str = "") -> None:
        from reconciler.words import clean

        self._bars.update(self._task, advance=count, note=clean(note))

    def expect(self, total: int | None) -> None:
        self._bars.update(self._task, total=total)


def _bars(console: "Console") -> "RichProgress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.table import Column

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}", markup=False, style="dim", table_column=Column(no_wrap=True, ratio=1)),
        console=console,
        transient=True,
        expand=True,
    )
