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
from schemas.media import Key
from schemas.plan import Plan
from schemas.reasons import REASONS, Reason
from schemas.record import Refusal
from schemas.report import Report
from tests.pipeline.home import Home

MATRIX, DUNE, HEAT, ALIEN = "movie:tmdb:603", "movie:tmdb:438631", "movie:tmdb:949", "movie:tmdb:348"
THRONES = "tv:tmdb:1399"
DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True)
class Scenario:
    """How a household comes to a reason, what is asked, and the way out that is told."""

    live: Callable[[Home], object]
    way_out: str
    ask: str = MATRIX


def request_id(home: Home, tmdb: int = 603, kind: str = "movie") -> int:
    return home.server.people.requests_of(kind, tmdb)[0]["id"]


def wanted(home: Home, *titles: str, **options: object) -> None:
    home.holds("films", *(titles or (MATRIX,)), **options)
    home.plan()


def requested(home: Home, *titles: str, **options: object) -> None:
    """Asked for by somebody whose requests wait for approval."""
    home.yaml["server"]["request_as"] = "asker"
    home.holds("films", *(titles or (MATRIX,)), **options)
    home.apply()


def many(home: Home, count: int) -> list[str]:
    """So many films, requested."""
    for n in range(count):
        home.server.people.add_title("movie", 700_000 + n, f"Film {n}", date="2001-01-01")
    titles = [f"movie:tmdb:{700_000 + n}" for n in range(count)]
    requested(home, *titles)
    return titles


def loses(home: Home, *left: str, plans: int = 1) -> None:
    """The list holds only these from now on, as so many trusted fetches say."""
    home.holds("films", *left)
    for _ in range(plans):
        home.clock.pass_(days=2)
        home.plan()


def deleted(home: Home, **options: object) -> None:
    requested(home, **options)
    home.server.people.delete_request(request_id(home))


def suppressed(home: Home) -> None:
    deleted(home)
    home.apply()


def lifted(home: Home) -> None:
    suppressed(home)
    home.clock.pass_(hours=1)
    home.yaml["overrides"] = {"allow": {MATRIX: {"why": "wanted after all"}}}
    home.plan()


def came_back(home: Home) -> None:
    requested(home, MATRIX, DUNE)
    home.server.people.delete_request(request_id(home))
    home.holds("films", DUNE)
    for _ in range(3):
        home.clock.pass_(days=2)
        home.apply()
    wanted(home, MATRIX, DUNE)


def declined(home: Home) -> None:
    requested(home)
    home.server.people.decline(request_id(home))


def failed(home: Home) -> None:
    requested(home)
    home.server.people.fail_request(request_id(home))


def files_deleted(home: Home) -> None:
    requested(home)
    home.server.people.make_available("movie", 603)
    home.apply()
    home.server.people.delete_files("movie", 603)


def corrected(home: Home) -> None:
    requested(home, "Dune (1984)")
    home.yaml["overrides"] = {"match": {"file:dune-1984": {"to": DUNE, "why": "the new one"}}}
    home.plan()


def denied(home: Home) -> None:
    wanted(home)
    home.yaml["overrides"] = {"deny": {MATRIX: {"why": "own it on disc"}}}


def blocklisted(home: Home) -> None:
    wanted(home)
    home.server.people.block("movie", 603)


def available(home: Home) -> None:
    requested(home)
    home.server.people.make_available("movie", 603)


def asked_by_another(home: Home) -> None:
    wanted(home)
    home.server.people.request("movie", 603, user=5)


def dropped(home: Home) -> None:
    home.server.people.add_title("tv", 990001, "Lost Show", date="2020-01-01", seasons=[[1, 8]])
    home.holds("films", "tv:tmdb:990001")
    home.apply()


def partly_there(home: Home, **options: object) -> None:
    home.holds("films", THRONES, **options)
    home.apply()
    home.server.people.make_available("tv", 1399)
    home.apply()
    home.server.people.add_season(1399)
    home.clock.pass_(days=40)
    home.plan()


def no_details(home: Home) -> None:
    home.server.people.set_tmdb(500)
    wanted(home, THRONES)


def unanswered(home: Home) -> None:
    home.server.faults.add("close", method="POST", path="/request", nth=1)
    requested(home)


def over_quota(home: Home) -> None:
    home.yaml["server"]["request_as"] = "limited"
    wanted(home, DUNE, HEAT, MATRIX)


def not_permitted(home: Home) -> None:
    home.yaml["server"]["request_as"] = "guest"
    home.holds("films", MATRIX)
    home.apply()


def same_tvdb_id(home: Home) -> None:
    for tmdb, name in ((990001, "One Show"), (990002, "Other Show")):
        home.server.people.add_title("tv", tmdb, name, date="2020-01-01", tvdb_id=77, seasons=[[1, 8]])
    home.server.people.request("tv", 990001, user=5)
    requested(home, "tv:tmdb:990002")


