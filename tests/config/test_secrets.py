"""No secret leaves the configuration: not in a repr, a dump, a problem, a digest."""

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest

from reconciler.config import ConfigErrors
from reconciler.redact import Redactor
from tests.config.conftest import Load

SECRETS = {
    "API": "s3cret-api-key",
    "HEADER": "s3cret-header",
    "TRAKT": "s3cret-client",
    "HOOK": "https://discord.com/api/webhooks/1/s3cret-hook",
    "PRIVATE": "plex:s3cret-feed",
    "TOKEN": "s3cret-token",
}
TEXT = """\
version: 1
server:
  url: http://me:s3cret-password@seerr:5055
  api_key: ${API}
  headers: {Authorization: "Bearer ${HEADER}"}
providers: {trakt: {client_id: "${TRAKT}", password: s3cret-literal, username: dave}}
notifications: [{discord: "${HOOK}"}]
run: {token: "${TOKEN}"}
lists:
  a: {source: "${PRIVATE}"}
"""


def test_reprs_and_dumps_of_a_configuration_hold_no_secret(loads: Load) -> None:
    loaded = loads(TEXT.replace("${PRIVATE}", "imdb:a").replace("me:s3cret-password@", ""), SECRETS)
    for text in (repr(loaded.config), str(loaded.config.model_dump()), loaded.config.model_dump_json(), repr(loaded)):
        assert "s3cret" not in text


def test_the_redactor_knows_every_secret_and_nothing_else(loads: Load) -> None:
    redactor = Redactor()
    loads(TEXT, SECRETS, redactor=redactor)
    every = [*SECRETS.values(), "s3cret-password", "s3cret-literal", "Bearer s3cret-header"]
    assert "s3cret" not in redactor(" ".join(every))
    assert redactor("http://seerr:5055 of dave") == "http://seerr:5055 of dave"


def test_problems_show_references_and_never_values(loads: Load) -> None:
    wrong = (
        TEXT.replace('"${PRIVATE}"', "nope")
        .replace("url: http://me:s3cret-password@seerr:5055", "url: ${API}")
        .replace("username: dave", 'timeout: "${TRAKT}", base_url: "${HOOK}?x=1"')
        .replace('token: "${TOKEN}"', 'token: "${TOKEN}", mode: "${TOKEN}", once: "${TOKEN}", http: "${TOKEN}"')
        + '  b: {source: "nope:${API}", limit: "${API}"}\ntimezone: ${TOKEN}\n'
    )
    with pytest.raises(ConfigErrors) as raised:
        loads(wrong, SECRETS)
    assert "s3cret" not in str(raised.value) + repr(raised.value) + repr(raised.value.problems)
    assert len(raised.value.problems) == 10


def test_a_secret_of_digits_or_in_an_address_is_not_shown_when_it_is_wrong(problems: Callable[..., list[str]]) -> None:
    found = problems(
        "version: 1\nserver: {url: 'ftp://me:s3cret@x', api_key: 12345678, headers: {A: 12345678}}\n"
        "providers: {imdb: {token: 12345678, base_url: 'http://x?key=s3cret'}}\nrun: {token: 12345678}\n"
        "notifications: [{discord: 12345678}]\nlists: {a: {source: imdb:a}}\n"
    )
    assert len(found) == 7
    assert not [line for line in found if "s3cret" in line or "12345678" in line]


@pytest.mark.parametrize(
    "text",
    [
        "key=hunter2&x",
        f"/path/{quote('p&ss wörd', safe='')}/",
        "p%26ss+w%C3%B6rd",
        f"Basic {base64.b64encode(b'user:a-long-enough-secret').decode()}",
        f"Basic {base64.b64encode(b'ab:a-long-enough-secret').decode()}",
        f"Basic {base64.b64encode(b'a:a-long-enough-secret').decode()}",
        '{"k": "with\\"quote"}',
    ],
)
def test_a_secret_is_found_in_every_form_it_travels_in(text: str) -> None:
    redactor = Redactor()
    for secret in ("hunter2", "p&ss wörd", "a-long-enough-secret", 'with"quote'):
        redactor.add(secret)
    assert "***" in redactor(text)
    assert not {"hunter2", "YS1sb25nLWVub3VnaC", "EtbG9uZy1lbm91Z2gt", "with"} & set(redactor(text).split())


def test_short_values_are_left_alone_and_the_longest_secret_wins() -> None:
    redactor = Redactor()
    assert redactor("anything") == "anything"
    for secret in ("abc", "secret", "secret-and-more"):
        redactor.add(secret)
    assert redactor("abc secret-and-more secret") == "abc *** ***"
    assert "secret" not in repr(redactor)
