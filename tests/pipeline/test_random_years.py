"""Years that nobody wrote: the events of a household in any order, drawn by a seed, under the same conscience.

`LISTSYNC_EXAMPLES=50 pytest tests/pipeline/test_random_years.py` lives through fifty of them, day by day.
"""

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from reconciler.demo.server import Title
from tests.pipeline.home import START
from tests.pipeline.household import House, household

PRODUCTS = ("seerr", "overseerr", "jellyseerr-2.7")
MORE = "LISTSYNC_EXAMPLES" in os.environ
SEEDS = range(int(os.environ.get("LISTSYNC_EXAMPLES", "3")))
DAYS = 120
FILMS = [
    Title("movie", 100 + n, f"Film {n}", date=f"{1950 + 3 * n}-05-01", imdb_id=f"tt{100 + n:07d}") for n in range(20)
]
SHOWS = [
    Title("tv", 201, "Show A", date="2011-04-17", tvdb_id=5201, seasons=((0, 4), (1, 10), (2, 10)), status="Ended"),
    Title("tv", 202, "Show B", date="2022-02-18", tvdb_id=5202, seasons=((1, 9),), status="Returning Series"),
]
OLD = {f"movie:tmdb:{film.tmdb_id}" for film in FILMS if (film.year or 0) <= 1980}
KEYS = [f"{title.kind}:tmdb:{title.tmdb_id}" for title in (*FILMS, *SHOWS)]
MOVIES = KEYS[: len(FILMS)]
OWN = ("ada", "ben")


