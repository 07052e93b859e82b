"""IMDb: lists, watchlists and charts, by GraphQL first, the page's own data second, the browser last."""

from providers.base import Capabilities, Context
from providers.lists.imdb import identifiers
from schemas.fetch import Fetched
from schemas.media import Kind
from schemas.source import Source


class Imdb:
    """The provider of `imdb:` sources; see `providers.base.Provider`."""

    name = "imdb"
    capabilities = Capabilities(
        kinds=frozenset(Kind),
        forms=identifiers.EXAMPLES,
        gives_total=True,
        gives_ids=("imdb",),
        uses_browser=True,
        rate=2.0,
        summary="lists, watchlists, charts, coming soon",
    )

    def parse(self, text: str) -> Source | None:
        """The canonical source; None for another service's address; SourceError for a wrong one."""
        return identifiers.parse(text)

    def fetch(self, source: Source, context: Context) -> Fetched:
        """Read a list whole. Raises ProviderError alone."""
        from providers.lists.imdb.fetching import fetch

        return fetch(source, context)


PROVIDER = Imdb()
