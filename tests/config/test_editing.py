"""`overrides` are edited in place: a diff of the file shows the entry, and nothing but the entry."""

import difflib
import stat
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from reconciler.config import load
from reconciler.config.editing import Wish, with_wish, without_wish
from reconciler.config.files import NotEditable
from reconciler.config.splicing import put, take
from reconciler.config.text import parse
from reconciler.config.tree import plain
from schemas.media import Key

ROOT = Path(__file__).parents[2]
NOSFERATU = Key.parse("movie:tmdb:426063")
EXAMPLE = (ROOT / "listsync.yaml.example").read_text(encoding="utf-8")

PLAIN = """\
# the house's lists
version: 1

server:
  url: 'http://seerr:5055'   # in the cellar
  api_key: "abc"

lists:
  top: {source: "imdb:top",   limit: 10}
  seen:
        source:    file:seen.csv   # a\ttab in this
        filter:
          kinds:
          - movie
          - tv

# the end
"""
BLOCKS = {
    "absent": "",
    "nothing": "overrides:\n",
    "nothing, remarked": "overrides:   # still nothing\n",
    "other section": "overrides:\n  allow:\n    tv:tmdb:1399:\n      why: again   # and again\n",
    "other entries": "overrides:\n    deny:\n        movie:tmdb:1: {why: no}\n        # not the next one either\n"
    "        'movie:tmdb:2':\n            why: >-\n                a long\n                story\n\n    # matches\n"
    "    match:\n        'imdb:tt0000001':\n            to: movie:tmdb:3\n",
    "flow entries": "overrides:\n  deny: {movie:tmdb:1: {why: no}, }  # two\n"
    "  match: {\n    'a:b': {to: movie:tmdb:1},\n  }\n",
    "all in braces": "overrides: {deny: {movie:tmdb:1: {}}, allow: { }}\n",
    "empty braces": "overrides: {}\n",
    "a null": "overrides: ~ # nothing\n",
    "empty sections": "overrides:\n  match:\n  deny: {}\n  allow: null\n",
    "anchors": "overrides:\n  deny:\n    movie:tmdb:1: &mine {why: mine}\n    movie:tmdb:2: *mine\n",
}
ALONE = ("absent", "other section", "other entries", "anchors")
"""Where only whole lines are added."""

names = st.sampled_from(
    ["letterboxd:nosferatu-2024", "file:a b: c #d", "imdb:tt0013442", "x:ü'\"\\", "a:- b", "mal:{1}"]
)
reasons = st.one_of(
    st.none(),
    st.text(min_size=1, max_size=40),
    st.sampled_from(["own it on disc", "no", "1:30", "a: b", "a #b", "it's", '"', "${X}", "$$", "# x", "2026-01-01"]),
)
ends = st.one_of(st.none(), st.dates(date(2027, 1, 1), date(2035, 1, 1)))


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    section = draw(st.sampled_from(["match", "deny", "allow"]))
    why, until = draw(reasons), draw(ends)
    if section == "match":
        return Wish(section="match", name=draw(names), to=NOSFERATU, why=why, until=until)
    key = draw(st.sampled_from(["movie:tmdb:603", "tv:tmdb:1399", "movie:tmdb:1", "movie:tmdb:603@4k"]))
    return Wish(section=section, name=key, why=why, until=until)


@st.composite
def texts(draw: st.DrawFn, blocks: tuple[str, ...] = tuple(BLOCKS)) -> str:
    """A configuration in one of many hands."""
    block = BLOCKS[draw(st.sampled_from(blocks))]
    text = PLAIN + block if draw(st.booleans()) else block + PLAIN
    text = draw(st.sampled_from(["", "---\n", "# yaml\n\n"])) + text
    text = text + draw(st.sampled_from(["", "\n\n", "# bye\n", "...\n"]))
    text = text.removesuffix("\n") if draw(st.booleans()) else text
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def values(text: str) -> dict:
    root, problems = parse(text, "")
    assert not problems
    return plain(root)


def entry(text: str, wish: Wish) -> dict:
    return values(text)["overrides"][wish.section][wish.name] or {}


def in_section(text: str, wish: Wish) -> bool:
    return wish.name in ((values(text).get("overrides") or {}).get(wish.section) or {})


def edited(folder: Path, text: str, change: Callable, wish: Wish) -> str | None:
    """The text as it would be written; None: it was refused, which is for anchors alone."""
    path = folder / "any.yaml"
    path.write_bytes(text.encode())
    try:
        return change(path, wish, lambda _: None).after.decode()
    except NotEditable:
        assert "&mine" in text
        return None


