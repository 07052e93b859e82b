"""Known secrets are taken out of any text before it is shown or logged, in the forms in which they travel."""

import base64
import json
import re
import threading
from collections.abc import Callable
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Shorter values would take half of every sentence with them."""
MASK = "***"


class Redactor:
    """Replaces every secret it was told of by `***`. Telling and replacing may happen in different threads."""

    def __init__(self) -> None:
        self._forms: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None
        self._adding = threading.Lock()

    def __repr__(self) -> str:
        return f"Redactor({len(self._forms)} forms)"

    def __reduce__(self) -> "tuple[Callable[[frozenset[str]], Redactor], tuple[frozenset[str]]]":
        """Pickled for a process of ours that is to keep the same secrets."""
        return _knowing, (self._forms,)

    def add(self, secret: str) -> None:
        """Know one more secret; a value shorter than four characters is not taken."""
        secret = secret.strip()
        if len(secret) < SHORTEST:
            return
        self._know(_forms(secret))

    def _know(self, forms: frozenset[str]) -> None:
        with self._adding:
            self._forms |= forms
            longest_first = sorted(self._forms, key=lambda form: (-len(form), form))
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def __call__(self, text: str) -> str:
        """The text without any known secret."""
        return self._pattern.sub(MASK, text) if self._pattern is not None else text


def _knowing(forms: frozenset[str]) -> Redactor:
    redactor = Redactor()
    if forms:
        redactor._know(forms)  # noqa: SLF001 - made here
    return redactor


def _forms(secret: str) -> frozenset[str]:
    """As it is, percent-encoded, escaped in JSON or a repr, and within anything that was encoded in Base64."""
    in_json = json.dumps(secret)[1:-1]
    plain = {secret, in_json, json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    encoded = {quote(secret, safe=""), quote(secret), quote_plus(secret), quote(secret, safe="").lower()}
    lines = {line.strip() for line in secret.splitlines() if len(line.strip()) >= 2 * SHORTEST}
    return frozenset(plain | encoded | lines | _in_base64(secret.encode()))


def _in_base64(secret: bytes) -> set[str]:
    """The characters that a secret alone decides, for each of the three places it can begin in: `user:secret` too."""
    found = set()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + secret).decode()
        decided = ((before + len(secret)) * 8) // 6
        own = coded[-(-before * 8 // 6) : decided]
        if len(own) >= 2 * SHORTEST or (before == 0 and len(own) > SHORTEST):
            found |= {own, own.translate(str.maketrans("+/", "-_"))}
    return found
