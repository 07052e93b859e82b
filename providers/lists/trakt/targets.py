"""A canonical identifier → where to ask, and what else brings the same titles when Trakt does not let us."""

from dataclasses import dataclass
from urllib.parse import quote

from providers.lists.trakt.identifiers import CHARTS
from schemas.media import Kind

_BOTH = ("movies", "shows")
_KINDS = {"movies": Kind.MOVIE, "shows": Kind.TV}
_WITHOUT_BOTH = frozenset({"collection", "watched"})
"""Parts of an account that the API gives one kind at a time."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a source is read."""

    what: str
    """As messages call it."""
    paths: tuple[str, ...]
    """Of the API; several are read one after the other."""
    page: str | None
    """The path of its page at app.trakt.tv; None where no such page is known."""
    instead: str
    """The way around a missing key."""
    kind: Kind | None = None
    chart: bool = False
    paged: bool = True


_OWN_LIST = (
    "the lists of an account come with its export (trakt.tv, settings, data): use file:NAME; "
    "MDBList keeps copies of public lists (mdblist:USER/LIST)"
)
_SIMKL = "Simkl's open data has trends: https://data.simkl.in/discover/trending/{kind}/week_100.json"
_AT_MDBLIST = {
    "trending": "mdblist:official/trakt-trending",
    "watched": "mdblist:official/trakt-most-watched",
    "played": "mdblist:official/trakt-most-watched",
    "popular": "mdblist:official/popular",
}


def target_of(identifier: str) -> Target:
    """What a canonical identifier stands for."""
    head, _, rest = identifier.partition("/")
    if head.split(":")[0] in CHARTS and ":" in head:
        return _chart(*head.split(":"))
    if head == "lists":
        return _list(f"the Trakt list {rest}", f"/lists/{quote(rest, safe='')}", f"/lists/{quote(rest, safe='')}")
    if head == "official":
        # The API knows official lists by their name among all lists (client: Kometa, 2026).
        slug = quote(rest, safe="")
        return _list(f"Trakt's official list {rest}", f"/lists/{slug}", f"/lists/official/{slug}")
    user = quote(head, safe="")
    section, _, tail = rest.partition("/")
    if section == "lists":
        path = f"/users/{user}/lists/{quote(tail, safe='')}"
        return _list(f"the Trakt list {identifier}", path, path)
    kinds = (tail,) if tail else _BOTH if section in _WITHOUT_BOTH else ("",)
    return Target(
        what=f"{identifier} at Trakt",
        paths=tuple(f"/users/{user}/{section}{'/' if kind else ''}{kind}" for kind in kinds),
        page=f"/users/{user}/watchlist" if section == "watchlist" else None,
        instead=_OWN_LIST,
        kind=_KINDS.get(tail),
    )


def _list(what: str, path: str, page: str) -> Target:
    return Target(what, (f"{path}/items",), page, _OWN_LIST)


def _chart(name: str, kind: str, period: str = "") -> Target:
    return Target(
        what=f"Trakt's chart {':'.join(part for part in (name, kind, period) if part)}",
        paths=(f"/{kind}/{name}/{period}" if period else f"/{kind}/{name}",),
        page=f"/{kind}/{name}" if name in ("trending", "popular", "anticipated", "streaming") else None,
        instead=_instead_of_chart(name, kind),
        kind=_KINDS[kind],
        chart=True,
        paged=name != "boxoffice",
    )


def _instead_of_chart(name: str, kind: str) -> str:
    if name == "boxoffice":
        return "imdb:boxoffice brings the same weekend without a key"
    simkl = _SIMKL.format(kind="tv" if kind == "shows" else "movies")
    mirror = _AT_MDBLIST.get(name)
    if mirror is None:
        return f"MDBList's official lists re-serve Trakt's charts (mdblist:official/trakt-trending and others); {simkl}"
    return f"{mirror} re-serves it (filter kinds: [{_KINDS[kind].value}]); {simkl}"
