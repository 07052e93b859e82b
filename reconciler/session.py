"""All that is opened for one command: ledger, server, the lists' HTTP and browser; closed in order at its end."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Literal

from reconciler.progress import SILENT, Progress
from schemas.base import utc_now
from schemas.server import Observed, ServerInfo

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

    from providers.browser import BrowserPool
    from providers.http import HttpEvent, HttpPool
    from providers.servers import ServerReader, ServerSettings, ServerWriter
    from reconciler.config import Loaded
    from reconciler.ledger import Ledger


VERSION = "server.version"
"""Kept by every apply: asking for it makes a release image ask GitHub first."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the outside of a command hands in: time, chance, whom to tell, and when to stop."""

    log: "FilteringBoundLogger"
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep
    random: Random = field(default_factory=Random)
    progress: Progress = SILENT
    stop: threading.Event = field(default_factory=threading.Event)
    """Set from outside: the action in hand is finished, no other is begun."""


class Session:
    """One command's hold on the world. Connections are made when they are first needed."""

    def __init__(
        self, loaded: "Loaded", tools: Tools, run: str, ledger: "Ledger", *, reader: "ServerReader | None" = None
    ) -> None:
        self.loaded = loaded
        self.config = loaded.config
        self.tools = tools
        self.run = run
        self.ledger = ledger
        self.observed: Observed | None = None
        """The last bulk read, which the next step may use while it is fresh."""
        self.calls: Counter[str] = Counter()
        """Calls to the media server, by method."""
        self._counting = threading.Lock()
        self._clients = ExitStack()
        self._reader = reader

    @cached_property
    def server_settings(self) -> "ServerSettings":
        """How the media server is reached."""
        from reconciler.config.connect import server_settings

        return replace(server_settings(self.config, self.loaded.base_dir), on_call=self._called)

    @cached_property
    def reader(self) -> "ServerReader":
        """The server, for reading. Planning receives nothing else."""
        from providers.servers import connect

        if self._reader is not None:
            return self._reader
        tools = self.tools
        opened = connect(self.server_settings, clock=tools.clock, sleep=tools.sleep, jitter=tools.random.random)
        return self._clients.enter_context(opened)

    @cached_property
    def server(self) -> ServerInfo:
        """Which server answers; the first call of every command that needs one."""
        from reconciler.log import log_connected

        info = self.reader.identify()
        version = self.ledger.setting(VERSION) or self.reader.version()
        info = info.model_copy(update={"version": version})
        if self._reader is None:
            log_connected(self.tools.log, product=info.product, version=info.version, url=info.url)
        return info

    @contextmanager
    def writer(self) -> "Iterator[ServerWriter]":
        """The only way to a writer: for `apply`, while it holds the lock."""
        from providers.servers import open_writer

        tools = self.tools
        with open_writer(
            self.server_settings, sleep=tools.sleep, jitter=tools.random.random, clock=tools.clock
        ) as writer:
            yield writer

    @cached_property
    def http(self) -> "HttpPool":
        """The lists' HTTP, shared by all providers, so that a host's rate holds over all lists."""
        from providers.http import HttpPool

        tools = self.tools
        pool = HttpPool(clock=tools.clock, sleep=tools.sleep, rng=tools.random, on_event=self._http_event)
        return self._clients.enter_context(pool)

    @cached_property
    def browser(self) -> "BrowserPool | None":
        """The browser for challenged lists; None when it is switched off."""
        from providers.browser import open_pool

        pool = open_pool(mode=self.config.browser.mode.value, timeout=self.config.browser.timeout.total_seconds())
        return None if pool is None else self._clients.enter_context(pool)

    def observe(self, max_age: float | None = None) -> Observed:
        """The server's whole state; one read at most `max_age` seconds ago will do, where given."""
        last = self.observed
        if last is not None and max_age is not None:
            age = (self.tools.clock() - last.read_at).total_seconds()
            if 0 <= age <= max_age:
                return last
        self.observed = self.reader.observe()
        return self.observed

    def close_list_clients(self) -> None:
        """Lists are read: free the browser's memory and the connections before anything is sent."""
        if "browser" in self.__dict__ and self.browser is not None:
            self.browser.close()

    def _called(self, method: str) -> None:
        with self._counting:
            self.calls[method] += 1

    def _http_event(self, event: "HttpEvent") -> None:
        from reconciler.log import log_rate_limited

        if event.kind == "rate_limited":
            log_rate_limited(self.tools.log, where=event.host, seconds=event.wait or 0)
        else:
            self.tools.log.debug("Trying again", host=event.host, reason=event.reason, wait=event.wait)

    def close(self) -> None:
        """Close what was opened, the last first."""
        self._clients.close()


@contextmanager
def open_session(
    loaded: "Loaded", *, tools: Tools, run: str, ledger: Literal["write", "read"] = "write"
) -> Iterator[Session]:
    """Open the ledger and hand out the session; `read` opens what is there and makes nothing."""
    from reconciler.ledger import open_ledger, open_reader

    opens = open_ledger if ledger == "write" else open_reader
    path = database_path(loaded)
    with ExitStack() as stack:
        opened = stack.enter_context(opens(path, server=loaded.config.server.name, clock=tools.clock))
        session = Session(loaded, tools, run, opened)
        stack.callback(session.close)
        yield session


def database_path(loaded: "Loaded") -> Path:
    """Where the ledger lies: `state.database`, relative to the configuration's folder."""
    return loaded.base_dir / loaded.config.state.database