def rejected(home: Home) -> None:
    """No server of ours refuses a whole request with words; the ledger is told that one did."""
    wanted(home)
    digest = home.loaded().digest

    def refuse(session: Session) -> None:
        with session.ledger.writing() as tx:
            tx.put_refusal(
                Refusal(key=Key.parse(MATRIX), reason=Reason.REJECTED, text="no", at=home.clock(), config_digest=digest)
            )

    home.within(refuse)


def other_quality(home: Home) -> None:
    requested(home, policy={"on_removed": "cancel"})
    home.server.people.request("movie", 603, user=1, is4k=True)
    home.server.people.make_available("movie", 603, is4k=True)
    home.server.people.delete_files("movie", 603, is4k=True)
    loses(home, DUNE, plans=2)


def unroutable(home: Home) -> None:
    home.server.people.change_service("sonarr", 0, profiles={1: "Any"})
    wanted(home, MATRIX, THRONES, request={"profile": "HD-1080p"})


def railed(rails: dict[str, object]) -> Callable[[Home], None]:
    def live(home: Home) -> None:
        home.yaml["rails"] = rails
        wanted(home, DUNE, MATRIX)

    return live


def mass_cancel(home: Home) -> None:
    home.yaml["rails"]["max_cancels"] = 0
    requested(home, MATRIX, DUNE, policy={"on_removed": "cancel"})
    loses(home, DUNE, plans=2)


def mass_deletion(home: Home) -> None:
    for tmdb in many(home, 21):
        home.server.people.delete_request(request_id(home, int(tmdb.rpartition(":")[2])))


def rows(*titles: dict[str, object]) -> Callable[[Home], None]:
    def live(home: Home) -> None:
        home.holds("films", *titles)
        home.plan()

    return live


def two_films(home: Home) -> None:
    """Of one name and one year: a row that tells nothing else may be either."""
    for tmdb in (990_003, 990_004):
        home.server.people.add_title("movie", tmdb, "Twins Apart", date="2001-01-01")
    wanted(home, "Twins Apart (2001)")


def no_search(home: Home) -> None:
    home.server.people.set_tmdb(500)
    wanted(home, "The Matrix (1999)")


def table(*lines: str) -> Callable[[Home], None]:
    def live(home: Home) -> None:
        (home.folder / "films.csv").write_text("\n".join(lines))
        home.yaml["lists"]["films"] = {"source": "file:films.csv"}
        home.plan()

    return live


def not_combined(home: Home) -> None:
    home.holds("critics", MATRIX, input_only=True)
    home.holds("friends", DUNE, input_only=True)
    home.yaml["lists"]["best"] = {"combine": {"of": ["critics", "friends"], "at_least": 2}}
    home.plan()


