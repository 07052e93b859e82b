"""From a row to a title: what is asked, which answer is accepted, and when it is better to say "I do not know"."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.match import (
    MIN_SIMILARITY,
    MIN_SIMILARITY_EXACT_YEAR,
    Lookup,
    judge_id,
    judge_title,
    normalise,
    questions,
    resolve,
    similarity,
    strip_year,
    title_question,
    year_weight,
)
from schemas.media import Ids, Item, Key, Kind
from schemas.reasons import Reason
from schemas.record import Resolved

NOW = datetime(2026, 7, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    """What a search returns."""

    title: str
    year: int | None = None
    tmdb: int = 1
    kind: Kind = Kind.MOVIE
    original_title: str | None = None


def row(title: str = "Dune", **facts: Any) -> Item:
    return Item(**{"ref": "x:1", "title": title, "position": 1, **facts})


def judged(wanted: str, *hits: Found, year: int | None = None, kind: Kind | None = Kind.MOVIE) -> Resolved:
    return judge_title(Lookup("title", wanted, kind, year), hits, NOW)


def told(answer: Resolved) -> tuple[str | None, Reason | None]:
    return str(answer.key) if answer.key else None, answer.reason


# what is asked


def test_a_tmdb_id_with_its_kind_needs_no_question() -> None:
    assert questions(row(ids=Ids(tmdb=603, imdb="tt0133093"), kind=Kind.MOVIE)) == ()


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"ids": Ids(imdb="tt0133093")}, ["imdb:any:tt0133093"]),
        ({"ids": Ids(imdb="tt0133093", tmdb=603)}, ["imdb:any:tt0133093"]),
        ({"ids": Ids(imdb="tt0944947", tvdb=121361), "kind": Kind.TV}, ["imdb:tv:tt0944947", "tvdb:tv:121361"]),
        ({"ids": Ids(tvdb=121361), "kind": Kind.MOVIE, "year": 2011}, ["title:movie:2011:dune"]),
        ({"ids": Ids(tmdb=603)}, ["tmdb:any:603"]),
        ({"year": 2021, "kind": Kind.MOVIE}, ["title:movie:2021:dune"]),
        ({}, ["title:any:any:dune"]),
    ],
)
def test_every_id_is_asked_for_and_the_title_only_without_any(facts: dict[str, Any], asked: list[str]) -> None:
    assert [str(question) for question in questions(row(**facts))] == asked


def test_the_same_title_in_two_lists_is_one_question() -> None:
    assert str(title_question(row("DUNE", year=2021))[0]) == str(title_question(row("Dune (2021)", year=2021))[0])


@pytest.mark.parametrize("title", ["", "   ", "?!"])
def test_a_row_without_a_usable_word_is_asked_for_only_if_it_is_a_name(title: str) -> None:
    assert bool(questions(row(title))) is (normalise(title) != "")


# words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amélie", "amelie"),
        ("The Matrix", "Matrix"),
        ("Fast & Furious", "Fast and Furious"),
        ("Spider-Man: No Way Home", "Spider Man No Way Home"),
        ("Schindler's List", "Schindler’s List"),
        ("WALL·E", "Wall E"),
    ],
)
def test_case_accents_punctuation_and_articles_do_not_tell_titles_apart(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Alien", "Aliens"), ("千と千尋の神隠し", "もののけ姫"), ("Cube", "Cube 2")]
)
def test_letters_of_any_script_and_digits_do(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_a_title_of_articles_or_signs_alone_keeps_something_to_go_by() -> None:
    assert normalise("The A") != ""
    assert normalise("???") != ""


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Dune (2021)", "Dune"),
        ("Dune [1984]", "Dune"),
        ("Blade Runner 2049", "Blade Runner 2049"),
        ("(1984)", "(1984)"),
    ],
)
def test_a_year_in_brackets_is_no_part_of_the_title(written: str, plain: str) -> None:
    assert strip_year(written) == plain


@given(st.text(), st.text())
def test_likeness_lies_between_nothing_and_the_same_and_never_fails(one: str, other: str) -> None:
    assert 0.0 <= similarity(one, Found(other)) <= 1.0
    assert similarity(one, Found(strip_year(one))) == 1.0


def test_the_original_title_counts_as_much() -> None:
    hit = Found("Spirited Away", original_title="千と千尋の神隠し")
    assert similarity("千と千尋の神隠し", hit) == similarity("Spirited Away", hit) == 1.0


# years


@pytest.mark.parametrize(("wanted", "found"), [(2021, 2023), (2021, 1984), (2000, 1998)])
def test_a_year_that_is_off_by_two_is_never_the_same_title(wanted: int, found: int) -> None:
    assert year_weight(wanted, found) == 0.0
    assert told(judged("Dune", Found("Dune", found), year=wanted)) == (None, Reason.BELOW_THRESHOLD)


def test_the_exact_year_weighs_more_than_the_next_and_that_more_than_none() -> None:
    weights = [year_weight(2021, year) for year in (2021, 2022, None)]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 3


# by title


def test_of_two_films_of_one_name_the_year_decides() -> None:
    hits = (Found("Dune", 1984, 841), Found("Dune", 2021, 438631))
    assert told(judged("Dune", *hits, year=2021)) == ("movie:tmdb:438631", None)
    assert told(judged("Dune", *hits, year=1984)) == ("movie:tmdb:841", None)
    assert told(judged("Dune", *hits)) == (None, Reason.AMBIGUOUS)


def test_an_ambiguous_answer_shows_what_there_was_best_first() -> None:
    answer = judged("Dune", Found("Dune", 1984, 841), Found("Dune", 2021, 438631), Found("Dune World", 2021, 7))
    assert [one.key.tmdb for one in answer.candidates] == [841, 438631, 7]
    scores = [one.score for one in answer.candidates]
    assert scores == sorted(scores, reverse=True)


def test_a_film_of_another_name_is_not_taken_for_the_one_wanted() -> None:
    assert told(judged("Heat", Found("The Heat of the Night", 1967), year=1967))[0] is None
    assert told(judged("Alien", Found("Quigley", 2003))) == (None, Reason.BELOW_THRESHOLD)


def test_an_exact_year_allows_for_another_spelling_and_its_absence_does_not() -> None:
    assert MIN_SIMILARITY_EXACT_YEAR < MIN_SIMILARITY
    near = Found("Star Wars Episode IV A New Hope", 1977)
    assert similarity("Star Wars A New Hope", near) > MIN_SIMILARITY_EXACT_YEAR
    assert told(judged("Star Wars A New Hope", near, year=1977))[0] == "movie:tmdb:1"
    assert told(judged("Star Wars A New Hope", near))[0] is None


def test_only_titles_of_the_wanted_kind_are_considered() -> None:
    show = Found("Fargo", 2014, 60622, Kind.TV)
    assert told(judged("Fargo", show, Found("Fargo", 1996, 275), year=1996)) == ("movie:tmdb:275", None)
    assert told(judged("Fargo", show, kind=Kind.MOVIE)) == (None, Reason.NOT_FOUND)


def test_where_the_kind_is_not_known_a_title_of_the_other_kind_is_a_rival() -> None:
    hits = (Found("Fargo", 1996, 275), Found("Fargo", 2014, 60622, Kind.TV))
    assert told(judged("Fargo", *hits, kind=None)) == (None, Reason.AMBIGUOUS)
    assert told(judged("Fargo", *hits, kind=None, year=2014)) == ("tv:tmdb:60622", None)


def test_the_same_title_on_two_pages_is_no_rival_of_itself() -> None:
    hit = Found("Heat", 1995, 949)
    assert told(judged("Heat", hit, hit, year=1995)) == ("movie:tmdb:949", None)


def test_nothing_found_is_not_found() -> None:
    assert told(judged("No Such Film")) == (None, Reason.NOT_FOUND)


@given(
    st.text(min_size=1),
    st.none() | st.integers(1900, 2030),
    st.lists(
        st.builds(Found, st.text(), st.none() | st.integers(1900, 2030), st.integers(1, 9), st.sampled_from(Kind))
    ),
)
def test_whatever_was_found_one_answer_comes_of_it_and_a_key_only_of_a_title_that_was_found(
    wanted: str, year: int | None, hits: list[Found]
) -> None:
    answer = judge_title(Lookup("title", wanted, None, year), hits, NOW)
    assert (answer.key is None) is (answer.reason is not None)
    assert answer.key is None or (answer.key.kind, answer.key.tmdb) in {(hit.kind, hit.tmdb) for hit in hits}


# by id


def test_one_title_of_the_right_kind_answers_an_id() -> None:
    lookup = Lookup("imdb", "tt0133093", Kind.MOVIE)
    assert told(judge_id(lookup, [Found("The Matrix", 1999, 603)], NOW)) == ("movie:tmdb:603", None)


@pytest.mark.parametrize(
    ("hits", "reason"),
    [
        ([], Reason.NOT_FOUND),
        ([Found("Fargo", 2014, 60622, Kind.TV)], Reason.WRONG_KIND),
        ([Found("A", tmdb=1), Found("B", tmdb=2)], Reason.AMBIGUOUS),
    ],
)
def test_an_id_of_nothing_of_another_kind_or_of_several_is_told_as_such(hits: list[Found], reason: Reason) -> None:
    assert told(judge_id(Lookup("imdb", "tt1", Kind.MOVIE), hits, NOW)) == (None, reason)


# the row


def answer(question: str, key: str | None, reason: Reason | None = None) -> tuple[str, Resolved]:
    method = question.partition(":")[0]
    made = Key.parse(key) if key else None
    return question, Resolved(ref=question, evidence=question, key=made, method=method, reason=reason, at=NOW)


def test_a_pin_comes_before_everything_and_stands_for_both_qualities() -> None:
    item = row(ids=Ids(tmdb=603), kind=Kind.MOVIE)
    found = resolve(item, Key(Kind.MOVIE, 841, True), {}, NOW)
    assert (str(found.key), found.method) == ("movie:tmdb:841", "override")


def test_a_rows_own_tmdb_id_with_its_kind_is_believed() -> None:
    found = resolve(row(ids=Ids(tmdb=603), kind=Kind.MOVIE), None, {}, NOW)
    assert (str(found.key), found.method) == ("movie:tmdb:603", "tmdb")


def test_a_question_that_was_not_answered_is_a_failed_look_up_and_not_a_missing_title() -> None:
    assert told(resolve(row(ids=Ids(imdb="tt1")), None, {}, NOW)) == (None, Reason.LOOKUP_FAILED)


def test_a_row_with_nothing_to_go_by_says_so() -> None:
    assert told(resolve(row(""), None, {}, NOW)) == (None, Reason.NOTHING_TO_GO_BY)


def test_ids_that_belong_to_different_titles_are_a_conflict() -> None:
    item = row(ids=Ids(imdb="tt0944947", tvdb=121361), kind=Kind.TV)
    answers = dict([answer("imdb:tv:tt0944947", "tv:tmdb:1399"), answer("tvdb:tv:121361", "tv:tmdb:5")])
    found = resolve(item, None, answers, NOW)
    assert told(found) == (None, Reason.ID_CONFLICT)
    assert found.detail == "imdb says tv:tmdb:1399, tvdb says tv:tmdb:5"


def test_a_tmdb_id_without_a_kind_must_agree_with_the_imdb_id() -> None:
    item = row(ids=Ids(imdb="tt0133093", tmdb=604))
    answers = dict([answer("imdb:any:tt0133093", "movie:tmdb:603")])
    assert told(resolve(item, None, answers, NOW)) == (None, Reason.ID_CONFLICT)


def test_an_id_that_tmdb_does_not_have_falls_back_to_the_title() -> None:
    item = row("Dune", year=2021, ids=Ids(imdb="tt0000009"))
    nothing = answer("imdb:any:tt0000009", None, Reason.NOT_FOUND)
    by_title = answer("title:any:2021:dune", "movie:tmdb:438631")
    assert told(resolve(item, None, dict([nothing]), NOW)) == (None, Reason.NOT_FOUND)
    assert told(resolve(item, None, dict([nothing, by_title]), NOW)) == ("movie:tmdb:438631", None)
