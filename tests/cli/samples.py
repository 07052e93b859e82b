"""Hand-made plans and reports with at least one of everything that their renderers know."""

from datetime import UTC, datetime, timedelta

from schemas.documents import ListDocument, ListedItem
from schemas.events import Event, EventType, Run
from schemas.explain import ExplainedKey, Explanation, FilterVerdict, LeftOut, Named, Obstacle, RailVerdict, Sponsor
from schemas.fetch import Verdict
from schemas.media import Ids, Item, Key, Kind
from schemas.plan import (
    Action,
    ActualState,
    ConfigIdentity,
    Drift,
    DriftKind,
    Excluded,
    Expects,
    ListLine,
    Plan,
    PlannedAction,
    ServerIdentity,
    Summary,
    Unresolved,
)
from schemas.reasons import REASONS, Reason
from schemas.record import Candidate, Intent, IntentAction, RecordState
from schemas.report import Outcome, Report, Status
from schemas.status import StatusReport

NOW = datetime(2026, 7, 30, 14, 5, tzinfo=UTC)


def action(
    title: str, tmdb: int, what: Action = Action.CREATE, reason: Reason = Reason.WANTED, **more
) -> PlannedAction:
    """A planned action about a movie, unless `kind` says otherwise."""
    kind = more.pop("kind", Kind.MOVIE)
    key = Key(kind, tmdb, more.pop("is_4k", False))
    return PlannedAction(
        **{
            "key": key,
            "title": title,
            "year": 1999,
            "action": what,
            "reason": reason,
            "becomes": RecordState.REQUESTED,
            "expects": Expects(actual=ActualState.NONE),
            "lists": ("top",),
            "lead": "top",
            "approval": "automatic",
            **more,
        }
    )


LISTS = (
    ListLine(name="top", source="imdb:top", verdict=Verdict.TRUSTED, items=250, wanted=246, unresolved=2, excluded=2),
    ListLine(name="date-night", source="letterboxd:dave/watchlist", verdict=Verdict.KEPT, items=64, wanted=64,
             fetched_at=NOW - timedelta(hours=3)),
    ListLine(name="critics", source="mdblist:critics/best", verdict=Verdict.FAILED, items=100, wanted=100,
             message="mdblist.com answered with a bot check", remedy="set `providers.mdblist.api_key`",
             fetched_at=NOW - timedelta(days=2)),
    ListLine(name="weekly", source="trakt:trending:movies", verdict=Verdict.SHRINK_UNCONFIRMED, items=40, wanted=40,
             message="it shrank from 40 titles to 3", remedy="`listsync accept weekly` if that is meant",
             fetched_at=NOW - timedelta(minutes=5)),
    ListLine(name="half", source="trakt:watched", verdict=Verdict.PARTIAL, items=31, wanted=31,
             message="only 31 of 50 titles could be read"),
)  # fmt: skip

SERVER = ServerIdentity(name="main", product="seerr", version="3.1.0", fingerprint="f0")

ACTIONS = (
    action("Amélie", 194, Action.RECORD, Reason.AVAILABLE, becomes=RecordState.SATISFIED),
    action("Ran", 11645, Action.RECORD, Reason.REQUESTED_ELSEWHERE, becomes=RecordState.TRACKED),
    action("Solaris", 593, Action.RECORD, Reason.REQUEST_DELETED, becomes=RecordState.SUPPRESSED),
    action("Cats", 536869, Action.CANCEL, Reason.LEFT_ALL_LISTS, lists=("old",), request_id=7, year=2019,
           becomes=RecordState.RELEASED),
    action("Dune", 438631, Action.RETRY, Reason.FAILED, request_id=9, year=2021),
    action("The Matrix", 603, lists=("top", "date-night", "critics")),
    action("[red]Not[/red] a \x1b[31mcolour\u202e", 604),
    action("Borat: Cultural Learnings of America for Make Benefit Glorious Nation of Kazakhstan", 496, year=2006),
    action("千と千尋の神隠し", 129, year=2001, is_4k=True),
    action("Severance", 95396, kind=Kind.TV, year=2022, seasons=(1, 2), approval="pending", requester="dave"),
    action("The Bear", 136315, kind=Kind.TV, year=2022, seasons=(1, 3), reason=Reason.MISSING_SEASONS,
           approval="pending", requester="dave"),
)  # fmt: skip

