"""What can go wrong on the way: a plan of faults, by explicit rules or by a seeded share of all calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from random import Random
from threading import Lock
from typing import Any, Literal, get_args

FaultKind = Literal[
    "status",
    "rate_limit",
    "hang",
    "close",
    "cut",
    "garbage",
    "empty_search",
    "lose_answer",
    "slow",
    "late",
]
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
USUAL: tuple[FaultKind, ...] = ("status", "rate_limit", "hang", "close", "empty_search")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one call.

    status: HTML with that status, not carried out · rate_limit: 429 with Retry-After `seconds`, not carried out ·
    hang: no answer until the client goes away, not carried out · close: closed before an answer, not carried out ·
    cut: carried out, closed in the middle of the body · garbage: carried out, 200 with something that is no JSON ·
    empty_search: /search finds nothing (other calls are left alone) · lose_answer: carried out, closed before the
    answer · slow: carried out and answered `seconds` later, whether or not the client is still there ·
    late: closed at once, carried out `seconds` later.
    """

    kind: FaultKind
    status: int = 503
    seconds: float = 0.0


@dataclass(slots=True)
class Rule:
    """A fault for the `nth` matching call (from 1) and the `times - 1` matching ones after it; times 0 is for ever."""

    fault: Fault
    method: str = "*"
    path: str = "*"
    nth: int = 1
    times: int = 1
    seen: int = 0

    def hits(self, method: str, path: str) -> bool:
        """Count the call if it matches, and tell whether it is one to spoil."""
        if self.method not in ("*", method) or not fnmatchcase(path, self.path):
            return False
        self.seen += 1
        return self.seen >= self.nth and (not self.times or self.seen < self.nth + self.times)


@dataclass(frozen=True, slots=True)
class Fired:
    """A fault that happened."""

    method: str
    path: str
    fault: Fault


class FaultPlan:
    """Which calls go wrong, and how. Rules come before the random share; the plan may change at any time."""

    def __init__(self, *, share: float = 0.0, kinds: Sequence[FaultKind] = USUAL, seed: int = 0) -> None:
        self._lock = Lock()
        self._rules: list[Rule] = []
        self.fired: list[Fired] = []
        self.at_random(share, kinds=kinds, seed=seed)

    def add(
        self,
        kind: FaultKind,
        *,
        method: str = "*",
        path: str = "*",
        nth: int = 1,
        times: int = 1,
        status: int = 503,
        seconds: float = 0.0,
    ) -> None:
        """Spoil calls to a path below /api/v1: a shell pattern such as `/movie/*`. ValueError for an unknown kind."""
        rule = Rule(Fault(_known(kind), status, seconds), method.upper(), path, nth, times)
        with self._lock:
            self._rules.append(rule)

    def at_random(
        self,
        share: float,
        *,
        kinds: Sequence[FaultKind] = USUAL,
        seed: int = 0,
        method: str = "*",
        path: str = "*",
        seconds: float = 0.0,
    ) -> None:
        """Spoil this share (0 to 1) of the matching calls, the same ones for the same seed and order of calls."""
        known = tuple(_known(kind) for kind in kinds)
        with self._lock:
            self._share, self._kinds, self._random = share, known, Random(seed)  # noqa: S311
            self._method, self._path, self._seconds = method.upper(), path, seconds

    def clear(self) -> None:
        """Nothing goes wrong any more. What happened stays in `fired`."""
        with self._lock:
            self._rules = []
            self._share = 0.0

    def pick(self, method: str, path: str) -> Fault | None:
        """The fault of a call that is about to be handled, None for most."""
        with self._lock:
            fault = self._ruled(method, path) or self._drawn(method, path)
            if fault is not None:
                self.fired.append(Fired(method, path, fault))
            return fault

    def view(self) -> dict[str, Any]:
        """The plan and what it did, for the control endpoint."""
        with self._lock:
            return {
                "share": self._share,
                "kinds": list(self._kinds),
                "rules": [asdict(rule) for rule in self._rules],
                "fired": [asdict(fired) for fired in self.fired],
            }

    def _ruled(self, method: str, path: str) -> Fault | None:
        hits: Iterable[Rule] = [rule for rule in self._rules if rule.hits(method, path)]
        return next((rule.fault for rule in hits if _concerns(rule.fault.kind, path)), None)

    def _drawn(self, method: str, path: str) -> Fault | None:
        if not self._share or self._method not in ("*", method) or not fnmatchcase(path, self._path):
            return None
        if self._random.random() >= self._share:
            return None
        kinds = [kind for kind in self._kinds if _concerns(kind, path)]
        if not kinds:
            return None
        return Fault(self._random.choice(kinds), self._random.choice((500, 502, 503)), self._seconds)


def _concerns(kind: FaultKind, path: str) -> bool:
    return kind != "empty_search" or path == "/search"


def _known(kind: FaultKind) -> FaultKind:
    if kind not in KINDS:
        raise ValueError(f"no fault is called {kind!r}; known are {', '.join(KINDS)}")
    return kind
