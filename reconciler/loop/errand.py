"""What a loop asks of one pass, and what comes back: values, so that a pass may happen in a process of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.loop.conditions import Statement
from reconciler.loop.files import ListFile
from schemas.conditions import Conditions

if TYPE_CHECKING:
    from reconciler.config import Loaded
    from reconciler.session import Tools
    from schemas.events import Event
    from schemas.plan import Plan
    from schemas.report import Report
    from schemas.status import StatusReport


@dataclass(frozen=True, slots=True)
class Errand:
    """One pass to be made."""

    loaded: "Loaded"
    run: str
    started: datetime
    statements: tuple[Statement, ...]
    """Of the configuration."""
    revision: str
    """The one in effect."""
    asked: frozenset[str]
    """Lists that somebody wants to be fetched, due or not."""
    read: Mapping[str, ListFile]
    """The files of lists, as this process read them."""
    before: Conditions
    """How things stood when the last tick ended, as far as this process knows."""
    remembered: bool
    """Whether what the ledger keeps of earlier processes is in there."""
    told: str
    """The failure that was recorded last; the same one over and over is recorded once."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What one pass came to. Plan and report are large: nothing keeps them."""

    before: Conditions
    """How things stood, with what the ledger keeps."""
    conditions: Conditions
    """How they stand now."""
    remembered: bool
    told: str
    wakes: tuple[datetime, ...] = ()
    """Moments from which another tick may have something to do."""
    is_granted: bool = False
    """Whether the lists that were asked for were fetched, and those whose file was saved."""
    files: Mapping[str, ListFile] | None = None
    """The files of lists, as they were when the pass began; None: it did not come to that."""
    is_unfinished: bool = False
    """Whether something was left that may go better soon."""
    failure: Exception | None = None
    error: str = ""
    """The failure in words, without any secret; empty when there is none."""
    remedy: str = ""
    plan: "Plan | None" = None
    report: "Report | None" = None
    fetched: tuple[str, ...] = ()
    standing: "StatusReport | None" = None
    events: "tuple[Event, ...]" = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    calls: Mapping[str, int] = field(default_factory=dict)


CarryOut = Callable[[Errand, "Tools"], Findings]
"""Makes a pass. Raises nothing: what goes wrong is in the findings."""
