"""Lists as JSON on many loopback hosts, in a process of its own, each answer after a while."""

import argparse
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Site(ThreadingHTTPServer):
    """Many clients may come at once."""

    request_queue_size = 64
    daemon_threads = True


TRAKT_PAGE = 250
Pages = list[bytes]


def handler(whole: bytes, pages: Pages, items: int, delay: float) -> type[BaseHTTPRequestHandler]:
    """`/list.json` is the whole list in Radarr's form, everything else a page of it in Trakt's."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            time.sleep(delay)
            address = urlsplit(self.path)
            number = int(parse_qs(address.query).get("page", ["1"])[0])
            body = whole if address.path == "/list.json" else pages[number - 1]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Pagination-Page", str(number))
            self.send_header("X-Pagination-Limit", str(TRAKT_PAGE))
            self.send_header("X-Pagination-Page-Count", str(len(pages)))
            self.send_header("X-Pagination-Item-Count", str(items))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's signature
            """Quiet."""

    return Handler


def trakt_row(place: int, number: int) -> dict[str, object]:
    ids = {"trakt": number, "slug": f"film-{number}", "imdb": f"tt{number:07d}", "tmdb": number}
    movie = {"title": f"Film {number}", "year": 1990, "ids": ids}
    return {"rank": place, "id": number, "listed_at": "2026-01-01T00:00:00.000Z", "type": "movie", "movie": movie}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--hosts", type=int, default=20)
    options.add_argument("--items", type=int, default=1000)
    options.add_argument("--delay", type=float, default=0.05, help="seconds, of every answer")
    given = options.parse_args()
    urls = []
    for host in range(1, given.hosts + 1):
        numbers = range(host * 100_000 + 1, host * 100_000 + given.items + 1)
        films = json.dumps([{"id": n, "title": f"Film {n}", "release_year": "1990"} for n in numbers]).encode()
        rows = [trakt_row(place, n) for place, n in enumerate(numbers, start=1)]
        pages = [json.dumps(rows[at : at + TRAKT_PAGE]).encode() for at in range(0, len(rows), TRAKT_PAGE)]
        site = Site((f"127.0.0.{host}", 0), handler(films, pages, given.items, given.delay))
        threading.Thread(target=site.serve_forever, daemon=True).start()
        urls.append(f"http://127.0.0.{host}:{site.server_address[1]}")
    print(json.dumps({"urls": urls}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
