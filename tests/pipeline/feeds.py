"""What the lists of a household say, and how far each may be trusted, written anew from the design's sections 4 to 6:
the program is compared with this, so nothing of the program is used here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

DAY = timedelta(days=1)
EMPTY_FROM, SHRUNK_FROM = 5, 10


@dataclass
class Feed:
    """One list: what stands in it now, what was last believed of it, and what the configuration asks of it."""

    name: str
    personal: bool = True
    """A file of a person's own; else a page on the web, which never affirms that it is empty."""
    rows: list[str] = field(default_factory=list)
    limit: int | None = None
    passes: Callable[[str], bool] = lambda key: True
    requests: bool = True
    of: tuple[str, ...] = ()
    """Ingredients of a combination."""
    at_least: int = 1
    without: tuple[str, ...] = ()
    broken: bool = False
    policy: dict[str, str] = field(default_factory=dict)
    trusted: tuple[str, ...] | None = None
    previous: tuple[str, ...] | None = None
    extra: tuple[str, ...] = ()
    suspicion: tuple[str, datetime] | None = None
    failed: bool = False
    gained: frozenset[str] = frozenset()
    """What the last fetch held and the believed one before it did not."""

    def fetch(self, now: datetime) -> None:
        """Read once, and believed as far as section 6 says."""
        rows, before = tuple(self.rows), len(self.trusted or ())
        self.failed = self.broken or (not rows and not self.personal)
        self.gained = frozenset()
        if self.failed:
            return
        if self.trusted is not None:
            self.gained = frozenset(rows) - set(self.trusted) - set(self.extra)
        kind = ""
        if not rows and before >= EMPTY_FROM and self.policy.get("allow_empty") != "yes":
            kind = "empty"
        elif before >= SHRUNK_FROM and 0 < 2 * len(rows) < before:
            kind = "shrunk"
        if kind and not (self.suspicion and self.suspicion[0] == kind and now - self.suspicion[1] >= DAY):
            self.extra = rows
            if self.suspicion is None or self.suspicion[0] != kind:
                self.suspicion = (kind, now)
            return
        self.previous, self.trusted, self.extra, self.suspicion = self.trusted, rows, (), None

    def accept(self) -> None:
        """A person believes the last fetch."""
        self.trusted = self.previous = self.extra
        self.extra, self.suspicion = (), None

    def forget(self) -> None:
        """Its source was edited: it is another list."""
        self.trusted = self.previous = self.suspicion = None
        self.extra = ()

    @property
    def kept(
        self,
    ) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None, tuple[str, ...], tuple[str, datetime] | None]:
        """What is remembered of its fetches."""
        return self.trusted, self.previous, self.extra, self.suspicion

    @property
    def contents(self) -> tuple[str, ...]:
        """What counts now: a fetch that is not believed adds, and removes nothing."""
        kept = self.trusted or ()
        return kept + tuple(key for key in self.extra if key not in kept)


@dataclass
class Lists:
    """All lists of a configuration; the file has them in the order of their names."""

    declared: dict[str, Feed] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    pins: dict[str, str] = field(default_factory=dict)
    """Titles that a person said to be others."""

    def fetch(self, now: datetime) -> None:
        for feed in self.declared.values():
            if not feed.of:
                feed.fetch(now)

    @property
    def failing(self) -> bool:
        return any(feed.failed for feed in self.declared.values() if not feed.of)

    @property
    def all_failing(self) -> bool:
        return all(feed.failed for feed in self.declared.values() if not feed.of)

    def chosen(self, *, earlier: bool = False) -> dict[str, tuple[str, ...]]:
        """What each list wants: its rows after denials, filter and limit."""
        found: dict[str, tuple[str, ...]] = {}
        for feed in sorted(self.declared.values(), key=lambda feed: bool(feed.of)):
            rows = (feed.previous or ()) if earlier else feed.contents
            if feed.of:
                rows = self._combined(feed, found)
            found[feed.name] = self._narrowed(feed, [self.pins.get(key, key) for key in rows])
        return {name: found[name] for name in sorted(self.declared)}

    def _combined(self, feed: Feed, found: Mapping[str, Collection[str]]) -> Sequence[str]:
        if any(self.declared[one].trusted is None for one in feed.without):
            return ()
        every = dict.fromkeys(key for one in feed.of for key in found[one])
        excluded = {key for one in feed.without for key in found[one]}
        return [
            key for key in every if key not in excluded and sum(key in found[one] for one in feed.of) >= feed.at_least
        ]

    def _narrowed(self, feed: Feed, rows: Sequence[str]) -> tuple[str, ...]:
        kept = [key for key in dict.fromkeys(rows) if feed.passes(key) and key not in self.denied]
        return tuple(kept[: feed.limit])

    def wants(self) -> dict[str, list[str]]:
        """Every wanted title with the lists that want it; the first of them leads."""
        found: dict[str, list[str]] = {}
        for name, keys in self.chosen().items():
            if self.declared[name].requests:
                for key in keys:
                    found.setdefault(key, []).append(name)
        return found

    def lost(self, key: str, sponsors: Collection[str]) -> bool:
        """Whether each of its former lists confirms that it is gone: without it twice, or taken out of the file."""
        if key in self.denied or key in self.pins:
            return True
        earlier = self.chosen(earlier=True)
        return all(
            name not in self.declared or (self._read_twice(name) and key not in earlier[name]) for name in sponsors
        )

    def _read_twice(self, name: str) -> bool:
        feed = self.declared[name]
        return all(self._read_twice(one) for one in feed.of) if feed.of else feed.previous is not None
