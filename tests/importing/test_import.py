"""`listsync import`: a data folder of ListSync 0.6 becomes a file, and what the ledger has to know."""

import base64
import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from providers.lists import registry
from reconciler.cli import run
from reconciler.commands.frame import World
from reconciler.config import References, load
from reconciler.demo.server import DemoServer
from reconciler.errors import ListsyncError
from reconciler.importing import read_household, write_config

ROOT = Path(__file__).parents[2]
SAMPLE = Path(os.environ.get("LISTSYNC_RECORDINGS", ROOT / "../shared/recordings")).parent / "import-sample/data"
SCHEMA = """
CREATE TABLE lists (id INTEGER PRIMARY KEY, list_type TEXT, list_id TEXT, list_url TEXT, user_id TEXT DEFAULT "1");
CREATE TABLE synced_items (id INTEGER PRIMARY KEY, title TEXT, media_type TEXT, year INTEGER, overseerr_id INTEGER,
  status TEXT, tmdb_id TEXT);
CREATE TABLE sync_interval (id INTEGER PRIMARY KEY, interval_hours REAL);
CREATE TABLE app_settings (key TEXT PRIMARY KEY, value TEXT, is_encrypted INTEGER DEFAULT 0);
"""
MATRIX, DUNE, HEAT = 603, 438631, 949


@dataclass
class Old:
    """A data folder, as that program writes it."""

    folder: Path
    key: bytes

    def add(self, table: str, **values: object) -> None:
        with closing(sqlite3.connect(self.folder / "list_sync.db")) as database, database:
            names, marks = ", ".join(values), ", ".join("?" * len(values))
            database.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))

    def setting(self, key: str, value: str) -> None:
        self.add("app_settings", key=key, value=value)

    def secret(self, key: str, value: str) -> None:
        token = Fernet(self.key).encrypt(value.encode()).decode()
        self.add("app_settings", key=key, value=token, is_encrypted=1)

    def title(self, tmdb: int, title: str, status: str = "requested", kind: str = "movie") -> None:
        self.add("synced_items", title=title, media_type=kind, overseerr_id=tmdb, status=status)


@pytest.fixture
def old(tmp_path: Path) -> Old:
    folder, key = tmp_path / "old", Fernet.generate_key()
    folder.mkdir()
    (folder / ".encryption_key").write_bytes(key)
    with closing(sqlite3.connect(folder / "list_sync.db")) as database:
        database.executescript(SCHEMA)
    made = Old(folder, key)
    made.setting("overseerr_url", "http://seerr:5055")
    made.secret("overseerr_api_key", "a-very-secret-key")
    return made


def text_of(old: Old) -> str:
    return write_config(read_household(old.folder, {}), registry.parse_source).text


def notes_of(old: Old) -> tuple[str, ...]:
    return write_config(read_household(old.folder, {}), registry.parse_source).notes


def test_lists_and_settings_become_a_file_that_is_valid_and_holds_no_secret(old: Old, tmp_path: Path) -> None:
    old.add("lists", list_type="imdb", list_id="top")
    old.add("lists", list_type="trakt_special", list_id="trending:movies", user_id="2")
    old.add("lists", list_type="letterboxd", list_id="bob/best")
    old.add("sync_interval", interval_hours=6.5)
    old.setting("trakt_special_items_limit", "40")
    old.setting("timezone", "CEST")
    old.setting("overseerr_4k", "true")
    old.secret("discord_webhook", "https://discord.example/api/webhooks/1/x")
    path = tmp_path / "listsync.yaml"
    path.write_text(text_of(old))
    assert "secret" not in path.read_text()
    assert "discord.example" not in path.read_text()
    config = load(path, {}, references=References.TOLERATED).config
    assert config.timezone == "Europe/Berlin"
    assert {name: (one.source, one.limit, one.request_as) for name, one in config.lists.items()} == {
        "imdb-top": ("imdb:top", None, None),
        "trakt-trending-movies": ("trakt:trending:movies", 40, 2),
        "letterboxd-bob-list-best": ("letterboxd:bob/list/best", None, None),
    }
    assert {str(one.every) for one in config.lists.values()} == {"6h30m"}
    assert all(one.request.is_4k for one in config.lists.values())
    assert len(config.notifications) == 1


def test_what_cannot_be_taken_over_and_what_differs_is_told(old: Old) -> None:
    old.add("lists", list_type="simkl", list_id="watchlist")
    old.add("lists", list_type="imdb", list_id="no such thing")
    old.add("lists", list_type="trakt", list_id="https://trakt.tv/users/bob/watchlist?x=1", user_id="2")
    old.add("lists", list_type="trakt", list_id="https://app.trakt.tv/users/bob/watchlist")
    old.setting("overseerr_user_id", "3")
    old.setting("auto_sync", "false")
    old.add("synced_items", title="Nameless", media_type="unknown", status="skipped")
    notes = notes_of(old)
    assert [note.split(":")[0] for note in notes[:3]] == ["left out"] * 3
    assert "simkl watchlist" in notes[0]
    assert "imdb no such thing" in notes[1]
    assert "is trakt-bob-watchlist once more" in notes[2]
    assert [note for note in notes if "user 3" in note]
    assert [note for note in notes if "limit: 100" in note]
    assert [note for note in notes if "1 of its titles have no id" in note]
    assert "once: true" in text_of(old)


def test_settings_count_where_no_list_ever_ran(old: Old) -> None:
    old.setting("imdb_lists", "top, ls026785255")
    assert "imdb:ls026785255" in text_of(old)


