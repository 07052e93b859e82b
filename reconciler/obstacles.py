"""All that stands between a title and a request for it now, each with the command or line that changes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.core.deliberate import MAX_RETRIES, RETRY_AFTER, Deliberation, detail_of
from reconciler.core.desire import trusts
from reconciler.core.rails import Rails, inspect, restrict
from reconciler.core.spending import Check
from reconciler.core.verdicts import in_the_way, rail_detail
from reconciler.pipeline import Considered, unrestricted
from reconciler.rules import make_rails
from reconciler.session import Session
from reconciler.ways_out import way_out, way_past, way_to_be_sure
from schemas.explain import LeftOut, Obstacle, Sponsor
from schemas.fetch import ListState
from schemas.media import Key
from schemas.plan import Action, Drift, PlannedAction
from schemas.reasons import REASONS, Reason
from schemas.record import OnFailed, Record
from schemas.server import MediaStatus

_RESETS = frozenset({MediaStatus.PARTIALLY_AVAILABLE, MediaStatus.DELETED})
"""States of the other quality that the deletion of the last request would reset."""


@dataclass(frozen=True, slots=True)
class Railed:
    """The plan's lines after the rails, and what each rail says of some of them."""

    rails: Rails
    lines: Mapping[Key, PlannedAction]
    checks: Mapping[Key, tuple[Check, ...]]
    drift: Mapping[Key, tuple[Drift, ...]]


def on_the_rails(session: Session, seen: Considered, keys: Sequence[Key]) -> Railed:
    """Ask every rail, as a plan made now would."""
    plan = unrestricted(session, seen)
    rails = make_rails(session, plan, seen.about.recalled.records)
    now = seen.about.now
    made = restrict(plan, rails, now)
    wanted = set(keys)
    lines = {one.key: one for one in (*made.actions, *made.held, *made.deferred) if one.key in wanted}
    told = (*plan.drift, *plan.drift_ignored)
    drift = {key: tuple(one for one in told if one.key == key) for key in keys}
    return Railed(rails, lines, inspect(plan, rails, now, wanted), drift)


