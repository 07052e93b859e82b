"""The configuration: `listsync.yaml` as a frozen value, its attributes named as in the file (but `for_`, `except_`)."""

import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from schemas.config.base import Outside, Parsed, Section, Wrong, did_you_mean, shown
from schemas.config.filters import Filter, Rating, ShowStatus, WhenUnknown
from schemas.config.lists import (
    Combine,
    ListBudget,
    ListConfig,
    ListOptions,
    Pause,
    Policy,
    Request,
)
from schemas.config.rails import Budget, Match, Override, Overrides, Rails, Window
from schemas.config.running import (
    DriftIgnore,
    DriftRules,
    Log,
    LogFormat,
    LogLevel,
    Notification,
    Occasion,
    Run,
    RunMode,
    State,
)
from schemas.config.server import Browser, BrowserMode, Server, Service
from schemas.config.times import Cron, Every, TimeZone
from schemas.config.values import Range, Rate, SeasonRule, Sort, SortField

_LIST_NAME = re.compile(r"[^\W_](?:[\w .+-]{0,98}[\w.+-])?")


def _list_name(value: Any) -> str:
    if isinstance(value, str) and _LIST_NAME.fullmatch(value):
        return str(value)
    raise Wrong(
        f"{shown(value)} cannot be a list's name",
        "use letters, digits, spaces and . + - _, beginning with a letter or digit",
    )


ListName = Annotated[str, Parsed(_list_name, "a list's name", {"type": "string", "minLength": 1, "maxLength": 100})]


class Config(Section):
    """A whole configuration. `defaults` are already merged into every list."""

    version: Literal[1]
    """Of the form of this file."""
    timezone: TimeZone = "UTC"
    """In which days, windows and cron lines are read (IANA name)."""
    server: Server
    """The Overseerr, Jellyseerr or Seerr that requests are sent to."""
    defaults: ListOptions = ListOptions()
    """Every key of a list may stand here; filled in key by key, sequences replace, null clears."""
    lists: dict[ListName, ListConfig] = {}
    """Name → list; the order is the order of service, and of who leads a title."""
    overrides: Overrides = Overrides()
    """A person's word on single titles."""
    rails: Rails = Rails()
    """Limits on what one run may do."""
    providers: dict[str, Service] = {}
    """Service → credentials, limits, another address."""
    browser: Browser = Browser()
    """A real browser, for the services that want one."""
    notifications: tuple[Notification, ...] = ()
    """Who is told what happened."""
    state: State = State()
    """What listsync remembers."""
    log: Log = Log()
    """What it tells of its work."""
    run: Run = Run()
    """The loop of `listsync run`."""
    drift: DriftRules = DriftRules()
    """Changes that others made on the server."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.timezone)


__all__ = [
    "Browser",
    "BrowserMode",
    "Budget",
    "Combine",
    "Config",
    "Cron",
    "DriftIgnore",
    "DriftRules",
    "Every",
    "Filter",
    "ListBudget",
    "ListConfig",
    "ListOptions",
    "Log",
    "LogFormat",
    "LogLevel",
    "Match",
    "Notification",
    "Occasion",
    "Outside",
    "Override",
    "Overrides",
    "Pause",
    "Policy",
    "Rails",
    "Range",
    "Rate",
    "Rating",
    "Request",
    "Run",
    "RunMode",
    "SeasonRule",
    "Server",
    "Service",
    "ShowStatus",
    "Sort",
    "SortField",
    "State",
    "WhenUnknown",
    "Window",
    "Wrong",
    "did_you_mean",
]
