"""When requests may be sent: cron lines in a time zone, each with a length. Pure.

All comparing is done in UTC: two moments of one zone compare by what the clock on the wall shows, which is wrong in the
night in which clocks are changed. A window lasts as long as it says, also in that night. One that opens in the hour
that is left out opens at its end; one that opens in the hour that comes twice opens in the first of the two.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.config import Window

_SLACK = timedelta(hours=3)
"""More than any clock is changed by."""
_LOOKED_BACK = (timedelta(hours=1), timedelta(days=2))
_LOOKED_AHEAD = timedelta(days=2)
"""Windows that join up are followed so far: no plan lives longer."""


def opening_hours(windows: Sequence[Window], now: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
    """The next opening while all are closed, or the closing of those that are open, both in `zone`. Neither: there are
    no windows."""
    if not windows:
        return None, None
    now = now.astimezone(UTC)
    closing = _closing(windows, now, zone)
    if closing is None:
        opens = min((next(_openings(window, now, zone), None) for window in windows), key=lambda at: at or _NEVER)
        return opens and opens.astimezone(zone), None
    while closing < now + _LOOKED_AHEAD:
        further = _closing(windows, closing, zone)
        if further is None:
            break
        closing = further
    return None, closing.astimezone(zone)


_NEVER = datetime.max.replace(tzinfo=UTC)


def _closing(windows: Sequence[Window], at: datetime, zone: ZoneInfo) -> datetime | None:
    """The last closing of the windows that are open at a moment; None: none is."""
    opened = ((_last_opening(window, at, zone), window.for_) for window in windows)
    closings = (opening + length for opening, length in opened if opening is not None)
    return max((closing for closing in closings if closing > at), default=None)


def _last_opening(window: Window, at: datetime, zone: ZoneInfo) -> datetime | None:
    """The last opening up to a moment, as far back as it matters; a minutely cron line is not followed for days."""
    for back in (*_LOOKED_BACK, window.for_ + _SLACK):
        last = None
        for opening in _openings(window, at - back, zone):
            if opening > at:
                break
            last = opening
        if last is not None:
            return last
    return None


def _openings(window: Window, after: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Openings after a moment, in UTC and in order. The cron line is read from somewhat earlier on: in an hour that
    comes twice it cannot tell which one it is asked about."""
    for opening in window.allow.after((after - _SLACK).astimezone(zone)):
        if (at := opening.astimezone(UTC)) > after:
            yield at
