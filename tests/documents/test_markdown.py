"""Markdown for a comment on a pull request: found again, short enough, and nothing in it but words."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser, LexborNode

from reconciler.commands.render.markdown import LIMIT, to_markdown
from reconciler.commands.render.outline import cut
from reconciler.commands.render.outlines import outline_of
from reconciler.words import titled
from schemas.reasons import REASONS
from tests.cli import samples
from tests.documents.pages import DOCUMENTS, NASTY, plan_about

OURS = {"html", "head", "body", "-comment", "-text", "h3", "h4", "p", "ul", "li", "table", "thead", "tbody", "tr", "th",
        "td", "code", "strong", "br", "details", "summary", "span"}  # fmt: skip
GITHUB = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def written(document, **more):
    return to_markdown(outline_of(document, **more))


def shown(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(GITHUB.render(text))


def seen(node: LexborNode) -> str:
    """As the eye reads it."""
    return node.text(deep=True).replace("\u200b", "")


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_page_reads_as_it_did(name, golden):
    events = samples.events() if name == "status" else ()
    golden(f"{name}.md", written(DOCUMENTS[name], events=events))


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_the_mark_comes_first_and_the_summary_next(name):
    """A CI job finds its own comment by the first line."""
    first, second, *_ = written(DOCUMENTS[name]).splitlines()
    assert first == f"<!-- listsync:{name.partition('-')[0]} -->"
    assert second.startswith("### ")


def test_every_hold_has_its_way_out():
    text = seen(shown(written(DOCUMENTS["plan"])).body)
    for held in samples.HELD:
        assert REASONS[held.reason].way_out.replace("`", "").replace("KEY", str(held.key)) in text


@pytest.mark.parametrize("rows", [0, 3, 900, 20_000])
def test_it_is_never_too_long_and_counts_what_it_leaves_out(rows):
    """Tables end between rows, and every row is either shown or counted."""
    text = written(samples.big_plan(rows))
    assert len(text) <= LIMIT
    page = shown(text)
    told = sum("movie:tmdb:" in seen(row) for row in page.css("tr"))
    missing = re.search(r"… and ([\d,]+) more", text)
    assert told + (int(missing[1].replace(",", "")) if missing else 0) == rows
    *_, table = page.css("table")
    assert {len(row.css("td")) for row in table.css("tbody tr")} == {len(table.css("th"))}


def test_the_longest_texts_in_every_place_stay_within_the_limit():
    nasty = "|`@#<&:$" * 1000
    more = {"lists": (nasty,) * 9, "detail": nasty}
    actions = tuple(samples.action(nasty, n + 1, requester=f"{n}{nasty}", **more) for n in range(400))
    text = written(samples.plan(actions=actions, warnings=(nasty,) * 5000))
    assert len(text) <= LIMIT
    assert text.startswith("<!-- listsync:plan -->\n### Plan")


@pytest.mark.parametrize("text", NASTY)
def test_what_strangers_write_is_words(text):
    _only_words(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_TEXT)
def test_whatever_strangers_write_is_words(text):
    _only_words(text)


def _only_words(text: str) -> None:
    """Nothing becomes a link, an image, a mention or a heading; each title can be read as it was given."""
    page = shown(written(plan_about(text)))
    assert {node.tag for node in page.root.traverse(include_text=True)} <= OURS
    headings = [heading.text().partition(" (")[0] for heading in page.css("h4")]
    assert headings == ["Lists", "To request", "Drift", "Held", "Unresolved"]
    titles = [seen(table.css_first("td")) for table in page.css("table")[1:]]
    dated, undated = (cut(titled(text, year)) for year in (1999, None))
    assert titles == [dated, undated, dated, undated]
    for node in page.root.traverse(include_text=True):
        if node.tag == "-text" and node.parent.tag != "code":  # in code, GitHub looks for none of them
            assert not re.search(r"@\w|#\d|\bGH-\d|(?<!\u200b):[\w+-]+:", node.text())


def test_no_address_becomes_a_link():
    """GitHub links bare addresses by itself: in the text there is none."""
    text = written(plan_about("https://evil.example www.evil.example"))
    assert "://" not in text
    assert "www." not in text


def test_the_same_document_makes_the_same_text():
    assert written(DOCUMENTS["plan"]) == written(DOCUMENTS["plan"])
