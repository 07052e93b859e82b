"""Items become keys: what the ledger knows is used, the rest is asked of the server, each question once ever."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from providers.servers import ServerError, ServerReader
from reconciler.core.match import Lookup, judge_id, judge_title, questions, resolve, title_question
from reconciler.progress import Step
from reconciler.session import Session
from schemas.media import Item, Key
from schemas.reasons import Reason
from schemas.record import Resolved
from schemas.server import SearchHit

NEGATIVE_KEPT = timedelta(hours=48)
"""An empty search is not proof of absence: a TMDB outage looks the same."""
MOST_PAGES = 5
AT_ONCE = 8
FEW = 20
"""Empty answers up to which each is asked for three times in all, else twice."""
GIVE_UP_AFTER = 5
"""Failed lookups in a row after which the others of this run are not tried: the server is not answering."""
CANARY = ("imdb", "tt0111161")
"""A title that TMDB is sure to know: when this lookup fails, emptiness means an outage."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """The answers that this run has, and the overrides that come before them."""

    answers: Mapping[str, Resolved]
    pins: Mapping[str, Key]
    now: datetime

    def __call__(self, item: Item) -> Resolved:
        """The item's key, or why there is none."""
        return resolve(item, self.pins.get(item.ref), self.answers, self.now)

    def without_pin(self, item: Item) -> Resolved:
        """What the item was, before an override said otherwise."""
        return resolve(item, None, self.answers, self.now)


def make_resolver(
    session: Session, items: Sequence[Item], earlier: Sequence[Item], pins: Mapping[str, Key]
) -> Resolver:
    """Look up what `items` need and nobody has looked up; `earlier` items rest on what is known."""
    now = session.tools.clock()
    asked = _distinct(lookup for item in items if item.ref not in pins for lookup in questions(item))
    others = (lookup for item in (*items, *earlier) for lookup in (*questions(item), *_second(item)))
    answers = session.ledger.resolutions({str(lookup) for lookup in (*asked, *others)})
    answers |= _ask_all(session, [lookup for lookup in asked if _due(answers.get(str(lookup)), now)])
    by_title = _distinct(
        lookup for item in items if item.ref not in pins and _by_ids_unknown(item, answers) for lookup in _second(item)
    )
    answers |= _ask_all(session, [lookup for lookup in by_title if _due(answers.get(str(lookup)), now)])
    return Resolver(answers, pins, now)


def _distinct(lookups: Iterable[Lookup]) -> list[Lookup]:
    return list({str(lookup): lookup for lookup in lookups}.values())


def _second(item: Item) -> tuple[Lookup, ...]:
    """The title, for an item whose ids the server may not know."""
    first = questions(item)
    return title_question(item) if first and first[0].scheme != "title" else ()


def _by_ids_unknown(item: Item, answers: Mapping[str, Resolved]) -> bool:
    told = [answers.get(str(lookup)) for lookup in questions(item)]
    return bool(told) and all(answer is not None and answer.reason is Reason.NOT_FOUND for answer in told)


def _due(known: Resolved | None, now: datetime) -> bool:
    """Never asked, or answered in the negative too long ago."""
    return known is None or (known.key is None and not timedelta(0) <= now - known.at < NEGATIVE_KEPT)


def _ask_all(session: Session, lookups: Sequence[Lookup]) -> dict[str, Resolved]:
    """Ask in parallel and keep the answers. An emptiness is kept only when the search is known to work: one that takes
    back an empty answer, or cannot find what everybody knows, proves nothing by the others."""
    if not lookups:
        return {}
    asking = _Asking(session.reader, session.tools.clock)
    with (
        session.tools.progress.stage("Looking up titles", len(lookups)) as step,
        ThreadPoolExecutor(AT_ONCE, thread_name_prefix="resolve") as pool,
    ):
        first = [answer for answer in pool.map(lambda lookup: asking(lookup, step), lookups) if answer]
        empty = {answer.ref for answer in first if answer.reason is Reason.NOT_FOUND}
        repeated = [lookup for lookup in lookups if str(lookup) in empty]
        last = [answer for answer in pool.map(lambda lookup: asking.again(lookup, len(empty)), repeated) if answer]
    told = [answer for answer in first if answer.ref not in empty] + last
    found = [answer for answer in told if answer.reason is not Reason.NOT_FOUND]
    absent = [answer for answer in told if answer.reason is Reason.NOT_FOUND]
    if absent and (asking.contradicted or not search_works(session.reader)):
        session.tools.log.warning("The server's search finds nothing and cannot be relied on now", titles=len(absent))
        absent = []
    session.ledger.save_resolutions((*found, *absent))
    if asking.failed:
        session.tools.log.warning("Lookups failed", count=asking.failed, last=asking.last_error)
    return {answer.ref: answer for answer in (*found, *absent)}


def search_works(reader: ServerReader) -> bool:
    """An id lookup fails loudly in a TMDB outage, while a title search then finds nothing (observed)."""
    try:
        reader.find("imdb", CANARY[1])
    except ServerError:
        return False
    return True


class _Asking:
    """Lookups by several threads; stops asking when nobody answers."""

    def __init__(self, reader: ServerReader, clock: Callable[[], datetime]) -> None:
        self._reader, self._clock = reader, clock
        self._in_a_row = 0
        self._given_up = Event()
        self.failed = 0
        self.last_error = ""
        self.contradicted = False
        """Whether a question that was answered with nothing was answered with something when it was asked again."""

    def __call__(self, lookup: Lookup, step: Step) -> Resolved | None:
        """The answer, or None when it could not be had just now."""
        answer = self._ask(lookup)
        if answer is not None:
            step.advance(note=lookup.value)
        return answer

    def again(self, lookup: Lookup, empties: int) -> Resolved | None:
        """Ask once more what was answered with nothing, after everything else was asked; twice more where there are
        too few of them for one to contradict itself."""
        answer = self._ask(lookup)
        if empties <= FEW and answer is not None and answer.reason is Reason.NOT_FOUND:
            answer = self._ask(lookup)
        if answer is not None and answer.reason is not Reason.NOT_FOUND:
            self.contradicted = True
        return answer

    def _ask(self, lookup: Lookup) -> Resolved | None:
        if self._given_up.is_set():
            self.failed += 1
            return None
        try:
            answer = self._by_title(lookup) if lookup.scheme == "title" else self._by_id(lookup)
        except ServerError as error:
            self.failed += 1
            self.last_error = str(error)
            self._in_a_row += 1
            if self._in_a_row >= GIVE_UP_AFTER:
                self._given_up.set()
            return None
        self._in_a_row = 0
        return answer

    def _by_id(self, lookup: Lookup) -> Resolved:
        return judge_id(lookup, self._find(lookup), self._clock())

    def _find(self, lookup: Lookup) -> tuple[SearchHit, ...]:
        match lookup.scheme:
            case "imdb" | "tvdb" | "tmdb":
                return self._reader.find(lookup.scheme, lookup.value)
            case _:
                raise AssertionError(lookup.scheme)

    def _by_title(self, lookup: Lookup) -> Resolved:
        """Pages are read until one title is accepted."""
        page = self._reader.search(lookup.value)
        hits: list[SearchHit] = list(page.hits)
        answer = judge_title(lookup, hits, self._clock())
        number = 1
        while answer.key is None and answer.reason is not Reason.AMBIGUOUS and number < min(page.pages, MOST_PAGES):
            number += 1
            hits += self._reader.search(lookup.value, number).hits
            answer = judge_title(lookup, hits, self._clock())
        return answer
