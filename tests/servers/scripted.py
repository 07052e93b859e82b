"""A server on a bare socket that answers exactly the bytes it is told to: for what no well-behaved server does."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

TLS_HELLO = b"\x16"
Script = Callable[["Request"], bytes | None]
"""From a request to the bytes of its answer; None closes the connection instead."""


@dataclass(frozen=True)
class Request:
    """What came, as it came; `connection` counts from 1."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


def answer(status: int, body: str | bytes = b"", kind: str = "application/json", **headers: str) -> bytes:
    """The bytes of a whole answer; header names are written with underscores."""
    content = body.encode() if isinstance(body, str) else body
    extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} Whatever\r\ncontent-type: {kind}\r\ncontent-length: {len(content)}\r\n{extra}\r\n"
    return head.encode() + content


def html(status: int, page: str, **headers: str) -> bytes:
    """The bytes of a page."""
    return answer(status, page, "text/html; charset=utf-8", **headers)


def in_turn(answers: Iterable[bytes | None], then: bytes | None = None) -> Script:
    """One answer after the other, `then` for every request after the last."""
    left = iter(answers)
    return lambda _request: next(left, then)


@dataclass
class Scripted:
    """The server; a context manager."""

    script: Script
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._socket, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            elif connection.recv(1, socket.MSG_PEEK) == TLS_HELLO:
                connection.recv(65536)
                connection.sendall(self.script(Request("", "", {}, b"", number)) or b"")
                connection.close()
                return
            with connection, connection.makefile("rb") as stream:
                while line := stream.readline():
                    reply = self._one(line, stream.readline, stream.read, number)
                    if reply is None:
                        return
                    connection.sendall(reply)
        except OSError:
            return

    def _one(
        self, line: bytes, readline: Callable[[], bytes], read: Callable[[int], bytes], number: int
    ) -> bytes | None:
        method, target, *_ = [*line.decode("latin-1").split(), "", ""]
        headers: dict[str, str] = {}
        while (header := readline().decode("latin-1").strip()) and len(headers) < 100:
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = read(int(headers.get("content-length", "0")))
        request = Request(method, target, headers, body, number)
        self.requests.append(request)
        return self.script(request)
