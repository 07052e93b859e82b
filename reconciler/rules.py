"""The configuration in the terms of deciding: names resolved to the server's ids, dates to moments."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from providers.servers import UnknownUser, approval, resolve_user
from reconciler.core.desire import Combination, ListRule, SeasonRule
from reconciler.core.drift import Ignore
from reconciler.core.filter_rules import make_filter
from reconciler.core.rails import LIVE, Budget, Pause, Rails
from reconciler.core.windows import opening_hours
from reconciler.options import route_lists
from reconciler.pausing import kept_pauses
from reconciler.session import Session
from schemas.config import Config, Filter, ListConfig, Override, SortField
from schemas.config import Pause as PauseConfig
from schemas.media import Key
from schemas.plan import Action, Plan, PlannedAction
from schemas.record import Record, RecordState
from schemas.server import Quota, RequestOptions, User

if TYPE_CHECKING:
    from collections.abc import Iterable


def list_rules(session: Session) -> dict[str, ListRule]:
    """Every declared list as a rule, in the order of the configuration. Raises ServerError for an unknown requester,
    and UnknownOptions for a name that the server's Radarr and Sonarr do not have."""
    config = session.config
    users: dict[int | str, User] = {}

    def requester(name: str, of: ListConfig) -> int | None:
        who = of.request_as if of.request_as is not None else config.server.request_as
        if who is None:
            return None
        if who not in users:
            with _naming_the_place(session, name):
                users[who] = resolve_user(session.reader, who)
        return users[who].id

    options = {name: RequestOptions(requester=requester(name, one)) for name, one in config.lists.items()}
    routings = route_lists(session, options)
    denied = len(denials_of(config, session.tools.clock()))
    return {
        name: replace(
            _rule(session, name, one, denied),
            options=options[name],
            routes=routings[name].routes,
            obstacles={route: f"{why.option}: {why.message}" for route, why in routings[name].waiting.items()},
        )
        for name, one in config.lists.items()
    }


@contextmanager
def _naming_the_place(session: Session, name: str) -> Iterator[None]:
    """A user that there is not is told with the list, and where it is written."""
    try:
        yield
    except UnknownUser as unknown:
        place = session.loaded.place(("lists", name, "request_as"), ("server", "request_as"))
        unknown.remedy = f"{unknown.remedy} of the list {name}, {place}"
        raise


def _rule(session: Session, name: str, one: ListConfig, denied: int) -> ListRule:
    source = session.loaded.sources.get(name)
    personal = source.personal if source else False
    as_listed = one.sort.field is SortField.POSITION and not one.sort.descending and one.filter == Filter()
    return ListRule(
        name=name,
        source=str(source) if source else "",
        personal=personal,
        requests=not one.input_only,
        limit=one.limit,
        sort=str(one.sort),
        seasons=_seasons(one),
        qualities=one.request.qualities,
        terms=one.policy.terms(personal=personal),
        combination=_combination(one),
        filter=make_filter(one.filter, session.tools.clock().astimezone(session.config.zone)),
        reads_until=one.limit + denied if one.limit is not None and as_listed else None,
    )


def _seasons(one: ListConfig) -> tuple[SeasonRule, ...]:
    rule = one.request.seasons
    return rule if isinstance(rule, tuple) else (rule.value,)


def _combination(one: ListConfig) -> Combination | None:
    made = one.combine
    return Combination(made.of, made.at_least, made.except_) if made else None


def start_of(day: date, config: Config) -> datetime:
    """The start of a day in the configuration's time zone."""
    return datetime.combine(day, time.min, tzinfo=config.zone)


def active(override: Override, config: Config, now: datetime) -> bool:
    """Whether an override still counts."""
    return override.until is None or now < start_of(override.until, config)


def pins(config: Config, now: datetime) -> dict[str, Key]:
    """`overrides.match`, by item."""
    return {ref: match.to for ref, match in config.overrides.match.items() if active(match, config, now)}


def denials_of(config: Config, now: datetime) -> dict[Key, str]:
    """`overrides.deny`, by key, with the reason that a person wrote."""
    return {key: deny.why or "" for key, deny in config.overrides.deny.items() if active(deny, config, now)}


def denials(config: Config, now: datetime) -> Callable[[Key], str | None]:
    """Asks whether a key is denied: the denial of a title counts for both its qualities, that of a key for itself."""
    denied = denials_of(config, now)

    def ask(key: Key) -> str | None:
        return denied.get(key, denied.get(Key(key.kind, key.tmdb)))

    return ask


def ignores(config: Config, now: datetime) -> tuple[Ignore, ...]:
    """`drift.ignore`, as far as it still counts."""
    return tuple(
        Ignore(rule.why or "no reason given", rule.kind, rule.list, rule.key)
        for rule in config.drift.ignore
        if rule.until is None or now < start_of(rule.until, config)
    )


