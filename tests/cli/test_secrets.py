"""`listsync secrets`: values that only their passphrase opens, and that nobody is ever shown."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.demo.server import DemoServer
from reconciler.secretstore import put
from tests.cli.test_terminal import Terminal
from tests.config.conftest import NOW, OPENS, PASSPHRASE, QUICK

ROOT = Path(__file__).parents[2]
VALUE, OTHER = "s3cret-value-of-one", "s3cret-value-of-two"
CONFIG = """\
version: 1
server:
  url: http://seerr:5055
  api_key: ${secret:seerr}
lists:
  evening: {source: evening.txt}
"""


@dataclass
class Desk:
    """A folder with a configuration, and somebody who types commands there."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    environ: dict[str, str] = field(default_factory=lambda: {PASSPHRASE: OPENS})
    said: str = ""
    """Everything, on both streams, since the beginning."""
    code: int = 0

    @property
    def store(self) -> Path:
        return self.folder / "data" / "secrets.json"

    def __call__(self, *words: str, stdin: str = "", **environ: str) -> str:
        """What a command says on both streams."""
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        self.code = run(words, World(self.environ | environ, sleep=lambda _: None))
        out, err = self.capture.readouterr()
        self.said += out + err
        return out + err

    def keeps(self, **values: str) -> None:
        """Kept in no time, with a key that is made so."""
        for name, value in values.items():
            put(self.store, OPENS, name, value, NOW, stretching=QUICK)

    def document(self) -> dict[str, Any]:
        return json.loads(self.store.read_text())

    def change(self, document: object) -> None:
        self.store.write_text(json.dumps(document))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "listsync.yaml").write_text(CONFIG)
    (tmp_path / "evening.txt").write_text("Heat (1995)\n")
    return Desk(tmp_path, capsys, monkeypatch)


# --- set, list, remove -----------------------------------------------------------------------------------------------


def test_what_is_set_is_what_the_configuration_gets(desk: Desk) -> None:
    """From the first value in a new store, whose key is made as it is for people."""
    assert "${secret:seerr}" in desk("secrets", "set", "seerr", stdin=f"{VALUE}\n")
    assert desk.code == 0
    assert desk("validate") == "listsync.yaml: 1 list, valid\n"
    assert desk.document()["key"]["n"] * desk.document()["key"]["r"] * 128 == 32 * 2**20
    assert VALUE not in desk.said + desk.store.read_text()


def test_the_file_is_its_owners_alone_also_after_a_crash_left_something(desk: Desk) -> None:
    desk.store.parent.mkdir()
    (desk.folder / "data" / "secrets.json.partial").write_text("half of")
    (desk.folder / "data" / "secrets.json.partial").chmod(0o644)
    desk.keeps(seerr=VALUE)
    desk("secrets", "set", "seerr", stdin=OTHER)
    assert desk.store.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in desk.store.parent.iterdir()) == ["secrets.json", "secrets.json.lock"]


def test_names_are_listed_without_a_passphrase_and_values_never(desk: Desk) -> None:
    desk.keeps(two=OTHER, one=VALUE)
    assert desk("secrets", "list", "--quiet", **{PASSPHRASE: ""}).splitlines() == [
        "one  set 2026-11-22 12:00 UTC",
        "two  set 2026-11-22 12:00 UTC",
    ]
    assert desk("secrets", "remove", "one") == f"Removed one from {desk.store}.\n"
    assert "one" not in desk("secrets", "list", "-q")
    assert "did you mean two?" in desk("secrets", "remove", "tow")
    assert desk.code == 1


def test_an_empty_house_says_how_to_begin(desk: Desk) -> None:
    assert "`listsync secrets set NAME` makes one" in desk("secrets", "list")
    assert desk.code == 0
    assert "`listsync secrets set NAME` makes one" in desk("secrets", "rekey")
    assert desk.code == 1


def test_a_value_on_the_command_line_is_neither_taken_nor_repeated(desk: Desk) -> None:
    assert "shell's history" in desk("secrets", "set", "seerr", VALUE)
    assert desk.code == 64
    assert "letters, digits" in desk("secrets", "set", "s3cret value=")
    assert desk.code == 64
    assert "s3cret" not in desk.said
    assert not desk.store.exists()


def test_a_value_is_read_from_a_file_and_a_pem_keeps_its_lines(desk: Desk) -> None:
    (desk.folder / "key.pem").write_text("-----BEGIN\nabc\n-----END\n")
    desk.keeps(one=VALUE)
    desk("secrets", "set", "pem", "--from-file", "key.pem")
    (desk.folder / "listsync.yaml").write_text(CONFIG.replace("seerr}", "pem}"))
    assert "valid" in desk("validate")
    assert "there is no file none" in desk("secrets", "set", "pem", "--from-file", "none")


