"""Pages that stand in front of a list are known for what they are, and nothing else is taken for one."""

import pytest

from providers.challenge import START, recognise

from .conftest import needs_recordings, recorded, recordings

HTML = {"content-type": "text/html"}
AWS_SILENT = (
    b"<!DOCTYPE html><html lang='en'><head><script>window.awsWafCookieDomainList = []; window.gokuProps = {'key':'x'};"
    b"</script></head><body><div id='challenge-container'></div></body></html>"
)
DATADOME = (
    b"<html><head><title>example.com</title></head><body><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}"
    b"</script><script src='https://ct.captcha-delivery.com/c.js'></script></body></html>"
)
LOGIN = b"<html><head><title>Sign in</title></head><form><input name=p type='password'></form></html>"
CONSENT = b"<html><title>Before you continue to Example</title><form action='/save'></form></html>"


@pytest.mark.parametrize(
    ("who", "status", "headers", "body"),
    [
        ("Cloudflare", 403, {"CF-Mitigated": "challenge", "Server": "cloudflare"}, b""),
        ("Cloudflare", 503, HTML, b"<html><title>Just a moment...</title>"),
        ("Cloudflare", 403, HTML, b"<html><title>Attention Required! | Cloudflare</title>"),
        ("Cloudflare", 200, HTML, b"<html><script>window._cf_chl_opt = {}</script>"),
        ("AWS WAF", 202, {"x-amzn-waf-action": "challenge"}, b""),
        ("AWS WAF", 202, {"Server": "CloudFront"}, b""),
        ("AWS WAF", 405, {"X-Amzn-Waf-Action": "captcha"}, b"<html><title>Human Verification</title>"),
        ("AWS WAF", 200, HTML, AWS_SILENT),
        ("DataDome", 403, HTML, DATADOME),
        ("DataDome", 403, {"x-datadome": "protected"}, b""),
        ("DataDome", 403, {"content-type": "application/json"}, b'{"url":"https://geo.captcha-delivery.com/captcha/"}'),
        ("Akamai", 403, HTML, b"<html><title>Access Denied</title> https://errors.edgesuite.net/18.1"),
        ("Imperva", 200, HTML, b'<html><iframe src="/_Incapsula_Resource?x=1"></iframe>'),
        ("a bot check", 200, HTML, b"<html><title>Robot Check</title>"),
        ("a login page", 200, HTML, LOGIN),
        ("a consent page", 200, HTML, CONSENT),
    ],
)
def test_recognises(who: str, status: int, headers: dict[str, str], body: bytes) -> None:
    assert recognise(status, headers, body) == who


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {"cf-ray": "8", "server": "cloudflare"}, b"[]"),
        (403, {"cf-ray": "8", "server": "cloudflare", "content-type": "text/html"}, b"<html><title>403</title>"),
        (200, {"set-cookie": "datadome=x", "x-datadome": "protected"}, b"[]"),
        (202, {}, b""),
        (200, HTML, b"<html><script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
        (200, HTML, b"<html><script>window.awsWafCookieDomainList = []</script><ul><li>Alien</li></ul>"),
        (200, HTML, b"<html><title>Dave's films</title><form><input type='password'></form>"),
        (200, HTML, b"<html><title>Login (2019) and other films</title>"),
        (200, {"content-type": "application/json"}, b'[{"title": "Just a moment..."}, {"title": "Consent"}]'),
        (403, HTML, b"<html><head><title>403 Forbidden</title></head>"),
        (404, HTML, b""),
    ],
)
def test_takes_nothing_ordinary_for_a_challenge(status: int, headers: dict[str, str], body: bytes) -> None:
    assert recognise(status, headers, body) is None


@needs_recordings
def test_of_all_recorded_answers_only_the_challenges_are_challenges() -> None:
    found = {
        str(path.relative_to(recordings()))
        for path in recorded("*/*")
        for status in (200, 403)
        if recognise(status, HTML if path.suffix == ".html" else {}, path.read_bytes()[:START])
    }
    assert found == {str(path.relative_to(recordings())) for path in recorded("challenge/*")}
