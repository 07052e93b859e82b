"""One run, step by step: fetch, resolve, desire, observe, recall, decide, plan, restrict; then, and only then, apply.

Each arrow of the design's section 3 is one call here; nothing later reaches back. Planning receives a reader alone, and
keeps what it observed (snapshots, lookups, confirmations). Records and events are written by `apply_plan`.
"""

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from reconciler.apply import Applied, carry_out, locked
from reconciler.core.actual import Index
from reconciler.core.deliberate import Circumstances, Deliberation, PresenceWatch, deliberate, is_quiet
from reconciler.core.desire import ListRule, titled
from reconciler.core.drift import WAY_TO_ANOTHER_SERVER, drift_of, foreign_writers, server_changed, sift
from reconciler.core.plan import sealed, sort_out
from reconciler.core.rails import restrict
from reconciler.desires import Desires, make_desires
from reconciler.errors import ListsyncError, Refused
from reconciler.fetch import FetchedList, fetch_all
from reconciler.observe import read_details
from reconciler.options import profile_name
from reconciler.recalling import recall, recall_lists
from reconciler.recording import Recorder
from reconciler.recover import confirm, recover
from reconciler.reporting import end_run, excluded_of, finish, list_lines, start_run, unresolved_of
from reconciler.rules import (
    denials,
    denials_of,
    ignores,
    list_rules,
    make_rails,
    name_requesters,
    pins,
)
from reconciler.session import Session
from schemas.events import Run
from schemas.media import Kind
from schemas.plan import PLAN_FORMAT, Action, ConfigIdentity, Drift, Plan, PlannedAction, ServerIdentity, Summary
from schemas.record import OurRequest
from schemas.report import Outcome, Report, Status

PLAN_LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Considered:
    """Everything that a plan was made from: what `explain` looks into."""

    rules: Mapping[str, ListRule]
    fetched: Mapping[str, FetchedList]
    desires: Desires
    about: Circumstances
    made: tuple[Deliberation, ...]
    """All but the quiet ones."""
    quiet: int
    """Keys that are as they should be."""
    drift: tuple[Drift, ...]


def make_plan(session: Session, *, scope: Collection[str] | None = None) -> Plan:
    """What would be done now. With `scope` only these lists are fetched and acted for; what removals mean does not
    change. Raises ServerError, LedgerError."""
    return plan_of(session, consider(session, scope=scope), scope=scope)


def consider(session: Session, *, scope: Collection[str] | None = None) -> Considered:
    """Fetch, resolve, desire, observe, recall, and decide for every key."""
    now, config = session.tools.clock(), session.config
    _ = session.server
    rules = list_rules(session)
    fetched = fetch_all(session, rules, recall_lists(session), rules.keys() if scope is None else scope)
    session.close_list_clients()
    denied, denies = denials_of(config, now), denials(config, now)
    desires = make_desires(session, rules, fetched, pins(config, now), denies, len(denied))
    needed = (key.title for key, want in desires.wants.items() if key.kind is Kind.TV or not want.title)
    read = read_details(session, needed)
    observed = session.observe()
    about = Circumstances(
        wants=titled(desires.wants, read.details),
        recalled=recall(session, observed, now),
        index=Index.of(observed),
        losses=desires.losses,
        details=read.details,
        unknown=read.unknown,
        denies=denies,
        corrected=desires.corrected,
        gained=desires.gained,
        config_digest=session.loaded.digest,
        now=now,
        profile=partial(profile_name, session),
    )
    return _deliberated(session, rules, fetched, desires, about)


def _deliberated(
    session: Session,
    rules: Mapping[str, ListRule],
    fetched: Mapping[str, FetchedList],
    desires: Desires,
    about: Circumstances,
) -> Considered:
    """Decide for every key, holding on to what there is to say alone: a house at rest has thousands of quiet titles."""
    watch, quiet = PresenceWatch(about), 0
    made: list[Deliberation] = []
    drift: list[Drift] = []
    for one in deliberate(about):
        watch.see(one)
        drift += drift_of(one, about)
        if is_quiet(one):
            quiet += one.decision.action is Action.KEEP
        else:
            made.append(one)
    session.ledger.save_presences(watch.changed, watch.gone)
    return Considered(rules, fetched, desires, about, tuple(made), quiet, tuple(drift))


def plan_of(session: Session, seen: Considered, *, scope: Collection[str] | None = None) -> Plan:
    """The decisions as a plan, restricted by the rails and sealed."""
    plan = unrestricted(session, seen, scope=scope)
    plan = sealed(restrict(plan, make_rails(session, plan, seen.about.recalled.records), seen.about.now))
    session.ledger.save_plan(plan.id, plan.digest, plan.created)
    return plan


