"""A report as an outline: what was not done comes before what was."""

from collections import Counter
from collections.abc import Iterable, Sequence

from reconciler.commands.render.outline import (
    Count,
    Group,
    Outline,
    Section,
    Tone,
    cut,
    filled,
    say,
)
from reconciler.commands.render.parts import PRODUCTS, by_reason, reason_sentence
from reconciler.commands.render.report import DONE, MISSED
from reconciler.commands.render.report import summary_line as report_summary
from reconciler.commands.render.sections import (
    deferred_section,
    drift_section,
    held_section,
    lists_section,
    notices_of,
    outcome_row,
    tone_of,
    unresolved_section,
    waiting_counts,
)
from reconciler.words import moment, sentence, span
from schemas.plan import Action
from schemas.reasons import REASONS
from schemas.report import Outcome, Report, Status

_TONES = {Action.CREATE: Tone.GOOD, Action.RETRY: Tone.CARE, Action.CANCEL: Tone.BAD}
_MISSED_TONES = {Status.REFUSED: Tone.BAD, Status.UNKNOWN: Tone.CARE, Status.LEFT: Tone.CARE, Status.HELD: Tone.CARE}
_STATUS_ORDER = (Status.REFUSED, Status.UNKNOWN, Status.LEFT, Status.HELD, Status.DEFERRED, Status.SKIPPED)


def report_outline(report: Report, more: str) -> Outline:
    """What was refused or is not known first, then what was done."""
    missed = Counter(one.status for one in report.outcomes)
    done = [one for one in report.outcomes if one.status is Status.DONE and one.action in DONE]
    actions = Counter(one.action for one in done)
    bad = missed[Status.REFUSED] + missed[Status.UNKNOWN] + missed[Status.LEFT]
    counts = (
        *(Count(number=actions[one], word=DONE[one][1], section="done", tone=_TONES[one]) for one in DONE),
        Count(number=missed[Status.REFUSED], word="refused", section="refused", tone=Tone.BAD),
        Count(number=missed[Status.UNKNOWN], word="unknown", section="unknown", tone=Tone.CARE),
        Count(number=missed[Status.LEFT], word="not tried", section="left", tone=Tone.CARE),
        *waiting_counts(len(report.held), len(report.deferred), len(report.unresolved)),
    )
    product, _, version = cut(report.server).partition(" ")
    facts = [("Server", f"{PRODUCTS.get(product, product)} {version}".rstrip())] if product else []
    facts += [("Run", cut(report.run)), ("Began", moment(report.started))]
    facts += [("Took", span(report.finished - report.started))]
    return Outline(
        kind="report",
        title="Report",
        summary=cut(report_summary(report), 500),
        tone=Tone.BAD if missed[Status.REFUSED] else tone_of(report.lists, waiting=bool(bad)),
        facts=tuple(facts),
        counts=tuple(one for one in counts if one.number),
        notices=notices_of(report.warnings),
        sections=filled(
            [
                lists_section(report.lists),
                *(_missed(status, report.outcomes) for status in _STATUS_ORDER),
                Section(id="done", title="Done", tone=Tone.GOOD, groups=tuple(_done(done))),
                _settled(report.settled),
                drift_section(report.drift),
                held_section(report.held),
                deferred_section(report.deferred),
                unresolved_section(report.unresolved),
            ]
        ),
        more=more,
    )


def _done(done: Sequence[Outcome]) -> Iterable[Group]:
    for action in DONE:
        rows = tuple(outcome_row(one) for one in done if one.action is action)
        if rows:
            yield Group(sentence=say(f"{DONE[action][1].capitalize()}."), rows=rows)


def _missed(status: Status, outcomes: Sequence[Outcome]) -> Section:
    groups = []
    for reason, several in by_reason([one for one in outcomes if one.status is status]):
        way_out = REASONS[reason].way_out if reason else ""
        groups.append(
            Group(
                label=reason.value if reason else "",
                sentence=say(sentence(reason_sentence(reason))),
                rows=tuple(outcome_row(one, way_out) for one in several),
                way_out=() if "KEY" in way_out else say(way_out),
            )
        )
    tone = _MISSED_TONES.get(status, Tone.INFO)
    return Section(id=status.value, title=MISSED[status][2], tone=tone, groups=tuple(groups))


def _settled(settled: Sequence[Outcome]) -> Section:
    group = Group(rows=tuple(outcome_row(one) for one in settled))
    return Section(id="settled", title="Settled", note="sent by an earlier run that was cut off", groups=(group,))
