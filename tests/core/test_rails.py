"""Rails: no rail adds an action, budgets hold over every rolling day, and nobody waits for ever."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.plan import in_order
from reconciler.core.rails import MASS_SUPPRESSIONS, Budget, Pause, Rails, inspect, restrict
from schemas.media import Key, Kind
from schemas.plan import Action, ActualState, ConfigIdentity, Expects, Plan, PlannedAction, ServerIdentity
from schemas.reasons import Reason
from schemas.record import RecordState
from schemas.server import Quota, RequestOptions

NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
DAY = timedelta(days=1)
LISTS = ("top", "best", "new")
CAREFUL = settings(deadline=None, max_examples=80)


def plan_of(actions: Iterable[PlannedAction], **more: object) -> Plan:
    return Plan(
        id="1",
        created=NOW,
        expires=NOW + DAY,
        observed_at=NOW,
        server=ServerIdentity(name="main", product="seerr", version="", fingerprint="f"),
        config=ConfigIdentity(digest="d"),
        lineage="l",
        actions=tuple(actions),
        **more,
    )


def action(
    tmdb: int,
    what: Action = Action.CREATE,
    lead: str | None = "top",
    position: int = 1,
    seasons: tuple[int, ...] = (),
    requester: int | None = None,
) -> PlannedAction:
    gone = what is Action.RECORD
    return PlannedAction(
        key=Key(Kind.TV if seasons else Kind.MOVIE, tmdb),
        title=f"Title {tmdb}",
        action=what,
        reason=Reason.MEDIA_DELETED if gone else Reason.WANTED,
        becomes=RecordState.SUPPRESSED if gone else RecordState.REQUESTED,
        expects=Expects(actual=ActualState.NONE, serial=1 if gone else None),
        lists=(lead,) if lead else (),
        lead=lead,
        seasons=seasons,
        options=RequestOptions(requester=requester),
        position=position,
        list_order=LISTS.index(lead) if lead else 0,
    )


# --- random plans and rails ------------------------------------------------------------------------------------------

kinds = st.sampled_from([Action.CREATE] * 5 + [Action.RETRY, Action.CANCEL, Action.RECORD])
counts = st.one_of(st.none(), st.integers(0, 6))
budgets = st.builds(Budget, per_run=counts, per_day=counts)
moments = st.integers(-30 * 60, 30 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
pauses = st.builds(Pause, reason=st.just("why"), until=st.one_of(st.none(), moments))
quotas = st.builds(Quota, movies_remaining=counts, seasons_remaining=counts)


drafts = st.tuples(
    kinds,
    st.sampled_from(LISTS),
    st.integers(1, 8),
    st.sampled_from([(), (), (1,), (1, 2, 3)]),
    st.sampled_from([None, 2, 3]),
)
plans = st.lists(drafts, max_size=30).map(
    lambda several: plan_of(in_order(action(tmdb, *draft) for tmdb, draft in enumerate(several, 1)))
)


@st.composite
def some_rails(draw: st.DrawFn) -> Rails:
    sent = draw(st.lists(st.tuples(moments.filter(lambda at: at <= NOW), st.sampled_from(LISTS)), max_size=8))
    return Rails(
        pause=draw(st.one_of(st.none(), st.none(), pauses)),
        list_pauses=draw(st.dictionaries(st.sampled_from(LISTS), pauses, max_size=2)),
        opens=draw(st.one_of(st.none(), st.none(), moments)),
        budget=draw(budgets),
        first_run=draw(st.one_of(st.none(), st.integers(0, 10))),
        list_budgets=draw(st.dictionaries(st.sampled_from(LISTS), budgets, max_size=3)),
        sent=tuple(sorted(sent)),
        quotas=draw(st.dictionaries(st.sampled_from([None, 2]), quotas, max_size=2)),
        max_cancels=draw(st.integers(0, 5)),
        our_pending=draw(st.integers(0, 100)),
        live_records=draw(st.integers(0, 400)),
        accepted=draw(st.booleans()),
        interval=timedelta(hours=6),
    )


def without_each(rails: Rails) -> dict[str, Rails]:
    """The same rails with one of them taken away, by its name."""
    less = {
        "pause": replace(rails, pause=None),
        "window": replace(rails, opens=None),
        "first run": replace(rails, first_run=None),
        "per run": replace(rails, budget=replace(rails.budget, per_run=None)),
        "per day": replace(rails, budget=replace(rails.budget, per_day=None)),
        "mass cancel": replace(rails, max_cancels=10_000),
        "mass deletion": replace(rails, accepted=True),
    }
    for name in rails.list_pauses:
        less[f"pause of {name}"] = replace(rails, list_pauses=_but(rails.list_pauses, name))
    for name in rails.list_budgets:
        less[f"budget of {name}"] = replace(rails, list_budgets=_but(rails.list_budgets, name))
    for who in rails.quotas:
        less[f"quota of {who}"] = replace(rails, quotas=_but(rails.quotas, who))
    return less


def _but(whole: Mapping, name: object) -> dict:
    return {key: value for key, value in whole.items() if key != name}


def sent(plan: Plan) -> list[Key]:
    return [one.key for one in plan.actions if one.action in {Action.CREATE, Action.RETRY}]


@CAREFUL
@given(plans, some_rails())
def test_no_rail_adds_an_action_and_none_is_lost(plan, rails):
    """What was an action is one, or is held, or deferred, and remembers what it was."""
    made = restrict(plan, rails, NOW)
    before, kept = {one.key: one for one in plan.actions}, {one.key: one for one in made.actions}
    assert all(before[key] == one for key, one in kept.items())
    waiting = {one.key: one for one in (*made.held, *made.deferred)}
    assert kept.keys() | waiting.keys() == before.keys()
    assert not kept.keys() & waiting.keys()
    assert all(one.proposed is before[key].action for key, one in waiting.items())
    assert all(one.action is Action.HOLD for one in made.held)
    assert all(one.reason is not None and one.reason is not before[one.key].reason for one in waiting.values())


@CAREFUL
@given(plans, some_rails())
def test_the_order_is_kept(plan, rails):
    """Actions, and those that wait, stand in the order of service: who was first is first in every later run."""
    made = restrict(plan, rails, NOW)
    place = {one.key: n for n, one in enumerate(plan.actions)}
    for several in (made.actions, made.deferred):
        places = [place[one.key] for one in several]
        assert places == sorted(places)


@CAREFUL
@given(plans, some_rails())
def test_a_restricted_plan_restricted_again_is_the_same(plan, rails):
    """A plan is restricted when it is made, and again when it is applied: at the same moment that changes nothing."""
    once = restrict(plan, rails, NOW)
    assert restrict(once, rails, NOW) == once


@CAREFUL
@given(plans, some_rails(), some_rails())
def test_applying_later_can_only_reduce(plan, rails, later):
    """Whatever the rails are by then, a saved plan never grows."""
    once = restrict(plan, rails, NOW)
    assert set(restrict(once, later, NOW + DAY).actions) <= set(once.actions)


@CAREFUL
@given(plans, some_rails())
def test_removing_a_rail_never_removes_an_action(plan, rails):
    """Taken by the order of service, the first title whose fate changes is one that is sent now. Later ones may make
    room for it where they share a budget, a quota or a mass change with it; nothing else takes an action away."""
    before = restrict(plan, rails, NOW)
    kept = {one.key for one in before.actions}
    for name, less in without_each(rails).items():
        after = restrict(plan, less, NOW)
        now_kept = {one.key for one in after.actions}
        changed = [one.key for one in plan.actions if (one.key in kept) != (one.key in now_kept) and one.action.remote]
        lost = kept - now_kept
        made_room = {one.key: one.reason for one in (*after.held, *after.deferred)}
        assert {made_room[key] for key in lost} <= {
            Reason.RUN_BUDGET,
            Reason.DAY_BUDGET,
            Reason.FIRST_RUN_BUDGET,
            Reason.QUOTA_EXCEEDED,
            Reason.MASS_CANCEL,
        }, name
        spent = [key for key in changed if made_room.get(key) is not Reason.MASS_CANCEL]
        assert not spent or spent[0] in now_kept or spent[0] not in sent(plan), name
        if name in {"pause", "window", "mass deletion", "mass cancel", "first run", "per run", "per day"}:
            assert not lost or {made_room[key] for key in lost} == {Reason.MASS_CANCEL}, name


@CAREFUL
@given(plans, some_rails())
def test_every_fate_is_told_by_the_rail_that_decided_it(plan, rails):
    """`explain` shows what each rail says; the first that refuses is the reason in the plan."""
    made = restrict(plan, rails, NOW)
    told = inspect(plan, rails, NOW, {one.key for one in plan.actions})
    for one in (*made.held, *made.deferred):
        no = next(check for check in told[one.key] if check.refusal is not None)
        assert (no.refusal, no.holds) == (one.reason, one.action is Action.HOLD)
        assert no.holds or no.turn == one.turn
    for one in made.actions:
        assert all(check.refusal is None for check in told.get(one.key, ()))


# --- days ------------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(LISTS), st.integers(1, 30)), min_size=1, max_size=60),
    st.integers(1, 5),
    st.integers(1, 8),
    st.dictionaries(st.sampled_from(LISTS), st.builds(Budget, per_day=st.integers(1, 4)), max_size=2),
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 2)), min_size=5, max_size=40),
)
def test_no_budget_is_exceeded_over_any_rolling_day(titles, per_run, per_day, of_lists, runs):
    """Runs at any hours, some of them killed in the middle, each knowing of the others only what was written down."""
    waiting = [action(n, lead=lead, position=place) for n, (lead, place) in enumerate(titles, 1)]
    rails = Rails(budget=Budget(per_run, per_day), list_budgets=of_lists)
    history: list[tuple[datetime, str | None]] = []
    now = NOW
    for hours, cut in runs:
        now += timedelta(hours=hours)
        recent = tuple(one for one in history if one[0] >= now - DAY)
        made = restrict(plan_of(in_order(waiting)), replace(rails, sent=recent), now)
        done = made.actions[: len(made.actions) - cut] if cut else made.actions
        assert len(done) <= per_run
        for one in done:
            now += timedelta(seconds=7)
            history.append((now, one.lead))
        gone = {one.key for one in done}
        waiting = [one for one in waiting if one.key not in gone]
    for at, _ in history:
        day = [lead for when, lead in history if at - DAY < when <= at]
        assert len(day) <= per_day
        for name, budget in of_lists.items():
            assert budget.per_day is None or day.count(name) <= budget.per_day


@pytest.mark.parametrize("per_run", [7, 25, 100])
def test_a_list_of_thousands_does_not_starve_a_list_of_twenty(per_run):
    """By place in the list, then by list: the small one is served whole as soon as its share allows."""
    waiting = [action(n, lead="top", position=n) for n in range(1, 5001)]
    waiting += [action(10_000 + n, lead="best", position=n) for n in range(1, 21)]
    rails, now, served = Rails(budget=Budget(per_run=per_run)), NOW, Counter()
    for run in range(1, -(-40 // per_run) + 1):
        made = restrict(plan_of(in_order(waiting)), rails, now)
        served.update(one.lead for one in made.actions)
        gone = {one.key for one in made.actions}
        waiting = [one for one in waiting if one.key not in gone]
        assert served["best"] >= min(20, run * per_run // 2)
    assert served["best"] == 20


@pytest.mark.parametrize(
    ("rails", "hours"),
    [
        (Rails(budget=Budget(per_run=2), interval=timedelta(hours=6)), [6, 6, 12, 12, 18]),
        (Rails(list_budgets={"top": Budget(per_run=2)}, interval=timedelta(hours=6)), [6, 6, 12, 12, 18]),
        (Rails(first_run=2, interval=timedelta(hours=6)), [6] * 5),
        (Rails(first_run=2, budget=Budget(per_run=3), interval=timedelta(hours=6)), [6, 6, 6, 12, 12]),
        (Rails(budget=Budget(per_day=2)), [24, 24, 48, 48, 72]),
        (
            Rails(budget=Budget(per_day=2), sent=((NOW - timedelta(hours=20), "x"), (NOW - timedelta(hours=2), "x"))),
            [4, 22, 28, 46, 52, 70, 76],
        ),
        (
            Rails(budget=Budget(per_day=1), sent=tuple((NOW - timedelta(hours=n), "x") for n in (20, 10, 2))),
            [22, 46, 70, 94, 118, 142, 166],
        ),
        (Rails(budget=Budget(per_day=0)), [None] * 7),
    ],
)
def test_a_deferred_title_is_told_when_its_turn_comes(rails, hours):
    """Run by run, or as the rolling day lets go of earlier requests: those before it in the order come first."""
    made = restrict(plan_of(action(n, position=n) for n in range(1, 8)), rails, NOW)
    assert [one.turn and (one.turn - NOW) / timedelta(hours=1) for one in made.deferred] == hours


def test_turns_of_one_list_are_not_counted_with_anothers():
    """Each list's budget has a queue of its own."""
    rails = Rails(list_budgets={"top": Budget(per_run=1), "best": Budget(per_run=1)}, interval=timedelta(hours=1))
    actions = [action(n, lead=lead, position=n) for n, lead in enumerate(["top", "best"] * 3, 1)]
    made = restrict(plan_of(in_order(actions)), rails, NOW)
    assert [(one.lead, one.turn) for one in made.deferred] == [
        (lead, NOW + timedelta(hours=hours)) for hours, lead in [(1, "top"), (1, "best"), (2, "top"), (2, "best")]
    ]


