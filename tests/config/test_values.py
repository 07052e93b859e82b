"""The small grammars: what they take, and that nothing else passes."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.config import Cron, Every, Range, SeasonRule, Sort, SortField, Wrong
from schemas.config.times import format_duration, parse_date, parse_duration, parse_schedule
from schemas.config.values import parse_count, parse_quality, parse_rate, parse_seasons, parse_sort, range_of

YEARS = range_of(int, 1870, 2100, "1990..")
RATING = range_of(float, 0, 10, "6.5..")


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_duration, "30s", timedelta(seconds=30)),
        (parse_duration, "30m", timedelta(minutes=30)),
        (parse_duration, "6h", timedelta(hours=6)),
        (parse_duration, "1d", timedelta(days=1)),
        (parse_duration, "2w", timedelta(weeks=2)),
        (parse_duration, "1h30m", timedelta(minutes=90)),
        (parse_duration, "0.5h", timedelta(minutes=30)),
        (YEARS.parse, "1990..", Range(1990, None)),
        (YEARS.parse, "..1999", Range(None, 1999)),
        (YEARS.parse, "1990..1999", Range(1990, 1999)),
        (YEARS.parse, 2024, Range(2024, 2024)),
        (YEARS.parse, "2024", Range(2024, 2024)),
        (RATING.parse, "6.5..", Range(6.5, None)),
        (RATING.parse, 7.5, Range(7.5, 7.5)),
        (RATING.parse, "..8", Range(None, 8.0)),
        (parse_sort, "rating", Sort(SortField.RATING)),
        (parse_sort, "-votes", Sort(SortField.VOTES, descending=True)),
        (parse_seasons, "all", SeasonRule.ALL),
        (parse_seasons, [3, 1, 3], (1, 3)),
        (parse_quality, "both", "both"),
        (parse_quality, True, True),
        (parse_count, "unlimited", None),
        (parse_count, 5, 5),
        (parse_date, "2026-12-24", date(2026, 12, 24)),
        (parse_schedule, "6h", Every(period=timedelta(hours=6))),
        (parse_schedule, "0 1 * * *", Every(cron=Cron("0 1 * * *"))),
    ],
)
def test_a_value_is_read_as_the_file_writes_it(parse: Any, text: object, value: object) -> None:
    assert parse(text) == value
    assert parse(value) == value


@pytest.mark.parametrize(
    ("parse", "value"),
    [
        *((parse_duration, wrong) for wrong in ("", "5", 5, "5x", "1 h", "-1h", "h", "99999d", None, True)),
        *(
            (YEARS.parse, wrong)
            for wrong in ("", "..", "1999..1990", "1990-1999", "1990...", "1066..", 1066, True, None)
        ),
        *((YEARS.parse, wrong) for wrong in ("1990.5..", "١٩٩٠..", "1990..2500")),
        *((RATING.parse, wrong) for wrong in ("11..", "-1..", "seven", "6,5..")),
        *((parse_sort, wrong) for wrong in ("", "-", "--rating", "title", 1)),
        *((parse_seasons, wrong) for wrong in ("last", [], [-1], [1000], [True], ["1"], 1, None)),
        *((parse_quality, wrong) for wrong in ("4k", 1, None)),
        *((parse_count, wrong) for wrong in (0, -1, True, "5", 1.5)),
        *((parse_date, wrong) for wrong in ("2026-02-30", "24.12.2026", "2026-12-24T00:00", 20261224, "20261224")),
        *((parse_rate, wrong) for wrong in ("0/s", "1/d", "fast", 1)),
        *((parse_schedule, wrong) for wrong in ("59s", "0 1 * *", "61 * * * *", "0 0 31 4 *", "@daily")),
    ],
)
def test_anything_else_is_wrong_and_says_so(parse: Any, value: object) -> None:
    with pytest.raises(Wrong) as raised:
        parse(value)
    assert str(raised.value)


def test_a_rate_is_per_second() -> None:
    assert parse_rate("30/m").per_second == 0.5
    assert str(parse_rate("30/m")) == "30/m"


def test_a_range_holds_its_ends_and_what_is_between() -> None:
    assert 1990 in Range(1990, 1999)
    assert 1999 in Range(1990, 1999)
    assert 1989 not in Range(1990, None)
    assert 3000 in Range(1990, None)
    assert [str(Range(1990, None)), str(Range(None, 8)), str(Range(5, 5)), str(Range(1, 2))] == [
        "1990..",
        "..8",
        "5",
        "1..2",
    ]


def test_a_cron_schedule_says_when_it_is_due_and_how_far_apart() -> None:
    nightly = parse_schedule("0 1 * * *")
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert nightly.due_after(noon) == datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert nightly.interval(noon) == timedelta(days=1)
    assert parse_schedule("6h").due_after(noon) == datetime(2026, 7, 1, 18, tzinfo=UTC)
    assert parse_schedule("6h").interval(noon) == timedelta(hours=6)


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=3_000)))
def test_every_duration_of_whole_seconds_survives_being_written(value: timedelta) -> None:
    whole = timedelta(seconds=int(value.total_seconds()))
    assert parse_duration(format_duration(whole)) == whole


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.none() | st.lists(st.integers()))
def test_a_grammar_answers_anything_with_a_value_or_wrong(value: object) -> None:
    for parse in (
        parse_duration,
        YEARS.parse,
        RATING.parse,
        parse_sort,
        parse_seasons,
        parse_count,
        parse_date,
        parse_rate,
        parse_schedule,
    ):
        with suppress(Wrong):
            parse(value)
