"""Rules that cannot hold, contradict one another or ask nothing: told when the file is read, with line and column and
what to write instead; and what people write by YAML's older habits."""

import re
import time
from collections.abc import Callable

import pytest

from schemas.config.codes import COUNTRIES, LANGUAGES
from schemas.config.patterns import explodes
from tests.config.conftest import HEAD, Load

Problems = Callable[..., list[str]]
TOP = "lists:\n  top:\n    source: imdb:top\n"
REAL = {"parse_source": None, "providers": None}
"""The services that there are."""


def in_top(text: str) -> str:
    return f"{TOP}    {text}"


def filtered(text: str) -> str:
    return in_top(f"filter: {{{text}}}")


IN_BOTH = "and `none` takes it back (keep it in one of the two)"
REFUSED = [
    # a filter that no title can pass
    (filtered("genres: {any: [Drama], none: [drama]}"), "8:44", f"drama stands in `any` too, {IN_BOTH}"),
    (
        filtered("genres: {all: [Sci-Fi], none: [Science Fiction]}"),
        "8:45",
        f"Science Fiction stands in `all` too, {IN_BOTH}",
    ),
    (filtered("genres: [War], languages: {any: [en], none: [EN]}"), "8:59", f"EN stands in `any` too, {IN_BOTH}"),
    (filtered("countries: {any: [GB], none: [UK]}"), "8:44", f"UK stands in `any` too, {IN_BOTH}"),
    (filtered("certification: {any: [PG-13], none: [PG13]}"), "8:51", f"PG13 stands in `any` too, {IN_BOTH}"),
    (filtered("title: {any: ['^The '], none: ['^the ']}"), "8:45", f"^the  stands in `any` too, {IN_BOTH}"),
    (filtered("title: {none: ['.*']}"), "8:29", "is found in every title, so that none can pass"),
    (filtered("kinds: [movie], status: [ended]"), "8:39", "no film is ever ended, so that none can pass"),
    # words that mean nothing
    (filtered("rating: 7"), "8:22", "must be keys with values, not 7 (write `imdb: 6.5..` below it)"),
    (
        filtered("languages: [jp]"),
        "8:26",
        "'jp' is not a language's two letters (ISO 639-1) such as en (did you mean ja?)",
    ),
    (filtered("languages: [zy]"), "8:26", "'zy' is not a language's two letters (ISO 639-1) such as en"),
    (
        filtered("countries: [EN]"),
        "8:26",
        "'EN' is not a country's two letters (ISO 3166-1) such as GB (did you mean GB?)",
    ),
    (
        filtered("certification: ['ZZ:12']"),
        "8:30",
        "there is no country ZZ (write two letters (ISO 3166-1), as in DE:12)",
    ),
    (
        filtered("title: {none: ['(a+)+$']}"),
        "8:29",
        "'(a+)+$' takes for ever on some titles (avoid a repetition within a repetition, as in (a+)+)",
    ),
    # times that never come
    (
        in_top("every: 0 0 31 2,4,6 *"),
        "8:12",
        "'0 0 31 2,4,6 *' never comes: no such month has a day 31 (correct the day or the month)",
    ),
    (
        in_top("every: 0 25 * * *"),
        "8:12",
        "'0 25 * * *' is not a cron line: bad hour (the fields are minute, hour, day, month and weekday)",
    ),
    (f"{TOP}timezone: CEST", "8:11", "there is no time zone 'CEST' (write it like Europe/Madrid or UTC)"),
    # overrides
    (
        f"{TOP}overrides: {{match: {{letterboxd:x: }}}}",
        "8:21",
        "is missing (write the title that it is: `to: movie:tmdb:603`)",
    ),
    (
        f"{TOP}overrides: {{deny: {{The Matrix: }}}}",
        "8:20",
        "'The Matrix' is not a key (write it like movie:tmdb:603 or tv:tmdb:1399@4k)",
    ),
    (
        f"{TOP}overrides:\n  deny: {{movie:tmdb:603: }}\n  allow: {{movie:tmdb:603@4k: }}",
        "10:11",
        "is denied in line 9 and allowed here (keep one of the two)",
    ),
    # budgets, lists of lists
    (f"{TOP}rails: {{budget: 5}}", "8:17", "must be keys with values, not 5 (write `per_run: 10` below it)"),
    (
        f"{TOP}  both: {{combine: [top]}}",
        "8:19",
        "must be keys with values, not a list (write `of: [a, b]` with the names of lists below it)",
    ),
    (in_top("limit: 99999999999999999999"), "8:12", "must be a whole number, not '99999999999999999999'"),
    # who asks
    (in_top("request_as: [2, dave]"), "8:17", "must be a user's id, e-mail or name, not a list"),
    (in_top("request_as: 0"), "8:17", "a user's id is at least 1, not 0"),
    # receivers
    (
        f"{TOP}notifications: [{{discord: hello}}]",
        "8:27",
        "is no web address (paste the webhook's URL: https://discord.com/api/webhooks/…)",
    ),
    (f"{TOP}notifications: [{{webhook: hello}}]", "8:27", "is no web address (write it like https://example.org/hook)"),
    (
        f"{TOP}notifications: [{{apprise: hello}}]",
        "8:27",
        "is no address of Apprise (write it like ntfy://ntfy.sh/topic)",
    ),
    # habits of YAML 1.1
    (in_top("pause: no"), "8:12", "must be true, false, a reason or keys, not 'no' (write false)"),
    (in_top("pause: yes"), "8:12", "must be true, false, a reason or keys, not 'yes' (write true)"),
    (in_top("limit: 1_000"), "8:12", "must be a whole number, not '1_000'"),
    (in_top("limit: 1:30"), "8:12", "must be a whole number, not '1:30'"),
    (in_top("every: 12:30"), "8:12", "'12:30' is not a duration (write it like 30s, 30m, 6h or 1d)"),
    (in_top("request: {tags: [010]}"), "8:22", "must be a text, not 10 (put it in quotes)"),
    (in_top("request: {profile: 1080}"), "8:24", "must be a text, not 1080 (put it in quotes)"),
]


