"""How often a title and a year alone lead to the right film, to a wrong one, or to an honest "unresolved".

Reads two CSV files with real titles from `$LISTSYNC_RECORDINGS/catalogue` (`../shared/recordings` unless set). Half of
the questions are about films that the server does not have: any answer to those is wrong.
"""

import argparse
import csv
import os
import random
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.harness import ROOT, Process, machine, table
from providers.servers import ServerReader, ServerSettings, connect
from reconciler.core import match
from reconciler.resolve import MOST_PAGES
from schemas.base import utc_now
from schemas.media import Kind
from schemas.server import SearchHit

RECORDINGS = Path(os.environ.get("LISTSYNC_RECORDINGS") or ROOT.parent / "shared" / "recordings") / "catalogue"
FILES = ("letterboxd_films.csv", "same_title_different_film.csv")
SWEEP = {
    "MIN_SIMILARITY_EXACT_YEAR": (0.5, 0.6, 0.7, 0.8, 0.9),
    "MIN_SIMILARITY": (0.7, 0.8, 0.85, 0.9, 0.95, 1.0),
    "CLEAR_GAP": (0.05, 0.1, 0.15, 0.2, 0.3, 0.5),
}


@dataclass(frozen=True)
class Film:
    title: str
    year: int
    tmdb: int


@dataclass(frozen=True)
class Question:
    """What a list says, and the film that it means; None: the server does not have it."""

    title: str
    year: int | None
    kind: Kind | None
    means: int | None


@dataclass(frozen=True)
class Asked:
    question: Question
    pages: tuple[tuple[SearchHit, ...], ...]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--films", type=int, default=1500, help="of each file, at most; 0: all")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    print(machine())
    for name in FILES:
        films = read(RECORDINGS / name)
        kept, missing = halves(films, given.seed)
        asked = ask(films, kept, sample(films, given.films, given.seed))
        report(name, asked, len(kept), len(missing))


def read(path: Path) -> list[Film]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] and row["tmdb_id"].isdigit()]
    return list(
        {int(row["tmdb_id"]): Film(row["title"], int(row["year"]), int(row["tmdb_id"])) for row in rows}.values()
    )


def halves(films: Sequence[Film], seed: int) -> tuple[set[int], set[int]]:
    """Which films the server has, and which not."""
    drawn = random.Random(seed).sample([film.tmdb for film in films], len(films) // 2)
    return {film.tmdb for film in films} - set(drawn), set(drawn)


def sample(films: Sequence[Film], count: int, seed: int) -> list[Film]:
    return random.Random(seed + 1).sample(films, min(count, len(films)) if count else len(films))


def plain(title: str) -> str:
    """Without accents and punctuation, as exports and people write it."""
    letters = unicodedata.normalize("NFKD", title)
    words = "".join(sign if sign.isalnum() else " " for sign in letters if not unicodedata.combining(sign))
    return " ".join(words.split()) or title


FORMS = {
    "title (year), a movie": lambda film: Question(film.title, film.year, Kind.MOVIE, film.tmdb),
    "title (year), kind not known": lambda film: Question(film.title, film.year, None, film.tmdb),
    "the year is one too late": lambda film: Question(film.title, film.year + 1, Kind.MOVIE, film.tmdb),
    "a subtitle is missing": lambda film: Question(film.title.partition(":")[0], film.year, Kind.MOVIE, film.tmdb),
    "accents and signs are lost": lambda film: Question(plain(film.title), film.year, Kind.MOVIE, film.tmdb),
    "no year": lambda film: Question(film.title, None, Kind.MOVIE, film.tmdb),
}


def ask(films: Sequence[Film], kept: set[int], asked: Sequence[Film]) -> dict[str, list[Asked]]:
    """Search for every question once, on a server that has the kept films; the pages are judged later."""
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["title", "year", "tmdb_id", "kind"])
        rows.writerows([film.title, film.year, film.tmdb, "movie"] for film in films if film.tmdb in kept)
        file.flush()
        with Process.running("benchmarks.server", "--catalogue", file.name) as server:
            settings = ServerSettings(server.told["url"], server.told["api_key"])
            with connect(settings) as reader, ThreadPoolExecutor(4) as threads:
                found = {
                    form: [made(film) for film in asked if form != "a subtitle is missing" or ":" in film.title]
                    for form, made in FORMS.items()
                }
                titles = sorted({one.title for questions in found.values() for one in questions})
                pages = dict(zip(titles, threads.map(lambda title: search(reader, title), titles), strict=True))
    return {form: [Asked(known(one, kept), pages[one.title]) for one in questions] for form, questions in found.items()}