# --- one rail at a time ----------------------------------------------------------------------------------------------


def test_a_paused_list_leaves_the_budget_to_the_others():
    """Titles that are held use up no place."""
    rails = Rails(list_pauses={"top": Pause("full")}, budget=Budget(per_run=1))
    made = restrict(plan_of([action(1), action(2, lead="best", position=2)]), rails, NOW)
    assert [one.key.tmdb for one in made.actions] == [2]
    assert [(one.reason, one.detail) for one in made.held] == [(Reason.PAUSED, "full")]


def test_cancels_cost_nothing_and_retries_cost_no_quota():
    """Budgets are for what is asked for; a quota of the server counts requests, and a retry is none."""
    quota = Quota(movies_remaining=1, seasons_remaining=0)
    rails = Rails(budget=Budget(per_run=2), quotas={None: quota})
    actions = [action(1, Action.CANCEL), action(2, Action.RETRY), action(3), action(4)]
    made = restrict(plan_of(actions), rails, NOW)
    assert [one.key.tmdb for one in made.actions] == [1, 2, 3]
    assert [one.reason for one in made.deferred] == [Reason.RUN_BUDGET]


def test_a_quota_counts_seasons_and_lets_a_smaller_show_pass():
    rails = Rails(quotas={2: Quota(movies_remaining=None, seasons_remaining=2)})
    actions = [action(1, seasons=(1, 2, 3), requester=2), action(2, seasons=(1,), requester=2), action(3, requester=2)]
    made = restrict(plan_of(actions), rails, NOW)
    assert [one.key.tmdb for one in made.actions] == [2, 3]
    assert [(one.key.tmdb, one.reason) for one in made.deferred] == [(1, Reason.QUOTA_EXCEEDED)]


