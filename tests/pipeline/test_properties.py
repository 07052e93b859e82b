"""Small worlds in which anything may happen on any day: what holds on every one of them.

`LISTSYNC_EXAMPLES=500 pytest tests/pipeline/test_properties.py` looks at more of them.
"""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from reconciler.demo.server import Catalogue, DemoServer, Title
from reconciler.errors import Refused
from schemas.media import Key
from tests.pipeline.accounting import accounted
from tests.pipeline.home import Clock, Home

MOVIES = [
    Title("movie", number, f"Film {number}", date="2020-01-01", imdb_id=f"tt000000{number}") for number in (1, 2, 3)
]
SHOWS = [
    Title("tv", 11, "Show 11", date="2019-01-01", tvdb_id=511, seasons=((0, 2), (1, 8), (2, 8)), status="Ended"),
    Title("tv", 12, "Show 12", date="2018-01-01", tvdb_id=512, seasons=((1, 8),), status="Returning Series"),
    Title("tv", 13, "Lost Show", date="2017-01-01", seasons=((1, 8),), status="Ended"),
]
TITLES = [*MOVIES, *SHOWS]
KEYS = [f"{one.kind}:tmdb:{one.tmdb_id}" for one in TITLES]
ACTIVE = {1, 2}

POLICIES = st.fixed_dictionaries(
    {
        "on_removed": st.sampled_from(["keep", "cancel"]),
        "on_new_seasons": st.sampled_from(["request", "keep"]),
        "on_failed": st.sampled_from(["hold", "retry"]),
        "on_deleted": st.just("respect"),
        "on_relisted": st.just("respect"),
    }
)
HAPPENINGS = (
    "lists",
    "unlists",
    "approves",
    "declines",
    "deletes_request",
    "asks",
    "watches",
    "deletes_files",
    "blocks",
    "unblocks",
    "announces_season",
    "denies",
    "radarr_fails",
    "radarr_works",
    "list_breaks",
    "list_empties",
    "server_stumbles",
)
EVENTS = st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, 11))
DAYS = st.lists(st.lists(EVENTS, max_size=4), min_size=2, max_size=8)


