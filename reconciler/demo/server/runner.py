"""uvicorn in a thread or in the foreground, with a hold on every connection so that any of them can be cut."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

KEEP_ALIVE = 5
TICK = 0.1


class Connections:
    """The open connections by the address of their client."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], asyncio.Transport] = {}

    def opened(self, transport: asyncio.Transport) -> None:
        """Remember a connection."""
        self._open[self._client(transport)] = transport

    def closed(self, transport: asyncio.Transport) -> None:
        """Forget a connection."""
        self._open.pop(self._client(transport), None)

    def drop(self, scope: Scope) -> None:
        """Close the connection of a call, without another byte."""
        transport = self._open.get(tuple(scope["client"] or ("", 0)))
        if transport is not None:
            transport.close()

    def drop_all(self) -> None:
        """Close every connection."""
        for transport in list(self._open.values()):
            transport.abort()

    @staticmethod
    def _client(transport: asyncio.Transport) -> tuple[str, int]:
        peer = transport.get_extra_info("peername") or ("", 0)
        return str(peer[0]), int(peer[1])


def _protocol(connections: Connections) -> type[asyncio.Protocol]:
    class TrackedProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            connections.opened(transport)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.closed(self.transport)
            super().connection_lost(exc)

    return TrackedProtocol


class _Server(uvicorn.Server):
    """uvicorn, telling when it is ready and ending without waiting for its next tick."""

    def __init__(self, config: uvicorn.Config, connections: Connections, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._connections = connections
        self.wake = asyncio.Event()
        self._ready = ready

    async def main_loop(self) -> None:
        count = 0
        while not await self.on_tick(count):
            count += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Close everything now: calls in progress, hanging ones among them, are cancelled with the loop."""
        for server in self.servers:
            server.close()
        self._connections.drop_all()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002  (uvicorn's signature)
        """An interrupt ends serving; it is not raised again, so that the caller can go on."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. OSError if the port is taken."""
    # asyncio switches Nagle's algorithm off only for sockets that name their protocol.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
    except OSError:
        listener.close()
        raise
    return listener


class Runner:
    """One running uvicorn."""

    def __init__(self, app: ASGIApp, connections: Connections, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http=_protocol(connections),
            ws="none",
            loop="asyncio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE,
        )
        self._started = Event()
        self._server = _Server(config, connections, self._started.set)
        self._connections = connections
        self._listener = listener
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Serve in a thread of its own; returns when connections are accepted."""
        self._thread = Thread(target=self.run, name="demo-server", daemon=True)
        self._thread.start()
        if not self._started.wait(10):
            raise RuntimeError("the embedded server did not start within ten seconds")

    def run(self) -> None:
        """Serve until stopped; in the main thread also until SIGINT or SIGTERM."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._server.serve([self._listener])

    def refuse(self) -> None:
        """Stop accepting and close every connection, as the end of the process would; from the loop's thread."""
        for server in self._server.servers:
            server.close()
        self._listener.close()
        self._connections.drop_all()

    def stop(self) -> None:
        """Close everything, also calls that hang; returns when the thread has ended."""
        self._server.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._server.wake.set)
        if self._thread is not None:
            self._thread.join(5)
        self._listener.close()
