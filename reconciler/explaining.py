"""Why a title is, or is not, requested: answered from the kept snapshots, the ledger and one look at the server."""

from collections.abc import Iterator

from reconciler.core.deliberate import Deliberation, planned
from reconciler.core.guard import last_words, way_out
from reconciler.core.verdicts import rail_verdict
from reconciler.finding import Names, find
from reconciler.obstacles import Case, Railed, is_doubted, obstacles_of, on_the_rails
from reconciler.pipeline import Considered, consider
from reconciler.questions import question
from reconciler.rules import user_name
from reconciler.session import Session
from reconciler.sponsoring import Rows, left_out_of, sponsors_of, unknown_rows
from schemas.explain import ExplainedKey, Explanation
from schemas.plan import Excluded, Unresolved
from schemas.reasons import REASONS
from schemas.server import RequestStatus

EVENTS_SHOWN = 20
KEYS_SHOWN = 20
_QUIET = "no list wants it, and nothing of ours is open for it"


def explain(session: Session, query: str) -> Explanation:
    """Everything about the titles that a title, key, IMDb id or list item means, present or past. Fetches no list.
    Raises UsageProblem, with what may have been meant, where nothing is found."""
    seen = consider(session, scope=())
    asked = question(query, session.config.server.url)
    found = find(session, seen, asked)
    shown, more = found.keys[:KEYS_SHOWN], found.keys[KEYS_SHOWN:]
    railed = on_the_rails(session, seen, [one.key for one in shown])
    rows = list(unknown_rows(session, seen, found.rows))
    names = Names(session, found.rows)
    return Explanation(
        query=query,
        keys=tuple(_explained(session, seen, one, found.rows, railed, names) for one in shown),
        unresolved=tuple(row for row, _ in rows if isinstance(row, Unresolved)),
        excluded=tuple(row for row, _ in rows if isinstance(row, Excluded)),
        left_out=tuple(left for _, left in rows),
        also=tuple(names.named(one) for one in (*more, *found.others)),
        note="; ".join(_notes(session, seen)),
    )


def _notes(session: Session, seen: Considered) -> Iterator[str]:
    """What is to be said of the whole: nothing of it is about one title."""
    kept = session.ledger.server_fingerprint()
    if kept is not None and kept != session.server.fingerprint:
        yield "another server answers than the ledger knows; `listsync accept server` if it was reinstalled on purpose"
    for name, one in seen.fetched.items():
        if is_doubted(one.state):
            said = last_words(one.state, seen.rules[name].source)
            way = way_out(one.state.verdict, name) or f"`listsync lists {name}` reads it again"
            yield f"{name} may hold more than is told here ({said}); {way}"


def _explained(
    session: Session, seen: Considered, one: Deliberation, rows: Rows, railed: Railed, names: Names
) -> ExplainedKey:
    title, year = names(one)
    line = railed.lines.get(one.key) or planned(one, seen.about)
    sponsors = tuple(sponsors_of(session, seen, one.key))
    left_out = tuple(left_out_of(session, seen, one.key, rows))
    obstacles = tuple(obstacles_of(case := Case(session, seen, one, line, sponsors, left_out), railed))
    first = obstacles[0] if obstacles else None
    reason = line.reason or (first.reason if first else None)
    record, request = one.record, one.actual.request
    return ExplainedKey(
        key=one.key,
        title=title,
        year=year,
        wanted=one.want is not None,
        sponsors=sponsors,
        left_out=left_out,
        formerly=record.sponsors if record and one.want is None else (),
        lead=line.lead,
        action=line.action,
        proposed=line.proposed,
        turn=line.turn,
        reason=reason,
        detail=first.detail if first and first.reason is reason else line.detail,
        sentence=REASONS[line.reason].summary if line.reason else first.sentence if first else _QUIET,
        way_out=first.way_out if first else case.way_out(reason),
        obstacles=obstacles,
        rails=tuple(rail_verdict(check) for check in railed.checks.get(one.key, ())),
        drift=railed.drift[one.key],
        approval=line.approval or "",
        actual=one.situation.actual,
        request_id=request.id if request else None,
        request_status=_status(request.status) if request else "",
        requested_at=request.created_at if request else "",
        ours=one.actual.ours,
        requester=user_name(session, request.requested_by) if request and request.requested_by is not None else None,
        record=record.state if record else one.situation.record,
        since=record.since if record else None,
        recorded_reason=record.reason if record else None,
        seasons_wanted=tuple(sorted(one.wanted_seasons)),
        seasons_there=tuple(sorted(one.actual.available)),
        seasons_remembered=record.seasons if record else (),
        events=session.ledger.events(key=one.key, limit=EVENTS_SHOWN),
    )


def _status(status: int) -> str:
    return RequestStatus(status).name.lower() if status in set(RequestStatus) else str(status)
