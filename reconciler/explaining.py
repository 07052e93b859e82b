"""Why a title is, or is not, requested: answered from the kept snapshots, the ledger and one look at the server."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from providers.servers import ServerError
from reconciler.core.deliberate import Deliberation, deliberate, deliberate_one, planned
from reconciler.core.guard import last_words, way_out
from reconciler.core.match import strip_year
from reconciler.core.verdicts import rail_verdict
from reconciler.errors import UsageProblem
from reconciler.naming import NotSure, find_title, title_of
from reconciler.obstacles import Case, Railed, in_doubt, is_doubted, obstacles_of, on_the_rails
from reconciler.pipeline import Considered, consider
from reconciler.questions import Question, near, question
from reconciler.rules import user_name
from reconciler.session import Session
from reconciler.sponsoring import Rows, details_of, left_out_of, name_rows, sponsors_of, unknown_rows
from reconciler.words import joined, titled
from schemas.explain import ExplainedKey, Explanation, Named
from schemas.media import Key, Kind
from schemas.plan import Excluded, Unresolved
from schemas.reasons import REASONS
from schemas.server import RequestStatus

EVENTS_SHOWN = 20
KEYS_SHOWN = 20
_QUIET = "no list wants it, and nothing of ours is open for it"


def explain(session: Session, query: str) -> Explanation:
    """Everything about the titles that a title, key, IMDb id or list item means, present or past. Fetches no list.
    Raises UsageProblem, with what may have been meant, where nothing is found."""
    seen = consider(session, scope=())
    asked = question(query, session.config.server.url)
    found = _Finding(session, seen, asked).found()
    shown, more = found.keys[:KEYS_SHOWN], found.keys[KEYS_SHOWN:]
    railed = on_the_rails(session, seen, [one.key for one in shown])
    rows = list(unknown_rows(session, seen, found.rows))
    names = _Names(session, found.rows)
    return Explanation(
        query=query,
        keys=tuple(_explained(session, seen, one, found.rows, railed, names) for one in shown),
        unresolved=tuple(row for row, _ in rows if isinstance(row, Unresolved)),
        excluded=tuple(row for row, _ in rows if isinstance(row, Excluded)),
        left_out=tuple(left for _, left in rows),
        also=tuple(names.named(one) for one in (*more, *found.others)),
        note="; ".join(_notes(session, seen)),
    )


def _notes(session: Session, seen: Considered) -> Iterator[str]:
    """What is to be said of the whole: nothing of it is about one title."""
    kept = session.ledger.server_fingerprint()
    if kept is not None and kept != session.server.fingerprint:
        yield "another server answers than the ledger knows; `listsync accept server` if it was reinstalled on purpose"
    for name, one in seen.fetched.items():
        if is_doubted(one.state):
            said = last_words(one.state, seen.rules[name].source)
            way = way_out(one.state.verdict, name) or f"`listsync lists {name}` reads it again"
            yield f"{name} may hold more than is told here ({said}); {way}"


@dataclass(frozen=True, slots=True)
class _Found:
    """What a question is about."""

    keys: tuple[Deliberation, ...]
    others: tuple[Deliberation, ...]
    """Titles that hold the words too, where others are called exactly so."""
    rows: Rows


@dataclass(frozen=True, slots=True)
class _Finding:
    """One question on its way to its titles."""

    session: Session
    seen: Considered
    asked: Question

    def found(self) -> _Found:
        """The titles meant: of the lists and the ledger, or else of the server's search. Raises UsageProblem."""
        meant = self._meant()
        rows = name_rows(self.session, self.seen, self.asked.fits_item, meant)
        keys = self._keys(rows, {meant} if meant else set())
        nothing = not keys and not any(rows.present.values())
        if nothing:
            meant = self._looked_up()
            rows = name_rows(self.session, self.seen, self.asked.fits_item, meant)
            keys = self._keys(rows, {meant})
        called = {one.key.title for one in keys if self._is_called(one, rows)}
        exact = tuple(one for one in keys if one.key.title in called)
        others = tuple(one for one in keys if one.key.title not in called) if exact else ()
        return _Found(exact or tuple(keys), others, rows)

    def _meant(self) -> Key | None:
        """The title that a key names, or an IMDb id whose title is known."""
        if self.asked.key is not None:
            return Key(self.asked.key.kind, self.asked.key.tmdb)
        if self.asked.imdb is None:
            return None
        known = self.session.ledger.resolutions(f"imdb:{kind}:{self.asked.imdb}" for kind in (*Kind, "any"))
        return next((one.key for one in known.values() if one.key is not None), None)

    def _keys(self, rows: Rows, meant: Collection[Key]) -> list[Deliberation]:
        """Of the lists and the ledger; a title that neither knows is judged all the same."""
        titles = {*meant, *rows.titles()}
        made = [
            one
            for one in deliberate(self.seen.about)
            if self.asked.fits_key(one.key)
            or (self.asked.key is None and Key(one.key.kind, one.key.tmdb) in titles)
            or self.asked.fits_title(*_name(one))
        ]
        if self.asked.key is not None:
            titles = {self.asked.key}
        elif any(rows.present.values()):
            titles = set(rows.titles())
        known = {one.key.title for one in made}
        others = {key for key in titles if key.title not in known} | self._denied(
            {*known, *(key.title for key in titles)}
        )
        return made + [deliberate_one(self.seen.about, key) for key in sorted(others - {one.key for one in made})]

    def _denied(self, titles: Collection[tuple[Kind, int]]) -> set[Key]:
        """Single qualities of these titles that an override denies."""
        denied = (key for key in self.session.config.overrides.deny if key.is_4k and key.title in titles)
        return {key for key in denied if self.asked.key is None or self.asked.fits_key(key)}

    def _is_called(self, one: Deliberation, rows: Rows) -> bool:
        """Whether the words are its whole title, by any name that it goes by."""
        if self.asked.is_title(_name(one)[0]):
            return True
        title = Key(one.key.kind, one.key.tmdb)
        held = (item for some in (*rows.present.values(), *rows.past.values()) for item in some)
        return any(self.asked.is_title(item.title) and rows.resolver(item).key == title for item in held)

    def _looked_up(self) -> Key:
        """The title that the server's search is sure of."""
        if self.asked.is_item:
            raise self._unknown(())
        try:
            answer = find_title(self.session, self.asked.text)
        except NotSure as error:
            raise self._unknown([f"{titled(one.title, one.year)} {one.key}" for one in error.candidates]) from error
        assert answer.key is not None
        return answer.key

    def _unknown(self, candidates: Iterable[str]) -> UsageProblem:
        """Nothing of the kind; what may have been meant is named."""
        items = [item for one in self.seen.fetched.values() if one.state.trusted for item in one.state.trusted.items]
        about = self.seen.about
        titles = [titled(*_name_of(want)) for want in about.wants.values()]
        titles += [titled(*_name_of(record)) for record in about.recalled.records.values()]
        titles += [titled(item.title, item.year) for item in items]
        guesses = [*near(self.asked, titles, (item.ref for item in items)), *candidates]
        doubt = in_doubt(self.seen)
        hint = f"did you mean {joined(guesses, most=5)}?" if guesses else "name it by its key, like movie:tmdb:603"
        return UsageProblem(
            f"no list holds anything like {self.asked.text!r}, and the ledger never knew it",
            remedy=f"{hint}{f' ({doubt})' if doubt else ''}",
        )