ALLOW = f"`listsync allow {MATRIX}`"
SCENARIOS = {
    Reason.ACTUAL_UNREADABLE: Scenario(no_details, "read again in the next run", THRONES),
    Reason.SOURCE_UNTRUSTED: Scenario(
        lambda home: (requested(home, MATRIX, DUNE), loses(home, DUNE)), "the next trusted fetch of films confirms it"
    ),
    Reason.LEFT_ALL_LISTS: Scenario(
        lambda home: (requested(home, MATRIX, DUNE), loses(home, DUNE, plans=2)), "put it back on films"
    ),
    Reason.MATCH_CORRECTED: Scenario(corrected, "`listsync match file:dune-1984 --remove`", "movie:tmdb:841"),
    Reason.DENIED: Scenario(denied, f"`listsync deny {MATRIX} --remove`"),
    Reason.BLOCKLISTED: Scenario(blocklisted, "remove it from the blocklist"),
    Reason.AVAILABLE: Scenario(available, "nothing to do"),
    Reason.IN_FLIGHT: Scenario(requested, "delete or decline the request on the server"),
    Reason.REQUESTED_ELSEWHERE: Scenario(asked_by_another, "theirs to take back"),
    Reason.SUPPRESSED: Scenario(suppressed, ALLOW),
    Reason.NOT_KEPT: Scenario(dropped, "`listsync allow tv:tmdb:990001`", "tv:tmdb:990001"),
    Reason.FAILED: Scenario(failed, "`lists.films.policy.on_failed: retry`"),
    Reason.MISSING_SEASONS: Scenario(partly_there, "`lists.films.policy.on_new_seasons: keep`", THRONES),
    Reason.PARTLY_AVAILABLE: Scenario(
        lambda home: partly_there(home, policy={"on_new_seasons": "keep"}), f"`listsync allow {THRONES}`", THRONES
    ),
    Reason.WANTED: Scenario(wanted, f"`listsync deny {MATRIX}` keeps it from being requested"),
    Reason.LIFTED: Scenario(lifted, f"`listsync deny {MATRIX}` keeps it from being requested"),
    Reason.RELISTED: Scenario(came_back, "`lists.films.policy.on_relisted`"),
    Reason.DECLINED: Scenario(declined, ALLOW),
    Reason.REQUEST_DELETED: Scenario(deleted, ALLOW),
    Reason.MEDIA_DELETED: Scenario(files_deleted, ALLOW),
    Reason.RECREATED: Scenario(
        lambda home: deleted(home, policy={"on_deleted": "request"}), "`lists.films.policy.on_deleted: respect`"
    ),
    Reason.NO_SEASONS_YET: Scenario(
        lambda home: wanted(home, THRONES, request={"seasons": [40]}), "read again tomorrow", THRONES
    ),
    Reason.OUTCOME_UNKNOWN: Scenario(unanswered, "settled by a read two minutes after it was sent"),
    Reason.QUOTA_EXCEEDED: Scenario(over_quota, "raise it in the server's user settings"),
    Reason.NOT_PERMITTED: Scenario(not_permitted, "change `lists.films.request_as`"),
    Reason.TVDB_CONFLICT: Scenario(same_tvdb_id, "correct the title on the server", "tv:tmdb:990002"),
    Reason.REJECTED: Scenario(rejected, "see the server's own words"),
    Reason.OTHER_QUALITY: Scenario(other_quality, "delete the request on the server's requests page"),
    Reason.UNROUTABLE: Scenario(unroutable, "change `lists.films.request.profile`", THRONES),
    Reason.PAUSED: Scenario(railed({"pause": {"reason": "disk full"}}), "remove `rails.pause` from listsync.yaml"),
    Reason.OUTSIDE_WINDOW: Scenario(
        railed({"windows": [{"allow": "0 1 * * *", "for": "2h"}]}), "change `rails.windows`"
    ),
    Reason.FIRST_RUN_BUDGET: Scenario(railed({"budget": {"first_run": 1}}), "set `rails.budget.first_run`"),
    Reason.RUN_BUDGET: Scenario(
        railed({"budget": {"first_run": "unlimited", "per_run": 1}}), "raise `rails.budget.per_run`, which is 1"
    ),
    Reason.DAY_BUDGET: Scenario(
        railed({"budget": {"first_run": "unlimited", "per_day": 1}}), "raise `rails.budget.per_day`, which is 1"
    ),
    Reason.MASS_CANCEL: Scenario(mass_cancel, "raise `rails.max_cancels`"),
    Reason.MASS_DELETION: Scenario(mass_deletion, "`listsync accept server`", "movie:tmdb:700003"),
    Reason.NOT_FOUND: Scenario(
        lambda home: wanted(home, "No Such Film (1951)"), "`listsync match file:no-such-film-1951 KEY`", "no such film"
    ),
    Reason.AMBIGUOUS: Scenario(two_films, "`listsync match file:twins-apart-2001 KEY`", "twins apart"),
    Reason.BELOW_THRESHOLD: Scenario(
        lambda home: wanted(home, "The Matrix (1972)"), "`listsync match file:the-matrix-1972 KEY`", "matrix"
    ),
    Reason.WRONG_KIND: Scenario(
        rows({"title": "The Matrix", "imdb_id": "tt0133093", "type": "show"}), "`listsync match", "tt0133093"
    ),
    Reason.ID_CONFLICT: Scenario(
        rows(
            {"title": "The Matrix", "tvdb_id": 121361, "imdb_id": "tt0133093"},
            {"title": "Severance", "imdb_id": "tt11280740", "type": "show"},
        ),
        "`listsync match imdb:tt0133093 KEY`",
        "tt0133093",
    ),
    Reason.UNKNOWN_ID: Scenario(
        lambda home: requested(home, "movie:tmdb:999999999"), "`listsync match", "movie:tmdb:999999999"
    ),
    Reason.LOOKUP_FAILED: Scenario(no_search, "looked up again in the next run", "matrix"),
    Reason.NOTHING_TO_GO_BY: Scenario(
        rows({"title": "", "tvdb_id": 5, "type": "movie"}), "correct the row, or remove it from the list", "tvdb:5"
    ),
    Reason.NOT_REQUESTABLE: Scenario(
        table("Const,Title,Title Type,Year", "tt0802999,A Game,Video Game,2007"), "such rows never count", "tt0802999"
    ),
    Reason.FILTERED: Scenario(
        lambda home: wanted(home, filter={"years": "2000.."}), "change `lists.films.filter.years`, which is 2000.."
    ),
    Reason.OVER_LIMIT: Scenario(
        lambda home: wanted(home, DUNE, MATRIX, limit=1), "raise `lists.films.limit`, which is 1"
    ),
    Reason.NOT_COMBINED: Scenario(not_combined, "change `lists.best.combine`"),
    Reason.DUPLICATE: Scenario(
        lambda home: wanted(home, MATRIX, "The Matrix (1999)"), "`listsync match file:the-matrix-1999 KEY`", "matrix"
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
    assert any(scenario.way_out in way for way in ways), ways
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
