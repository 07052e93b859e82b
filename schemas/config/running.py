"""How listsync itself runs: state, log, loop, notifications, drift."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from schemas.config.base import Parsed, Section, Wrong, choice, shown
from schemas.config.rails import AnyKey
from schemas.config.times import Day, duration
from schemas.config.values import Flag, Secret, Text
from schemas.plan import DriftKind


class Occasion(StrEnum):
    """What a notification can be about."""

    REQUESTED = "requested"
    """Titles were requested."""
    CANCELLED = "cancelled"
    """Our pending requests were withdrawn."""
    HELD = "held"
    """Something waits for a person."""
    UNRESOLVED = "unresolved"
    """Items whose title is not known."""
    DRIFT = "drift"
    """Somebody or something else changed what was recorded."""
    FAILED = "failed"
    """A list, the server, the configuration or a run began to fail."""
    RECOVERED = "recovered"
    """What failed works again: always sent with `failed`."""


class Notification(Section):
    """One receiver. Exactly one of `discord`, `apprise` and `webhook` says which."""

    discord: Secret | None = None
    """A Discord webhook's URL."""
    apprise: Secret | None = None
    """Any URL of Apprise; needs the package `apprise`."""
    webhook: Secret | None = None
    """A URL that gets the digest as JSON."""
    headers: dict[str, Secret] = {}
    """Sent to the `webhook`."""
    events: tuple[Annotated[Occasion, choice(Occasion)], ...] = Field(default=tuple(Occasion), min_length=1)
    """What it is told of; everything unless given."""

    @model_validator(mode="after")
    def _one_receiver(self) -> "Notification":
        given = [name for name in RECEIVERS if getattr(self, name) is not None]
        if not given:
            raise Wrong(*NO_RECEIVER)
        if len(given) > 1:
            raise Wrong(f"has {' and '.join(given)}", "make it an entry each")
        return self


RECEIVERS = ("discord", "apprise", "webhook")
NO_RECEIVER = ("needs a receiver", "write `discord:`, `apprise:` or `webhook:` with a URL")


class State(Section):
    """What listsync remembers."""

    database: Text = "data/listsync.db"
    """The ledger, relative to this file; missing folders are created."""
    history: Annotated[timedelta, duration(timedelta(days=1))] = timedelta(days=30)
    """How long events are kept; the first and last of a title stay."""


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How it is written."""

    AUTO = "auto"
    """Text on a terminal, JSON otherwise."""
    TEXT = "text"
    JSON = "json"


class Log(Section):
    """What is told of the work while it is done."""

    level: Annotated[LogLevel, choice(LogLevel)] = LogLevel.INFO
    """How much."""
    format: Annotated[LogFormat, choice(LogFormat)] = LogFormat.AUTO
    """Of what goes to stderr, `auto`: text on a terminal, else JSON; the file is always JSON."""
    file: Text | None = None
    """A file as well, relative to this one; rotated."""


class RunMode(StrEnum):
    """What the loop does with a plan."""

    APPLY = "apply"
    PLAN = "plan"
    """Writes it, for a person to apply."""


_LISTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]*):([0-9]{1,5})")


def _listen(value: Any) -> str:
    match = _LISTEN.fullmatch(value) if isinstance(value, str) else None
    if match is None or not 0 < int(match[2]) < 65_536:
        raise Wrong(f"must be an address and a port, not {shown(value)}", "write it like 127.0.0.1:8765")
    return str(value)


class Run(Section):
    """The loop of `listsync run`."""

    mode: Annotated[RunMode, choice(RunMode)] = RunMode.APPLY
    """`plan`: plans are written, for a person to apply."""
    once: Flag = False
    """One pass and the exit code of its result, instead of a loop."""
    http: (
        Annotated[
            str,
            Parsed(
                _listen,
                "an address and a port such as 127.0.0.1:8765",
                {"type": "string", "examples": ["127.0.0.1:8765"]},
                stays_text=True,
            ),
        ]
        | None
    ) = None
    """Where health, metrics and the status page are served; unless given, nowhere."""
    token: Secret | None = None
    """A bearer token for all of that but health; needed when it listens beyond this machine."""


class DriftIgnore(Section):
    """Drift that is expected. What is given must fit; at least one of kind, list and key is."""

    kind: Annotated[DriftKind, choice(DriftKind)] | None = None
    """What changed."""
    list: Text | None = None
    """A list's name; `*` stands for anything."""
    key: AnyKey | None = None
    """One title."""
    why: Text | None = None
    """For those who read the file."""
    until: Day | None = None
    """No longer counts from the start of that day in `timezone`; without it, for good."""

    @model_validator(mode="after")
    def _about_something(self) -> "DriftIgnore":
        if self.kind is None and self.list is None and self.key is None:
            raise Wrong("would ignore every drift", "name a `kind`, a `list` or a `key`")
        return self


class DriftRules(Section):
    """How drift is looked at."""

    ignore: tuple[DriftIgnore, ...] = ()
    """What is not told of."""
