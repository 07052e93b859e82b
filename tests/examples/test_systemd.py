"""The unit is what systemd understands, and confines listsync."""

import re
from pathlib import Path

from tests.examples.conftest import EXAMPLES, program, ran

UNIT = EXAMPLES / "systemd/listsync.service"


def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    """Checked with a program that exists, since it looks for that as well."""
    analyze = program("systemd-analyze", "part of systemd")
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text("utf-8"), flags=re.MULTILINE))
    run = ran([analyze, "verify", "--man=no", "--recursive-errors=no", str(unit)])
    assert (run.returncode, [line for line in run.stderr.splitlines() if UNIT.name in line]) == (0, [])


def test_it_is_confined_to_what_it_needs(tmp_path: Path) -> None:
    """systemd's own measure, from 0 (safe) to 10; Chromium's sandbox costs what remains."""
    analyze = program("systemd-analyze", "part of systemd")
    (tmp_path / UNIT.name).write_text(UNIT.read_text("utf-8"))
    run = ran([analyze, "security", "--offline=yes", "--threshold=25", str(tmp_path / UNIT.name)])
    assert run.returncode == 0, run.stdout[-500:] + run.stderr


def test_the_environment_file_is_one_and_holds_no_secret() -> None:
    lines = (EXAMPLES / "systemd/listsync.env").read_text("utf-8").splitlines()
    assert all(re.match(r"#|[A-Z_]+=", line) for line in lines)
    assert "SEERR_API_KEY=put-the-key-here" in lines
