"""Letterboxd's pages of films, in the markup of today (`data-item-slug`, since August 2025) and of before
(`data-film-slug`), whole or as the fragments that the site loads, from the server or as drawn by a browser."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from providers.lists.values import number_of, split_year, text_of, year_of
from schemas.media import Item

POSTERS = "[data-item-slug], [data-film-slug]"
_ASIDE = frozenset(("aside", "nav", "footer"))
_SCREENS = frozenset(
    ("list-page", "watchlist", "films-watched", "likes", "diary", "films-diary", "filmography-page", "films-browser")
)
"""Classes of `body` on pages that list films, also when they list none."""
_OTHER_SCREENS = frozenset(("film", "profile", "error", "sign-in"))
_COMPILED = re.compile(r"\bA list of ([\d,.]+) films?\b")
_FILMS = re.compile(r"^\s*([\d,.]+)\s*(?:films?|entries|entry)\b")
_THERE_ARE = re.compile(r"\bThere (?:are|is) ([\d,.]+)\s+films?\b")
_DAY = re.compile(r"/for/(\d{4})/(\d{2})/(\d{2})/")


@dataclass(frozen=True, slots=True)
class Page:
    """One page, or the fragment of one."""

    items: tuple[Item, ...]
    """Positions count from one on every page."""
    next: str | None = None
    """The path behind "next" or "Older"."""
    total: int | None = None
    """How many films the page itself says there are on all pages, filters left aside."""
    title: str | None = None
    known: bool = True
    """Whether this is a page that lists films, be it none."""
    cut: bool = False
    """Whether its end is missing."""
    browser_list: str | None = None
    """Where the site itself loads the films of this page from."""


def parse_page(text: str) -> Page:
    """Read a page; any text is one, if an unknown one."""
    tree = LexborHTMLParser(text)
    screen = _words(tree.css_first("body"), "class")
    items = tuple(
        item
        for position, node in enumerate((node for node in tree.css(POSTERS) if not _beside(node)), start=1)
        if (item := _item(node, position)) is not None
    )
    total = _total(tree)
    return Page(
        items=items,
        next=_path(tree.css_first("a.next[href]"), "href"),
        total=total,
        title=_title(tree),
        known=not screen & _OTHER_SCREENS and bool(items or total is not None or screen & _SCREENS),
        cut="<html" in text[:4096] and "</html>" not in text[-4096:],
        browser_list=_path(tree.css_first("#films-browser-list-container[data-url]"), "data-url"),
    )


def slug_of(text: str) -> str:
    """`/film/come-and-see/` was written where today it is `come-and-see`."""
    return text.strip().strip("/").rpartition("/")[2]


def _item(node: LexborNode, position: int) -> Item | None:
    told = node.attributes
    slug = text_of(slug_of(told.get("data-item-slug") or told.get("data-film-slug") or ""))
    if slug is None:
        return None
    title, year = _name(node)
    rating = number_of(_ancestor(node, "data-average-rating"))
    return Item(
        ref=f"letterboxd:{slug}",
        title=title or slug.replace("-", " "),
        year=year,
        position=position,
        url=f"https://letterboxd.com/film/{slug}/",
        added=_day(node),
        ratings={} if rating is None else {"letterboxd": rating},
    )


def _name(node: LexborNode) -> tuple[str | None, int | None]:
    """Title and year: from the name that has one, else from wherever the year is told apart."""
    told = node.attributes
    image = node.css_first("img[alt]")
    drawn = (image.attributes.get("alt") or "").removeprefix("Poster for ") if image else None
    names = (told.get("data-item-full-display-name"), told.get("data-item-name"), told.get("data-film-name"), drawn)
    cleaned = [name for given in names if (name := text_of(given)) is not None]
    for name in cleaned:
        title, year, beside = split_year(name)
        if year is not None and not beside:
            return title, year
    return (cleaned[0] if cleaned else None), year_of(told.get("data-film-release-year"))


def _day(node: LexborNode) -> datetime | None:
    """The day of a diary entry."""
    row = _row(node, "diary-entry-row")
    day = row.css_first("a.daydate[href], .td-day a[href]") if row else None
    match = _DAY.search(day.attributes.get("href") or "") if day else None
    if match is None:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None


def _row(node: LexborNode, name: str) -> LexborNode | None:
    above: LexborNode | None = node
    while above is not None and name not in _words(above, "class"):
        above = above.parent
    return above


def _ancestor(node: LexborNode, attribute: str) -> str | None:
    """An attribute of the list's element that holds a poster."""
    above = node.parent
    while above is not None and above.tag not in ("ul", "body"):
        if attribute in above.attributes:
            return above.attributes[attribute]
        above = above.parent
    return None


def _beside(node: LexborNode) -> bool:
    """Whether a poster stands beside the list: in a sidebar, a menu or a footer."""
    above = node.parent
    while above is not None:
        if above.tag in _ASIDE or "sidebar" in _words(above, "class"):
            return True
        above = above.parent
    return False


def _total(tree: LexborHTMLParser) -> int | None:
    """Each kind of page says it elsewhere: watchlist, list, films and diary, likes, browse."""
    told = (
        (_attribute(tree, "[data-num-entries]", "data-num-entries"), re.compile(r"\s*([\d,.]+)\s*$")),
        (_attribute(tree, 'meta[name="description"]', "content"), _COMPILED),
        (_text(tree, ".js-watchlist-count"), _FILMS),
        (_tooltip(tree, "h1.section-heading .tooltip"), _FILMS),
        (_tooltip(tree, ".sub-nav .selected .tooltip"), _FILMS),
        (_text(tree, ".ui-block-heading"), _THERE_ARE),
    )
    for text, pattern in told:
        if (match := pattern.search(text.replace("\xa0", " "))) and (digits := re.sub(r"\D", "", match[1])):
            return int(digits) if len(digits) < 10 else None
    return None


def _title(tree: LexborHTMLParser) -> str | None:
    name = _attribute(tree, 'meta[property="og:title"]', "content") or _text(tree, "h1.title-1")
    return text_of(name)


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "") if node else ""


def _tooltip(tree: LexborHTMLParser, selector: str) -> str:
    """A tooltip is the `title` until a script has moved it."""
    return _attribute(tree, selector, "title") or _attribute(tree, selector, "data-original-title")


def _text(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return node.text() if node else ""


def _words(node: LexborNode | None, name: str) -> frozenset[str]:
    return frozenset((node.attributes.get(name) or "").split()) if node else frozenset()


def _path(node: LexborNode | None, name: str) -> str | None:
    """The path of a link, its host left aside."""
    link = (node.attributes.get(name) or "").strip() if node else ""
    path = re.sub(r"^https?://[^/]+", "", link)
    return path if path.startswith("/") and not path.startswith("//") else None
