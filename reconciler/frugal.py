"""A process that lives beside a media server in a small box takes little memory."""

import contextlib
import gc
import sys

_M_ARENA_MAX = -8
"""glibc's malloc.h."""
_COLLECT_EVERY = 50_000
"""Objects between two collections. Plans are trees of tens of thousands of frozen values without a cycle: by default a
quarter of the time goes into looking for garbage among them."""


def be_frugal() -> None:
    """To be called once, before threads start. glibc gives every thread that allocates an arena of its own, which keeps
    what the thread frees: with a dozen short-lived fetching threads that is a sixth of the process. Elsewhere nothing
    is done. What was imported stays for good, so the collector need not look through it again. trio comes with the
    browser's packages, and the HTTP client imports it wherever it is found: a program of threads has no use for it."""
    sys.modules.setdefault("trio", None)  # type: ignore[arg-type]  # None reads as "not installed"
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, 20, 20)
