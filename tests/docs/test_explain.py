"""The page says what each line of an explanation says."""

import re

from reconciler.commands.render.explain import explain_text
from reconciler.commands.render.page import View
from tests.cli import samples
from tests.docs.conftest import ROOT

PAGE = (ROOT / "docs/reasons.md").read_text("utf-8").partition("\n## What an explanation says\n")[2]


def test_every_line_of_an_explanation_is_described() -> None:
    shown = explain_text(samples.explanation(), View(width=400, now=samples.NOW))
    labels = set(re.findall(r"^    (\w[\w ]*?)(?:  |$)", shown, re.MULTILINE)) - {"key", "list item", "may be"}
    told = {name.strip() for row in re.findall(r"^\| (.+?) \|", PAGE, re.MULTILINE) for name in row.split(",")}
    assert {"wanted by", "on the server", "rails", "What happened"} <= labels
    assert labels - told == set()
