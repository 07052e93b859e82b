"""Why a title is, or is not, requested, as people read it: the verdict, the way out, and then what they rest on."""

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from reconciler.commands.render.history import event_row, told
from reconciler.commands.render.page import View, and_more, cut, grid, heading, indented, to_text, way_out
from reconciler.commands.render.parts import SIGNS, candidate_row, title_text
from reconciler.words import ago, clean, moment, seasons_text, sentence, titled, until
from schemas.explain import ExplainedKey, Explanation, FilterVerdict, LeftOut, RailVerdict, Sponsor
from schemas.plan import Action, ActualState
from schemas.reasons import Reason
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
    Action.CREATE: "would be requested",
    Action.RETRY: "would have its request sent again",
    Action.CANCEL: "would have our request cancelled",
    Action.RECORD: "is as it should be",
    Action.HOLD: "is not requested",
    Action.KEEP: "is as it should be",
    Action.NOTHING: "is not requested",
}
_LET_GO = frozenset({Reason.LEFT_ALL_LISTS, Reason.MATCH_CORRECTED, Reason.DENIED})
_NOES = frozenset({Reason.DECLINED, Reason.REQUEST_DELETED, Reason.MEDIA_DELETED, Reason.RELISTED})
_LEAVES_OUT = frozenset(
    {Reason.NOT_REQUESTABLE, Reason.FILTERED, Reason.OVER_LIMIT, Reason.NOT_COMBINED, Reason.DUPLICATE, Reason.DENIED}
)
_APPROVALS = {
    "automatic": "approved at once",
    "pending": "will wait for approval",
    "forbidden": "not permitted to the requester",
}
_RAILS = {
    "pause": "pause",
    "window": "window",
    "first_run": "first run",
    "per_run": "budget of a run",
    "per_day": "budget of a day",
    "quota": "quota",
    "mass_change": "mass change",
}
_METHODS = {
    "override": "`overrides.match`",
    "title": "its title",
    "imdb": "its IMDb id",
    "tmdb": "its TMDB id",
    "tvdb": "its TVDB id",
}
DETAILED = 3
"""Titles up to which each is told in full; of more, the verdict and the way out."""


def explain_text(explanation: Explanation, view: View) -> str:
    """Per title: what is done and why, how to change that, and what it rests on."""
    return to_text(_parts(explanation, view), view)


def _parts(explanation: Explanation, view: View) -> Iterable[RenderableType]:
    whole = view.rows is None or len(explanation.keys) <= DETAILED
    for one in explanation.keys:
        yield Text("")
        yield from _verdict(one, view)
        if whole:
            yield from _grounds(one, view)
    for row in explanation.left_out:
        yield Text("")
        yield from _row_parts(row)
    if explanation.also:
        yield heading("Other titles that fit", len(explanation.also), "ask for one by its key")
        shown, rest = cut(explanation.also, view)
        yield grid(((titled(one.title, one.year), Text(str(one.key), "dim")) for one in shown), wrap=0)
        yield from and_more(rest, view)
    notes = [explanation.note] if explanation.note else []
    if not whole:
        notes.append(f"the grounds of each: ask for it by its key, or {view.more}")
    for note in notes:
        yield Text("")
        yield indented(Text(sentence(note), "dim"), 0)


def _verdict(one: ExplainedKey, view: View) -> Iterable[RenderableType]:
    """The two lines that most people ask for."""
    sign, words, color = _verdict_words(one, view)
    title = title_text(one.title or str(one.key), one.year, one.key)
    title.stylize("bold")
    line = Text.assemble(title, (f" {words}", color), ": ", _because(one.sentence, one.detail).rstrip("."), ".")
    yield grid([(Text(sign, color), line)], indent=0, gap=1)
    if one.way_out:
        yield way_out(clean(one.way_out), 2)


def _verdict_words(one: ExplainedKey, view: View) -> tuple[str, str, str]:
    """Sign, words and colour: the words say everything."""
    sign, _, color = SIGNS.get(one.action, ("=", "", "green"))
    if one.proposed is not None and one.action.remote:
        return "…", f"waits for its turn{f' ({until(one.turn, view.now)})' if one.turn else ''}", "blue"
    if one.action is Action.RECORD and one.reason in _NOES:
        return "!", "is not requested again", "yellow"
    if one.action is Action.RECORD and one.reason in _LET_GO:
        return sign, "is let go", color
    if one.action is Action.HOLD and (not one.wanted or one.reason is Reason.MASS_DELETION):
        return sign, "is left as it is", color
    if one.action is Action.NOTHING:
        return "!", _VERDICTS[one.action], "yellow"
    return sign, _VERDICTS[one.action], color


