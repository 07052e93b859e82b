"""Why a title is, or is not, requested."""

from datetime import datetime
from typing import Literal

from schemas.base import Document
from schemas.events import Event
from schemas.media import Key
from schemas.plan import Action, ActualState, Drift, Excluded, Unresolved
from schemas.reasons import Reason
from schemas.record import Candidate, RecordState

EXPLANATION_FORMAT: Literal["listsync.explanation"] = "listsync.explanation"
EXPLANATION_VERSION = "1.0"


class FilterVerdict(Document):
    """What one rule of a list's filter says of a title."""

    rule: str
    """As in the configuration: `rating.imdb`."""
    verdict: Literal["holds", "excludes", "unknown"]
    """`unknown`: neither the list nor the server's details tell it; `when_unknown` decides."""
    detail: str = ""
    """What excludes it, in words; of a rule that holds, the value that it found."""


class RailVerdict(Document):
    """What one rail says of an action."""

    rail: Literal["pause", "window", "first_run", "per_run", "per_day", "quota", "mass_change"]
    list: str | None = None
    """The list whose rail it is; None: everything's."""
    passes: bool
    detail: str = ""
    """What it goes by: `12 of 50 used`."""
    reason: Reason | None = None
    turn: datetime | None = None
    """When the action's turn is expected, where the rail puts it off."""


class Obstacle(Document):
    """Something that stands between a title and a request for it now."""

    reason: Reason | None = None
    sentence: str
    detail: str = ""
    way_out: str = ""
    """The exact command or line that changes it; empty where time alone does."""


class Sponsor(Document):
    """A list that wants a title, and the row through which it does."""

    list: str
    ref: str
    rank: int
    """Place in the list, after filters and sorting."""
    listed_as: str = ""
    """Title and year as the list gives them."""
    method: str = ""
    """How the row was matched: override, tmdb, imdb, tvdb, title."""
    score: float | None = None
    runner_up: Candidate | None = None
    """What came second in a title search."""
    requests: bool = True
    """False: the list is an ingredient, for which nothing is requested."""
    since: datetime | None = None
    """Since when the list holds it."""
    since_told: bool = False
    """Whether the list itself tells that; else it is since then at least, as far as is remembered."""
    through: tuple[str, ...] = ()
    """Of a combination: the ingredients that hold it."""
    why: str = ""
    """Of an override: the reason that a person gave."""
    instead_of: Key | None = None
    """Of an override: what the row was taken for without it."""
    filters: tuple[FilterVerdict, ...] = ()
    """Each rule of the list's filter."""


class LeftOut(Document):
    """A row of a list that wants nothing through it, and why."""

    list: str
    ref: str
    title: str = ""
    year: int | None = None
    reason: Reason
    sentence: str = ""
    """The reason in words."""
    detail: str = ""
    way_out: str = ""
    candidates: tuple[Candidate, ...] = ()
    """The titles that a row may be that no title was found for, best first."""
    filters: tuple[FilterVerdict, ...] = ()
    """Each rule of the list's filter, of a row whose title is known."""


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
    left_out: tuple[LeftOut, ...] = ()
    """The lists that hold it and do not want it."""
    formerly: tuple[str, ...] = ()
    """The lists that wanted it last, of a title that none wants any more."""
    drift: tuple[Drift, ...] = ()
    """What somebody else made of it that is not recorded yet."""
    proposed: Action | None = None
    """What would be done, were it not held or put off."""
    turn: datetime | None = None
    """When its turn is expected, of an action that is put off."""
    rails: tuple[RailVerdict, ...] = ()
    """What each rail says of the action; those that have nothing to say of it are left out."""
    obstacles: tuple[Obstacle, ...] = ()
    """All that stands in the way of a request now, the first of them first."""
    request_status: str = ""
    """Of that request: pending, approved, declined, failed, completed."""
    requested_at: str = ""
    """When that request was made, as the server says it."""
    approval: str = ""
    """What the server will do with a new request: automatic, pending, forbidden."""


class Named(Document):
    """A title by its key."""

    key: Key
    title: str
    year: int | None = None


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
    left_out: tuple[LeftOut, ...] = ()
    """The same rows, unresolved or excluded, each with its way out."""
    also: tuple[Named, ...] = ()
    """Other titles that fit, of which nothing is told here."""
    note: str = ""
    """Said when nothing, or not everything, could be found out."""
