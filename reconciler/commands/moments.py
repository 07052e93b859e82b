"""Times as people type them on a command line."""

from datetime import datetime, timedelta
from typing import Any

import click


class Moment(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A day, a day and time, or a length of time (`90m`, `12h`, `7d`) to be counted from now. Becomes a datetime, naive
    where no zone was given, or a timedelta."""

    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A datetime or a timedelta."""
        if isinstance(value, datetime | timedelta):
            return value
        from schemas.config.base import Wrong
        from schemas.config.times import parse_duration

        try:
            return parse_duration(value)
        except Wrong:
            pass
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment; write it like 7d, 12h, 2026-01-31 or 2026-01-31T18:00", param, ctx)


class Duration(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A length of time: `90m`, `6h`, `3d`, `1h30m`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A timedelta."""
        from schemas.config.base import Wrong
        from schemas.config.times import parse_duration

        try:
            return parse_duration(value)
        except Wrong as error:
            self.fail(f"{error}; {error.hint}", param, ctx)
