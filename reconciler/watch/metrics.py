"""The metrics of `/metrics`, made anew from what was seen at every request: no state of the library's own."""

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.watch.board import Seen
from reconciler.watch.measures import Spent
from schemas.conditions import Condition, Truth

if TYPE_CHECKING:
    from prometheus_client import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics_text(seen: Seen) -> bytes:
    """All metrics in Prometheus' text format."""
    from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(seen))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Collector:
    def __init__(self, seen: Seen) -> None:
        self._seen = seen

    def collect(self) -> "Iterator[Metric]":
        yield from families(self._seen)

    def describe(self) -> "list[Metric]":
        return []


def families(seen: Seen) -> "Iterator[Metric]":
    """Every metric of our own. Names end in their unit; durations are seconds, moments Unix time."""
    yield from _lists(seen)
    yield from _titles(seen)
    yield from _work(seen)
    yield from _itself(seen)


def _lists(seen: Seen) -> "Iterator[Metric]":
    lines = seen.measures.lists
    yield _gauge(
        "listsync_list_last_success_timestamp_seconds",
        "When the contents of the list that count were fetched.",
        ("list",),
        (((line.name,), line.fetched_at.timestamp()) for line in lines if line.fetched_at),
    )
    for name, help_, values in (
        ("listsync_list_items", "Rows of the list that count.", [line.items for line in lines]),
        ("listsync_list_wants", "Titles that the list wants.", [line.wanted for line in lines]),
        ("listsync_list_unresolved", "Rows of the list without a title.", [line.unresolved for line in lines]),
    ):
        yield _gauge(name, help_, ("list",), (((line.name,), n) for line, n in zip(lines, values, strict=True)))
    conditions = ((name, one) for name, several in seen.conditions.lists.items() for one in several)
    yield _gauge(
        "listsync_list_condition",
        "A list's condition: 1 true, 0 false, absent while not known.",
        ("list", "type"),
        (((name, one.type.value), _truth(one)) for name, one in conditions if one.status is not Truth.UNKNOWN),
    )


def _titles(seen: Seen) -> "Iterator[Metric]":
    measures = seen.measures
    yield _counter(
        "listsync_actions",
        "Actions on the media server, by what became of them.",
        ("action", "result"),
        measures.actions.items(),
    )
    for name, help_, label, counts in (
        ("listsync_held", "Titles held after the last tick.", "reason", measures.held),
        ("listsync_deferred", "Titles whose turn comes later.", "reason", measures.deferred),
        ("listsync_drift", "Differences that others made, as of the last tick.", "kind", measures.drift),
    ):
        yield _gauge(name, help_, (label,), _by_one(counts))


def _work(seen: Seen) -> "Iterator[Metric]":
    measures = seen.measures
    yield _counter(
        "listsync_ticks", "Passes of the loop.", ("result",), _by_one({"done": 0, "failed": 0, **measures.ticks})
    )
    yield _summary("listsync_tick_seconds", "How long passes took.", (), {(): measures.tick_seconds})
    stages: dict[tuple[str, ...], Spent] = {(name,): spent for name, spent in measures.stages.items()}
    yield _summary("listsync_stage_seconds", "How long parts of a pass took: fetch, plan, apply.", ("stage",), stages)
    yield _counter("listsync_server_calls", "Calls to the media server.", ("method",), _by_one(measures.calls))
    for name, help_, at in (
        ("listsync_last_tick_timestamp_seconds", "The end of the last pass.", measures.last_tick),
        ("listsync_next_tick_timestamp_seconds", "When the next pass is expected.", seen.next_wake),
    ):
        yield _gauge(name, help_, (), _moment(at))
    yield _counter("listsync_notifications", "Messages to people.", ("notifier", "result"), seen.notified.items())


def _itself(seen: Seen) -> "Iterator[Metric]":
    yield _gauge(
        "listsync_condition",
        "A condition of the whole: 1 true, 0 false, absent while not known.",
        ("type",),
        (((one.type.value,), _truth(one)) for one in seen.conditions.whole if one.status is not Truth.UNKNOWN),
    )
    server = seen.server
    yield _gauge(
        "listsync_build_info",
        "Versions of listsync, Python and the media server.",
        ("version", "python", "server", "server_version"),
        [
            (
                (
                    __version__,
                    platform.python_version(),
                    server.product if server else "",
                    server.version if server else "",
                ),
                1,
            )
        ],
    )
    config = seen.config
    yield _gauge(
        "listsync_config_info",
        "The configuration's revisions: the one in effect, and the one read last.",
        ("applied", "attempted"),
        [((config.applied, config.attempted), 1)],
    )
    yield _gauge("listsync_start_timestamp_seconds", "When it began to watch.", (), _moment(seen.started))


def _truth(condition: Condition) -> int:
    return int(condition.status is Truth.TRUE)


def _moment(at: datetime | None) -> list[tuple[tuple[str, ...], float]]:
    return [((), at.timestamp())] if at is not None else []


def _by_one(counts: Mapping[str, int]) -> Iterator[tuple[tuple[str, ...], float]]:
    return (((name,), number) for name, number in counts.items())


def _gauge(name: str, text: str, labels: Sequence[str], samples: Iterable[tuple[Sequence[str], float]]) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def _counter(name: str, text: str, labels: Sequence[str], samples: Iterable[tuple[Sequence[str], float]]) -> "Metric":
    from prometheus_client.core import CounterMetricFamily

    family = CounterMetricFamily(name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def _summary(name: str, text: str, labels: Sequence[str], samples: Mapping[tuple[str, ...], Spent]) -> "Metric":
    from prometheus_client.core import SummaryMetricFamily

    family = SummaryMetricFamily(name, text, labels=labels)
    for values, spent in samples.items():
        family.add_metric(values, count_value=spent.count, sum_value=spent.seconds)
    return family
