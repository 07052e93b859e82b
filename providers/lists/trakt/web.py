"""Reading a Trakt list through its page at app.trakt.tv, for homes without a client id.

Known from the site's published code (trakt/trakt-web, 2025 and 2026): the page is drawn by script and asks the API
itself, with its own client id, at a host below trakt.tv, by the same paths as the API's documentation gives
(`/users/U/lists/SLUG/items/movie,show?page=…`), and reads the same paging headers; titles link to `/movies/SLUG` and
`/shows/SLUG`. Not verified against the live site, of which no recording exists: whether paging headers are visible to
a script, how many rows one call brings, and the markup around those links. What comes of the drawn page alone is
therefore never called complete.
"""

import re
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from providers.base import Context
from providers.browser import Response
from providers.errors import Malformed, NotFound, ProviderError
from providers.lists import loose
from providers.lists.trakt.fetching import Paging, Read, as_fetched
from providers.lists.trakt.rows import Folding
from providers.lists.trakt.targets import Target
from providers.lists.values import split_year, text_of
from schemas.fetch import Fetched
from schemas.media import Item, Kind

SITE = "https://app.trakt.tv"
_TITLE = re.compile(r"(?:https?://[a-z.]*trakt\.tv)?/(movies|shows)/([a-z0-9][a-z0-9_-]*)/?(?:[?#].*)?\Z")
_LINKS = 'a[href*="/movies/"], a[href*="/shows/"]'
_NOT_TITLES = frozenset({"trending", "popular", "anticipated", "recommended", "streaming", "hot", "watched", "played"})


def fetch_page(target: Target, context: Context) -> Fetched:
    """The list behind a page: from the calls that the page itself makes, else from what it draws."""
    browser = context.browser
    if browser is None or target.page is None:
        raise Malformed(f"{target.what}: no page is known for it")
    url = SITE + target.page
    until = (_LINKS, context.limit) if target.chart and context.limit is not None else None
    calls = browser.responses(url, _call_pattern(target), wait_for=_LINKS, scroll=True, until_count=until)
    fetched = _from_calls(calls, target, context)
    if fetched is not None:
        return fetched
    page = browser.page(url, wait_for=_LINKS, scroll=True, until_count=until)
    if page.status == 404:
        raise NotFound(f"{target.what}: Trakt has no such list, or it is private (404)", url=url)
    items = tuple(drawn_items(page.pages, target.kind))
    if not items:
        raise Malformed(f"{target.what}: its page shows no titles: private, moved, or built otherwise now", url=url)
    return Fetched(items=items, complete=False, warnings=("read from the drawn page, which may not show everything",))


def _call_pattern(target: Target) -> str:
    """The page's own calls: the API's paths, with the kinds behind them."""
    paths = "|".join(re.escape(path) for path in target.paths)
    return rf"^https://[a-z]+\.trakt\.tv(?:/v[0-9])?(?:{paths})(?:[/?]|$)"


def _from_calls(calls: Iterable[Response], target: Target, context: Context) -> Fetched | None:
    """All pages that the calls brought, in their order; None when no call brought rows.

    The same page may be asked for twice, and a list's name by a call that looks alike: the first one with rows counts.
    """
    pages: dict[tuple[str, int], tuple[list[object], Paging]] = {}
    for call in calls:
        rows = _rows(call)
        if rows is None:
            continue
        number = _page_number(call.url)
        pages.setdefault((urlsplit(call.url).path, number), (rows, _paging(call)))
    if not pages:
        return None
    return _joined(pages, target, context)


def _joined(pages: dict[tuple[str, int], tuple[list[object], Paging]], target: Target, context: Context) -> Fetched:
    folding = Folding(otherwise=target.kind)
    reads: list[Read] = []
    for path in dict.fromkeys(path for path, _ in pages):
        numbers = sorted(number for known, number in pages if known == path)
        read = Read()
        for number in numbers:
            rows, paging = pages[path, number]
            folding.add(rows, what=target.what)
            read.total = paging.items if paging.items is not None else read.total
        rows, paging = pages[path, numbers[-1]]
        read.enough = target.chart and context.limit is not None and len(folding.items) >= context.limit
        unbroken = numbers == list(range(1, len(numbers) + 1))
        counted = paging.pages is not None or paging.items is not None
        if not unbroken or not (read.enough or (counted and paging.is_last(numbers[-1], len(rows)))):
            read.cut = f"the page loaded {folding.count} rows; whether these are all, it did not say"
        reads.append(read)
    return as_fetched(folding, reads, context)


def _rows(call: Response) -> list[object] | None:
    if call.status != 200:
        return None
    try:
        found = call.json()
    except ProviderError:
        return None
    return found if isinstance(found, list) else None


def _page_number(url: str) -> int:
    return loose.positive(parse_qs(urlsplit(url).query).get("page", ["1"])[0]) or 1


def _paging(call: Response) -> Paging:
    return Paging.of({name.lower(): value for name, value in call.headers.items()})


def drawn_items(pages: Iterable[str], kind: Kind | None = None) -> Iterable[Item]:
    """The titles that drawn pages link to, each once, in their order. Links tell the kind and the slug, no ids."""
    from selectolax.lexbor import LexborHTMLParser

    seen: set[str] = set()
    for html in pages:
        for link in LexborHTMLParser(html).css(_LINKS):
            match = _TITLE.match(link.attributes.get("href") or "")
            if match is None or match[2] in _NOT_TITLES:
                continue
            found = Kind.MOVIE if match[1] == "movies" else Kind.TV
            word, slug = match[1].removesuffix("s"), match[2]
            ref = f"trakt:{word}:{slug}"
            if ref in seen or kind not in (None, found):
                continue
            seen.add(ref)
            image = link.css_first("img[alt]")
            shown = link.attributes.get("aria-label") or link.attributes.get("title")
            shown = shown or (image.attributes.get("alt") if image is not None else None) or link.text()
            title, year, _ = split_year(text_of(shown) or slug.replace("-", " "))
            written = re.search(r"-((?:19|20)\d\d)\Z", slug)
            yield Item(
                ref=ref,
                title=title,
                year=year or (int(written[1]) if written else None),
                kind=found,
                position=len(seen),
                url=f"https://trakt.tv/{match[1]}/{slug}",
            )
