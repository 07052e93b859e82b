"""Trakt: lists, watchlists, favourites, collections and charts, by its API, or by its pages where there is no key."""

from providers.base import Capabilities, Context
from providers.lists.trakt import identifiers
from schemas.fetch import Fetched
from schemas.media import Kind
from schemas.source import Source


class Trakt:
    """The provider of `trakt:` sources; see `providers.base.Provider`."""

    name = "trakt"
    capabilities = Capabilities(
        kinds=frozenset(Kind),
        forms=identifiers.EXAMPLES,
        gives_total=True,
        gives_ids=("tmdb", "imdb", "tvdb"),
        needs_key="client_id: of a paid account; without it lists are read through the browser where that is possible",
        uses_browser=True,
        rate=3.0,
        summary="lists, watchlists, favourites, collections, official lists, charts",
    )

    def parse(self, text: str) -> Source | None:
        """The canonical source; None for another service's address; SourceError for a wrong one."""
        return identifiers.parse(text)

    def fetch(self, source: Source, context: Context) -> Fetched:
        """Read a list whole. Raises ProviderError alone."""
        from providers.lists.trakt.fetching import fetch

        return fetch(source, context)


PROVIDER = Trakt()
