"""Differences that somebody or something else made between actual and recorded (design, section 2). Pure."""

from collections.abc import Collection, Iterator

from reconciler.core.deliberate import Deliberation
from schemas.media import Kind
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
    RecordState.RELEASED: "our pending request for it is withdrawn, and we stop acting for it",
}
_LIVE = frozenset({RecordState.REQUESTED, RecordState.TRACKED, RecordState.SATISFIED})


def drift_of(one: Deliberation) -> Iterator[Drift]:
    """What happened to a title that we know. A difference that is recorded is no drift any more."""
    if one.record is not None:
        yield from _of_record(one, one.record)


def _of_record(one: Deliberation, record: Record) -> Iterator[Drift]:
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
        yield from _edited(one, record, one.actual.request)


def _retried(one: Deliberation) -> str:
    return "it is retried" if one.decision.action is Action.RETRY else "nothing is done"


def _edited(one: Deliberation, record: Record, request: RequestRow) -> Iterator[Drift]:
    """What somebody changed of a request that we sent: only what we set ourselves can be told from an edit."""
    sent, changes = record.options, []
    if sent.profile_id is not None and request.profile_id not in {None, sent.profile_id}:
        changes.append(f"quality profile {sent.profile_id} became {request.profile_id}")
    if sent.root_folder is not None and request.root_folder not in {None, sent.root_folder}:
        changes.append(f"root folder {sent.root_folder} became {request.root_folder}")
    if record.key.kind is Kind.TV and (added := set(request.seasons) - set(record.seasons)):
        changes.append(f"seasons {_numbers(added)} were added")
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


def foreign_writers(observed: Observed, known: Collection[OurRequest], dedicated: Collection[int]) -> Iterator[Drift]:
    """Requests by a user that only listsync should use, which the ledger does not know."""
    for row in observed.requests:
        if row.requested_by in dedicated and OurRequest(id=row.id, created_at=row.created_at) not in known:
            yield Drift(
                kind=DriftKind.FOREIGN_WRITER,
                key=row.key,
                detail=f"request {row.id} of user {row.requested_by} was not sent by this ledger",
                reaction="it is treated as somebody else's",
                way_out="is a second listsync, or a person, using the same user?",
            )


def server_changed(before: str, now: str) -> Drift:
    """Another installation answers at the server's address."""
    return Drift(
        kind=DriftKind.SERVER_CHANGED,
        detail=f"fingerprint {before[:12]} became {now[:12]}",
        reaction="nothing is applied",
        way_out="`listsync accept server` if the server was reinstalled on purpose",
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


def _numbers(values: Collection[int]) -> str:
    return ", ".join(str(value) for value in sorted(values))
