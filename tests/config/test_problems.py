"""Wrong files, and what is said of them: place, message and hint, word for word."""

from collections.abc import Callable

import pytest

from reconciler.config import ConfigErrors
from tests.config.conftest import HEAD, Load

Problems = Callable[..., list[str]]

WRONG_VALUES = [
    ("lists:\n  top:\n    source: imdb:top\n    limit: 0", "8:12: lists.top.limit: must be at least 1, not 0"),
    (
        "lists:\n  top:\n    source: imdb:top\n    limit: seven",
        "8:12: lists.top.limit: must be a whole number, not 'seven'",
    ),
    (
        'lists:\n  top:\n    source: imdb:top\n    limit: "5"',
        "8:12: lists.top.limit: must be a whole number, not '5' (remove the quotes)",
    ),
    (
        "lists:\n  top:\n    sauce: imdb:top\n    source: imdb:top",
        "7:5: lists.top.sauce: unknown key (did you mean source?)",
    ),
    ("lists:\n  top:\n    source: top", "7:13: lists.top.source: 'top' names no provider (write it like imdb:top)"),
    ("lists:\n  top:\n    source: 7", "7:13: lists.top.source: must be a text, not 7 (put it in quotes)"),
    (
        "lists:\n  top: imdb:top",
        "6:8: lists.top: must be keys with values, not 'imdb:top' (write `source: imdb:top` below it)",
    ),
    (
        "lists:\n  top:",
        "6:3: lists.top: needs a source or a combine"
        " (write `source:` with a URL or provider:identifier, such as imdb:top)",
    ),
    (
        "lists:\n  a/b:\n    source: imdb:top",
        "6:3: lists.a/b: 'a/b' cannot be a list's name"
        " (use letters, digits, spaces and . + - _, beginning with a letter or digit)",
    ),
    ("defaults:\n  every: 5", "6:10: defaults.every: a duration needs its unit, 5 has none (write 5s, 5m, 5h or 5d)"),
    ("defaults:\n  every: 10s", "6:10: defaults.every: must be at least 1m, not 10s"),
    ("defaults:\n  every: soon", "6:10: defaults.every: 'soon' is not a duration (write it like 30s, 30m, 6h or 1d)"),
    (
        'defaults:\n  every: "* * *"',
        "6:10: defaults.every: '* * *' is not a cron line (write five fields in quotes, like \"0 1 * * *\")",
    ),
    (
        "defaults:\n  sort: -rtaing",
        "6:9: defaults.sort: must be position, added, rating, votes or release, with - in front for descending,"
        " not '-rtaing' (did you mean rating?)",
    ),
    (
        "defaults:\n  policy:\n    on_removed: cancle",
        "7:17: defaults.policy.on_removed: must be keep or cancel, not 'cancle' (did you mean cancel?)",
    ),
    (
        "defaults:\n  request:\n    seasons: [one]",
        "7:14: defaults.request.seasons: 'one' is not a season's number (write numbers like [1, 2])",
    ),
    (
        "defaults:\n  request:\n    is_4k: yes",
        "7:12: defaults.request.is_4k: must be true, false or both, not 'yes'",
    ),
    ("defaults:\n  allow_empty: yes", "6:16: defaults.allow_empty: must be true or false, not 'yes' (write true)"),
    (
        "defaults:\n  filter:\n    rating:\n      imdb: seven",
        "8:13: defaults.filter.rating.imdb: 'seven' is not a range (write it like 6.5.. or 6.5..8)",
    ),
    (
        "defaults:\n  filter:\n    rating:\n      imdb: 65..",
        "8:13: defaults.filter.rating.imdb: must lie between 0 and 10, '65..' does not",
    ),
    (
        "defaults:\n  filter:\n    years: 1999..1990",
        "7:12: defaults.filter.years: '1999..1990' is empty: 1999 is more than 1990 (write 1990..1999)",
    ),
    (
        "defaults:\n  filter:\n    kinds: movie",
        "7:12: defaults.filter.kinds: must be a list, not 'movie' (write it like [movie])",
    ),
    (
        "defaults:\n  filter:\n    genres: Drama",
        "7:13: defaults.filter.genres: must be a list, not 'Drama' (write it like [Drama])",
    ),
    (
        "defaults:\n  filter:\n    languages: [english]",
        "7:17: defaults.filter.languages[0]: 'english' is not a language's two letters (ISO 639-1) such as en",
    ),
    (
        "defaults:\n  filter:\n    status: [endd]",
        "7:14: defaults.filter.status[0]: 'endd' is not a status (did you mean ended?)",
    ),
    (
        'defaults:\n  filter:\n    title:\n      none: ["("]',
        "8:14: defaults.filter.title.none[0]: '(' is not a regular expression:"
        " missing ), unterminated subpattern at position 0",
    ),
    (
        "defaults:\n  budget:\n    per_run: -1",
        "7:14: defaults.budget.per_run: must be at least 1, not -1 (to request nothing for a while, use pause)",
    ),
    (
        "defaults:\n  pause:\n    until: 2026-13-01",
        "7:12: defaults.pause.until: '2026-13-01' is not a day: month must be in 1..12",
    ),
    (
        "defaults:\n  source: imdb:top",
        "6:3: defaults.source: unknown key (it is each list's own)",
    ),
    ("defaults:\n  is_4k: true", "6:3: defaults.is_4k: unknown key (it belongs below `request`)"),
    (
        "lists:\n  a:\n    source: ''",
        "7:13: lists.a.source: must not be empty (remove the key if there is nothing to say)",
    ),
    ("notifications:\n  discord: x", "5:1: notifications: must be a list, not a mapping (begin each entry with `- `)"),
    (
        'rails:\n  windows:\n    - allow: "0 0 30 2 *"\n      for: 5h',
        "7:14: rails.windows[0].allow: '0 0 30 2 *' never comes: no such month has a day 30"
        " (correct the day or the month)",
    ),
    ('rails:\n  windows:\n    - allow: "0 1 * * *"', "7:7: rails.windows[0].for: is missing"),
    (
        'rails:\n  windows:\n    - allow: "0 1 * * *"\n      for: 0h',
        "8:12: rails.windows[0].for: must be at least 1m, not 0s",
    ),
    (
        "overrides:\n  match:\n    letterboxd:x:\n      why: no",
        "7:5: overrides.match.letterboxd:x.to: is missing (write the title that it is: `to: movie:tmdb:603`)",
    ),
    (
        "overrides:\n  deny:\n    movie:603:",
        "7:5: overrides.deny.movie:603: 'movie:603' is not a key (write it like movie:tmdb:603 or tv:tmdb:1399@4k)",
    ),
    (
        "overrides:\n  match:\n    a:b:\n      to: movie:tmdb:1@4k",
        "8:11: overrides.match.a:b.to: movie:tmdb:1@4k names a quality"
        " (leave @4k out: the quality is the list's `request.is_4k`)",
    ),
    (
        "overrides:\n  deny:\n    movie:tmdb:603:\n  allow:\n    movie:tmdb:603:",
        "9:5: overrides.allow.movie:tmdb:603: is denied in line 7 and allowed here (keep one of the two)",
    ),
    (
        "providers:\n  trakt:\n    client_id: 12",
        "7:16: providers.trakt.client_id: must be a text (put it in quotes)",
    ),
    (
        "providers:\n  imdb:\n    rate: fast",
        "7:11: providers.imdb.rate: 'fast' is not a rate (write it like 1/s, 30/m or 100/h)",
    ),
    (
        "notifications:\n  - events: [failed]",
        "6:5: notifications[0]: needs a receiver (write `discord:`, `apprise:` or `webhook:` with a URL)",
    ),
    (
        "drift:\n  ignore:\n    - why: no",
        "7:7: drift.ignore[0]: would ignore every drift (name a `kind`, a `list` or a `key`)",
    ),
    ("run:\n  http: 8765", "6:9: run.http: must be an address and a port, not 8765 (write it like 127.0.0.1:8765)"),
    ("timezone: Europe/Madrd", "5:11: timezone: there is no time zone 'Europe/Madrd' (did you mean Europe/Madrid?)"),
    ("server:\n  url: http://x", "5:1: server: is written twice, first in line 2, column 1 (keep one of the two)"),
    (
        "lists: [top]",
        "5:8: lists: must be keys with values, not a list (write each as `key: value` on a line of its own, indented)",
    ),
    (
        "defaults:\n  limit: ${LIMIT:-5}",
        "6:10: defaults.limit: takes a whole number, and ${LIMIT:-5} is a text from outside"
        " (such a text is never converted: write the value itself here)",
    ),
    (
        "defaults:\n  every: ${EVERY:-6h}",
        "6:10: defaults.every: takes a duration such as 6h, or a cron line in quotes,"
        " and ${EVERY:-6h} is a text from outside (such a text is never converted: write the value itself here)",
    ),
    (
        "defaults:\n  allow_empty: ${X:-true}",
        "6:16: defaults.allow_empty: takes true or false, and ${X:-true} is a text from outside"
        " (such a text is never converted: write the value itself here)",
    ),
]

