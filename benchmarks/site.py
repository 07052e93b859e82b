"""Lists as JSON on many loopback hosts, in a process of its own, each answer after a while."""

import argparse
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Site(ThreadingHTTPServer):
    """Many clients may come at once."""

    request_queue_size = 64
    daemon_threads = True


def handler(body: bytes, delay: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            time.sleep(delay)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's signature
            """Quiet."""

    return Handler


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--hosts", type=int, default=20)
    options.add_argument("--items", type=int, default=1000)
    options.add_argument("--delay", type=float, default=0.05, help="seconds, of every answer")
    given = options.parse_args()
    urls = []
    for host in range(1, given.hosts + 1):
        films = [
            {"id": host * 100_000 + n, "title": f"Film {n} of {host}", "release_year": "1990"}
            for n in range(1, given.items + 1)
        ]
        site = Site((f"127.0.0.{host}", 0), handler(json.dumps(films).encode(), given.delay))
        threading.Thread(target=site.serve_forever, daemon=True).start()
        urls.append(f"http://127.0.0.{host}:{site.server_address[1]}/list.json")
    print(json.dumps({"urls": urls}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
