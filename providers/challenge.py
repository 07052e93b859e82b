"""Pages that stand in front of a list: bot checks, login walls, consent pages. None is ever read as a list."""

import re
from collections.abc import Mapping

START = 64 * 1024
"""Bytes of a body that are looked at."""


def recognise(status: int, headers: Mapping[str, str], body_start: bytes) -> str | None:
    """Who stands in the way: "Cloudflare", "AWS WAF", "DataDome", "Akamai", "Imperva", "a bot check", "a login page" or
    "a consent page".

    Header names are found in any case. None for an ordinary answer, whatever its status: `cf-ray` alone, or a DataDome
    cookie on a good answer, is normal, and so are the scripts that these services add to ordinary pages.
    """
    fields = {name.lower(): value.lower() for name, value in headers.items()}
    if (who := _by_header(status, fields, empty=not body_start.strip())) is not None:
        return who
    start = body_start[:START].lower()
    if status in _REFUSALS and b"captcha-delivery.com" in start:
        return "DataDome"
    if not _is_page(fields.get("content-type", ""), start):
        return None
    return _by_body(start) or _by_title(start)


_REFUSALS = frozenset({401, 403, 405, 429, 503})


def _by_header(status: int, fields: Mapping[str, str], *, empty: bool) -> str | None:
    if "challenge" in fields.get("cf-mitigated", ""):
        return "Cloudflare"
    if "x-amzn-waf-action" in fields:
        return "AWS WAF"
    # The silent challenge, behind a proxy that drops its header.
    if status == 202 and empty and "cloudfront" in fields.get("server", ""):
        return "AWS WAF"
    if status in _REFUSALS and ("x-datadome" in fields or "x-dd-b" in fields):
        return "DataDome"
    return None


_BODIES = (
    (
        re.compile(rb"window\._cf_chl_opt|/cdn-cgi/challenge-platform/[^\"']*/orchestrate/|id=\"cf-wrapper\""),
        "Cloudflare",
    ),
    (re.compile(rb"window\.gokuprops|captchascript\.rendercaptcha|awswafintegration\.checkforcerefresh"), "AWS WAF"),
    (re.compile(rb"awswafcookiedomainlist.*challenge-container", re.DOTALL), "AWS WAF"),
    (re.compile(rb"\bvar dd\s*=\s*\{|(?:geo|ct)\.captcha-delivery\.com/c"), "DataDome"),
    (re.compile(rb"errors\.edgesuite\.net"), "Akamai"),
    (re.compile(rb"/_incapsula_resource\?|incapsula incident id"), "Imperva"),
    (re.compile(rb"id=\"px-captcha\"|window\._pxappid"), "a bot check"),
)
_TITLE = re.compile(rb"<title[^>]*>\s*(.{0,200}?)\s*</title>", re.DOTALL)
_TITLES = (
    (re.compile(rb"just a moment|attention required! \| cloudflare|please wait\.\.\. \| cloudflare"), "Cloudflare"),
    (
        re.compile(rb"human verification|robot check|are you (?:a )?(?:robot|human)|verify (?:that )?you are"),
        "a bot check",
    ),
    (
        re.compile(rb"before you continue|bevor sie |we value your privacy|(?:cookie |privacy )?consent\b"),
        "a consent page",
    ),
)
_LOGIN = re.compile(rb"(?:.* [|:-] )?(?:please )?(?:log|sign)[ -]?in\b|anmelden|se connecter|iniciar sesi", re.DOTALL)
_PASSWORD = re.compile(rb"<input[^>]+type=[\"']?password")


def _by_body(start: bytes) -> str | None:
    return next((who for pattern, who in _BODIES if pattern.search(start)), None)


def _by_title(start: bytes) -> str | None:
    """What a page calls itself. Many ordinary pages carry a login form; only one titled so is a login page."""
    match = _TITLE.search(start)
    if match is None:
        return None
    title = match[1]
    for pattern, who in _TITLES:
        if pattern.match(title):
            return who
    return "a login page" if _LOGIN.match(title) and _PASSWORD.search(start) else None


def _is_page(content_type: str, start: bytes) -> bool:
    """Whether this is HTML, by what it is rather than by what it says it is."""
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or "html" in content_type
