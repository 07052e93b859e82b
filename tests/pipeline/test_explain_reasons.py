"""Every reason there is has its words, its row in the documentation, a way out, and a household in which `listsync
explain` names it with that way out, the names of the case filled in."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.commands.render.explain import explain_text
from reconciler.commands.render.page import View
from reconciler.explaining import explain
from reconciler.pipeline import apply_plan
from reconciler.session import Session
from schemas.explain import Explanation
from schemas.fetch import Verdict
from schemas.plan import DriftKind, Plan
from schemas.reasons import REASONS, Reason
from schemas.report import Report
from tests.pipeline import lives
from tests.pipeline.home import Home
from tests.pipeline.lives import DUNE, MATRIX, THRONES

DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True)
class Scenario:
    """How a household comes to a reason, what is asked, and the way out that is told."""

    live: Callable[[Home], object]
    way_out: str
    ask: str = MATRIX


ALLOW = f"`listsync allow {MATRIX}`"
SCENARIOS = {
    Reason.ACTUAL_UNREADABLE: Scenario(lives.no_details, "read again in the next run", THRONES),
    Reason.SOURCE_UNTRUSTED: Scenario(
        lambda home: (lives.requested(home, MATRIX, DUNE), lives.loses(home, DUNE)),
        "the next trusted fetch of films confirms it",
    ),
    Reason.LEFT_ALL_LISTS: Scenario(
        lambda home: (lives.requested(home, MATRIX, DUNE), lives.loses(home, DUNE, plans=2)), "put it back on films"
    ),
    Reason.MATCH_CORRECTED: Scenario(lives.corrected, "`listsync match file:dune-1984 --remove`", "movie:tmdb:841"),
    Reason.DENIED: Scenario(lives.denied, f"`listsync deny {MATRIX} --remove`"),
    Reason.BLOCKLISTED: Scenario(lives.blocklisted, "remove it from the blocklist"),
    Reason.AVAILABLE: Scenario(lives.available, "nothing to do"),
    Reason.IN_FLIGHT: Scenario(lives.requested, "delete or decline the request on the server"),
    Reason.REQUESTED_ELSEWHERE: Scenario(lives.asked_by_another, "theirs to take back"),
    Reason.SUPPRESSED: Scenario(lives.suppressed, ALLOW),
    Reason.NOT_KEPT: Scenario(lives.dropped, "`listsync allow tv:tmdb:990001`", "tv:tmdb:990001"),
    Reason.FAILED: Scenario(lives.failed, "`lists.films.policy.on_failed: retry`"),
    Reason.MISSING_SEASONS: Scenario(lives.partly_there, "`lists.films.policy.on_new_seasons: keep`", THRONES),
    Reason.PARTLY_AVAILABLE: Scenario(
        lambda home: lives.partly_there(home, policy={"on_new_seasons": "keep"}), f"`listsync allow {THRONES}`", THRONES
    ),
    Reason.WANTED: Scenario(lives.wanted, f"`listsync deny {MATRIX}` keeps it from being requested"),
    Reason.LIFTED: Scenario(lives.lifted, f"`listsync deny {MATRIX}` keeps it from being requested"),
    Reason.RELISTED: Scenario(lives.came_back, "`lists.films.policy.on_relisted`"),
    Reason.DECLINED: Scenario(lives.declined, ALLOW),
    Reason.REQUEST_DELETED: Scenario(lives.deleted, ALLOW),
    Reason.MEDIA_DELETED: Scenario(lives.files_deleted, ALLOW),
    Reason.RECREATED: Scenario(
        lambda home: lives.deleted(home, policy={"on_deleted": "request"}), "`lists.films.policy.on_deleted: respect`"
    ),
    Reason.NO_SEASONS_YET: Scenario(
        lambda home: lives.wanted(home, THRONES, request={"seasons": [40]}), "read again tomorrow", THRONES
    ),
    Reason.OUTCOME_UNKNOWN: Scenario(lives.unanswered, "settled by a read two minutes after it was sent"),
    Reason.QUOTA_EXCEEDED: Scenario(lives.over_quota, "raise it in the server's user settings"),
    Reason.NOT_PERMITTED: Scenario(lives.not_permitted, "change `lists.films.request_as`"),
    Reason.TVDB_CONFLICT: Scenario(lives.same_tvdb_id, "correct the title on the server", "tv:tmdb:990002"),
    Reason.REJECTED: Scenario(lives.rejected, "see the server's own words"),
    Reason.OTHER_QUALITY: Scenario(lives.other_quality, "delete the request on the server's requests page"),
    Reason.UNROUTABLE: Scenario(lives.unroutable, "change `lists.films.request.profile`", THRONES),
    Reason.PAUSED: Scenario(
        lives.railed({"pause": {"reason": "disk full"}}), "remove `rails.pause` from listsync.yaml"
    ),
    Reason.OUTSIDE_WINDOW: Scenario(
        lives.railed({"windows": [{"allow": "0 1 * * *", "for": "2h"}]}), "change `rails.windows`"
    ),
    Reason.FIRST_RUN_BUDGET: Scenario(lives.railed({"budget": {"first_run": 1}}), "set `rails.budget.first_run`"),
    Reason.RUN_BUDGET: Scenario(
        lives.railed({"budget": {"first_run": "unlimited", "per_run": 1}}), "raise `rails.budget.per_run`, which is 1"
    ),
    Reason.DAY_BUDGET: Scenario(
        lives.railed({"budget": {"first_run": "unlimited", "per_day": 1}}), "raise `rails.budget.per_day`, which is 1"
    ),
    Reason.MASS_CANCEL: Scenario(lives.mass_cancel, "raise `rails.max_cancels`"),
    Reason.MASS_DELETION: Scenario(lives.mass_deletion, "`listsync accept server`", "movie:tmdb:700003"),
    Reason.NOT_FOUND: Scenario(
        lambda home: lives.wanted(home, "No Such Film (1951)"),
        "`listsync match file:no-such-film-1951 KEY`",
        "no such film",
    ),
    Reason.AMBIGUOUS: Scenario(lives.two_films, "`listsync match file:twins-apart-2001 KEY`", "twins apart"),
    Reason.BELOW_THRESHOLD: Scenario(
        lambda home: lives.wanted(home, "The Matrix (1972)"), "`listsync match file:the-matrix-1972 KEY`", "matrix"
    ),
    Reason.WRONG_KIND: Scenario(
        lives.rows({"title": "The Matrix", "imdb_id": "tt0133093", "type": "show"}), "`listsync match", "tt0133093"
    ),
    Reason.ID_CONFLICT: Scenario(
        lives.rows(
            {"title": "The Matrix", "tvdb_id": 121361, "imdb_id": "tt0133093"},
            {"title": "Severance", "imdb_id": "tt11280740", "type": "show"},
        ),
        "`listsync match imdb:tt0133093 KEY`",
        "tt0133093",
    ),
    Reason.UNKNOWN_ID: Scenario(
        lambda home: lives.requested(home, "movie:tmdb:999999999"), "`listsync match", "movie:tmdb:999999999"
    ),
    Reason.LOOKUP_FAILED: Scenario(lives.no_search, "looked up again in the next run", "matrix"),
    Reason.NOTHING_TO_GO_BY: Scenario(
        lives.rows({"title": "", "tvdb_id": 5, "type": "movie"}),
        "correct the row, or remove it from the list",
        "tvdb:5",
    ),
    Reason.NOT_REQUESTABLE: Scenario(
        lives.table("Const,Title,Title Type,Year", "tt0802999,A Game,Video Game,2007"),
        "such rows never count",
        "tt0802999",
    ),
    Reason.FILTERED: Scenario(
        lambda home: lives.wanted(home, filter={"years": "2000.."}),
        "change `lists.films.filter.years`, which is 2000..",
    ),
    Reason.OVER_LIMIT: Scenario(
        lambda home: lives.wanted(home, DUNE, MATRIX, limit=1), "raise `lists.films.limit`, which is 1"
    ),
    Reason.NOT_COMBINED: Scenario(lives.not_combined, "change `lists.best.combine`"),
    Reason.DUPLICATE: Scenario(
        lambda home: lives.wanted(home, MATRIX, "The Matrix (1999)"),
        "`listsync match file:the-matrix-1999 KEY`",
        "matrix",
    ),
}
OF_ONE_APPLY = {
    Reason.STALE: "an action of a plan that was made before; the next plan decides anew",
    Reason.STOPPED: "an action that the end of a run left undone; the next plan decides anew",
}
"""Reasons that no title is ever in: they are told by the report of the apply that they happened in."""


def test_every_reason_is_lived_through_or_said_to_be_none_of_a_title() -> None:
    assert set(SCENARIOS) | set(OF_ONE_APPLY) == set(Reason)
    assert not set(SCENARIOS) & set(OF_ONE_APPLY)
    assert all(OF_ONE_APPLY.values())


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.value)
def test_every_reason_has_words_a_way_out_and_its_row_in_the_documentation(reason: Reason) -> None:
    text = REASONS[reason]
    assert text.summary
    assert text.way_out
    row = f"| **{reason.value}** | {text.summary} | {text.way_out} |"
    assert row in (DOCS / "reasons.md").read_text("utf-8")


@pytest.mark.parametrize("reason", SCENARIOS, ids=lambda reason: reason.value)
def test_explain_names_the_reason_and_its_way_out(reason: Reason, home: Home) -> None:
    """As a value for machines and as the page that people read, on a wide terminal and on a narrow one."""
    scenario = SCENARIOS[reason]
    scenario.live(home)
    found = home.within(lambda session: explain(session, scenario.ask))
    ways = [way for told, way in told_by(found) if told is reason]
    assert ways, [told for told, _ in told_by(found)]
    assert all(scenario.way_out in way for way in ways), ways
    for way in ways:
        placeholders = re.findall(r"\b[A-Z]{3,}\b", re.sub(r"match \S+ KEY", "", way.replace("TMDB", "")))
        assert placeholders == [], way
    for width in (100, 60):
        page = squeezed(explain_text(found, View(width=width, now=home.clock())))
        assert squeezed(REASONS[reason].summary) in page.lower()
        assert squeezed(scenario.way_out) in page


def told_by(found: Explanation) -> Iterator[tuple[Reason | None, str]]:
    """Every reason of an explanation with its way out."""
    for one in found.keys:
        yield one.reason, one.way_out
        yield from ((obstacle.reason, obstacle.way_out) for obstacle in one.obstacles)
        yield from ((left.reason, left.way_out) for left in one.left_out)
    yield from ((left.reason, left.way_out) for left in found.left_out)


def squeezed(text: str) -> str:
    """Without the breaks of lines, which fall where the terminal ends."""
    return "".join(text.split()).lower()


def carried_out(session: Session, plan: Plan, reason: Reason) -> Report:
    """The plan, applied while somebody interrupts the run, or after all."""
    if reason is Reason.STOPPED:
        session.tools.stop.set()
    return apply_plan(session, plan)


@pytest.mark.parametrize("reason", OF_ONE_APPLY, ids=lambda reason: reason.value)
def test_what_ends_with_its_apply_is_told_there_and_then_explained_as_what_it_is_now(
    reason: Reason, home: Home
) -> None:
    home.holds("films", MATRIX)
    plan = home.plan()
    if reason is Reason.STALE:
        home.server.people.request("movie", 603, user=5)
    report = home.within(lambda session: carried_out(session, plan, reason))
    assert [one.reason for one in report.outcomes] == [reason]
    (now,) = home.within(lambda session: explain(session, MATRIX)).keys
    assert now.reason is (Reason.REQUESTED_ELSEWHERE if reason is Reason.STALE else Reason.WANTED)


# --- drift -----------------------------------------------------------------------------------------------------------


DRIFTS = {
    DriftKind.REQUEST_DELETED: Scenario(lives.deleted, ALLOW),
    DriftKind.REQUEST_DECLINED: Scenario(lives.declined, ALLOW),
    DriftKind.MEDIA_DELETED: Scenario(lives.files_deleted, ALLOW),
    DriftKind.REQUEST_FAILED: Scenario(lives.failed, "policy.on_failed: retry`"),
    DriftKind.ITEM_RELISTED: Scenario(lives.came_back, "policy.on_relisted`"),
    DriftKind.MATCH_CORRECTED: Scenario(lives.corrected, "`listsync match file:dune-1984 --remove`", "movie:tmdb:841"),
    DriftKind.FOREIGN_WRITER: Scenario(lives.foreign_writer, "each needs its own"),
    DriftKind.EDITED: Scenario(lives.seasons_edited, "edit the request on the server again", THRONES),
    DriftKind.NOT_KEPT: Scenario(lives.dropped, "`listsync allow tv:tmdb:990001`", "tv:tmdb:990001"),
}
OF_THE_SERVER = {DriftKind.SERVER_CHANGED: "it is about no title; explain says it before anything else"}


def test_every_kind_of_drift_is_lived_through() -> None:
    assert set(DRIFTS) | set(OF_THE_SERVER) == set(DriftKind)


@pytest.mark.parametrize("kind", DRIFTS, ids=lambda kind: kind.value)
def test_explain_tells_what_others_changed_and_how_to_have_it_otherwise(kind: DriftKind, home: Home) -> None:
    scenario = DRIFTS[kind]
    scenario.live(home)
    found = home.within(lambda session: explain(session, scenario.ask))
    (one,) = found.keys
    (drift,) = [told for told in one.drift if told.kind is kind]
    assert drift.reaction
    assert drift.way_out
    page = squeezed(explain_text(found, View(width=60, now=home.clock())))
    assert squeezed(scenario.way_out) in page


DOUBTS = {
    Verdict.FAILED: "`listsync lists films` reads it again",
    Verdict.PARTIAL: "`listsync lists films` reads it again",
    Verdict.SUSPICIOUS_EMPTY: "look at the list in a browser",
    Verdict.EMPTY_UNCONFIRMED: "`listsync accept films`",
    Verdict.SHRINK_UNCONFIRMED: "`listsync accept films`",
    None: "`listsync lists films` reads it again",
}
BELIEVED = {Verdict.TRUSTED, Verdict.KEPT}


def test_every_verdict_is_believed_or_doubted() -> None:
    assert DOUBTS.keys() | BELIEVED == {None, *Verdict}


@pytest.mark.parametrize("verdict", DOUBTS)
def test_explain_says_which_lists_may_hold_more_and_what_to_do_about_them(verdict: Verdict | None, home: Home) -> None:
    lives.wanted(home)

    def judged(session: Session) -> None:
        state = session.ledger.list_states()["films"]
        session.ledger.save_list_state(state.model_copy(update={"verdict": verdict}))

    home.within(judged)
    note = home.within(lambda session: explain(session, MATRIX)).note
    assert note.startswith("films may hold more than is told here")
    assert DOUBTS[verdict] in note


def test_explain_says_that_another_server_answers(home: Home) -> None:
    lives.requested(home)
    home.server.people.reset()
    home.yaml["server"].pop("request_as")
    note = home.within(lambda session: explain(session, MATRIX)).note
    assert "another server answers" in note
    assert "`listsync accept server`" in note
