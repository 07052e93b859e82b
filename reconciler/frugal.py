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


_MADV_DONTNEED = 4
"""Linux's mman.h."""


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
    """To be called when there is nothing to do for a long time. What was freed goes back to the system, and so does
    what was mapped from files and never written: it is read again, a page at a time, when it is needed."""
    gc.collect()
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(AttributeError, OSError, ValueError):
        libc = ctypes.CDLL(None)
        libc.malloc_trim(0)
        advise = libc.madvise
        advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        for start, end in _untouched():
            advise(start, end - start, _MADV_DONTNEED)


def _untouched() -> list[tuple[int, int]]:
    """Read-only mappings of files of which no page was ever written, so that every one can be had again as it is."""
    found: list[tuple[int, int]] = []
    here: tuple[int, int] | None = None
    with open("/proc/self/smaps", encoding="utf-8", errors="replace") as maps:  # noqa: PTH123
        for line in maps:
            name, *rest = line.split(maxsplit=5)
            if not name.endswith(":"):
                start, _, end = name.partition("-")
                from_file = rest[0] in {"r-xp", "r--p"} and rest[3] != "0"
                here = (int(start, 16), int(end, 16)) if from_file else None
            elif name == "Anonymous:" and here is not None and rest[0] == "0":
                found.append(here)
    return found
