"""A household for tests: a server, a folder with listsync.yaml and its lists, a clock that is moved by hand."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from reconciler.config import Loaded, load
from reconciler.demo.server import DemoServer
from reconciler.errors import ListsyncError
from reconciler.log import LogSettings, opened_log
from reconciler.pipeline import apply_plan, make_plan
from reconciler.session import Session, Tools, open_session
from schemas.plan import Action, Plan
from schemas.report import Report

T = TypeVar("T")
START = datetime(2026, 1, 5, 12, tzinfo=UTC)


@dataclass
class Clock:
    """Moved by hand, and by whoever sleeps."""

    now: datetime = START
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


class Home:
    """One server and one configuration; every call is a process of its own as far as memory goes."""

    def __init__(self, folder: Path, server: DemoServer, clock: Clock) -> None:
        self.folder, self.server, self.clock = folder, server, clock
        self.yaml: dict[str, Any] = {
            "version": 1,
            "server": {"url": server.url, "api_key": "${KEY}"},
            "lists": {},
            "rails": {"budget": {"first_run": "unlimited"}},
        }
        self.runs = 0

    def holds(self, name: str, *titles: str | Mapping[str, object], **options: object) -> None:
        """Declare a list, or change what it holds: lines of text, or rows of a Radarr list."""
        if titles and not isinstance(titles[0], str):
            path, text = f"{name}.json", json.dumps(titles)
        else:
            path, text = f"{name}.txt", "\n".join(str(title) for title in titles)
        (self.folder / path).write_text(text, encoding="utf-8")
        self.yaml["lists"].setdefault(name, {"source": f"file:{path}"}).update(options)

    def loaded(self) -> Loaded:
        from ruamel.yaml import YAML

        text = io.StringIO()
        YAML(typ="safe").dump(self.yaml, text)
        path = self.folder / "listsync.yaml"
        path.write_text(text.getvalue(), encoding="utf-8")
        return load(path, {"KEY": self.server.api_key}, clock=self.clock)

    def within(self, work: Callable[[Session], T]) -> T:
        """Do something with an open session."""
        self.runs += 1
        with opened_log(LogSettings(verbosity=-1)) as log:
            tools = Tools(log=log, clock=self.clock, sleep=self.clock.sleep)
            with open_session(self.loaded(), tools=tools, run=f"run-{self.runs}") as session:
                return work(session)

    def plan(self) -> Plan:
        return self.within(make_plan)

    def apply(self) -> Report:
        return self.within(lambda session: apply_plan(session, make_plan(session)))

    def requests(self) -> list[tuple[str, int]]:
        """What stands requested on the server, by kind and TMDB id."""
        return sorted((one["type"], one["media"]["tmdbId"]) for one in self.server.people.all_requests())

    def says(self) -> list[str]:
        """What a plan made now says."""
        return said(self.plan())


def said(plan: Plan) -> list[str]:
    """The plan as `action reason key` lines, what is kept left out."""
    lines = (*plan.actions, *plan.held, *plan.deferred)
    return sorted(f"{one.action.value} {one.reason} {one.key}" for one in lines)


def remote(plan: Plan) -> list[str]:
    return [f"{one.action.value} {one.key}" for one in plan.actions if one.action.remote]


__all__ = ["START", "Action", "Clock", "Home", "ListsyncError", "remote", "said"]
