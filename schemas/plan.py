"""The plan: a value that says what would be done and why, complete enough to be applied by another process.

What there are thousands of is a slotted dataclass: a model takes five times its memory.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from schemas.base import Document
from schemas.fetch import Verdict
from schemas.media import Key
from schemas.reasons import Reason
from schemas.record import DEFAULT_OPTIONS, DEFAULT_TERMS, Candidate, RecordState, Terms
from schemas.server import RequestOptions

PLAN_FORMAT: Literal["listsync.plan"] = "listsync.plan"
PLAN_VERSION = "1.0"


class ActualState(StrEnum):
    """What the server says of a key now, first match of the design's section 4."""

    UNREADABLE = "unreadable"
    BLOCKLISTED = "blocklisted"
    AVAILABLE = "available"
    PENDING = "pending"
    PROCESSING = "processing"
    FAILED = "failed"
    DECLINED = "declined"
    DELETED = "deleted"
    NONE = "none"


class Action(StrEnum):
    """What to do for a key. Only the first three reach the server."""

    CANCEL = "cancel"
    RETRY = "retry"
    CREATE = "create"
    RECORD = "record"
    """The ledger alone changes: the record enters `becomes`."""
    HOLD = "hold"
    KEEP = "keep"
    """Everything is as it should be and already recorded."""
    NOTHING = "nothing"
    """Not wanted, and no business of ours."""

    @property
    def remote(self) -> bool:
        """Whether it reaches the server."""
        return self in {Action.CANCEL, Action.RETRY, Action.CREATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What `decide()` says of one key."""

    action: Action
    reason: Reason | None
    becomes: RecordState
    """The record's state once the action has had its effect."""
    seasons: tuple[int, ...] = ()
    """What a create asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expects:
    """What the plan saw; at apply time anything else makes the action stale."""

    actual: ActualState
    serial: int | None = None
    """The record's serial; None: no record."""
    seasons: tuple[int, ...] = ()
    """The wanted seasons by which a show was judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAction:
    """A decision with all that applying and reading it needs."""

    key: Key
    title: str
    year: int | None = None
    action: Action
    reason: Reason | None = None
    detail: str = ""
    """What the reason's own sentence does not say: a server's words, a count, an earlier reason."""
    becomes: RecordState
    expects: Expects
    lists: tuple[str, ...] = ()
    lead: str | None = None
    seasons: tuple[int, ...] = ()
    options: RequestOptions = DEFAULT_OPTIONS
    requester: str | None = None
    """The acting user's name; None: the key's own user."""
    approval: Literal["automatic", "pending", "forbidden"] | None = None
    """What the server will do with a create, as far as permissions tell."""
    request_id: int | None = None
    """The request that a cancel or retry is about."""
    terms: Terms = DEFAULT_TERMS
    position: int = 0
    """Best place in a list that wants it: first in the order of service."""
    list_order: int = 0
    seen_seasons: tuple[int, ...] = ()
    """Seasons present on the server, to be remembered."""
    turn: datetime | None = None
    """When a deferred action's turn is expected."""
    proposed: Action | None = None
    """The action that a rail or a standing no turned into a hold."""


class ListLine(Document):
    """How one list fared."""

    name: str
    source: str
    verdict: Verdict
    message: str = ""
    remedy: str = ""
    items: int = 0
    """Rows in the contents that count."""
    counted: bool = True
    """False: a combination that was not put together here, of which the numbers say nothing."""
    wanted: int = 0
    unresolved: int = 0
    excluded: int = 0
    fetched_at: datetime | None = None
    """Of the snapshot that speaks."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """An item that no key was found for."""

    list: str
    ref: str
    title: str
    year: int | None = None
    reason: Reason
    detail: str = ""
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """An item that its list does not want, or that cannot be requested."""

    list: str
    ref: str
    title: str
    year: int | None = None
    key: Key | None = None
    reason: Reason
    detail: str = ""


class DriftKind(StrEnum):
    """Differences that somebody or something else made between actual and recorded."""

    SERVER_CHANGED = "server_changed"
    """First, since it explains what else is gone."""
    REQUEST_DELETED = "request_deleted"
    REQUEST_DECLINED = "request_declined"
    MEDIA_DELETED = "media_deleted"
    REQUEST_FAILED = "request_failed"
    ITEM_RELISTED = "item_relisted"
    MATCH_CORRECTED = "match_corrected"
    FOREIGN_WRITER = "foreign_writer"
    EDITED = "edited"
    NOT_KEPT = "not_kept"


class Drift(Document):
    """One difference, what is done about it by default, and how to have it otherwise."""

    kind: DriftKind
    key: Key | None = None
    title: str = ""
    year: int | None = None
    lists: tuple[str, ...] = ()
    detail: str = ""
    reaction: str = ""
    way_out: str = ""
    why: str = ""
    """What the rule of `drift.ignore` says that passes it over; empty for one that is not ignored."""


class ServerIdentity(Document):
    """The server a plan is for."""

    name: str
    product: str
    version: str
    fingerprint: str


class ConfigIdentity(Document):
    """The configuration a plan was made from: references by name, never values."""

    digest: str
    commit: str | None = None
    dirty: bool = False


class Summary(Document):
    """Counts for the last line."""

    create: int = 0
    retry: int = 0
    cancel: int = 0
    record: int = 0
    hold: int = 0
    deferred: int = 0
    keep: int = 0
    unresolved: int = 0
    excluded: int = 0


class Plan(Document):
    """What would be done for every key, in order, and everything that was left out and why."""

    format: Literal["listsync.plan"] = PLAN_FORMAT
    format_version: str = PLAN_VERSION
    id: str
    """Random; good for one apply."""
    digest: str = ""
    """Of the whole document without this field: an edited plan is refused."""
    created: datetime
    expires: datetime
    observed_at: datetime
    server: ServerIdentity
    config: ConfigIdentity
    lineage: str
    """The ledger's own random name."""
    lists: tuple[ListLine, ...] = ()
    scope: tuple[str, ...] | None = None
    """The lists named with `--list`; None: all."""
    actions: tuple[PlannedAction, ...] = ()
    remembered: tuple[PlannedAction, ...] = ()
    """Keys whose record keeps its state, and is told its new sponsors, terms or seasons: nothing for people to read."""
    held: tuple[PlannedAction, ...] = ()
    deferred: tuple[PlannedAction, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    drift: tuple[Drift, ...] = ()
    drift_ignored: tuple[Drift, ...] = ()
    """Passed over by the rules of `drift.ignore`."""
    warnings: tuple[str, ...] = ()
    summary: Summary = Summary()
    as_of: datetime | None = None
    """The moment of the export that it was made from, without any network; such a plan is to be read, never applied.
    None: it was made by looking at the world."""

    @property
    def remote(self) -> tuple[PlannedAction, ...]:
        """The actions that reach the server."""
        return tuple(action for action in self.actions if action.action.remote)
