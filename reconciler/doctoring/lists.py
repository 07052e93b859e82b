"""Whether each list can be read: its service is asked for the first page, and no further."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from providers.base import Context, Memory
from providers.errors import ProviderError, Transient
from reconciler.doctoring.checks import checks_of, guarded
from reconciler.words import count, joined
from schemas.doctor import Area, Check
from schemas.source import Source

if TYPE_CHECKING:
    from reconciler.ledger import Ledger
    from reconciler.session import Session

AT_ONCE = 8


class _SeenEnough(Exception):
    """Breaks a fetch off once it came to something: what is wrong with a list shows on its first page."""

    def __init__(self, items: int, total: int | None) -> None:
        super().__init__()
        self.items, self.total = items, total


@dataclass(frozen=True, slots=True)
class _Recalled:
    """A provider's memory that learns nothing (`providers.base.Memory`)."""

    memory: Memory | None

    def get_many(self, keys: tuple[str, ...]) -> Mapping[str, str]:
        """What is known."""
        return {} if self.memory is None else self.memory.get_many(keys)

    def put_many(self, values: Mapping[str, str]) -> None:
        """Nothing is kept."""


def lists(session: "Session", names: tuple[str, ...], ledger: "Ledger | None") -> Iterator[Check]:
    """Each list by itself, in the order of the configuration. `ledger` is where services' memories are, if it could be
    opened."""
    with (
        session.tools.progress.stage("Asking for lists", len(names)) as step,
        ThreadPoolExecutor(AT_ONCE, thread_name_prefix="doctor") as pool,
    ):
        looks = {name: pool.submit(_checked, session, name, ledger) for name in names}
        for name, look in looks.items():
            yield from guarded(Area.LISTS, name, look.result)
            step.advance(note=name)
    session.close_list_clients()


def _checked(session: "Session", name: str, ledger: "Ledger | None") -> tuple[Check, ...]:
    return tuple(_looked_at(session, name, ledger))


def _looked_at(session: "Session", name: str, ledger: "Ledger | None") -> Iterator[Check]:
    ok, warning, problem, skipped = checks_of(Area.LISTS)
    made = session.config.lists[name].combine
    if made is not None:
        yield ok(name, f"made of {joined((*made.of, *made.except_))}")
        return
    source = session.loaded.sources[name]
    if session.tools.stop.is_set():
        yield skipped(name, "interrupted")
        return
    if missing := _missing_key(session, source):
        yield warning(name, f"{source}: no {missing}", f"set `providers.{source.provider}.{missing.partition(':')[0]}`")
    try:
        items, total, warnings = _first_page(session, source, ledger)
    except ProviderError as error:
        passing = "it may pass by itself; if it stays, check this machine's network and the service's address"
        yield problem(name, f"{source}: {error}", passing if isinstance(error, Transient) else error.remedy)
        return
    for text in warnings:
        yield warning(name, f"{source}: {text}")
    if items or total:
        of = f" of {count(total, 'title')}" if total and total > items else f" {'title' if items == 1 else 'titles'}"
        yield ok(name, f"{source} can be read: {items:,}{of}")
    else:
        yield warning(name, f"{source} can be read, and is empty", "check that it is the list that you mean")


def _missing_key(session: "Session", source: Source) -> str:
    """What its service wants and is not given, `client_id: of a paid account`. Another address brings its own."""
    from providers.lists import registry
    from reconciler.config.connect import provider_settings

    wanted, settings = (
        registry.get(source.provider).capabilities.needs_key,
        provider_settings(session.config, source.provider),
    )
    name = wanted.partition(":")[0]
    given = name in {"", "optional"} or settings.base_url is not None or settings.options.get(name)
    return "" if given else wanted


def _first_page(session: "Session", source: Source, ledger: "Ledger | None") -> tuple[int, int | None, tuple[str, ...]]:
    """How many titles came, of how many, and what the service warns of."""
    from providers.lists import registry
    from reconciler.config.connect import provider_settings

    def enough(items: int, total: int | None) -> None:
        raise _SeenEnough(items, total)

    settings = provider_settings(session.config, source.provider)
    provider = registry.get(source.provider)
    context = Context(
        http=session.http.bind(source.provider, settings, provider.capabilities),
        settings=settings,
        memory=_Recalled(None if ledger is None else ledger.memory(source.provider)),
        clock=session.tools.clock,
        base_dir=session.loaded.base_dir,
        limit=1,
        browser=session.browser,
        progress=enough,
    )
    try:
        fetched = provider.fetch(source, context)
    except _SeenEnough as seen:
        return seen.items, seen.total, ()
    return len(fetched.items), fetched.total, fetched.warnings
