"""A list's filter: each rule holds of a title, excludes it, or finds its value not told. Pure.

A rule is asked of the row first, which costs nothing; then of the title that the row turned out to be; and only what is
open after both of the server's details, which have to be read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.config.filters import WhenUnknown
from schemas.media import Item, Kind
from schemas.server import Details

Answer = str | None
"""Of one rule: the empty text, it holds; words say what excludes the title; None, its value is not told."""
HOLDS = ""


def _not_told(_kind: Kind, _year: int | None) -> Answer:
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a filter, and whom it can be asked of."""

    name: str
    """As in the configuration: `rating.imdb`."""
    of_item: Callable[[Item], Answer]
    of_match: Callable[[Kind, int | None], Answer] = _not_told
    """Of the kind and year of the title that the row turned out to be."""
    of_details: Callable[[Details], Answer] | None = None
    """None: the server's details do not tell it."""


@dataclass(frozen=True, slots=True)
class Screening:
    """What is known of a title so far: it is refused, or some rules are open, or (neither) it passes."""

    refusal: str = ""
    """The rule and the value that exclude it, in words."""
    open: tuple[Rule, ...] = ()
    """The rules that the details may still answer."""


PASSES = Screening()


@dataclass(frozen=True, slots=True)
class ListFilter:
    """All rules of a list; every one must hold."""

    rules: tuple[Rule, ...] = ()
    when_unknown: WhenUnknown = WhenUnknown.PASS

    def of_rows(self, rows: Sequence[Item]) -> Screening:
        """What the row tells; of several rows of one title, the first that tells a rule's value counts for it."""
        if not self.rules:
            return PASSES
        open_: list[Rule] = []
        silent: list[Rule] = []
        for rule in self.rules:
            for row in rows:
                answer = rule.of_item(row)
                if answer is not None:
                    break
            else:
                (silent if rule.of_details is None else open_).append(rule)
                continue
            if answer:
                return Screening(answer)
        return Screening(self._unknown(silent), tuple(open_))

    def of_match(self, open_: Sequence[Rule], kind: Kind, year: int | None) -> Screening:
        """What the title that the row turned out to be tells of open rules."""
        left = []
        for rule in open_:
            found = rule.of_match(kind, year)
            if found:
                return Screening(found)
            if found is None:
                left.append(rule)
        return Screening(open=tuple(left))

    def of_details(self, open_: Sequence[Rule], details: Details) -> str:
        """The last word on open rules: what excludes the title; empty, it passes."""
        silent = []
        for rule in open_:
            found = rule.of_details(details) if rule.of_details is not None else None
            if found:
                return found
            if found is None:
                silent.append(rule)
        return self._unknown(silent)

    def _unknown(self, silent: Sequence[Rule]) -> str:
        if not silent or self.when_unknown is WhenUnknown.PASS:
            return ""
        return f"{silent[0].name}: not known (`when_unknown: hold`)"


NO_FILTER = ListFilter()
