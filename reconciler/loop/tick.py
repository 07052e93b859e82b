"""What one tick of the loop came to: a value for whoever watches, and a line of the log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from schemas.conditions import Conditions, Transition
from schemas.events import Event
from schemas.plan import Plan
from schemas.report import Report, Status
from schemas.status import StatusReport

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from reconciler.config import Loaded


@dataclass(frozen=True, slots=True)
class ConfigStatus:
    """Which configuration was read last, and which one is in effect."""

    source: str
    """Where it comes from: a path, `environment`, or `URL ref:path` without credentials."""
    attempted: str = ""
    """The revision that was read last, as `Revision` writes it."""
    applied: str = ""
    """The revision in effect; another than `attempted` while that one is not valid."""
    problems: tuple[str, ...] = ()
    """What is wrong with the attempted one: `file:line:column: path: message`, one each."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One pass of the loop. Plan and report are large: take from them what is needed, and let go of the tick."""

    number: int
    """From 1, since the process started."""
    run_id: str
    started: datetime
    finished: datetime
    conditions: Conditions
    changed: tuple[Transition, ...]
    """What is otherwise than before this tick, also across restarts."""
    config: ConfigStatus
    next_wake: datetime
    """When the next tick is expected, unless something calls for an earlier one."""
    loaded: "Loaded | None" = None
    """The configuration in effect: notifications, names, database. None: there was never a valid one."""
    plan: Plan | None = None
    """None: the tick ended before there was one."""
    report: Report | None = None
    """None: nothing was applied, since there was nothing to do, or the mode is `plan`, or the tick failed."""
    status: StatusReport | None = None
    """How things stand at its end; None where that could not be read."""
    events: tuple[Event, ...] = ()
    """The latest ones, newest first."""
    fetched: tuple[str, ...] = ()
    """Lists that were due and fetched in this tick."""
    error: str = ""
    """Why the tick did not come to its end; empty when it did."""
    remedy: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """How long its parts took: `fetch` (the lists), `plan` (everything up to the plan), `apply`."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """Calls to the media server by method."""


Observer = Callable[[Tick], None]
"""Told of every tick after its end, in the loop's own thread; whatever it raises is logged, and never fails a tick."""


def log_tick(log: "FilteringBoundLogger", tick: Tick) -> None:
    """One line a tick, and one for whatever changed."""
    for one in tick.changed:
        now = one.now
        level = log.warning if now.failing else log.info
        about = {"list": one.list} if one.list is not None else {}
        if one.before is not None or now.failing:
            level(f"{now.type.value} is {now.status.value}", reason=now.reason, message=now.message, **about)
    facts = {"fetched": len(tick.fetched), "next": tick.next_wake.isoformat(timespec="seconds")}
    if tick.error:
        log.warning("The tick ended early", error=tick.error, remedy=tick.remedy, **facts)
    else:
        done = sum(1 for one in tick.report.outcomes if one.status is Status.DONE) if tick.report else 0
        log.info("Tick", done=done, took=round((tick.finished - tick.started).total_seconds(), 1), **facts)
