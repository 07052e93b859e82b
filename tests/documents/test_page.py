"""The HTML page: one file that loads nothing, runs nothing, and shows what strangers write as what it is."""

import base64
import hashlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from reconciler.commands.render.html import page
from reconciler.commands.render.outline import cut
from reconciler.words import titled
from schemas.reasons import REASONS
from tests.cli import samples
from tests.documents.pages import DOCUMENTS, NASTY, plan_about

OURS = {
    *("html", "head", "meta", "title", "link", "style", "body", "header", "main", "footer", "section", "aside", "div"),
    *(
        "h1",
        "h2",
        "p",
        "b",
        "small",
        "span",
        "code",
        "bdi",
        "a",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "details",
        "summary",
    ),
}
ATTRIBUTES = {
    *(
        "class",
        "id",
        "href",
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "rel",
        "aria-labelledby",
        "aria-label",
    ),
}


def shown(document, **more) -> LexborHTMLParser:
    return LexborHTMLParser(page(document, **more))


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_page_reads_as_it_did(name, golden):
    """Its style aside."""
    events = samples.events() if name == "status" else ()
    text = page(DOCUMENTS[name], events=events, revision="0123456789ab" if name == "status" else "")
    golden(f"{name}.html", re.sub(r"(?s)<style>.*</style>|sha256-[^']+", "", text))


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_it_loads_nothing_and_runs_nothing(name):
    found = shown(DOCUMENTS[name], events=samples.events())
    for node in found.css("*"):
        assert node.attributes.keys() <= ATTRIBUTES
        href = node.attributes.get("href", "#")
        assert href.startswith("#") or (node.tag == "link" and href.startswith("data:image/svg+xml,"))
    style = found.css_first("style").text()
    assert not re.search(r"url\(|@import|expression", style)


def test_the_browser_is_told_to_take_this_style_and_nothing_else():
    found = shown(DOCUMENTS["plan"])
    digest = base64.b64encode(hashlib.sha256(found.css_first("style").text().encode()).digest()).decode()
    policy = found.css_first("meta[http-equiv]").attributes["content"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")


@pytest.mark.parametrize("text", NASTY)
def test_what_strangers_write_is_text(text):
    _only_text(text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_whatever_strangers_write_is_text(text):
    _only_text(text)


def _only_text(text: str) -> None:
    found = shown(plan_about(text))
    assert {node.tag for node in found.css("*")} <= OURS
    assert all(node.attributes.keys() <= ATTRIBUTES for node in found.css("*"))
    assert found.css_first("#create .title bdi").text() == cut(titled(text, 1999))
    assert found.css_first("#unresolved .title bdi").text() == cut(titled(text, None))


def test_the_way_out_stands_beside_each_hold():
    found = shown(DOCUMENTS["plan"])
    rows = {row.css_first(".title bdi").text(): row for row in found.css("#held .row")}
    assert "listsync allow movie:tmdb:593" in rows["Solaris (1972)"].css_first(".way-out code").text()
    reasons = " ".join(found.css_first("#held").text(separator=" ").split())
    for held in samples.HELD:
        assert REASONS[held.reason].summary[1:] in reasons


def test_every_part_of_a_plan_is_there():
    found = shown(DOCUMENTS["plan"])
    sections = [section.attributes["id"] for section in found.css("section")]
    assert sections == ["lists", "create", "cancel", "retry", "drift", "held", "deferred", "unresolved", "record",
                        "excluded", "ignored"]  # fmt: skip
    assert all(link.attributes["href"][1:] in sections for link in found.css("a"))
    assert "turn 2026-07-31" in found.css_first("#deferred .when").text()
    assert len(found.css("#unresolved .beneath li")) == 2


def test_status_shows_what_happened_lately():
    found = shown(DOCUMENTS["status"], events=samples.events())
    assert [row.css_first(".tag").text() for row in found.css("#events .row")][:2] == ["now suppressed", "requested"]


def test_a_list_in_trouble_comes_first_with_what_to_do():
    first = shown(DOCUMENTS["status"]).css_first("#lists .row")
    assert first.css_first(".title bdi").text() == "critics"
    assert first.css_first(".way-out").text().strip() == "set providers.mdblist.api_key"


def test_a_page_is_cut_and_says_by_how_much():
    found = shown(samples.big_plan(1500))
    assert len(found.css("#create .row")) == 1000
    assert "… and 500 more" in found.css_first("#create .cut").text()
    assert len(shown(samples.big_plan(1500), rows=None).css("#create .row")) == 1500


def test_nothing_to_say_is_said():
    assert shown(DOCUMENTS["drift-none"]).css_first("h1").text() == "No drift: the server is as listsync left it."
