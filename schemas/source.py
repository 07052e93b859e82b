"""Where a list is fetched from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A canonical source: `imdb:ls0123456`, `letterboxd:dave/watchlist`; every way to write one source ends here."""

    provider: str
    identifier: str
    personal: bool = False
    """A watchlist or another list that a person keeps (re-adding is a wish), not a chart (re-entering is weather)."""

    def __str__(self) -> str:
        return f"{self.provider}:{self.identifier}"