class Chance:
    """What may happen on a day; each event is one method, drawn by its name."""

    def __init__(self, house: House, random: Random) -> None:
        self.house, self.random = house, random
        self.out = self.paused = False

    def begins(self) -> None:
        draw = self.random.choice
        policies = [
            {
                "on_removed": draw(["keep", "cancel"]),
                "on_failed": draw(["hold", "retry"]),
                "on_new_seasons": draw(["request", "keep"]),
                "on_deleted": draw(["respect", "respect", "request"]),
                "on_relisted": draw(["request", "respect"]),
            }
            for _ in range(3)
        ]
        house = self.house
        house.people.add_user("ada")
        house.people.add_user("ben", permissions=32 | 128)
        house.declares("ada", *KEYS[:5], request_as="ada", policy=policies[0])
        house.declares("ben", *KEYS[4:7], *KEYS[-2:], request_as="ben", policy=policies[1])
        house.declares("chart", *KEYS[6:10], web=True, policy=policies[2])
        house.declares("both", of=OWN, combine={"of": list(OWN), "at_least": 2})

    def happens(self) -> str:
        names = [name for name in vars(type(self)) if name.startswith("may_")]
        name = self.random.choice(names)
        with suppress(LookupError, ValueError):
            getattr(self, name)()
        return name.removeprefix("may_")

    def key(self) -> str:
        return self.random.choice(KEYS)

    def requested(self) -> str:
        return self.random.choice(sorted(key for key in KEYS if any(self.house.see().active(key))))

    def present(self) -> str:
        return self.random.choice(sorted(key for key in KEYS if self.house.see().present(key)))

    def here(self) -> str:
        return self.random.choice(sorted({"ada", "ben", "chart"} & self.house.lists.declared.keys()))

    def may_list(self) -> None:
        name = self.here()
        self.house.adds(name, self.random.choice(MOVIES) if name == "chart" else self.key())

    may_list_more = may_list_yet_more = may_list_still_more = may_list

    def may_drop(self) -> None:
        name = self.here()
        self.house.drops(name, self.random.choice(self.house.lists.declared[name].rows))

    may_drop_more = may_drop

    def may_reorder(self) -> None:
        self.random.shuffle(self.house.lists.declared[self.here()].rows)

    def may_break_a_list(self) -> None:
        self.house.breaks(self.here())

    def may_mend_the_lists(self) -> None:
        self.house.mends(*(name for name, feed in self.house.lists.declared.items() if not feed.of))

    may_mend_the_lists_too = may_mend_the_lists

    def may_empty_a_list(self) -> None:
        self.house.lists_only(self.here())

    def may_turn_the_chart_over(self) -> None:
        self.house.lists_only("chart", *self.random.sample(MOVIES, 5))

    def may_approve(self) -> None:
        self.house.approves(self.requested())

    may_approve_more = may_approve

    def may_decline(self) -> None:
        self.house.declines(self.requested())

    def may_delete_a_request(self) -> None:
        self.house.deletes_request(self.requested())

    may_delete_another_request = may_delete_a_request

    def may_fail(self) -> None:
        self.house.fails(self.requested())

    def may_watch(self) -> None:
        key = self.requested()
        self.house.watches(key, [1] if key.startswith("tv") and self.random.random() < 0.4 else None)

    may_watch_more = may_watch

    def may_delete_files(self) -> None:
        key = self.present()
        some = key.startswith("tv") and self.random.random() < 0.6
        self.house.deletes_files(key, [self.random.choice(sorted(self.house.see().present(key)))] if some else None)

    def may_clear(self) -> None:
        self.house.clears(self.present())

    def may_block(self) -> None:
        if self.house.product != "overseerr":
            key = self.key()
            if not self.house.see().blocked(key):
                self.house.blocks(key)

    def may_unblock(self) -> None:
        self.house.unblocks(self.random.choice([key for key in KEYS if self.house.see().blocked(key)]))

    def may_announce_a_season(self) -> None:
        self.house.people.add_season(202)

    def may_ask(self) -> None:
        key = self.key()
        if not any(self.house.see().active(key)) and not self.house.see().present(key):
            with suppress(Exception):
                self.house.asks(key, self.random.choice([2, 5]))

    def may_deny(self) -> None:
        self.house.denies(self.key())

    def may_end_a_denial(self) -> None:
        self.house.denies_no_more(self.random.choice(sorted(self.house.lists.denied)))

    def may_allow(self) -> None:
        key = self.key()
        if key not in self.house.home.yaml.get("overrides", {}).get("allow", {}):
            self.house.allows(key, f"{self.house.now}")

    def may_end_an_allow(self) -> None:
        self.house.allows_no_more(self.key())

    def may_filter(self) -> None:
        self.house.configures(self.here(), filter={"years": "..1980"}, passes=lambda key: key in OLD)

    def may_end_a_filter(self) -> None:
        self.house.configures(self.here(), filter=None, passes=lambda key: True)

    may_end_another_filter = may_end_a_filter

    def may_limit(self) -> None:
        self.house.configures(self.here(), limit=self.random.choice([None, 2, 4]))

    def may_change_the_requester(self) -> None:
        self.house.configures(self.random.choice(OWN), request_as=self.random.choice(OWN))

    def may_pause(self) -> None:
        rails = self.house.home.yaml["rails"]
        if rails.pop("pause", None) is None:
            rails["pause"] = {"reason": "away"}

    def may_pause_a_list(self) -> None:
        name = self.here()
        paused = "pause" in self.house.home.yaml["lists"][name]
        self.house.configures(name, pause=None if paused else "away")

    def may_end_all_pauses(self) -> None:
        self.house.home.yaml["rails"].pop("pause", None)
        for name in self.house.lists.declared:
            self.house.configures(name, pause=None)

    may_end_all_pauses_again = may_end_all_pauses

    def may_budget(self) -> None:
        budget = self.house.home.yaml["rails"]["budget"]
        if budget.pop("per_run", None) is None:
            budget["per_run"] = 1

    def may_take_a_list_out(self) -> None:
        if len(self.house.lists.declared) == 4:
            self.house.removes_list(self.here())

    def may_bring_a_list_back(self) -> None:
        self.house.brings_list_back(self.random.choice(sorted(self.house.away)))

    def may_back_up(self) -> None:
        if (self.house.home.folder / "data").exists():
            self.house.backs_up()

    def may_restore(self) -> None:
        if "ledger" in self.house.copies and self.random.random() < 0.5:
            self.house.restores()

    def may_lose_the_ledger(self) -> None:
        if self.random.random() < 0.2:
            self.house.loses_ledger()


def live(house: House, random: Random) -> None:
    chance = Chance(house, random)
    day, story = 0, ["moves in"]
    chance.begins()
    while day < DAYS:
        house.home.clock.now = START + timedelta(days=day)
        try:
            house.run()
        except Exception as error:
            error.add_note(f"day {day}: {', '.join(story)}")
            raise
        day += 1 if MORE else random.choice([1, 2, 4, 6])
        house.home.clock.now = START + timedelta(days=day)
        story = [chance.happens() for _ in range(random.randint(2, 8))]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_in_no_order_of_events_is_anybody_overruled_or_anything_doubled_or_taken_away(
    seed: int, tmp_path: Path
) -> None:
    with household(tmp_path, PRODUCTS[seed % 3], (*FILMS, *SHOWS)) as house:
        live(house, Random(seed))
