"""What the ledger remembers of a key, and of what was done for it."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field
from pydantic.dataclasses import dataclass as value

from schemas.base import Document, Frozen
from schemas.media import Key
from schemas.reasons import Reason
from schemas.server import NewRequest, RequestOptions


class RecordState(StrEnum):
    """Where a key stands with us (design, section 4). `none` is the absence of a record."""

    NONE = "none"
    REQUESTED = "requested"
    TRACKED = "tracked"
    SATISFIED = "satisfied"
    SUPPRESSED = "suppressed"
    RELEASED = "released"
    NOT_KEPT = "not_kept"


class OnRemoved(StrEnum):
    """What becomes of our pending request when its title left all lists."""

    KEEP = "keep"
    CANCEL = "cancel"


class OnDeleted(StrEnum):
    """What a deletion on the server means."""

    RESPECT = "respect"
    REQUEST = "request"


class OnFailed(StrEnum):
    """What to do with our failed request."""

    HOLD = "hold"
    RETRY = "retry"


class OnNewSeasons(StrEnum):
    """Whether seasons that appear later are requested."""

    REQUEST = "request"
    KEEP = "keep"


class OnRelisted(StrEnum):
    """What a return to the lists means."""

    REQUEST = "request"
    RESPECT = "respect"


class Terms(Frozen):
    """The policy that holds for a key, taken from its lead; defaults resolved."""

    on_removed: OnRemoved = OnRemoved.KEEP
    on_deleted: OnDeleted = OnDeleted.RESPECT
    on_failed: OnFailed = OnFailed.HOLD
    on_new_seasons: OnNewSeasons = OnNewSeasons.REQUEST
    on_relisted: OnRelisted = OnRelisted.RESPECT


DEFAULT_TERMS = Terms()
DEFAULT_OPTIONS = RequestOptions()


@value(frozen=True, slots=True, kw_only=True)
class OurRequest:
    """A request that we sent: the id alone would be another's after the server was reinstalled."""

    id: int
    created_at: str


@value(frozen=True, slots=True, kw_only=True)
class Record:
    """The ledger's memory of one key. Slotted, since there are tens of thousands of them."""

    key: Key
    title: str
    year: int | None = None
    state: RecordState
    reason: Reason | None = None
    since: datetime
    """When it entered this state."""
    serial: int = 0
    """Counts every change of the record: a saved plan expects the number it saw."""
    seasons: tuple[int, ...] = ()
    """Seasons ever requested by us or ever seen present, ascending."""
    sponsors: tuple[str, ...] = ()
    """The lists that want it, or wanted it last."""
    lead: str | None = None
    terms: Terms = DEFAULT_TERMS
    options: RequestOptions = DEFAULT_OPTIONS
    requests: tuple[OurRequest, ...] = ()
    retries: int = 0
    retried_at: datetime | None = None


class Presence(Frozen):
    """When the lists lost a key and found it again; observed by every run, applied or not."""

    key: Key
    absent_since: datetime
    back_at: datetime | None = None


class AllowSeen(Frozen):
    """When an `allow` override was first seen: each lifts a suppression once, and only a later one."""

    key: Key
    digest: str
    """Of the override's text: changing its `why` makes it a new wish."""
    first_seen: datetime


class Refusal(Frozen):
    """The server's no to a request; asked again after seven days or a change of the configuration."""

    key: Key
    reason: Reason
    text: str = ""
    at: datetime
    config_digest: str


class IntentAction(StrEnum):
    """The three writes there are."""

    CREATE = "create"
    RETRY = "retry"
    CANCEL = "cancel"


class Intent(Frozen):
    """Written down before a write is sent, settled after its outcome is known."""

    id: int | None = None
    """Given by the ledger."""
    run: str
    key: Key
    action: IntentAction
    request: NewRequest | None = None
    """The payload of a create."""
    request_id: int | None = None
    """The request that a retry or cancel is about."""
    mark: int
    """The highest request id on the server before sending: what we sent has a higher one."""
    sent_at: datetime
    title: str = ""
    year: int | None = None
    sponsors: tuple[str, ...] = ()
    lead: str | None = None
    terms: Terms = Terms()


class Resolved(Document):
    """The kept answer to "which title is this item?"."""

    ref: str
    evidence: str
    """Digest of what the answer rests on (title, year, kind, ids): other evidence asks again."""
    key: Key | None = None
    """The HD key; None: not found or not decided."""
    method: str = ""
    """override, tmdb, kept, imdb, tvdb, title."""
    score: float | None = None
    title: str | None = None
    """As the server knows it."""
    year: int | None = None
    reason: Reason | None = None
    """Why there is no key."""
    detail: str = ""
    candidates: tuple["Candidate", ...] = ()
    """The best few of a title search, best first; the second is the runner-up."""
    at: datetime


class Candidate(Document):
    """A title that was considered."""

    key: Key
    title: str
    original_title: str | None = None
    year: int | None = None
    score: float = Field(ge=0)


Resolved.model_rebuild()
