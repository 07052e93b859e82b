"""Letterboxd: lists, watchlists, films of a member or a person, browse pages, short links and feeds."""

from datetime import timedelta

from providers.base import Capabilities, Context
from providers.lists.letterboxd import identifiers
from schemas.fetch import Fetched
from schemas.media import Kind
from schemas.source import Source


class Letterboxd:
    """The provider of `letterboxd:` sources; see `providers.base.Provider`."""

    name = "letterboxd"
    capabilities = Capabilities(
        kinds=frozenset(Kind),
        forms=identifiers.EXAMPLES,
        gives_total=True,
        gives_ids=("tmdb", "imdb"),
        uses_browser=True,
        minimum_interval=timedelta(hours=2),
        rate=2.0,
        summary="lists, watchlists, films, likes, diaries, actors and directors, browse pages, short links, RSS",
    )

    def parse(self, text: str) -> Source | None:
        """The canonical source; None for another service's address; SourceError for a wrong one."""
        return identifiers.parse(text)

    def fetch(self, source: Source, context: Context) -> Fetched:
        """Read a list whole. Raises ProviderError alone."""
        from providers.lists.letterboxd.fetching import fetch

        return fetch(source, context)


PROVIDER = Letterboxd()
