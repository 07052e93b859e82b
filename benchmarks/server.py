"""The embedded media server, in a process of its own, with as many made-up titles as are asked for."""

import argparse
import json
import sys

from reconciler.demo.server import Catalogue, DemoServer, Title


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--movies", type=int, default=0)
    options.add_argument("--shows", type=int, default=0)
    options.add_argument("--in-place", action="store_true", help="request every movie beforehand")
    options.add_argument("--latency", type=float, default=0.0, help="seconds, of every call")
    options.add_argument("--catalogue", help="a CSV instead of made-up titles")
    given = options.parse_args()
    catalogue = Catalogue.load(given.catalogue) if given.catalogue else made_up(given.movies, given.shows)
    with DemoServer(catalogue=catalogue, pending_share=0.0) as server:
        for number in range(1, given.movies + 1) if given.in_place else ():
            server.people.request("movie", number)
        server.people.set_latency(call=given.latency)
        print(json.dumps({"url": server.url, "api_key": server.api_key}), flush=True)
        sys.stdin.read()


def made_up(movies: int, shows: int) -> Catalogue:
    seasons = ((1, 10), (2, 10), (3, 10))
    return Catalogue(
        [
            *(
                Title("movie", n, f"Film number {n}", date="2001-01-01", imdb_id=f"tt{n:07d}")
                for n in range(1, movies + 1)
            ),
            *(
                Title(
                    "tv",
                    n,
                    f"Show number {n}",
                    date="2001-01-01",
                    imdb_id=f"tt{5_000_000 + n}",
                    tvdb_id=n,
                    seasons=seasons,
                )
                for n in range(1, shows + 1)
            ),
        ]
    )


if __name__ == "__main__":
    main()
