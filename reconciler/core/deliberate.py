"""One pass over every key that is wanted or remembered: its situation, its decision, and the plan's line for it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconciler.core.actual import Actual, Index
from reconciler.core.decide import Desired, Situation, decide
from reconciler.core.desire import Losses, Want, desired
from reconciler.core.seasons import wanted_seasons, weigh
from schemas.media import Key, Kind
from schemas.plan import Action, ActualState, Decision, Expects, PlannedAction
from schemas.reasons import Reason
from schemas.record import AllowSeen, OnRelisted, OurRequest, Presence, Record, RecordState, Refusal, Terms
from schemas.server import Details, RequestOptions

RELIST_AFTER = timedelta(hours=24)
"""Confirmed absence after which a return to a personal list is a wish."""
REFUSAL_KEPT = timedelta(days=7)
MAX_RETRIES = 3
RETRY_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the ledger says, as far as deciding needs it."""

    records: Mapping[Key, Record] = field(default_factory=dict)
    presences: Mapping[Key, Presence] = field(default_factory=dict)
    allows: Mapping[Key, AllowSeen] = field(default_factory=dict)
    refusals: Mapping[Key, Refusal] = field(default_factory=dict)
    unsettled: Collection[Key] = ()
    """Keys with an open intent."""
    carried_out: Mapping[Key, OurRequest] = field(default_factory=dict)
    """Requests that open intents made, as the server shows; the next apply writes them down."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything that decisions rest on."""

    wants: Mapping[Key, Want]
    recalled: Recalled
    index: Index
    losses: Losses
    details: Mapping[tuple[Kind, int], Details]
    """Of shows; one that is wanted and missing here could not be read."""
    unknown: Collection[tuple[Kind, int]]
    """Titles that TMDB does not know."""
    denies: Callable[[Key], str | None]
    corrected: Mapping[Key, Key]
    """Titles (in HD) that an item was matched to before an override said otherwise, and what it says."""
    gained: Collection[Key]
    """Titles (in HD) that somebody put on a personal list since the fetch before."""
    config_digest: str
    now: datetime
    profile: Callable[[Kind, int | None, int], str] = lambda kind, server, profile: str(profile)  # noqa: ARG005
    """A quality profile in words: of movies or shows, on the Radarr or Sonarr of this id (None: the default)."""


@dataclass(frozen=True, slots=True)
class Deliberation:
    """One key with all that led to its decision."""

    key: Key
    want: Want | None
    record: Record | None
    desired: Desired
    actual: Actual
    situation: Situation
    decision: Decision
    wanted_seasons: frozenset[int]
    """Of a show: the seasons that its lists' rules name and that exist."""


def deliberate(about: Circumstances) -> Iterator[Deliberation]:
    """A decision for every key in the union of wants and records, ascending."""
    for key in sorted(about.wants.keys() | about.recalled.records.keys()):
        yield deliberate_one(about, key)


def deliberate_one(about: Circumstances, key: Key) -> Deliberation:
    """The decision for one key."""
    want, record = about.wants.get(key), about.recalled.records.get(key)
    title = Key(key.kind, key.tmdb)
    denied = about.denies(key)
    rules = want.seasons if want else frozenset()
    details = about.details.get(key.title)
    seasons = wanted_seasons(rules, details) if details else frozenset()
    actual = about.index.actual(key, _ours(about, key, record), seasons)
    unreadable = key.kind is Kind.TV and want is not None and details is None
    situation = Situation(
        desired=desired(want, record, about.losses, denied),
        actual=ActualState.UNREADABLE if unreadable else actual.state,
        record=record.state if record else RecordState.NONE,
        terms=want.terms if want else record.terms if record else Terms(),
        ours=actual.ours,
        lifted=_lifted(about, key, want, record),
        corrected=title in about.corrected,
        denied=denied is not None,
        retry_due=_retry_due(record, about.now),
        refused=_refused(about, record, actual),
        unknown=unreadable and key.title in about.unknown,
        seasons=weigh(seasons, actual, record.seasons if record else ()) if want and key.kind is Kind.TV else None,
        standing=_standing(about, key, want),
    )
    return Deliberation(key, want, record, situation.desired, actual, situation, decide(situation), seasons)


def _ours(about: Circumstances, key: Key, record: Record | None) -> tuple[OurRequest, ...]:
    made = about.recalled.carried_out.get(key)
    return (*(record.requests if record else ()), *((made,) if made else ()))


def _lifted(about: Circumstances, key: Key, want: Want | None, record: Record | None) -> bool:
    """A no is lifted once by a later `allow`, and by a return to a personal list after a day of confirmed absence."""
    if want is None or record is None or record.state not in {RecordState.SUPPRESSED, RecordState.NOT_KEPT}:
        return False
    allow = about.recalled.allows.get(key) or about.recalled.allows.get(Key(key.kind, key.tmdb))
    if allow is not None and allow.first_seen > record.since:
        return True
    presence = about.recalled.presences.get(key)
    if presence is None or presence.absent_since < record.since or not want.personal or not _wished(about, key):
        return False
    away = (presence.back_at or about.now) - presence.absent_since
    return want.terms.on_relisted is OnRelisted.REQUEST and away >= RELIST_AFTER


def _wished(about: Circumstances, key: Key) -> bool:
    """Whether a title that was gone came back because somebody put it on a list: what a filter, a limit, a denial or
    the configuration let in again was there all the time."""
    presence = about.recalled.presences.get(key)
    return presence is not None and (presence.back_at is not None or Key(key.kind, key.tmdb) in about.gained)


