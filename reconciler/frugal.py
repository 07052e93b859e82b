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


def without_rich() -> None:
    """To be called first, by a process that draws nothing on a terminal. structlog and httpx bring rich in where they
    find it, for tracebacks in colour and for a command of their own: eight megabytes."""
    if "rich" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # how Python is told that a module is not there
    try:
        import httpx  # noqa: F401
        import structlog  # noqa: F401
    finally:
        del sys.modules["rich"]


def let_go() -> None:
    """To be called when there is nothing to do for a long time: what was freed goes back to the system."""
    gc.collect()
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
