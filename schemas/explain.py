"""Why a title is, or is not, requested."""

from datetime import datetime
from typing import Literal

from schemas.base import Document
from schemas.events import Event
from schemas.media import Key
from schemas.plan import Action, ActualState, Excluded, Unresolved
from schemas.reasons import Reason
from schemas.record import Candidate, RecordState

EXPLANATION_FORMAT: Literal["listsync.explanation"] = "listsync.explanation"
EXPLANATION_VERSION = "1.0"


class Sponsor(Document):
    """A list that wants a title, and the row through which it does."""

    list: str
    ref: str
    rank: int
    """Place in the list, after filters and sorting."""
    through: tuple[str, ...] = ()
    """Of a combination: the ingredients that hold it."""
    listed_as: str = ""
    """Title and year as the list gives them."""
    method: str = ""
    """How the row was matched: override, tmdb, imdb, tvdb, title."""
    score: float | None = None
    runner_up: Candidate | None = None
    """What came second in a title search."""


class ExplainedKey(Document):
    """All there is to say of one key."""

    key: Key
    title: str
    year: int | None = None
    wanted: bool
    sponsors: tuple[Sponsor, ...] = ()
    lead: str | None = None
    action: Action
    reason: Reason | None = None
    detail: str = ""
    sentence: str = ""
    """The reason in words."""
    way_out: str = ""
    """The command or line that changes it; empty where nothing is to be changed."""
    actual: ActualState
    request_id: int | None = None
    ours: bool = False
    """Whether that request is ours."""
    requester: str | None = None
    record: RecordState
    since: datetime | None = None
    recorded_reason: Reason | None = None
    seasons_wanted: tuple[int, ...] = ()
    seasons_there: tuple[int, ...] = ()
    seasons_remembered: tuple[int, ...] = ()
    events: tuple[Event, ...] = ()
    """Newest first."""


class Explanation(Document):
    """The answer to `listsync explain`."""

    format: Literal["listsync.explanation"] = EXPLANATION_FORMAT
    format_version: str = EXPLANATION_VERSION
    query: str
    keys: tuple[ExplainedKey, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    """Rows that fit the query and have no key."""
    excluded: tuple[Excluded, ...] = ()
    """Rows that fit the query and are not wanted by their list."""
    note: str = ""
    """Said when nothing, or not everything, could be found out."""
