import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.cli import COMMANDS, run
from reconciler.commands.frame import World, stopping_at_signals

ROOT = Path(__file__).parents[2]
LISTSYNC = [sys.executable, "-c", "from reconciler.cli import main; main()"]


def call(*words: str, **more) -> subprocess.CompletedProcess[str]:
    """`listsync …` as its own process, in an environment of its own."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **more.pop("environ", {})}
    return subprocess.run(
        [*LISTSYNC, *words], capture_output=True, text=True, env=environ, timeout=60, check=False, **more
    )


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["-h"]])
def test_help_and_version_import_nothing_heavy(words):
    """`listsync --help` is instant, because it imports click and little else."""
    watched = ["pydantic", "rich", "structlog", "httpx", "sqlmodel", "alembic", "ruamel", "starlette", "seleniumbase"]
    code = (
        "import sys\nfrom reconciler.cli import run\n"
        f"code = run({words!r})\n"
        f"print([name for name in {watched!r} if name in sys.modules], file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")


@pytest.mark.slow
def test_help_takes_no_time():
    """Under 150 ms of processor time, the best of five: a busy machine does not count."""
    taken = []
    for _ in range(5):
        before = os.times()
        call("--help")
        after = os.times()
        taken.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(taken) < 0.15


def test_every_verb_of_the_table_exists_and_explains_itself(capsys):
    """The table that help is printed from does not lie."""
    for name in COMMANDS:
        assert run([name, "--help"]) == 0
        said = capsys.readouterr().out
        assert said.startswith(f"Usage: listsync {name}")
        assert "Global options" in said


def test_no_words_at_all_ask_for_help(capsys):
    """`listsync` alone shows what there is."""
    assert run([]) == 0
    assert capsys.readouterr().out.startswith("Usage: listsync")


@pytest.mark.parametrize(
    "words",
    [
        ["pln"],
        ["plan", "--foo"],
        ["--foo"],
        ["show"],
        ["apply", "--format", "xml"],
        ["history", "--format", "html"],
    ],
)
def test_usage_errors_end_with_64(words, capsys):
    """A command line that cannot be is told apart from a command that failed."""
    assert run(words) == 64
    assert capsys.readouterr().err.startswith("error: ")


def test_a_misspelt_verb_gets_the_right_one(capsys):
    """Help is one letter away."""
    run(["pln"])
    assert "did you mean `plan`?" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--format", "json", "show", "none"], ["show", "none", "--format=json"]])
def test_global_options_go_before_and_after_the_verb(words, capsys, tmp_path, monkeypatch):
    """Nobody has to remember where --format goes."""
    monkeypatch.chdir(tmp_path)
    assert run(words) == 1
    assert json.loads(capsys.readouterr().out)["exit_code"] == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["show", "none.json"], 1),
        (["show", "list.json"], 4),
        (["--no-such-option"], 64),
        (["plan", "--config", "none.yaml"], 1),
    ],
)
def test_stdout_is_a_document_even_when_the_command_fails(words, code, capsys, tmp_path, monkeypatch):
    """A script that reads JSON always gets JSON, with the exit code, the message and what to do."""
    monkeypatch.chdir(tmp_path)
    Path("list.json").write_text("[]")
    assert run([*words, "--format", "json"]) == code
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert document["format"] == "listsync.error"
    assert document["format_version"] == "1.0"
    assert document["exit_code"] == code
    assert document["message"]
    assert document["message"] in said.err


def test_quiet_and_verbose_exclude_each_other(capsys):
    """Contradictions are told, not resolved in silence."""
    assert run(["-q", "providers", "-v"]) == 64


def test_an_unexpected_error_is_a_short_report_and_no_traceback(capsys, tmp_path):
    """What nobody foresaw ends in a few lines to paste, with the version and the place; --debug shows all."""
    words = ["history"]
    assert run(words, _broken_world(tmp_path)) == 1
    said = capsys.readouterr().err
    assert "an unexpected error: ZeroDivisionError" in said
    assert "--- please report this ---" in said
    assert "Traceback" not in said
    assert run([*words, "--debug"], _broken_world(tmp_path)) == 1
    assert "Traceback" in capsys.readouterr().err


def test_secrets_are_taken_out_of_every_error(capsys, tmp_path):
    """Whatever an error says, a secret that is known by then is not in it."""
    world = _broken_world(tmp_path, message="the key hunter2hunter2 is wrong")
    world.redactor.add("hunter2hunter2")
    run(["history", "--debug", "--format", "json"], world)
    said = capsys.readouterr()
    assert "is wrong" in said.out
    assert "hunter2hunter2" not in said.out + said.err


def _broken_world(folder: Path, message: str = "") -> World:
    """A world whose clock fails as nobody foresaw."""

    def clock():
        raise ZeroDivisionError(message)

    (folder / "listsync.yaml").write_text(
        "version: 1\nserver: {url: 'http://127.0.0.1:9', api_key: k}\nlists: {a: {source: a.txt}}\n"
    )
    return World(environ={"LISTSYNC_CONFIG": str(folder / "listsync.yaml")}, clock=clock)


def test_a_reader_that_goes_away_is_no_error():
    """`listsync providers | head -1` ends quietly."""
    process = subprocess.Popen(
        [*LISTSYNC, "providers"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    process.stdout.close()
    assert process.wait(timeout=30) == 128 + signal.SIGPIPE
    assert process.stderr.read() == ""
    process.stderr.close()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_with_their_code(number, code):
    """Ctrl-C and a container's stop are told apart by the exit code, without a traceback."""
    script = (
        "import os, sys\nfrom reconciler import cli\n"
        "from reconciler.commands import providers\n"
        f"providers.work = lambda: os.kill(os.getpid(), {int(number)}) or __import__('time').sleep(20)\n"
        "sys.exit(cli.run(['providers']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=30, check=False
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_the_first_signal_lets_the_request_under_way_end():
    """While requests are sent, the first SIGINT sets the stop flag; the second interrupts."""
    world, said = World(environ={}), []
    with stopping_at_signals(world.stop, said.append) as came:
        os.kill(os.getpid(), signal.SIGINT)
        assert (world.stop.is_set(), came, len(said)) == (True, [signal.SIGINT], 1)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
