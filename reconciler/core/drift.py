"""Differences that somebody or something else made between actual and recorded (design, section 2). Pure."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from reconciler.core.actual import Actual
from reconciler.core.deliberate import Circumstances, Deliberation, detail_of
from schemas.media import Key, Kind
from schemas.plan import Action, ActualState, Drift, DriftKind
from schemas.reasons import REASONS, Reason
from schemas.record import OurRequest, Record, RecordState
from schemas.server import Observed, RequestRow

_BY_REASON = {
    Reason.REQUEST_DELETED: DriftKind.REQUEST_DELETED,
    Reason.MEDIA_DELETED: DriftKind.MEDIA_DELETED,
    Reason.DECLINED: DriftKind.REQUEST_DECLINED,
    Reason.RELISTED: DriftKind.ITEM_RELISTED,
    Reason.MATCH_CORRECTED: DriftKind.MATCH_CORRECTED,
}
_AFTER = {
    RecordState.SUPPRESSED: "it is not requested again",
    RecordState.REQUESTED: "it is requested again",
}
_STAYS = {
    ActualState.PROCESSING: "it is being processed",
    ActualState.AVAILABLE: "it is in the library",
    ActualState.FAILED: "its request failed",
}
"""What of a wrong match may not be touched, once its request is not pending any more."""
_LIVE = frozenset({RecordState.REQUESTED, RecordState.TRACKED, RecordState.SATISFIED})


def drift_of(one: Deliberation, about: Circumstances) -> Iterator[Drift]:
    """What happened to a title that we know. A difference that is recorded is no drift any more."""
    if one.record is not None:
        for found in _of_record(one, about, one.record):
            yield _corrected(one, about, found) if found.kind is DriftKind.MATCH_CORRECTED else found


def _corrected(one: Deliberation, about: Circumstances, found: Drift) -> Drift:
    """Which title it is now, and what becomes of the wrong one: only our own pending request is taken back."""
    stays = _STAYS.get(one.actual.state, "part of it is in the library" if one.actual.present else "")
    theirs = one.actual.state in {ActualState.PENDING, ActualState.PROCESSING} and not one.actual.ours
    reaction, way_out = "we stop acting for it", found.way_out
    if one.decision.action is Action.CANCEL:
        reaction = f"our pending request for it is withdrawn, and {reaction}"
    elif theirs:
        reaction = f"somebody else's request for it stays, and {reaction}"
    elif stays:
        reaction = f"{stays}, so it is left alone, and {reaction}"
        way_out = "remove it on the server, if it is not wanted"
    detail = f"{found.detail}: {detail_of(one, about)}"
    return found.model_copy(update={"detail": detail, "reaction": reaction, "way_out": way_out})


def _of_record(one: Deliberation, about: Circumstances, record: Record) -> Iterator[Drift]:
    reason = one.decision.reason
    if one.actual.state is ActualState.FAILED and one.actual.ours and record.state is RecordState.REQUESTED:
        yield _drift(one, DriftKind.REQUEST_FAILED, Reason.FAILED, _retried(one))
    elif reason is Reason.RECREATED:
        gone = record.state is RecordState.SATISFIED or one.actual.state is ActualState.DELETED
        kind = DriftKind.MEDIA_DELETED if gone else DriftKind.REQUEST_DELETED
        yield _drift(one, kind, Reason.MEDIA_DELETED if gone else Reason.REQUEST_DELETED, "it is requested again")
    elif reason in _BY_REASON and one.decision.becomes is not record.state:
        yield _drift(one, _BY_REASON[reason], reason, _AFTER.get(one.decision.becomes, ""))
    elif reason is Reason.NOT_KEPT:
        yield _drift(one, DriftKind.NOT_KEPT, Reason.NOT_KEPT, "it is not requested again")
    if record.state in _LIVE and one.actual.ours and one.actual.request is not None:
        yield from _edited(one, about, record, one.actual.request)


def _retried(one: Deliberation) -> str:
    return "it is retried" if one.decision.action is Action.RETRY else "nothing is done"


def _edited(one: Deliberation, about: Circumstances, record: Record, request: RequestRow) -> Iterator[Drift]:
    """What somebody changed of a request that we sent: only what we set ourselves can be told from an edit."""
    sent, changes = record.options, []
    if sent.profile_id is not None and request.profile_id not in {None, sent.profile_id}:
        before = about.profile(record.key.kind, sent.server_id, sent.profile_id)
        now = about.profile(record.key.kind, request.server_id, request.profile_id or 0)
        changes.append(f"quality profile {before} became {now}")
    if sent.root_folder is not None and request.root_folder not in {None, sent.root_folder}:
        changes.append(f"root folder {sent.root_folder} became {request.root_folder}")
    if record.key.kind is Kind.TV:
        changes += _seasons_edited(record, request, one.actual)
    if changes:
        yield Drift(
            kind=DriftKind.EDITED,
            key=one.key,
            title=record.title,
            year=record.year,
            lists=record.sponsors,
            detail="; ".join(changes),
            reaction="the edit stands",
            way_out="edit the request on the server again",
        )


def _seasons_edited(record: Record, request: RequestRow, actual: Actual) -> Iterator[str]:
    """Taken away is what our only request asked for, is not there, and never was: a record also holds seasons that were
    seen in the library."""
    if added := set(request.seasons) - set(record.seasons):
        yield f"{seasons_text(added)} added"
    accounted = {*request.seasons, *actual.present, *actual.available, *actual.in_flight, *actual.deleted}
    if len(record.requests) == 1 and (taken := set(record.seasons) - accounted):
        yield f"{seasons_text(taken)} taken away"


def foreign_writers(
    observed: Observed, known: Collection[OurRequest], dedicated: Collection[int], about: Circumstances
) -> Iterator[Drift]:
    """Requests by a user that only listsync should use, which the ledger does not know. Of a title with an open intent
    it does not know yet whether the request is ours."""
    for row in observed.requests:
        if row.requested_by not in dedicated or row.key in about.recalled.unsettled:
            continue
        if OurRequest(id=row.id, created_at=row.created_at) not in known:
            want, record = about.wants.get(row.key), about.recalled.records.get(row.key)
            yield Drift(
                kind=DriftKind.FOREIGN_WRITER,
                key=row.key,
                title=want.title if want else record.title if record else "",
                year=want.year if want else record.year if record else None,
                lists=want.sponsors if want else record.sponsors if record else (),
                detail=f"request {row.id} of user {row.requested_by} was not sent by this ledger",
                reaction="it is treated as somebody else's",
                way_out="find out whether a second listsync, or a person, uses the same user; each needs its own",
            )


WAY_TO_ANOTHER_SERVER = (
    "if it was reinstalled on purpose: `listsync accept server --anew` asks it again for what it does not have, "
    "`listsync accept server` leaves that gone; else check `server.url`"
)


def server_changed(before: str, now: str) -> Drift:
    """Another installation answers at the server's address."""
    return Drift(
        kind=DriftKind.SERVER_CHANGED,
        detail=f"fingerprint {before[:12]} became {now[:12]}",
        reaction="nothing is applied",
        way_out=WAY_TO_ANOTHER_SERVER,
    )