def make_rails(session: Session, plan: Plan, records: Mapping[Key, Record]) -> Rails:
    """The rails as of now, for this plan. The server is asked for quotas only where something would be requested."""
    config, ledger, now = session.config, session.ledger, session.tools.clock()
    budget = config.rails.budget
    opens, closes = opening_hours(config.rails.windows, now, config.zone)
    pauses = pauses_now(session, now)
    creates = [one for one in (*plan.actions, *plan.deferred) if one.action is Action.CREATE]
    return Rails(
        pause=pauses.get(None),
        list_pauses={name: pause for name, pause in pauses.items() if name is not None},
        opens=opens,
        closes=closes,
        budget=Budget(budget.per_run, budget.per_day),
        first_run=_first_run(budget.first_run, session),
        list_budgets={name: Budget(one.budget.per_run, one.budget.per_day) for name, one in config.lists.items()},
        sent=ledger.sent_since(now - timedelta(days=1)),
        quotas=_quotas(session, {one.options.requester for one in creates}),
        max_cancels=config.rails.max_cancels,
        our_pending=_our_pending(session, records),
        live_records=sum(1 for record in records.values() if record.state in LIVE),
        accepted=ledger.setting(ACCEPTED) is not None,
        interval=min((one.every.interval(now) for one in config.lists.values()), default=timedelta(days=1)),
    )


ACCEPTED = "server.accepted"
"""Set by `listsync accept server`, cleared by the next apply: mass deletion does not hold that once."""


ANEW = "server.anew"
"""When `listsync accept server --anew` was given; cleared when a plan was carried out since."""


def _first_run(budget: int | None, session: Session) -> int | None:
    """What is left of the first-run budget: an apply that was killed does not get the whole of it again."""
    anew = session.ledger.setting(ANEW)
    if budget is None or (anew is None and session.ledger.ever_applied()):
        return None
    return max(0, budget - len(session.ledger.sent_since(datetime.fromisoformat(anew) if anew else EPOCH)))


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _quotas(session: Session, requesters: "Iterable[int | None]") -> Mapping[int | None, Quota]:
    found: dict[int | None, Quota] = {}
    for requester in requesters:
        user = _user(session, requester)
        if user is not None and not user.permissions & _UNLIMITED:
            found[requester] = session.reader.quota(user.id)
    return found


_UNLIMITED = 2 | 8
"""ADMIN and MANAGE_USERS: the products do not count their quotas."""


def _user(session: Session, requester: int | None) -> User | None:
    if requester is None:
        return session.reader.me()
    return next((user for user in session.reader.users() if user.id == requester), None)


def _our_pending(session: Session, records: Mapping[Key, Record]) -> int:
    ours = {
        (request.id, request.created_at)
        for record in records.values()
        if record.state in {RecordState.REQUESTED, RecordState.RELEASED}
        for request in record.requests
    }
    requests = session.observed.requests if session.observed else ()
    return sum(1 for row in requests if row.status == 1 and (row.id, row.created_at) in ours)


def name_requesters(session: Session, actions: "Iterable[PlannedAction]") -> tuple[PlannedAction, ...]:
    """Creates with their requester's name, and what the server will do with them as far as permissions tell."""
    named = []
    for action in actions:
        user = _user(session, action.options.requester) if action.action is Action.CREATE else None
        if user is None:
            named.append(action)
        else:
            expected = approval(user, action.key.kind, action.key.is_4k)
            named.append(replace(action, requester=user.name, approval=expected))
    return tuple(named)


def user_name(session: Session, user_id: int) -> str:
    """The name of a user of the server, or the id where there is none any more."""
    user = _user(session, user_id)
    return user.name if user else f"user {user_id}"


def pauses_now(session: Session, now: datetime) -> dict[str | None, Pause]:
    """Every pause that holds, by list; None: that of everything. The configuration's and those that people set."""
    config = session.config
    pauses = {None: (config.rails.pause, "rails")} | {
        name: (one.pause, f"lists.{name}") for name, one in config.lists.items()
    }
    kept = {scope: one.told_in(config.zone) for scope, one in kept_pauses(session.ledger, now).items()}
    found: dict[str | None, Pause] = {}
    for scope, (declared, where) in pauses.items():
        pause = _declared_pause(declared, where, config)
        both = [one for one in (pause, kept.get(scope)) if one is not None and one.holds(now)]
        if both:
            found[scope] = both[0].beside(both[1] if len(both) > 1 else None)
    return found


def _declared_pause(pause: PauseConfig | None, where: str, config: Config) -> Pause | None:
    if pause is None:
        return None
    until = start_of(pause.until, config) if pause.until else None
    return Pause(pause.reason or "", until, f"remove `{where}.pause` from listsync.yaml")


def pause_for(pauses: Mapping[str | None, Pause], lead: str | None) -> Pause | None:
    """The pause that holds what a list asks for: everything's, or its own."""
    return pauses.get(None) or (pauses.get(lead) if lead is not None else None)


def active_pauses(session: Session, now: datetime) -> tuple[str, ...]:
    """Every pause that holds, in words, with its way out."""
    return tuple(
        f"{scope or 'everything'} is paused{f' ({pause})' if str(pause) else ''}: {pause.way_out}"
        for scope, pause in pauses_now(session, now).items()
    )