def _name_of(one: object) -> tuple[str, int | None]:
    return getattr(one, "title", ""), getattr(one, "year", None)


def _name(one: Deliberation) -> tuple[str, int | None]:
    return _name_of(one.want or one.record)


class _Names:
    """What titles are called that neither a list nor the ledger names."""

    def __init__(self, session: Session, rows: Rows) -> None:
        self._session, self._rows = session, rows

    def named(self, one: Deliberation) -> Named:
        """The title with its name."""
        title, year = self(one)
        return Named(key=one.key, title=title, year=year)

    def __call__(self, one: Deliberation) -> tuple[str, int | None]:
        """Title and year: the list's or the ledger's, else those of a row, else the server's."""
        known = _name(one)
        return known if known[0] else next(self._elsewhere(one.key), None) or self._at_the_server(one)

    def _elsewhere(self, key: Key) -> Iterator[tuple[str, int | None]]:
        title = Key(key.kind, key.tmdb)
        for rows in (*self._rows.present.values(), *self._rows.past.values()):
            for item in rows:
                answer = self._rows.resolver(item)
                if answer.key == title and (answer.title or item.title):
                    yield answer.title or item.title, answer.year or item.year
        details = details_of(self._session, key)
        if details is not None:
            yield details.title, details.year

    def _at_the_server(self, one: Deliberation) -> tuple[str, int | None]:
        """Raises UsageProblem for a key that nobody knows, TMDB included: it was mistyped."""
        try:
            called = question(title_of(self._session, one.key))
        except ServerError:
            return "", None
        except UsageProblem:
            if one.want is None and one.record is None:
                raise
            return "", None
        return strip_year(called.text), called.year


def _explained(
    session: Session, seen: Considered, one: Deliberation, rows: Rows, railed: Railed, names: _Names
) -> ExplainedKey:
    title, year = names(one)
    line = railed.lines.get(one.key) or planned(one, seen.about)
    sponsors = tuple(sponsors_of(session, seen, one.key))
    left_out = tuple(left_out_of(session, seen, one.key, rows))
    obstacles = tuple(obstacles_of(case := Case(session, seen, one, line, sponsors, left_out), railed))
    first = obstacles[0] if obstacles else None
    reason = line.reason or (first.reason if first else None)
    record, request = one.record, one.actual.request
    return ExplainedKey(
        key=one.key,
        title=title,
        year=year,
        wanted=one.want is not None,
        sponsors=sponsors,
        left_out=left_out,
        formerly=record.sponsors if record and one.want is None else (),
        lead=line.lead,
        action=line.action,
        proposed=line.proposed,
        turn=line.turn,
        reason=reason,
        detail=first.detail if first and first.reason is reason else line.detail,
        sentence=REASONS[line.reason].summary if line.reason else first.sentence if first else _QUIET,
        way_out=first.way_out if first else case.way_out(reason),
        obstacles=obstacles,
        rails=tuple(rail_verdict(check) for check in railed.checks.get(one.key, ())),
        drift=railed.drift[one.key],
        approval=line.approval or "",
        actual=one.situation.actual,
        request_id=request.id if request else None,
        request_status=_status(request.status) if request else "",
        requested_at=request.created_at if request else "",
        ours=one.actual.ours,
        requester=user_name(session, request.requested_by) if request and request.requested_by is not None else None,
        record=record.state if record else one.situation.record,
        since=record.since if record else None,
        recorded_reason=record.reason if record else None,
        seasons_wanted=tuple(sorted(one.wanted_seasons)),
        seasons_there=tuple(sorted(one.actual.available)),
        seasons_remembered=record.seasons if record else (),
        events=session.ledger.events(key=one.key, limit=EVENTS_SHOWN),
    )


def _status(status: int) -> str:
    return RequestStatus(status).name.lower() if status in set(RequestStatus) else str(status)