@pytest.mark.parametrize(("text", "place", "message"), REFUSED, ids=[text.splitlines()[-1] for text, _, _ in REFUSED])
def test_a_rule_that_cannot_hold_is_refused_where_it_stands(
    problems: Problems, text: str, place: str, message: str
) -> None:
    (line,) = problems(f"{HEAD}{text}\n", **REAL)
    assert line.startswith(f"listsync.yaml:{place}: ")
    assert line.split(": ", 2)[2] == message


DOUBTED = [
    (filtered("genres: [Dramma]"), "8:23", "no service is known to have a genre Dramma (did you mean Drama?)"),
    (filtered("title: {any: ['x*']}"), "8:28", "is found in every title: it asks nothing"),
    (in_top("every: 1m"), "8:12", "imdb is asked every 1h at most (write 1h or more)"),
    (
        f"{TOP}rails: {{budget: {{per_run: 50, per_day: 10}}}}",
        "8:27",
        "a run never requests 50: `per_day` ends it at 10",
    ),
    (
        f"{TOP}overrides: {{deny: {{movie:tmdb:1: , movie:tmdb:1@4k: }}}}",
        "8:36",
        "is denied in line 8 already, in HD and 4K (it can be removed)",
    ),
    (
        f"{TOP}overrides: {{match: {{leterboxd:x: {{to: movie:tmdb:1}}}}}}",
        "8:21",
        "no item begins with leterboxd: (did you mean letterboxd?)",
    ),
    (
        f"{TOP}  same: {{source: https://www.imdb.com/chart/top/}}",
        "8:18",
        "reads the same as top, with the same filter and requester (one of the two is enough)",
    ),
]


@pytest.mark.parametrize(("text", "place", "message"), DOUBTED, ids=[text.splitlines()[-1] for text, _, _ in DOUBTED])
def test_a_rule_that_changes_nothing_is_a_warning_where_it_stands(
    loads: Load, text: str, place: str, message: str
) -> None:
    (found,) = loads(f"{HEAD}{text}\n", **REAL).warnings
    line = str(found)
    assert line.startswith(f"listsync.yaml:{place}: ")
    assert line.split(": ", 2)[2] == message


SOUND = [
    filtered("genres: {any: [Sci-Fi, Action & Adventure, film-noir], none: [Horror]}"),
    filtered("languages: [en, no, cn, nb], countries: [UK, SU, us]"),
    filtered("kinds: [tv], status: [ended, released]"),
    filtered("title: {none: ['\\(live\\)$', '(\\w+\\s)+concert', '.*(live|concert).*(tour|show).*']}"),
    f"{TOP}  dave: {{source: imdb:top, request_as: dave}}",
    f"{TOP}overrides: {{match: {{tmdb:movie:5: {{to: movie:tmdb:1}}, file:x-2024: {{to: movie:tmdb:2}}}}}}",
    f"{TOP}notifications: [{{apprise: 'mailto://a@b.example'}}, {{discord: '${{HOOK}}'}}]",
    "lists:\n  a: &x {source: imdb:top, limit: 3}\n  b:\n    <<: *x\n    source: imdb:popular-movies",
    "lists:\n  2024: {source: imdb:top}\n  no: {source: imdb:popular-movies}",
    in_top("limit: 010"),
]


@pytest.mark.parametrize("text", SOUND, ids=[text.splitlines()[-1] for text in SOUND])
def test_what_people_mean_is_taken_without_a_word(loads: Load, text: str) -> None:
    assert loads(f"{HEAD}{text}\n", {"HOOK": "https://discord.example/x"}, **REAL).warnings == ()


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(loads: Load) -> None:
    assert loads(b"\xef\xbb\xbf" + f"{HEAD}{TOP}".replace("\n", "\r\n").encode(), **REAL).config.lists["top"]


def test_a_wrong_filter_in_the_defaults_is_told_once(problems: Problems) -> None:
    text = (
        f"{HEAD}defaults:\n  filter: {{genres: {{any: [Drama], none: [Drama]}}}}\n{TOP}  b: {{source: imdb:bottom}}\n"
    )
    (line,) = problems(text, **REAL)
    assert line.startswith("listsync.yaml:6:42: defaults.filter.genres.none[0]: ")


@pytest.mark.parametrize("text", ["(a+)+$", "((a+)+)+$", "(x|x)*y", "(ab|ab)*c", "(?:a|aa)+$", "(((a+)+)+)+$"])
def test_a_pattern_that_explodes_is_found_out_in_no_time(text: str) -> None:
    """By trying it on texts that grow in small steps."""
    started = time.thread_time()
    assert explodes(re.compile(text, re.IGNORECASE))
    assert time.thread_time() - started < 5


def test_codes_are_two_letters_each_and_hold_what_the_world_has() -> None:
    assert all(re.fullmatch("[a-z]{2}", code) for code in LANGUAGES)
    assert all(re.fullmatch("[A-Z]{2}", code) for code in COUNTRIES)
    assert (len(LANGUAGES), len(COUNTRIES)) == (191, 262)