HELD = (
    action("Solaris", 593, Action.HOLD, Reason.SUPPRESSED, detail="RequestDeleted, since 2026-05-01", year=1972),
    action("Cube", 431, Action.HOLD, Reason.BLOCKLISTED, year=1997),
    action("Primer", 14337, Action.HOLD, Reason.BLOCKLISTED, year=2004),
)

DEFERRED = tuple(
    action(f"Film {n}", 1000 + n, reason=Reason.FIRST_RUN_BUDGET, turn=NOW + timedelta(hours=24)) for n in range(12)
)

UNRESOLVED = (
    Unresolved(
        list="top",
        ref="imdb:tt0013442",
        title="Nosferatu",
        year=1923,
        reason=Reason.AMBIGUOUS,
        candidates=(
            Candidate(key=Key(Kind.MOVIE, 653), title="Nosferatu", year=1922, score=0.97),
            Candidate(key=Key(Kind.MOVIE, 426063), title="Nosferatu", year=2024, score=0.95),
        ),
    ),
    Unresolved(list="top", ref="file:12", title="Zzyzx Untitled Project", reason=Reason.NOT_FOUND),
)

EXCLUDED = tuple(
    Excluded(list="top", ref=f"imdb:tt{n:07}", title=f"Row {n}", reason=reason)
    for n, reason in enumerate([Reason.OVER_LIMIT] * 10 + [Reason.NOT_REQUESTABLE] * 2)
)

DRIFT = (
    Drift(kind=DriftKind.REQUEST_DELETED, key=Key(Kind.MOVIE, 593), title="Solaris", year=1972, lists=("top",),
          detail="request 12, sent 2026-05-01", reaction="it is not asked for again",
          way_out="`listsync allow movie:tmdb:593` asks once more"),
    Drift(kind=DriftKind.FOREIGN_WRITER, title="Ran", year=1985, detail="dave requested it", reaction="it is tracked"),
)  # fmt: skip


def plan(**changes) -> Plan:
    """A plan with everything in it."""
    base = {
        "id": "p-1",
        "created": NOW,
        "expires": NOW + timedelta(hours=24),
        "observed_at": NOW,
        "server": SERVER,
        "config": ConfigIdentity(digest="sha256:1", commit="0123456789abcdef", dirty=True),
        "lineage": "l-1",
        "lists": LISTS,
        "actions": ACTIONS,
        "held": HELD,
        "deferred": DEFERRED,
        "unresolved": UNRESOLVED,
        "excluded": EXCLUDED,
        "drift": DRIFT,
        "warnings": ("`IMDB_LISTS` is ignored beside listsync.yaml",),
        "summary": Summary(create=6, retry=1, cancel=1, record=3, hold=3, deferred=12, keep=300, unresolved=2,
                           excluded=12),
    }  # fmt: skip
    return Plan(**{**base, **changes})


def big_plan(number: int = 1500) -> Plan:
    """A plan with more than anybody reads."""
    actions = tuple(action(f"Film {n}", n + 1) for n in range(number))
    empty = {"held": (), "deferred": (), "unresolved": (), "excluded": (), "drift": (), "warnings": ()}
    return plan(actions=actions, lists=LISTS[:1], summary=Summary(create=number), **empty)


def quiet_plan(**changes) -> Plan:
    """A plan with nothing to do."""
    empty = {"actions": (), "held": (), "deferred": (), "unresolved": (), "excluded": (), "drift": (), "warnings": ()}
    return plan(**{"lists": LISTS[:2], "summary": Summary(keep=310), **empty, **changes})


def outcome(title: str, tmdb: int, status: Status = Status.DONE, what: Action = Action.CREATE, **more) -> Outcome:
    """What came of an action about a movie."""
    return Outcome(key=Key(Kind.MOVIE, tmdb), title=title, year=1999, action=what, status=status, **more)


