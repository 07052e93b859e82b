import json
import re

import pytest
import samples
from rich.cells import cell_len

from reconciler.commands.render.drift import drift_text
from reconciler.commands.render.explain import explain_text
from reconciler.commands.render.history import history_text
from reconciler.commands.render.lists import list_text
from reconciler.commands.render.page import View, to_json
from reconciler.commands.render.plan import plan_text, summary_line
from reconciler.commands.render.report import report_text
from reconciler.commands.render.status import status_text
from schemas.documents import HistoryDocument
from schemas.plan import Plan, Summary
from schemas.reasons import REASONS
from schemas.report import Report

VIEW = View(width=80, now=samples.NOW)
PAGES = {
    "plan.txt": lambda view: plan_text(samples.plan(), view),
    "plan-quiet.txt": lambda view: plan_text(samples.quiet_plan(), view),
    "plan-big.txt": lambda view: plan_text(samples.big_plan(), view),
    "report.txt": lambda view: report_text(samples.report(), view),
    "drift.txt": lambda view: drift_text(samples.DRIFT, view),
    "status.txt": lambda view: status_text(samples.status(), view),
    "explain.txt": lambda view: explain_text(samples.explanation(), view),
    "list.txt": lambda view: list_text(samples.a_list(), view),
    "history.txt": lambda view: history_text(HistoryDocument(events=samples.events()), view),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_as_it_did(name, golden):
    """What people read changes on purpose only."""
    golden(name, PAGES[name](VIEW))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_a_page_fits_its_width_and_uses_no_control_characters(name, width):
    """No line is wider than the terminal, and without colour not one escape sequence is written."""
    text = PAGES[name](View(width=width, now=samples.NOW))
    assert max(map(cell_len, text.splitlines())) <= width
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize("name", PAGES)
def test_colour_adds_nothing_but_colour(name):
    """Without its colours a page says the same."""
    colored = PAGES[name](View(width=80, color=True, now=samples.NOW))
    bare = re.sub(r"\x1b\[[0-9;]*m", "", colored)
    assert [line.rstrip() for line in bare.splitlines()] == PAGES[name](VIEW).splitlines()


def test_a_title_cannot_write_to_the_terminal():
    """Escape sequences, direction overrides and markup in titles are harmless text."""
    text = plan_text(samples.plan(), VIEW)
    assert "[red]Not[/red] a colour (1999)" in text
    assert "\u202e" not in text


def test_lists_with_trouble_come_first():
    """The first line of the lists is the worst one, and says what to do."""
    lines = plan_text(samples.plan(), VIEW).splitlines()
    first = lines[lines.index("Lists (5)") + 1]
    assert "critics" in first
    assert "Failed" in first


def test_every_held_reason_prints_its_sentence_and_its_way_out():
    """No hold without a way out of it."""
    text = " ".join(plan_text(samples.plan(), View(width=400, now=samples.NOW)).split())
    for held in samples.HELD:
        assert REASONS[held.reason].summary in text
        assert REASONS[held.reason].way_out.replace("KEY", str(held.key)) in text


def test_a_long_section_is_cut_to_a_screenful_and_says_by_how_much():
    """1,500 titles fit a screen; `rows=None` shows them all."""
    view = View(now=samples.NOW, more="listsync show PLAN --all")
    text = plan_text(samples.big_plan(1500), view)
    assert len(text.splitlines()) < 40
    assert "… and 1,480 more (listsync show PLAN --all)" in text
    assert plan_text(samples.big_plan(1500), View(now=samples.NOW, rows=None)).count("+ request") == 1500


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (
            {"create": 12, "cancel": 1, "hold": 3, "deferred": 2},
            "Plan: 12 to request, 1 to cancel, 3 held, 2 deferred.",
        ),
        ({"keep": 310}, "Nothing to do: 310 titles in place."),
        ({"keep": 1, "hold": 2}, "Nothing to do: 1 title in place, 2 held."),
        ({"record": 3}, "Nothing to send: 3 records to update."),
        ({"deferred": 4}, "Nothing to do: 0 titles in place, 4 deferred."),
    ],
)
def test_the_last_line_of_a_plan_sums_it_up(counts, said):
    """One line says how much there is to do."""
    assert summary_line(samples.quiet_plan(summary=Summary(**counts))) == said


def test_json_is_the_document_itself():
    """What a machine reads can be read back without loss."""
    for document, shape in ((samples.plan(), Plan), (samples.report(), Report)):
        text = to_json(document)
        assert shape.model_validate_json(text) == document
        assert json.loads(text)["format"] == document.format
