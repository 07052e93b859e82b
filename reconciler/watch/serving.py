"""The web server, in a thread of its own beside the loop."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reconciler.errors import ListsyncError
from reconciler.watch.access import parted

if TYPE_CHECKING:
    from reconciler.config import Loaded

MOST_AT_ONCE = 32
"""Requests; more are turned away, so that nobody can fill the memory."""


@contextmanager
def serving(loaded: "Loaded", app: Any, *, within: float = 2.0) -> Iterator[str]:
    """Serve `run.http` while it lasts; hands out the address. Raises ListsyncError when it cannot listen there."""
    import uvicorn

    class Server(uvicorn.Server):
        """Uvicorn's, which sleeps until it is to end instead of looking ten times a second."""

        def __init__(self, config: uvicorn.Config) -> None:
            super().__init__(config)
            self.ending: asyncio.Event | None = None
            self.loop: asyncio.AbstractEventLoop | None = None

        async def main_loop(self) -> None:
            self.loop, self.ending = asyncio.get_running_loop(), asyncio.Event()
            if not self.should_exit:
                await self.ending.wait()

        def end(self) -> None:
            self.should_exit = True
            if self.loop is not None and self.ending is not None:
                self.loop.call_soon_threadsafe(self.ending.set)

    assert loaded.config.run.http is not None
    with _listening(loaded.config.run.http) as listener:
        config = uvicorn.Config(
            app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=1,
        )
        server = Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http", daemon=True)
        thread.start()
        try:
            host, port = listener.getsockname()[:2]
            yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
        finally:
            server.end()
            thread.join(within)


def _listening(listen: str) -> socket.socket:
    host, port = parted(listen)
    try:
        if not host:
            both = socket.has_dualstack_ipv6()
            family = socket.AF_INET6 if both else socket.AF_INET
            return socket.create_server(("", port), family=family, dualstack_ipv6=both, backlog=64)
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=64)
    except OSError as error:
        raise ListsyncError(
            f"`run.http: {listen}` cannot be listened on: {error.strerror or error}",
            remedy="is something else listening there? choose another port, or take `run.http` out",
        ) from None
