"""How things stand and since when: what the loop knows of every list and of itself, in the manner of Kubernetes."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from schemas.base import Document


class ConditionType(StrEnum):
    """What a condition is about."""

    FETCHED = "Fetched"
    """The last fetch of the list brought something that can be read."""
    TRUSTED = "Trusted"
    """The last fetch is believed whole: what it lacks counts as gone."""
    RESOLVED = "Resolved"
    """Every item of the list has a title."""
    CONVERGED = "Converged"
    """Nothing is left to be done for the list."""
    SUSPENDED = "Suspended"
    """A pause keeps anything from being done for the list. Neither good nor bad."""
    READY = "Ready"
    """The list works: fetched, trusted, and nothing of it failed. Titles may be unresolved, deferred or held."""
    SERVER_REACHABLE = "ServerReachable"
    """The media server answers and takes the key."""
    CONFIG_VALID = "ConfigValid"
    """The configuration that was read last is the one in effect."""
    GIT_REACHABLE = "GitReachable"
    """The repository that the configuration comes from can be read."""
    RECONCILED = "Reconciled"
    """The last tick came to its end."""


class Truth(StrEnum):
    """The status of a condition."""

    TRUE = "True"
    FALSE = "False"
    UNKNOWN = "Unknown"


NEUTRAL = frozenset({ConditionType.SUSPENDED})
"""Conditions that are never a failure: one way is as good as the other."""
PROGRESS = frozenset({ConditionType.RESOLVED, ConditionType.CONVERGED})
"""Conditions whose being False is work to be done, not a failure: nobody is told of them."""
WHOLE = (
    ConditionType.SERVER_REACHABLE,
    ConditionType.CONFIG_VALID,
    ConditionType.GIT_REACHABLE,
    ConditionType.RECONCILED,
)
"""Conditions of the whole, in the order in which they are shown."""
LIST = (
    ConditionType.READY,
    ConditionType.FETCHED,
    ConditionType.TRUSTED,
    ConditionType.RESOLVED,
    ConditionType.CONVERGED,
    ConditionType.SUSPENDED,
)
"""Conditions of a list, in the order in which they are shown."""


class Condition(Document):
    """One statement, with its grounds."""

    type: ConditionType
    status: Truth
    reason: str
    """One word in CamelCase for machines: `Trusted`, `EmptyUnconfirmed`, `KeyRefused` …"""
    message: str = ""
    """For people; may change without the condition changing."""
    remedy: str = ""
    """What to do about it; empty when nothing is wrong or nothing can be done."""
    since: datetime
    """When it took this status."""

    @property
    def failing(self) -> bool:
        """Whether somebody should know."""
        return self.status is Truth.FALSE and self.type not in NEUTRAL | PROGRESS


class Conditions(Document):
    """All conditions at one moment."""

    whole: tuple[Condition, ...] = ()
    lists: dict[str, tuple[Condition, ...]] = {}
    """By list, in the order of the configuration."""

    def of(self, type: ConditionType, list: str | None = None) -> Condition | None:  # noqa: A002
        """One condition: of a list, or of the whole; None: nothing is known yet."""
        among = self.whole if list is None else self.lists.get(list, ())
        return next((one for one in among if one.type is type), None)

    def all(self) -> Iterator[tuple[str | None, Condition]]:
        """Every condition with the list that it is about; None: the whole."""
        yield from ((None, one) for one in self.whole)
        for name, conditions in self.lists.items():
            yield from ((name, one) for one in conditions)


class Transition(Document):
    """A condition that took another status, or another reason."""

    list: str | None = None
    """None: of the whole."""
    before: Condition | None = None
    """None: it was not known before."""
    now: Condition

    @property
    def failed(self) -> bool:
        """It began to fail, or fails in another way."""
        return self.now.failing

    @property
    def recovered(self) -> bool:
        """It failed before, and is well now. A list that was removed from the configuration recovers silently."""
        return self.before is not None and self.before.failing and self.now.status is Truth.TRUE
