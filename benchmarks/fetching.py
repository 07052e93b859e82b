"""Many lists on many hosts, fetched at once as a run does it, against one after the other."""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.harness import Process, Ran, line, machine, run, table

RATE = 3.0
"""Trakt's, as its provider declares it."""
BARE = """
import json, sys, time, httpx
begun = time.perf_counter()
for url in json.loads(sys.argv[1]):
    rows = httpx.get(url + "/list.json").json()
print(json.dumps({"seconds": time.perf_counter() - begun, "items": 0, "lists": {}}))
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--hosts", type=int, default=20)
    options.add_argument("--items", type=int, default=1000)
    options.add_argument("--delay", type=float, default=0.05, help="seconds, of every answer")
    options.add_argument("--fetch", choices=("together", "singly"), help=argparse.SUPPRESS)
    options.add_argument("--pages", nargs=2, metavar=("HOW", "URLS"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.fetch:
        fetch(given.fetch)
        return
    if given.pages:
        fetch_pages(given.pages[0], json.loads(given.pages[1]))
        return
    print(machine())
    words = ("--hosts", given.hosts, "--items", given.items, "--delay", given.delay)
    with Process.running("benchmarks.site", *words) as site, tempfile.TemporaryDirectory() as name:
        urls = site.told["urls"]
        together, ran = fetched("together", urls, Path(name))
        singly, _ = fetched("singly", urls, Path(name))
        bare = json.loads(run([sys.executable, "-c", BARE, json.dumps(urls)]).output)["seconds"]
        pages_together, pages_ran = paged("together", urls)
        pages_singly, _ = paged("singly", urls)
    table(
        f"{given.hosts} lists of {given.items:,} items on {given.hosts} hosts, {given.delay * 1000:.0f} ms an answer",
        [
            line("together, against one after the other (< 0.10)", together, singly, "s"),
            line("together, against bare GETs one after the other", together, bare, "s"),
            line("waiting alone: one answer, against all of them", given.delay, given.delay * given.hosts, "s"),
            line("processor time of the child", ran.cpu, together, "s"),
            line("peak memory", ran.megabytes, 150, "MB"),
        ],
    )
    table(
        f"the same lists in pages of 250, as of Trakt, at its {RATE:g} calls a second",
        [
            line("together, against one after the other (< 0.10)", pages_together, pages_singly, "s"),
            line("peak memory", pages_ran.megabytes, 150, "MB"),
        ],
    )


def fetched(how: str, urls: list[str], folder: Path) -> tuple[float, Ran]:
    """Fetch in a child with a new ledger: the seconds that fetching took, and how the child did."""
    house = folder / how
    house.mkdir()
    lists = {f"list-{n}": {"source": f"file:{url}/list.json"} for n, url in enumerate(urls, start=1)}
    config = {"version": 1, "server": {"url": "http://127.0.0.1:9", "api_key": "unused"}, "lists": lists}
    (house / "listsync.yaml").write_text(json.dumps(config), "utf-8")
    ran = run([sys.executable, "-m", "benchmarks.fetching", "--fetch", how], cwd=house)
    if ran.code != 0:
        sys.exit(ran.output)
    told = json.loads(ran.output.splitlines()[-1])
    assert set(told["verdicts"]) == {"Trusted"}, told
    return float(told["seconds"]), ran


def fetch(how: str) -> None:
    """In the child: fetch, and say how long it took; opening the ledger and importing are not counted."""
    from reconciler.config import load
    from reconciler.fetch import fetch_all
    from reconciler.log import LogSettings, opened_log
    from reconciler.rules import list_rules
    from reconciler.session import Tools, open_session

    loaded = load(Path("listsync.yaml").resolve(), {})
    with opened_log(LogSettings(verbosity=-1)) as log, open_session(loaded, tools=Tools(log=log), run="1") as session:
        rules = list_rules(session)
        _ = session.http, session.browser
        parts = [list(rules)] if how == "together" else [[name] for name in rules]
        begun = time.perf_counter()
        found = [fetch_all(session, rules, {}, names) for names in parts]
        seconds = time.perf_counter() - begun
        verdicts = [found[n if how == "singly" else 0][name].verdict.value for n, name in enumerate(rules)]
    print(json.dumps({"seconds": seconds, "verdicts": verdicts}))


def paged(how: str, urls: list[str]) -> tuple[float, Ran]:
    """Fetch the pages in a child: the seconds that fetching took, and how the child did."""
    ran = run([sys.executable, "-m", "benchmarks.fetching", "--pages", how, json.dumps(urls)])
    if ran.code != 0:
        sys.exit(ran.output)
    return float(json.loads(ran.output.splitlines()[-1])["seconds"]), ran


def fetch_pages(how: str, urls: list[str]) -> None:
    """In the child: each host's list by the provider itself, since one configuration knows one Trakt only."""
    from concurrent.futures import ThreadPoolExecutor

    from providers.base import Context, ProviderSettings
    from providers.http import HttpPool
    from providers.lists import registry
    from reconciler.fetch import MOST_AT_ONCE
    from schemas.base import utc_now
    from schemas.fetch import Fetched

    provider = registry.get("trakt")
    source = registry.parse_source("trakt:dave/lists/best")

    def read(url: str) -> Fetched:
        settings = ProviderSettings(base_url=url, options={"client_id": "key"})
        http = pool.bind("trakt", settings, provider.capabilities)
        context = Context(http, settings, memory={}, clock=utc_now, base_dir=Path())  # type: ignore[arg-type]
        return provider.fetch(source, context)

    with HttpPool() as pool, ThreadPoolExecutor(MOST_AT_ONCE if how == "together" else 1) as threads:
        begun = time.perf_counter()
        found = list(threads.map(read, urls))
        seconds = time.perf_counter() - begun
    assert all(one.complete and len(one.items) == one.total for one in found)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
