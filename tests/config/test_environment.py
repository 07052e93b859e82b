"""The classic environment variables: alone, and beside a file."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.config import Every, LogLevel
from tests.config.conftest import HEAD, Load

Problems = Callable[..., list[str]]
SERVER = {"OVERSEERR_URL": "http://seerr:5055/", "OVERSEERR_API_KEY": "classic-key"}
ONE_LIST = f"{HEAD}lists:\n  top:\n    source: imdb:top\n"


def test_the_classic_variables_alone_are_a_whole_configuration(loads: Load) -> None:
    loaded = loads(
        None,
        SERVER
        | {
            "OVERSEERR_USER_ID": "3",
            "OVERSEERR_4K": "true",
            "SYNC_INTERVAL": "0.5",
            "AUTOMATED_MODE": "true",
            "TRAKT_CLIENT_ID": "trakt-client",
            "TRAKT_SPECIAL_LISTS": "trending:movies",
            "TRAKT_SPECIAL_ITEMS_LIMIT": "7",
            "IMDB_LISTS": "top, ls012345678 ,",
            "LETTERBOXD_LISTS": "dave/watchlist,dave/horror",
            "MDBLIST_LISTS": "https://mdblist.com/lists/a/b",
            "DISCORD_WEBHOOK_URL": "https://discord.com/api/webhooks/1/x",
            "LOG_LEVEL": "DEBUG",
            "TZ": "Europe/Madrid",
        },
    )
    config = loaded.config
    assert loaded.path is None
    assert config.server.url == "http://seerr:5055"
    assert config.server.request_as == 3
    assert {name: one.source for name, one in config.lists.items()} == {
        "imdb-top": "imdb:top",
        "imdb-ls012345678": "imdb:ls012345678",
        "trakt-trending-movies": "trakt:trending:movies",
        "letterboxd-dave-watchlist": "letterboxd:dave/watchlist",
        "letterboxd-dave-list-horror": "letterboxd:dave/list/horror",
        "https-mdblist-com-lists-a-b": "https://mdblist.com/lists/a/b",
    }
    assert {name: one.limit for name, one in config.lists.items() if one.limit} == {"trakt-trending-movies": 7}
    assert all(one.request.is_4k is True for one in config.lists.values())
    assert all(one.every == Every(period=timedelta(minutes=30)) for one in config.lists.values())
    assert config.providers["trakt"].options["client_id"].get_secret_value() == "trakt-client"
    assert config.notifications[0].discord is not None
    assert (config.log.level, config.timezone, config.run.once) == (LogLevel.DEBUG, "Europe/Madrid", False)
    assert loaded.warnings == ()


def test_names_come_from_the_canonical_source_and_are_never_shared(loads: Load) -> None:
    lists = loads(None, SERVER | {"IMDB_LISTS": "a/b,a-b,a/b"}).config.lists
    assert list(lists) == ["imdb-a-b", "imdb-a-b-2"]


def test_what_the_old_program_took_is_read_by_todays_providers(loads: Load) -> None:
    environ = SERVER | {
        "IMDB_LISTS": "top,ls012345678,https://www.imdb.com/list/ls012345678/?ref_=x",
        "TRAKT_LISTS": "123456,https://trakt.tv/users/dave/lists/horror",
        "TRAKT_SPECIAL_LISTS": "trending:movies,https://trakt.tv/shows/popular",
        "LETTERBOXD_LISTS": "dave/watchlist,https://letterboxd.com/dave/list/y/",
        "MDBLIST_LISTS": "a/b",
        "STEVENLU_LISTS": "stevenlu",
    }
    loaded = loads(None, environ, parse_source=None, providers=None)
    assert list(loaded.config.lists) == [
        "imdb-top",
        "imdb-ls012345678",
        "trakt-lists-123456",
        "trakt-dave-lists-horror",
        "trakt-trending-movies",
        "trakt-popular-shows",
        "letterboxd-dave-watchlist",
        "letterboxd-dave-list-y",
        "mdblist-a-b",
        "stevenlu-movies",
    ]
    assert loaded.warnings == ()


def test_the_limit_of_special_lists_is_twenty_unless_given(loads: Load) -> None:
    lists = loads(None, SERVER | {"TRAKT_SPECIAL_LISTS": "popular:shows"}).config.lists
    assert lists["trakt-popular-shows"].limit == 20


def test_lists_without_a_provider_are_left_out_with_a_warning_that_names_them(loads: Load) -> None:
    loaded = loads(None, SERVER | {"IMDB_LISTS": "top", "TMDB_LISTS": "123,456"})
    assert list(loaded.config.lists) == ["imdb-top"]
    assert [str(one) for one in loaded.warnings] == [
        "environment variable TMDB_LISTS: there is no provider tmdb yet: 123, 456 left out"
    ]


def test_a_variable_may_name_a_file_that_holds_its_value(loads: Load, folder: Path) -> None:
    (folder / "key").write_text("key-of-a-file\n")
    (folder / "lists").write_text("top,boxoffice\n")
    config = loads(
        None,
        {"OVERSEERR_URL": "http://x", "OVERSEERR_API_KEY_FILE": str(folder / "key"), "IMDB_LISTS_FILE": "lists"},
    ).config
    assert config.server.api_key.get_secret_value() == "key-of-a-file"
    assert list(config.lists) == ["imdb-top", "imdb-boxoffice"]


@pytest.mark.parametrize(("variable", "value"), [("SYNC_INTERVAL", "0"), ("AUTOMATED_MODE", "false")])
def test_one_pass_is_asked_for_in_two_ways(loads: Load, variable: str, value: str) -> None:
    assert loads(None, SERVER | {variable: value}).config.run.once is True


def test_wrong_variables_are_told_by_name_all_at_once(problems: Problems) -> None:
    found = problems(
        None,
        {
            "OVERSEERR_URL": "seerr",
            "OVERSEERR_4K": "maybe",
            "SYNC_INTERVAL": "daily",
            "AUTOMATED_MODE": "sometimes",
            "TRAKT_SPECIAL_LISTS": "trending:movies,popular:movies",
            "TRAKT_SPECIAL_ITEMS_LIMIT": "-1",
            "IMDB_LISTS_FILE": "none",
            "LOG_LEVEL": "loud",
        },
    )
    assert sorted(line.split(": ")[0] + ": " + line.split(": ")[1] for line in found) == [
        "environment variable AUTOMATED_MODE: run.once",
        "environment variable IMDB_LISTS_FILE: there is no file " + found_path(found),
        "environment variable LOG_LEVEL: log.level",
        "environment variable OVERSEERR_4K: defaults.request.is_4k",
        "environment variable OVERSEERR_URL: server.url",
        "environment variable SYNC_INTERVAL: defaults.every",
        "environment variable TRAKT_SPECIAL_ITEMS_LIMIT: lists.trakt-trending-movies.limit",
        "environment: server.api_key",
    ]


def found_path(lines: list[str]) -> str:
    (line,) = (line for line in lines if "IMDB_LISTS_FILE" in line)
    return line.split("there is no file ")[1]


def test_a_source_that_no_provider_reads_names_its_variable(problems: Problems) -> None:
    found = problems(None, SERVER | {"MDBLIST_LISTS": "https//x", "IMDB_LISTS": "nope:x"}, parse_source=_only_imdb)
    assert found == ["environment variable MDBLIST_LISTS: lists.mdblist-https-x.source: no (write it like imdb:top)"]


def _only_imdb(text: str) -> object:
    from providers.errors import SourceError
    from schemas.source import Source

    if not text.startswith("imdb:"):
        raise SourceError("no", ("imdb:top",))
    return Source("imdb", text)


def test_nothing_at_all_says_what_is_needed(problems: Problems) -> None:
    assert problems(None, {}) == [
        "environment: server: is missing"
        " (write `server:` with a `url` and an `api_key`, or set OVERSEERR_URL and OVERSEERR_API_KEY)"
    ]


def test_beside_a_file_variables_come_first_value_by_value(loads: Load) -> None:
    text = (
        f"{HEAD}timezone: Europe/Paris\ndefaults: {{every: 1d, request: {{is_4k: true, seasons: first}}}}\n"
        "log: {level: info, file: x.log}\n"
        "notifications: [{apprise: ntfy://a}, {discord: https://old, events: [failed]}]\n"
        "lists: {top: {source: imdb:top}}\n"
    )
    config = loads(
        text,
        SERVER
        | {
            "OVERSEERR_4K": "0",
            "SYNC_INTERVAL": "6",
            "LOG_LEVEL": "WARN",
            "TZ": "UTC+2",
            "DISCORD_WEBHOOK_URL": "https://new",
            "SIMKL_CLIENT_ID": "",
        },
    ).config
    assert config.server.api_key.get_secret_value() == "classic-key"
    assert config.timezone == "Etc/GMT-2"
    assert config.lists["top"].request.is_4k is False
    assert config.lists["top"].request.seasons == "first"
    assert config.lists["top"].every == Every(period=timedelta(hours=6))
    assert (config.log.level, config.log.file) == (LogLevel.WARNING, "x.log")
    assert [one.discord.get_secret_value() for one in config.notifications if one.discord] == ["https://new"]
    assert config.notifications[1].events == ("failed",)
    assert config.providers == {}


def test_beside_a_file_list_variables_are_ignored_with_a_warning_that_names_them(loads: Load) -> None:
    loaded = loads(ONE_LIST, {"IMDB_LISTS": "boxoffice", "TRAKT_SPECIAL_ITEMS_LIMIT": "5"})
    assert list(loaded.config.lists) == ["top"]
    assert [str(one) for one in loaded.warnings] == [
        "listsync.yaml:1:1: lists: the file declares the lists: IMDB_LISTS, TRAKT_SPECIAL_ITEMS_LIMIT are ignored"
        " (unset them, or move them into the file)"
    ]


def test_a_time_zone_that_cannot_be_used_is_ignored_with_a_warning(loads: Load) -> None:
    loaded = loads(f"{ONE_LIST}timezone: Europe/Paris\n", {"TZ": "UTC+5:30"})
    assert loaded.config.timezone == "Europe/Paris"
    assert str(loaded.warnings[0]) == (
        "environment variable TZ: timezone: 'UTC+5:30' is no time zone that can be used, and is ignored"
        " (write it like Europe/Madrid)"
    )


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("PST", "America/Los_Angeles"),
        ("GMT", "UTC"),
        ("UTC-5", "Etc/GMT+5"),
        ("UTC+05:00", "Etc/GMT-5"),
        (":UTC", "UTC"),
    ],
)
def test_abbreviations_and_offsets_become_zones(loads: Load, text: str, zone: str) -> None:
    assert loads(ONE_LIST, {"TZ": text}).config.timezone == zone


@pytest.mark.parametrize("text", [None, ONE_LIST, f"{ONE_LIST}state:\n", f"{ONE_LIST}state:\n  history: 7d\n"])
def test_the_ledger_lies_in_the_folder_that_the_container_names(loads: Load, text: str | None) -> None:
    environ = (SERVER | {"IMDB_LISTS": "top"} if text is None else {}) | {"LISTSYNC_DATA": "/data"}
    assert loads(text, environ).config.state.database == "/data/listsync.db"


def test_a_file_that_says_where_the_ledger_lies_comes_before_the_container(loads: Load) -> None:
    text = f"{ONE_LIST}state:\n  database: mine.db\n"
    assert loads(text, {"LISTSYNC_DATA": "/data"}).config.state.database == "mine.db"
