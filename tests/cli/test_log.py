import json
import re
from pathlib import Path

import pytest

from reconciler.log import (
    LogSettings,
    log_connected,
    log_error_fetching,
    log_found,
    log_rate_limited,
    opened_log,
)


def _say_all(settings: LogSettings) -> None:
    with opened_log(settings) as log:
        log_connected(log, product="seerr", version="3.1.0", url="http://seerr")
        log_found(log, 250, "top")
        log_rate_limited(log, where="mdblist.com", seconds=2.5)
        log_error_fetching(log, "critics", "bot check")
        log.debug("Details", key="hunter2hunter2", nested={"headers": ["X-Api-Key: hunter2hunter2"]})


PHRASES = (
    "API connection successful",
    "Found 250 items in top list",
    "Rate limited",
    "Error fetching critics list",
)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_promised_phrases_stay_greppable(form, capsys):
    """People's scripts look for these words, in both forms of the log."""
    _say_all(LogSettings(form=form))
    said = capsys.readouterr()
    assert said.out == ""
    assert all(phrase in said.err for phrase in PHRASES)


def test_a_pipe_gets_json_lines(capsys):
    """Each line is one JSON object with time, level and event."""
    _say_all(LogSettings())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == list(PHRASES)
    assert {"timestamp", "level", "event"} <= lines[0].keys()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (LogSettings(terminal=True), 2),
        (LogSettings(terminal=True, verbosity=1), 4),
        (LogSettings(terminal=True, verbosity=2), 5),
        (LogSettings(terminal=True, level="debug"), 5),
        (LogSettings(verbosity=-1), 0),
        (LogSettings(level="warning"), 2),
        (LogSettings(level="warning", verbosity=1), 4),
    ],
)
def test_levels_follow_the_configuration_and_the_command_line(settings, said, capsys):
    """A terminal is told of trouble only, unless -v or `log.level` ask for more; --quiet silences all but errors."""
    _say_all(settings)
    assert len(capsys.readouterr().err.splitlines()) == said


def test_the_file_gets_everything_that_the_level_allows(tmp_path, capsys):
    """`log.file` follows `log.level` alone, as JSON lines, in a folder that is made."""
    file = tmp_path / "logs" / "listsync.log"
    _say_all(LogSettings(level="debug", verbosity=-1, file=file))
    assert capsys.readouterr().err == ""
    assert [json.loads(line)["event"] for line in file.read_text().splitlines()] == [*PHRASES, "Details"]


def test_a_file_that_cannot_be_written_is_told_and_ends_nothing(tmp_path, capsys):
    """A log is not worth failing for."""
    (tmp_path / "taken").write_text("")
    _say_all(LogSettings(file=tmp_path / "taken" / "listsync.log"))
    assert "The log file cannot be written" in capsys.readouterr().err


def test_no_secret_is_logged(tmp_path, capsys):
    """Values are redacted wherever they stand, also inside of structures and of tracebacks."""
    file = tmp_path / "log"
    redact = re.compile("hunter2hunter2").sub
    settings = LogSettings(level="debug", verbosity=2, file=file, redact=lambda text: redact("***", text))
    _say_all(settings)
    with opened_log(settings) as log:
        try:
            raise ValueError("hunter2hunter2")
        except ValueError:
            log.exception("Failed")
    said = capsys.readouterr().err + Path(file).read_text()
    assert "***" in said
    assert "hunter2hunter2" not in said