SYNTAX = [
    ("", "1:1: is empty (`listsync init` writes a first one)"),
    ("# nothing\n", "1:1: is empty (`listsync init` writes a first one)"),
    ("- a\n", "1:1: is a list, not a mapping of keys and values"),
    ("version:1", "1:1: is a single value, not a mapping of keys and values"),
    ("version: 1\n\tserver: x", "2:1: a tab is no indentation (indent with spaces)"),
    ("a:\n \u00a0b: 1", "2:2: a blank that YAML takes for a letter (U+00A0) (indent with ordinary spaces)"),
    ("a: [x, ${Y}]", "1:9: braces inside of [ ] or { } are read as YAML (put it in quotes)"),
    ("a: ${X: y}", "1:7: a second colon in one line (put the value in quotes)"),
    ("a: why: not", "1:7: a second colon in one line (put the value in quotes)"),
    ("a: >1990", "1:4: a value that begins with > is read as a block of text (put it in quotes)"),
    ("a: */5 * * * *", "1:4: a value that begins with * is read as a reference (put it in quotes)"),
    ("a: *5", "1:4: a: there is no anchor &5 (put it in quotes if the * belongs to it, or define it before with &5)"),
    ("a: @home", "1:4: a value cannot begin with @ (put it in quotes)"),
    ("a: 'x", "1:4: the quote that begins here does not end (close it)"),
    ('a: "x\\q"', "1:7: there is no such escape in double quotes (use single quotes, or double the backslash)"),
    ("a: [1, 2\n", "1:4: the [ that begins here does not end (close it, or put it in quotes)"),
    ("a: b\n c: d", "2:3: a key cannot stand here (check the indentation of this line)"),
    ("a: b\nc\nd: e\n", "2:1: is neither a key nor a value (write `key: value`, indented like its neighbours)"),
    ("  a: b\n c: d", "2:2: does not fit the lines above (write `key: value`, indented like its neighbours)"),
    ("%YAML 1.1\n---\nversion: 1", "2:1: is YAML 1.1 (remove the %YAML line: the file is YAML 1.2)"),
    ("version: 1\n---\nversion: 1", "2:1: is a second document (one file holds one configuration: remove the `---`)"),
    ("a: !secret x", "1:4: a: has a tag, !secret (remove it, or put the value in quotes)"),
    ("a: {{ x }}", "1:5: a: a key must be a single word (put it in quotes)"),
    ("a: \x07", "1:4: holds a control character (U+0007) (remove it)"),
    (b"a: caf\xe9", "1:7: is not a text in UTF-8 (save it as UTF-8)"),
    (b"\xff\xfea\x00", "1:1: is not a text in UTF-8 (save it as UTF-8)"),
]

