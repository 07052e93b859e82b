"""A receiver of messages on loopback that answers as it is told to."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Answer:
    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_lost: bool = False
    """The connection is closed instead."""


class Receivers:
    """Keeps what it got; answers 204 once what it was told to answer is used up."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.always: Answer | None = None
        self.got: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.arrived = threading.Condition()
        self.url = ""

    def wait_for(self, number: int, within: float = 5.0) -> list[dict[str, Any]]:
        """As soon as that many messages came."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.got) >= number, within), f"only {len(self.got)} came"
            return list(self.got)

    def _take(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        with self.arrived:
            self.paths.append(path)
            self.headers.append({name.lower(): value for name, value in headers.items()})
            self.got.append(json.loads(body))
            self.arrived.notify_all()
            return self.answers.pop(0) if self.answers else self.always or Answer()


@contextmanager
def listening() -> Iterator[Receivers]:
    receivers = Receivers()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            answer = receivers._take(self.path, dict(self.headers), body)
            if answer.is_lost:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(answer.status)
            for name, value in {"content-length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    receivers.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield receivers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