WITH_FOLDER = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@WITH_FOLDER
@given(texts(), wishes())
def test_an_entry_is_read_back_as_it_was_meant_and_nothing_else_changes(tmp_path, text, wish):
    """Every other value of the file is what it was, and a YAML reader that is not ours agrees about the new one."""
    after_put = edited(tmp_path, text, with_wish, wish)
    if after_put is None:
        return
    assert entry(after_put, wish).items() >= wish.fields.items()
    before, after = values(text), values(after_put)
    sections = {**(before.pop("overrides", None) or {})}, {**after.pop("overrides")}
    assert before == after
    for name in {*sections[0], *sections[1]}:
        old, new = ({**(section.get(name) or {})} for section in sections)
        if name == wish.section:
            old.pop(wish.name, None)
            new.pop(wish.name)
        assert old == new
    theirs = YAML(typ="rt").load(after_put)["overrides"][wish.section][wish.name] or {}
    assert {name: str(value) for name, value in theirs.items()}.items() >= wish.fields.items()


@settings(deadline=None, max_examples=60)
@given(texts(ALONE), wishes())
def test_only_lines_are_added(text, wish):
    """Comments, order, quoting, indentation and line ends stay: no line of the file is touched."""
    assume(not in_section(text, wish))
    more = put(text, wish.path, wish.fields)
    diff = list(difflib.ndiff(text.splitlines(), more.splitlines()))
    assert not [line for line in diff if line.startswith("- ")]
    added = [line for line in diff if line.startswith("+ ") and line.strip() != "+"]
    assert len(added) <= 3 + len(wish.fields)
    assert more.count("\r\n") == (more.count("\n") if "\r\n" in text else 0)
    assert more.endswith("\n") == text.endswith("\n")


@settings(deadline=None, max_examples=60)
@given(texts(ALONE), wishes())
def test_taking_an_entry_out_again_leaves_the_file_as_it_was(text, wish):
    """Byte for byte, also where the headings had to be made for it."""
    assume(not in_section(text, wish))
    assert take(put(text, wish.path, wish.fields), wish.path) == text


@WITH_FOLDER
@given(texts(), wishes())
def test_writing_the_same_twice_writes_nothing_more(tmp_path, text, wish):
    once = edited(tmp_path, text, with_wish, wish)
    assert once is None or edited(tmp_path, once, with_wish, wish) == once


@WITH_FOLDER
@given(texts(), wishes())
def test_what_was_taken_out_is_gone_and_nothing_else_is(tmp_path, text, wish):
    once = edited(tmp_path, text, with_wish, wish) or text
    left = edited(tmp_path, once, without_wish, wish)
    if left is not None:
        assert not in_section(left, wish)
        kept, before = values(left), values(text)
        assert {name: kept[name] for name in {*before} - {"overrides"}} == {
            name: before[name] for name in {*before} - {"overrides"}
        }


yaml_like = st.text(alphabet="ab: \n-{}[],#&*!|>'\"%@`~\t\r?", max_size=60)
openings = st.sampled_from(["", "overrides:", "overrides: {", "overrides:\n  deny:", "overrides:\n  deny: {"])


@settings(WITH_FOLDER, max_examples=200)
@given(openings, yaml_like, wishes())
def test_a_text_that_nobody_would_write_is_edited_rightly_or_not_at_all(tmp_path, opening, rest, wish):
    """The safety does not rest on the scissors: the result is read back and compared."""
    path = tmp_path / "any.yaml"
    path.write_bytes((opening + rest).encode())
    for change in (with_wish, without_wish):
        try:
            edit = change(path, wish, lambda _: None)
        except NotEditable:
            continue
        if change is with_wish:
            assert entry(edit.after.decode(), wish).items() >= wish.fields.items()
        else:
            assert not in_section(edit.after.decode(), wish)


# --- files -----------------------------------------------------------------------------------------------------------


def check(path: Path):
    return lambda content: load(path, {"KEY": "k"}, content=content, providers=("imdb",), parse_source=_source)


def _source(text: str):
    from schemas.source import Source

    return Source("imdb", text)


FILE = "version: 1\nserver:\n  url: http://seerr:5055\n  api_key: ${KEY}\nlists:\n  top:\n    source: imdb:top\n"
DENY = Wish(section="deny", name="movie:tmdb:603", why="own it on disc")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "listsync.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_the_file_is_replaced_and_keeps_its_mode_and_the_link_to_it(file, tmp_path):
    """A file that others may not read stays so; a link to a repository stays a link."""
    file.chmod(0o640)
    link = tmp_path / "config" / "listsync.yaml"
    link.parent.mkdir()
    link.symlink_to(file)
    with_wish(link, DENY, check(link)).write()
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert file.read_text() == FILE + "overrides:\n  deny:\n    movie:tmdb:603:\n      why: own it on disc\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config", "listsync.yaml"]
    without_wish(link, DENY, check(link)).write()
    assert file.read_text() == FILE


