"""Which lists want a title, since when and through which row; which hold it and do not want it, and why."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from reconciler.core.desire import Chosen, ListRule, contents, earlier_contents
from reconciler.core.verdicts import Asked, filter_verdicts
from reconciler.observe import kept_details
from reconciler.pipeline import Considered
from reconciler.resolve import Resolver, make_resolver
from reconciler.session import Session
from reconciler.ways_out import way_out, way_through
from schemas.events import EventType
from schemas.explain import FilterVerdict, LeftOut, Sponsor
from schemas.media import Item, Key
from schemas.plan import Excluded, Unresolved
from schemas.reasons import REASONS, Reason
from schemas.server import Details


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a question names, present and past, and which titles they are as far as that is known."""

    present: Mapping[str, tuple[Item, ...]]
    """By list."""
    past: Mapping[str, tuple[Item, ...]]
    """Rows of the trusted fetch before that are gone, by list."""
    resolver: Resolver

    def titles(self) -> Iterator[Key]:
        """The titles that they are."""
        for rows in (*self.present.values(), *self.past.values()):
            for item in rows:
                key = self.resolver(item).key
                if key is not None:
                    yield key


def name_rows(session: Session, seen: Considered, fits: Callable[[Item], bool], title: Key | None) -> Rows:
    """The rows that a question names: those that fit, and those that are known to be a title although their list had no
    need to look them up. Asks nobody."""
    known = seen.desires.resolver
    now, gone = _contents(seen), _gone(seen)
    passed_over = {row.ref for one in seen.desires.selections.values() for row in one.excluded if row.key is None}
    unsure = [item for rows in now.values() for item in rows if item.ref in passed_over or fits(item)]
    unsure += [item for rows in gone.values() for item in rows]
    kept = make_resolver(session, (), unsure, known.pins)
    resolver = Resolver({**kept.answers, **known.answers}, known.pins, known.now)

    def named(item: Item) -> bool:
        return fits(item) or (title is not None and resolver(item).key == title)

    present, past = ({name: tuple(filter(named, rows)) for name, rows in some.items()} for some in (now, gone))
    return Rows(present, past, resolver)


def _contents(seen: Considered) -> dict[str, tuple[Item, ...]]:
    return {name: contents(one.state, seen.rules[name].source) for name, one in seen.fetched.items()}


def _gone(seen: Considered) -> dict[str, tuple[Item, ...]]:
    """What each list held in the trusted fetch before, and holds no more."""
    found = {}
    for name, one in seen.fetched.items():
        source = seen.rules[name].source
        held = {item.ref for item in contents(one.state, source)}
        found[name] = tuple(item for item in earlier_contents(one.state, source) if item.ref not in held)
    return found


def sponsors_of(session: Session, seen: Considered, key: Key) -> Iterator[Sponsor]:
    """The lists that want a title, those that request before ingredients, in the order of the configuration."""
    title = Key(key.kind, key.tmdb)
    held = [
        (rule, chosen)
        for rule in seen.rules.values()
        if (chosen := seen.desires.selections[rule.name].chosen.get(title)) is not None
    ]
    details = details_of(session, key)
    for rule, chosen in sorted(held, key=lambda one: not one[0].requests):
        yield _sponsor(session, seen, rule, chosen, details)


def _sponsor(session: Session, seen: Considered, rule: ListRule, chosen: Chosen, details: Details | None) -> Sponsor:
    row, resolver = chosen.rows[0], seen.desires.resolver
    answer = resolver(row)
    others = [one for one in answer.candidates if one.key != answer.key] if answer.method == "title" else []
    pin = session.config.overrides.match.get(row.ref) if answer.method == "override" else None
    since = row.added or _since(session, seen, rule, row, chosen.title_key)
    return Sponsor(
        list=rule.name,
        ref=row.ref,
        rank=chosen.rank,
        listed_as=f"{row.title} ({row.year})" if row.year else row.title,
        method=answer.method,
        score=answer.score,
        runner_up=others[0] if others else None,
        requests=rule.requests,
        since=None if rule.combination else since,
        since_told=row.added is not None and rule.combination is None,
        through=chosen.through,
        why=(pin.why or "") if pin else "",
        instead_of=resolver.without_pin(row).key if pin else None,
        filters=filter_verdicts(rule.filter, Asked(chosen.rows, chosen.title_key.kind, chosen.year, details)),
    )


