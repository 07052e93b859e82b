"""The ledger as everybody else sees it: frozen shapes in, frozen shapes out."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from reconciler.ledger import copying, lists, rows
from reconciler.ledger import statements as sql
from reconciler.ledger.database import Database
from reconciler.ledger.memory import ProviderMemory, chunks
from reconciler.ledger.writing import Writing
from schemas.events import Event, EventType, Run
from schemas.fetch import ListState
from schemas.media import Key, Kind
from schemas.record import AllowSeen, Intent, Presence, Record, Refusal, Resolved
from schemas.server import Details

T = TypeVar("T")


class Ledger:
    """An open ledger, seen from one media server. Any thread may call it; each call is atomic and lasting, and raises
    LedgerError."""

    def __init__(self, database: Database, *, server: str, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._server = server
        self._clock = clock
        self.path = database.path
        """The file; for an empty ledger in memory, where it would be."""
        self.lineage = self._value(sql.FACT, name="lineage") or ""
        """Random, made with the file: a saved plan belongs to one ledger."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Twice does no harm."""
        self._database.close()

    # What every run may write, whether it applies or not.

    def list_states(self) -> dict[str, ListState]:
        """All lists by name, whether the configuration still has them or not."""
        return lists.load(self._database, self._server)

    def list_headings(self) -> dict[str, ListState]:
        """How and when the lists were fetched last, without a single item: what a schedule needs. Never to be saved."""
        return lists.headings(self._database, self._server)

    def save_list_state(self, state: ListState) -> None:
        """Add or replace a list. Contents that are already kept are not written again."""
        lists.save(self._database, self._server, state)

    def rename_list(self, old: str, new: str) -> None:
        """Carry a list's state, and its part in records and open intents, over to its new name. The state that the new
        name may already have stays. Serials do not move (nothing was decided), nor does history."""
        lists.rename(self._database, self._server, old, new)

    def resolutions(self, refs: Iterable[str]) -> dict[str, Resolved]:
        """The kept resolutions of those items that have one."""
        with self._database.reading():
            return {
                row[0]: rows.resolution_from(row)
                for chunk in chunks(refs)
                for row in self._database.rows(sql.SOME_RESOLUTIONS, {"refs": chunk})
            }

    def save_resolutions(self, resolved: Iterable[Resolved]) -> None:
        """Keep resolutions, each in the place of an earlier one of the same item."""
        self._write_all(sql.PUT_RESOLUTION, [rows.resolution_values(one) for one in resolved])

    def details(self, titles: Iterable[tuple[Kind, int]]) -> dict[tuple[Kind, int], tuple[Details, datetime]]:
        """The kept details of those titles that have some, each with the time they were read."""
        found: dict[tuple[Kind, int], tuple[Details, datetime]] = {}
        with self._database.reading():
            for chunk in chunks(str(Key(kind, tmdb)) for kind, tmdb in titles):
                for _, read_at, text in self._database.rows(sql.SOME_DETAILS, {"keys": chunk}):
                    details = rows.details_from(text)
                    found[details.kind, details.tmdb] = (details, datetime.fromisoformat(read_at))
        return found

    def save_details(self, details: Iterable[Details]) -> None:
        """Keep details, read now."""
        now = self._clock()
        self._write_all(sql.PUT_DETAILS, [rows.details_values(one, now) for one in details])

    def presences(self) -> dict[Key, Presence]:
        """When the lists lost which keys."""
        return {one.key: one for one in self._shapes(sql.ALL_PRESENCES, rows.presence_from)}

    def save_presences(self, changed: Iterable[Presence], gone: Iterable[Key]) -> None:
        """Keep the changed ones, forget those that are gone."""
        self._replace(sql.PUT_PRESENCE, [rows.presence_values(one) for one in changed], sql.DROP_PRESENCE, gone)

    def allows(self) -> dict[Key, AllowSeen]:
        """Which `allow` overrides were seen, and when first."""
        return {one.key: one for one in self._shapes(sql.ALL_ALLOWS, rows.allow_from)}

    def save_allows(self, current: Iterable[AllowSeen], gone: Iterable[Key]) -> None:
        """Keep the current ones, forget those that are gone."""
        self._replace(sql.PUT_ALLOW, [rows.allow_values(one) for one in current], sql.DROP_ALLOW, gone)

    def memory(self, provider: str) -> ProviderMemory:
        """A provider's own lasting memory (`providers.base.Memory`)."""
        return ProviderMemory(self._database, provider)

    def save_plan(self, plan_id: str, digest: str, created: datetime) -> None:
        """Know a plan by its id and digest."""
        plan = {"server": self._server, "id": plan_id, "digest": digest, "created": rows.stamp(created)}
        self._write_all(sql.SAVE_PLAN, [plan])

    # What is remembered.

    def records(self) -> dict[Key, Record]:
        """All records."""
        with self._database.reading():
            found = (rows.record_from(row) for row in self._database.rows(sql.ALL_RECORDS, {"server": self._server}))
            return {record.key: record for record in found}

    def record(self, key: Key) -> Record | None:
        """The record of a key."""
        with self._database.reading():
            found = list(self._database.rows(sql.ONE_RECORD, {"server": self._server, "key": str(key)}))
            return rows.record_from(found[0]) if found else None

    def refusals(self) -> dict[Key, Refusal]:
        """The server's noes."""
        return {one.key: one for one in self._shapes(sql.ALL_REFUSALS, rows.refusal_from)}

    def open_intents(self) -> tuple[Intent, ...]:
        """What was about to be sent and has no known outcome, in the order of sending."""
        return self._shapes(sql.OPEN_INTENTS, rows.intent_from)

    def plan_applied(self, plan_id: str) -> datetime | None:
        """When a plan was applied to its end; None: it was not."""
        return rows.moment_or_none(self._value(sql.PLAN_APPLIED, plan=plan_id))

    def server_fingerprint(self) -> str | None:
        """The installation that the ledger is about; None: none was seen yet."""
        return self._value(sql.FINGERPRINT)

    def ever_applied(self) -> bool:
        """Whether any plan was ever applied to its end; before that, the budget of the first apply holds."""
        return self._value(sql.EVER_APPLIED) is not None

    def sent_since(self, since: datetime) -> tuple[tuple[datetime, str | None], ...]:
        """Time and lead of every create and retry that the server took since then, in order; those whose answer never
        came count as taken until they are settled."""
        scope = {"server": self._server, "since": rows.stamp(since)}
        with self._database.reading():
            answered = [*self._database.rows(sql.ANSWERED_SINCE, scope)]
            unanswered = [*self._database.rows(sql.UNANSWERED_SINCE, scope)]
            sent = sorted((*answered, *unanswered), key=lambda row: row[0]) if unanswered else answered
            return tuple((datetime.fromisoformat(at), lead) for at, lead in sent)

    def events(
        self,
        *,
        key: Key | None = None,
        list: str | None = None,  # noqa: A002
        run: str | None = None,
        since: datetime | None = None,
        types: Collection[EventType] | None = None,
        limit: int | None = None,
        newest_first: bool = True,
    ) -> tuple[Event, ...]:
        """What happened, in the order in which it was recorded or its reverse; all conditions must hold. `limit` cuts
        after ordering."""
        asked: dict[str, Any] = {
            "key": key and str(key),
            "list": list,
            "run": run,
            "since": rows.stamp_or_none(since),
            "types": None if types is None else [one.value for one in types],
            "limit": limit,
        }
        statement = sql.events(newest_first=newest_first, **{name: value is not None for name, value in asked.items()})
        asked = {name: value for name, value in asked.items() if value is not None}
        return self._shapes(statement, rows.event_from, **asked)

    def runs(self, limit: int = 20) -> tuple[Run, ...]:
        """The last runs, newest first."""
        return self._shapes(sql.LAST_RUNS, rows.run_from, limit=limit)

    def setting(self, name: str) -> str | None:
        """The small text kept under a name."""
        return self._value(sql.SETTING, name=name)

    # Care.

    def check(self) -> None:
        """Read the whole file; raises LedgerCorrupt when it is damaged. Some ten milliseconds a megabyte."""
        with self._database.reading():
            copying.check(self._database.driver, self.path)

    def backup(self, target: Path) -> None:
        """Write a consistent, checked copy, whoever writes meanwhile. An existing file is replaced at the end."""
        with self._database.reading():
            copying.copy(self._database.driver, target)

    def vacuum(self) -> None:
        """Give the room of deleted rows back to the disk; for a moment it takes as much again."""
        with self._database.reading():
            self._database.driver.execute("VACUUM")

    def prune(self, older_than: datetime) -> int:
        """Let go of history from before then, of all servers: events (but for the first and the last of each key),
        closed intents, runs and plans (but for the last one applied). Returns how many events went."""
        before = rows.stamp(older_than)
        with self._database.transaction():
            self._database.execute(sql.PUT_FACT, {"name": "pruned_before", "value": before})
            for statement in (sql.PRUNE_INTENTS, sql.PRUNE_RUNS, sql.PRUNE_PLANS):
                self._database.execute(statement, {"before": before})
            gone: int = self._database.execute(sql.PRUNE_EVENTS, {"before": before}).rowcount
            return gone

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction: all of it is lasting when the block ends, none of it when an exception leaves the block.
        Only for the holder of the `WriterLock`. Calls of the ledger within the block, by its thread, belong to it."""
        with self._database.transaction():
            yield Writing(self._database, self._server, self._clock)

    def _shapes(self, statement: Any, shape: Callable[[rows.Values], T], **parameters: Any) -> tuple[T, ...]:
        with self._database.reading():
            found = self._database.mappings(statement, {"server": self._server, **parameters})
            return tuple(shape(row) for row in found)

    def _value(self, statement: Any, **parameters: Any) -> str | None:
        with self._database.reading():
            value: str | None = self._database.first(statement, {"server": self._server, **parameters})
            return value

    def _write_all(self, statement: Any, values: Sequence[rows.Values]) -> None:
        if values:
            with self._database.transaction():
                self._database.execute(statement, values)

    def _replace(self, put: Any, values: Sequence[rows.Values], drop: Any, gone: Iterable[Key]) -> None:
        dropped = [{"server": self._server, "key": str(key)} for key in gone]
        if not values and not dropped:
            return
        with self._database.transaction():
            if dropped:
                self._database.execute(drop, dropped)
            if values:
                self._database.execute(put, [{"server": self._server, **value} for value in values])
