"""How a household comes to a state of affairs: one function for each, told by its name."""

from collections.abc import Callable

import httpx

from reconciler.session import Session
from schemas.media import Key
from schemas.reasons import Reason
from schemas.record import Refusal
from tests.pipeline.home import Home

MATRIX, DUNE = "movie:tmdb:603", "movie:tmdb:438631"
HEAT = "movie:tmdb:949"
THRONES = "tv:tmdb:1399"


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


def seasons_edited(home: Home) -> None:
    requested(home, THRONES, request={"seasons": [1]})
    url = f"{home.server.api_url}/request/{request_id(home, 1399, 'tv')}"
    body = {"mediaType": "tv", "seasons": [1, 2]}
    httpx.put(url, json=body, headers={"X-Api-Key": home.server.api_key}).raise_for_status()


def foreign_writer(home: Home) -> None:
    requested(home, DUNE)
    home.server.people.request("movie", 603, user=2)
