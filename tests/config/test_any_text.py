"""Whatever a file holds, loading it ends in a configuration or in problems with places, soon."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.config import ConfigErrors, Problem, load
from tests.config.conftest import HEAD, NOW, parse_source
from tests.config.test_documents import EXAMPLE

TOKENS = st.sampled_from(
    [*": \n-[]{}&*!|>'\"%@`#,?$~\t.", "${", "}", ": ", "\n  ", "\n- ", "<<", "*a", "&a ", "lists", "version", "server",
     "source", "defaults", "combine", "of", "null", "true", "1", "1990..",
     "---\n", "...", "!!str", "\ufeff", "é", "\x85"]
)  # fmt: skip
FOLDER = TemporaryDirectory()


def answer(content: bytes) -> None:
    path = Path(FOLDER.name) / "listsync.yaml"
    path.write_bytes(content)
    problems = problems_of(path)
    assert problems is None or problems
    assert all(one.message and (one.line or 0) >= 1 and (one.column or 0) >= 1 for one in problems or ())


def problems_of(path: Path) -> tuple[Problem, ...] | None:
    """None: it is valid."""
    try:
        load(path, {"SEERR_API_KEY": "abcdef"}, clock=lambda: NOW, parse_source=parse_source)
    except ConfigErrors as errors:
        return errors.problems
    return None


@settings(max_examples=150, deadline=None)
@given(st.lists(TOKENS, max_size=40).map("".join))
def test_any_mixture_of_yaml_signs_is_answered(text: str) -> None:
    answer(text.encode())


@settings(max_examples=100, deadline=None)
@given(st.lists(TOKENS, max_size=20).map("".join))
def test_any_mixture_behind_a_good_beginning_is_answered(text: str) -> None:
    answer(f"{HEAD}{text}".encode())


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_text_and_any_bytes_are_answered(content: str | bytes) -> None:
    answer(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(EXAMPLE) - 1), st.integers(0, 12), st.lists(TOKENS, max_size=3).map("".join))
def test_any_slip_in_a_real_file_is_answered(place: int, length: int, text: str) -> None:
    answer((EXAMPLE[:place] + text + EXAMPLE[place + length :]).encode())


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 5_000,
        "a: " + "{a: " * 2_000,
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)),
        "a: &a [*a]",
        "a: &a {b: *a}",
        "? " * 3_000,
        "- " * 3_000,
        "version: " + "9" * 5_000,
        "x" * 100_000,
    ],
    ids=["brackets", "braces", "billions", "itself", "itself-too", "questions", "dashes", "digits", "long"],
)
def test_what_is_meant_to_hurt_is_answered_in_little_time(text: str) -> None:
    from time import process_time

    begun = process_time()
    answer(text.encode())
    assert process_time() - begun < 30, "a bound on blow-up, not on speed"
