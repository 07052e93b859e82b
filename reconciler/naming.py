"""What people call a title becomes its key: a key, an address that they copied, an IMDb id, or a title that can only
mean one."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from providers.servers.errors import DetailsUnavailable
from reconciler.core.desire import contents
from reconciler.core.match import normalise, strip_year
from reconciler.errors import ListsyncError, UsageProblem
from reconciler.recalling import recall_lists
from reconciler.resolve import make_resolver, search_works
from reconciler.session import Session
from reconciler.words import joined, titled
from schemas.media import Ids, Item, Key, Kind, imdb_title_id
from schemas.reasons import Reason
from schemas.record import Candidate, Record, RecordState, Resolved

if TYPE_CHECKING:
    from reconciler.config.editing import Wish

_TMDB = re.compile(r"(?:https?://)?(?:www\.)?themoviedb\.org/(movie|tv)/([1-9][0-9]{0,9})(?![0-9])")
_IMDB = re.compile(r"(?:https?://)?(?:www\.|m\.)?imdb\.com/(?:[a-z-]+/)?title/(tt[0-9]+)", re.IGNORECASE)
_YEAR = re.compile(r"[\[(]((?:18|19|20)[0-9]{2})[\])]\s*\Z")


class NotSure(ListsyncError):
    """A name that means no title, or several; `candidates` are what it may mean, best first."""

    def __init__(self, message: str, *, remedy: str = "", candidates: Sequence[Candidate] = ()) -> None:
        super().__init__(message, remedy=remedy)
        self.candidates = tuple(candidates)


def key_in(text: str, server_url: str = "") -> Key | None:
    """The key that a text is, or that an address at TMDB or on the media server names; None for anything else. Asks
    nobody."""
    text = text.strip()
    try:
        return Key.parse(text)
    except ValueError:
        pass
    found = _TMDB.match(text)
    if found is None and server_url:
        found = re.match(re.escape(server_url) + r"/(movie|tv)/([1-9][0-9]{0,9})(?![0-9])", text)
    return Key(Kind(found[1]), int(found[2])) if found else None


def imdb_in(text: str) -> str | None:
    """The IMDb id that a text is, or that an address at IMDb names; None for anything else."""
    text = text.strip()
    found = _IMDB.match(text)
    if found is not None:
        return imdb_title_id(found[1])
    return imdb_title_id(text) if re.fullmatch(r"tt[0-9]{1,10}", text, re.IGNORECASE) else None


def find_title(session: Session, text: str) -> Resolved:
    """The title that an IMDb id or a title means, asked of the server where it is not known yet. Raises NotSure unless
    it can only be one."""
    imdb = imdb_in(text)
    year = None if imdb else _YEAR.search(text)
    name = "" if imdb else strip_year(text).strip()
    item = Item(
        ref=f"asked:{text}",
        title=name,
        year=int(year[1]) if year else None,
        ids=Ids(imdb=imdb),
        position=1,
    )
    answer = make_resolver(session, [item], [], {})(item)
    if answer.key is not None and (imdb or _is_called(answer, name, item.year)):
        return answer
    raise _not_sure(text, answer)


def _is_called(answer: Resolved, name: str, year: int | None) -> bool:
    """Whether the title found is named exactly so: what is merely similar is for a person to decide."""
    best = answer.candidates[0] if answer.candidates else None
    names = {normalise(answer.title or "")} | ({normalise(best.original_title or "")} if best else set())
    return normalise(name) in names and year in {None, answer.year}


def _not_sure(text: str, answer: Resolved) -> NotSure:
    if answer.reason is Reason.LOOKUP_FAILED:
        return NotSure(f"{text!r} could not be looked up: the server's search does not answer", remedy=_BY_KEY)
    if not answer.candidates:
        return NotSure(f"the server's search does not know {text!r}", remedy=_BY_KEY)
    shown = [f"{titled(one.title, one.year)} {one.key}" for one in answer.candidates]
    return NotSure(f"{text!r} may be {joined(shown, most=5)}", remedy=_BY_KEY, candidates=answer.candidates)


_BY_KEY = "name it by its key, like movie:tmdb:603, or by its address at themoviedb.org"


def title_of(session: Session, key: Key) -> str:
    """What the server calls a title. Raises UsageProblem when TMDB does not know it, ServerError when it is away."""
    try:
        details = session.reader.details(key.kind, key.tmdb)
    except DetailsUnavailable as error:
        if not search_works(session.reader):
            raise
        raise UsageProblem(
            f"TMDB knows no {'movie' if key.kind is Kind.MOVIE else 'show'} {key.tmdb}",
            remedy=f"check https://www.themoviedb.org/{key.kind.value}/{key.tmdb}",
        ) from error
    return titled(details.title, details.year)


def doubts_of(session: Session, wish: "Wish") -> tuple[str, ...]:
    """Why an entry of `overrides` will do nothing, as far as the ledger can tell. Asks nobody."""
    match wish.section:
        case "match":
            return tuple(_unlisted(session, wish.name))
        case "allow":
            return tuple(_unheld(session, Key.parse(wish.name)))
        case _:
            return ()


def _unlisted(session: Session, ref: str) -> Iterator[str]:
    held = {item.ref for state in recall_lists(session).values() for item in contents(state, state.source)}
    if held and ref not in held:
        near = get_close_matches(ref, held, n=1, cutoff=0.8)
        guess = f"; did you mean {near[0]}?" if near else ""
        yield f"no list held an item {ref} when it was last fetched{guess}"


def _unheld(session: Session, key: Key) -> Iterator[str]:
    if not list(_noes(session, key)):
        yield f"nothing was deleted or declined of {key} so far; an allow lifts only a no that came before it"


def used_up(session: Session, wish: "Wish") -> tuple[str, ...]:
    """Whether an `allow` that stands there for a while came before the last no, and so does nothing any more."""
    if wish.section != "allow":
        return ()
    key = Key.parse(wish.name)
    seen = session.ledger.allows().get(key)
    noes = list(_noes(session, key))
    if seen is None or not noes or any(record.since < seen.first_seen for record in noes):
        return ()
    return ("this allow was used up: it came before the last no. Another `--why` makes it a new one",)


def _noes(session: Session, key: Key) -> Iterator[Record]:
    """The records that a no holds, of a title or of one quality of it."""
    for is_4k in {True, key.is_4k}:
        record = session.ledger.record(Key(key.kind, key.tmdb, is_4k))
        if record is not None and record.state in {RecordState.SUPPRESSED, RecordState.NOT_KEPT}:
            yield record
