"""Failed is not empty is not smaller: verdicts over what a list was and what came."""

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.core.guard import Failure, Trust, accept, judge
from schemas.fetch import Fetched, ListState, Verdict
from schemas.media import Item

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TRUST = Trust("file:seen.csv", DAY)


def items(count: int) -> tuple[Item, ...]:
    return tuple(Item(ref=f"imdb:tt{n:07d}", title=f"Film {n}", position=n) for n in range(1, count + 1))


def fetched(count: int, total: int | None = None, **more) -> Fetched:
    return Fetched(items=items(count), total=total, **more)


def after(*results, state: ListState | None = None, trust: Trust = TRUST, step: timedelta = DAY) -> ListState:
    """The state after one result a step."""
    for number, result in enumerate(results):
        state = judge(state, "seen", trust, result, NOON + number * step)
    assert state is not None
    return state


def held(state: ListState) -> int | None:
    return len(state.trusted.items) if state.trusted else None


@pytest.mark.parametrize(
    ("results", "verdict", "kept"),
    [
        ([fetched(20)], "Trusted", 20),
        ([fetched(20), Failure("no answer")], "Failed", 20),
        ([Failure("no answer")], "Failed", None),
        ([fetched(20), fetched(5, complete=False)], "Partial", 20),
        ([fetched(20), fetched(18, total=25)], "Partial", 20),
        ([fetched(20), fetched(0)], "SuspiciousEmpty", 20),
        ([fetched(20), fetched(0, total=9)], "Partial", 20),
        ([fetched(20), fetched(0, total=0)], "EmptyUnconfirmed", 20),
        ([fetched(20), fetched(0, total=0), fetched(0, total=0)], "Trusted", 0),
        ([fetched(20), fetched(0, total=0), Failure("x"), fetched(0, total=0)], "Trusted", 0),
        ([fetched(20), fetched(0, total=0), fetched(20), fetched(0, total=0)], "EmptyUnconfirmed", 20),
        ([fetched(4), fetched(0, total=0)], "Trusted", 0),
        ([fetched(0, total=0)], "Trusted", 0),
        ([fetched(20), fetched(9)], "ShrinkUnconfirmed", 20),
        ([fetched(20), fetched(9), fetched(9)], "Trusted", 9),
        ([fetched(20), fetched(10)], "Trusted", 10),
        ([fetched(9), fetched(1)], "Trusted", 1),
    ],
)
def test_each_fetch_gets_its_verdict_and_only_a_trusted_one_becomes_the_snapshot(results, verdict, kept):
    state = after(*results)
    assert (state.verdict, held(state)) == (verdict, kept)


def test_a_second_empty_fetch_confirms_only_after_an_interval():
    early = after(fetched(20), fetched(0, total=0), fetched(0, total=0), step=DAY / 4)
    assert early.verdict is Verdict.EMPTY_UNCONFIRMED
    assert held(early) == 20


def test_allow_empty_believes_the_first_affirmed_empty_fetch_and_no_other():
    lenient = Trust("file:seen.csv", DAY, allow_empty=True)
    assert held(after(fetched(20), fetched(0, total=0), trust=lenient)) == 0
    assert held(after(fetched(20), fetched(0), trust=lenient)) == 20


def test_the_same_shortfall_on_three_whole_reads_is_the_services_miscount():
    state = after(fetched(18, total=20), fetched(18, total=20))
    assert state.verdict is Verdict.PARTIAL
    state = after(fetched(18, total=20), state=state)
    assert state.verdict is Verdict.TRUSTED
    assert "20" in (state.message or "")
    changing = after(fetched(18, total=20), fetched(17, total=20), fetched(18, total=20))
    assert changing.verdict is Verdict.PARTIAL


def test_what_an_untrusted_fetch_holds_is_kept_beside_the_snapshot_until_a_trusted_one_comes():
    state = after(fetched(20), fetched(22, total=30))
    assert state.extra is not None
    assert len(state.extra.items) == 22
    assert after(fetched(20), state=state).extra is None


def test_two_trusted_fetches_are_remembered_so_that_a_loss_can_be_confirmed():
    state = after(fetched(20), fetched(19))
    assert state.previous is not None
    assert (len(state.previous.items), held(state)) == (20, 19)


def test_another_source_is_another_list_whose_first_fetch_is_judged_afresh():
    state = after(fetched(20))
    moved = judge(state, "seen", Trust("imdb:top", DAY), fetched(0, total=0), NOON + DAY)
    assert moved.verdict is Verdict.TRUSTED
    assert moved.previous is not None
    assert moved.previous.source == "file:seen.csv"


def test_accepting_believes_the_last_fetch_and_confirms_its_losses():
    state = accept(after(fetched(20), fetched(0, total=0)))
    assert held(state) == 0
    assert state.previous is not None
    assert state.previous.items == ()


def test_failures_are_counted_until_something_comes():
    assert after(fetched(3), Failure("a"), Failure("b")).failures == 2
    assert after(fetched(3), Failure("a"), fetched(3)).failures == 0