@pytest.mark.parametrize(("stdin", "what"), [("", "stdin is empty"), ("abc", "fewer than 4"), ("   ", "no value came")])
def test_what_is_no_value_is_refused(desk: Desk, stdin: str, what: str) -> None:
    """One that is too short could not be kept out of a log."""
    desk.keeps(one=VALUE)
    before = desk.store.read_bytes()
    assert what in desk("secrets", "set", "seerr", stdin=stdin)
    assert desk.code == 1
    assert desk.store.read_bytes() == before


def test_the_store_lies_beside_the_ledger_wherever_that_is(desk: Desk) -> None:
    desk("secrets", "set", "seerr", stdin=VALUE, LISTSYNC_DATA=str(desk.folder / "volume"))
    assert (desk.folder / "volume" / "secrets.json").is_file()
    (desk.folder / "listsync.yaml").write_text(CONFIG + "state: {database: '${HERE}/my.db'}\n")
    assert "valid" in desk("validate", HERE="volume", LISTSYNC_DATA="/nowhere")
    assert "`state.database` does not say" in desk("secrets", "list")
    (desk.folder / "listsync.yaml").write_text(CONFIG + "state: {database: '${secret:seerr}'}\n")
    assert "`state.database` says where the encrypted store is" in desk("validate")


def test_a_value_is_set_before_there_is_a_configuration_or_a_valid_one(desk: Desk) -> None:
    (desk.folder / "listsync.yaml").write_text("version: 7\nwhat: ever\n")
    desk.keeps(seerr=VALUE)
    desk("secrets", "set", "other", stdin=OTHER)
    assert desk.code == 0
    (desk.folder / "listsync.yaml").unlink()
    assert "other" in desk("secrets", "list")


# --- passphrases -----------------------------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_said_to_be_one(desk: Desk) -> None:
    desk.keeps(seerr=VALUE)
    before = desk.store.read_bytes()
    for words in (("validate",), ("secrets", "set", "seerr"), ("secrets", "rekey", "--new-key-file", "evening.txt")):
        assert "this passphrase does not open" in desk(*words, stdin=OTHER, **{PASSPHRASE: "another-passphrase"})
        assert desk.code == 1
    assert desk.store.read_bytes() == before
    assert "another-passphrase" not in desk.said


def test_without_a_passphrase_it_is_said_what_to_set_and_what_was_not_checked(desk: Desk) -> None:
    """Nobody is there to type one, as in a container."""
    desk.keeps(seerr=VALUE)
    desk.environ = {}
    told = desk("validate")
    assert told.startswith("listsync.yaml:4:12: server.api_key: seerr stays closed: the encrypted store")
    assert "set LISTSYNC_SECRETS_KEY to its passphrase, or LISTSYNC_SECRETS_KEY_FILE" in told
    assert desk.code == 1
    assert "warning: listsync.yaml:4:12: server.api_key: seerr stays closed" in desk("validate", "--without-values")
    assert desk.code == 0
    assert "set LISTSYNC_SECRETS_KEY" in desk("secrets", "set", "seerr", stdin=OTHER)
    assert desk.code == 1


def test_a_passphrase_may_come_from_a_file(desk: Desk) -> None:
    """A Docker secret, with or without a line end."""
    desk.keeps(seerr=VALUE)
    (desk.folder / "key").write_text(f"{OPENS}\n")
    desk.environ = {f"{PASSPHRASE}_FILE": "key"}
    assert "valid" in desk("validate")
    (desk.folder / "key").unlink()
    assert f"LISTSYNC_SECRETS_KEY_FILE: there is no file {desk.folder}/key" in desk("validate")


def test_a_short_passphrase_is_not_taken_for_a_new_store(desk: Desk) -> None:
    assert "fewer than 8 characters" in desk("secrets", "set", "seerr", stdin=VALUE, **{PASSPHRASE: "short"})
    assert not desk.store.exists()


def test_rekey_changes_the_passphrase_and_nothing_else(desk: Desk) -> None:
    desk.keeps(seerr=VALUE, two=OTHER)
    listed = desk("secrets", "list")
    (desk.folder / "new").write_text("a new passphrase\n")
    assert "2 values sealed anew" in desk("secrets", "rekey", "--new-key-file", "new")
    assert "does not open" in desk("validate")
    desk.environ = {PASSPHRASE: "a new passphrase"}
    assert "valid" in desk("validate")
    assert desk("secrets", "list") == listed
    assert "new passphrase" not in desk.said.replace("has a new passphrase;", "")