def report(**changes) -> Report:
    """A report with everything in it."""
    base = {
        "run": "r-1",
        "plan": "p-1",
        "started": NOW,
        "finished": NOW + timedelta(seconds=12),
        "exit_code": 3,
        "server": "main",
        "lists": LISTS,
        "outcomes": (
            outcome("Cats", 536869, what=Action.CANCEL, request_id=7),
            outcome("The Matrix", 603, request_id=31),
            outcome("Ran", 11645, Status.SKIPPED, reason=Reason.REQUESTED_ELSEWHERE),
            outcome("Cube", 431, Status.REFUSED, reason=Reason.NOT_PERMITTED, detail="You do not have permission"),
            outcome("Primer", 14337, Status.UNKNOWN, reason=Reason.OUTCOME_UNKNOWN),
            outcome("Dune", 438631, Status.LEFT, reason=Reason.STOPPED),
            outcome("Heat", 949, Status.LEFT, reason=Reason.STOPPED),
            outcome("Alien", 348, Status.DEFERRED, reason=Reason.QUOTA_EXCEEDED),
        ),
        "recorded": 3,
        "held": HELD,
        "deferred": DEFERRED,
        "unresolved": UNRESOLVED,
        "settled": (outcome("Memento", 77, request_id=30),),
        "message": "the server stopped answering",
    }
    return Report(**{**base, **changes})


def events() -> tuple[Event, ...]:
    """Some history."""
    key = Key(Kind.MOVIE, 603)
    return (
        Event(id=4, at=NOW, type=EventType.STATE_CHANGED, key=key, reason=Reason.REQUEST_DELETED,
              data={"from": "requested", "to": "suppressed"}, message="The Matrix"),
        Event(id=3, at=NOW - timedelta(hours=1), type=EventType.REQUESTED, key=key, list="top",
              message="The Matrix"),
        Event(id=2, at=NOW - timedelta(hours=2), type=EventType.LIST_VERDICT, list="critics", message="Failed"),
        Event(id=1, at=NOW - timedelta(hours=3), type=EventType.RUN_STARTED, message="apply"),
    )  # fmt: skip


def status(**changes) -> StatusReport:
    """A server that does not take the key, a pause, an open intent."""
    key = Key(Kind.MOVIE, 603)
    base = {
        "at": NOW,
        "server_url": "http://seerr:5055",
        "server_error": "http://seerr:5055 refused the API key",
        "server_remedy": "copy the key from Settings → General on the server",
        "revision": "0123456789abcdef",
        "database": "/config/data/listsync.db",
        "lineage": "l-1",
        "lists": LISTS,
        "records": {"requested": 1200, "satisfied": 31, "suppressed": 2},
        "unsettled": (
            Intent(run="r-1", key=key, action=IntentAction.CREATE, mark=3, sent_at=NOW - timedelta(minutes=4),
                   title="The Matrix", year=1999),
        ),
        "last_apply": Run(id="r-1", command="apply", started=NOW - timedelta(hours=3), exit_code=3,
                          counts={"create.done": 12}),
        "pauses": ("date-night: disk full, until 2026-12-24",),
        "warnings": ("`IMDB_LISTS` is ignored beside listsync.yaml",),
    }  # fmt: skip
    return StatusReport(**{**base, **changes})


