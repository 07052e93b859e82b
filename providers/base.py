"""The contract between listsync and a list service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from schemas.fetch import Fetched
from schemas.media import Kind
from schemas.source import Source

if TYPE_CHECKING:
    from providers.browser import BrowserPool
    from providers.http import Http


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do: the row that `listsync providers` prints."""

    kinds: frozenset[Kind]
    forms: tuple[str, ...]
    """Sources as people write them, the shortest first: the examples in errors and documentation."""
    gives_total: bool
    """Whether an answer says how many rows the list has, so that a cut list is noticed and emptiness affirmed."""
    gives_ids: tuple[str, ...]
    """Which of `tmdb`, `imdb`, `tvdb` come with the items."""
    needs_key: str = ""
    """The setting that is needed, or "optional: what it adds"; empty: none."""
    uses_browser: bool = False
    minimum_interval: timedelta = timedelta(hours=1)
    """Lists are never fetched more often than this by the loop."""
    rate: float = 2.0
    """Requests per second to one host, shared by all lists, unless configured."""
    summary: str = ""


class Memory(Protocol):
    """A provider's own small lasting memory (film page → ids), kept in the ledger and shared by all its lists."""

    def get_many(self, keys: tuple[str, ...]) -> Mapping[str, str]:
        """The kept values of those keys that are known."""

    def put_many(self, values: Mapping[str, str]) -> None:
        """Keep values; visible to later runs even if this run fails afterwards."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One entry below `providers:` in the configuration, secrets resolved. Its repr shows no value."""

    base_url: str | None = None
    timeout: float = 30.0
    """Seconds for one answer."""
    retries: int = 3
    rate: float | None = None
    """Requests per second; None: the provider's own."""
    user_agent: str | None = None
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Credentials and everything else of that service: `client_id`, `api_key`, `token` …"""


@dataclass(frozen=True, slots=True)
class Context:
    """All that a fetch may use; handed to every provider, so that signatures never grow."""

    http: "Http"
    settings: ProviderSettings
    memory: Memory
    clock: Callable[[], datetime]
    base_dir: Path
    """The folder of `listsync.yaml`: relative files are below it."""
    limit: int | None = None
    """How many titles the list's `limit` keeps in the source's own order; a provider may stop reading a chart there.
    None where filters or another sort decide, which need everything."""
    browser: "BrowserPool | None" = None
    """None: switched off or not installed."""
    progress: Callable[[int, int | None], None] = lambda _done, _total: None
    """Told after every page: items so far, and the total where known."""


class Provider(Protocol):
    """A list service."""

    @property
    def name(self) -> str:
        """The word before the colon in a source."""

    @property
    def capabilities(self) -> Capabilities:
        """What it supports."""

    def parse(self, text: str) -> Source | None:
        """The canonical source for what a person wrote (URL or identifier, without `name:`); None when the text is a
        URL of another service. Pure. Raises SourceError, with examples, for a wrong one. Its own canonical identifier
        parses to itself."""

    def fetch(self, source: Source, context: Context) -> Fetched:
        """Read the list whole. Raises ProviderError and nothing else."""
