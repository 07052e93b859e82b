"""The lists as fetched become wants: resolution, selection and combination, now and as of the fetch before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.core.desire import (
    ListRule,
    Losses,
    Selection,
    Want,
    candidates,
    combine,
    contents,
    earlier_contents,
    fetched_well,
    loss_countable,
    select,
    wants,
)
from reconciler.fetch import FetchedList
from reconciler.resolve import Resolver, make_resolver
from reconciler.session import Session
from schemas.fetch import ListState
from schemas.media import Item, Key
from schemas.plan import Excluded


@dataclass(frozen=True, slots=True)
class Desires:
    """What the lists want, and all that is needed to say why."""

    wants: Mapping[Key, Want]
    selections: Mapping[str, Selection]
    losses: Losses
    resolver: Resolver
    corrected: frozenset[Key]
    """Titles that items were matched to before an override said otherwise."""
    broken: Mapping[str, str]
    """Combinations that cannot be made, and why."""
    counted: Mapping[str, int]
    """Rows in the contents that count, by list."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """A list's rows that are resolved, and those left out before."""

    candidates: tuple[Item, ...]
    excluded: tuple[Excluded, ...]
    total: int


def make_desires(
    session: Session,
    rules: Mapping[str, ListRule],
    fetched: Mapping[str, FetchedList],
    pins: Mapping[str, Key],
    denies: Callable[[Key], str | None],
    denied: int,
) -> Desires:
    """Look up what is not known yet, and say what is wanted."""
    states = {name: one.state for name, one in fetched.items()}
    now = {name: _rows(rules[name], contents(states[name], rules[name].source), denied) for name in fetched}
    before = {name: _earlier_rows(rules[name], states[name], now[name], denied) for name in fetched}
    current = [item for rows in now.values() for item in rows.candidates]
    past = [item for name, rows in before.items() if rows is not now[name] for item in rows.candidates]
    resolver = make_resolver(session, current, past, pins)
    selections = {name: _select(rules[name], rows, resolver, denies) for name, rows in now.items()}
    earlier = {
        name: selections[name] if rows is now[name] else _select(rules[name], rows, resolver, denies)
        for name, rows in before.items()
    }
    broken = _combine_all(rules, states, selections, earlier)
    return Desires(
        wants(rules.values(), selections),
        selections,
        _losses(rules, states, selections, earlier, broken),
        resolver,
        _corrected(current, resolver),
        broken,
        {name: rows.total for name, rows in now.items()},
    )


def _rows(rule: ListRule, items: tuple[Item, ...], denied: int) -> _Rows:
    return _Rows(*candidates(rule, items, denied), len(items))


def _earlier_rows(rule: ListRule, state: ListState, now: _Rows, denied: int) -> _Rows:
    """The rows of the trusted fetch before; the very same value where nothing changed in between."""
    trusted, previous = state.trusted, state.previous
    if trusted and previous and trusted.digest == previous.digest and state.extra is None:
        return now if trusted.source == rule.source == previous.source else _rows(rule, (), denied)
    return _rows(rule, earlier_contents(state, rule.source), denied)


def _select(rule: ListRule, rows: _Rows, resolver: Resolver, denies: Callable[[Key], str | None]) -> Selection:
    made = select(rule, rows.candidates, resolver, denies)
    return Selection(made.chosen, rows.excluded + made.excluded, made.unresolved)


def _combine_all(
    rules: Mapping[str, ListRule],
    states: Mapping[str, ListState],
    selections: dict[str, Selection],
    earlier: dict[str, Selection],
) -> dict[str, str]:
    """Add the combinations, inner ones first. One whose `except` was never read well would request what it excludes."""
    broken: dict[str, str] = {}

    def make(name: str) -> None:
        made = rules[name].combination
        if made is None or name in selections:
            return
        for inner in (*made.of, *made.without):
            make(inner)
        unread = [one for one in made.without if one in broken or not _read(rules[one], states)]
        if unread:
            broken[name] = f"{', '.join(unread)} (under `except`) was never read well"
            selections[name] = earlier[name] = Selection()
        else:
            selections[name] = combine(rules[name], selections)
            earlier[name] = combine(rules[name], earlier)

    for name in rules:
        make(name)
    return broken


def _read(rule: ListRule, states: Mapping[str, ListState]) -> bool:
    return rule.combination is not None or fetched_well(states.get(rule.name), rule.source)


def _losses(
    rules: Mapping[str, ListRule],
    states: Mapping[str, ListState],
    selections: Mapping[str, Selection],
    earlier: Mapping[str, Selection],
    broken: Mapping[str, str],
) -> Losses:
    """Which lists may testify to a loss: read well twice, every lookup answered; a combination, if its parts may."""

    def testifies(name: str) -> bool:
        made = rules[name].combination
        if made is not None:
            return name not in broken and all(testifies(one) for one in made.of)
        return loss_countable(states.get(name), rules[name].source) and not selections[name].uncertain

    return Losses(
        {name: frozenset(earlier[name].chosen) for name in rules if testifies(name)},
        frozenset(name for name, rule in rules.items() if rule.requests),
    )


def _corrected(items: list[Item], resolver: Resolver) -> frozenset[Key]:
    """The titles that pinned items would be without their pins."""
    pinned = ((item, resolver.pins[item.ref]) for item in items if item.ref in resolver.pins)
    before = ((resolver.without_pin(item).key, pin) for item, pin in pinned)
    return frozenset(key for key, pin in before if key is not None and key != pin)
