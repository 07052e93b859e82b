"""What a service answered, as a value."""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from providers.errors import AuthRequired, Malformed, NotFound, Transient
from providers.http.mask import host_of, masked


class Headers(Mapping[str, str]):
    """Header fields, found in any case."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = {name.lower(): value for name, value in fields.items()}

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"Headers({', '.join(self._fields)})"


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """A whole answer, decompressed, after redirects."""

    status: int
    headers: Headers
    content: bytes
    url: str
    """Where the answer came from in the end; may hold a key: show `masked(url)` only."""

    def __repr__(self) -> str:
        return f"Reply({self.status}, {masked(self.url)!r}, {len(self.content)} bytes)"

    @property
    def text(self) -> str:
        """The content as text: its byte order mark decides, then the declared charset, then UTF-8."""
        return decode(self.content, _charset(self.headers))

    def json(self) -> Any:
        """The content as JSON, a byte order mark passed over. Raises Malformed for anything else."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            kind = "a web page" if self.content.lstrip()[:1] == b"<" else "no valid JSON"
            raise Malformed(
                f"{host_of(self.url)} answered with {kind} where JSON was expected", url=masked(self.url)
            ) from error

    def require(self, *, what: str) -> "Reply":
        """This answer if it is a plain success, else the error that its status stands for.

        `what` names the thing asked for ("the list dave/watchlist") and begins the message.
        """
        if self.status in _SUCCESS:
            return self
        host, url, status = host_of(self.url), masked(self.url), self.status
        if status in (401, 407):
            raise AuthRequired(f"{what}: {host} wants credentials, or refused the ones it got ({status})", url=url)
        if status == 402:
            raise AuthRequired(f"{what}: {host} wants a paid account or has used up its quota ({status})", url=url)
        if status == 403:
            raise AuthRequired(f"{what}: {host} refused it (403): private, or not for this account or address", url=url)
        if status in (404, 410):
            raise NotFound(f"{what}: {host} has no such list, or it is private ({status})", url=url)
        if status >= 500 or status in (408, 425, 429):
            raise Transient(f"{what}: {host} answered {status}", url=url)
        raise Malformed(f"{what}: {host} answered {status} instead of a list", url=url)


# Not every 2xx is an answer: 202 and 204 come without the thing that was asked for.
_SUCCESS = frozenset({200, 203})
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)


def _charset(headers: Mapping[str, str]) -> str | None:
    match = _CHARSET.search(headers.get("content-type", ""))
    return match[1] if match else None


def decode(content: bytes, declared: str | None = None) -> str:
    """Text from bytes; wrong bytes become U+FFFD, never an error."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    try:
        return content.decode(declared or "utf-8", errors="replace")
    except (LookupError, UnicodeError):
        return content.decode("utf-8", errors="replace")
