"""The browser through real Chromium against a site on loopback, and what is left of it when somebody is killed."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from providers.browser import BrowserPage, BrowserPool, find, home, open_pool
from providers.errors import Challenged, Malformed, Transient, Unavailable
from tests.browser_site import Site, browser_site

NOT_HERE = find.missing()[0]
chromium = pytest.mark.skipif(bool(NOT_HERE), reason=NOT_HERE or "-")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with browser_site() as running:
        yield running


@pytest.fixture(scope="module")
def pool() -> Iterator[BrowserPool]:
    with BrowserPool(timeout=20) as shared:
        yield shared


def rows(page: BrowserPage) -> list[str]:
    return [row for html in page.pages for row in re.findall(r"row \d+", html)]


def numbered(last: int) -> list[str]:
    return [f"row {number}" for number in range(1, last + 1)]


@chromium
@pytest.mark.browser
class TestReading:
    def test_a_check_by_script_passes_and_the_page_behind_it_is_returned(self, site: Site, pool: BrowserPool) -> None:
        page = pool.page(f"{site.url}/checked")
        assert (page.status, rows(page), page.complete) == (200, numbered(30), True)

    def test_the_cookies_and_the_user_agent_open_the_page_over_plain_http(self, site: Site, pool: BrowserPool) -> None:
        pool.page(f"{site.url}/checked")
        cookies, agent = pool.cookies(site.host)
        assert cookies["passed"] == "yes"
        assert "Chrome/" in agent
        assert "Headless" not in agent

    def test_a_check_that_does_not_pass_is_challenged_and_the_browser_goes_on(self, site: Site) -> None:
        with BrowserPool(timeout=2) as pool:
            with pytest.raises(Challenged, match="Cloudflare"):
                pool.page(f"{site.url}/wall")
            assert rows(pool.page(f"{site.url}/plain")) == numbered(3)

    def test_endless_scrolling_is_followed_to_its_end(self, site: Site, pool: BrowserPool) -> None:
        assert rows(pool.page(f"{site.url}/endless", scroll=True)) == numbered(100)

    def test_scrolling_stops_at_the_count_that_is_enough(self, site: Site, pool: BrowserPool) -> None:
        page = pool.page(f"{site.url}/endless", scroll=True, until_count=("li.item", 40))
        assert 40 <= len(rows(page)) < 100
        assert page.complete

    @pytest.mark.parametrize("path", ["/pages/1", "/older", "/more"])
    def test_next_links_and_older_buttons_are_followed_to_the_last_page(
        self, site: Site, pool: BrowserPool, path: str
    ) -> None:
        page = pool.page(f"{site.url}{path}", wait_for="li.item", next_selectors=("a.next", "button.go"))
        assert (rows(page), page.complete) == (numbered(40), True)

    def test_stopping_at_the_page_limit_is_told(self, site: Site, pool: BrowserPool) -> None:
        page = pool.page(f"{site.url}/pages/1", next_selectors=("a.next",), max_pages=2)
        assert (rows(page), page.complete) == (numbered(20), False)

    def test_links_in_a_circle_end_and_are_told(self, site: Site, pool: BrowserPool) -> None:
        page = pool.page(f"{site.url}/circle/1", next_selectors=("a.next",))
        assert (len(page.pages), page.complete) == (2, False)

    def test_the_data_calls_of_a_page_are_returned_in_order(self, site: Site, pool: BrowserPool) -> None:
        found = pool.responses(f"{site.url}/endless", r"/api/rows\?", scroll=True, least=5)
        assert [row for answer in found for row in answer.json()["rows"]] == numbered(100)
        assert {answer.status for answer in found} == {200}

    def test_what_never_appears_is_told(self, site: Site) -> None:
        with BrowserPool(timeout=1.5) as pool:
            assert not pool.page(f"{site.url}/plain", wait_for="#nowhere").waited

    def test_a_download_is_no_page(self, site: Site, pool: BrowserPool) -> None:
        with pytest.raises(Malformed):
            pool.page(f"{site.url}/download")

    def test_dialogs_and_popups_do_not_stop_a_page(self, site: Site, pool: BrowserPool) -> None:
        assert rows(pool.page(f"{site.url}/alert")) == numbered(3)

    def test_the_status_of_the_document_is_told(self, site: Site, pool: BrowserPool) -> None:
        told = {path: pool.page(f"{site.url}{path}").status for path in ("/plain", "/nothing", "/empty/500")}
        assert told == {"/plain": 200, "/nothing": 404, "/empty/500": 500}

    def test_an_address_that_nobody_answers_is_transient(self, pool: BrowserPool) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = "http://{}:{}/".format(*server.getsockname())
        with pytest.raises(Transient, match="ERR_CONNECTION_REFUSED"):
            pool.page(address)

    def test_threads_take_turns(self, site: Site, pool: BrowserPool) -> None:
        found: list[str] = []
        threads = [
            threading.Thread(target=lambda: found.extend(rows(pool.page(f"{site.url}/plain")))) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == numbered(3) * 4


@chromium
@pytest.mark.browser
class TestClosing:
    def test_a_browser_that_nobody_uses_is_closed_and_the_next_page_starts_another(self, site: Site) -> None:
        with BrowserPool(timeout=20, idle=0.01) as pool:
            pool.page(f"{site.url}/checked")
            assert eventually(lambda: pool.cookies(site.host) == ({}, ""))
            assert rows(pool.page(f"{site.url}/plain")) == numbered(3)

    def test_released_by_one_it_goes_on_for_another_who_waits(self, site: Site) -> None:
        with BrowserPool(timeout=20) as pool:
            found: list[str] = []
            reader = threading.Thread(target=lambda: found.extend(rows(pool.page(f"{site.url}/endless", scroll=True))))
            reader.start()
            while reader.is_alive():
                pool.release()
                reader.join(0.05)
        assert found == numbered(100)

    def test_closed_in_the_middle_of_a_page_it_is_transient(self, site: Site) -> None:
        with BrowserPool(timeout=20) as pool:
            pool.page(f"{site.url}/plain")
            closing = threading.Timer(0.5, pool.close)
            closing.start()
            with pytest.raises(Transient):
                pool.page(f"{site.url}/plain", wait_for="#nowhere")
            closing.join()


class TestWithoutBrowser:
    def test_off_is_no_pool(self) -> None:
        assert open_pool("off") is None

    def test_an_address_that_is_not_http_is_refused_before_anything_starts(self) -> None:
        with BrowserPool() as pool, pytest.raises(Unavailable):
            pool.page("file:///etc/passwd")

    def test_what_is_missing_is_named_with_what_to_install(self) -> None:
        what, how = find.missing({}, which=lambda _: None, installed=lambda _: None)
        assert what == "the extra `browser` is not installed and no Chromium was found"
        assert "pip install 'listsync[browser]'" in how
        assert "apt-get install chromium" in how

    def test_a_wrong_chrome_bin_is_named(self) -> None:
        what, _ = find.missing({"CHROME_BIN": "/opt/none"}, which=lambda _: None, installed=lambda _: True)
        assert "/opt/none" in what

    def test_chrome_bin_comes_before_the_path(self) -> None:
        assert find.executable({"CHROME_BIN": "mine"}, which=lambda name: f"/bin/{name}") == "/bin/mine"


class TestDirectories:
    def test_what_nobody_holds_is_swept_and_what_somebody_holds_is_not(self, tmp_path: Path) -> None:
        held, left = home.make(tmp_path), home.make(tmp_path)
        os.close(left.lock)
        assert home.sweep(tmp_path) == 1
        assert [path.name for path in tmp_path.iterdir()] == [held.path.name]
        held.remove()

    def test_links_and_strangers_are_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "precious").mkdir()
        (tmp_path / f"{home.PREFIX}1-x").symlink_to(tmp_path / "precious")
        assert home.sweep(tmp_path) == 0
        assert (tmp_path / "precious").is_dir()


FETCHES = """
import sys
from providers.browser import BrowserPool
with BrowserPool(timeout=20) as pool:
    for number in range(int(sys.argv[2])):
        pool.page(sys.argv[1], scroll=True)
        print(number, flush=True)