def _refused(about: Circumstances, record: Record | None, actual: Actual) -> bool:
    """Whether what a released title left behind is gone: our request, which we did not withdraw, or files."""
    if record is None or record.state is not RecordState.RELEASED or _wished(about, record.key):
        return False
    return bool(record.requests or actual.deleted) or actual.state is ActualState.DELETED


def _retry_due(record: Record | None, now: datetime) -> bool:
    """A day after the last retry, and after the request itself: a second run right after an apply has nothing to do."""
    if record is None:
        return True
    return record.retries < MAX_RETRIES and now - (record.retried_at or record.since) >= RETRY_AFTER


def _standing(about: Circumstances, key: Key, want: Want | None) -> Reason | None:
    if key in about.recalled.unsettled:
        return Reason.OUTCOME_UNKNOWN
    if want is not None and want.obstacle:
        return Reason.UNROUTABLE
    refusal = about.recalled.refusals.get(key)
    if refusal is None or refusal.config_digest != about.config_digest:
        return None
    return refusal.reason if about.now - refusal.at < REFUSAL_KEPT else None


class PresenceWatch:
    """What a pass sees of titles that the lists lost or found again."""

    def __init__(self, about: Circumstances) -> None:
        self._about, self._known, self._now = about, about.recalled.presences, about.now
        self._unseen = set(self._known)
        self.changed: list[Presence] = []
        """To be kept."""

    @property
    def gone(self) -> tuple[Key, ...]:
        """To be forgotten: neither wanted nor remembered any more, or wanted again without anybody's wish."""
        return tuple(self._unseen)

    def see(self, one: Deliberation) -> None:
        """Look at one key of the pass."""
        self._unseen.discard(one.key)
        presence = self._known.get(one.key)
        if one.desired is Desired.ABSENT and (presence is None or presence.back_at is not None):
            self.changed.append(Presence(key=one.key, absent_since=self._now))
        elif one.desired is not Desired.WANTED or presence is None or presence.back_at is not None:
            return
        elif not _wished(self._about, one.key):
            self._unseen.add(one.key)
        else:
            self.changed.append(presence.model_copy(update={"back_at": self._now}))


def planned(one: Deliberation, about: Circumstances) -> PlannedAction:
    """The plan's line for a decision."""
    want, record, decision = one.want, one.record, one.decision
    terms = one.situation.terms
    seen = one.actual.present | one.actual.available
    return PlannedAction(
        key=one.key,
        title=want.title if want else record.title if record else "",
        year=want.year if want else record.year if record else None,
        action=decision.action,
        reason=decision.reason,
        detail=detail_of(one, about),
        becomes=decision.becomes,
        expects=Expects(
            actual=one.situation.actual,
            serial=record.serial if record else None,
            seasons=tuple(sorted(one.wanted_seasons)),
        ),
        lists=want.sponsors if want else record.sponsors if record else (),
        lead=want.lead if want else record.lead if record else None,
        seasons=decision.seasons,
        options=want.options if want else record.options if record else RequestOptions(),
        request_id=one.actual.request.id if one.actual.request else None,
        terms=terms,
        position=want.position if want else 0,
        list_order=want.list_order if want else 0,
        seen_seasons=tuple(sorted(seen)),
    )


def is_quiet(one: Deliberation) -> bool:
    """Whether there is nothing to do, to write down, or to say: so it is with nearly all titles on nearly all days."""
    return one.decision.action in {Action.KEEP, Action.NOTHING} and not remembers_more(one)


def remembers_more(one: Deliberation) -> bool:
    """Whether the record's state stays while its sponsors, terms or seen seasons do not."""
    want, record = one.want, one.record
    if want is None or record is None or one.decision.action not in {Action.KEEP, Action.HOLD}:
        return False
    mine = (record.sponsors, record.lead, record.terms, record.options)
    return mine != (want.sponsors, want.lead, want.terms, want.options) or not (
        one.actual.present <= set(record.seasons)
    )


def detail_of(one: Deliberation, about: Circumstances) -> str:
    """What the reason's own sentence does not say."""
    reason, record = one.decision.reason, one.record
    if reason is Reason.SUPPRESSED and record is not None and record.reason is not None:
        return f"{record.reason.value}, since {record.since:%Y-%m-%d}"
    if reason is Reason.IN_FLIGHT and one.key in about.recalled.carried_out:
        return "an earlier run sent it and could not write that down; the next apply does"
    if reason is Reason.NOT_KEPT and record is not None:
        return f"since {record.since:%Y-%m-%d}"
    if reason is Reason.MATCH_CORRECTED:
        return f"it is {about.corrected[Key(one.key.kind, one.key.tmdb)]}"
    if reason is Reason.DENIED:
        return about.denies(one.key) or ""
    if reason is Reason.ACTUAL_UNREADABLE and one.actual.state is not ActualState.UNREADABLE:
        return "the show's seasons could not be read"
    if reason is Reason.UNROUTABLE and one.want is not None:
        return one.want.obstacle
    if one.decision.action is Action.CREATE:
        return _in_place_of(one, about)
    refusal = about.recalled.refusals.get(one.key)
    if refusal is not None and reason is refusal.reason:
        return refusal.text
    return ""


def _in_place_of(one: Deliberation, about: Circumstances) -> str:
    """The title that a list's item was taken for before a person corrected it, as long as we act for that one."""
    title = Key(one.key.kind, one.key.tmdb)
    for old, new in about.corrected.items():
        record = about.recalled.records.get(Key(old.kind, old.tmdb, one.key.is_4k)) if new == title else None
        if record is not None and record.state in {RecordState.REQUESTED, RecordState.TRACKED, RecordState.SATISFIED}:
            return f"in the place of {old}, {record.title}" if record.title else f"in the place of {old}"
    return ""
