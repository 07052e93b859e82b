from concurrent.futures import ThreadPoolExecutor
from io import StringIO

from rich.console import Console

from reconciler.progress import SILENT, Bars, Lines


def test_a_pipe_gets_a_plain_line_for_each_stage():
    """What was counted by any thread is told once, at the end."""
    said = []
    with Lines(said.append).stage("Sending requests", 50) as step, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: step.advance(note="x"), range(40)))
    with Lines(said.append).stage("Reading") as step:
        step.expect(None)
    assert said == ["Sending requests: 40 of 50", "Reading: done"]


def test_bars_leave_nothing_behind():
    """Bars of stages that overlap are drawn on a terminal and taken away with their stage; notes are cleaned."""
    out = StringIO()
    progress = Bars(Console(file=out, force_terminal=True, width=80))
    with progress.stage("Fetching lists", 2) as lists, progress.stage("Looking up titles") as titles:
        lists.advance(note="top")
        titles.expect(3)
        titles.advance(note="\x1b[31mHeat")
    drawn = out.getvalue()
    assert "Fetching lists" in drawn
    assert "Looking up titles" in drawn
    assert "\x1b[31mHeat" not in drawn
    assert drawn.rpartition("━")[2].count("\x1b[2K") >= 2, "both lines are wiped"


def test_silence_is_silent():
    """Code tells its progress without asking whether anybody listens."""
    with SILENT.stage("Anything", 3) as step:
        step.advance()
        step.expect(5)
