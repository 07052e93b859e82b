"""The lists as fetched become wants: resolution, selection and combination, now and as of the fetch before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.core.desire import (
    ListRule,
    Losses,
    Selection,
    Want,
    contents,
    earlier_contents,
    fetched_well,
    loss_countable,
    new_rows,
    wants,
)
from reconciler.core.selecting import candidates, combined, offers
from reconciler.fetch import FetchedList
from reconciler.looking import Looking, Offered, asking, recalling, select_all
from reconciler.resolve import Resolver
from reconciler.session import Session
from schemas.fetch import ListState
from schemas.media import Item, Key


@dataclass(frozen=True, slots=True)
class Desires:
    """What the lists want, and all that is needed to say why."""

    wants: Mapping[Key, Want]
    selections: Mapping[str, Selection]
    losses: Losses
    resolver: Resolver
    corrected: Mapping[Key, Key]
    """Titles that items were matched to before an override said otherwise, and what it says."""
    gained: frozenset[Key]
    """Titles that somebody put on a personal list since the fetch before."""
    broken: Mapping[str, str]
    """Combinations that cannot be made, and why."""
    counted: Mapping[str, int]
    """Rows in the contents that count, by list."""


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
    now = {name: _offered(rules[name], contents(states[name], rules[name].source)) for name in fetched}
    before = {name: one for name in fetched if (one := _earlier(rules[name], states[name])) is not None}
    live, past = asking(session, pins), recalling(session, pins)
    selections = select_all(now, live, denies, denied)
    earlier = selections | select_all(before, past, denies, denied)
    broken = _combine_all(rules, states, _Pass(selections, live, denies), _Pass(earlier, past, denies))
    wanted = wants(rules.values(), selections)
    return Desires(
        {key: want for key, want in wanted.items() if denies(key) is None},  # one quality may be denied alone
        selections,
        _losses(rules, states, selections, earlier, broken),
        live.resolver,
        _corrected(live.seen, live.resolver),
        _gained(rules, states, selections),
        broken,
        {name: offered.total for name, offered in now.items()},
    )


def _offered(rule: ListRule, items: tuple[Item, ...]) -> Offered:
    return Offered(rule, *candidates(rule, offers(items)), len(items))


def _earlier(rule: ListRule, state: ListState) -> Offered | None:
    """The candidates of the trusted fetch before; None where nothing changed in between."""
    trusted, previous = state.trusted, state.previous
    if trusted and previous and trusted.digest == previous.digest and state.extra is None:
        return None if trusted.source == rule.source == previous.source else _offered(rule, ())
    return _offered(rule, earlier_contents(state, rule.source))


@dataclass(frozen=True, slots=True)
class _Pass:
    """The selections of one moment, as far as they are made, and what combining them takes."""

    selections: dict[str, Selection]
    looking: Looking
    denies: Callable[[Key], str | None]

    def combine(self, rule: ListRule) -> None:
        """Add a combination whose ingredients are there."""
        offered, left_out = combined(rule, self.selections)
        kept, filtered = candidates(rule, offered)
        made = {rule.name: Offered(rule, kept, left_out + filtered, len(offered))}
        self.selections.update(select_all(made, self.looking, self.denies, 0))


def _combine_all(
    rules: Mapping[str, ListRule], states: Mapping[str, ListState], now: _Pass, before: _Pass
) -> dict[str, str]:
    """Add the combinations, inner ones first. One whose `except` was never read well would request what it excludes."""
    broken: dict[str, str] = {}

    def make(name: str) -> None:
        made = rules[name].combination
        if made is None or name in now.selections:
            return
        for inner in (*made.of, *made.without):
            make(inner)
        unread = [one for one in made.without if one in broken or not _read(rules[one], states)]
        if unread:
            broken[name] = f"{', '.join(unread)} (under `except`) was never read well"
            now.selections[name] = before.selections[name] = Selection()
        else:
            now.combine(rules[name])
            before.combine(rules[name])

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
        if name in broken or selections[name].uncertain:
            return False
        if made is not None:
            return all(testifies(one) for one in made.of)
        return loss_countable(states.get(name), rules[name].source)

    return Losses(
        {name: frozenset(earlier[name].chosen) for name in rules if testifies(name)},
        frozenset(name for name, rule in rules.items() if rule.requests),
    )


def _corrected(items: list[Item], resolver: Resolver) -> dict[Key, Key]:
    """The titles that pinned items would be without their pins, each with its pin."""
    pinned = ((item, resolver.pins[item.ref]) for item in items if item.ref in resolver.pins)
    before = ((resolver.without_pin(item).key, pin) for item, pin in pinned)
    return {key: pin for key, pin in before if key is not None and key != pin}


def _gained(
    rules: Mapping[str, ListRule], states: Mapping[str, ListState], selections: Mapping[str, Selection]
) -> frozenset[Key]:
    """The titles that a personal list wants by a row that it had not in the fetch before; a list that was read once, or
    whose source was edited, says nothing of that."""
    gained: set[Key] = set()
    for name, state in states.items():
        if rules[name].personal and rules[name].requests:
            new = {item.ref for item in new_rows(state, rules[name].source)}
            gained |= {key for key, chosen in selections[name].chosen.items() if new and chosen.ref in new}
    return frozenset(gained)
