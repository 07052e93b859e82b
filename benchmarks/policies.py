"""A plan from snapshots, many lists with filters, limits and combinations: how long, how much memory, how it grows."""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.harness import Process, Ran, line, listsync, machine, table

GENRES = ("Drama", "Comedy", "Horror", "Thriller", "Crime", "Romance", "Documentary")
COMBINATIONS = 5


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lists", type=int, default=50)
    options.add_argument("--items", type=int, default=20_000)
    given = options.parse_args()
    print(machine())
    half, whole = (measured(given.lists, items) for items in (given.items // 2, given.items))
    for n, how in enumerate(("one list fetched, the others from snapshots", "--offline, from an export")):
        table(
            f"plan, {given.items:,} items over {given.lists} lists, {COMBINATIONS} of them combinations, {how}",
            [
                line("wall, process start included", whole[n].seconds, 4, "s"),
                line("processor time", whole[n].cpu, 4, "s"),
                line("peak memory", whole[n].megabytes, 250, "MB"),
                line("wall, against half as many items (linear: ≤ 2)", whole[n].seconds, half[n].seconds, "s"),
                line("memory, against half as many items (linear: ≤ 2)", whole[n].megabytes, half[n].megabytes, "MB"),
            ],
        )


def measured(lists: int, items: int) -> tuple[Ran, Ran]:
    """A plan with one list fetched, and one without any network."""
    with (
        Process.running("benchmarks.server", "--movies", items, "--in-place") as server,
        tempfile.TemporaryDirectory(prefix="listsync-benchmark-") as name,
    ):
        house = Path(name)
        sources = lists - COMBINATIONS
        for number, rows in enumerate(shared_out(items, sources), start=1):
            (house / f"list-{number}.json").write_text(json.dumps(rows), "utf-8")
        (house / "listsync.yaml").write_text(json.dumps(configuration(server, sources)), "utf-8")
        listsync(house, "apply", "--yes")
        listsync(house, "export", "--out", "export.json")
        return (
            listsync(house, "plan", "--list", "list-1", "--format", "json"),
            listsync(house, "plan", "--offline", "export.json", "--format", "json"),
        )


def shared_out(items: int, sources: int) -> Iterator[list[dict[str, object]]]:
    """Rows for each list: a third of each is in the next list too, so that titles have several sponsors."""
    size = items // sources
    for number in range(sources):
        own = number * (size - size // 3)
        yield [row(place % items + 1) for place in range(own, own + size)]


def row(number: int) -> dict[str, object]:
    return {
        "title": f"Film number {number}",
        "year": 2001,
        "tmdb_id": number,
        "runtime": 70 + number % 120,
        "ratings": {"imdb": 4 + number % 60 / 10},
        "genres": [GENRES[number % 7], GENRES[number % 5]],
    }


def configuration(server: Process, sources: int) -> dict[str, object]:
    rules: tuple[dict[str, object], ...] = (
        {"years": "1990..", "rating": {"imdb": "5.5.."}},
        {"genres": {"any": ["Drama", "Crime", "Comedy"], "none": ["Horror"]}},
        {"runtime": "..180", "kinds": ["movie"]},
    )
    lists: dict[str, object] = {
        f"list-{n}": {"source": f"file:list-{n}.json", "filter": rules[n % 3]} for n in range(1, sources + 1)
    }
    for n in range(1, COMBINATIONS + 1):
        of = [f"list-{m}" for m in range(n, sources + 1, COMBINATIONS)] + [f"list-{n + 1}"]
        lists[f"best-{n}"] = {
            "combine": {"of": sorted(set(of)), "at_least": 1, "except": [f"list-{n + 2}"]},
            "sort": "-rating",
            "limit": 500,
        }
    return {
        "version": 1,
        "server": {"url": server.told["url"], "api_key": server.told["api_key"]},
        "lists": lists,
        "rails": {"budget": {"first_run": "unlimited"}},
        "log": {"level": "warning"},
    }


if __name__ == "__main__":
    main()
