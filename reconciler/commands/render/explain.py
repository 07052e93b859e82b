"""Why a title is, or is not, requested, as people read it."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.history import event_row, told
from reconciler.commands.render.page import View, and_more, cut, grid, heading, indented, to_text, way_out
from reconciler.commands.render.parts import (
    SIGNS,
    candidate_row,
    reason_sentence,
    title_text,
    unresolved_section,
)
from reconciler.words import ago, clean, moment, seasons_text, sentence, titled
from schemas.explain import ExplainedKey, Explanation, Sponsor
from schemas.plan import Action, ActualState
from schemas.reasons import REASONS
from schemas.record import RecordState

_ACTUAL = {
    ActualState.UNREADABLE: "could not be read",
    ActualState.BLOCKLISTED: "on the blocklist",
    ActualState.AVAILABLE: "in the library",
    ActualState.PENDING: "requested, waits for approval",
    ActualState.PROCESSING: "requested, being processed",
    ActualState.FAILED: "its request failed",
    ActualState.DECLINED: "its request was declined",
    ActualState.DELETED: "deleted",
    ActualState.NONE: "nothing of it there",
}
_VERDICTS = {
    Action.CREATE: "It would be requested",
    Action.RETRY: "Its request would be retried",
    Action.CANCEL: "Our request would be cancelled",
    Action.RECORD: "Nothing is sent; the ledger will remember it",
    Action.HOLD: "It is not requested",
    Action.KEEP: "Everything is as it should be",
    Action.NOTHING: "Nothing is done for it",
}


def explain_text(explanation: Explanation, view: View) -> str:
    """Per title: what is done and why, how to change that, and what it rests on."""
    return to_text(_parts(explanation, view), view)


def _parts(explanation: Explanation, view: View) -> Iterable[RenderableType]:
    for one in explanation.keys:
        yield from _key_parts(one, view)
    yield from unresolved_section(explanation.unresolved, view)
    if explanation.excluded:
        yield heading("Not wanted", len(explanation.excluded), "rows that their list leaves out")
        for row in explanation.excluded:
            told = f"{clean(row.list)}: {reason_sentence(row.reason, row.detail)}"
            yield grid([(titled(row.title, row.year), Text(told, "dim"))], wrap=1)
            if REASONS[row.reason].way_out:
                yield way_out(REASONS[row.reason].way_out)
    if explanation.note:
        yield indented(sentence(explanation.note), 0)


def _key_parts(one: ExplainedKey, view: View) -> Iterable[RenderableType]:
    title = Text("\n").append_text(title_text(one.title, one.year, one.key))
    title.stylize("bold")
    yield title.append(f"  {one.key}", "dim")
    sign, _, color = SIGNS.get(one.action, ("=", "", "green"))
    why = "; ".join(part for part in (clean(one.sentence), clean(one.detail)) if part)
    yield grid([(Text(sign, color), Text.assemble((f"{_VERDICTS[one.action]}: ", color), why, "."))], gap=1)
    if one.way_out:
        yield way_out(clean(one.way_out))
    yield grid(_facts(one, view), indent=4)
    shown, rest = cut(told(one.events), view)
    if shown:
        yield indented(Text("What happened", "dim"), 4)
        yield grid((event_row(event) for event in shown), indent=6, wrap=2)
        yield from and_more(rest, view, 6)


def _facts(one: ExplainedKey, view: View) -> Iterable[tuple[Text | str, ...]]:
    if not one.sponsors:
        yield Text("wanted by", "dim"), "no list"
    for sponsor in one.sponsors:
        yield Text("wanted by", "dim"), _sponsor_text(sponsor)
        if sponsor.runner_up is not None:
            title, key, score = candidate_row(sponsor.runner_up)
            yield Text("", "dim"), Text.assemble("runner-up: ", title, "  ", key, f"  {score}")
    yield Text("on the server", "dim"), _actual_text(one)
    yield Text("in the ledger", "dim"), _record_text(one, view)
    for name, seasons in (
        ("wants", one.seasons_wanted),
        ("there", one.seasons_there),
        ("remembers", one.seasons_remembered),
    ):
        if seasons:
            yield Text(name, "dim"), seasons_text(seasons)


def _sponsor_text(sponsor: Sponsor) -> Text:
    told = Text.assemble(clean(sponsor.list), f", place {sponsor.rank:,}")
    if sponsor.through:
        told.append(f", through {clean(', '.join(sponsor.through))}")
    if sponsor.listed_as:
        told.append(f", as {clean(sponsor.listed_as)}")
    how = [f"by {sponsor.method}" if sponsor.method else "", f"score {sponsor.score:.2f}" if sponsor.score else ""]
    matched = ", ".join(part for part in how if part)
    return told.append(f" ({clean(sponsor.ref)}{', matched ' + matched if matched else ''})", "dim")


def _actual_text(one: ExplainedKey) -> str:
    told = _ACTUAL[one.actual]
    if one.request_id is not None:
        who = "ours" if one.ours else "somebody else's"
        asker = f", as {clean(one.requester)}" if one.requester else ""
        told += f" (request {one.request_id}, {who}{asker})"
    return told


def _record_text(one: ExplainedKey, view: View) -> str:
    if one.record is RecordState.NONE:
        return "nothing yet"
    told = one.record.value.replace("_", " ")
    if one.recorded_reason is not None:
        told += f" ({one.recorded_reason.value})"
    return f"{told} since {moment(one.since)}, {ago(one.since, view.now)}" if one.since is not None else told