TEN_MISTAKES = """\
version: 1
timezone: Mars/Olympus
server:
  url: seerr:5055
  api_key: ${NO_SUCH_KEY}
  tiemout: 30s
defaults:
  limit: many
  policy:
    on_deleted: ask
lists:
  a:
    source: nope
  b:
    combine:
      of: [a, z]
    every: 30
  c:
    source: imdb:top
    filter:
      years: 2001..1990
"""


@pytest.mark.parametrize(("text", "line"), WRONG_VALUES)
def test_a_wrong_value_is_told_with_its_place_what_is_wrong_and_what_to_write(
    problems: Problems, text: str, line: str
) -> None:
    assert problems(f"{HEAD}{text}\n") == [f"listsync.yaml:{line}"]


@pytest.mark.parametrize(("text", "line"), SYNTAX)
def test_a_file_that_is_not_yaml_as_we_take_it_says_where_and_what_to_do(
    problems: Problems, text: str | bytes, line: str
) -> None:
    assert any(found.startswith(f"listsync.yaml:{line}") for found in problems(text)), problems(text)


def test_ten_mistakes_are_ten_problems_in_the_order_of_the_file(loads: Load) -> None:
    with pytest.raises(ConfigErrors) as raised:
        loads(TEN_MISTAKES)
    assert [(one.line, one.column, one.path) for one in raised.value.problems] == [
        (2, 11, "timezone"),
        (4, 8, "server.url"),
        (5, 12, "server.api_key"),
        (6, 3, "server.tiemout"),
        (8, 10, "defaults.limit"),
        (10, 17, "defaults.policy.on_deleted"),
        (13, 13, "lists.a.source"),
        (16, 15, "lists.b.combine.of[1]"),
        (17, 12, "lists.b.every"),
        (21, 14, "lists.c.filter.years"),
    ]
    assert raised.value.message == "listsync.yaml has 10 problems"
    assert raised.value.exit_code == 1


