"""What came of an apply, as people read it: what was done, what was not and why, one line in sum."""

from collections import Counter
from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.page import View, and_more, cut, grid, heading, to_text
from reconciler.commands.render.parts import (
    PRODUCTS,
    by_reason,
    lists_section,
    mentioned,
    reason_line,
    reasons_section,
    shorter,
    title_text,
    troubled,
    warnings_section,
    way_out_of,
)
from reconciler.words import clean, count, span
from schemas.plan import Action
from schemas.report import Outcome, Report, Status

DONE = {
    Action.CREATE: ("+", "requested", "green"),
    Action.RETRY: ("~", "retried", "yellow"),
    Action.CANCEL: ("-", "cancelled", "red"),
}
MISSED = {
    Status.REFUSED: ("✗", "red", "Refused by the server"),
    Status.UNKNOWN: ("?", "yellow", "Sent, outcome unknown"),
    Status.LEFT: ("!", "yellow", "Not tried"),
    Status.HELD: ("!", "yellow", "Held while applying"),
    Status.DEFERRED: ("…", "blue", "Deferred while applying"),
    Status.SKIPPED: ("·", "dim", "Skipped, nothing to do any more"),
}


def report_text(report: Report, view: View) -> str:
    """The whole report; long sections cut to `view.rows`."""
    return to_text([*_parts(report, view), Text("\n" + summary_line(report), "bold")], view)


def _parts(report: Report, view: View) -> Iterable[RenderableType]:
    took = span(report.finished - report.started)
    product, _, version = clean(report.server).partition(" ")
    where = f" to {PRODUCTS.get(product, product)} {version}".rstrip() if product else ""
    yield Text.assemble(("Applied", "bold"), f"{where} in {took}")
    yield from warnings_section(report.warnings)
    yield from lists_section(troubled(report.lists), view)
    yield from _settled(report.settled, view)
    done = [one for one in report.outcomes if one.status is Status.DONE and one.action in DONE]
    if done:
        yield heading("Done", len(done))
        shown, rest = cut(done, view)
        yield grid((_done_row(one) for one in shown), wrap=1)
        yield from and_more(rest, view)
    yield from reasons_section("Held", "!", "yellow", report.held)
    yield from reasons_section("Deferred", "…", "blue", report.deferred)
    yield from reasons_section("Unresolved", "?", "yellow", report.unresolved)
    for status in (Status.SKIPPED, Status.DEFERRED, Status.HELD, Status.LEFT, Status.UNKNOWN, Status.REFUSED):
        yield from _missed(status, [one for one in report.outcomes if one.status is status], view)


def _done_row(one: Outcome) -> tuple[Text | str, ...]:
    sign, word, color = DONE[one.action]
    number = Text(f"request {one.request_id}" if one.request_id is not None else "", "dim")
    return Text(f"{sign} {word}", color), title_text(one.title, one.year, one.key, one.seasons), number


def _settled(settled: tuple[Outcome, ...], view: View) -> Iterable[RenderableType]:
    if settled:
        yield heading("Settled", len(settled), "sent by an earlier run that was cut off")
        shown, rest = cut(settled, view)
        yield grid(
            ((title_text(one.title, one.year, one.key), one.status.value, clean(one.detail)) for one in shown), wrap=0
        )
        yield from and_more(rest, view)


def _missed(status: Status, outcomes: list[Outcome], view: View) -> Iterable[RenderableType]:
    if not outcomes:
        return
    sign, color, caption = MISSED[status]
    yield heading(caption, len(outcomes))
    for reason, several in by_reason(outcomes):
        if reason is not None:
            yield reason_line(sign, color, reason, len(several))
        shown, rest = cut(several, shorter(view))
        yield grid((_missed_row(one) for one in shown), indent=6, wrap=0)
        yield from and_more(rest, view, 6)
        yield from way_out_of(reason, key=str(several[0].key) if len(several) == 1 else "KEY")


def _missed_row(one: Outcome) -> tuple[Text | str, ...]:
    shown = title_text(one.title, one.year, one.key, one.seasons)
    if one.detail:
        shown.append(f"  {clean(one.detail)}", "dim")
    return shown, mentioned(one.lists)


def summary_line(report: Report) -> str:
    """`Done: 12 requested, 1 cancelled, 3 records updated; 2 deferred, 3 held.`"""
    done = Counter(one.action for one in report.outcomes if one.status is Status.DONE)
    missed = Counter(one.status for one in report.outcomes)
    did = [f"{done[action]:,} {DONE[action][1]}" for action in DONE if done[action]]
    if report.recorded:
        did.append(f"{count(report.recorded, 'record')} updated")
    amounts = (
        (missed[Status.REFUSED], "refused"),
        (missed[Status.UNKNOWN], "unknown"),
        (missed[Status.LEFT], "not tried"),
        (len(report.held) + missed[Status.HELD], "held"),
        (len(report.deferred) + missed[Status.DEFERRED], "deferred"),
        (len(report.unresolved), "unresolved"),
    )
    left = [f"{number:,} {word}" for number, word in amounts if number]
    told = "; ".join(part for part in (", ".join(did), ", ".join(left)) if part)
    partly = any(missed[status] for status in (Status.REFUSED, Status.UNKNOWN, Status.LEFT))
    word = "Partly done" if partly else "Done" if did else "Nothing was to be done"
    tail = f" ({clean(report.message)})" if report.message else ""
    return f"{word}: {told}.{tail}" if told else f"{word}.{tail}"