@dataclass
class Household:
    """People, lists and a server, and what must not happen any more."""

    home: Home
    listed: dict[str, set[str]] = field(default_factory=lambda: {"one": set(KEYS[:4]), "two": set(KEYS[3:])})
    foreign: set[int] = field(default_factory=set)
    refused: dict[Key, set[int]] = field(default_factory=dict)
    """Seasons (0 for a film) of our requests that somebody deleted or declined: never to be asked for again."""
    broken: set[str] = field(default_factory=set)

    @property
    def people(self) -> Any:
        return self.home.server.people

    def ours(self) -> list[dict[str, Any]]:
        """The requests on the server that the ledger knows as ours."""
        records = self.home.within(lambda session: session.ledger.records())
        known = {made.id for record in records.values() for made in record.requests}
        return [one for one in self.people.all_requests() if one["id"] in known]

    def happens(self, name: str, pick: int) -> None:
        note(f"{name} {pick}")
        getattr(self, name)(pick)

    def lists(self, pick: int) -> None:
        self.listed[("one", "two")[pick % 2]].add(KEYS[pick // 2])

    def unlists(self, pick: int) -> None:
        self.listed[("one", "two")[pick % 2]].discard(KEYS[pick // 2])

    def _one(self, pick: int, statuses: set[int]) -> dict[str, Any] | None:
        found = [one for one in self.people.all_requests() if one["status"] in statuses]
        return found[pick % len(found)] if found else None

    def approves(self, pick: int) -> None:
        if one := self._one(pick, {1}):
            self.people.approve(one["id"])

    def declines(self, pick: int) -> None:
        if one := self._one(pick, {1}):
            self._remember(one)
            self.people.decline(one["id"])

    def deletes_request(self, pick: int) -> None:
        if one := self._one(pick, {1, 2, 4}):
            self._remember(one)
            self.people.delete_request(one["id"])

    def _remember(self, one: dict[str, Any]) -> None:
        if one["id"] in {request["id"] for request in self.ours()}:
            key = key_of(one)
            self.refused.setdefault(key, set()).update(seasons_of(one) or {0})

    def asks(self, pick: int) -> None:
        title = TITLES[pick % 6]
        if not self._active(title):
            with tried():
                self.foreign.add(self.people.request(title.kind, title.tmdb_id, user=(2, 5)[pick // 6]))

    def _active(self, title: Title) -> bool:
        return any(one["status"] in ACTIVE for one in self.people.requests_of(title.kind, title.tmdb_id))

    def _media(self, title: Title) -> int:
        media = self.people.media_of(title.kind, title.tmdb_id)
        return int(media["status"]) if media else 1

    def watches(self, pick: int) -> None:
        title = TITLES[pick % 6]
        if self._media(title) != 6:
            self.people.make_available(title.kind, title.tmdb_id)

    def deletes_files(self, pick: int) -> None:
        title = TITLES[pick % 6]
        if self._media(title) in {4, 5}:
            self.people.delete_files(title.kind, title.tmdb_id)
            key = Key.parse(f"{title.kind}:tmdb:{title.tmdb_id}")
            record = self.home.within(lambda session: session.ledger.record(key))
            if record is not None and record.state == "satisfied":
                self.refused.setdefault(key, set()).update(record.seasons or {0})

    def blocks(self, pick: int) -> None:
        title = TITLES[pick % 6]
        if self._media(title) != 6:
            with tried():
                self.people.block(title.kind, title.tmdb_id)

    def unblocks(self, pick: int) -> None:
        with tried():
            self.people.unblock(TITLES[pick % 6].tmdb_id)

    def announces_season(self, pick: int) -> None:
        self.people.add_season(12)

    def denies(self, pick: int) -> None:
        overrides = self.home.yaml.setdefault("overrides", {}).setdefault("deny", {})
        if overrides.pop(KEYS[pick % 6], None) is None:
            overrides[KEYS[pick % 6]] = {"why": "no"}

    def radarr_fails(self, pick: int) -> None:
        self.people.set_service("radarr", 0, "down")

    def radarr_works(self, pick: int) -> None:
        self.people.set_service("radarr", 0, "ok")

    def list_breaks(self, pick: int) -> None:
        self.broken.add(("one", "two")[pick % 2])

    def list_empties(self, pick: int) -> None:
        self.listed[("one", "two")[pick % 2]].clear()

    def server_stumbles(self, pick: int) -> None:
        kinds = ("status", "close", "lose_answer", "cut", "rate_limit")
        self.home.server.faults.at_random(0.3, kinds=kinds, seed=pick)

    def write_lists(self) -> None:
        for name, keys in self.listed.items():
            self.home.holds(name, *sorted(keys))
            if name in self.broken:
                (self.home.folder / f"{name}.txt").unlink()

    def available(self) -> dict[tuple[str, int], set[int]]:
        """What is in the library: the seasons of a show, {0} for a film."""
        there: dict[tuple[str, int], set[int]] = {}
        for row in self.people.all_media():
            seasons = {one["seasonNumber"] for one in row["seasons"] if one["status"] == 5}
            if row["mediaType"] == "movie" and row["status"] == 5:
                seasons = {0}
            there.setdefault((row["mediaType"], row["tmdbId"]), set()).update(seasons)
        return there


@contextmanager
def tried() -> Iterator[None]:
    """People try things that their server refuses them."""
    try:
        yield
    except Exception as error:
        note(f"  refused: {error}")


def key_of(one: dict[str, Any]) -> Key:
    return Key.parse(f"{one['type']}:tmdb:{one['media']['tmdbId']}{'@4k' if one['is4k'] else ''}")


def seasons_of(one: dict[str, Any]) -> set[int]:
    return {season["seasonNumber"] for season in one.get("seasons", ())}


def asked_for(call: Any) -> tuple[Key, set[int]]:
    body = json.loads(call.body) if isinstance(call.body, str) else call.body
    key = Key.parse(f"{body['mediaType']}:tmdb:{body['mediaId']}{'@4k' if body['is4k'] else ''}")
    return key, set(body.get("seasons", ())) or {0}


def no_title_is_requested_twice(house: Household) -> None:
    covered = Counter(
        (key_of(one), season)
        for one in house.people.all_requests()
        if one["status"] in ACTIVE
        for season in (seasons_of(one) or {0})
    )
    assert not [place for place, count in covered.items() if count > 1]


def a_day(house: Household, happenings: list[tuple[str, int]]) -> None:
    home = house.home
    for name, pick in happenings:
        house.happens(name, pick)
    house.write_lists()
    there, blocked = house.available(), {one["tmdbId"] for one in house.people.all_media() if one["status"] == 6}
    denied = set(home.yaml.get("overrides", {}).get("deny", {}))
    home.server.reset_calls()
    try:
        report = home.apply()
    except Refused as refused:
        note(f"  held: {refused}")
        return
    finally:
        home.server.faults.clear()
        house.broken.clear()
    note(f"  {report.exit_code} {[(one.action.value, one.status.value, str(one.key)) for one in report.outcomes]}")
    for call in home.server.calls.writes():
        if call.method == "DELETE":
            assert int(call.path.rpartition("/")[2]) not in house.foreign, "somebody else's request was cancelled"
        elif call.path == "/request":
            key, seasons = asked_for(call)
            assert not seasons & there.get((key.kind.value, key.tmdb), set()), f"{key} is there"
            assert key.tmdb not in blocked
            assert str(key) not in denied
            if key in house.refused:
                assert not seasons & house.refused[key], f"{key} was deleted or declined"
    no_title_is_requested_twice(house)
    plan, _ = accounted(home, lists=())
    if report.exit_code == 0:
        assert plan.actions == ()
    assert home.server.crashed is None
    home.clock.pass_(days=1)


def live(days: list[list[tuple[str, int]]], policy: dict[str, str], who: str | None) -> None:
    """All the days of one household."""
    clock = Clock()
    with DemoServer("seerr", Catalogue(TITLES), clock=clock) as server, tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder), server, clock)
        home.yaml["defaults"] = {"policy": policy}
        if who:
            home.yaml["server"]["request_as"] = who
        house = Household(home)
        for number, happenings in enumerate(days):
            note(f"day {number}")
            a_day(house, happenings)


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("LISTSYNC_EXAMPLES", "8")),
    deadline=None,
    derandomize="LISTSYNC_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
@given(days=DAYS, policy=POLICIES, who=st.sampled_from([None, "asker", "trusted"]))
def test_whatever_happens_in_a_week_nothing_is_doubled_revived_or_taken_away(days, policy, who):
    live(days, policy, who)
