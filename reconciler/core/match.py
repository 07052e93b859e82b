"""From an item to a title: what to look up, and what the answers mean (design, section 5). Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rapidfuzz.distance import Levenshtein

from schemas.media import Item, Key, Kind
from schemas.reasons import Reason
from schemas.record import Candidate, Resolved

EXACT_YEAR, NEAR_YEAR, NO_YEAR = 2.0, 1.5, 1.0
MIN_SIMILARITY_EXACT_YEAR = 0.5
MIN_SIMILARITY = 0.85
CLEAR_GAP = 0.3
"""Of the score, between the best and the runner-up, unless the best alone bears exactly the wanted title."""
KEPT_CANDIDATES = 5


class Hit(Protocol):
    """What a search returns of a title."""

    @property
    def kind(self) -> Kind:
        """Movie or show."""

    @property
    def tmdb(self) -> int:
        """TMDB's id."""

    @property
    def title(self) -> str:
        """As the server names it in its language."""

    @property
    def original_title(self) -> str | None:
        """In the language it was made in."""

    @property
    def year(self) -> int | None:
        """Of the first release."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One question to the server's search; its text form is what the answer is kept under, so that each id and each
    title is looked up once ever, whichever lists name it."""

    scheme: str
    """`imdb`, `tvdb`, `tmdb` or `title`."""
    value: str
    kind: Kind | None = None
    year: int | None = None

    def __str__(self) -> str:
        if self.scheme == "title":
            return f"title:{self.kind or 'any'}:{self.year or 'any'}:{self.value.casefold()}"
        return f"{self.scheme}:{self.kind or 'any'}:{self.value}"


_TRAILING_YEAR = re.compile(r"\s*[\[(](?:18|19|20)\d\d[\])]\s*\Z")
_ARTICLES = re.compile(r"\b(?:the|a|an)\b")
_NOT_WORD = re.compile(r"[\W_]+")


def normalise(title: str) -> str:
    """Case, accents, punctuation and articles do not tell titles apart; letters of any script and digits do."""
    text = unicodedata.normalize("NFKD", title.casefold().replace("&", " and "))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = text.replace("'", "").replace("\u2019", "")
    words = _NOT_WORD.sub(" ", text).strip()
    return " ".join(_ARTICLES.sub(" ", words).split()) or words or title.strip().casefold()


def strip_year(title: str) -> str:
    """The title without a year in brackets at its end."""
    return _TRAILING_YEAR.sub("", title) or title


def similarity(wanted: str, hit: Hit) -> float:
    """0 to 1: normalised Levenshtein similarity to the title or the original title, whichever is nearer."""
    mine = normalise(strip_year(wanted))
    names = {normalise(hit.title), normalise(hit.original_title or hit.title)}
    return max(Levenshtein.normalized_similarity(mine, name) for name in names)


def year_weight(wanted: int | None, found: int | None) -> float:
    """0 when the years are two or more apart: never accepted."""
    if wanted is None or found is None:
        return NO_YEAR
    return {0: EXACT_YEAR, 1: NEAR_YEAR}.get(abs(wanted - found), 0.0)


def questions(item: Item) -> tuple[Lookup, ...]:
    """What has to be known to resolve the item without an override: nothing, where the provider gave the TMDB id with
    the kind; else every id that came with it (so that ids which contradict each other are noticed); else its title."""
    ids = item.ids
    if ids.tmdb and item.kind:
        return ()
    asked = []
    if ids.imdb:
        asked.append(Lookup("imdb", ids.imdb, item.kind))
    if ids.tvdb and item.kind is not Kind.MOVIE:
        asked.append(Lookup("tvdb", str(ids.tvdb), item.kind))
    if ids.tmdb and not asked:
        asked.append(Lookup("tmdb", str(ids.tmdb), item.kind))
    return tuple(asked) or title_question(item)


def title_question(item: Item) -> tuple[Lookup, ...]:
    """The last resort: the title, its year stripped from the query and used to judge the hits."""
    title = strip_year(item.title).strip()
    if not normalise(title):
        return ()
    return (Lookup("title", title, item.kind, item.year),)


def judge_id(lookup: Lookup, hits: Sequence[Hit], now: datetime) -> Resolved:
    """The answer to an id: one title of the right kind, or none. A TMDB id without a kind may be a movie and a show."""
    right = [hit for hit in hits if lookup.kind in {None, hit.kind}]
    name = str(lookup)
    candidates = tuple(_candidate(hit, 1.0) for hit in right[:KEPT_CANDIDATES])
    if len(right) == 1:
        hit = right[0]
        return Resolved(
            ref=name,
            evidence=name,
            key=Key(hit.kind, hit.tmdb),
            method=lookup.scheme,
            title=hit.title,
            year=hit.year,
            at=now,
        )
    reason = Reason.AMBIGUOUS if right else Reason.WRONG_KIND if hits else Reason.NOT_FOUND
    return Resolved(ref=name, evidence=name, method=lookup.scheme, reason=reason, candidates=candidates, at=now)


