"""Which titles a question means: those of the lists and the ledger, past ones too, or else of the server's search."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from providers.servers import ServerError
from reconciler.core.deliberate import Deliberation, deliberate, deliberate_one
from reconciler.core.desire import Want
from reconciler.core.match import strip_year
from reconciler.errors import UsageProblem
from reconciler.naming import NotSure, find_title, title_of
from reconciler.obstacles import in_doubt
from reconciler.pipeline import Considered
from reconciler.questions import Question, near, question
from reconciler.session import Session
from reconciler.sponsoring import Rows, details_of, name_rows
from reconciler.words import joined, titled
from schemas.explain import Named
from schemas.media import Item, Key, Kind
from schemas.record import Record


@dataclass(frozen=True, slots=True)
class Found:
    """What a question is about."""

    keys: tuple[Deliberation, ...]
    others: tuple[Deliberation, ...]
    """Titles that hold the words too, where others are called exactly so."""
    rows: Rows


def find(session: Session, seen: Considered, asked: Question) -> Found:
    """Raises UsageProblem, with what may have been meant, where nothing is found."""
    return _Finding(session, seen, asked).found()


@dataclass(frozen=True, slots=True)
class _Finding:
    """One question on its way to its titles."""

    session: Session
    seen: Considered
    asked: Question

    def found(self) -> Found:
        """The titles meant: of the lists and the ledger, or else of the server's search. Raises UsageProblem."""
        rows, keys = self._about(self._meant())
        if not keys and not any(rows.present.values()):
            rows, keys = self._about(self._looked_up())
        called = {one.key.title for one in keys if self._is_called(one, rows)}
        exact = tuple(one for one in keys if one.key.title in called)
        others = tuple(one for one in keys if one.key.title not in called) if exact else ()
        return Found(exact or tuple(keys), others, rows)

    def _about(self, meant: Key | None) -> tuple[Rows, list[Deliberation]]:
        rows = name_rows(self.session, self.seen, self.asked.fits_item, meant)
        return rows, self._keys(rows, meant)

    def _meant(self) -> Key | None:
        """The title that a key names, or an IMDb id whose title is known."""
        if self.asked.key is not None:
            return Key(self.asked.key.kind, self.asked.key.tmdb)
        if self.asked.imdb is None:
            return None
        known = self.session.ledger.resolutions(f"imdb:{kind}:{self.asked.imdb}" for kind in (*Kind, "any"))
        return next((one.key for one in known.values() if one.key is not None), None)

    def _keys(self, rows: Rows, meant: Key | None) -> list[Deliberation]:
        """Of the lists and the ledger; a title that neither knows is judged all the same."""
        named = set(rows.titles())
        titles = named | ({meant} if meant is not None else set())
        made = [one for one in deliberate(self.seen.about) if self._is_about(one, titles)]
        if self.asked.key is not None:
            titles = {self.asked.key}
        elif any(rows.present.values()):
            titles = named
        known = {one.key.title for one in made}
        others = {key for key in titles if key.title not in known}
        others |= self._denied(known | {key.title for key in titles}) - {one.key for one in made}
        return made + [deliberate_one(self.seen.about, key) for key in sorted(others)]

    def _is_about(self, one: Deliberation, titles: Collection[Key]) -> bool:
        if self.asked.key is not None:
            return self.asked.fits_key(one.key)
        return Key(one.key.kind, one.key.tmdb) in titles or self.asked.fits_title(*_name(one))

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
        named: tuple[Want | Record | Item, ...] = (*about.wants.values(), *about.recalled.records.values(), *items)
        titles = (titled(one.title, one.year) for one in named)
        guesses = [*near(self.asked, titles, (item.ref for item in items)), *candidates]
        doubt = in_doubt(self.seen)
        hint = f"did you mean {joined(guesses, most=5)}?" if guesses else "name it by its key, like movie:tmdb:603"
        return UsageProblem(
            f"no list holds anything like {self.asked.text!r}, and the ledger never knew it",
            remedy=f"{hint}{f' ({doubt})' if doubt else ''}",
        )


def _name(one: Deliberation) -> tuple[str, int | None]:
    known = one.want or one.record
    return (known.title, known.year) if known is not None else ("", None)


class Names:
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
