"""The providers' own small memories: texts by key, shared by all lists and servers."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from reconciler.ledger import statements as sql
from reconciler.ledger.database import Database


class ProviderMemory:
    """One provider's memory (`providers.base.Memory`). Any thread may call it."""

    def __init__(self, database: Database, provider: str) -> None:
        self._database = database
        self._provider = provider

    def get_many(self, keys: tuple[str, ...]) -> Mapping[str, str]:
        """The kept values of those keys that are known."""
        with self._database.reading():
            return {
                key: value
                for chunk in chunks(keys)
                for key, value in self._database.rows(sql.SOME_MEMORY, {"provider": self._provider, "keys": chunk})
            }

    def put_many(self, values: Mapping[str, str]) -> None:
        """Keep values; lasting when this returns."""
        if values:
            kept = [{"provider": self._provider, "key": key, "value": value} for key, value in values.items()]
            with self._database.transaction():
                self._database.execute(sql.PUT_MEMORY, kept)


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Values in portions that one IN takes."""
    remaining = iter(values)
    while chunk := list(islice(remaining, sql.CHUNK)):
        yield chunk
