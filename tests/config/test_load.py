"""From a file to a configuration: defaults, references, precedence, digests."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.config import ConfigErrors, References, find_config, load
from reconciler.config.connect import provider_settings, server_settings
from schemas.config import Config, Every
from schemas.media import Key, Kind
from schemas.record import OnDeleted, OnRelisted, OnRemoved
from schemas.source import Source
from tests.config.conftest import HEAD, PASSPHRASE, Load, stored

Problems = Callable[..., list[str]]


def test_the_smallest_file_has_every_default(loads: Load) -> None:
    loaded = loads(f"{HEAD}lists:\n  top:\n    source: imdb:top\n")
    top = loaded.config.lists["top"]
    assert loaded.sources == {"top": Source("imdb", "top")}
    assert top.every == Every(period=timedelta(days=1))
    assert top.policy.on_removed is OnRemoved.KEEP
    assert top.policy.on_relisted is None
    assert top.request.qualities == (False,)
    assert loaded.config.rails.budget.first_run == 25
    assert loaded.config.state.database == "data/listsync.db"
    assert loaded.warnings == ()
    assert loaded.base_dir == loaded.path.parent.resolve() if loaded.path else False


def test_defaults_are_filled_in_key_by_key_sequences_replace_and_null_clears(loads: Load) -> None:
    config = loads(
        HEAD
        + """\
defaults:
  limit: 100
  every: 6h
  request: {is_4k: both, tags: [a, b]}
  policy: {on_removed: cancel, on_deleted: request}
  filter: {genres: {any: [Drama], none: [Horror]}, years: 1990..}
  pause: {reason: away}
lists:
  whole: {source: imdb:a}
  own:
    source: imdb:b
    limit: null
    every: ~
    request: {tags: [c]}
    policy: {on_deleted: respect}
    filter: {genres: {any: [Comedy]}, years: }
    pause: false
"""
    ).config
    whole, own = config.lists["whole"], config.lists["own"]
    assert whole.limit == 100
    assert whole.filter.genres.none == ("Horror",)
    assert whole.pause is not None
    assert own.limit is None
    assert own.every == Every(period=timedelta(days=1))
    assert own.request.tags == ("c",)
    assert own.request.is_4k == "both"
    assert (own.policy.on_removed, own.policy.on_deleted) == (OnRemoved.CANCEL, OnDeleted.RESPECT)
    assert own.filter.genres.any == ("Comedy",)
    assert own.filter.genres.none == ("Horror",)
    assert own.filter.years is None
    assert own.pause is None


def test_short_forms_mean_their_long_ones(loads: Load) -> None:
    config = loads(
        f"{HEAD}lists:\n  a: {{source: imdb:a, pause: disk full, filter: {{genres: [Drama], released: true}}}}\n"
        "  b: {source: imdb:b, pause: true, filter: {released: 30d, languages: [EN]}}\n"
    ).config
    a, b = config.lists["a"], config.lists["b"]
    assert a.pause is not None
    assert a.pause.reason == "disk full"
    assert a.filter.genres.any == ("Drama",)
    assert a.filter.released == timedelta(0)
    assert b.pause is not None
    assert b.pause.reason is None
    assert b.filter.released == timedelta(days=30)
    assert b.filter.languages.any == ("en",)


def test_words_of_yaml_1_1_and_numbers_as_names_are_texts(loads: Load) -> None:
    config = loads(
        f"{HEAD}browser: {{mode: off}}\nlists:\n  2024: {{source: imdb:a}}\n  yes: {{source: imdb:b}}\n"
    ).config
    assert config.browser.mode.value == "off"
    assert list(config.lists) == ["2024", "yes"]


def test_the_policy_that_depends_on_the_source_is_filled_in_when_it_is_asked_for(loads: Load) -> None:
    policy = loads(f"{HEAD}lists: {{a: {{source: imdb:a}}}}\n").config.lists["a"].policy
    assert policy.terms(personal=True).on_relisted is OnRelisted.REQUEST
    assert policy.terms(personal=False).on_relisted is OnRelisted.RESPECT


def test_overrides_are_filed_under_keys_and_may_say_nothing_else(loads: Load) -> None:
    overrides = loads(
        f"{HEAD}lists: {{a: {{source: imdb:a}}}}\noverrides:\n  match:\n    letterboxd:x: {{to: movie:tmdb:1}}\n"
        "  allow:\n    tv:tmdb:1399:\n    movie:tmdb:603@4k: {why: again}\n"
    ).config.overrides
    assert overrides.match["letterboxd:x"].to == Key(Kind.MOVIE, 1)
    assert list(overrides.allow) == [Key(Kind.TV, 1399), Key(Kind.MOVIE, 603, is_4k=True)]


# --- values from outside ---------------------------------------------------------------------------------------------


def test_values_from_outside_are_put_in_where_a_text_is_asked_for(loads: Load, folder: Path) -> None:
    (folder / "key").write_text("from-a-file\n")
    loaded = loads(
        """\
