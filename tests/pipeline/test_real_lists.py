"""Recorded lists, as files and over HTTP, against a server that holds their titles: every row is accounted for."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reconciler.demo.server import DemoServer
from schemas.fetch import Verdict
from schemas.reasons import Reason
from schemas.report import Status
from tests.pipeline.accounting import accounted
from tests.pipeline.home import Clock, Home
from tests.pipeline.recorded import FOLDER, LISTS, Row, World, lists, rows_of

needs_recordings = pytest.mark.skipif(
    not lists(*LISTS), reason="no recordings here: set LISTSYNC_RECORDINGS to the folder that holds them"
)
FEW = 200
"""Of a longer list, about so many titles are requested; somebody has asked for the others before."""


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The recordings, served on loopback."""
    handler = partial(Silent, directory=str(FOLDER))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def expected(world: World, rows: list[Row]) -> set[tuple[str, int]]:
    """The titles that these rows name by their ids."""
    found = ((row, world.find(row)) for row in rows if row.requestable)
    return {(title.kind, title.tmdb_id) for row, title in found if title is not None and row.kind in {None, title.kind}}


def without_ids(rows: list[Row]) -> int:
    return sum(1 for row in rows if row.requestable and not (row.imdb or row.tmdb or row.tvdb))


@needs_recordings
@pytest.mark.slow
@pytest.mark.parametrize("path", lists(*LISTS), ids=lambda path: path.stem)
def test_every_row_of_a_recorded_list_ends_in_a_request_or_in_a_reason(path: Path, world: World, site: str, tmp_path):
    rows = rows_of(path)
    titles = expected(world, rows)
    with DemoServer("seerr", world.catalogue, pending_share=0.0) as server:
        home = Home(tmp_path, server, Clock())
        for number, (kind, tmdb) in enumerate(sorted(titles)):
            if len(titles) > FEW and number % (len(titles) // FEW):
                server.people.request(kind, tmdb, user=2)
        home.yaml["lists"] = {
            "file": {"source": f"file:{path}"},
            "served": {"source": f"file:{site}/{path.relative_to(FOLDER)}"},
        }
        plan, seen = accounted(home)
        assert [(line.items, line.verdict) for line in plan.lists] == [(len(rows), Verdict.TRUSTED)] * 2
        wanted = {(key.kind.value, key.tmdb) for key in seen.desires.wants}
        assert titles <= wanted
        assert len(wanted - titles) <= without_ids(rows)
        assert all(one.reason is not Reason.LOOKUP_FAILED for one in plan.unresolved)
        assert sum(1 for one in plan.excluded if one.reason is Reason.NOT_REQUESTABLE) == 2 * sum(
            not row.requestable for row in rows
        )
        report = home.apply()
        assert {one.status for one in report.outcomes} <= {Status.DONE}
        assert report.exit_code == 0
        assert home.requests() == sorted(wanted)
        after, _ = accounted(home)
        assert (after.actions, after.held, after.deferred) == ((), (), ())
        assert after.summary.keep == len(wanted)
        assert [(line.wanted, line.unresolved, line.excluded) for line in after.lists] == [
            (line.wanted, line.unresolved, line.excluded) for line in plan.lists
        ]


@needs_recordings
def test_against_a_server_that_knows_few_of_them_every_row_is_still_accounted_for(tmp_path):
    """All recorded lists at once; the built-in titles are a few hundred."""
    with DemoServer("seerr", pending_share=0.0) as server:
        home = Home(tmp_path, server, Clock())
        paths = [path for path in lists(*LISTS) if path.stat().st_size < 100_000]
        home.yaml["lists"] = {f"list-{number}": {"source": f"file:{path}"} for number, path in enumerate(paths)}
        plan, _ = accounted(home)
        assert [line.items for line in plan.lists] == [len(rows_of(path)) for path in paths]
        assert home.apply().exit_code in {0, 3}
        after, _ = accounted(home)
        assert not after.actions
        assert len(after.unresolved) == len(plan.unresolved)


def test_a_list_as_the_services_write_it_is_accounted_for_row_by_row(tmp_path):
    """Unknown ids as 0 and null, doubles, an episode, a game, a row without anything; by hand, without recordings."""
    (tmp_path / "radarr.json").write_text(
        '[{"id": 603, "imdb_id": "tt0133093", "title": "The Matrix", "release_year": "1999"},'
        '{"id": 0, "imdb_id": "tt0133093", "title": "The Matrix", "release_year": "1999"},'
        '{"id": 0, "imdb_id": null, "title": "Dune", "release_year": "2021"},'
        '{"id": 0, "imdb_id": "tt99999999", "title": "Nobody Knows This Film", "release_year": "1999"},'
        '{"id": null, "imdb_id": null, "title": "", "release_year": null}]'
    )
    (tmp_path / "export.csv").write_text(
        "Position,Const,Title,Title Type,Year\n"
        "1,tt0133093,The Matrix,Movie,1999\n"
        "2,tt0944947,Game of Thrones,TV Series,2011\n"
        "3,tt0959621,Pilot,TV Episode,2008\n"
        "4,tt0802999,A Game,Video Game,2007\n"
    )
    with DemoServer("seerr", pending_share=0.0) as server:
        home = Home(tmp_path, server, Clock())
        home.yaml["lists"] = {"radarr": {"source": "file:radarr.json"}, "export": {"source": "file:export.csv"}}
        plan, _ = accounted(home)
        assert [(line.items, line.wanted, line.unresolved, line.excluded) for line in plan.lists] == [
            (4, 2, 0, 2),
            (4, 2, 1, 1),
        ]
        assert "entry 5" in plan.lists[1].warnings[0]
        assert sorted(str(one.reason) for one in (*plan.unresolved, *plan.excluded)) == [
            Reason.DUPLICATE,
            Reason.NOT_FOUND,
            Reason.NOT_REQUESTABLE,
            Reason.NOT_REQUESTABLE,
        ]
        assert home.apply().exit_code == 0
        assert home.says() == []
        assert home.requests() == [("movie", 603), ("movie", 438631), ("tv", 1399)]
