"""Every usual way in which a server cannot be reached, or is not one, is told in words that help."""

import datetime as dt
import socket
import ssl
from pathlib import Path

import pytest

from providers.servers import KeyRefused, NotAMediaServer, ServerBroken, ServerError, ServerSettings, Unreachable

from .conftest import Hands
from .scripted import Scripted, answer, html, in_turn

PUBLIC = answer(200, '{"initialized":true,"applicationTitle":"Seerr","vapidPublic":"x"}')


def told(hands: Hands, url: str, *, ca_file: Path | None = None) -> ServerError:
    """The error that identifying ends with. It must show where, what to do, and no secret."""
    settings = ServerSettings(url, "secret-key", timeout=1.0, ca_file=ca_file, headers={"X-Token": "secret-token"})
    with hands.reader(settings) as reader, pytest.raises(ServerError) as caught:
        reader.identify()
    error = caught.value
    assert error.remedy
    assert error.url
    assert "secret" not in f"{error}{error.remedy}{error.url}"
    return error


def test_a_refused_connection_is_a_server_that_is_not_running(hands: Hands) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = told(hands, f"http://user:secret@127.0.0.1:{port}")
    assert isinstance(error, Unreachable)
    assert error.how == "refused"
    assert f"127.0.0.1:{port}" in str(error)


def test_an_unknown_name_is_a_matter_of_spelling(hands: Hands) -> None:
    error = told(hands, "http://no-such-host.invalid:5055")
    assert isinstance(error, Unreachable)
    assert error.how == "dns"
    assert "no-such-host.invalid" in str(error)


def test_http_on_an_https_port_is_recognised_by_what_servers_say(hands: Hands) -> None:
    replies = (
        html(400, "<center>The plain HTTP request was sent to HTTPS port</center>"),
        answer(400, "Client sent an HTTP request to an HTTPS server.", "text/plain"),
    )
    for reply in replies:
        with Scripted(lambda _, reply=reply: reply) as server:  # type: ignore[misc]
            error = told(hands, server.url)
        assert isinstance(error, Unreachable)
        assert error.how == "tls"
        assert f"write https://127.0.0.1:{server.port}" in error.remedy


def test_a_port_that_hangs_up_on_http_may_speak_https(hands: Hands) -> None:
    with Scripted(lambda _: None) as server:
        error = told(hands, server.url)
    assert isinstance(error, Unreachable)
    assert error.how == "broken"
    assert f"if the port speaks https, write https://127.0.0.1:{server.port}" in error.remedy


def test_https_on_an_http_port_is_recognised(hands: Hands) -> None:
    with Scripted(lambda _: answer(400)) as server:
        error = told(hands, f"https://127.0.0.1:{server.port}")
    assert isinstance(error, Unreachable)
    assert error.how == "tls"
    assert f"write http://127.0.0.1:{server.port}" in error.remedy


@pytest.mark.parametrize(
    ("reply", "who"),
    [
        (html(200, "<title>Login - Authelia</title>"), "Authelia"),
        (
            html(302, "", location="https://team.cloudflareaccess.com/cdn-cgi/access/login?kid=secret"),
            "Cloudflare Access",
        ),
        (html(302, "", location="https://auth.example.org/?rd=https://seerr.example.org"), "auth.example.org"),
        (html(401, '<a href="https://auth.example.org/authelia/?rm=GET">Found</a>'), "Authelia"),
        (html(302, "", location="/outpost.goauthentik.io/start?rd=authentik"), "authentik"),
        (html(200, "<title>Sign in</title><input type='password'>"), "login page"),
        (html(302, "", location="/login?next=/"), "login page"),
    ],
)
def test_a_login_page_before_the_server_is_recognised(hands: Hands, reply: bytes, who: str) -> None:
    with Scripted(lambda _: reply) as server:
        error = told(hands, server.url)
    assert isinstance(error, NotAMediaServer)
    assert who in str(error)
    assert server.connections == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (html(200, "<title>Radarr</title>"), "Radarr"),
        (answer(401, '{"error":"Unauthorized"}'), "401"),
        (answer(200, '{"version":"1.40","machineIdentifier":"plex"}'), "without their public settings"),
        (html(404, "<title>404 Not Found</title>"), "404"),
        (html(404, "<title>Overseerr</title>"), "a page of Overseerr"),
        (answer(200, "", "text/plain"), "text/plain"),
        (html(401, "", www_authenticate='Basic realm="x"'), "name and a password"),
        (html(301, "", location="https://127.0.0.1/api/v1/settings/public"), "sends us on to https://127.0.0.1/"),
        (answer(200, '{"initialized":false}'), "has not been set up"),
    ],
)
def test_something_else_at_the_address_is_told_by_how_it_answers(hands: Hands, reply: bytes, words: str) -> None:
    with Scripted(lambda _: reply) as server:
        error = told(hands, server.url)
    assert isinstance(error, NotAMediaServer)
    assert words in str(error)


def test_a_proxy_before_a_stopped_server_is_told_apart_from_the_server(hands: Hands) -> None:
    with Scripted(lambda _: html(502, "<title>502 Bad Gateway</title>")) as server:
        error = told(hands, server.url)
    assert isinstance(error, ServerBroken)
    assert "the server behind it does not" in str(error)


def test_a_missing_key_is_told_in_the_servers_words(hands: Hands) -> None:
    said = '{"message":"cookie \'connect.sid\' required","errors":[]}'
    with Scripted(lambda asked: PUBLIC if asked.target.endswith("/public") else answer(401, said)) as server:
        error = told(hands, server.url)
    assert isinstance(error, KeyRefused)
    assert "connect.sid" in str(error)


def test_a_connection_that_breaks_off_is_tried_again(hands: Hands) -> None:
    with Scripted(in_turn([None, None, PUBLIC, answer(200, '{"pageInfo":{"results":0},"results":[]}')])) as server:
        with hands.reader(ServerSettings(server.url, "key")) as reader:
            assert reader.identify().product == "overseerr"
        assert len(server.requests) == 4


def test_an_answer_without_end_is_given_up(hands: Hands) -> None:
    body = b"x" * (65 * 2**20)
    with Scripted(lambda _: answer(200, body)) as server:
        error = told(hands, server.url)
    assert "too large" in str(error)


def certificate(folder: Path, host: str) -> Path:
    """A certificate for that host, signed by itself, with its key in the same file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{host}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return pem


def tls(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_a_home_made_certificate_is_trusted_once_it_is_named(hands: Hands, tmp_path: Path) -> None:
    pem = certificate(tmp_path, "localhost")
    script = in_turn([PUBLIC, answer(200, '{"pageInfo":{"results":0},"results":[]}')])
    with Scripted(script, tls=tls(pem)) as server:
        url = f"https://localhost:{server.port}"
        error = told(hands, url)
        assert isinstance(error, Unreachable)
        assert (error.how, error.transient) == ("tls", False)
        assert "server.ca_file" in error.remedy
        with hands.reader(ServerSettings(url, "key", ca_file=pem)) as reader:
            assert reader.identify().url == url


def test_a_certificate_of_another_name_is_told_apart(hands: Hands, tmp_path: Path) -> None:
    pem = certificate(tmp_path, "elsewhere.example")
    with Scripted(lambda _: PUBLIC, tls=tls(pem)) as server:
        error = told(hands, f"https://localhost:{server.port}", ca_file=pem)
    assert "made out to" in error.remedy
