"""Lists in files: local ones, and documents at an address that no service claims."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from providers.base import Capabilities, Context
from providers.errors import Malformed, ProviderError
from providers.http import host_of, masked
from providers.lists.file.address import FORMS, is_web, parse_address, split_member
from providers.lists.file.archive import members
from providers.lists.file.contents import is_archive, parse_contents
from providers.lists.file.reading import MAX_BYTES, local_path, read_bytes
from providers.lists.rows import Parsed, Unreadable
from schemas.fetch import Fetched
from schemas.media import Item, Kind
from schemas.source import Source

CAPABILITIES = Capabilities(
    kinds=frozenset(Kind),
    forms=FORMS,
    gives_total=True,
    gives_ids=("tmdb", "imdb", "tvdb"),
    minimum_interval=timedelta(minutes=5),
    summary="a list of your own: YAML, JSON, CSV, RSS, text, or an account export (ZIP)",
)


def local_file(source: Source, base_dir: Path) -> Path | None:
    """The file on this machine that a source means; None: it is something else, or no such place can be."""
    if source.provider != "file":
        return None
    where, _ = split_member(source.identifier)
    with suppress(ProviderError):
        return None if is_web(where) else local_path(where, base_dir)
    return None


@dataclass(frozen=True, slots=True)
class FileProvider:
    """Reads YAML, JSON, CSV, RSS, plain text and account exports, from disk or by http."""

    name: str = "file"
    capabilities: Capabilities = CAPABILITIES

    def parse(self, text: str) -> Source:
        """The canonical source. A local file is personal, an address is not: nobody says who keeps it."""
        return parse_address(text)

    def fetch(self, source: Source, context: Context) -> Fetched:
        """Read the list whole. A local file that can be read affirms its length, also when it is empty."""
        where, member = split_member(source.identifier)
        if is_web(where):
            parsed = _parsed(_download(where, context), member)
        else:
            path = local_path(where, context.base_dir)
            parsed = _parsed(_Body(str(path), read_bytes(path)), member)
        context.progress(len(parsed.items), parsed.rows)
        complete = len(parsed.items) == parsed.rows
        affirmed = parsed.rows if parsed.rows or not is_web(where) else None
        return Fetched(
            items=parsed.items, total=affirmed, complete=complete, warnings=parsed.warnings, title=parsed.title
        )


@dataclass(frozen=True, slots=True)
class _Body:
    """What stands somewhere, and what its sender says it is."""

    place: str
    content: bytes
    declared: str = ""


def _download(url: str, context: Context) -> _Body:
    accept = {"Accept": "application/json, text/csv, text/plain, application/rss+xml, */*;q=0.5"}
    reply = context.http.get(url, headers=accept, max_bytes=MAX_BYTES)
    try:
        reply.require(what="the list")
    except ProviderError as error:
        error.remedy = error.remedy or "open the address in a browser that is not logged in: that is what listsync sees"
        raise
    if not reply.content.strip():
        raise Malformed(f"{host_of(url)} answered with nothing at all", url=masked(url))
    return _Body(host_of(url), reply.content, reply.headers.get("content-type", ""))


def _parsed(body: _Body, member: str | None) -> Parsed:
    if not is_archive(body.content):
        if member is not None:
            raise Malformed(f"{body.place} is no archive, so there is no {member!r} inside it")
        return _document(body)
    inside = members(body.content, member, body.place)
    parts = [_document(_Body(f"{body.place}#{part.name}", part.content)) for part in inside]
    return parts[0] if len(parts) == 1 else _joined(parts)


def _document(body: _Body) -> Parsed:
    try:
        return parse_contents(body.content, body.declared)
    except Unreadable as error:
        raise Malformed(f"{body.place} {error}", remedy="open it in an editor and look at what it holds") from error


def _joined(parts: list[Parsed]) -> Parsed:
    """Several files of one list: positions go on where the last file ended."""
    items: list[Item] = []
    rows = 0
    for part in parts:
        items += [replace(item, position=item.position + rows) for item in part.items]
        rows += part.rows
    return Parsed(tuple(items), rows, tuple(warning for part in parts for warning in part.warnings), parts[0].title)


PROVIDER = FileProvider()
