"""IMDb pages that show titles without carrying their data: what their markup says.

The India charts (2026), the structured data of chart pages (2025), and the markup of 2017 that saved pages still have.
No row of theirs tells what kind of title it is. Facts: recordings of each.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from providers.lists import loose
from providers.lists.imdb.answers import Page
from providers.lists.imdb.titles import Place, linked_title
from providers.lists.titletypes import kind_of
from providers.lists.values import text_of
from schemas.media import Item, Kind

_TITLE = re.compile(r"/title/(tt\d{7,10})(?![0-9])")
_RANKED = re.compile(r"\s*\d+\.\s+(?=\S)")
_IN_BRACKETS = re.compile(r"\((\d{4})\D?[^()]*\)\s*\Z")


def read_markup(tree: LexborHTMLParser, offset: int) -> Page | None:
    """The ranked titles of a page, by the first markup that it has; None for a page with none of them."""
    for reader in (_india, _structured, _table_of_2017, _list_of_2017):
        items = tuple(reader(tree, offset))
        if items:
            kind = _kind_of_page(tree)
            told = tuple(item if item.kind else replace(item, kind=kind) for item in items)
            return Page(items=told, total=_announced(tree))
    return None


def _kind_of_page(tree: LexborHTMLParser) -> Kind | None:
    """A chart says in its own title what it is a chart of."""
    words = set(_text(tree.css_first("title")).lower().split())
    if words & {"tv", "shows", "series"}:
        return Kind.TV
    return Kind.MOVIE if words & {"movie", "movies", "films"} or {"box", "office"} <= words else None


def _india(tree: LexborHTMLParser, offset: int) -> Iterable[Item]:
    """`a[aria-label="1. 12th Fail"]`; the year stands in the poster's description only."""
    for row in tree.css("li.ipc-metadata-list__item"):
        link = row.css_first('a[aria-label][href*="/title/tt"]')
        label = _attribute(link, "aria-label")
        imdb = _linked(link)
        if imdb is None or _RANKED.match(label) is None:
            continue
        offset += 1
        yield linked_title(
            imdb,
            Place(offset),
            _RANKED.sub("", label),
            year=_bracketed(_attribute(row.css_first("img"), "alt")),
            rating=_text(row.css_first(".ipc-rating-star--rating")),
        )


def _structured(tree: LexborHTMLParser, offset: int) -> Iterable[Item]:
    """The page's `ItemList` for search engines: all titles of a chart, without their years."""
    for script in tree.css('script[type="application/ld+json"]'):
        try:
            found = json.loads(script.text())
        except (ValueError, RecursionError):
            continue
        if loose.dig(found, "@type") != "ItemList":
            continue
        for row in loose.rows(loose.dig(found, "itemListElement")):
            item = loose.dig(row, "item")
            match = _TITLE.search(loose.word(loose.dig(item, "url")) or "")
            if match is None:
                continue
            offset += 1
            kind, _ = kind_of(loose.word(loose.dig(item, "@type")))
            read = linked_title(
                match[1],
                Place(offset),
                unescape(text_of(loose.dig(item, "name")) or match[1]),
                rating=loose.dig(item, "aggregateRating", "ratingValue"),
                votes=loose.dig(item, "aggregateRating", "ratingCount"),
            )
            yield replace(read, kind=kind)


def _table_of_2017(tree: LexborHTMLParser, offset: int) -> Iterable[Item]:
    """`td.titleColumn`; the title is in the language of whoever saved the page."""
    for cell in tree.css("td.titleColumn"):
        link = cell.css_first('a[href*="/title/tt"]')
        imdb = _linked(link)
        if imdb is None:
            continue
        offset += 1
        row = cell.parent
        votes = row.css_first('span[name="nv"]') if row is not None else None
        yield linked_title(
            imdb,
            Place(offset),
            _text(link) or imdb,
            year=_bracketed(_text(cell.css_first("span.secondaryInfo"))),
            rating=_text(row.css_first("td.imdbRating strong")) if row is not None else None,
            votes=_attribute(votes, "data-value"),
        )


def _list_of_2017(tree: LexborHTMLParser, offset: int) -> Iterable[Item]:
    """`.lister-item-header`, the user lists of 2017 to 2023."""
    for header in tree.css(".lister-item-header"):
        link = header.css_first('a[href*="/title/tt"]')
        imdb = _linked(link)
        if imdb is None:
            continue
        offset += 1
        year = _bracketed(_text(header.css_first(".lister-item-year")))
        yield linked_title(imdb, Place(offset), _text(link) or imdb, year=year)


def _announced(tree: LexborHTMLParser) -> int | None:
    """ "250 Titles" above a chart."""
    match = re.match(r"([\d.,]+)\s", _text(tree.css_first('[data-testid="chart-layout-total-items"]')) + " ")
    return loose.positive(re.sub(r"\D", "", match[1])) if match else None


def _linked(link: LexborNode | None) -> str | None:
    match = _TITLE.search(_attribute(link, "href"))
    return match[1] if match else None


def _bracketed(text: str) -> int | None:
    match = _IN_BRACKETS.search(text)
    return int(match[1]) if match else None


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "") if node is not None else ""


def _text(node: LexborNode | None) -> str:
    return text_of(node.text()) or "" if node is not None else ""
