"""Why a title is, or is not, requested: answered from the kept snapshots, the ledger and one look at the server."""

from collections.abc import Callable, Iterator

from reconciler.core.deliberate import Deliberation, deliberate, planned
from reconciler.core.desire import contents
from reconciler.core.match import normalise
from reconciler.pipeline import Considered, consider
from reconciler.rules import user_name
from reconciler.session import Session
from schemas.explain import ExplainedKey, Explanation, Sponsor
from schemas.media import Item, Key, imdb_title_id
from schemas.reasons import REASONS

EVENTS_SHOWN = 20
KEYS_SHOWN = 20


def explain(session: Session, query: str) -> Explanation:
    """Everything about the titles that a title, key, IMDb id or list item names. Fetches no list."""
    seen = consider(session, scope=())
    rows = {name: contents(one.state, seen.rules[name].source) for name, one in seen.fetched.items()}
    fits = _matcher(query)
    named = {item.ref for items in rows.values() for item in items if fits.item(item)}
    keys = [one for one in deliberate(seen.about) if fits.key(one) or _listed(seen, one, named)]
    shown = [_explained(session, seen, one) for one in keys[:KEYS_SHOWN]]
    selections = seen.desires.selections.values()
    return Explanation(
        query=query,
        keys=tuple(shown),
        unresolved=tuple(row for one in selections for row in one.unresolved if row.ref in named),
        excluded=tuple(row for one in selections for row in one.excluded if row.ref in named),
        note=_note(len(keys), len(named), query),
    )


def _note(found: int, named: int, query: str) -> str:
    if found > KEYS_SHOWN:
        return f"{found} titles fit; the first {KEYS_SHOWN} are shown. Name one by its key"
    if found or named:
        return ""
    return (
        f"no list holds anything like {query!r}, and the ledger never knew it: nothing asks for it. "
        "Lists are shown as last fetched; `listsync plan` fetches them anew"
    )


class _Matcher:
    """What a query fits."""

    def __init__(self, key: Callable[[Deliberation], bool], item: Callable[[Item], bool]) -> None:
        self.key, self.item = key, item


def _matcher(query: str) -> _Matcher:
    text = query.strip()
    try:
        asked = Key.parse(text)
    except ValueError:
        asked = None
    if asked is not None:
        title = asked.title
        return _Matcher(lambda one: one.key.title == title, lambda item: (item.kind, item.ids.tmdb) == title)
    if text.lower().startswith("tt") and (imdb := imdb_title_id(text)) is not None:
        return _Matcher(lambda _: False, lambda item: item.ids.imdb == imdb or item.ref == f"imdb:{imdb}")
    plain = normalise(text)
    return _Matcher(
        lambda one: _alike(plain, one.want.title if one.want else one.record.title if one.record else ""),
        lambda item: item.ref == text or _alike(plain, item.title) or _alike(plain, item.original_title or ""),
    )


def _alike(plain: str, title: str) -> bool:
    """The query's words stand in the title in this order, as whole words."""
    return bool(title) and f" {plain} " in f" {normalise(title)} "


def _listed(seen: Considered, one: Deliberation, named: set[str]) -> bool:
    title = Key(one.key.kind, one.key.tmdb)
    chosen = (selection.chosen.get(title) for selection in seen.desires.selections.values())
    return any(found is not None and found.ref in named for found in chosen)


def _explained(session: Session, seen: Considered, one: Deliberation) -> ExplainedKey:
    line, record = planned(one, seen.about), one.record
    text = REASONS[line.reason] if line.reason else None
    requested_by = one.actual.request.requested_by if one.actual.request else None
    return ExplainedKey(
        key=one.key,
        title=line.title,
        year=line.year,
        wanted=one.want is not None,
        sponsors=tuple(_sponsors(seen, one)),
        lead=line.lead,
        action=line.action,
        reason=line.reason,
        detail=line.detail,
        sentence=text.summary if text else "no list wants it, and nothing of ours is open for it",
        way_out=text.way_out.replace("KEY", str(one.key)) if text else "",
        actual=one.actual.state,
        request_id=line.request_id,
        ours=one.actual.ours,
        requester=user_name(session, requested_by) if requested_by is not None else None,
        record=record.state if record else one.situation.record,
        since=record.since if record else None,
        recorded_reason=record.reason if record else None,
        seasons_wanted=tuple(sorted(one.wanted_seasons)),
        seasons_there=tuple(sorted(one.actual.available)),
        seasons_remembered=record.seasons if record else (),
        events=session.ledger.events(key=one.key, limit=EVENTS_SHOWN),
    )


def _sponsors(seen: Considered, one: Deliberation) -> Iterator[Sponsor]:
    title = Key(one.key.kind, one.key.tmdb)
    for name, selection in seen.desires.selections.items():
        chosen = selection.chosen.get(title)
        if chosen is None:
            continue
        row = chosen.rows[0]
        answer = seen.desires.resolver(row)
        second = answer.candidates[1:2] if answer.method == "title" else ()
        yield Sponsor(
            list=name,
            ref=row.ref,
            rank=chosen.rank,
            through=chosen.through,
            listed_as=f"{row.title} ({row.year})" if row.year else row.title,
            method=answer.method,
            score=answer.score,
            runner_up=second[0] if second else None,
        )
