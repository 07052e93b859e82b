import re
from pathlib import Path

from reconciler.ledger.tables import METADATA

PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"


def test_the_page_about_the_ledger_names_exactly_the_tables_there_are():
    section = PAGE.read_text(encoding="utf-8").split("## What is in it")[1].split("\n## ")[0]
    named = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert sorted(named) == sorted([*METADATA.tables, "alembic_version"])


def test_the_page_explains_every_message_that_people_may_see():
    package = Path(__file__).parents[2] / "reconciler" / "ledger"
    source = " ".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    section = PAGE.read_text(encoding="utf-8").split("## When something is wrong")[1]
    for message in re.findall(r"^\| ([a-z][^|]+?) \| ", section, re.MULTILINE):
        if message != "message":
            assert message in source, message