def test_rekey_seals_every_value_anew_or_none(desk: Desk) -> None:
    desk.keeps(seerr=VALUE, two=OTHER)
    document = desk.document()
    document["secrets"]["two"]["value"]["sealed"] = document["secrets"]["seerr"]["value"]["sealed"]
    desk.change(document)
    before = desk.store.read_bytes()
    (desk.folder / "new").write_text("a new passphrase")
    assert "two is not as it was kept" in desk("secrets", "rekey", "--new-key-file", "new")
    assert desk.code == 1
    assert desk.store.read_bytes() == before
    assert "nobody to type a new passphrase" in desk("secrets", "rekey")
    assert desk.code == 64


@pytest.mark.slow
def test_on_a_terminal_everything_is_typed_unseen(desk: Desk) -> None:
    """The first value makes the store: its passphrase is typed twice."""
    setting = Terminal(["secrets", "set", "seerr"], desk.folder, {})
    for prompt, typed in (
        ("New passphrase for", OPENS),
        ("Repeat for confirmation", OPENS),
        ("Value of seerr", VALUE),
    ):
        setting.until(prompt)
        setting.type(typed)
    assert setting.end() == 0
    checking = Terminal(["validate"], desk.folder, {})
    checking.until("Passphrase of")
    checking.type(OPENS)
    assert checking.end() == 0
    giving_up = Terminal(["validate"], desk.folder, {})
    giving_up.until("Enter to give up")
    giving_up.type("")
    assert giving_up.end() == 1
    assert "stays closed" in giving_up.shown
    offline = Terminal(["validate", "--without-values"], desk.folder, {})
    assert offline.end() == 0
    assert "Passphrase" not in offline.shown
    for shown in (setting.shown, checking.shown):
        assert VALUE not in shown
        assert OPENS not in shown


# --- references ------------------------------------------------------------------------------------------------------


def test_an_unknown_name_is_told_with_its_place_and_the_nearest_one_also_when_closed(desk: Desk) -> None:
    desk.keeps(seer=VALUE)
    desk.environ = {}
    assert desk("validate") == (
        f"listsync.yaml:4:12: server.api_key: the encrypted store {desk.store} holds no seerr (did you mean seer?)\n"
    )
    (desk.folder / "listsync.yaml").write_text(CONFIG.replace("secret:seerr", "secret:se err"))
    assert "${secret:se err} is not understood (names are made of" in desk("validate")


def test_a_key_that_the_file_leaves_out_is_looked_for_under_its_own_name(desk: Desk) -> None:
    desk.keeps(**{"server.api_key": VALUE})
    (desk.folder / "listsync.yaml").write_text(CONFIG.replace("  api_key: ${secret:seerr}\n", ""))
    assert "valid" in desk("validate")
    told = desk("validate", **{PASSPHRASE: ""})
    assert told.startswith("${secret:server.api_key}: server.api_key: server.api_key stays closed")
    assert len(told.splitlines()) == 1


def test_the_environment_comes_before_the_store(desk: Desk) -> None:
    """Nothing is opened for a value that is not needed."""
    desk.keeps(**{"server.api_key": VALUE})
    (desk.folder / "listsync.yaml").write_text(CONFIG.replace("  api_key: ${secret:seerr}\n", ""))
    assert "valid" in desk("validate", OVERSEERR_API_KEY="from-outside", **{PASSPHRASE: ""})


def test_nothing_of_the_store_is_imported_where_no_secret_is_used(desk: Desk) -> None:
    (desk.folder / "listsync.yaml").write_text(CONFIG.replace("${secret:seerr}", "plain-key"))
    desk.keeps(seerr=VALUE)
    code = (
        "import sys; from reconciler.cli import run; run(['validate'])\n"
        "print([name for name in sys.modules if name.startswith(('cryptography', 'reconciler.secretstore'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}, check=True
    )
    assert done.stdout.splitlines() == ["listsync.yaml: 1 list, valid", "[]"]


# --- damage ----------------------------------------------------------------------------------------------------------


def _swapped(document: dict[str, Any]) -> None:
    kept = document["secrets"]
    kept["seerr"], kept["two"] = kept["two"], kept["seerr"]


def _flipped(document: dict[str, Any]) -> None:
    sealed = document["secrets"]["seerr"]["value"]["sealed"]
    document["secrets"]["seerr"]["value"]["sealed"] = ("B" if sealed[0] == "A" else "A") + sealed[1:]


