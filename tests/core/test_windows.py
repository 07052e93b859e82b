"""Windows: open from each time of a cron line for as long as they say, in every time zone and in every night."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.windows import opening_hours
from schemas.config import Window

MADRID = ZoneInfo("Europe/Madrid")
ZONES = ["UTC", "Europe/Madrid", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"]
MINUTE = timedelta(minutes=1)


def window(allow: str, length: str) -> Window:
    return Window.model_validate({"allow": allow, "for": length})


def at(text: str, zone: ZoneInfo = MADRID, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def state(windows: list[Window], now: datetime, zone: ZoneInfo = MADRID) -> str:
    """`opens` or `closes`, and when."""
    opens, closes = opening_hours(windows, now, zone)
    assert (opens is None) != (closes is None)
    return f"opens {opens:%m-%d %H:%M %Z}" if opens else f"closes {closes:%m-%d %H:%M %Z}"


NIGHT = [window("0 1 * * *", "5h")]


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ("2026-01-05T00:59:59", "opens 01-05 01:00 CET"),
        ("2026-01-05T01:00:00", "closes 01-05 06:00 CET"),
        ("2026-01-05T05:59:59", "closes 01-05 06:00 CET"),
        ("2026-01-05T06:00:00", "opens 01-06 01:00 CET"),
        # clocks go forward at two: five hours are five hours
        ("2026-03-29T01:30:00", "closes 03-29 07:00 CEST"),
        ("2026-03-29T06:59:00", "closes 03-29 07:00 CEST"),
        ("2026-03-29T07:00:00", "opens 03-30 01:00 CEST"),
        # clocks go back at three
        ("2026-10-25T01:30:00", "closes 10-25 05:00 CET"),
        ("2026-10-25T04:59:00", "closes 10-25 05:00 CET"),
        ("2026-10-25T05:00:00", "opens 10-26 01:00 CET"),
    ],
)
def test_a_nightly_window(now, says):
    assert state(NIGHT, at(now)) == says


def test_an_hour_that_is_left_out():
    """What would open in it opens at its end."""
    gap = [window("30 2 * * *", "1h")]
    assert state(gap, at("2026-03-29T01:59:59")) == "opens 03-29 03:00 CEST"
    assert state(gap, at("2026-03-29T03:00:00")) == "closes 03-29 04:00 CEST"
    assert state(gap, at("2026-03-29T04:00:00")) == "opens 03-30 02:30 CEST"


def test_an_hour_that_comes_twice():
    """What opens in it opens once, in the first of the two; the second is not taken for the first."""
    twice = [window("30 2 * * *", "20m")]
    assert state(twice, at("2026-10-25T02:29:00")) == "opens 10-25 02:30 CEST"
    assert state(twice, at("2026-10-25T02:40:00")) == "closes 10-25 02:50 CEST"
    assert state(twice, at("2026-10-25T02:10:00", fold=1)) == "opens 10-26 02:30 CET"
    assert state(twice, at("2026-10-25T02:40:00", fold=1)) == "opens 10-26 02:30 CET"


def test_windows_that_join_up_are_one():
    """The closing is that of the last one, also where each of a line's own openings comes before the last has ended."""
    assert state([window("0 1 * * *", "2h"), window("0 3 * * *", "1h")], at("2026-01-05T01:10")) == (
        "closes 01-05 04:00 CET"
    )
    assert state([window("0 1-4 * * *", "90m")], at("2026-01-05T01:10")) == "closes 01-05 05:30 CET"
    opens, closes = opening_hours([window("* * * * *", "2w")], at("2026-01-05T01:10"), MADRID)
    assert opens is None
    assert closes is not None
    assert closes > at("2026-01-07T01:10")


def test_the_nearest_of_several_windows_opens_next():
    windows = [window("0 1 * * 6", "5h"), window("0 1 24 12 *", "5h")]
    assert state(windows, at("2026-01-05T12:00")) == "opens 01-10 01:00 CET"
    assert state(windows, at("2026-12-20T12:00")) == "opens 12-24 01:00 CET"


def test_no_window_is_no_rail():
    assert opening_hours([], at("2026-01-05T12:00"), MADRID) == (None, None)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(ZONES),
    st.lists(
        st.tuples(st.integers(0, 23), st.sampled_from([0, 15, 30]), st.integers(1, 30 * 60)), min_size=1, max_size=3
    ),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.lists(st.integers(0, 3 * 24 * 60), min_size=1, max_size=30),
)
def test_open_and_closed_as_worked_out_by_hand(name, lines, day, minutes):
    """Any zone, any day: open exactly from each opening for its length, and the moment told is the one it changes."""
    zone = ZoneInfo(name)
    windows = [window(f"{minute} {hour} * * *", f"{length}m") for hour, minute, length in lines]
    spans = [
        (opening, opening + timedelta(minutes=length))
        for hour, minute, length in lines
        for opening in openings(hour, minute, day - timedelta(days=4), 12, zone)
    ]
    start = datetime.combine(day, time(), tzinfo=UTC)
    for more in minutes:
        now = start + timedelta(minutes=more)
        opens, closes = opening_hours(windows, now, zone)
        assert (closes is not None) == is_open(spans, now)
        changes = opens or closes
        assert changes is not None
        assert changes > now
        if changes < now + timedelta(days=2):
            assert is_open(spans, changes) != is_open(spans, now)
            assert is_open(spans, changes - MINUTE) == is_open(spans, now)


def openings(hour: int, minute: int, first: date, days: int, zone: ZoneInfo) -> Iterator[datetime]:
    """Once a day that exists, at the first real moment that is not before the time on the wall."""
    for n in range(days):
        wall = datetime.combine(first + timedelta(days=n), time(hour, minute))
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        while moment.astimezone(zone).replace(tzinfo=None) != wall:
            wall += MINUTE
            moment = wall.replace(tzinfo=zone).astimezone(UTC)
        yield moment


def is_open(spans: list[tuple[datetime, datetime]], now: datetime) -> bool:
    return any(opening <= now < closing for opening, closing in spans)