def known(question: Question, kept: set[int]) -> Question:
    return question if question.means in kept else replace(question, means=None)


def search(reader: ServerReader, title: str) -> tuple[tuple[SearchHit, ...], ...]:
    lookup = match.Lookup("title", match.strip_year(title))
    first = reader.search(lookup.value)
    more = (reader.search(lookup.value, page).hits for page in range(2, min(first.pages, MOST_PAGES) + 1))
    return (tuple(first.hits), *(tuple(hits) for hits in more))


def ours(asked: Asked) -> int | None:
    """As `reconciler.resolve` does it: page after page until one title is accepted."""
    question = asked.question
    lookup = match.Lookup("title", match.strip_year(question.title), question.kind, question.year)
    hits: list[SearchHit] = []
    for page in asked.pages:
        hits += page
        answer = match.judge_title(lookup, hits, utc_now())
        if answer.key is not None:
            return answer.key.tmdb
        if answer.reason is match.Reason.AMBIGUOUS:
            return None
    return None


def first_hit(asked: Asked) -> int | None:
    """The baseline: what comes first is taken."""
    return next((hit.tmdb for page in asked.pages for hit in page), None)


def score(asked: Sequence[Asked], resolve: object) -> Counter[str]:
    assert callable(resolve)
    told: Counter[str] = Counter()
    for one in asked:
        answer, means = resolve(one), one.question.means
        told["known" if means else "unknown"] += 1
        if answer is None:
            told["unresolved" if means else "rightly unresolved"] += 1
        else:
            told["right" if answer == means else "wrong" if means else "made up"] += 1
    return told


def report(name: str, asked: dict[str, list[Asked]], kept: int, missing: int) -> None:
    print(f"\n{name}: the server has {kept:,} films, and {missing:,} are kept from it")
    for form, questions in asked.items():
        mine, theirs = score(questions, ours), score(questions, first_hit)
        table(
            f"{form} ({len(questions):,} questions; measured: listsync, baseline: the first hit)",
            [
                *(row(what, mine[what], theirs[what], mine["known"]) for what in ("right", "wrong", "unresolved")),
                row("made up, of those not there", mine["made up"], theirs["made up"], mine["unknown"]),
            ],
        )
    print("\n  a constant alone raised: right / wrong / unresolved / made up, over all questions")
    every = [one for questions in asked.values() for one in questions]
    for constant, values in SWEEP.items():
        for value in values:
            told = with_constant(constant, value, every)
            mark = "  (now)" if value == getattr(match, constant) else ""
            shares = " / ".join(share(told[what], told["known"]) for what in ("right", "wrong", "unresolved"))
            print(f"    {constant} = {value:<5} {shares} / {share(told['made up'], told['unknown'])}{mark}")


def with_constant(name: str, value: float, asked: Sequence[Asked]) -> Counter[str]:
    before = getattr(match, name)
    setattr(match, name, value)
    try:
        return score(asked, ours)
    finally:
        setattr(match, name, before)


def row(what: str, mine: int, theirs: int, of: int) -> tuple[str, str, str, str]:
    return what, share(mine, of), share(theirs, of), f"{mine / theirs:.2f}" if theirs else ""


def share(count: int, of: int) -> str:
    return f"{100 * count / of:.2f} %" if of else "-"


if __name__ == "__main__":
    main()