version: 1
timezone: ${ZONE:-Europe/Madrid}
server:
  url: http://${HOST}:5055
  api_key: ${file:key}
  request_as: ${WHO:-$$dave}
  headers: {X-Token: "${secret:token}", X-Empty: "${NOTHING:-}"}
providers: {trakt: {client_id: "${NOTHING:-}", base_url: "http://${HOST}"}}
lists: {a: {source: "${LIST}"}}
""",
        {"HOST": "seerr", "LIST": "imdb:top", PASSPHRASE: stored(folder, token="stored")},
    )
    server = server_settings(loaded.config, loaded.base_dir)
    assert loaded.config.timezone == "Europe/Madrid"
    assert server.url == "http://seerr:5055"
    assert server.api_key == "from-a-file"
    assert loaded.config.server.request_as == "$dave"
    assert dict(server.headers) == {"X-Token": "stored"}
    assert provider_settings(loaded.config, "trakt").options == {}
    assert provider_settings(loaded.config, "trakt").base_url == "http://seerr"
    assert loaded.sources["a"] == Source("imdb", "top")


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("${NO}", "the environment variable NO is not set (set it, or write ${NO:-default})"),
        ("${EMPTY}", "the environment variable EMPTY is empty (set it, or write ${EMPTY:-default})"),
        ("${SEER_KEY}", "the environment variable SEER_KEY is not set (did you mean SEERR_KEY?)"),
        ("${file:none}", "there is no file {folder}/none (is it mounted?)"),
        ("${file:empty}", "the file {folder}/empty is empty"),
        (
            "${secret:x}",
            "there is no encrypted store {folder}/data/secrets.json (`listsync secrets set x` makes one)",
        ),
        (
            "${1}",
            "${1} is not understood"
            " (write ${NAME}, ${NAME:-default}, ${file:/path} or ${secret:name}, and $$ for a dollar sign)",
        ),
        ("${NO", "a ${ is not closed (write ${NAME}, and $$ for a dollar sign)"),
    ],
)
def test_a_reference_that_leads_to_nothing_is_one_problem_at_its_place(
    problems: Problems, folder: Path, written: str, line: str
) -> None:
    (folder / "empty").write_text("\n")
    text = f'version: 1\nserver:\n  url: http://x\n  api_key: "{written}"\nlists: {{a: {{source: imdb:a}}}}\n'
    found = problems(text, {"EMPTY": "", "SEERR_KEY": "x"})
    assert found == [f"listsync.yaml:4:12: server.api_key: {line.replace('{folder}', str(folder))}"]


def test_a_value_that_is_not_there_is_one_problem_wherever_it_is_asked_for(problems: Problems) -> None:
    found = problems(
        "version: 1\ntimezone: ${A}\nserver:\n  url: http://${B}\n  api_key: ${C}\n  request_as: ${D}\n"
        "lists:\n  a:\n    source: ${E}\n    limit: ${F}\n    every: ${G}\n    filter: ${H}\n"
        "notifications:\n  - discord: ${I}\nproviders: {imdb: {base_url: '${J}'}}\n"
    )
    assert [line.split("variable ")[1][0] for line in found] == list("ABCDEFGHIJ")


def test_missing_values_only_warn_where_they_are_not_at_hand(loads: Load, problems: Problems) -> None:
    text = "version: 1\nserver:\n  url: ${URL}\n  api_key: ${KEY}\nlists: {a: {source: imdb:a, limit: %s}}\n"
    more = "timezone: ${A}\nrun: {http: '${B}', token: '${C}'}\nnotifications: [{discord: '${D}'}]\n"
    assert len(loads(text % 5 + more, references=References.TOLERATED).warnings) == 6
    loaded = loads(text % 5, references=References.TOLERATED)
    assert [str(one).split(": ", 2)[2] for one in loaded.warnings] == [
        "the environment variable URL is not set (set it, or write ${URL:-default})",
        "the environment variable KEY is not set (set it, or write ${file:/run/secrets/…})",
    ]
    assert len(problems(text % 0, references=References.TOLERATED)) == 1
    (never,) = problems(text % "'${X}'", references=References.TOLERATED)
    assert "limit: takes a whole number, and ${X} is a text from outside" in never


def test_a_missing_key_comes_from_the_store_and_then_from_a_person(loads: Load, folder: Path) -> None:
    text = "version: 1\nserver:\n  url: http://x\nlists: {a: {source: imdb:a}}\n"

    def key(passphrase: str = "", **more: object) -> str:
        return loads(text, {PASSPHRASE: passphrase}, **more).config.server.api_key.get_secret_value()

    assert key(ask={"server.api_key": "typed"}.get) == "typed"
    assert key(stored(folder, **{"server.api_key": "stored"}), ask=lambda path: "typed") == "stored"
    (folder / "data" / "secrets.json").unlink()
    with pytest.raises(ConfigErrors, match=r"2:1: server\.api_key: is missing"):
        key(ask=lambda path: None)


# --- digests ---------------------------------------------------------------------------------------------------------

FULL = "version: 1\nserver: {url: http://x, api_key: '${KEY}'}\nlists: {a: {source: imdb:a, limit: 5}}\n"


def test_rotating_a_key_or_writing_a_default_out_keeps_the_digest(loads: Load) -> None:
    before = loads(FULL, {"KEY": "first-value"}).digest
    assert loads(FULL, {"KEY": "second-value"}).digest == before
    assert loads(f"# a remark\n{FULL}timezone: UTC\ndefaults: {{every: 1440m}}\n", {"KEY": "x"}).digest == before
    assert loads(f"{FULL}log: {{level: debug}}\n", {"KEY": "x"}).digest == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("limit: 5", "limit: 6"),
        ("imdb:a", "imdb:b"),
        ("${KEY}", "${OTHER}"),
        ("http://x", "http://y"),
        ("lists: {", "lists: {b: {source: imdb:b}, "),
    ],
)
def test_what_decides_a_plan_is_in_the_digest(loads: Load, old: str, new: str) -> None:
    environ = {"KEY": "value", "OTHER": "value"}
    assert loads(FULL.replace(old, new), environ).digest != loads(FULL, environ).digest


def test_the_order_of_lists_is_in_the_digest(loads: Load) -> None:
    a, b = "a: {source: imdb:a}", "b: {source: imdb:b}"
    assert loads(f"{HEAD}lists: {{{a}, {b}}}").digest != loads(f"{HEAD}lists: {{{b}, {a}}}").digest


# --- where the file is -----------------------------------------------------------------------------------------------


def test_the_file_is_the_one_named_else_the_variable_else_the_one_here(folder: Path) -> None:
    assert find_config(None, {}, folder) is None or find_config(None, {}, folder) == Path("/config/listsync.yaml")
    (folder / "listsync.yaml").touch()
    assert find_config(None, {}, folder) == folder / "listsync.yaml"
    assert find_config(None, {"LISTSYNC_CONFIG": "other.yaml"}, folder) == folder / "other.yaml"
    assert find_config(Path("named.yaml"), {"LISTSYNC_CONFIG": "other.yaml"}, folder) == folder / "named.yaml"


def test_clients_get_seconds_and_open_secrets(loads: Load, folder: Path) -> None:
    config = loads(
        f"{HEAD}  ca_file: certs/home.pem\n  timeout: 1m\nlists: {{a: {{source: imdb:a}}}}\n"
        "providers: {trakt: {client_id: abc, rate: 30/m, retries: 1, timeout: 5s, user_agent: me}}\n"
    ).config
    server, trakt = server_settings(config, folder), provider_settings(config, "trakt")
    assert (server.timeout, server.ca_file, server.name) == (60.0, folder / "certs/home.pem", "main")
    assert (trakt.timeout, trakt.retries, trakt.rate, trakt.user_agent) == (5.0, 1, 0.5, "me")
    assert trakt.options == {"client_id": "abc"}
    assert provider_settings(config, "imdb").retries == 3


def test_the_registry_of_providers_is_asked_unless_another_is_handed_in(folder: Path) -> None:
    path = folder / "listsync.yaml"
    path.write_text(f"{HEAD}lists: {{a: {{source: stevenlu}}, b: {{source: stevenlu:none}}}}\n")
    with pytest.raises(ConfigErrors, match=r"5:44: lists\.b\.source: stevenlu publishes no list 'none'"):
        load(path, {})


def test_a_configuration_cannot_be_changed(loads: Load) -> None:
    config = loads(f"{HEAD}lists: {{a: {{source: imdb:a}}}}\n").config
    with pytest.raises(ValueError, match="frozen"):
        config.version = 1
    assert isinstance(config, Config)