def unrestricted(session: Session, seen: Considered, *, scope: Collection[str] | None = None) -> Plan:
    """The decisions as a plan of which no rail has been asked yet."""
    actions, held, remembered, kept = sort_out(seen.made, seen.about)
    drift, ignored = sift(_drift(session, seen), ignores(session.config, seen.about.now))
    return Plan(
        format=PLAN_FORMAT,
        id=secrets.token_hex(16),
        created=seen.about.now,
        expires=seen.about.now + PLAN_LIFE,
        observed_at=_observed_at(session),
        server=_identity(session),
        config=ConfigIdentity(
            digest=session.loaded.digest,
            commit=session.loaded.revision.commit,
            dirty=session.loaded.revision.dirty,
        ),
        lineage=session.ledger.lineage,
        lists=list_lines(seen.rules, seen.fetched, seen.desires),
        scope=tuple(scope) if scope is not None else None,
        actions=name_requesters(session, _in_scope(actions, scope)),
        remembered=_in_scope(remembered, scope),
        held=_in_scope(held, scope),
        unresolved=unresolved_of(seen.desires, scope),
        excluded=excluded_of(seen.desires, scope),
        drift=drift,
        drift_ignored=ignored,
        warnings=tuple(str(problem) for problem in session.loaded.warnings),
        summary=Summary(keep=kept + seen.quiet),
    )


def apply_plan(session: Session, plan: Plan, *, command: str = "apply") -> Report:
    """Carry the plan out as far as the present allows. Raises Refused (nothing was done), ServerError, LedgerError."""
    started = session.tools.clock()
    with locked(session):
        _check(session, plan, started)
        run = start_run(session, plan, command, started)
        try:
            return _apply_locked(session, plan, run)
        except ListsyncError as error:
            end_run(session, run, error.exit_code, str(error))
            raise


def _apply_locked(session: Session, plan: Plan, run: Run) -> Report:
    """Settle what is open, look at the rails again, write, confirm. Whatever happens then, what was done is told."""
    recorder = Recorder(session)
    settled = recover(session, recorder)
    rails = make_rails(session, plan, recorder.records)
    plan = restrict(_without(plan, settled), rails, run.started)
    _refuse_if_all_held(plan)
    done = Applied()
    try:
        carry_out(session, plan, rails, done)
    finally:
        unconfirmed = confirm(session, Recorder(session), done.outcomes)
        report = finish(session, run, plan, done, settled, unconfirmed)
    return report


def _without(plan: Plan, settled: Collection[Outcome]) -> Plan:
    """The plan without what earlier requests turned out to have done already."""
    done = {one.key for one in settled if one.status is Status.DONE}
    kept = {name: tuple(one for one in getattr(plan, name) if one.key not in done) for name in ("actions", "held")}
    return plan.model_copy(update=kept) if done else plan


def _check(session: Session, plan: Plan, now: datetime) -> None:
    """Refuse a plan for another server, ledger or configuration, one applied before, and one that is too old."""
    fingerprint = session.server.fingerprint
    kept = session.ledger.server_fingerprint()
    again = "make a new plan: `listsync plan`"
    if plan.as_of is not None:
        raise Refused("the plan was made offline, from an export: it is to be read, not applied", remedy=again)
    if kept is not None and kept != fingerprint:
        raise Refused(
            f"another server answers at {session.server.url} than the one this ledger knows",
            remedy=WAY_TO_ANOTHER_SERVER,
        )
    if plan.server.name != session.config.server.name or plan.server.fingerprint != fingerprint:
        raise Refused("the plan was made for another server", remedy=again)
    if plan.lineage != session.ledger.lineage:
        raise Refused("the plan was made with another ledger", remedy=again)
    if plan.config.digest != session.loaded.digest:
        raise Refused("the configuration changed since the plan was made", remedy=again)
    if session.ledger.plan_applied(plan.id) is not None:
        raise Refused("the plan was applied already", remedy=again)
    if now < plan.created - timedelta(minutes=5):
        raise Refused(
            f"the plan was made at {plan.created:%Y-%m-%d %H:%M %Z}, which is still to come",
            remedy="set this machine's clock right",
        )
    if now >= plan.expires:
        raise Refused(f"the plan of {plan.created:%Y-%m-%d %H:%M %Z} is too old", remedy=again)


def _refuse_if_all_held(plan: Plan) -> None:
    """A pause or a mass change that leaves nothing to do is a refusal, not a success."""
    held = [one for one in plan.held if one.proposed is not None]
    if held and not plan.actions and not plan.deferred and held[0].reason is not None:
        reasons = sorted({one.reason.value for one in held if one.reason})
        raise Refused(
            f"{len(held)} actions are held ({', '.join(reasons)}) and nothing else is to be done",
            remedy="`listsync plan` shows each hold with its way out",
        )


def _in_scope(actions: tuple[PlannedAction, ...], scope: Collection[str] | None) -> tuple[PlannedAction, ...]:
    if scope is None:
        return actions
    return tuple(one for one in actions if not set(one.lists).isdisjoint(scope))


def _identity(session: Session) -> ServerIdentity:
    server = session.server
    return ServerIdentity(
        name=session.config.server.name,
        product=server.product,
        version=server.version,
        fingerprint=server.fingerprint,
    )


def _observed_at(session: Session) -> datetime:
    assert session.observed is not None
    return session.observed.read_at


def _drift(session: Session, seen: Considered) -> Iterator[Drift]:
    kept = session.ledger.server_fingerprint()
    if kept is not None and kept != session.server.fingerprint:
        yield server_changed(kept, session.server.fingerprint)
    yield from seen.drift
    dedicated = {rule.options.requester for rule in seen.rules.values()} - {None, session.reader.me().id}
    if dedicated and session.observed is not None:
        known: set[OurRequest] = {
            request for record in seen.about.recalled.records.values() for request in record.requests
        }
        users = [one for one in dedicated if one is not None]
        yield from foreign_writers(session.observed, known, users, seen.about)
