"""What the lists hold, apart from any plan: as declared, as fetched just now, and what in them has no title."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from reconciler.core.desire import ListRule, contents
from reconciler.desires import Desires, make_desires
from reconciler.fetch import FetchedList, fetch_all
from reconciler.recalling import recall_lists
from reconciler.reporting import list_lines, unresolved_of
from reconciler.rules import denials, denials_of, list_rules, pins
from reconciler.session import Session
from schemas.documents import DeclaredList, ListDocument, ListedItem, ListsDocument, UnresolvedDocument
from schemas.fetch import ListState
from schemas.media import Item
from schemas.plan import Excluded, Unresolved


def declared(session: Session) -> ListsDocument:
    """Every list of the configuration, and how its last fetch went. Asks nobody."""
    states = recall_lists(session)
    return ListsDocument(lists=tuple(_declared(session, name, states.get(name)) for name in session.config.lists))


def _declared(session: Session, name: str, state: ListState | None) -> DeclaredList:
    one = session.config.lists[name]
    source = session.loaded.sources.get(name)
    shown = str(source or one.combine)
    if one.combine is not None:
        return DeclaredList(name=name, source=shown, combined=True)
    if state is None:
        return DeclaredList(name=name, source=shown, every=str(one.every))
    return DeclaredList(
        name=name,
        source=shown,
        personal=source.personal if source is not None else False,
        every=str(one.every),
        verdict=state.verdict,
        message=state.message or "",
        items=len(contents(state, shown)),
        fetched_at=state.trusted.fetched_at if state.trusted else None,
        failures=state.failures,
    )


def listed(session: Session, name: str) -> ListDocument:
    """Fetch one list (for a combination, its ingredients) and say of every row which title it is."""
    rules = _with_ingredients(list_rules(session), name)
    fetched, desires = _desires(session, rules, rules.keys())
    selection = desires.selections[name]
    left_out: dict[str, Excluded | Unresolved] = {one.ref: one for one in selection.excluded}
    left_out |= {one.ref: one for one in selection.unresolved}
    own = fetched.get(name)
    if own is not None:
        rows = contents(own.state, rules[name].source)
    else:
        each = {item.ref: item for one in fetched.values() for item in contents(one.state, rules[one.name].source)}
        places = enumerate((*(one.ref for one in selection.chosen.values()), *left_out), start=1)
        rows = tuple(replace(each[ref], position=place) for place, ref in places)
    line = next(line for line in list_lines(rules, fetched, desires) if line.name == name)
    return ListDocument(list=line, items=tuple(_listed(item, desires, left_out.get(item.ref)) for item in rows))


def unresolved(session: Session, scope: Collection[str] | None = None) -> UnresolvedDocument:
    """The rows of all lists, or of some, as last fetched, that no title was found for."""
    _, desires = _desires(session, list_rules(session), ())
    return UnresolvedDocument(unresolved=unresolved_of(desires, scope))


def _with_ingredients(rules: Mapping[str, ListRule], name: str) -> dict[str, ListRule]:
    made = rules[name].combination
    needed = {name: rules[name]}
    for inner in (*made.of, *made.without) if made is not None else ():
        needed |= _with_ingredients(rules, inner)
    return needed


def _desires(
    session: Session, rules: Mapping[str, ListRule], names: Collection[str]
) -> tuple[dict[str, FetchedList], Desires]:
    now, config = session.tools.clock(), session.config
    fetched = fetch_all(session, rules, recall_lists(session), names)
    denied = len(denials_of(config, now))
    return fetched, make_desires(session, rules, fetched, pins(config, now), denials(config, now), denied)


def _listed(item: Item, desires: Desires, left_out: Excluded | Unresolved | None) -> ListedItem:
    answer = desires.resolver(item)
    if isinstance(left_out, Excluded):
        return ListedItem(
            item=item,
            key=left_out.key,
            title=answer.title,
            year=answer.year,
            wanted=False,
            reason=left_out.reason,
            detail=left_out.detail,
        )
    told = left_out or answer
    return ListedItem(
        item=item,
        key=answer.key,
        title=answer.title,
        year=answer.year,
        method=answer.method,
        score=answer.score,
        reason=told.reason,
        detail=told.detail,
        candidates=answer.candidates,
    )
