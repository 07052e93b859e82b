"""A filter's rules that choose among words: genres, languages, countries, keywords, certification, status. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from reconciler.core import filter_words as words
from reconciler.core.filters import HOLDS, Answer, Rule
from schemas.config.filters import Certifications, Languages, ShowStatus, Statuses, Words
from schemas.media import Item, Kind

SHOWN = 8
"""Words that a refusal names."""
Spell = Callable[[str], frozenset[str]]
"""A word in the one spelling of its kind; two, where it stands for two."""


class Wanted(Protocol):
    """`any`, `all` and `none` of the configuration."""

    @property
    def any(self) -> tuple[str, ...]:
        """At least one of them."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every one of them."""

    @property
    def none(self) -> tuple[str, ...]:
        """Not one of them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which words a title must and must not carry; every word with its spelling."""

    name: str
    spell: Spell
    any: tuple[tuple[str, frozenset[str]], ...]
    all: tuple[tuple[str, frozenset[str]], ...]
    none: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def of(cls, name: str, wanted: Wanted, spell: Spell) -> "Choice":
        """The configuration's words, spelled once."""
        any_, all_, none = (
            tuple((word, spell(word)) for word in some) for some in (wanted.any, wanted.all, wanted.none)
        )
        return cls(name, spell, any_, all_, none)

    def __call__(self, carried: Sequence[str]) -> str:
        """What excludes a title that carries these words."""
        having = self.spelled(carried)
        return self.forbidden(having) or self.missing(having, carried)

    def spelled(self, carried: Iterable[str]) -> frozenset[str]:
        """The words in their one spelling."""
        return frozenset[str]().union(*map(self.spell, carried))

    def forbidden(self, having: frozenset[str]) -> str:
        """The word among them that excludes the title."""
        return next((f"{self.name}: {word} is excluded" for word, parts in self.none if parts & having), HOLDS)

    def missing(self, having: frozenset[str], carried: Sequence[str]) -> str:
        """The word that the title would have to carry."""
        for word, parts in self.all:
            if not parts & having:
                return f"{self.name}: lacks {word} ({_has(carried)})"
        if self.any and not any(parts & having for _, parts in self.any):
            return f"{self.name}: none of {_listed([word for word, _ in self.any])} ({_has(carried)})"
        return HOLDS


def _has(carried: Sequence[str]) -> str:
    return f"it has {_listed(carried)}" if carried else "it has none"


def _listed(some: Sequence[str]) -> str:
    return ", ".join(some[:SHOWN]) + (", …" if len(some) > SHOWN else "")


def genres(wanted: Words) -> Rule:
    """Genres, as TMDB and IMDb name them. No genre at all means that nobody tells."""
    choice = Choice.of("genres", wanted, words.genre)
    return Rule(
        "genres",
        lambda item: choice(item.genres) if item.genres else None,
        of_details=lambda details: choice(details.genres) if details.genres else None,
    )


def countries(wanted: Wanted) -> Rule:
    """Where it was made."""
    choice = Choice.of("countries", wanted, words.country)
    return Rule(
        "countries",
        lambda item: choice(item.countries) if item.countries else None,
        of_details=lambda details: choice(details.countries) if details.countries else None,
    )


def languages(wanted: Languages) -> Rule:
    """The original language: the first that a service names; the others (IMDb's spoken ones) count for `all` alone."""
    choice = Choice.of("languages", wanted, words.language)

    def judge(carried: Sequence[str]) -> Answer:
        if not carried:
            return None
        original = choice.spelled(carried[:1])
        if not choice.all:
            return choice.forbidden(original) or choice.missing(original, carried[:1])
        return choice.forbidden(original) or choice.missing(choice.spelled(carried), carried)

    return Rule("languages", lambda item: judge(item.languages), of_details=lambda details: judge(details.languages))


def keywords(wanted: Words) -> Rule:
    """TMDB's keywords. What a list service calls so are fewer, and its own: they tell what a title carries, never what
    it does not. A title without any is known to carry none, once the server says so."""
    choice = Choice.of("keywords", wanted, words.word)

    def of_item(item: Item) -> Answer:
        having = choice.spelled(item.keywords)
        if refusal := choice.forbidden(having):
            return refusal
        settled = item.keywords and not choice.none and not choice.missing(having, item.keywords)
        return HOLDS if settled else None

    return Rule(
        "keywords",
        of_item,
        of_details=lambda details: None if details.keywords is None else choice(details.keywords),
    )


def certification(wanted: Certifications) -> Rule:
    """The age rating. A list service does not say whose it is, so that only the server tells a certain country's."""
    nations = any(words.national(word)[0] for word in (*wanted.any, *wanted.none))

    def judge(told: Mapping[str, str]) -> Answer:
        if not any(told.values()):
            return None
        for word in wanted.none:
            if words.certified(word, told):
                return f"certification: {word} is excluded"
        if wanted.any and not any(words.certified(word, told) for word in wanted.any):
            return f"certification: none of {_listed(wanted.any)} ({_rated(told)})"
        return HOLDS

    return Rule(
        "certification",
        lambda item: None if nations or not item.certification else judge({"": item.certification}),
        of_details=lambda details: judge(details.certifications),
    )


def _rated(told: Mapping[str, str]) -> str:
    """America's rating first: it is the one that most people write."""
    order = sorted(told, key=lambda country: (country != "US", country))
    return f"it has {_listed([f'{country} {told[country]}'.strip() for country in order if told[country]])}"


def status(wanted: Statuses) -> Rule:
    """Where a title stands. That a show is `released`, as IMDb says of all, tells nothing."""

    def judge(kind: Kind | None, text: str | None) -> Answer:
        stands = words.status(text)
        if stands is None or (stands is ShowStatus.RELEASED and kind is not Kind.MOVIE):
            return None
        if stands in wanted.none:
            return f"status: {stands.value} is excluded"
        if wanted.any and stands not in wanted.any:
            return f"status: none of {_listed([one.value for one in wanted.any])} (it is {stands.value})"
        return HOLDS

    return Rule(
        "status",
        lambda item: judge(item.kind, item.status),
        of_details=lambda details: judge(details.kind, details.status),
    )
