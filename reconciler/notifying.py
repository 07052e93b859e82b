"""From a configuration and a tick of the loop to whom is told, and how things stand as far as people are told of it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from providers.notify import Receiver, unavailable
from reconciler.core.digest import Links, Standing, drift_facts, hold_facts, unresolved_facts
from reconciler.loop.tick import Tick
from schemas.conditions import Condition, ConditionType, Truth
from schemas.config import Config
from schemas.config.running import RECEIVERS, Occasion
from schemas.notification import Trouble

_SUBJECTS = {
    ConditionType.SERVER_REACHABLE: "server",
    ConditionType.CONFIG_VALID: "configuration",
    ConditionType.GIT_REACHABLE: "git repository",
    ConditionType.RECONCILED: "run",
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """A receiver and what it wants to know."""

    receiver: Receiver
    occasions: frozenset[Occasion]

    @property
    def id(self) -> str:
        """Recognises it after a restart, whatever its place; the address cannot be read from it, nor confirmed."""
        return f"{self.receiver.kind}-{hashlib.sha256(self.receiver.url.encode()).hexdigest()[:8]}"


def addressees(config: Config) -> tuple[Addressee, ...]:
    """The receivers of a configuration, in its order."""
    made = []
    for number, entry in enumerate(config.notifications, 1):
        kind = next(name for name in RECEIVERS if getattr(entry, name) is not None)
        headers = {name: value.get_secret_value() for name, value in entry.headers.items()}
        receiver = Receiver(number, kind, getattr(entry, kind).get_secret_value(), headers)
        made.append(Addressee(receiver, frozenset(entry.events)))
    return tuple(made)


def unavailable_receivers(config: Config) -> tuple[str, ...]:
    """What this installation cannot send, for `validate` and the start: a warning each, never a reason to stop."""
    return tuple(
        f"notifications[{one.receiver.number - 1}].{one.receiver.kind}: {why}"
        for one in addressees(config)
        if (why := unavailable((one.receiver.kind,)))
    )


def links_of(config: Config) -> Links:
    """The server's pages, without user information in the address."""
    parts = urlsplit(config.server.url)
    return Links(urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", "")).rstrip("/"))


def standing_of(tick: Tick, config: Config, redact: Callable[[str], str]) -> Standing:
    """What a tick left behind, as far as people are told of it."""
    troubles: dict[str, Trouble] = {}
    known, unknown = set(), set()
    for subject, name, condition in _looked_at(tick):
        if condition.status is Truth.UNKNOWN:
            unknown.add(subject)
            continue
        known.add(subject)
        if condition.failing:
            message = _with_problems(tick, condition)
            troubles[name] = Trouble(
                subject=subject, message=redact(message), remedy=redact(condition.remedy), since=condition.since
            )
    if "server" in troubles and "run" in troubles:  # one failure, told once
        del troubles["run"]
        known.discard("run")
        unknown.add("run")
    plan, report, links = tick.plan, tick.report, links_of(config)
    facts = None
    if plan is not None:
        held, outcomes = (report.held, report.outcomes) if report is not None else (plan.held, ())
        every = (
            *hold_facts(held, outcomes, links),
            *unresolved_facts(plan.unresolved),
            *drift_facts(plan.drift, links),
        )
        facts = tuple(every)
    return Standing(
        at=tick.finished,
        run=tick.run_id,
        server=config.server.name,
        revision=tick.config.applied,
        seconds=(tick.finished - tick.started).total_seconds(),
        facts=facts,
        is_whole=plan is None or plan.scope is None,
        troubles=troubles,
        subjects=frozenset(known),
        unknown=frozenset(unknown),
    )


def _looked_at(tick: Tick) -> Iterator[tuple[str, str, Condition]]:
    """Subject, name and condition of everything that may fail. Each bad revision is a failure of its own."""
    for type_, subject in _SUBJECTS.items():
        if (condition := tick.conditions.of(type_)) is not None:
            is_config = type_ is ConditionType.CONFIG_VALID
            yield subject, f"{subject} {tick.config.attempted}" if is_config else subject, condition
    for name in tick.conditions.lists:
        if (condition := tick.conditions.of(ConditionType.READY, name)) is not None:
            yield f"list {name}", f"list {name}", condition


def _with_problems(tick: Tick, condition: Condition) -> str:
    message = condition.message or condition.reason
    if condition.type is not ConditionType.CONFIG_VALID:
        return message
    told = [problem for problem in tick.config.problems[:5] if problem not in message]
    return "; ".join([message, *told])
