"""Hand-made ticks of a loop, and the configuration that they are of."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reconciler.config import Loaded, load
from reconciler.loop.tick import ConfigStatus, Tick
from schemas.conditions import Condition, Conditions, ConditionType, Truth
from schemas.events import Event, EventType, Run
from schemas.fetch import Verdict
from schemas.media import Key, Kind
from schemas.plan import (
    Action,
    ActualState,
    ConfigIdentity,
    Drift,
    DriftKind,
    Expects,
    ListLine,
    Plan,
    PlannedAction,
    ServerIdentity,
    Summary,
    Unresolved,
)
from schemas.reasons import Reason
from schemas.record import Candidate, RecordState
from schemas.report import Outcome, Report, Status
from schemas.status import StatusReport

NOW = datetime(2026, 7, 30, 14, 5, tzinfo=UTC)
SERVER = ServerIdentity(name="main", product="seerr", version="3.1.0", fingerprint="f0")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>[Kill](http://evil.example) @everyone **Bill**"


class Clock:
    """Moved by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


def loaded(folder: Path, **sections: Any) -> Loaded:
    """A configuration with one list, and whatever else is given."""
    import json

    document = {
        "version": 1,
        "server": {"url": "http://seerr.example:5055", "api_key": "a-key-of-a-server"},
        "lists": {"top": {"source": "imdb:top"}},
        **sections,
    }
    path = folder / "listsync.yaml"
    path.write_text(json.dumps(document), "utf-8")
    return load(path, {})


def condition(type_: ConditionType, status: Truth = Truth.TRUE, **more: Any) -> Condition:
    return Condition(**{"type": type_, "status": status, "reason": "Sample", "since": NOW, **more})


def conditions(lists: Mapping[str, Condition] | None = None, **whole: Condition) -> Conditions:
    """All well, but for what is given: lists by name, conditions of the whole by type."""
    well = {
        type_: condition(type_)
        for type_ in (ConditionType.SERVER_REACHABLE, ConditionType.CONFIG_VALID, ConditionType.RECONCILED)
    }
    well |= {one.type: one for one in whole.values()}
    return Conditions(
        whole=tuple(well.values()),
        lists={name: (one,) for name, one in (lists or {"top": condition(ConditionType.READY)}).items()},
    )


def fails(message: str = "imdb.com answered 503", type_: ConditionType = ConditionType.READY, **more: Any) -> Condition:
    return condition(type_, Truth.FALSE, **{"reason": "Failed", "message": message, "remedy": "wait", **more})


def action(title: str, tmdb: int, what: Action = Action.CREATE, reason: Reason = Reason.WANTED, **more: Any):
    base = {
        "key": Key(more.pop("kind", Kind.MOVIE), tmdb),
        "title": title,
        "year": 1999,
        "action": what,
        "reason": reason,
        "becomes": RecordState.REQUESTED,
        "expects": Expects(actual=ActualState.NONE),
        "lists": ("top",),
        "lead": "top",
    }
    return PlannedAction(**{**base, **more})


def held(title: str, tmdb: int, reason: Reason = Reason.BLOCKLISTED) -> PlannedAction:
    return action(title, tmdb, Action.HOLD, reason)


def unresolved(title: str, reason: Reason = Reason.NOT_FOUND) -> Unresolved:
    candidates = (Candidate(key=Key(Kind.MOVIE, 653), title="Nosferatu", year=1922, score=0.97),)
    return Unresolved(list="top", ref=f"imdb:{title}", title=title, year=1923, reason=reason, candidates=candidates)


def plan(at: datetime = NOW, **changes: Any) -> Plan:
    base = {
        "id": "p",
        "created": at,
        "expires": at + timedelta(days=1),
        "observed_at": at,
        "server": SERVER,
        "config": ConfigIdentity(digest="sha256:1"),
        "lineage": "l",
        "lists": (
            ListLine(name="top", source="imdb:top", verdict=Verdict.TRUSTED, items=250, wanted=246, unresolved=2,
                     fetched_at=at),
        ),
        "summary": Summary(keep=240, hold=len(changes.get("held", ())), deferred=len(changes.get("deferred", ()))),
    }  # fmt: skip
    return Plan(**{**base, **changes})


def outcome(title: str, tmdb: int, what: Action = Action.CREATE, status: Status = Status.DONE, **more: Any) -> Outcome:
    base = {"key": Key(Kind.MOVIE, tmdb), "title": title, "year": 1999, "action": what, "status": status}
    return Outcome(**{**base, "lists": ("top",), **more})


def report(*outcomes: Outcome, at: datetime = NOW, **changes: Any) -> Report:
    return Report(run="r", started=at, finished=at, exit_code=0, outcomes=outcomes, **changes)


def tick(of: Loaded | None, number: int = 1, at: datetime = NOW, **changes: Any) -> Tick:
    """All well and nothing to do, but for what is given."""
    base = Tick(
        number=number,
        run_id=f"run-{number}",
        started=at - timedelta(seconds=12),
        finished=at,
        conditions=conditions(),
        changed=(),
        config=ConfigStatus("listsync.yaml", attempted="0123456789abcdef", applied="0123456789abcdef"),
        next_wake=at + timedelta(hours=3),
        loaded=of,
        plan=plan(at),
        seconds={"fetch": 4.0, "plan": 1.5, "apply": 6.5},
        calls={"GET": 11, "POST": 2},
    )
    return dataclasses.replace(base, **changes)


DRIFT = Drift(
    kind=DriftKind.REQUEST_DELETED,
    key=Key(Kind.MOVIE, 593),
    title="Solaris",
    year=1972,
    lists=("top",),
    detail="request 12, sent 2026-05-01",
    reaction="it is not asked for again",
    way_out="`listsync allow movie:tmdb:593` asks once more",
)


def status(at: datetime = NOW) -> StatusReport:
    return StatusReport(
        at=at,
        server=SERVER,
        server_url="http://seerr.example:5055",
        revision="0123456789abcdef",
        database="/config/data/listsync.db",
        lists=plan(at).lists,
        records={"requested": 1200, "satisfied": 31},
        last_run=Run(id="r-1", command="run", started=at - timedelta(hours=3), exit_code=0),
        last_apply=Run(id="r-1", command="run", started=at - timedelta(hours=3), exit_code=0),
    )


def events(at: datetime = NOW) -> tuple[Event, ...]:
    key = Key(Kind.MOVIE, 603)
    return (
        Event(id=2, at=at, type=EventType.REQUESTED, key=key, list="top", message="The Matrix"),
        Event(id=1, at=at - timedelta(hours=1), type=EventType.REQUESTED, key=key, list="top", message=HOSTILE),
    )
