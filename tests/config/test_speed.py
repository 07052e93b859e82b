"""Loading is never what one waits for."""

import subprocess
import sys
from time import process_time

from tests.config.conftest import HEAD, Load


def test_fifty_lists_load_in_well_under_a_tenth_of_a_second(loads: Load) -> None:
    lists = "".join(
        f"  list-{n}:\n    source: imdb:ls{n}\n    every: 6h\n    limit: 100\n"
        "    filter: {years: 1990.., genres: [Drama]}\n"
        for n in range(50)
    )
    text = f"{HEAD}defaults: {{policy: {{on_removed: cancel}}}}\nlists:\n{lists}"
    loads(text)
    best = min(_seconds(loads, text) for _ in range(5))
    assert best < 0.1


def _seconds(loads: Load, text: str) -> float:
    begun = process_time()
    assert len(loads(text).config.lists) == 50
    return process_time() - begun


def test_importing_the_configuration_brings_in_nothing_heavy() -> None:
    script = "import sys, reconciler.config; print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    )
    heavy = {"httpx", "sqlmodel", "sqlalchemy", "rich", "structlog", "dulwich", "cronsim", "jsonschema", "click"}
    assert heavy & loaded == set()
