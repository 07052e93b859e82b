"""Budgets over days: what was sent counts, whether its answer came or not, and whoever was stopped in between."""

import pytest

from schemas.reasons import Reason
from schemas.report import Report, Status
from tests.pipeline.home import Home

FILMS = [f"movie:tmdb:{n}" for n in (603, 438631, 841, 949, 1091, 348)]


def sent(report: Report) -> int:
    return sum(one.status in {Status.DONE, Status.UNKNOWN} for one in report.outcomes)


def posts(home: Home) -> int:
    return home.server.count("/request", "POST")


@pytest.fixture
def two_a_day(home: Home) -> Home:
    home.yaml["rails"] = {"budget": {"first_run": "unlimited", "per_day": 2}}
    home.holds("films", *FILMS)
    return home


def test_a_day_has_its_budget_however_often_it_is_applied(two_a_day, clock):
    """The places of a day become free one by one, a day after they were used."""
    assert sent(two_a_day.apply()) == 2
    clock.pass_(hours=23)
    assert sent(two_a_day.apply()) == 0
    clock.pass_(hours=2)
    report = two_a_day.apply()
    assert sent(report) == 2
    assert {one.reason for one in report.deferred} == {Reason.DAY_BUDGET}
    assert posts(two_a_day) == 4


@pytest.mark.parametrize("fault", ["close", "lose_answer", "late", "cut"])
def test_a_request_whose_answer_never_came_counts_until_it_is_settled(two_a_day, clock, fault):
    """It may be carried out: no other takes its place before it is known that it was not."""
    two_a_day.server.faults.add(fault, method="POST", path="/request", times=2, seconds=0)
    assert sent(two_a_day.apply()) == 2
    clock.pass_(seconds=61)
    assert sent(two_a_day.apply()) == 0
    assert posts(two_a_day) == 2
    clock.pass_(minutes=3)
    for _ in range(3):
        two_a_day.apply()
        assert len(two_a_day.requests()) <= 2
    clock.pass_(hours=23)
    two_a_day.apply()
    assert len(two_a_day.requests()) == 2


def test_what_turns_out_not_to_be_carried_out_gives_its_place_back(two_a_day, clock):
    """To the plan after the apply that found it out."""
    two_a_day.server.faults.add("close", method="POST", path="/request", times=2)
    two_a_day.apply()
    clock.pass_(minutes=3)
    assert sent(two_a_day.apply()) == 0
    assert sent(two_a_day.apply()) == 2
    assert (posts(two_a_day), len(two_a_day.requests())) == (4, 2)


def test_a_retry_takes_a_place(two_a_day, clock):
    two_a_day.holds("films", *FILMS, policy={"on_failed": "retry"})
    two_a_day.apply()
    clock.pass_(hours=25)
    failed = two_a_day.server.people.all_requests()[0]
    two_a_day.server.people.fail_request(failed["id"])
    report = two_a_day.apply()
    assert sorted(one.action.value for one in report.outcomes if one.status is Status.DONE) == ["create", "retry"]


def test_a_first_apply_in_a_closed_window_leaves_the_first_budget_for_the_night(home, clock):
    """Nothing was sent: what is sent first is still the first, and is little."""
    home.yaml["rails"] = {"budget": {"first_run": 2}, "windows": [{"allow": "0 1 * * *", "for": "5h"}]}
    home.holds("films", *FILMS)
    assert sent(home.apply()) == 0
    clock.pass_(hours=14)
    assert sent(home.apply()) == 2
    clock.pass_(hours=1)
    assert sent(home.apply()) == 4


def test_a_first_apply_of_paused_lists_leaves_the_first_budget_for_later(home, clock):
    home.yaml["rails"] = {"budget": {"first_run": 2}}
    home.holds("films", *FILMS, pause=True)
    home.holds("other", *FILMS[:1], pause=True)
    home.server.people.request("movie", 603, user=2)
    assert sent(home.apply()) == 0
    home.holds("films", *FILMS, pause=False)
    assert sent(home.apply()) == 2


def test_a_list_has_a_budget_of_its_own(home, clock):
    """By run and by day, beside that of everything."""
    home.holds("films", *FILMS[:3], budget={"per_run": 1, "per_day": 2})
    home.holds("more", *FILMS[3:])
    assert sent(home.apply()) == 4
    clock.pass_(hours=1)
    assert sent(home.apply()) == 1
    clock.pass_(hours=1)
    report = home.apply()
    assert (sent(report), [one.reason for one in report.deferred]) == (0, [Reason.DAY_BUDGET])
    clock.pass_(hours=22)
    assert sent(home.apply()) == 1