def _grounds(one: ExplainedKey, view: View) -> Iterable[RenderableType]:
    """What it rests on, from the lists to what happened."""
    yield grid(((Text(name, "dim"), shown_) for name, shown_ in _facts(one, view)), indent=4)
    if len(one.obstacles) > 1:
        yield indented(Text("Then in the way", "dim"), 4)
        for obstacle in one.obstacles[1:]:
            yield from _remark("!", "yellow", _because(obstacle.sentence, obstacle.detail), obstacle.way_out)
    said = {one.sentence, *(obstacle.sentence for obstacle in one.obstacles)}
    drift = [found for found in one.drift if found.detail not in said]
    if drift:
        yield indented(Text("Changed by others", "dim"), 4)
        for found in drift:
            yield from _remark("≠", "yellow", _because(found.detail, found.reaction), found.way_out)
    shown, rest = cut(told(one.events), view)
    if shown:
        yield indented(Text("What happened", "dim"), 4)
        yield grid((event_row(event) for event in shown), indent=6, wrap=2)
        yield from and_more(rest, view, 6)


def _because(*parts: str) -> str:
    return "; ".join(clean(part) for part in parts if part)


def _remark(sign: str, color: str, text: str, way: str) -> Iterable[RenderableType]:
    yield grid([(Text(sign, color), sentence(text))], indent=6, gap=1)
    if way:
        yield way_out(clean(way), 8)


def _facts(one: ExplainedKey, view: View) -> Iterable[tuple[str, Text | str]]:
    yield "key", str(one.key)
    yield from _list_facts(one)
    yield "on the server", _actual_text(one)
    yield "in the ledger", _record_text(one, view)
    if one.approval:
        yield "a request", _APPROVALS.get(one.approval, clean(one.approval))
    for name, seasons in (
        ("wants", one.seasons_wanted),
        ("there", one.seasons_there),
        ("remembers", one.seasons_remembered),
    ):
        if seasons:
            yield name, seasons_text(seasons)
    for number, rail in enumerate(one.rails):
        yield "" if number else "rails", _rail_text(rail, view)


def _list_facts(one: ExplainedKey) -> Iterable[tuple[str, Text | str]]:
    """The lists that want it, those that hold it as an ingredient, and those that leave it out."""
    matched: set[str] = set()
    for sponsor in one.sponsors:
        yield "wanted by" if sponsor.requests else "held by", _sponsor_text(sponsor)
        if sponsor.ref not in matched:
            yield "", _match_text(sponsor)
            if sponsor.runner_up is not None:
                yield "", Text.assemble("second best: ", *_with_gaps(candidate_row(sponsor.runner_up)))
        matched.add(sponsor.ref)
        if sponsor.filters:
            yield "", f"filter: {_filters_text(sponsor.filters)}"
    if not one.sponsors:
        yield "wanted by", f"no list; formerly {clean(', '.join(one.formerly))}" if one.formerly else "no list"
    said = {one.way_out, *(obstacle.way_out for obstacle in one.obstacles)}
    for left in one.left_out:
        yield "left out by", _left_out_text(left, one)
        if left.way_out and left.way_out not in said:
            yield "", Text(f"→ {clean(left.way_out)}", "cyan")
        if left.filters:
            yield "", f"filter: {_filters_text(left.filters)}"


def _with_gaps(cells: Sequence[Text | str]) -> Iterable[Text | str]:
    for number, cell in enumerate(cells):
        yield from (("  ", cell) if number else (cell,))


def _sponsor_text(sponsor: Sponsor) -> str:
    shown = clean(sponsor.list)
    if sponsor.since is not None:
        shown += f" since {sponsor.since:%Y-%m-%d}{'' if sponsor.since_told else ' or earlier'}"
    shown += f", place {sponsor.rank:,}"
    if sponsor.through:
        shown += f", through {clean(', '.join(sponsor.through))}"
    return shown if sponsor.requests else f"{shown}, as an ingredient"


