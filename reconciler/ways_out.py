"""The way out of one case: the general sentence of its reason with the names filled in, or a more exact one."""

import re
from collections.abc import Sequence

from reconciler.core.spending import Check
from schemas.config import Filter, Range
from schemas.fetch import ListState
from schemas.media import Key
from schemas.reasons import REASONS, Reason

_OPTIONS = re.compile(r"`(policy\.|filter|limit|combine|request_as|request`|seasons`|budget\.)")
"""Options of a list as the general sentences name them."""
_OF_LIST = re.compile(r"the list's (?=`lists\.)")
_WHERE = {"seasons`": "request.seasons`"}


def way_out(reason: Reason | None, *, key: Key | None = None, item: str = "", lead: str | None = None) -> str:
    """The reason's own sentence about this title, item and list."""
    if reason is None:
        return ""
    if reason is Reason.DENIED and key is not None:
        return f"`listsync deny {key} --remove`"
    if reason in {Reason.WANTED, Reason.LIFTED} and key is not None:
        return f"`listsync deny {key}` keeps it from being requested"
    if reason is Reason.MATCH_CORRECTED and item:
        return f"`listsync match {item} KEY` corrects it again, `listsync match {item} --remove` takes it back"
    text = REASONS[reason].way_out
    if item:
        text = text.replace("match ITEM", f"match {item}")
    if key is not None:
        text = text.replace("allow KEY", f"allow {key}")
    if lead is not None:
        text = _OPTIONS.sub(lambda found: f"`lists.{lead}.{_WHERE.get(found[1], found[1])}", text)
        text = _OF_LIST.sub("", text).replace("accept LIST", f"accept {lead}")
    return text


def way_through(name: str, asked: Filter, detail: str) -> str:
    """How a list is told to want what its filter excludes; `detail` are the filter's words, the rule's name first."""
    rule = detail.partition(":")[0].partition(" ")[0]
    if "`when_unknown: hold`" in detail:
        return f"`lists.{name}.filter.when_unknown: pass` lets it through; so does a filter without `{rule}`"
    head, _, service = rule.partition(".")
    value = asked.rating.by_service.get(service, asked.rating.votes) if service else getattr(asked, head, None)
    now = f", which is {value}" if isinstance(value, Range) else ""
    return f"change `lists.{name}.filter.{rule}`{now}" if rule else way_out(Reason.FILTERED, lead=name)


def way_past(check: Check) -> str:
    """What lets an action pass that a rail refuses."""
    whose = f"lists.{check.scope}" if check.scope else "rails"
    match check.refusal:
        case Reason.PAUSED:
            return check.pause.way_out if check.pause else ""
        case Reason.RUN_BUDGET:
            return f"its turn comes; or raise `{whose}.budget.per_run`, which is {check.limit}"
        case Reason.DAY_BUDGET:
            return f"its turn comes; or raise `{whose}.budget.per_day`, which is {check.limit}"
        case None:
            return ""
        case reason:
            return REASONS[reason].way_out


def way_to_be_sure(states: Sequence[ListState]) -> str:
    """How the loss of a title is confirmed that these lists held last."""
    told = []
    for state in states:
        if state.extra is not None:
            told.append(f"`listsync accept {state.name}` believes what it held when it was last fetched")
        elif state.failures:
            told.append(f"{state.name} has to be fetched again; `listsync status` says why it could not be")
        else:
            told.append(f"the next trusted fetch of {state.name} confirms it")
    return "; ".join(told) or REASONS[Reason.SOURCE_UNTRUSTED].way_out
