"""A plan as people read it: server, lists, what would be done, what would not and why, and one line in sum."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.drift import drift_parts, ignored_parts
from reconciler.commands.render.page import View, and_more, cut, grid, heading, to_text
from reconciler.commands.render.parts import (
    SIGNS,
    deferred_section,
    excluded_line,
    held_section,
    lists_section,
    mentioned,
    product_text,
    reason_sentence,
    title_text,
    unresolved_section,
    warnings_section,
)
from reconciler.words import clean, count, joined, moment
from schemas.plan import Action, Plan, PlannedAction
from schemas.reasons import Reason
from schemas.record import RecordState

APPROVALS = {"automatic": "approved at once", "pending": "waits for approval", "forbidden": "not permitted"}
HEADINGS = {Action.CANCEL: "To cancel", Action.RETRY: "To retry", Action.CREATE: "To request"}
BECOMES = {
    RecordState.SATISFIED: "in the library",
    RecordState.REQUESTED: "requested by us",
    RecordState.TRACKED: "requested by somebody else",
    RecordState.RELEASED: "on no list any more",
    RecordState.SUPPRESSED: "deleted or declined on the server, not asked for again",
    RecordState.NOT_KEPT: "dropped by the server",
    RecordState.NONE: "forgotten",
}


def plan_text(plan: Plan, view: View) -> str:
    """The whole plan; long sections cut to `view.rows`."""
    return to_text([*_parts(plan, view), Text("\n" + summary_line(plan), "bold")], view)


def _parts(plan: Plan, view: View) -> Iterable[RenderableType]:
    yield _header(plan)
    yield from warnings_section(plan.warnings)
    yield from lists_section(plan.lists, view)
    for action in (Action.CANCEL, Action.RETRY, Action.CREATE):
        for caption, several in _by_manner([one for one in plan.actions if one.action is action]):
            yield heading(HEADINGS[action], len(several), caption)
            shown, rest = cut(several, view)
            yield grid((_action_row(one) for one in shown), wrap=1)
            yield from and_more(rest, view)
    yield from drift_parts(plan.drift, view)
    yield from _records(plan.actions)
    yield from held_section(plan.held, view)
    yield from deferred_section(plan.deferred, view)
    yield from unresolved_section(plan.unresolved, view)
    yield from excluded_line(plan.excluded)
    yield from ignored_parts(plan.drift_ignored, view)


def _header(plan: Plan) -> Text:
    server = plan.server
    shown = Text.assemble(("Plan", "bold"), f" for {clean(server.name)} ({product_text(server)})\n")
    shown.append(f"made {moment(plan.created)}" if plan.as_of is None else f"as of {moment(plan.as_of)}", "dim")
    told = ["an export"] if plan.as_of is not None else []
    if plan.config.commit:
        dirty = ", with uncommitted changes" if plan.config.dirty else ""
        told.append(f"commit {plan.config.commit[:10]}{dirty}")
    if told:
        shown.append(f" from {' and '.join(told)}", "dim")
    if plan.scope is not None:
        shown.append(f"\nonly for {joined(plan.scope, most=5)}")
    return shown


def _by_manner(actions: Sequence[PlannedAction]) -> list[tuple[str, list[PlannedAction]]]:
    """Who asks, what the server will do with it and why is said once for all that share it; the order within stays."""
    groups: dict[str, list[PlannedAction]] = {}
    for one in actions:
        asker = f"as {clean(one.requester)}" if one.requester else ""
        approval = APPROVALS.get(one.approval or "", "") if one.action is Action.CREATE else ""
        why = clean(one.detail) if one.reason is Reason.WANTED else reason_sentence(one.reason, one.detail)
        manner = ", ".join(part for part in (asker, approval) if part)
        groups.setdefault(": ".join(part for part in (manner, why) if part), []).append(one)
    return list(groups.items())


def _action_row(one: PlannedAction) -> tuple[Text | str, ...]:
    sign, word, color = SIGNS[one.action]
    return Text(f"{sign} {word}", color), title_text(one.title, one.year, one.key, one.seasons), mentioned(one.lists)


def _records(actions: Sequence[PlannedAction]) -> Iterable[RenderableType]:
    counted = Counter(one.becomes for one in actions if one.action is Action.RECORD)
    if counted:
        yield heading("To record", counted.total(), "in the ledger, nothing is sent")
        yield grid(((f"{number:,}", BECOMES[state]) for state, number in counted.most_common()))


def summary_line(plan: Plan) -> str:
    """`Plan: 12 to request, 1 to cancel, 3 held, 2 deferred.` or `Nothing to do: …`."""
    counts = plan.summary
    doing = [
        f"{number:,} to {word}"
        for number, word in ((counts.create, "request"), (counts.retry, "retry"), (counts.cancel, "cancel"))
        if number
    ]
    waiting = [
        f"{number:,} {word}"
        for number, word in ((counts.hold, "held"), (counts.deferred, "deferred"), (counts.unresolved, "unresolved"))
        if number
    ]
    if doing:
        return f"Plan: {', '.join(doing + waiting)}."
    if counts.record:
        told = [f"{count(counts.record, 'record')} to update", *waiting]
        return f"Nothing to send: {', '.join(told)}."
    told = [f"{count(counts.keep, 'title')} in place", *waiting]
    return f"Nothing to do: {', '.join(told)}."
