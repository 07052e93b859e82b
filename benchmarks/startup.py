"""How long `listsync --help` takes, and what importing each layer costs."""

import statistics
import sys

from benchmarks.harness import LISTSYNC, line, machine, run, table

LAYERS = (
    "reconciler.cli",
    "schemas.config",
    "providers.lists.registry",
    "providers.servers",
    "reconciler.config",
    "reconciler.core.decide",
    "reconciler.pipeline",
    "reconciler.ledger",
)


def main(times: int = 9) -> None:
    print(machine())
    bare = timed(times, sys.executable, "-c", "pass")
    table(
        f"start-up, median of {times}",
        [
            line("listsync --help, against 150 ms", 1000 * timed(times, *LISTSYNC, "--help"), 150, "ms"),
            line(
                "listsync --help, against an empty Python", 1000 * timed(times, *LISTSYNC, "--help"), 1000 * bare, "ms"
            ),
            line("listsync plan --help", 1000 * timed(times, *LISTSYNC, "plan", "--help"), 1000 * bare, "ms"),
            line("listsync --version", 1000 * timed(times, *LISTSYNC, "--version"), 1000 * bare, "ms"),
            *(
                line(f"import {name}", 1000 * timed(times, sys.executable, "-c", f"import {name}"), 1000 * bare, "ms")
                for name in LAYERS
            ),
        ],
    )


def timed(times: int, *command: str) -> float:
    run(command)
    return statistics.median(run(command).seconds for _ in range(times))


if __name__ == "__main__":
    main()