def _dated(document: dict[str, Any]) -> None:
    document["secrets"]["seerr"]["set_at"] = "2030-01-01T00:00:00Z"


@pytest.mark.parametrize("spoil", [_swapped, _flipped, _dated])
def test_a_value_that_somebody_changed_or_exchanged_is_not_used(desk: Desk, spoil: Any) -> None:
    desk.keeps(seerr=VALUE, two=OTHER)
    document = desk.document()
    spoil(document)
    desk.change(document)
    told = desk("validate")
    assert desk.code == 1
    assert "is damaged: seerr is not as it was kept" in told
    assert "`listsync secrets set seerr` keeps it anew" in told
    desk("secrets", "set", "seerr", stdin=VALUE)
    assert "valid" in desk("validate")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"version": 2}, "was written by a newer listsync"),
        ({"version": "1"}, "is damaged: version"),
        ({"format": "other"}, "is damaged: format"),
        ({"check": {}}, "is damaged: check"),
        ({"key": {"salt": "c2FsdA==", "n": 2, "r": 1, "p": 1}}, "is damaged: key.salt"),
        ({"key": {"salt": "c2FsdHNhbHRzYWx0c2FsdA==", "n": 2**40, "r": 8, "p": 1}}, "is damaged: key.n"),
        ({"key": {"salt": "c2FsdHNhbHRzYWx0c2FsdA==", "n": 2**20, "r": 32, "p": 1}}, "is damaged: key"),
        ({"key": {"salt": "c2FsdHNhbHRzYWx0c2FsdA==", "n": 2, "r": 1, "p": 1}}, "does not open"),
        ({"secrets": {"seerr": VALUE}}, "is damaged: secrets.seerr"),
    ],
)
def test_a_file_that_listsync_did_not_write_is_refused_and_not_quoted(
    desk: Desk, change: dict[str, Any], what: str
) -> None:
    """Nor do absurd parameters take the machine down."""
    desk.keeps(seerr=VALUE)
    desk.change(desk.document() | change)
    before = desk.store.read_bytes()
    assert what in desk("validate")
    assert desk.code == 1
    desk("secrets", "set", "other", stdin=OTHER)
    assert desk.code == 1
    assert desk.store.read_bytes() == before
    assert "s3cret" not in desk.said


@pytest.mark.parametrize("content", ["", "not json", "[]", "null", "\x00"])
def test_a_file_that_is_something_else_is_named_with_the_way_back(desk: Desk, content: str) -> None:
    desk.store.parent.mkdir()
    desk.store.write_text(content)
    told = desk("validate")
    assert "secrets.json is damaged" in told
    assert "put a copy of the file back" in told


def test_a_crash_before_the_new_file_is_in_place_leaves_the_old_one(desk: Desk) -> None:
    """The process ends where it would rename: what it wrote until then is passed over by the next."""
    desk.keeps(seerr=VALUE)
    before = desk.store.read_bytes()
    code = (
        "import os, sys\n"
        "def crash(event, facts):\n"
        "    if event == 'os.rename' and str(facts[1]).endswith('secrets.json'):\n"
        "        os._exit(9)\n"
        "sys.addaudithook(crash)\n"
        "from reconciler.cli import main; main(['secrets', 'set', 'two'])"
    )
    environ = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], PASSPHRASE: OPENS}
    done = subprocess.run([sys.executable, "-c", code], input=OTHER, text=True, env=environ, check=False)
    assert done.returncode == 9
    assert desk.store.read_bytes() == before
    assert OTHER not in "".join(path.read_text() for path in desk.store.parent.iterdir())
    assert "valid" in desk("validate")
    desk("secrets", "set", "two", stdin=OTHER)
    assert list(desk.document()["secrets"]) == ["seerr", "two"]


def test_values_that_are_set_at_the_same_time_are_all_kept(desk: Desk) -> None:
    desk.keeps(seerr=VALUE)
    (desk.folder / "value").write_text(OTHER)
    world = World(desk.environ)
    with ThreadPoolExecutor(6) as pool:
        words = (["secrets", "set", f"name-{number}", "--from-file", "value"] for number in range(12))
        assert list(pool.map(lambda one: run(one, world), words)) == [0] * 12
    assert len(desk.document()["secrets"]) == 13


# --- nothing gets out ------------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer("seerr", pending_share=0.0) as server:
        yield server


