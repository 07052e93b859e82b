"""Passes in a process of their own. Between passes, often for hours, a loop needs next to nothing; a pass needs the
database library, the HTTP client and every title at once, and Python gives little of that back. A process gives all of
it back, and one that is killed for its hunger leaves the loop alive.

What crosses over is pickled between two processes of the same program, over pipes that nobody else has.
"""

import contextlib
import pickle
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler import __version__
from reconciler.errors import ListsyncError
from reconciler.loop.ending import Ending
from reconciler.loop.errand import Errand, Findings

if TYPE_CHECKING:
    from reconciler.config import Loaded
    from reconciler.log import LogSettings
    from reconciler.session import Tools

CARRY_OUT = "reconciler.loop.working:carry_out_leanly"
CHECK = "reconciler.safekeeping:trouble_with"
LOOK = 0.2
"""Seconds between two looks at whether to stop, while a pass is under way."""
PIECE = 1 << 16
ANOTHER_VERSION = 75
"""How the process ends that finds itself to be of another version than the loop."""
_ROOT = Path(__file__).parents[2]
_START = "import sys; sys.path.append(sys.argv[1]); from reconciler.loop.worker import main; main(sys.argv[2])"


class PassLost(ListsyncError):
    """The process of a pass did not answer."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Hands work to a process that does this one thing and ends."""

    log_settings: "Callable[[Loaded], LogSettings]"
    """How that process writes the log, by configuration."""
    stop: threading.Event
    """Set from outside: the action in hand is finished, no other is begun."""

    def carry_out(self, errand: Errand, tools: "Tools") -> Findings:
        """Make the pass. A process that is lost is a finding, too."""
        lost: PassLost | None = None
        try:
            found = self._call(CARRY_OUT, errand.loaded, errand)
        except PassLost as error:
            found, lost = None, error
        if isinstance(found, Findings):
            return found
        ending = Ending(errand.before, errand.statements, errand.loaded.redactor, errand.remembered, errand.told)
        if lost is not None and not self.stop.is_set():
            ending.failure = lost
        return ending.findings(tools.clock())

    def check(self, loaded: "Loaded") -> None:
        """Read the ledger whole before years of relying on it. Raises ListsyncError, with the way back."""
        trouble = self._call(CHECK, loaded, loaded)
        if trouble is not None:
            problem, remedy = trouble
            raise ListsyncError(problem, remedy=remedy)

    def _call(self, work: str, loaded: "Loaded", given: object) -> Any:
        """The result; None where it was stopped before there was one. Raises PassLost."""
        asked = pickle.dumps((work, given, self.log_settings(loaded)))
        child = subprocess.Popen(  # noqa: S603 - this very Python
            [sys.executable, "-P", "-c", _START, str(_ROOT), __version__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            process_group=0,  # Ctrl-C is for the loop, which passes it on
        )
        try:
            answer = self._conversation(child, asked)
        finally:
            for pipe in (child.stdin, child.stdout):  # without us it ends at once, whatever it does
                if pipe is not None:
                    pipe.close()
            code = child.wait()
        if answer:
            return pickle.loads(answer)  # noqa: S301 - from our own child
        if self.stop.is_set():
            return None
        if code == ANOTHER_VERSION:
            raise PassLost(
                f"listsync was replaced while this loop of version {__version__} ran", remedy="start the loop again"
            )
        raise PassLost(
            f"the process that made this pass was lost ({_manner(code)})",
            remedy="was there too little memory? it is tried again; what was sent is settled first",
        )

    def _conversation(self, child: "subprocess.Popen[bytes]", asked: bytes) -> bytes:
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(len(asked).to_bytes(8, "big"))
            for start in range(0, len(asked), PIECE):
                child.stdin.write(asked[start : start + PIECE])
        answer, told = bytearray(), False
        while True:
            if self.stop.is_set() and not told:
                child.terminate()
                told = True
            if select.select([child.stdout], [], [], LOOK)[0]:
                piece = child.stdout.read(PIECE)
                if not piece:
                    return bytes(answer)
                answer += piece


def lean(found: Findings) -> Findings:
    """What the loop looks at of the findings; what fails keeps nothing but its words."""
    plan = found.plan
    if plan is not None:
        plan = plan.model_copy(update={"remembered": (), "excluded": ()})
    failure = found.failure
    if failure is not None:
        try:
            pickle.loads(pickle.dumps(failure))  # noqa: S301 - made here
        except Exception:
            failure = ListsyncError(found.error, remedy=found.remedy)
    return replace(found, plan=plan, failure=failure)


def _manner(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(-code).name}"
    return f"signal {-code}"
