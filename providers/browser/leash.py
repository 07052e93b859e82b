"""Runs a program that the kernel kills together with the process that started it: `leash.py PARENT PROGRAM ARGUMENT…`.

A script of its own, with the standard library alone: it is replaced by the program at once."""

import ctypes
import os
import signal
import sys

SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, prctl(2); kept across exec


def main() -> None:
    """Put the leash on and become the program."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)  # it died before the leash was on
    os.execv(program[0], program)  # noqa: S606 - found by us, no shell


if __name__ == "__main__":
    main()
