"""The configuration's values of time: durations, schedules, days, time zones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from schemas.config.base import Parsed, Wrong, did_you_mean, shown

# --- durations -------------------------------------------------------------------------------------------------------

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,3})?[wdhms])+", re.ASCII)
_DURATION_PART = re.compile(r"([0-9.]+)([wdhms])")
_LONGEST = timedelta(days=3_660)


def parse_duration(value: object) -> timedelta:
    """A number and its unit, `30s`, `30m`, `6h`, `1d`, `2w`, or several together, `1h30m`; raises Wrong."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise Wrong(
            f"a duration needs its unit, {shown(value)} has none", f"write {value}s, {value}m, {value}h or {value}d"
        )
    if not isinstance(value, str) or not _DURATION.fullmatch(value):
        raise Wrong(f"{shown(value)} is not a duration", "write it like 30s, 30m, 6h or 1d")
    seconds = sum(float(number) * _UNITS[unit] for number, unit in _DURATION_PART.findall(value))
    if seconds > _LONGEST.total_seconds():
        raise Wrong(f"{shown(value)} is longer than ten years", "write it like 30s, 30m, 6h or 1d")
    return timedelta(seconds=seconds)


def format_duration(value: timedelta) -> str:
    """The shortest text form: the largest unit that divides it, or several."""
    rest, parts = round(value.total_seconds(), 3), ""
    for unit, size in _UNITS.items():
        if unit == "w":
            continue
        count, rest = divmod(rest, size) if size > 1 else (rest, 0)
        if count:
            parts += f"{count:g}{unit}"
    return parts or "0s"


def duration(minimum: timedelta) -> Parsed:
    """A duration of at least `minimum`."""

    def parse(value: object) -> timedelta:
        parsed = parse_duration(value)
        if parsed < minimum:
            raise Wrong(f"must be at least {format_duration(minimum)}, not {format_duration(parsed)}")
        return parsed

    return Parsed(
        parse,
        "a duration such as 30s, 30m, 6h or 1d",
        {"type": "string", "pattern": f"^{_DURATION.pattern}$", "examples": ["30s", "30m", "6h", "1d"]},
        format_duration,
    )


Timeout = Annotated[timedelta, duration(timedelta(seconds=1))]

# --- schedules -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron line of five fields, known to have a next time."""

    text: str

    def __str__(self) -> str:
        return self.text

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The times after `moment`, in its time zone, without end."""
        from cronsim import CronSim

        return iter(CronSim(self.text, moment))


def parse_cron(value: object) -> Cron:
    """A cron line, checked; one that never comes (30 February) is Wrong too."""
    if isinstance(value, Cron):
        return value
    if not isinstance(value, str) or len(value.split()) != 5:
        raise Wrong(f"{shown(value)} is not a cron line", 'write five fields in quotes, like "0 1 * * *"')
    reason = _cron_problem(value)
    if not reason:
        return Cron(value)
    minute, hour, day, _, weekday = value.split()
    if not _cron_problem(f"{minute} {hour} {day} * {weekday}"):
        raise Wrong(f"{shown(value)} never comes: no such month has a day {day}", "correct the day or the month")
    raise Wrong(f"{shown(value)} is not a cron line: {reason}", "the fields are minute, hour, day, month and weekday")


def _cron_problem(text: str) -> str:
    """Why a line of five fields is none, or never comes; empty: nothing is wrong with it."""
    from cronsim import CronSim, CronSimError

    try:
        next(CronSim(text, datetime(2024, 1, 1)))  # noqa: DTZ001  whether it ever comes is the same in every zone
    except (CronSimError, StopIteration) as error:
        reason = str(error) or "it never comes"
        return f"{reason[:1].lower()}{reason[1:]}"
    return ""


CronLine = Annotated[
    Cron,
    Parsed(parse_cron, "a cron line", {"type": "string", "pattern": r"^\S+( +\S+){4}$", "examples": ["0 1 * * *"]}),
]

_SHORTEST_INTERVAL = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Every:
    """How often a list is fetched: after a period, or at the times of a cron line."""

    period: timedelta | None = None
    cron: Cron | None = None

    def __str__(self) -> str:
        return format_duration(self.period) if self.period is not None else str(self.cron)

    def due_after(self, moment: datetime) -> datetime:
        """The next time after a fetch at `moment`, which is in the time zone that cron lines are read in."""
        return next(self.cron.after(moment)) if self.cron is not None else moment + self.interval(moment)

    def interval(self, moment: datetime) -> timedelta:
        """How far apart two fetches are around `moment`."""
        if self.cron is None:
            return self.period or _SHORTEST_INTERVAL
        times = self.cron.after(moment)
        first = next(times)
        return next(times) - first


def parse_schedule(value: object) -> Every:
    """A duration of a minute or more, or a cron line; raises Wrong."""
    if isinstance(value, Every):
        return value
    if isinstance(value, Cron) or (isinstance(value, str) and len(value.split()) > 1):
        return Every(cron=parse_cron(value))
    interval = parse_duration(value)
    if interval < _SHORTEST_INTERVAL:
        raise Wrong(f"must be at least {format_duration(_SHORTEST_INTERVAL)}, not {format_duration(interval)}")
    return Every(period=interval)


Schedule = Annotated[
    Every,
    Parsed(
        parse_schedule,
        "a duration such as 6h, or a cron line in quotes",
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{_DURATION.pattern}$"},
                {"type": "string", "pattern": r"^\S+( +\S+){4}$"},
            ],
            "examples": ["6h", "1d", "0 1 * * *"],
        },
    ),
]

# --- dates -----------------------------------------------------------------------------------------------------------


def parse_date(value: object) -> date:
    """A day, `2026-12-24`; raises Wrong."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and len(value) == len("2026-12-24"):
            return date.fromisoformat(value)
    except ValueError as error:
        raise Wrong(f"{shown(value)} is not a day: {error}") from None
    raise Wrong(f"{shown(value)} is not a day", "write it like 2026-12-24")


Day = Annotated[date, Parsed(parse_date, "a day such as 2026-12-24", {"type": "string", "format": "date"})]

# --- time zones ------------------------------------------------------------------------------------------------------


def parse_timezone(value: object) -> str:
    """The IANA name of a time zone that this machine knows; raises Wrong."""
    from zoneinfo import ZoneInfo, available_timezones

    if not isinstance(value, str):
        raise Wrong(f"must be the name of a time zone, not {shown(value)}", "write it like Europe/Madrid")
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        places = [name for name in available_timezones() if "/" in name and not name.startswith("Etc/")]
        guess = did_you_mean(value, places)
        raise Wrong(f"there is no time zone {shown(value)}", guess or "write it like Europe/Madrid or UTC") from None
    return str(value)


TimeZone = Annotated[
    str,
    Parsed(
        parse_timezone,
        "the name of a time zone",
        {"type": "string", "minLength": 1, "examples": ["Europe/Madrid", "UTC"]},
        stays_text=True,
    ),
]