def _since(session: Session, seen: Considered, rule: ListRule, row: Item, title: Key) -> datetime | None:
    """The earliest that is remembered of the list and the title: a kept snapshot, or a request for the list's sake."""
    fetched = seen.fetched.get(rule.name)
    kept = (fetched.state.previous, fetched.state.trusted, fetched.state.extra) if fetched else ()
    held = [one.fetched_at for one in kept if one and any(item.ref == row.ref for item in one.items)]
    for key in (title, Key(title.kind, title.tmdb, is_4k=True)):
        events = session.ledger.events(key=key, types={EventType.REQUESTED})
        held += [event.at for event in events if event.list == rule.name]
    return min(held, default=None)


def details_of(session: Session, key: Key) -> Details | None:
    """What the server once said of the title. Asks nobody."""
    return kept_details(session, {key.title}).details.get(key.title)


def left_out_of(session: Session, seen: Considered, key: Key, rows: Rows) -> Iterator[LeftOut]:
    """The rows of lists that are a title and through which it is not wanted."""
    title = Key(key.kind, key.tmdb)
    items = {(name, item.ref): item for name, held in rows.present.items() for item in held}
    details = details_of(session, key)
    for name, selection in seen.desires.selections.items():
        for row in selection.excluded:
            item = items.get((name, row.ref))
            answer = rows.resolver(item) if item is not None else None
            known = row.key or (answer.key if answer is not None else None)
            if known == title:
                held = _held_rows(seen, name, row, item)
                asked = Asked(held, title.kind, row.year or (answer.year if answer else None), details)
                yield _left_out(session, seen.rules[name], row, title, filter_verdicts(seen.rules[name].filter, asked))


def _held_rows(seen: Considered, name: str, row: Excluded, item: Item | None) -> tuple[Item, ...]:
    """The rows by which a list's filter judged: of a combination, those of its ingredients."""
    if item is not None:
        return (item,)
    made = seen.rules[name].combination
    if made is None or row.key is None:
        every = _contents_of(seen, name)
        return tuple(one for one in every if one.ref == row.ref)[:1]
    chosen = (seen.desires.selections[inner].chosen.get(row.key) for inner in made.of)
    return tuple(one for found in chosen if found is not None for one in found.rows)


def _contents_of(seen: Considered, name: str) -> tuple[Item, ...]:
    return contents(seen.fetched[name].state, seen.rules[name].source) if name in seen.fetched else ()


def unknown_rows(session: Session, seen: Considered, rows: Rows) -> Iterator[tuple[Unresolved | Excluded, LeftOut]]:
    """The rows that a question names and that have no title, or none that is known, each with its way out."""
    items = {(name, item.ref): item for name, held in rows.present.items() for item in held}
    for name, selection in seen.desires.selections.items():
        left: tuple[Unresolved | Excluded, ...] = (*selection.unresolved, *selection.excluded)
        for row in left:
            item = items.get((name, row.ref))
            if item is not None and rows.resolver(item).key is None and not (isinstance(row, Excluded) and row.key):
                yield row, _left_out(session, seen.rules[name], row, None, ())


def _left_out(
    session: Session, rule: ListRule, row: Unresolved | Excluded, title: Key | None, verdicts: tuple[FilterVerdict, ...]
) -> LeftOut:
    way = way_out(row.reason, key=title, item=row.ref, lead=rule.name)
    match row.reason:
        case Reason.FILTERED:
            way = way_through(rule.name, session.config.lists[rule.name].filter, row.detail)
        case Reason.OVER_LIMIT if rule.limit is not None:
            way = f"raise `lists.{rule.name}.limit`, which is {rule.limit}"
    return LeftOut(
        list=rule.name,
        ref=row.ref,
        title=row.title,
        year=row.year,
        reason=row.reason,
        sentence=REASONS[row.reason].summary,
        detail=row.detail,
        way_out=way,
        candidates=row.candidates if isinstance(row, Unresolved) else (),
        filters=verdicts,
    )
