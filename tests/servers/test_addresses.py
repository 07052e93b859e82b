"""What people write for a URL, a key and headers, and what becomes of it."""

import pytest

from providers.servers import BadAddress, KeyRefused, ServerSettings, connect, open_writer
from providers.servers.address import parse_address
from providers.servers.settings import call_headers


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("http://seerr:5055", "http://seerr:5055"),
        (" http://seerr:5055/ ", "http://seerr:5055"),
        ("http://seerr:5055/api/v1", "http://seerr:5055"),
        ("http://seerr:5055/api/v1/", "http://seerr:5055"),
        ("https://example.org/requests/", "https://example.org/requests"),
        ("https://example.org/requests/api/v1", "https://example.org/requests"),
        ("HTTPS://Example.org", "https://example.org"),
        ("http://[::1]:5055", "http://[::1]:5055"),
        ("http://seerr:5055/?from=browser#top", "http://seerr:5055"),
        ("https://dave:hunter2@example.org/x", "https://example.org/x"),
    ],
)
def test_every_usual_way_to_write_the_url_leads_to_the_api(written: str, shown: str) -> None:
    address = parse_address(written)
    assert address.shown == shown
    assert address.api.endswith("/api/v1")
    assert address.api.replace("dave:hunter2@", "") == f"{shown}/api/v1"


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("seerr:5055", "http://seerr:5055"),
        ("192.168.1.2:5055", "http://192.168.1.2:5055"),
        ("htp://seerr:5055", "http://seerr:5055"),
        ("ftp://seerr", "http://seerr"),
        ("http://", "http://seerr:5055"),
        ("http://seerr:port", "http://seerr:5055"),
        ("http://se err:5055", "http://seerr:5055"),
        ("", "http://seerr:5055"),
    ],
)
def test_a_url_that_cannot_work_is_answered_with_one_that_can(written: str, remedy: str) -> None:
    with pytest.raises(BadAddress, match=r"server\.url") as caught:
        parse_address(written)
    assert remedy in caught.value.remedy


def test_no_error_and_no_repr_shows_a_secret() -> None:
    settings = ServerSettings("https://dave:hunter2@example.org", "the-key", headers={"CF-Secret": "token"})
    assert not {"hunter2", "the-key", "token"} & set(repr(settings).replace("'", " ").split())
    assert "hunter2" not in repr(parse_address(settings.url))
    for wrong in (
        "dave:hunter2@example.org",
        "htp://dave:hunter2@example.org",
        "http://dave:hunter2@",
        "http://dave:hunter2/@x",
    ):
        with pytest.raises(BadAddress) as caught:
            parse_address(wrong)
        assert "hunter2" not in f"{caught.value}{caught.value.remedy}"


@pytest.mark.parametrize("key", ["", "  ", "line\nbreak", "clé", "a\x00b"])
def test_a_key_that_no_server_issued_is_refused_without_a_call(key: str) -> None:
    for opened in (connect, open_writer):
        with pytest.raises(KeyRefused, match=r"server\.api_key"):
            opened(ServerSettings("http://127.0.0.1:9", key))


def test_the_line_break_at_the_end_of_a_key_file_does_no_harm() -> None:
    assert call_headers(ServerSettings("http://seerr", "MTIz=\n"))["X-Api-Key"] == "MTIz="


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Api-User": "dave"},
        {"x-api-user": ""},
        {"X-API-KEY": "other"},
        {"Host": "other"},
        {"Bad Name": "x"},
        {"Good": "line\r\nbreak"},
        {"Good": "ü"},
    ],
)
def test_headers_that_would_do_harm_are_refused_without_a_call(headers: dict[str, str]) -> None:
    with pytest.raises(BadAddress, match=r"server\.headers"):
        connect(ServerSettings("http://127.0.0.1:9", "key", headers=headers))


def test_a_ca_file_that_cannot_be_read_is_named(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "empty.pem").write_text("nothing")
    for name in ("missing.pem", "empty.pem"):
        with pytest.raises(BadAddress, match=name):
            open_writer(ServerSettings("https://127.0.0.1:9", "key", ca_file=folder / name))