"""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A short path: sockets below it have room for 108 characters."""
    path = Path(tempfile.mkdtemp(prefix="ls-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def running(directory: Path) -> list[str]:
    """Command lines of living processes that have to do with a directory, found by looking at all of them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            if str(directory).encode() in told and (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:120])
        except OSError:
            continue
    return found


def eventually(condition: Callable[[], object], seconds: float = 8.0) -> bool:
    until = time.monotonic() + seconds
    pause = threading.Event()
    while not (met := bool(condition())) and time.monotonic() < until:
        pause.wait(0.05)
    return met


def start(site: Site, temporary: Path, fetches: int) -> "subprocess.Popen[str]":
    env = os.environ | {"TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-c", FETCHES, f"{site.url}/endless", str(fetches)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env)


def child_of(process: "subprocess.Popen[str]") -> int | None:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == process.pid:
                return int(entry.name)
        except (OSError, ValueError):
            continue
    return None


@chromium
@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
class TestNothingIsLeft:
    def test_after_fetches(self, site: Site, temporary: Path) -> None:
        with start(site, temporary, 3) as process:
            assert process.wait(60) == 0
        assert running(temporary) == []
        assert list(temporary.iterdir()) == []

    @pytest.mark.parametrize("victim", ["parent", "child", "both"])
    def test_after_a_kill_at_a_random_moment_and_the_next_start(self, site: Site, temporary: Path, victim: str) -> None:
        with start(site, temporary, 50) as process:
            assert eventually(lambda: child_of(process))
            threading.Event().wait(random.Random().uniform(0, 3))
            child = child_of(process)
            if child is not None and victim != "parent":
                os.kill(child, signal.SIGKILL)
            if victim != "child":
                process.kill()
            process.wait(60)
        assert eventually(lambda: not running(temporary)), running(temporary)
        home.sweep(temporary)
        assert [path.name for path in temporary.iterdir()] == []

    def test_after_a_polite_end_as_a_container_stop_sends_it(self, site: Site, temporary: Path) -> None:
        with start(site, temporary, 50) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            process.terminate()
            process.wait(20)
        assert eventually(lambda: not running(temporary) and not list(temporary.iterdir())), running(temporary)
