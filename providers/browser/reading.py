"""One order carried out in the tab: load, wait for a check to pass, scroll, follow the links, gather data calls."""

import asyncio
import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from providers.browser import scripts
from providers.browser.chromium import Tab
from providers.browser.guard import Failure
from providers.browser.traffic import Traffic
from providers.challenge import START, recognise

POLL = 0.15
QUIET = 1.5
"""Seconds without growth, with no request under way, after which nothing more is expected."""
RESTLESS = 6.0
"""The same while requests are under way: some pages never come to rest."""


class Reading:
    """An order and how far it is."""

    def __init__(self, tab: Tab, order: Mapping[str, Any], send: Callable[..., None]) -> None:
        self._tab = tab
        self._order = order
        self._send = send
        self._traffic = Traffic(tab, re.compile(order["pattern"]) if order.get("pattern") else None, self._tell)
        self._bytes = 0
        self._sent = 0
        self._waited = True
        self._visited: set[str] = set()
        self._clock = asyncio.get_running_loop().time

    async def run(self) -> Mapping[str, Any]:
        """Carry it out; the last answer. Raises Failure."""
        with self._traffic.watching():
            await self._load()
            complete = await self._page()
            while complete and self._sent < self._order["max_pages"] and not await self._enough():
                if not (step := await self._follow()):
                    break
                complete = step > 0 and await self._page()
            ended = complete and (await self._enough() or not await self._next())
            await self._awaited_calls()
        document = self._traffic.document
        return {
            "url": await self._tab.evaluate("location.href") or self._order["url"],
            "status": document.status if document else None,
            "complete": bool(ended),
            "waited": self._waited,
        }

    async def _load(self) -> None:
        from mycdp import page

        self._traffic.forget_document()
        answer = await self._tab.send(page.navigate(self._order["url"]))
        if answer is None:
            raise Failure("transient", "the browser refused to open the page", url=self._order["url"])
        error = answer[2] or ""
        if error == "net::ERR_ABORTED":  # a download, or no contents: what is shown is still the page before
            raise Failure("malformed", "the address does not lead to a page", url=self._order["url"])
        if error and error != "net::ERR_HTTP_RESPONSE_CODE_FAILURE":
            raise Failure("transient", f"the page could not be loaded: {error}", url=self._order["url"])
        await self._settle()
        await self._is_new()

    async def _settle(self) -> None:
        """Until the document is there, no check stands before it, and what is waited for has appeared."""
        until = self._clock() + self._tab.step
        self._waited = True
        while True:
            state = await self._tab.evaluate(scripts.state(self._order["wait_for"], START))
            in_the_way = self._challenge(state) if state else None
            late = self._clock() > until
            if state and state["ready"] and not in_the_way and (state["found"] or late):
                self._waited = state["found"]
                return
            if late and in_the_way:
                said = f"{in_the_way} let not even the browser pass"
                raise Failure("challenged", said, url=self._order["url"])
            if late:
                raise Failure("transient", "the page did not finish loading in time", url=self._order["url"])
            await asyncio.sleep(POLL)

    def _challenge(self, state: Mapping[str, Any]) -> str | None:
        """Judged by what is on the page now; by the headers only while what they came with is still shown."""
        document = self._traffic.document
        headers = dict(document.headers) if document and not (self._order["wait_for"] and state["found"]) else {}
        status = document.status if document else 200
        return recognise(status, headers, state["start"].encode("utf-8", "replace"))

    async def _page(self) -> bool:
        """Bring the page to its end and send it; False when that was not possible within the bounds."""
        if self._order["scroll"]:
            await self._scroll()
        size = await self._tab.evaluate(scripts.SIZE) or 0
        if size > self._order["page_bytes"]:
            raise Failure(
                "malformed", f"the page is larger than {self._order['page_bytes'] >> 20} MB", url=self._order["url"]
            )
        if self._order.get("pattern"):
            self._sent += 1
            return self._within()
        self._bytes += size
        self._send(page=await self._tab.evaluate(scripts.HTML) or "", at=self._sent)
        self._sent += 1
        return self._within()

    def _within(self) -> bool:
        return self._bytes <= int(self._order["total_bytes"])

    async def _scroll(self) -> None:
        """To the end, again and again, until nothing grows any more."""
        seen, since = None, self._clock()
        while not await self._enough():
            now = await self._tab.evaluate(scripts.SCROLL)
            if now != seen:
                seen, since = now, self._clock()
                self._send(alive=True)
            elif self._clock() - since > (RESTLESS if self._traffic.busy else QUIET):
                return
            await asyncio.sleep(POLL)

    async def _follow(self) -> int:
        """Follow "next": 1 when other contents came, 0 when there is none, -1 when it led nowhere."""
        if not self._order["next"] or not await self._next():
            return 0
        if not await self._tab.evaluate(scripts.FOLLOW):
            return -1
        since = self._clock()
        while self._clock() - since < self._tab.step:
            await asyncio.sleep(POLL)
            change = await self._tab.evaluate(scripts.CHANGE)
            resting = not self._traffic.busy or self._clock() - since > RESTLESS
            if change is None or change == "same" or not resting:
                continue
            if change == "document" and not await self._is_new():
                return -1
            if change == "grown":
                self._sent -= 1  # the same page, longer: it takes the place of what was sent
            await self._settle()
            self._send(alive=True)
            return 1
        return -1

    async def _is_new(self) -> bool:
        """Whether this document was not read before: links may run in a circle."""
        place = await self._tab.evaluate("location.href")
        known = place in self._visited
        self._visited.add(place)
        return not known

    async def _next(self) -> bool:
        """Whether a "next" is there to be followed; remembers it in the page."""
        return bool(self._order["next"] and await self._tab.evaluate(scripts.find_next(self._order["next"])))

    async def _enough(self) -> bool:
        until = self._order["until"]
        if not until:
            return False
        count = await self._tab.evaluate(f"document.querySelectorAll({json.dumps(until[0])}).length")
        return int(count or 0) >= int(until[1])

    async def _awaited_calls(self) -> None:
        """Until as many data calls were answered as were asked for, and no answer is still being read."""
        if not self._order.get("pattern"):
            return
        until = self._clock() + self._tab.step
        while self._clock() < until and (self._traffic.told < self._order["least"] or self._traffic.reading):
            await asyncio.sleep(POLL)

    def _tell(self, url: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self._bytes += len(body)
        if self._within():
            told = {"url": url, "status": status, "headers": dict(headers), "body": base64.b64encode(body).decode()}
            self._send(response=told)