def _drift(one: Deliberation, kind: DriftKind, reason: Reason, reaction: str) -> Drift:
    record = one.record
    assert record is not None
    return Drift(
        kind=kind,
        key=one.key,
        title=record.title,
        year=record.year,
        lists=one.want.sponsors if one.want else record.sponsors,
        detail=REASONS[reason].summary,
        reaction=reaction,
        way_out=REASONS[reason].way_out.replace("KEY", str(one.key)),
    )


def seasons_text(values: Collection[int]) -> str:
    """`season 2 was`, `seasons 2, 3 were`."""
    numbers = ", ".join(str(value) for value in sorted(values))
    return f"season {numbers} was" if len(values) == 1 else f"seasons {numbers} were"


@dataclass(frozen=True, slots=True)
class Ignore:
    """A rule of `drift.ignore`; what is None fits anything."""

    why: str
    kind: DriftKind | None = None
    lists: str | None = None
    """A list's name, in which `*` stands for anything."""
    key: Key | None = None
    """A title in both its qualities, or its 4K alone."""

    def fits(self, one: Drift) -> bool:
        """Whether everything that the rule names is so."""
        return self._fits_kind(one) and self._fits_lists(one) and self._fits_key(one)

    def _fits_kind(self, one: Drift) -> bool:
        return self.kind is None or one.kind is self.kind

    def _fits_lists(self, one: Drift) -> bool:
        if self.lists is None:
            return True
        pattern = ".*".join(re.escape(part) for part in self.lists.split("*"))
        return any(re.fullmatch(pattern, name, re.DOTALL) for name in one.lists)

    def _fits_key(self, one: Drift) -> bool:
        if self.key is None:
            return True
        return one.key == self.key or (one.key is not None and Key(one.key.kind, one.key.tmdb) == self.key)


def sift(drift: Iterable[Drift], rules: Collection[Ignore]) -> tuple[tuple[Drift, ...], tuple[Drift, ...]]:
    """What is to be told, and what the rules pass over, each with the reason of the first rule that fits."""
    told: list[Drift] = []
    ignored: list[Drift] = []
    for one in drift:
        rule = next((rule for rule in rules if rule.fits(one)), None)
        if rule is None:
            told.append(one)
        else:
            ignored.append(one.model_copy(update={"why": rule.why}))
    return tuple(told), tuple(ignored)
