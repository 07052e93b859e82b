"""The processes of one browser. Chromium's zygotes and crash handlers leave their process group and session, so they
are found by what they cannot shed: the directory in their command line."""

import contextlib
import os
import signal
import time
from pathlib import Path

PATIENCE = 5.0
"""Seconds within which killed processes are gone."""


def find(directory: str, session: int | None = None) -> frozenset[int]:
    """Living processes that name `directory` in their command line or belong to `session`; never this one."""
    wanted = os.fsencode(directory)
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, member_of = _state(entry)
            if state not in "ZX" and (member_of == session or wanted in (entry / "cmdline").read_bytes()):
                found.add(int(entry.name))
        except (OSError, ValueError):
            continue  # it ended meanwhile, or is none of ours to look at
    return frozenset(found - {os.getpid()})


def alive(pid: int) -> bool:
    """Whether a process of that number exists here and is more than a corpse that awaits its burial."""
    try:
        os.kill(pid, 0)
        return _state(Path("/proc") / str(pid))[0] not in "ZX"
    except ProcessLookupError:
        return False
    except (OSError, ValueError):
        return True


def kill(directory: str, session: int | None = None) -> None:
    """Kill them all, those that are forked meanwhile included, and reap the ones that became ours."""
    until = time.monotonic() + PATIENCE
    killed: set[int] = set()
    while (found := find(directory, session)) and time.monotonic() < until:
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        killed |= found
        time.sleep(0.02)
    for pid in killed:
        with contextlib.suppress(OSError):  # process 1 of a container inherits what its browser leaves
            os.waitpid(pid, os.WNOHANG)


def _state(entry: Path) -> tuple[str, int]:
    """State letter and session, from /proc/PID/stat (proc(5)); the name before them may hold anything."""
    fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
    return fields[0], int(fields[3])
