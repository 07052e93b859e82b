"""What documentation tests share: the pages, generated blocks in them, and one run of the demo."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("benchmarks/*.md")))
README = ROOT / "README.md"

KeepCurrent = Callable[[Path, str, str], None]


@pytest.fixture
def keep_current(request: pytest.FixtureRequest) -> KeepCurrent:
    """Compare the block between `<!-- NAME -->` and `<!-- end NAME -->` with what it should be; --update-golden
    writes it."""

    def check(page: Path, name: str, text: str) -> None:
        begin, end = f"<!-- {name} -->", f"<!-- end {name} -->"
        document = page.read_text("utf-8")
        before, found_begin, rest = document.partition(begin)
        held, found_end, after = rest.partition(end)
        assert all((found_begin, found_end)), f"{page.name} has no place for {name!r}"
        if request.config.getoption("--update-golden"):
            page.write_text(f"{before}{begin}\n{text}\n{end}{after}", "utf-8")
            held = f"\n{text}\n"
        assert held == f"\n{text}\n", f"{name!r} in {page.name} is not current; --update-golden writes it anew"

    return check


@pytest.fixture(scope="session")
def demo() -> dict[str, str]:
    """What each command of the demo printed, the first time it was run: the command's first word → its page."""
    environ = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    run = subprocess.run(
        [sys.executable, "-c", "from reconciler.cli import main; main()", "demo"],
        env={**environ, "COLUMNS": "88", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    pages: dict[str, str] = {}
    story = run.stdout.partition("\nThat was listsync.")[0] + "\n."
    for page in re.split(r"\n(?=\$ listsync )", story)[1:]:
        command, _, text = page.partition("\n")
        pages.setdefault(command.split()[2], f"{command}\n{_without_story(text)}")
    return pages


def _without_story(text: str) -> str:
    """The page alone, without the sentence that leads to the next command; moments are one and the same."""
    page = text.rstrip().rsplit("\n\n", 1)[0]
    page = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "2026-09-01 20:00 UTC", page)
    return re.sub(r"\d{4}-\d\d-\d\d(?! \d)", "2026-09-01", page).rstrip()
