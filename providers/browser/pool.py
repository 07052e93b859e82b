"""One browser for the lists of a run: started by the first page that needs it, shared by all threads, closed early."""

import base64
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from providers.browser import find
from providers.browser.page import BrowserPage, Response
from providers.errors import Unavailable

if TYPE_CHECKING:
    from providers.browser.driver import Driver

PAGE_BYTES = 24 * 1024 * 1024
"""A page beyond this is Malformed."""
TOTAL_BYTES = 96 * 1024 * 1024
"""Reading on to further pages, or gathering further answers, stops here, and the page is not complete."""
IDLE = 30.0
"""Seconds after which a browser that nobody uses is closed; the next page starts another."""


def open_pool(mode: str = "auto", timeout: float = 60.0) -> "BrowserPool | None":
    """The pool of a run; None when `browser.mode` is `off`. Nothing is started yet, and nothing need be installed; what
    browsers of killed runs left behind is removed."""
    if mode == "off":
        return None
    if sys.platform != "win32":
        from providers.browser import home

        home.sweep()
    return BrowserPool(timeout=timeout)


class BrowserPool:
    """Pages through a real Chromium, one at a time. Every method may be called from any thread and raises ProviderError
    alone: Challenged (the check did not pass), Transient (time-out, or the browser broke: the next call starts a new
    one), Unavailable (Chromium or the extra is missing), Malformed (too large).
    """

    def __init__(self, *, timeout: float = 60.0, idle: float = IDLE) -> None:
        """`timeout`: seconds that one step (loading, waiting, following a link) may take."""
        self._timeout = timeout
        self._idle = idle
        self._turn = threading.RLock()
        self._state = threading.Lock()
        self._users = 0
        self._driver: Driver | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def missing() -> str:
        """What is to be installed before this can work; empty when nothing is."""
        return find.missing()[1]

    def page(
        self,
        url: str,
        *,
        wait_for: str | None = None,
        next_selectors: tuple[str, ...] = (),
        scroll: bool = False,
        until_count: tuple[str, int] | None = None,
        max_pages: int = 200,
    ) -> BrowserPage:
        """Load a page, wait until a bot check in front of it has passed and `wait_for` (CSS) is there, scroll to where
        nothing grows any more, follow the first visible element of `next_selectors` page by page. `until_count` (CSS,
        number): as many elements are enough."""
        order = _order(url, wait_for, next_selectors, until_count, max_pages) | {"scroll": scroll}
        pages: list[str] = []

        def take(answer: Mapping[str, Any]) -> None:
            if "page" in answer:
                del pages[answer["at"] :]  # a page that grew is sent again
                pages.append(answer["page"])

        done = self._ask(order, take)
        return BrowserPage(done["url"], done["status"], tuple(pages), done["complete"], done["waited"])

    def responses(
        self,
        url: str,
        pattern: str,
        *,
        wait_for: str | None = None,
        next_selectors: tuple[str, ...] = (),
        scroll: bool = False,
        until_count: tuple[str, int] | None = None,
        max_pages: int = 200,
        least: int = 1,
    ) -> tuple[Response, ...]:
        """The answers to the page's own data calls whose URL matches the regular expression `pattern`, in order of
        arrival: as `page`, and waiting until `least` have come or a step's time is up. May be empty."""
        order = _order(url, wait_for, next_selectors, until_count, max_pages)
        found: list[Response] = []

        def take(answer: Mapping[str, Any]) -> None:
            if "response" in answer:
                told = answer["response"]
                body = base64.b64decode(told["body"])
                found.append(Response(told["url"], told["status"], body, told["headers"]))

        self._ask(order | {"scroll": scroll, "pattern": pattern, "least": least}, take)
        return tuple(found)

    def cookies(self, host: str) -> tuple[Mapping[str, str], str]:
        """The running browser's cookies for a host, and its user agent, to go on over plain HTTP with; both empty when
        no browser runs."""
        with self._turn:
            if self._driver is None:
                return {}, ""
            done = self._ask({"op": "cookies", "host": host}, lambda _: None)
            return done["cookies"], done["agent"]

    def release(self) -> None:
        """The caller needs the browser no more: closed at once, unless another thread waits for it."""
        with self._state:
            wanted = self._users > 0
        if not wanted:
            self.close()

    def close(self) -> None:
        """End the browser and all that belongs to it; a page being read in another thread ends as Transient."""
        with self._state:
            driver, self._driver = self._driver, None
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        if driver is not None:
            driver.stop()

    def _ask(self, order: Mapping[str, Any], take: Callable[[Mapping[str, Any]], None]) -> Mapping[str, Any]:
        with self._use() as driver:
            done: Mapping[str, Any] = {}
            for answer in driver.ask(order, self._timeout):
                take(answer)
                done = answer.get("done", done)
            return done

    @contextmanager
    def _use(self) -> "Iterator[Driver]":
        """This thread's turn with a running browser. A broken one is ended, one that nobody takes up again soon too."""
        with self._state:
            self._users += 1
        try:
            with self._turn:
                driver = self._running()
                try:
                    yield driver
                finally:
                    if not driver.usable:
                        self.close()
        finally:
            with self._state:
                self._users -= 1
                if self._driver is not None and not self._users:
                    self._timer = threading.Timer(self._idle, self.release)
                    self._timer.daemon = True
                    self._timer.start()

    def _running(self) -> "Driver":
        with self._state:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if self._driver is not None:
                return self._driver
        what, how = find.missing()
        chromium = find.executable()
        if what or chromium is None:
            raise Unavailable(what, remedy=how)
        from providers.browser.driver import Driver  # not needed, nor importable everywhere, before this

        driver = Driver.start(chromium, self._timeout)
        with self._state:
            self._driver = driver
        return driver


def _order(
    url: str,
    wait_for: str | None,
    next_selectors: tuple[str, ...],
    until_count: tuple[str, int] | None,
    max_pages: int,
) -> dict[str, Any]:
    if not url.lower().startswith(("http://", "https://")):
        raise Unavailable(f"the browser opens http and https addresses only, not {url[:80]}", url=url)
    return {
        "op": "read",
        "url": url,
        "wait_for": wait_for,
        "next": next_selectors,
        "until": until_count,
        "max_pages": max_pages,
        "page_bytes": PAGE_BYTES,
        "total_bytes": TOTAL_BYTES,
    }