def _match_text(sponsor: Sponsor) -> Text:
    """`as The Matrix (1999), file:the-matrix-1999, matched by its title, score 2.00`."""
    parts = [f"as {clean(sponsor.listed_as)}" if sponsor.listed_as else "", clean(sponsor.ref)]
    parts.append(f"matched by {_METHODS.get(sponsor.method, clean(sponsor.method))}" if sponsor.method else "")
    parts.append(f"score {sponsor.score:.2f}" if sponsor.score else "")
    parts.append(f"not {sponsor.instead_of}" if sponsor.instead_of is not None else "")
    parts.append(clean(sponsor.why))
    return Text(", ".join(part for part in parts if part), "dim")


def _filters_text(verdicts: Sequence[FilterVerdict]) -> str:
    """`years holds (1999), genres not told; rating.imdb 5.1 is below 6.5`."""
    return "; ".join(_filter_text(one) for one in verdicts)


def _filter_text(one: FilterVerdict) -> str:
    match one.verdict:
        case "excludes":
            return f"{one.rule} excludes it ({clean(one.detail).removeprefix(one.rule).lstrip(': ')})"
        case "unknown":
            return f"{one.rule} is not told"
        case _:
            return f"{one.rule} holds" + (f" ({clean(one.detail)})" if one.detail else "")


def _left_out_text(left: LeftOut, one: ExplainedKey) -> Text:
    """The reason is not said twice where it is the verdict."""
    said = (left.reason, left.detail) == (one.reason, one.detail)
    shown = Text(clean(left.list) if said else f"{clean(left.list)}: {_because(left.sentence, left.detail)}")
    return shown.append(f", as {clean(left.ref)}", "dim")


def _rail_text(rail: RailVerdict, view: View) -> Text:
    name = f"{_RAILS[rail.rail]} of {clean(rail.list)}" if rail.list else _RAILS[rail.rail]
    shown = Text.assemble(name, (" lets it pass", "green") if rail.passes else (" refuses", "yellow"))
    shown.append(f": {clean(rail.detail)}" if rail.detail else "")
    return shown.append(f", its turn {until(rail.turn, view.now)}" if rail.turn is not None else "")


def _row_parts(row: LeftOut) -> Iterable[RenderableType]:
    """A row that no title was found for, or that its list left out before one had to be."""
    sign, words = ("!", "is left out") if row.reason in _LEAVES_OUT else ("?", "is not matched yet")
    subject = Text(titled(row.title, row.year), "bold")
    line = Text.assemble(subject, (f" {words}", "yellow"), f": {_because(row.sentence, row.detail).rstrip('.')}.")
    yield grid([(Text(sign, "yellow"), line)], indent=0, gap=1)
    if row.way_out:
        yield way_out(clean(row.way_out), 2)
    facts: list[tuple[Text, Text | str]] = [(Text("list item", "dim"), f"{clean(row.ref)} of {clean(row.list)}")]
    for number, candidate in enumerate(row.candidates[:3]):
        label = "" if number else "may be"
        facts.append((Text(label, "dim"), Text.assemble(*_with_gaps(candidate_row(candidate)))))
    yield grid(facts, indent=4)


def _actual_text(one: ExplainedKey) -> str:
    shown_ = _ACTUAL[one.actual] if one.actual is not ActualState.NONE or not one.seasons_there else "there in part"
    if one.request_id is None:
        return shown_
    status = f", {one.request_status}" if one.request_status else ""
    whose = "ours" if one.ours else "somebody else's"
    asker = f", as {clean(one.requester)}" if one.requester else ""
    made = f", of {clean(one.requested_at)[:10]}" if one.requested_at else ""
    return f"{shown_} (request {one.request_id}{status}, {whose}{asker}{made})"


def _record_text(one: ExplainedKey, view: View) -> str:
    if one.record is RecordState.NONE:
        return "nothing yet"
    shown = one.record.value.replace("_", " ")
    if one.recorded_reason is not None:
        shown += f" ({one.recorded_reason.value})"
    return f"{shown} since {moment(one.since)}, {ago(one.since, view.now)}" if one.since is not None else shown