def test_a_lost_key_is_told_and_nothing_is_taken_for_it(old: Old) -> None:
    (old.folder / ".encryption_key").unlink()
    (note,) = notes_of(old)
    assert note == "overseerr_api_key is encrypted, and its key is lost: set OVERSEERR_API_KEY yourself"


def test_a_key_in_the_environment_opens_the_settings(old: Old) -> None:
    (old.folder / ".encryption_key").unlink()
    found = read_household(old.folder, {"ENCRYPTION_KEY": old.key.decode()})
    assert found.settings["overseerr_api_key"] == "a-very-secret-key"
    assert "a-very-secret-key" not in repr(found)


def test_the_older_file_is_opened_with_its_passphrase(old: Old) -> None:
    with closing(sqlite3.connect(old.folder / "list_sync.db")) as database, database:
        database.execute("DROP TABLE app_settings")
    token = Fernet(base64.urlsafe_b64encode(b"hunter2".ljust(32))).encrypt(
        json.dumps({"overseerr_url": "http://old:5055", "api_key": "older-key", "requester_user_id": "1"}).encode()
    )
    (old.folder / "config.enc").write_bytes(token)
    answers = iter(["wrong", "hunter2"])
    found = read_household(old.folder, {}, lambda _: next(answers))
    assert (found.settings["overseerr_url"], found.settings["overseerr_api_key"]) == ("http://old:5055", "older-key")
    assert read_household(old.folder, {}, lambda _: "").settings == {}


def test_a_folder_that_is_none_of_its_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListsyncError, match=r"holds no list_sync\.db"):
        read_household(tmp_path, {})
    (tmp_path / "list_sync.db").write_text("no database, but longer than nothing " * 40)
    with pytest.raises(ListsyncError, match="cannot be read"):
        read_household(tmp_path, {})


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the sample installation is not here")
def test_an_installation_that_the_program_itself_wrote_is_read() -> None:
    found = read_household(SAMPLE, {})
    assert found.locked == ()
    assert len(found.lists) == 15
    assert [one.title for one in found.titles] == ["Dune", "Severance"]
    assert write_config(found, registry.parse_source).lists == 10


@dataclass
class House:
    server: DemoServer
    folder: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = run(words, World({}, sleep=lambda _: None))
        said = self.capture.readouterr()
        return code, said.out, said.err


@pytest.fixture
def house(
    old: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[House]:
    """A server that knows the Matrix and no longer Dune, both of which the old program requested."""
    monkeypatch.chdir(tmp_path)
    with DemoServer("seerr", pending_share=0.0) as server:
        old.setting("overseerr_url", server.url)
        old.secret("overseerr_api_key", server.api_key)
        old.title(MATRIX, "The Matrix")
        old.title(DUNE, "Dune", "skipped")
        old.title(HEAT, "Heat", "not_found")
        server.people.request("movie", MATRIX)
        yield House(server, tmp_path, capsys)


def test_what_was_deleted_before_stays_deleted(house: House, old: Old) -> None:
    """The first plan asks for what the old program never asked for, and for nothing that people deleted since."""
    (house.folder / "films.txt").write_text("The Matrix (1999)\nDune (2021)\nHeat (1995)\n")
    config = f"version: 1\nserver: {{url: '{house.server.url}', api_key: '${{OVERSEERR_API_KEY}}'}}\n"
    (house.folder / "listsync.yaml").write_text(f"{config}lists: {{films: {{source: films.txt}}}}\n")
    code, out, _ = house("import", "old")
    assert code == 0
    assert "listsync.yaml exists and is left as it is" in out
    assert "1 title of its history is on the server" in out
    assert "1 title stays gone: Dune." in out
    assert not house.server.calls.writes()
    world = World({"OVERSEERR_API_KEY": house.server.api_key}, sleep=lambda _: None)
    run(["plan", "--format", "json"], world)
    plan = json.loads(house.capture.readouterr().out)
    assert [one["title"] for one in plan["actions"] if one["action"] == "create"] == ["Heat"]
    assert [(one["title"], one["reason"]) for one in plan["held"]] == [("Dune", "Suppressed")]


def test_importing_again_changes_nothing(house: House) -> None:
    assert house("import", "old")[0] == 0
    written = (house.folder / "listsync.yaml").read_text()
    code, out, _ = house("import", "old")
    assert code == 0
    assert "1 title the ledger knows already" in out
    assert (house.folder / "listsync.yaml").read_text() == written


def test_too_many_titles_that_are_gone_want_a_persons_word(house: House, old: Old) -> None:
    """A wrong or reinstalled server looks like everybody deleting everything."""
    for number in range(1000, 1030):
        old.title(number, f"Film {number}")
    code, out, err = house("import", "old")
    assert code == 3
    assert "too many to believe it unasked" in out
    assert "--all-gone" in err
    code, out, _ = house("import", "old", "--all-gone")
    assert code == 0
    assert "31 titles stay gone" in out


def test_without_a_server_the_file_is_written_and_the_way_on_is_told(house: House) -> None:
    house.server.stop()
    code, out, err = house("import", "old")
    assert code == 3
    assert "listsync.yaml is written" in out
    assert "repeat this command" in err


def test_keys_go_into_a_file_for_its_owner_alone_and_nowhere_else(house: House) -> None:
    code, out, err = house("import", "old", "--print", "--secrets", "keys.env")
    assert code == 0
    path = house.folder / "keys.env"
    assert path.read_text() == f"OVERSEERR_API_KEY={house.server.api_key}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert house.server.api_key not in out + err
    assert not (house.folder / "listsync.yaml").exists()
    assert house("import", "old", "--print", "--secrets", "keys.env")[0] == 4