@dataclass(frozen=True, slots=True)
class Case:
    """One title, with all that was found out about it."""

    session: Session
    seen: Considered
    one: Deliberation
    line: PlannedAction
    sponsors: tuple[Sponsor, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def key(self) -> Key:
        """The title."""
        return self.one.key

    @property
    def lead(self) -> str | None:
        """The list whose options hold for it, as long as the configuration has it."""
        return self.line.lead if self.line.lead in self.seen.rules else None

    @property
    def item(self) -> str:
        """The row through which it is wanted."""
        return self.sponsors[0].ref if self.sponsors else ""

    def way_out(self, reason: Reason | None) -> str:
        """The general way out, its names filled in."""
        return way_out(reason, key=self.key, item=self.item, lead=self.lead)


def obstacles_of(case: Case, railed: Railed) -> Iterator[Obstacle]:
    """The first of them is what decides now; the others come after it."""
    noes = list(in_the_way(case.one.situation))
    checks = railed.checks.get(case.key, ())
    if noes and not checks:
        checks = tuple(_pauses(case, railed))
    of_table = [obstacle for reason in noes for obstacle in _obstacles(case, reason)]
    of_rails = [
        _told(check.refusal, rail_detail(check), way_past(check)) for check in checks if check.refusal is not None
    ]
    yield from (*of_rails, *of_table) if case.line.proposed is not None else (*of_table, *of_rails)
    if case.line.action is Action.CANCEL and case.one.actual.other_quality in _RESETS:
        yield _told(Reason.OTHER_QUALITY, "", case.way_out(Reason.OTHER_QUALITY))


def _pauses(case: Case, railed: Railed) -> Iterator[Check]:
    """Those that would hold it once nothing else does."""
    lists = railed.rails.list_pauses
    for scope, pause in ((None, railed.rails.pause), (case.lead, lists.get(case.lead or ""))):
        if pause is not None and pause.holds(case.seen.about.now):
            yield Check("pause", scope, Reason.PAUSED, pause.until, pause=pause)


def _obstacles(case: Case, reason: Reason) -> Iterator[Obstacle]:
    match reason:
        case Reason.LEFT_ALL_LISTS:
            yield from _unlisted(case)
        case Reason.DENIED:
            yield _told(reason, _denial(case), way_out(reason, key=_denied_as(case)))
        case Reason.SOURCE_UNTRUSTED:
            states = _unsure(case)
            detail = "; ".join(f"{one.name}: {one.message or 'not read twice since'}" for one in states)
            yield _told(reason, detail, way_to_be_sure(states))
        case Reason.MATCH_CORRECTED:
            yield _told(reason, _detail(case, reason), way_out(reason, key=case.key, item=_pin(case)))
        case Reason.FAILED if case.one.situation.terms.on_failed is OnFailed.RETRY and case.one.actual.ours:
            detail, way = _retrying(case.one.record)
            yield _told(reason, detail, way)
        case Reason.UNROUTABLE if case.one.want is not None:
            option, place = case.one.want.obstacle.partition(":")[0], f"lists.{case.lead}"
            way = f"change `{place}.request.{option}`, or leave such titles out with `{place}.filter.kinds`"
            yield _told(reason, case.one.want.obstacle, way)
        case _:
            yield _told(reason, _detail(case, reason), case.way_out(reason))


def _told(reason: Reason, detail: str, way: str) -> Obstacle:
    return Obstacle(reason=reason, sentence=REASONS[reason].summary, detail=detail, way_out=way)


def _detail(case: Case, reason: Reason) -> str:
    """What this case adds to the reason's sentence; the plan's own words where they are about it."""
    if reason is case.one.decision.reason:
        return detail_of(case.one, case.seen.about)
    record, refusal = case.one.record, case.seen.about.recalled.refusals.get(case.key)
    if refusal is not None and reason is refusal.reason:
        return refusal.text
    if reason in {Reason.SUPPRESSED, Reason.NOT_KEPT} and record is not None:
        why = f"{record.reason.value}, " if record.reason is not None else ""
        return f"{why}since {record.since:%Y-%m-%d}"
    return ""


def _unlisted(case: Case) -> Iterator[Obstacle]:
    """No list wants it: because those that hold it leave it out, because they request nothing, or because none does."""
    for left in case.left_out:
        if left.reason is not Reason.DENIED:
            yield Obstacle(
                reason=left.reason,
                sentence=f"{left.list}: {left.sentence}",
                detail=left.detail,
                way_out=left.way_out,
            )
    if not case.left_out:
        yield _ingredient(case) if case.sponsors else _nowhere(case)


def _ingredient(case: Case) -> Obstacle:
    names = ", ".join(one.list for one in case.sponsors)
    made = [
        name
        for name, rule in case.seen.rules.items()
        if rule.combination is not None and {one.list for one in case.sponsors} & set(rule.combination.of)
    ]
    broken = next((f"{name}: {why}" for name in made if (why := case.seen.desires.broken.get(name))), "")
    way = "`listsync status` says why it could not be read" if broken else f"drop `lists.{names}.input_only`"
    return Obstacle(
        reason=Reason.LEFT_ALL_LISTS if case.one.record else None,
        sentence=f"only {names} holds it, an ingredient that requests nothing by itself"
        if len(case.sponsors) == 1
        else f"only ingredients hold it, which request nothing by themselves: {names}",
        detail=broken,
        way_out=way if len(case.sponsors) == 1 or broken else "",
    )


def _nowhere(case: Case) -> Obstacle:
    """Never on a list, or on none any more."""
    record = case.one.record
    if record is None:
        return Obstacle(
            sentence="no list holds it",
            detail=in_doubt(case.seen),
            way_out="put it on one of the lists, and `listsync plan` fetches them anew",
        )
    presence = case.seen.about.recalled.presences.get(case.key)
    gone = f"gone since {presence.absent_since:%Y-%m-%d}" if presence is not None and not presence.back_at else ""
    held = [name for name in record.sponsors if name in case.seen.rules]
    former = f"formerly on {', '.join(record.sponsors)}" if record.sponsors else ""
    return _told(
        Reason.LEFT_ALL_LISTS,
        "; ".join(part for part in (former, gone) if part),
        f"put it back on {' or '.join(held)}" if held else "put it on one of the lists",
    )


def in_doubt(seen: Considered) -> str:
    """The lists that might hold more than is known of them, in words; empty when all were read well."""
    doubted = [
        f"{name} ({one.state.verdict.value if one.state.verdict else 'never fetched'})"
        for name, one in seen.fetched.items()
        if is_doubted(one.state)
    ]
    return f"not read well last time: {', '.join(doubted)}" if doubted else ""


def is_doubted(state: ListState) -> bool:
    """Whether the last fetch was not believed whole, or never was one."""
    return state.verdict is None or not trusts(state.verdict)


def _denied_as(case: Case) -> Key:
    """The key that stands in `overrides.deny`: the title's, which counts for both its qualities, or its own."""
    key = case.key
    return key if key in case.session.config.overrides.deny else Key(key.kind, key.tmdb)


def _denial(case: Case) -> str:
    found = case.session.config.overrides.deny.get(_denied_as(case))
    parts = [found.why or "", f"until {found.until}" if found.until else ""] if found else []
    return ", ".join(part for part in parts if part)


def _unsure(case: Case) -> tuple[ListState, ...]:
    """The former sponsors that cannot testify to the loss, or have not twice."""
    record = case.one.record
    losses, title = case.seen.about.losses, Key(case.key.kind, case.key.tmdb)
    names: list[str] = []
    for name in record.sponsors if record is not None else ():
        rule = case.seen.rules.get(name)
        if rule is None or (name in losses.earlier and title not in losses.earlier[name]):
            continue
        names += rule.combination.of if rule.combination is not None else (name,)
    return tuple(case.seen.fetched[name].state for name in dict.fromkeys(names) if name in case.seen.fetched)


def _pin(case: Case) -> str:
    """The row that an override took away from this title."""
    resolver, title = case.seen.desires.resolver, Key(case.key.kind, case.key.tmdb)
    for rows in (one.state.trusted.items for one in case.seen.fetched.values() if one.state.trusted):
        for item in rows:
            if item.ref in resolver.pins and resolver.without_pin(item).key == title:
                return item.ref
    return ""


def _retrying(record: Record | None) -> tuple[str, str]:
    by_hand = "retry it on the server's requests page"
    if record is None or record.retries >= MAX_RETRIES:
        return f"retried {MAX_RETRIES} times, which is all", by_hand
    due = (record.retried_at or record.since) + RETRY_AFTER
    return f"retried {record.retries} times; the next is due {due:%Y-%m-%d %H:%M %Z}", f"its turn comes; or {by_hand}"