def test_the_example_takes_a_line_for_every_section(tmp_path):
    """The longest file there is: the entries go below their neighbours, and nothing else moves."""
    path = tmp_path / "listsync.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    for wish in (
        Wish(section="match", name="letterboxd:dune", to=Key.parse("movie:tmdb:438631")),
        Wish(section="deny", name="movie:tmdb:13"),
        Wish(section="allow", name="movie:tmdb:14", until=date(2031, 1, 1)),
    ):
        with_wish(path, wish, lambda _: None).write()
    diff = list(difflib.unified_diff(EXAMPLE.splitlines(), path.read_text().splitlines(), lineterm="", n=0))[2:]
    assert [line for line in diff if not line.startswith("@@")] == [
        "+    letterboxd:dune:",
        "+      to: movie:tmdb:438631",
        "+    movie:tmdb:13: {}",
        "+    movie:tmdb:14:",
        "+      until: 2031-01-01",
    ]


def test_a_changed_entry_changes_its_value_alone(file):
    """The comment behind it, its quotes, and fields that were not named stay."""
    old = "overrides:\n  match:\n    a:b:\n      to: 'movie:tmdb:1'   # the old one\n      why: \"hm\"\n"
    file.write_text(FILE + old)
    with_wish(file, Wish(section="match", name="a:b", to=NOSFERATU), check(file)).write()
    assert file.read_text() == FILE + old.replace("movie:tmdb:1", "movie:tmdb:426063")


def test_a_byte_order_mark_stays(file):
    file.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    with_wish(file, DENY, check(file)).write()
    assert file.read_bytes().startswith(b"\xef\xbb\xbfversion: 1\r\n")
    assert file.read_bytes().endswith(b"      why: own it on disc\r\n")


def test_what_does_not_load_is_never_written(file):
    """Here: a title that is denied and allowed."""
    with_wish(file, DENY, check(file)).write()
    before = file.read_bytes()
    with pytest.raises(Exception, match="denied"):
        with_wish(file, Wish(section="allow", name=DENY.name), check(file))
    assert file.read_bytes() == before


def test_a_file_behind_an_anchor_is_left_alone(file):
    """An entry that would appear in two places is not written in one: the lines are shown instead."""
    file.write_text("overrides:\n  deny: &both\n    movie:tmdb:1: {}\n  allow: *both\n")
    with pytest.raises(NotEditable) as refused:
        with_wish(file, DENY, lambda _: None)
    assert refused.value.problems[-1] == "      why: own it on disc"


@pytest.mark.parametrize("wish", [DENY, Wish(section="allow", name="movie:tmdb:1", why="again")])
def test_what_a_merge_brings_is_not_overwritten(file, wish):
    file.write_text("x: &all\n  deny:\n    movie:tmdb:1: {}\noverrides:\n  <<: *all\n  match: {}\n")
    try:
        edit = with_wish(file, wish, lambda _: None)
    except NotEditable:
        return
    assert values(edit.after.decode())["overrides"]["deny"]["movie:tmdb:1"] == {}


def test_a_read_only_file_is_refused(file):
    """Also for root: the mode says what its owner wants."""
    file.chmod(0o444)
    with pytest.raises(NotEditable, match="may not be written"):
        with_wish(file, DENY, check(file))


def test_a_half_merged_file_is_refused_with_its_line(file):
    file.write_text(FILE + "<<<<<<< HEAD\nlog: {}\n=======\nlog: {level: debug}\n>>>>>>> theirs\n")
    with pytest.raises(NotEditable, match="line 8 marks a conflict"):
        with_wish(file, DENY, check(file))


def test_a_conflict_that_git_still_sees_is_refused(file, tmp_path):
    """The markers may be gone while git still waits for a word."""

    def git(*words: str) -> None:
        person = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *person, *words], cwd=tmp_path, check=False, capture_output=True)

    git("init")
    git("add", "listsync.yaml")
    git("commit", "-m", "first")
    git("checkout", "-b", "other")
    file.write_text(FILE.replace("top:", "best:"))
    git("commit", "-am", "theirs")
    git("checkout", "main")
    file.write_text(FILE.replace("top:", "most:"))
    git("commit", "-am", "ours")
    git("merge", "other")
    assert "<<<<<<<" in file.read_text()
    file.write_text(FILE)
    with pytest.raises(NotEditable, match="conflict"):
        with_wish(file, DENY, check(file))
    git("add", "listsync.yaml")
    assert with_wish(file, DENY, check(file)).changes


def test_a_file_that_changed_meanwhile_is_not_overwritten(file):
    edit = with_wish(file, DENY, check(file))
    file.write_text(FILE + "log: {level: debug}\n")
    with pytest.raises(NotEditable, match="meanwhile"):
        edit.write()
    assert file.read_text() == FILE + "log: {level: debug}\n"
    assert len(list(file.parent.iterdir())) == 1
