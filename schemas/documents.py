"""The smaller documents that commands write: drift, history, lists, unresolved, providers, error."""

from datetime import datetime
from typing import Literal

from schemas.base import Document
from schemas.events import Event
from schemas.fetch import Verdict
from schemas.media import Item, Key
from schemas.plan import Drift, ListLine, ServerIdentity, Unresolved
from schemas.reasons import Reason
from schemas.record import Candidate

VERSION = "1.0"


class DriftDocument(Document):
    """`listsync drift`."""

    format: Literal["listsync.drift"] = "listsync.drift"
    format_version: str = VERSION
    observed_at: datetime
    server: ServerIdentity
    drift: tuple[Drift, ...] = ()
    ignored: tuple[Drift, ...] = ()
    """Passed over by the rules of `drift.ignore`."""


class HistoryDocument(Document):
    """`listsync history`: events, newest first."""

    format: Literal["listsync.history"] = "listsync.history"
    format_version: str = VERSION
    events: tuple[Event, ...] = ()
    truncated: bool = False
    """Whether there are older ones than those asked for."""


class DeclaredList(Document):
    """A list as declared, and how its last fetch went."""

    name: str
    source: str
    personal: bool = False
    every: str = ""
    verdict: Verdict | None = None
    """None: never fetched, as always of a combination."""
    combined: bool = False
    """It is put together from other lists in every plan."""
    message: str = ""
    items: int = 0
    fetched_at: datetime | None = None
    """Of the snapshot that speaks."""
    failures: int = 0


class ListsDocument(Document):
    """`listsync lists`."""

    format: Literal["listsync.lists"] = "listsync.lists"
    format_version: str = VERSION
    lists: tuple[DeclaredList, ...] = ()


class ListedItem(Document):
    """One row of a list, and which title it is."""

    item: Item
    key: Key | None = None
    title: str | None = None
    """As the server knows it."""
    year: int | None = None
    method: str = ""
    score: float | None = None
    wanted: bool = True
    """False: its list does not want it."""
    reason: Reason | None = None
    """Why there is no key, or why the row is not wanted."""
    detail: str = ""
    candidates: tuple[Candidate, ...] = ()


class ListDocument(Document):
    """`listsync lists NAME`: what one list holds now."""

    format: Literal["listsync.list"] = "listsync.list"
    format_version: str = VERSION
    list: ListLine
    items: tuple[ListedItem, ...] = ()


class UnresolvedDocument(Document):
    """`listsync unresolved`."""

    format: Literal["listsync.unresolved"] = "listsync.unresolved"
    format_version: str = VERSION
    unresolved: tuple[Unresolved, ...] = ()


class ProviderLine(Document):
    """What a list service can do."""

    name: str
    summary: str = ""
    kinds: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    gives_ids: tuple[str, ...] = ()
    gives_total: bool = False
    needs_key: str = ""
    uses_browser: bool = False
    minimum_interval: float
    """Seconds."""


class ProvidersDocument(Document):
    """`listsync providers`."""

    format: Literal["listsync.providers"] = "listsync.providers"
    format_version: str = VERSION
    providers: tuple[ProviderLine, ...] = ()


class ErrorDocument(Document):
    """What stdout holds when a command with `--format json` fails."""

    format: Literal["listsync.error"] = "listsync.error"
    format_version: str = VERSION
    message: str
    remedy: str = ""
    exit_code: int
    problems: tuple[str, ...] = ()