@pytest.mark.parametrize(
    ("cancels", "most", "pending", "held"),
    [(20, 20, 0, 0), (21, 20, 0, 21), (30, 20, 300, 0), (31, 20, 300, 31), (1, 0, 0, 1), (30, 20, 309, 0)],
)
def test_many_cancels_at_once_are_all_held(cancels, most, pending, held):
    """More than `max_cancels` and more than a tenth of our pending requests; then none is sent."""
    rails = Rails(max_cancels=most, our_pending=pending)
    made = restrict(plan_of(action(n, Action.CANCEL) for n in range(1, cancels + 1)), rails, NOW)
    assert len(made.held) == held
    assert {one.reason for one in made.held} <= {Reason.MASS_CANCEL}
    assert {one.detail for one in made.held} <= {f"{cancels} at once"}


def test_cancels_are_counted_after_the_other_rails():
    """Those of a paused list wait anyway, and do not make the others many."""
    actions = [action(n, Action.CANCEL, lead="top" if n % 2 else "best") for n in range(1, 41)]
    made = restrict(plan_of(actions), Rails(list_pauses={"top": Pause()}), NOW)
    assert (len(made.actions), Counter(one.reason for one in made.held)) == (20, {Reason.PAUSED: 20})


@pytest.mark.parametrize(
    ("gone", "live", "accepted", "held"),
    [
        (MASS_SUPPRESSIONS, 0, False, 0),
        (MASS_SUPPRESSIONS + 1, 0, False, MASS_SUPPRESSIONS + 1),
        (50, 500, False, 0),
        (51, 500, False, 51),
        (51, 500, True, 0),
    ],
)
def test_a_server_that_forgot_everything_is_not_believed(gone, live, accepted, held):
    """More deletions at once than people make: nothing is concluded until a person says so."""
    actions = [*(action(n, Action.RECORD) for n in range(1, gone + 1)), action(1000)]
    made = restrict(plan_of(actions), Rails(live_records=live, accepted=accepted), NOW)
    assert Counter(one.reason for one in made.held) == ({Reason.MASS_DELETION: held} if held else {})
    assert 1000 in {one.key.tmdb for one in made.actions}


def test_a_title_that_nobody_here_knew_is_no_mass_deletion():
    """Declined long ago, before we came: a first plan of an old server has many of them."""
    strangers = [
        replace(action(n, Action.RECORD), expects=Expects(actual=ActualState.DECLINED), reason=Reason.DECLINED)
        for n in range(1, 100)
    ]
    assert not restrict(plan_of(strangers), Rails(), NOW).held


def test_a_pause_ends_when_it_says():
    rails = Rails(pause=Pause("a while", NOW))
    assert restrict(plan_of([action(1)]), rails, NOW - timedelta(seconds=1)).held
    assert restrict(plan_of([action(1)]), rails, NOW).actions


@given(st.integers(1, 20_000))
@settings(deadline=None, max_examples=3)
def test_many_titles_and_a_busy_day_are_quick(number):
    """Linear: nothing looks at every request of the day for every title."""
    busy = tuple((NOW - timedelta(seconds=n), LISTS[n % 3]) for n in range(3000))
    rails = Rails(list_budgets={name: Budget(per_day=10_000) for name in LISTS}, sent=busy)
    made = restrict(plan_of(action(n, lead=LISTS[n % 3]) for n in range(1, number + 1)), rails, NOW)
    assert len(made.actions) == number