def explanation() -> Explanation:
    """A title that is held, one that a budget puts off, one that a filter leaves out, a row without a title."""
    held = ExplainedKey(
        key=Key(Kind.TV, 95396), title="Severance", year=2022, wanted=True,
        sponsors=(
            Sponsor(list="top", ref="imdb:tt11280740", rank=12, listed_as="Severance (2022)", method="imdb",
                    since=NOW - timedelta(days=200), since_told=True,
                    filters=(FilterVerdict(rule="rating.imdb", verdict="holds", detail="8.7"),
                             FilterVerdict(rule="status", verdict="unknown"))),
            Sponsor(list="critics", ref="file:severance", rank=1, listed_as="Severance", method="title", score=1.5,
                    since=NOW - timedelta(days=90), requests=False,
                    runner_up=Candidate(key=Key(Kind.TV, 1), title="Severed", year=2005, score=0.7)),
        ),
        lead="top", action=Action.HOLD, reason=Reason.SUPPRESSED, detail="RequestDeleted, since 2026-05-01",
        sentence="it was deleted or declined on the server, and that no is respected",
        way_out="`listsync allow tv:tmdb:95396` lifts it once", actual=ActualState.NONE,
        record=RecordState.SUPPRESSED, since=NOW - timedelta(days=90), recorded_reason=Reason.REQUEST_DELETED,
        seasons_wanted=(1, 2), seasons_remembered=(1,), events=events(), drift=DRIFT[:1],
        obstacles=(
            Obstacle(reason=Reason.SUPPRESSED, sentence=REASONS[Reason.SUPPRESSED].summary),
            Obstacle(reason=Reason.PAUSED, sentence=REASONS[Reason.PAUSED].summary, detail="disk full",
                     way_out="`listsync resume`"),
        ),
    )  # fmt: skip
    waits = ExplainedKey(
        key=Key(Kind.MOVIE, 603, is_4k=True), title="The Matrix", year=1999, wanted=True,
        sponsors=(Sponsor(list="date-night", ref="letterboxd:the-matrix", rank=3, listed_as="The Matrix (1999)",
                          method="override", why="not the one of 1993", instead_of=Key(Kind.MOVIE, 604)),),
        lead="date-night", action=Action.CREATE, proposed=Action.CREATE, turn=NOW + timedelta(days=2),
        reason=Reason.RUN_BUDGET, sentence=REASONS[Reason.RUN_BUDGET].summary,
        way_out="its turn comes; or raise `lists.date-night.budget.per_run`, which is 5", approval="pending",
        actual=ActualState.DECLINED, request_id=7, request_status="declined", requested_at="2026-05-01T10:00:00.000Z",
        requester="dave", record=RecordState.NONE,
        rails=(
            RailVerdict(rail="window", passes=True, detail="open until 2026-07-30 18:00 UTC"),
            RailVerdict(rail="per_run", list="date-night", passes=False, detail="5 of 5 used",
                        reason=Reason.RUN_BUDGET, turn=NOW + timedelta(days=2)),
        ),
    )  # fmt: skip
    filtered = LeftOut(
        list="top", ref="imdb:tt1", title="Severance", year=2006, reason=Reason.FILTERED,
        sentence=REASONS[Reason.FILTERED].summary, detail="years: 2006 is before 2010",
        way_out="change `lists.top.filter.years`, which is 2010..",
        filters=(FilterVerdict(rule="years", verdict="excludes", detail="years: 2006 is before 2010"),),
    )  # fmt: skip
    unwanted = ExplainedKey(
        key=Key(Kind.MOVIE, 9007), title="Severance", year=2006, wanted=False, left_out=(filtered,),
        formerly=("critics",), action=Action.NOTHING, reason=Reason.FILTERED, detail=filtered.detail,
        sentence=f"top: {filtered.sentence}", way_out=filtered.way_out, actual=ActualState.NONE,
        record=RecordState.RELEASED, since=NOW - timedelta(days=3), recorded_reason=Reason.LEFT_ALL_LISTS,
    )  # fmt: skip
    ambiguous = UNRESOLVED[0]
    row = LeftOut(
        list=ambiguous.list, ref=ambiguous.ref, title=ambiguous.title, year=ambiguous.year, reason=ambiguous.reason,
        sentence=REASONS[ambiguous.reason].summary, candidates=ambiguous.candidates,
        way_out=f"choose one with `listsync match {ambiguous.ref} KEY`",
    )  # fmt: skip
    return Explanation(
        query="severance", keys=(held, waits, unwanted), unresolved=(ambiguous,), excluded=EXCLUDED[:1],
        left_out=(row,), also=(Named(key=Key(Kind.MOVIE, 8), title="Severance Pay", year=1999),),
        note="not read well last time: critics (Failed): they may hold more than is told here",
    )  # fmt: skip


def a_list() -> ListDocument:
    """Rows that are resolved, unresolved and excluded."""
    rows = (
        ListedItem(item=Item(ref="imdb:tt0133093", title="The Matrix", year=1999, position=1,
                             ids=Ids(imdb="tt0133093")), key=Key(Kind.MOVIE, 603), method="imdb"),
        ListedItem(item=Item(ref="imdb:tt0013442", title="Nosferatu", position=2), reason=Reason.AMBIGUOUS),
        ListedItem(item=Item(ref="imdb:tt1", title="Myst", position=3, excluded="video game")),
    )  # fmt: skip
    return ListDocument(list=LISTS[0], items=rows)
