"""Hypothesis strategies for everything that the ledger keeps: any value of the shapes' own types."""

import string
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from schemas.events import Event, EventType, Run
from schemas.fetch import ListState, Snapshot, Suspicion, Verdict
from schemas.media import Ids, Item, Key, Kind
from schemas.reasons import Reason
from schemas.record import (
    AllowSeen,
    Candidate,
    Intent,
    IntentAction,
    OnDeleted,
    OnFailed,
    OnNewSeasons,
    OnRelisted,
    OnRemoved,
    OurRequest,
    Presence,
    Record,
    RecordState,
    Refusal,
    Resolved,
    Terms,
)
from schemas.server import Details, NewRequest, RequestOptions, SeasonInfo

text = st.text(max_size=12)
word = st.text(string.ascii_letters + "áß中 '\"%_\\", min_size=1, max_size=8)
number = st.integers(-(2**31), 2**31)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=8))])
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001
scores = st.floats(0, 100)


def maybe(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


def several(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(values, max_size=3).map(tuple)


keys = st.builds(Key, st.sampled_from(Kind), st.integers(1, 9_999_999_999), st.booleans())
names = st.lists(word, max_size=3, unique=True).map(tuple)
terms = st.builds(
    Terms,
    on_removed=st.sampled_from(OnRemoved),
    on_deleted=st.sampled_from(OnDeleted),
    on_failed=st.sampled_from(OnFailed),
    on_new_seasons=st.sampled_from(OnNewSeasons),
    on_relisted=st.sampled_from(OnRelisted),
)
options = st.builds(
    RequestOptions,
    requester=maybe(number),
    server_id=maybe(number),
    profile_id=maybe(number),
    root_folder=maybe(text),
    tags=maybe(several(number)),
)
reasons = st.sampled_from(Reason)
records = st.builds(
    Record,
    key=keys,
    title=text,
    year=maybe(number),
    state=st.sampled_from(RecordState),
    reason=maybe(reasons),
    since=moments,
    serial=st.just(1),
    seasons=several(number),
    sponsors=names,
    lead=maybe(word),
    terms=terms,
    options=options,
    requests=several(st.builds(OurRequest, id=number, created_at=text)),
    retries=number,
    retried_at=maybe(moments),
)
intents = st.builds(
    Intent,
    id=st.none(),
    run=text,
    key=keys,
    action=st.sampled_from(IntentAction),
    request=maybe(st.builds(NewRequest, key=keys, seasons=several(number), options=options)),
    request_id=maybe(number),
    mark=number,
    sent_at=moments,
    title=text,
    year=maybe(number),
    sponsors=names,
    lead=maybe(word),
    terms=terms,
)
json_values = st.recursive(
    st.none() | st.booleans() | number | text | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
    max_leaves=4,
)
events = st.builds(
    Event,
    id=st.none(),
    at=moments,
    run=maybe(text),
    type=st.sampled_from(EventType),
    key=maybe(keys),
    list=maybe(word),
    reason=maybe(reasons),
    message=text,
    data=st.dictionaries(text, json_values, max_size=2),
)
runs = st.builds(
    Run,
    id=text,
    command=text,
    started=moments,
    finished=maybe(moments),
    exit_code=maybe(number),
    revision=text,
    config_digest=text,
    plan=maybe(text),
    counts=st.dictionaries(text, number, max_size=3),
    message=text,
)
refusals = st.builds(Refusal, key=keys, reason=reasons, text=text, at=moments, config_digest=text)
presences = st.builds(Presence, key=keys, absent_since=moments, back_at=maybe(moments))
allows = st.builds(AllowSeen, key=keys, digest=text, first_seen=moments)
candidates = st.builds(Candidate, key=keys, title=text, original_title=maybe(text), year=maybe(number), score=scores)
resolved = st.builds(
    Resolved,
    ref=text,
    evidence=text,
    key=maybe(keys),
    method=text,
    score=maybe(scores),
    title=maybe(text),
    year=maybe(number),
    reason=maybe(reasons),
    detail=text,
    candidates=several(candidates),
    at=moments,
)
details = st.builds(
    Details,
    kind=st.sampled_from(Kind),
    tmdb=st.integers(1, 9_999_999_999),
    title=text,
    original_title=maybe(text),
    year=maybe(number),
    imdb=maybe(text),
    tvdb=maybe(number),
    seasons=several(st.builds(SeasonInfo, number=number, episodes=number, air_date=maybe(text))),
    status=maybe(text),
    released=maybe(text),
    runtime=maybe(number),
    genres=several(text),
    rating=maybe(scores),
    votes=maybe(number),
    keywords=several(text),
    certifications=st.dictionaries(text, text, max_size=2),
)
items = st.builds(
    Item,
    ref=word,
    title=text,
    year=maybe(number),
    kind=maybe(st.sampled_from(Kind)),
    ids=st.builds(Ids, tmdb=maybe(st.integers(1, 9999)), imdb=maybe(st.integers(1, 9999)), tvdb=maybe(st.just(7))),
    position=st.integers(1, 5000),
    original_title=maybe(text),
    url=maybe(text),
    added=maybe(moments),
    released=maybe(st.dates()),
    runtime=maybe(number),
    ratings=st.dictionaries(word, scores, max_size=2),
    votes=st.dictionaries(word, number, max_size=2),
    genres=several(text),
    certification=maybe(text),
    excluded=maybe(text),
)
snapshots = st.builds(Snapshot, items=several(items), fetched_at=moments, digest=text, source=text)
list_states = st.builds(
    ListState,
    name=word,
    source=text,
    trusted=maybe(snapshots),
    previous=maybe(snapshots),
    extra=maybe(snapshots),
    suspicion=maybe(st.builds(Suspicion, kind=st.sampled_from(["empty", "shrunk"]), since=moments, digest=text)),
    shortfall=maybe(number),
    shortfall_reads=number,
    verdict=maybe(st.sampled_from(Verdict)),
    message=maybe(text),
    attempted_at=maybe(moments),
    failures=number,
    retry_at=maybe(moments),
)
