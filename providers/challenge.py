"""Pages that stand in front of a list: bot checks, login walls, consent pages. None is ever read as a list."""

import re
from collections.abc import Mapping

START = 64 * 1024
"""Bytes of a body that are looked at."""


def recognise(status: int, headers: Mapping[str, str], body_start: bytes) -> str | None:
    """Who stands in the way: "Cloudflare", "AWS WAF", "DataDome", "Akamai", "Imperva", "a login page" or
    "a consent page".

    Header names are lower case or found in any case. None for an ordinary answer, whatever its status: `cf-ray` alone,
    or a DataDome cookie on a good answer, is normal.
    """
    fields = {name.lower(): value.lower() for name, value in headers.items()}
    for name, value, who in _HEADERS:
        if name in fields and value in fields[name]:
            return who
    if status == 202 and not body_start.strip() and "cloudfront" in fields.get("server", ""):
        return "AWS WAF"
    start = body_start[:START].lower()
    if status in (401, 403, 405, 429, 503) and b"captcha-delivery.com" in start:
        return "DataDome"
    if not _is_page(fields.get("content-type", ""), start):
        return None
    return next((who for pattern, who in _BODIES if pattern.search(start)), None)


_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
)
_BODIES = (
    (
        re.compile(rb"window\._cf_chl_opt|/cdn-cgi/challenge-platform/[^\"']*/orchestrate/|cf-browser-verification"),
        "Cloudflare",
    ),
    (re.compile(rb"<title>\s*(just a moment\.\.\.|attention required! \| cloudflare)\s*</title>"), "Cloudflare"),
    (re.compile(rb"window\.gokuprops|awswafcookiedomainlist|\.token\.awswaf\.com/"), "AWS WAF"),
    (re.compile(rb"(geo|ct)\.captcha-delivery\.com"), "DataDome"),
    (re.compile(rb"errors\.edgesuite\.net"), "Akamai"),
    (re.compile(rb"/_incapsula_resource\b.*|incapsula incident id"), "Imperva"),
)


def _is_page(content_type: str, start: bytes) -> bool:
    """Whether this is HTML, by what it is rather than what it says it is."""
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or "html" in content_type
