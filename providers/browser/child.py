"""The child process: reads orders as lines of JSON from standard input, answers on a private pipe, and ends, with its
Chromium and its directory, when that input ends for whatever reason."""

import asyncio
import ctypes
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from providers.browser.guard import Failure, Guard

REAP_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER, prctl(2)
REINSTALL = "install the extra anew: pip install --upgrade 'listsync[browser]'"


class Answers:
    """The way back to the parent."""

    def __init__(self, descriptor: int) -> None:
        self._pipe = os.fdopen(descriptor, "wb")

    def send(self, **answer: object) -> None:
        """One line, at once."""
        self._pipe.write(json.dumps(answer).encode() + b"\n")
        self._pipe.flush()


async def _serve(guard: Guard) -> None:
    facts = await guard.orders.get()
    answers = Answers(facts["answers"])
    try:
        from providers.browser.chromium import Chromium

        chromium = await Chromium.start(facts, guard)
    except Failure as failure:
        answers.send(error=failure.report, last=True)
        return
    except TimeoutError:
        answers.send(error=Failure("transient", "Chromium did not start in time").report, last=True)
        return
    except Exception as unforeseen:
        told = f"the browser could not be started: {_first_line(unforeseen)}"
        answers.send(error=Failure("unavailable", told, remedy=REINSTALL).report, last=True)
        raise
    answers.send(done={})
    while True:
        order = await guard.orders.get()
        try:
            answers.send(done=await _carry_out(chromium, order, answers))
        except Failure as failure:
            answers.send(error=failure.report)
        except Exception as unforeseen:
            told = f"the browser failed: {_first_line(unforeseen)}"
            answers.send(error=Failure("transient", told).report, last=True)
            raise


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


async def _carry_out(chromium: Any, order: Mapping[str, Any], answers: Answers) -> Mapping[str, Any]:
    from providers.browser.reading import Reading

    if order["op"] == "cookies":
        found: Mapping[str, Any] = await chromium.cookies(order["host"])
        return found
    return await Reading(chromium.tab, order, answers.send).run()


def main() -> None:
    """Serve until the parent goes."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(REAP_ORPHANS, 1, 0, 0, 0)
    loop = asyncio.new_event_loop()
    guard = Guard(loop)
    guard.start()
    try:
        loop.run_until_complete(_serve(guard))
    finally:
        guard.take_down()


if __name__ == "__main__":
    main()
