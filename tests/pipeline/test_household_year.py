"""A year in a family of four, day by day, on each of the three products: what people, lists, server and configuration
do is written down like a calendar, and after every apply a conscience of its own (tests/pipeline/household.py) asks
whether anybody's no was overruled, anything doubled, taken away, or left unsaid.

listsync runs on the days on which something happens; with `LISTSYNC_EXAMPLES` in the environment on nearly all days.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from reconciler.demo.server import Title
from schemas.media import Key
from tests.pipeline.home import START
from tests.pipeline.household import House, household

PRODUCTS = ("seerr", "jellyseerr-2.7", "overseerr")
NAMES = [
    "Alien",
    "Brazil",
    "Casino",
    "Dune",
    "Elephant",
    "Fargo",
    "Gilda",
    "Heat",
    "Ikiru",
    "Jaws",
    "Kes",
    "Laura",
    "Metropolis",
    "Nosferatu",
    "Oldboy",
    "Persona",
]
YEARS = dict(
    zip(
        NAMES,
        (1979, 1985, 1995, 2021, 1980, 1996, 1946, 1995, 1952, 1975, 1969, 1944, 1927, 1922, 2003, 1966),
        strict=True,
    )
)
FILMS = [
    Title(
        "movie",
        100 + n,
        name,
        date=f"{YEARS[name]}-05-01",
        imdb_id=f"tt{100 + n:07d}",
        rating=8.0 - n % 3,
        genres=("Horror",) if name in {"Alien", "Nosferatu"} else ("Drama",),
    )
    for n, name in enumerate(NAMES)
]
(
    ALIEN,
    BRAZIL,
    CASINO,
    DUNE,
    ELEPHANT,
    FARGO,
    GILDA,
    HEAT,
    IKIRU,
    JAWS,
    KES,
    LAURA,
    METROPOLIS,
    NOSFERATU,
    OLDBOY,
    PERSONA,
) = (f"movie:tmdb:{film.tmdb_id}" for film in FILMS)
HITS = [Title("movie", 300 + n, f"Hit {n}", date="2025-11-01", imdb_id=f"tt{300 + n:07d}") for n in range(24)]
HIT = [f"movie:tmdb:{hit.tmdb_id}" for hit in HITS]
SHOWS = [
    Title(
        "tv",
        201,
        "Thrones",
        date="2011-04-17",
        tvdb_id=5201,
        seasons=((0, 4), (1, 10), (2, 10), (3, 10)),
        status="Ended",
    ),
    Title(
        "tv", 202, "Severance", date="2022-02-18", tvdb_id=5202, seasons=((1, 9), (2, 10)), status="Returning Series"
    ),
    Title(
        "tv", 203, "Twin Peaks", date="1990-04-08", tvdb_id=5203, seasons=((1, 8), (2, 22)), status="Returning Series"
    ),
]
THRONES, SEVERANCE, TWIN_PEAKS = (f"tv:tmdb:{show.tmdb_id}" for show in SHOWS)
OLD = {
    key
    for key, name in zip((f"movie:tmdb:{film.tmdb_id}" for film in FILMS), NAMES, strict=True)
    if YEARS[name] <= 1960
}
LISTEN = {"filter": {"years": "..1960"}}


@dataclass(frozen=True)
class Day:
    """What happens before listsync runs, and how some titles stand in the ledger afterwards."""

    number: int
    story: str
    happens: Callable[[House], object]
    then: Mapping[str, str] = field(default_factory=dict)
    code: int = 0
    unknown_to: tuple[str, ...] = ()
    """Products on which this cannot happen, or cannot be noticed."""


def moves_in(house: House) -> None:
    people = house.people
    ids = [
        people.add_user("ada"),
        people.add_user("ben", permissions=32 | 128),
        people.add_user("cleo", seasons=3, days=7),
        people.add_user("dan"),
    ]
    assert len(set(ids)) == 4
    house.declares("ada", ALIEN, BRAZIL, CASINO, DUNE, request_as="ada", policy={"on_removed": "cancel"})
    house.declares("ben", HEAT, ALIEN, THRONES, request_as="ben")
    house.declares("cleo", SEVERANCE, TWIN_PEAKS, request_as="cleo", policy={"on_failed": "retry"})
    house.declares("chart", *HIT[:8], web=True, limit=5, policy={"on_removed": "cancel"})
    house.declares(
        "classics",
        GILDA,
        LAURA,
        METROPOLIS,
        NOSFERATU,
        JAWS,
        IKIRU,
        request_as="dan",
        passes=lambda key: key in OLD and key != NOSFERATU,
        filter={"years": "..1960", "genres": {"none": ["Horror"]}},
    )
    house.declares("seen", KES, input_only=True)
    house.declares("tonight", of=("ada", "ben"), combine={"of": ["ada", "ben"], "at_least": 2, "except": ["seen"]})


DELETING = ("overseerr",)
CALENDAR = (
    Day(
        1,
        "the family moves in and writes its lists",
        moves_in,
        {ALIEN: "requested", NOSFERATU: "none", HIT[4]: "requested", HIT[5]: "none"},
    ),
    Day(
        3,
        "Ada's requests are approved; Dune is declined",
        lambda h: (h.declines(DUNE), h.approves(ALIEN, BRAZIL)),
        {DUNE: "suppressed"},
    ),
    Day(
        5,
        "Alien and Heat arrive",
        lambda h: (h.watches(ALIEN), h.watches(HEAT)),
        {ALIEN: "satisfied", HEAT: "satisfied"},
    ),
    Day(
        12,
        "Ada deletes Alien in the library",
        lambda h: h.deletes_files(ALIEN),
        {ALIEN: "suppressed"},
        unknown_to=DELETING,
    ),
    Day(
        14,
        "Ben deletes the request for Thrones, of which he has seen enough",
        lambda h: h.deletes_request(THRONES),
        {THRONES: "suppressed"},
    ),
    Day(
        16, "Ada puts Persona and Oldboy on her list", lambda h: h.adds("ada", PERSONA, OLDBOY), {PERSONA: "requested"}
    ),
    Day(
        18,
        "Dan requests Fargo himself, and Ada lists it",
        lambda h: (h.asks(FARGO, 12), h.adds("ada", FARGO)),
        {FARGO: "tracked"},
    ),
    Day(20, "Oldboy is taken off the list: once is no loss", lambda h: h.drops("ada", OLDBOY), {OLDBOY: "requested"}),
    Day(
        21,
        "nor is it there on the next day, and its pending request is withdrawn",
        lambda h: None,
        {OLDBOY: "released"},
    ),
    Day(
        24,
        "Severance season 1 arrives",
        lambda h: (h.approves(SEVERANCE), h.watches(SEVERANCE, [1])),
        {SEVERANCE: "requested"},
    ),
    Day(27, "the chart turns over by half", lambda h: h.lists_only("chart", *HIT[4:12]), {HIT[8]: "requested"}),
    Day(30, "Severance is complete", lambda h: h.watches(SEVERANCE), {SEVERANCE: "satisfied"}),
    Day(33, "a third season of Severance is announced", lambda h: h.people.add_season(202), {SEVERANCE: "requested"}),
    Day(
        36,
        "Cleo deletes season 1, and declines the third",
        lambda h: (h.deletes_files(SEVERANCE, [1]), h.declines(SEVERANCE)),
        {SEVERANCE: "suppressed"},
        unknown_to=DELETING,
    ),
    Day(40, "the chart answers 503 for a week", lambda h: h.breaks("chart"), {HIT[8]: "requested"}, code=3),
    Day(
        43,
        "the chart still answers 503, and Hit 5 is deleted meanwhile",
        lambda h: h.deletes_request(HIT[5]),
        {HIT[5]: "suppressed"},
        code=3,
    ),
    Day(47, "the chart is back", lambda h: h.mends("chart"), {HIT[5]: "suppressed"}),
    Day(50, "the chart is empty for a day, which it never affirms", lambda h: h.lists_only("chart"), code=3),
    Day(51, "and whole again", lambda h: h.lists_only("chart", *HIT[2:10])),
    Day(
        55,
        "the classics may be of any year",
        lambda h: h.configures("classics", filter=None, passes=lambda key: True),
        {JAWS: "requested", NOSFERATU: "requested"},
    ),
    Day(
        57,
        "Dan deletes Jaws and Gilda: not his films",
        lambda h: (h.deletes_request(JAWS), h.deletes_request(GILDA)),
        {JAWS: "suppressed", GILDA: "suppressed"},
    ),
    Day(
        60,
        "the classics are old again",
        lambda h: h.configures("classics", filter={"years": "..1960"}, passes=lambda key: key in OLD),
        {JAWS: "suppressed", NOSFERATU: "requested"},
    ),
    Day(
        64,
        "the classics may be of any year once more: nobody put Jaws back on a list",
        lambda h: h.configures("classics", filter=None, passes=lambda key: True),
        {JAWS: "suppressed", GILDA: "suppressed"},
    ),
    Day(
        68,
        "the classics are limited to two",
        lambda h: h.configures("classics", limit=2),
        {METROPOLIS: "released", IKIRU: "released"},
    ),
    Day(
        70, "Dan deletes Ikiru, which is beyond the limit now", lambda h: h.deletes_request(IKIRU), {IKIRU: "released"}
    ),
    Day(
        74,
        "the limit is raised again",
        lambda h: h.configures("classics", limit=None),
        {METROPOLIS: "requested", IKIRU: "suppressed", GILDA: "suppressed"},
    ),
    Day(80, "Gilda is denied for a while, on top", lambda h: h.denies(GILDA), {GILDA: "suppressed"}),
    Day(
        84,
        "the denial is taken back: what was deleted stays deleted",
        lambda h: h.denies_no_more(GILDA),
        {GILDA: "suppressed"},
    ),
    Day(88, "Brazil is denied: its approved request is left alone", lambda h: h.denies(BRAZIL), {BRAZIL: "released"}),
    Day(90, "somebody deletes Brazil's request", lambda h: h.deletes_request(BRAZIL), {BRAZIL: "released"}),
    Day(94, "the denial of Brazil is taken back", lambda h: h.denies_no_more(BRAZIL), {BRAZIL: "suppressed"}),
    Day(98, "Ada allows Brazil: it is requested once more", lambda h: h.allows(BRAZIL), {BRAZIL: "requested"}),
    Day(101, "and declined: the allow is spent", lambda h: h.declines(BRAZIL), {BRAZIL: "suppressed"}),
    Day(104, "Ada allows Brazil in other words", lambda h: h.allows(BRAZIL, "really"), {BRAZIL: "requested"}),
    Day(
        107,
        "everything is paused; Ben lists Kes and Laura meanwhile",
        lambda h: (h.home.yaml["rails"].update(pause={"reason": "disk full"}), h.adds("ben", KES)),
        {KES: "none"},
        code=4,
    ),
    Day(109, "Dan deletes Laura during the pause", lambda h: h.deletes_request(LAURA), {LAURA: "suppressed"}),
    Day(111, "the pause ends", lambda h: h.home.yaml["rails"].pop("pause"), {KES: "requested", LAURA: "suppressed"}),
    Day(
        115,
        "Ben's list is paused, and he adds Fargo",
        lambda h: (h.configures("ben", pause="holidays"), h.adds("ben", ELEPHANT)),
        {ELEPHANT: "none"},
        code=4,
    ),
    Day(118, "Ben is back", lambda h: h.configures("ben", pause=None), {ELEPHANT: "requested"}),
    Day(121, "Ada takes Dune off her list", lambda h: h.drops("ada", DUNE)),
    Day(122, "a second time without it", lambda h: None, {DUNE: "suppressed"}),
    Day(125, "Ada puts Dune back: that is a wish", lambda h: h.adds("ada", DUNE), {DUNE: "requested"}),
    Day(128, "Dune is declined again, and stays so", lambda h: h.declines(DUNE), {DUNE: "suppressed"}),
    Day(
        131,
        "Ada's list is taken out of the file: her pending requests are withdrawn",
        lambda h: h.removes_list("ada"),
        {DUNE: "suppressed", PERSONA: "released"},
    ),
    Day(
        135,
        "Ada's list is brought back: Dune is not asked for again",
        lambda h: h.brings_list_back("ada"),
        {DUNE: "suppressed", BRAZIL: "suppressed", PERSONA: "requested"},
    ),
    Day(
        139,
        "the list of the classics is renamed",
        lambda h: h.renames_list("classics", "old-films"),
        {GILDA: "suppressed", METROPOLIS: "requested"},
    ),
    Day(
        142,
        "the old films are requested by Ben from now on",
        lambda h: (h.configures("old-films", request_as="ben"), h.adds("old-films", CASINO)),
        {GILDA: "suppressed"},
    ),
    Day(146, "Twin Peaks fails in Sonarr", lambda h: (h.approves(TWIN_PEAKS), h.fails(TWIN_PEAKS))),
    Day(148, "it was retried, and fails again", lambda h: h.fails(TWIN_PEAKS)),
    Day(150, "Cleo deletes the request", lambda h: h.deletes_request(TWIN_PEAKS), {TWIN_PEAKS: "suppressed"}),
    Day(153, "more of Twin Peaks is announced: no", lambda h: h.people.add_season(203), {TWIN_PEAKS: "suppressed"}),
    Day(
        156,
        "Fargo arrives, which was Dan's own request",
        lambda h: (h.approves(FARGO), h.watches(FARGO)),
        {FARGO: "satisfied"},
    ),
    Day(160, "the administrator clears Fargo", lambda h: h.clears(FARGO), {FARGO: "suppressed"}),
    Day(
        164,
        "Metropolis is blocklisted",
        lambda h: h.blocks(METROPOLIS),
        {METROPOLIS: "requested"},
        unknown_to=("overseerr",),
    ),
    Day(
        168,
        "and taken off the blocklist",
        lambda h: h.unblocks(METROPOLIS),
        {METROPOLIS: "suppressed"},
        unknown_to=("overseerr",),
    ),
    Day(
        172,
        "a budget of two a run, three a day; the chart turns over whole",
        lambda h: (h.home.yaml["rails"]["budget"].update(per_run=2, per_day=3), h.lists_only("chart", *HIT[12:20])),
    ),
    Day(173, "the day after", lambda h: None),
    Day(
        176,
        "the budget is gone",
        lambda h: [h.home.yaml["rails"]["budget"].pop(name) for name in ("per_run", "per_day")],
        {HIT[16]: "requested"},
    ),
    Day(180, "the ledger is backed up", lambda h: h.backs_up()),
    Day(
        183,
        "Elephant is deleted, Heat too",
        lambda h: (h.deletes_request(ELEPHANT), h.clears(HEAT)),
        {ELEPHANT: "suppressed", HEAT: "suppressed"},
    ),
    Day(
        186,
        "the disk dies, and the copy of the ledger is put back",
        lambda h: h.restores(),
        {ELEPHANT: "suppressed", HEAT: "suppressed"},
    ),
    Day(190, "a copy is made of the server", lambda h: h.copies_server()),
    Day(194, "the chart moves on", lambda h: h.lists_only("chart", *HIT[14:22])),
    Day(
        200,
        "the server is reinstalled with its old database: refused until it is accepted",
        lambda h: h.reinstalls(with_copy=True),
        code=4,
    ),
    Day(202, "it is accepted", lambda h: h.accepts_server(), {GILDA: "suppressed"}),
    Day(
        206,
        "charts may ask again for what was deleted",
        lambda h: h.configures("chart", policy={"on_removed": "cancel", "on_deleted": "request"}),
    ),
    Day(208, "Hit 15 is deleted, and asked for again", lambda h: h.deletes_request(HIT[15])),
    Day(
        210,
        "Hit 15 is declined: a declined title stays declined",
        lambda h: h.declines(HIT[15]),
        {HIT[15]: "suppressed"},
    ),
    Day(
        214,
        "new seasons are left alone",
        lambda h: (h.configures("cleo", policy={"on_new_seasons": "keep"}), h.people.add_season(202)),
    ),
    Day(218, "Ben's list shrinks to one", lambda h: (h.lists_only("ben", KES),)),
    Day(
        219,
        "and is whole again: a day is no loss",
        lambda h: h.lists_only("ben", HEAT, ALIEN, THRONES, KES, ELEPHANT),
        {THRONES: "suppressed", ELEPHANT: "suppressed"},
    ),
    Day(225, "all lists fail", lambda h: h.breaks(*(n for n, f in h.lists.declared.items() if not f.of)), code=1),
    Day(228, "and are there again", lambda h: h.mends(*(n for n, f in h.lists.declared.items() if not f.of))),
    Day(232, "Ada's Casino was another film", lambda h: h.matches(CASINO, NOSFERATU), {NOSFERATU: "requested"}),
    Day(240, "the chart comes down to one title", lambda h: h.lists_only("chart", HIT[20])),
    Day(243, "and back up", lambda h: h.lists_only("chart", *HIT[:8]), {HIT[5]: "suppressed"}),
    Day(250, "the ledger is lost", lambda h: h.loses_ledger(), {DUNE: "suppressed", BRAZIL: "suppressed"}),
    Day(255, "Kes is declined", lambda h: h.declines(KES), {KES: "suppressed"}),
    Day(260, "the server is reinstalled, empty", lambda h: (h.reinstalls(with_copy=False), moves_back(h)), code=4),
    Day(
        263,
        "it is accepted: what vanished is not asked for again",
        lambda h: h.accepts_server(),
        {BRAZIL: "suppressed", KES: "suppressed"},
    ),
    Day(267, "Ada allows Brazil for the last time", lambda h: h.allows(BRAZIL, "a last time"), {BRAZIL: "requested"}),
    Day(270, "Ben starts a list afresh: Jaws", lambda h: h.declares("fresh", JAWS, request_as="ben")),
    Day(300, "the server is out for a day", lambda h: h.home.server.stop(), code=1),
    Day(301, "and is there again", lambda h: h.home.server.start()),
    Day(
        330,
        "everything is asked for that a filter for long films lets through: nothing",
        lambda h: h.configures("chart", filter={"runtime": "300.."}, passes=lambda key: False),
    ),
    Day(340, "and again without it", lambda h: h.configures("chart", filter=None, passes=lambda key: True)),
    Day(365, "the year ends", lambda h: None, {BRAZIL: "requested"}),
)


def moves_back(house: House) -> None:
    for name, permissions in (("ada", 32), ("ben", 32 | 128), ("cleo", 32), ("dan", 32)):
        house.people.add_user(name, permissions=permissions)


def days_of(calendar: tuple[Day, ...]) -> list[int]:
    """The days on which listsync runs."""
    if "LISTSYNC_EXAMPLES" in os.environ:
        return [number for number in range(1, 366) if number % 13]
    return [day.number for day in calendar]


def states(house: House, keys: Iterable[str]) -> dict[str, str]:
    """How these titles stand in the ledger."""
    records = house.home.within(lambda session: session.ledger.records())
    return {key: records[Key.parse(key)].state.value if Key.parse(key) in records else "none" for key in keys}


@pytest.mark.slow
@pytest.mark.parametrize("product", PRODUCTS)
def test_a_year_in_which_nobody_is_overruled_and_nothing_is_doubled_or_taken_away(product, tmp_path):
    with household(tmp_path, product, (*FILMS, *HITS, *SHOWS)) as house:
        story = {day.number: day for day in CALENDAR if product not in day.unknown_to}
        for number in sorted({*days_of(CALENDAR), *story}):
            house.home.clock.now = START + timedelta(days=number)
            day = story.get(number)
            try:
                if day is not None:
                    day.happens(house)
                code = house.run()
                if day is not None:
                    assert code == day.code, house.said
                    assert not day.then or states(house, day.then) == day.then
            except Exception as error:
                error.add_note(f"day {number}: {day.story if day else 'nothing happens'}")
                raise
        assert house.posts >= 50, "so many requests were judged"
