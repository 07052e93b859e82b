"""A plan and its drift as outlines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from reconciler.commands.render.drift import summary_line as drift_summary
from reconciler.commands.render.outline import (
    Count,
    Group,
    Outline,
    Row,
    Said,
    Section,
    Tone,
    cut,
    filled,
    say,
)
from reconciler.commands.render.parts import reason_sentence
from reconciler.commands.render.plan import APPROVALS, BECOMES, HEADINGS
from reconciler.commands.render.plan import summary_line as plan_summary
from reconciler.commands.render.sections import (
    deferred_section,
    drift_section,
    excluded_section,
    held_section,
    ignored_section,
    lists_section,
    notices_of,
    server_fact,
    title_row,
    tone_of,
    unresolved_section,
    waiting_counts,
)
from reconciler.words import count, joined, moment, sentence
from schemas.documents import DriftDocument
from schemas.plan import Action, Plan, PlannedAction
from schemas.reasons import Reason

_TONES = {Action.CREATE: Tone.GOOD, Action.RETRY: Tone.CARE, Action.CANCEL: Tone.BAD}


def plan_outline(plan: Plan, more: str) -> Outline:
    """What would be done first, then what would not, then what there is nothing to do for."""
    made = ("As of", f"{moment(plan.as_of)}, from an export") if plan.as_of else ("Made", moment(plan.created))
    facts = [server_fact(plan.server), made]
    if plan.config.commit:
        dirty = ", with uncommitted changes" if plan.config.dirty else ""
        facts.append(("Configuration", f"commit {plan.config.commit[:10]}{dirty}"))
    facts += [("Only for", joined([cut(name) for name in plan.scope], most=5))] if plan.scope is not None else []
    doing = [_doing(action, plan.actions) for action in (Action.CREATE, Action.CANCEL, Action.RETRY)]
    summary = plan.summary
    counts = (
        Count(number=summary.create, word="to request", section="create", tone=Tone.GOOD),
        Count(number=summary.cancel, word="to cancel", section="cancel", tone=Tone.BAD),
        Count(number=summary.retry, word="to retry", section="retry", tone=Tone.CARE),
        *waiting_counts(summary.hold, summary.deferred, summary.unresolved),
        Count(number=len(plan.drift), word="drifted", section="drift", tone=Tone.CARE),
        Count(number=summary.keep, word="in place", section="", tone=Tone.PLAIN),
    )
    return Outline(
        kind="plan",
        title="Plan",
        summary=plan_summary(plan),
        tone=tone_of(plan.lists, waiting=bool(plan.held or plan.unresolved or plan.drift)),
        facts=tuple(facts),
        counts=tuple(one for one in counts if one.number),
        notices=notices_of(plan.warnings),
        sections=filled(
            [
                lists_section(plan.lists),
                *doing,
                drift_section(plan.drift),
                held_section(plan.held),
                deferred_section(plan.deferred),
                unresolved_section(plan.unresolved),
                _recorded(plan.actions),
                excluded_section(plan.excluded),
                ignored_section(plan.drift_ignored),
            ]
        ),
        more=more,
    )


def _doing(action: Action, actions: Sequence[PlannedAction]) -> Section:
    """Who asks, and what the server will do with it, is said once for all that share it; the order within stays."""
    groups: dict[tuple[str, Reason | None], list[PlannedAction]] = {}
    for one in actions:
        if one.action is action:
            groups.setdefault((_manner(one), one.reason), []).append(one)
    return Section(
        id=action.value,
        title=HEADINGS[action],
        tone=_TONES[action],
        groups=tuple(
            Group(sentence=_manner_sentence(manner, reason), rows=tuple(_action_row(one) for one in several))
            for (manner, reason), several in groups.items()
        ),
    )


def _manner(one: PlannedAction) -> str:
    asker = f"as {cut(one.requester)}" if one.requester else ""
    approval = APPROVALS.get(one.approval or "", "") if one.action is Action.CREATE else ""
    return ", ".join(part for part in (asker, approval) if part)


def _manner_sentence(manner: str, reason: Reason | None) -> Said:
    why = "" if reason in {None, Reason.WANTED} else reason_sentence(reason)
    return say(sentence(": ".join(part for part in (manner, why) if part)))


def _action_row(one: PlannedAction) -> Row:
    return replace(title_row(one.title, one.year, one.key, one.lists, one.seasons), note=cut(one.detail))


def _recorded(actions: Sequence[PlannedAction]) -> Section:
    counted = Counter(one.becomes for one in actions if one.action is Action.RECORD)
    return Section(
        id="record",
        title="To record",
        note="in the ledger; nothing is sent",
        groups=tuple(
            Group(
                sentence=say(f"{count(number, 'title')}: {BECOMES[state]}."),
                rows=tuple(
                    title_row(one.title, one.year, one.key, one.lists)
                    for one in actions
                    if one.action is Action.RECORD and one.becomes is state
                ),
                folded=True,
            )
            for state, number in counted.most_common()
        ),
    )


def drift_outline(document: DriftDocument, more: str) -> Outline:
    """That there is nothing to say is said first; what is ignored is said last."""
    return Outline(
        kind="drift",
        title="Drift",
        summary=drift_summary(document.drift, document.ignored),
        tone=Tone.CARE if document.drift else Tone.GOOD,
        facts=(server_fact(document.server), ("Observed", moment(document.observed_at))),
        sections=filled([drift_section(document.drift), ignored_section(document.ignored)]),
        more=more,
    )