def test_a_wrong_default_is_told_once_where_it_is_written_however_many_lists_take_it(problems: Problems) -> None:
    lists = "".join(f"  list-{n}:\n    source: imdb:{n}\n" for n in range(20))
    found = problems(f"{HEAD}defaults:\n  request:\n    is_4k: maybe\nlists:\n{lists}")
    assert found == ["listsync.yaml:7:12: defaults.request.is_4k: must be true, false or both, not 'maybe'"]


def test_a_wrong_value_behind_an_anchor_is_told_once(problems: Problems) -> None:
    found = problems(
        f"{HEAD}lists:\n  a: &common\n    source: imdb:top\n    limit: 0\n  b: *common\n  c:\n    <<: *common\n"
    )
    assert found == ["listsync.yaml:8:12: lists.a.limit: must be at least 1, not 0"]


def test_a_missing_file_and_a_folder_say_what_to_do(loads: Load, folder: object) -> None:
    from pathlib import Path

    from reconciler.config import load

    with pytest.raises(ConfigErrors, match=r"no\.yaml:1:1: does not exist \(`listsync init` writes a first one\)"):
        load(Path("no.yaml"), {})
    with pytest.raises(ConfigErrors, match=r"is a folder, not a file \(name the file in it, such as listsync\.yaml\)"):
        load(Path(), {})


COMBINES = [
    ("b: {combine: {of: [tpo]}}", "lists.b.combine.of[0]: there is no list tpo (did you mean top?)"),
    ("b: {combine: {of: [b]}}", "lists.b.combine: is made of itself: b → b (break the circle)"),
    (
        "b: {combine: {of: [c]}}\n  c: {combine: {of: [top], except: [b]}}",
        "lists.b.combine: is made of itself: b → c → b (break the circle)",
    ),
    ("b: {combine: {of: [top], at_least: 2}}", "lists.b.combine.at_least: no title can be in 2 of 1 lists"),
    ("b: {combine: {of: [top, top]}}", "lists.b.combine.of[1]: top stands in `of` already"),
    ("b: {combine: {of: [top], except: [top]}}", "lists.b.combine.except[0]: top stands in `of` already"),
    ("b: {combine: {of: []}}", "lists.b.combine.of: must not be empty"),
    ("b: {combine: {of: [top]}, source: imdb:top}", "lists.b: has a source and a combine (keep one of the two)"),
    ("b: {source: imdb:b, was: top}", "lists.b.was: top is still a list (remove this line, or that list)"),
    ("b: {source: imdb:b, was: x}\n  c: {source: imdb:c, was: x}", "lists.c.was: x became b already"),
]


@pytest.mark.parametrize(("lists", "line"), COMBINES)
def test_lists_that_do_not_fit_together_are_refused(problems: Problems, lists: str, line: str) -> None:
    found = problems(f"{HEAD}lists:\n  top: {{source: imdb:top}}\n  {lists}\n")
    assert [one.split(": ", 1)[1] for one in found] == [line]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("lists: {}", "lists: no list is declared (nothing will be requested)"),
        (
            "lists: {a: {source: imdb:a, input_only: true}}",
            "lists.a.input_only: is an ingredient of nothing: no `combine` names this list",
        ),
        (
            "lists: {a: {source: imdb:a, pause: {until: 2026-11-22}}}",
            "lists.a.pause.until: ended on 2026-11-22: this entry has no effect any more (it can be removed)",
        ),
        (
            "lists: {a: {source: imdb:a}}\noverrides: {deny: {movie:tmdb:1: {until: 2020-01-01}}}",
            "overrides.deny.movie:tmdb:1.until: ended on 2020-01-01: this entry has no effect any more"
            " (it can be removed)",
        ),
        (
            "lists: {trending: {source: imdb:a}}\ndrift: {ignore: [{list: trendign}]}",
            "drift.ignore[0].list: no list is called trendign (did you mean trending?)",
        ),
        (
            "lists: {a: {source: imdb:a}}\nproviders: {trackt: {client_id: abc}}",
            "providers.trackt: there is no provider trackt (did you mean trakt?)",
        ),
    ],
)
def test_what_is_likely_not_meant_is_a_warning_with_its_place(loads: Load, text: str, warning: str) -> None:
    (found,) = loads(f"{HEAD}{text}\n").warnings
    assert str(found).split(": ", 1)[1] == warning
    assert found.line is not None
