"""Asking letterboxd.com: plain HTTP first; where its guard stands in the way, the browser once, whose cookies then
serve plain HTTP again."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from providers.base import Context
from providers.errors import Challenged, Malformed, NotFound, Unavailable
from providers.http import Reply
from providers.lists.letterboxd.identifiers import HOST, SHORT_HOST
from providers.lists.letterboxd.pages import POSTERS

HEADERS = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en-US,en;q=0.9"}
DRAWN = f"footer, body.error, {POSTERS}"
"""What every page of the site has, and no check in front of it has."""
BLOCKED = (
    "wait some hours; or let the browser try (browser.mode: auto, with Chromium and pip install 'listsync[browser]'); "
    "or read the member's feed (letterboxd:MEMBER/rss) or the account's export (letterboxd.com, Settings, Data; then "
    "file:letterboxd-export.zip), or import the list at mdblist.com and read it there"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, however it came."""

    text: str
    status: int
    url: str


class Reader:
    """One fetch's way to the site."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._root = (context.settings.base_url or f"https://{HOST}").rstrip("/")
        self._drawn_only = False

    def get(self, path: str, *, what: str, wait_for: str = DRAWN) -> Answer:
        """A page of the site. Raises ProviderError: NotFound for one that is not there or not public."""
        return _checked(self._answer(self._root + path, wait_for), what)

    def follow(self, short: str) -> Answer:
        """The page that a short link (`boxd.it/CODE`) leads to."""
        configured = self._context.settings.base_url
        address = f"{self._root}/{short.partition('/')[2]}" if configured else f"https://{short}"
        answer = _checked(self._answer(address, DRAWN), short)
        if urlsplit(answer.url).hostname in (SHORT_HOST, None):
            raise NotFound(f"{short} leads nowhere", url=answer.url)
        return answer

    def film(self, slug: str) -> str | None:
        """A film's page; None when there is none. Plain HTTP alone: hundreds of them are no work for a browser."""
        reply = self._context.http.get(f"{self._root}/film/{slug}/", headers=HEADERS)
        if reply.status in (404, 410):
            return None
        return reply.require(what=f"the film {slug}").text

    def _answer(self, url: str, wait_for: str) -> Answer:
        if self._drawn_only:
            return self._drawn(url, wait_for)
        try:
            return _plain(self._context.http.get(url, headers=HEADERS))
        except Challenged as challenged:
            if self._context.browser is None:
                raise _with_remedy(challenged) from challenged
            try:
                drawn = self._drawn(url, wait_for)
            except Unavailable as missing:
                told = f"{challenged}; {missing}"
                raise Challenged(told, remedy=f"{missing.remedy}; or {BLOCKED}", url=challenged.url) from missing
        try:
            answer = _plain(self._context.http.get(url, headers=HEADERS))
        except Challenged:
            self._drawn_only = True
            return drawn
        self._context.browser.release()
        return answer

    def _drawn(self, url: str, wait_for: str) -> Answer:
        browser = self._context.browser
        assert browser is not None
        try:
            page = browser.page(url, wait_for=wait_for)
        except Challenged as challenged:
            raise _with_remedy(challenged) from challenged
        host = urlsplit(url).hostname or HOST
        cookies, agent = browser.cookies(host)
        if agent:
            self._context.http.adopt(host, cookies, agent)
        return Answer(page.html, page.status or 200, page.url)


def _plain(reply: Reply) -> Answer:
    return Answer(reply.text, reply.status, reply.url)


def _checked(answer: Answer, what: str) -> Answer:
    if answer.status in (403, 404, 410):
        raise NotFound(
            f"Letterboxd has no public {what} ({answer.status})",
            remedy="open the address in a private window: a list or an account may be private, renamed or deleted",
            url=answer.url,
        )
    if answer.status not in (200, 203):
        raise Malformed(f"Letterboxd answered {answer.status} for {what}", url=answer.url)
    return answer


def _with_remedy(error: Challenged) -> Challenged:
    return Challenged(str(error), remedy=BLOCKED, url=error.url)
