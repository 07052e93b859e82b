"""What the browser brings back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from providers.errors import Malformed


@dataclass(frozen=True, slots=True)
class BrowserPage:
    """A page as it stood after its scripts ran, and the pages behind its "next" links."""

    url: str
    """Where the last page ended, after redirects."""
    status: int | None
    """Of the last document; None when the browser did not say."""
    pages: tuple[str, ...]
    """The HTML of every page, in order; a page that only grew ("load more") counts once, in its last state."""
    complete: bool = True
    """False when reading stopped before the end: at `max_pages`, at the size bound, or a "next" that led nowhere."""
    waited: bool = True
    """False when `wait_for` never appeared."""

    @property
    def html(self) -> str:
        """The last page."""
        return self.pages[-1]


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to one of the page's own data calls (XHR, fetch)."""

    url: str
    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def text(self) -> str:
        """The body as UTF-8, with what is not replaced."""
        return self.body.decode("utf-8-sig", "replace")

    def json(self) -> Any:
        """The body as JSON; Malformed when it is not."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as broken:
            raise Malformed("a data call of the page was not answered with JSON", url=self.url) from broken