def judge_title(lookup: Lookup, hits: Sequence[Hit], now: datetime) -> Resolved:
    """The answer to a title: accepted when similar enough for its year *and* clearly ahead of the runner-up."""
    ranked = sorted(_scored(lookup, hits), key=lambda found: -found.score)
    shown = tuple(_candidate(found.hit, found.score) for found in ranked[:KEPT_CANDIDATES])
    name = str(lookup)
    best = next((found for found in ranked if found.acceptable), None)
    if best is None:
        reason = Reason.BELOW_THRESHOLD if ranked else Reason.NOT_FOUND
        return Resolved(ref=name, evidence=name, method="title", reason=reason, candidates=shown, at=now)
    if not _clear(best, ranked, lookup.kind):
        return Resolved(ref=name, evidence=name, method="title", reason=Reason.AMBIGUOUS, candidates=shown, at=now)
    return Resolved(
        ref=name,
        evidence=name,
        key=Key(best.hit.kind, best.hit.tmdb),
        method="title",
        score=best.score,
        title=best.hit.title,
        year=best.hit.year,
        candidates=shown,
        at=now,
    )


@dataclass(frozen=True, slots=True)
class _Found:
    hit: Hit
    likeness: float
    weight: float

    @property
    def score(self) -> float:
        return round(self.likeness * self.weight, 4)

    @property
    def acceptable(self) -> bool:
        floor = MIN_SIMILARITY_EXACT_YEAR if self.weight == EXACT_YEAR else MIN_SIMILARITY
        return self.weight > 0 and self.likeness >= floor


def _scored(lookup: Lookup, hits: Sequence[Hit]) -> list[_Found]:
    seen: set[tuple[Kind, int]] = set()
    found = []
    for hit in hits:
        if lookup.kind in {None, hit.kind} and (hit.kind, hit.tmdb) not in seen:
            seen.add((hit.kind, hit.tmdb))
            found.append(_Found(hit, similarity(lookup.value, hit), year_weight(lookup.year, hit.year)))
    return found


def _clear(best: _Found, ranked: Sequence[_Found], kind: Kind | None) -> bool:
    """Whether nothing else comes near; where the item's kind is not known, a title of the other kind counts too."""
    rivals = [found for found in ranked if found is not best and (kind is None or found.hit.kind is kind)]
    near = [found for found in rivals if best.score - found.score < CLEAR_GAP * best.weight]
    if not near:
        return True
    return best.likeness == 1.0 and all(found.likeness < 1.0 for found in near)


def _candidate(hit: Hit, score: float) -> Candidate:
    return Candidate(
        key=Key(hit.kind, hit.tmdb),
        title=hit.title,
        original_title=hit.original_title,
        year=hit.year,
        score=score,
    )


def resolve(item: Item, pinned: Key | None, answers: Mapping[str, Resolved], now: datetime) -> Resolved:
    """The item's key, or why there is none, from an override, its own ids, and the kept answers. Pure and total."""
    evidence = item.ref
    if pinned is not None:
        key = Key(pinned.kind, pinned.tmdb)
        return Resolved(ref=item.ref, evidence=evidence, key=key, method="override", at=now)
    if item.ids.tmdb and item.kind:
        key = Key(item.kind, item.ids.tmdb)
        return Resolved(ref=item.ref, evidence=evidence, key=key, method="tmdb", at=now)
    asked = questions(item)
    if not asked:
        return Resolved(ref=item.ref, evidence=evidence, reason=Reason.NOTHING_TO_GO_BY, at=now)
    told = [answers[str(lookup)] for lookup in asked if str(lookup) in answers]
    if len(told) < len(asked):
        return Resolved(ref=item.ref, evidence=evidence, reason=Reason.LOOKUP_FAILED, at=now)
    return _combine(item, told, answers, now)


def _combine(item: Item, told: Sequence[Resolved], answers: Mapping[str, Resolved], now: datetime) -> Resolved:
    keys = {answer.key for answer in told if answer.key is not None}
    if item.ids.tmdb and any(key.tmdb != item.ids.tmdb for key in keys):
        keys |= {Key(item.kind or Kind.MOVIE, item.ids.tmdb)}
    if len(keys) > 1:
        detail = ", ".join(f"{answer.method} says {answer.key}" for answer in told if answer.key)
        return Resolved(ref=item.ref, evidence=item.ref, reason=Reason.ID_CONFLICT, detail=detail, at=now)
    best = next((answer for answer in told if answer.key is not None), told[0])
    by_title = title_question(item)
    if best.key is None and best.method != "title" and by_title and str(by_title[0]) in answers:
        fallback = answers[str(by_title[0])]
        best = fallback if fallback.key is not None else best
    return best.model_copy(update={"ref": item.ref, "evidence": best.evidence})