def test_no_value_is_in_anything_that_is_said_or_written(desk: Desk, server: DemoServer) -> None:
    """Every command that a household uses, as talkative as it gets, and every byte that they leave behind."""
    hook = f"http://127.0.0.1:9/{VALUE}"
    desk.keeps(seerr=server.api_key, hook=hook, proxy=OTHER)
    text = CONFIG.replace("http://seerr:5055", server.url) + (
        "log: {level: debug, file: data/listsync.log}\nnotifications: [{webhook: '${secret:hook}'}]\n"
    )
    text = text.replace("  api_key", "  headers: {X-Proxy: '${secret:proxy}'}\n  api_key")
    (desk.folder / "listsync.yaml").write_text(text)
    for words in (
        ("validate",),
        ("plan", "--out", "plan.json"),
        ("apply", "plan.json", "--yes"),
        ("status", "--format", "json"),
        ("export", "--out", "export.json"),
        ("explain", "Heat"),
        ("doctor", "--format", "json"),
        ("notify", "test"),
        ("backup",),
        ("run", "--once"),
        ("secrets", "list"),
    ):
        desk(*words, "--debug")
        assert desk.code in {0, 3}, (words, desk.said[-2000:])
    for wrong in ("limit: ${secret:seerr}", "every: ${secret:proxy}", "source: ${secret:hook}"):
        (desk.folder / "listsync.yaml").write_text(text.replace("source: evening.txt", f"source: imdb:a, {wrong}"))
        desk("validate", "--debug")
        assert desk.code == 1
    (desk.folder / "listsync.yaml").write_text(text)
    environ, desk.environ = desk.environ, {}
    desk("plan", "--offline", "export.json")
    assert desk.code == 0
    written = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    for secret in (server.api_key, VALUE, OTHER, environ[PASSPHRASE]):
        assert secret not in desk.said
        assert secret.encode() not in written


def test_a_value_is_kept_out_of_sight_wherever_it_is_put(desk: Desk, server: DemoServer) -> None:
    """Also where nobody would expect a secret, and an error names what is wrong."""
    desk.keeps(seerr=server.api_key, who=VALUE)
    text = CONFIG.replace("http://seerr:5055", server.url)
    (desk.folder / "listsync.yaml").write_text(text.replace("  api_key", "  request_as: '${secret:who}'\n  api_key"))
    assert "***" in desk("plan", "--debug")
    assert desk.code == 1
    assert VALUE not in desk.said


def test_the_check_up_opens_every_value_and_looks_at_who_may_read_it(desk: Desk, server: DemoServer) -> None:
    desk.keeps(seerr=server.api_key, two=OTHER)
    (desk.folder / "listsync.yaml").write_text(CONFIG.replace("http://seerr:5055", server.url))

    def found() -> list[tuple[str, str]]:
        document, _ = json.JSONDecoder().raw_decode(desk("doctor", "--format", "json"))
        checks = document["checks"]
        return [(one["outcome"], one["message"]) for one in checks if one["subject"] == "secrets"]

    assert found() == [("ok", f"2 values in {desk.store}, opened and closed again")]
    document = desk.document()
    document["secrets"]["two"]["value"] = document["secrets"]["seerr"]["value"]
    desk.change(document)
    desk.store.chmod(0o644)
    assert [outcome for outcome, _ in found()] == ["warning", "problem"]
    (desk.folder / "listsync.yaml").write_text(
        CONFIG.replace("http://seerr:5055", server.url).replace("${secret:seerr}", server.api_key)
    )
    desk.environ = {}
    assert [outcome for outcome, _ in found()] == ["warning", "skipped"]
    desk.store.unlink()
    assert found() == []


def test_a_configuration_that_is_followed_in_git_has_its_store_beside_the_ledger_too(
    desk: Desk, server: DemoServer
) -> None:
    """Not in the checkout, which comes and goes; also with a passphrase file of this folder."""
    origin = desk.folder / "origin"
    origin.mkdir()
    (origin / "listsync.yaml").write_text(CONFIG.replace("http://seerr:5055", server.url))
    (origin / "evening.txt").write_text("Heat (1995)\n")
    who = ["-c", "user.name=dave", "-c", "user.email=dave@example.com"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *words], cwd=origin, check=True)
    (desk.folder / "listsync.yaml").unlink()
    (desk.folder / "key").write_text(OPENS)
    desk.environ = {"LISTSYNC_GIT": str(origin), f"{PASSPHRASE}_FILE": "key"}
    desk("secrets", "set", "seerr", stdin=server.api_key)
    assert desk.store.is_file()
    assert "Heat" in desk("run", "--once")
    assert desk.code == 0
    assert "seerr  set" in desk("secrets", "list")
    assert "1 value in" in desk("doctor")
    assert desk.code == 0
    assert server.api_key not in desk.said
