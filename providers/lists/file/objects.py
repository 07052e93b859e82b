"""JSON and YAML values: lists for Radarr and Sonarr, their APIs, StevenLu, MDBList, Trakt, CouchPotato, and our own."""

from collections.abc import Iterator, Mapping
from typing import Any

from providers.lists.file.lines import row_of_line
from providers.lists.rows import Dialect, Parsed, Row, Unreadable, item_from, our_name, renamed, shortened
from providers.lists.titletypes import kind_of
from providers.lists.values import text_of
from schemas.media import Item, Kind

# Where services and people put the rows of a document that is not itself a sequence, and what they then are.
_SECTIONS: dict[str, Kind | None] = {
    "movies": Kind.MOVIE,
    "films": Kind.MOVIE,
    "shows": Kind.TV,
    "series": Kind.TV,
    "tv": Kind.TV,
    "items": None,
    "titles": None,
    "list": None,
    "results": None,
    "watchlist": None,
    "entries": None,
    "data": None,
}
# A row that wraps its title: Trakt and Simkl by type, CouchPotato as `info`. Of a season or an episode the show counts.
_WRAPPED: dict[str, Kind | None] = {
    "movie": Kind.MOVIE,
    "show": Kind.TV,
    "series": Kind.TV,
    "anime": None,
    "info": None,
    "person": None,
    "list": None,
}


def parse_objects(document: Any) -> Parsed:
    """All rows of a document that was already read."""
    title = None
    if isinstance(document, dict):
        title = text_of(document.get("name"))
    entries = list(_entries(document))
    if any(isinstance(entry, dict) and "item_count" in entry for entry, _ in entries):
        raise Unreadable("is an overview of lists, not a list")
    rows = [(_row(entry, kind), entry) for entry, kind in entries]
    dialect = _dialect([row for row, _ in rows if row is not None])
    items: list[Item] = []
    problems: list[str] = []
    for position, (row, entry) in enumerate(rows, start=1):
        item = item_from(row, position, dialect) if row is not None else None
        if item is None:
            problems.append(f"entry {position}: neither a title nor an id in {_shown(entry)}")
        else:
            items.append(item)
    if problems and not items:
        raise Unreadable(f"holds nothing that names a title; {problems[0]}")
    return Parsed(tuple(items), len(rows), shortened(problems), title)


def _entries(document: Any) -> Iterator[tuple[Any, Kind | None]]:
    """Every entry with the kind that its section gives it."""
    if isinstance(document, list):
        yield from ((entry, None) for entry in document)
        return
    if not isinstance(document, dict):
        raise Unreadable("holds a single value where a list was expected")
    sections = [(name, part) for name, part in document.items() if str(name).lower() in _SECTIONS]
    sections = [(name, part) for name, part in sections if isinstance(part, list)]
    if not sections:
        raise Unreadable(_no_sections(document))
    for name, part in sections:
        yield from ((entry, _SECTIONS[str(name).lower()]) for entry in part)


def _no_sections(document: Mapping[Any, Any]) -> str:
    for name in ("error", "message", "errors", "error_description"):
        if told := text_of(document.get(name)):
            return f"holds an error instead of a list: {told[:200]}"
    return "holds no list: a sequence was expected, or one below items, movies or shows"


def _row(entry: Any, section: Kind | None) -> Row | None:
    """An entry under our names; None for what cannot name a title."""
    if isinstance(entry, dict):
        row = _row_of_mapping(entry)
    elif isinstance(entry, str):
        row = row_of_line(entry)
    else:
        return None
    if row is not None and section is not None and kind_of(text_of(row.get("kind"))) == (None, None):
        row["kind"] = section.value
    return row


def _row_of_mapping(entry: Mapping[Any, Any]) -> Row | None:
    row = renamed(entry)
    for name, kind in _WRAPPED.items():
        inner = entry.get(name)
        if not isinstance(inner, dict):
            continue
        inside = renamed(inner)
        own = {key: value for key, value in row.items() if key not in ("id", "key", "kind", "season", "episode")}
        return inside | own | {"kind": kind.value if kind else row.get("kind") or inside.get("kind")}
    if isinstance(key := row.get("key") or row.get("id"), str) and ":" in key:
        return row_of_line(key) | {name: value for name, value in row.items() if name not in ("key", "id")}
    return row


def _dialect(rows: list[Row]) -> Dialect:
    """What ids mean in this document (Radarr and Sonarr list formats).

    Radarr lists put the TMDB id of a movie in `id`; Radarr's own API has `tmdbId` beside an internal `id`; MDBList says
    the kind of every row; Sonarr lists need `tvdbId`, and an `id` beside it is internal.
    """
    kinds = any("kind" in row for row in rows)
    tmdb = any("tmdb" in row or isinstance(row.get("ids"), dict) for row in rows)
    tvdb = any("tvdb" in row for row in rows)
    bare = not tmdb and (kinds or not tvdb)
    if tvdb and not kinds:
        return Dialect(otherwise=Kind.TV)
    return Dialect(bare_id_is_tmdb=bare, tmdb_means=None if kinds else Kind.MOVIE)


def _shown(entry: Any) -> str:
    """An entry in a few words; only the names of its fields, which may hold anything."""
    if isinstance(entry, dict):
        names = [str(name) for name in entry if our_name(str(name)) or len(str(name)) < 20][:5]
        return f"the fields {', '.join(names)}" if names else "an empty object"
    return "nothing" if entry is None else f"a {type(entry).__name__}"
