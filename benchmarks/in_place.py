"""A plan where everything is in place already: how many calls, how long, how much memory."""

import argparse
import json
import time
from collections import Counter
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.harness import Process, household, line, listsync, machine, table

PAGE = 1000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--movies", type=int, default=5000)
    movies = options.parse_args().movies
    print(machine())
    titles: list[dict[str, object]] = [
        {"title": f"Film number {n}", "year": 2001, "imdb_id": f"tt{n:07d}", "tmdb_id": n} for n in range(1, movies + 1)
    ]
    with Process.running("benchmarks.server", "--movies", movies, "--in-place") as server:
        begun = time.perf_counter()
        bare_calls = read_bare(server)
        bare = time.perf_counter() - begun
        server.calls()
        with household(server, titles) as house:
            for when in ("new ledger", "after the first apply"):
                ran = listsync(house, "plan", "--format", "json")
                calls = server.calls()
                table(
                    f"plan, {movies:,} movies in place, {when}",
                    [
                        line("server calls", len(calls), 12, ""),
                        line("wall, process start included", ran.seconds, 3, "s"),
                        line("processor time", ran.cpu, 3, "s"),
                        line("peak memory", ran.megabytes, 120, "MB"),
                        line("wall, against bare bulk reads", ran.seconds, bare, "s"),
                        line("calls, against bare bulk reads", len(calls), bare_calls, ""),
                    ],
                )
                print("  calls:", ", ".join(f"{n} × {path}" for path, n in Counter(c["path"] for c in calls).items()))
                if when == "new ledger":
                    ran = listsync(house, "apply", "--yes")
                    table("the first apply, which records them", [line("wall", ran.seconds, bare, "s")])
                    server.calls()


def read_bare(server: Process) -> int:
    """Read every row, one page after the other, and do nothing with it."""
    calls = 0
    for path in ("media", "request"):
        skip, total = 0, 1
        while skip < total:
            url = f"{server.told['url']}/api/v1/{path}?take={PAGE}&skip={skip}"
            with urlopen(Request(url, headers={"X-Api-Key": server.told["api_key"]}), timeout=30) as answer:
                page: dict[str, Any] = json.load(answer)
            calls += 1
            skip, total = skip + PAGE, page["pageInfo"]["results"]
    return calls


if __name__ == "__main__":
    main()
