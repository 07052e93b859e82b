"""Requesting many new titles, against the same number of bare calls, one after the other."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from benchmarks.harness import Process, Ran, household, line, listsync, machine, run, table

BARE = """
import json, sys, time, httpx
url, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
begun = time.perf_counter()
with httpx.Client(base_url=url + "/api/v1", headers={"X-Api-Key": key}) as client:
    for number in range(1, count + 1):
        client.post("/request", json={"mediaType": "movie", "mediaId": number, "is4k": False}).raise_for_status()
print(time.perf_counter() - begun)
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--movies", type=int, default=500)
    options.add_argument("--shows", type=int, default=50)
    options.add_argument("--latency", type=float, default=0.02, help="seconds, of every call")
    given = options.parse_args()
    print(machine())
    bare = bare_posts(given.movies, given.latency)
    by_tmdb, _ = applied(given, [movie(n, tmdb_id=n) for n in range(1, given.movies + 1)])
    by_imdb, calls = applied(given, [movie(n, imdb_id=f"tt{n:07d}") for n in range(1, given.movies + 1)])
    shows: list[dict[str, object]] = [
        {"title": f"Show number {n}", "year": 2001, "kind": "show", "tmdb_id": n} for n in range(1, given.shows + 1)
    ]
    for_shows, show_calls = applied(given, shows)
    details = sum(count for path, count in show_calls.items() if path.startswith("/tv/"))
    table(
        f"apply --yes of {given.movies} new movies at {given.latency * 1000:.0f} ms a call",
        [
            line("with TMDB ids, against bare POSTs (≤ 1.15)", by_tmdb.seconds, bare, "s"),
            line("with TMDB ids, processor time", by_tmdb.cpu, bare, "s"),
            line("with IMDb ids, more than with TMDB ids (≤ 2 s)", by_imdb.seconds - by_tmdb.seconds, 2, "s"),
            line("searches, with IMDb ids", calls["/search"], given.movies, ""),
            line("peak memory", by_tmdb.megabytes, 120, "MB"),
        ],
    )
    table(
        f"apply --yes of {given.shows} new shows",
        [
            line("details calls, against shows (≤ 1)", details, given.shows, ""),
            line("POST /request", show_calls["/request POST"], given.shows, ""),
            line(
                "wall, against bare POSTs of as many movies", for_shows.seconds, bare / given.movies * given.shows, "s"
            ),
        ],
    )


def movie(number: int, **ids: object) -> dict[str, object]:
    return {"title": f"Film number {number}", "year": 2001, **ids}


def bare_posts(count: int, latency: float) -> float:
    with Process.running("benchmarks.server", "--movies", count, "--latency", latency) as server:
        told = server.told
        ran = run([sys.executable, "-c", BARE, told["url"], told["api_key"], str(count)])
        return float(ran.output)


def applied(given: argparse.Namespace, titles: Sequence[dict[str, object]]) -> tuple[Ran, Counter[str]]:
    """An apply on a new server with a new ledger; how it did, and the calls by path."""
    words = ("--movies", given.movies, "--shows", given.shows, "--latency", given.latency)
    with Process.running("benchmarks.server", *words) as server, household(server, titles) as house:
        ran = listsync(house, "apply", "--yes")
        calls = server.calls()
    created = [call for call in calls if call["method"] == "POST" and call["status"] == 201]
    assert len(created) == len(titles), (len(created), ran.output[-2000:])
    counted = Counter(call["path"] for call in calls)
    counted["/request POST"] = len([call for call in calls if call["method"] == "POST"])
    return ran, counted


if __name__ == "__main__":
    main()
