"""From decisions to a plan: order, summary, digest. Pure."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from reconciler.core.deliberate import Circumstances, Deliberation, planned, remembers_more
from schemas.plan import Action, Plan, PlannedAction, Summary

_ORDER = {Action.RECORD: 0, Action.CANCEL: 1, Action.RETRY: 2, Action.CREATE: 3}


def in_order(actions: Iterable[PlannedAction]) -> tuple[PlannedAction, ...]:
    """Cancels, retries, creates; within them by place in the list, then list, then key, so that a list of 5,000 does
    not starve one of 20. What only the ledger remembers comes first: it must not wait for the network."""
    return tuple(sorted(actions, key=lambda one: (_ORDER[one.action], one.position, one.list_order, one.key)))


def sort_out(
    made: Iterable[Deliberation], about: Circumstances
) -> tuple[tuple[PlannedAction, ...], tuple[PlannedAction, ...], tuple[PlannedAction, ...], int]:
    """The decisions as actions in order, holds, records to be told more, and the number of keys left as they are."""
    actions: list[PlannedAction] = []
    held: list[PlannedAction] = []
    remembered: list[PlannedAction] = []
    kept = 0
    for one in made:
        action = one.decision.action
        if remembers_more(one):
            remembered.append(planned(one, about))
        if action is Action.HOLD:
            held.append(planned(one, about))
        elif action is Action.KEEP:
            kept += 1
        elif action is not Action.NOTHING:
            actions.append(planned(one, about))
    return in_order(actions), tuple(held), tuple(remembered), kept


def summarise(plan: Plan, kept: int | None = None) -> Summary:
    """The plan's counts, after rails."""
    counts = dict.fromkeys(Action, 0)
    for one in plan.actions:
        counts[one.action] += 1
    return Summary(
        create=counts[Action.CREATE],
        retry=counts[Action.RETRY],
        cancel=counts[Action.CANCEL],
        record=counts[Action.RECORD],
        hold=len(plan.held),
        deferred=len(plan.deferred),
        keep=plan.summary.keep if kept is None else kept,
        unresolved=len(plan.unresolved),
        excluded=len(plan.excluded),
    )


def digest(document: Mapping[str, Any]) -> str:
    """Of a plan's JSON document without its `digest`: every edit changes it, the order of keys does not."""
    found = hashlib.sha256()
    for name in sorted(document):
        if name != "digest":
            value = document[name]
            _feed(found.update, name)
            for part in value if isinstance(value, list) else [value]:
                _feed(found.update, part)
    return "sha256:" + found.hexdigest()


def _feed(update: Callable[[bytes], None], part: Any) -> None:
    update(json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode() + b"\n")


def sealed(plan: Plan, kept: int | None = None) -> Plan:
    """The plan with its summary and digest."""
    plan = plan.model_copy(update={"summary": summarise(plan, kept)})
    return plan.model_copy(update={"digest": digest(_Document(plan))})


class _Document(Mapping[str, Any]):
    """A plan as its JSON document, a field at a time: a large plan is never held twice."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def __getitem__(self, name: str) -> Any:
        return self._plan.model_dump(mode="json", include={name})[name]

    def __iter__(self) -> Iterator[str]:
        return iter(type(self._plan).model_fields)

    def __len__(self) -> int:
        return len(type(self._plan).model_fields)
