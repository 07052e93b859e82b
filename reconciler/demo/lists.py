"""What the tour's household declares: three lists, and the loopback service that publishes two of them."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

POPULAR = [
    {"title": "Dune: Part Two", "imdb_id": "tt15239678", "tmdb_id": 693134},
    {"title": "Oppenheimer", "imdb_id": "tt15398776", "tmdb_id": 872585},
    {"title": "Inside Out 2", "imdb_id": "tt22022452", "tmdb_id": 1022789},
    {"title": "Nosferatu", "imdb_id": "tt5040012"},
]
"""As StevenLu publishes its movies."""
FAMILY = [
    {
        "id": 129,
        "rank": 1,
        "title": "Spirited Away",
        "mediatype": "movie",
        "imdb_id": "tt0245429",
        "release_year": 2001,
    },
    {"id": 354912, "rank": 2, "title": "Coco", "mediatype": "movie", "imdb_id": "tt2380307", "release_year": 2017},
    {"id": 10681, "rank": 3, "title": "WALL·E", "mediatype": "movie", "imdb_id": "tt0910970", "release_year": 2008},
    {"id": 95396, "rank": 4, "title": "Severance", "mediatype": "show", "tvdb_id": 371980, "release_year": 2022},
]
"""As MDBList publishes a list."""
DATE_NIGHT = """\
Amélie (2001)
Past Lives (2023)
Portrait of a Lady on Fire (2019)
The Thing
Spirited Away (2001)
"""
"""A text file; one title needs no year, one is wanted by another list too, and one could be either of two films."""
PUBLISHED: Mapping[str, Any] = {"/movies.json": POPULAR, "/lists/casa/family-night/json": FAMILY}

CONFIG = """\
version: 1
server:
  url: {server}
  api_key: ${{SEERR_API_KEY}}
lists:
  popular:
    source: stevenlu
  family-night:
    source: https://mdblist.com/lists/casa/family-night
  date-night:
    source: date-night.txt
"""
ELSEWHERE = """\
log:
  level: warning
providers:            # only in this demo: both services are played by this machine
  stevenlu:
    base_url: {lists}
  mdblist:
    base_url: {lists}
"""


class _Published(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = PUBLISHED.get(self.path.partition("?")[0])
        body = json.dumps(found).encode()
        self.send_response(200 if found is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's signature
        """Quiet."""


@contextmanager
def published_lists() -> Iterator[str]:
    """The address of a service on loopback that publishes the two lists, as long as it is needed."""
    service = ThreadingHTTPServer(("127.0.0.1", 0), _Published)
    thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{service.server_address[1]}"
    finally:
        service.shutdown()
        service.server_close()
        thread.join(timeout=5)
