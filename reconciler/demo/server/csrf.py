"""The CSRF protection that an administrator may switch on: it stops every write that carries only an API key."""

from __future__ import annotations

import secrets
from dataclasses import replace
from hashlib import sha256
from http.cookies import SimpleCookie

from .wire import Reply, refused


def _token(secret: str) -> str:
    return sha256(f"xsrf:{secret}".encode()).hexdigest()[:36]


def mark(answer: Reply) -> Reply:
    """The answer to a GET, with the two cookies that a later write has to bring back."""
    secret = secrets.token_urlsafe(18)
    cookies = (
        ("Set-Cookie", f"_csrf={secret}; Path=/; HttpOnly; Secure; SameSite=Strict"),
        ("Set-Cookie", f"XSRF-TOKEN={_token(secret)}; Path=/; Secure; SameSite=Strict"),
    )
    return replace(answer, headers=(*answer.headers, *cookies))


def check(cookie: str | None, token: str | None) -> None:
    """Refuse a write without both cookies and the header X-XSRF-TOKEN."""
    cookies = SimpleCookie(cookie or "")
    secret = cookies["_csrf"].value if "_csrf" in cookies else ""
    if not secret or not token or not secrets.compare_digest(token, _token(secret)):
        raise refused(403, "invalid csrf token")
