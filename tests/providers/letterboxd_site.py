"""A stand-in for letterboxd.com on loopback: what lies at which path, and what was asked."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from providers.base import Context, ProviderSettings
from providers.browser import BrowserPool
from providers.http import HttpPool
from providers.lists.letterboxd import PROVIDER
from schemas.fetch import Fetched

CHALLENGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>window._cf_chl_opt</body></html>"


@dataclass(frozen=True)
class Reply:
    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    unless_cookie: "tuple[str, Reply] | None" = None
    """Another answer for those who bring this cookie."""


BLOCKED = Reply(CHALLENGE, 403, {"cf-mitigated": "challenge", "server": "cloudflare"})


@dataclass
class Remembered:
    """A memory that lasts as long as the test."""

    values: dict[str, str] = field(default_factory=dict)

    def get_many(self, keys: tuple[str, ...]) -> Mapping[str, str]:
        return {key: self.values[key] for key in keys if key in self.values}

    def put_many(self, values: Mapping[str, str]) -> None:
        self.values |= values


@dataclass
class Site:
    url: str
    pages: dict[str, Reply]
    asked: list[str] = field(default_factory=list)
    memory: Remembered = field(default_factory=Remembered)

    def fetch(
        self,
        written: str,
        *,
        browser: BrowserPool | None = None,
        limit: int | None = None,
        options: Mapping[str, str] | None = None,
        today: datetime = datetime(2026, 9, 1, tzinfo=UTC),
    ) -> Fetched:
        """Read a source from this site, at once: the rate that the real one wants is not waited for."""
        source = PROVIDER.parse(written)
        assert source is not None
        settings = ProviderSettings(base_url=self.url, retries=0, rate=10_000, options=options or {})
        with HttpPool(sleep=lambda _: None) as pool:
            http = pool.bind("letterboxd", settings, PROVIDER.capabilities)
            context = Context(http, settings, self.memory, lambda: today, Path(), limit, browser)
            return PROVIDER.fetch(source, context)


@contextmanager
def site(pages: dict[str, Reply | str]) -> Iterator[Site]:
    """Serve pages by their path; everything else is 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            served.asked.append(path)
            reply = served.pages.get(path, Reply("<html><body class='error'></body></html>", 404))
            if reply.unless_cookie and reply.unless_cookie[0] in self.headers.get("cookie", ""):
                reply = reply.unless_cookie[1]
            body = reply.body if isinstance(reply.body, bytes) else reply.body.encode()
            self.send_response(reply.status)
            for name, value in {"content-type": "text/html; charset=utf-8", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        replies = {path: page if isinstance(page, Reply) else Reply(page) for path, page in pages.items()}
        served = Site("http://{}:{}".format(*server.server_address[:2]), replies)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


def poster(slug: str, name: str | None = None) -> str:
    name = name or f"{slug.title()} (2001)"
    return (
        f'<li class="griditem"><div class="react-component" data-item-slug="{slug}" data-item-name="{name}"></div></li>'
    )


def page(*posters: str, following: str = "", total: int | None = None, screen: str = "watchlist") -> str:
    """A whole page in today's markup, made by hand."""
    count = "" if total is None else f'<div class="js-watchlist-content" data-num-entries="{total}"></div>'
    link = f'<div class="pagination"><a class="next" href="{following}">Older</a></div>' if following else ""
    head = '<head><meta property="og:title" content="&lrm;Dave’s Watchlist"></head>'
    return f'<!DOCTYPE html><html>{head}<body class="{screen}">{count}<ul>{"".join(posters)}</ul>{link}</body></html>'


def film(tmdb: str = "", imdb: str = "", body: str = "") -> str:
    """A film's page, made by hand."""
    links = f'<a href="https://www.themoviedb.org/{tmdb}/" data-track-action="TMDB">TMDB</a>' if tmdb else ""
    links += f'<a href="http://www.imdb.com/title/{imdb}/maindetails" data-track-action="IMDb">IMDb</a>' if imdb else ""
    return f'<!DOCTYPE html><html><body class="film" {body}><p class="text-footer">{links}</p></body></html>'
