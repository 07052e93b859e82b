"""Connections for many threads: each has one to itself while it asks, and as many can ask at a time as there are."""

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx


class Lanes:
    """A fixed number of clients of one connection each, made when they are first needed, lent to one thread at a time.

    A shared pool would do, but httpcore's may take an idle connection that was just given to another thread, and is
    being answered, for one that the server is closing. Such a read would have to be sent twice."""

    def __init__(self, make: Callable[[], httpx.Client], count: int) -> None:
        self._make = make
        self._closed = False
        self._free: queue.LifoQueue[httpx.Client | None] = queue.LifoQueue()
        for _ in range(count):
            self._free.put(None)

    @contextmanager
    def one(self) -> Iterator[httpx.Client]:
        """A client to itself; waits for one to come free."""
        client = self._free.get()
        try:
            if client is None:
                client = self._make()
            yield client
        finally:
            if self._closed and client is not None:
                client.close()
                client = None
            self._free.put(client)

    def close(self) -> None:
        """Close the free ones now, and the others when they come back."""
        self._closed = True
        free: list[httpx.Client | None] = []
        while not self._free.empty():
            try:
                free.append(self._free.get_nowait())
            except queue.Empty:
                break
        for client in free:
            if client is not None:
                client.close()
            self._free.put(None)
