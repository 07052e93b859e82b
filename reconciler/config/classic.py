"""The environment variables of ListSync 0.6: over single values of a file, or a whole configuration without one.

Their meanings were read in that program's code: `SYNC_INTERVAL` is decimal hours, of which 0 means once; lists are
separated by commas; `TRAKT_SPECIAL_ITEMS_LIMIT` limits each special list; each variable may be given as `NAME_FILE`.
"""

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from providers.errors import SourceError
from reconciler.config.checks import ParseSource
from reconciler.config.problems import Place, Problem, problem
from reconciler.config.references import Missing, read_secret_file
from reconciler.config.tree import Entry, Node, Scalar, Sequence, find, put
from reconciler.config.tree import Mapping as MappingNode
from reconciler.config.zones import usable_zone
from schemas.config import Outside, Wrong
from schemas.config.base import shown

LIST_VARIABLES: Mapping[str, str] = {
    "IMDB_LISTS": "imdb",
    "TRAKT_LISTS": "trakt",
    "TRAKT_SPECIAL_LISTS": "trakt",
    "LETTERBOXD_LISTS": "letterboxd",
    "MDBLIST_LISTS": "mdblist",
    "STEVENLU_LISTS": "stevenlu",
    "TMDB_LISTS": "tmdb",
    "TVDB_LISTS": "tvdb",
    "SIMKL_LISTS": "simkl",
    "ANILIST_LISTS": "anilist",
}
"""Variable → the provider of its entries."""
SPECIAL_LIMIT = "TRAKT_SPECIAL_ITEMS_LIMIT"
DEFAULT_SPECIAL_LIMIT = 20
FOLDER = "LISTSYNC_DATA"
"""None of ListSync's: the ledger's folder, unless the file says where it is. A container mounts its file read-only."""
TRUE, FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}


def _flag(text: str) -> bool:
    if text.strip().lower() not in TRUE | FALSE:
        raise Wrong(f"must be true or false, not {shown(text)}")
    return text.strip().lower() in TRUE


def _once(text: str) -> bool:
    return not _flag(text)


def _hours(text: str) -> timedelta | None:
    """None: 0, which means one pass."""
    try:
        hours = float(text)
    except ValueError:
        hours = math.nan
    if not 0 <= hours <= 24 * 3_650:
        raise Wrong(f"must be a number of hours, not {shown(text)}", "write it like 24 or 0.5")
    return timedelta(hours=hours) if hours else None


def _user(text: str) -> int | str:
    return int(text) if text.strip().isascii() and text.strip().isdigit() and len(text) < 10 else text


def _level(text: str) -> str:
    word = text.strip().lower()
    return {"warn": "warning", "critical": "error", "fatal": "error"}.get(word, word)


def _limit(text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit() and int(text[:9]) > 0 and len(text) < 9):
        raise Wrong(f"must be a whole number of at least 1, not {shown(text)}")
    return int(text)


@dataclass(frozen=True, slots=True)
class _Single:
    """A variable that is one value of the configuration."""

    path: tuple[str, ...]
    read: Callable[[str], Any] | None = None
    """None: a text, which stays out of digests."""


SINGLE_VARIABLES: Mapping[str, _Single] = {
    "OVERSEERR_URL": _Single(("server", "url")),
    "OVERSEERR_API_KEY": _Single(("server", "api_key")),
    "OVERSEERR_USER_ID": _Single(("server", "request_as"), _user),
    "OVERSEERR_4K": _Single(("defaults", "request", "is_4k"), _flag),
    "SYNC_INTERVAL": _Single(("defaults", "every"), _hours),
    "AUTOMATED_MODE": _Single(("run", "once"), _once),
    "TRAKT_CLIENT_ID": _Single(("providers", "trakt", "client_id")),
    "TMDB_KEY": _Single(("providers", "tmdb", "api_key")),
    "TVDB_KEY": _Single(("providers", "tvdb", "api_key")),
    "SIMKL_CLIENT_ID": _Single(("providers", "simkl", "client_id")),
    "SIMKL_USER_TOKEN": _Single(("providers", "simkl", "token")),
    "LOG_LEVEL": _Single(("log", "level"), _level),
    "TZ": _Single(("timezone",)),
}
WEBHOOK = "DISCORD_WEBHOOK_URL"
VARIABLES = (*SINGLE_VARIABLES, WEBHOOK, *LIST_VARIABLES, SPECIAL_LIMIT)
"""All that are read."""


@dataclass(slots=True)
class Classic:
    """The classic variables of one environment, and what is wrong with them."""

    environ: Mapping[str, str] = field(repr=False)
    base_dir: Path
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def over(self, root: MappingNode) -> MappingNode:
        """The tree of a file with the variables over its single values. List variables are not for it."""
        root = self._singles(root)
        ignored = [name for name in (*LIST_VARIABLES, SPECIAL_LIMIT) if self._text(name)]
        if ignored:
            message = f"the file declares the lists: {', '.join(ignored)} {_is_are(ignored)} ignored"
            self.warnings.append(problem(root.place, ("lists",), message, "unset them, or move them into the file"))
        return root

    def alone(self, parse_source: ParseSource, providers: Collection[str]) -> MappingNode:
        """A whole configuration."""
        place = Place("environment")
        root = MappingNode({"version": Entry(place, Scalar(1, place))}, place)
        root = self._singles(root)
        used: set[str] = set()
        for variable, text, name_of in self._sources(parse_source, providers):
            where = _place(variable)
            name = free_name(name_of, used)
            used.add(name)
            root = put(root, ("lists", name, "source"), Scalar(text, where))
            if variable == "TRAKT_SPECIAL_LISTS":
                limit = self._read(SPECIAL_LIMIT, ("lists", name, "limit"), _limit)
                at = _place(SPECIAL_LIMIT) if limit is not None else where
                root = put(root, ("lists", name, "limit"), Scalar(limit or DEFAULT_SPECIAL_LIMIT, at))
        return root

    def _singles(self, root: MappingNode) -> MappingNode:
        for name, single in SINGLE_VARIABLES.items():
            text = self._text(name)
            if not text:
                continue
            if name == "TZ":
                root = self._zone(root, text)
            elif name == "SYNC_INTERVAL":
                root = self._interval(root, single)
            elif single.read is None:
                root = put(root, single.path, Scalar(Outside(text, f"${{{name}}}"), _place(name)))
            elif (value := self._read(name, single.path, single.read)) is not None:
                root = put(root, single.path, Scalar(value, _place(name)))
        return self._folder(self._webhook(root))

    def _folder(self, root: MappingNode) -> MappingNode:
        """The only one that stands behind the file: an image sets it, and a person did not."""
        folder, state = self.environ.get(FOLDER, "").strip(), find(root, ("state",))
        given = state.depth and not _empty(state.node)
        if not folder or (given and (not isinstance(state.node, MappingNode) or "database" in state.node.entries)):
            return root
        return put(root, ("state", "database"), Scalar(str(Path(folder) / "listsync.db"), _place(FOLDER)))

    def _interval(self, root: MappingNode, single: _Single) -> MappingNode:
        before = len(self.problems)
        value = self._read("SYNC_INTERVAL", single.path, _hours)
        if len(self.problems) > before:
            return root
        path, node = (single.path, value) if value is not None else (("run", "once"), True)
        return put(root, path, Scalar(node, _place("SYNC_INTERVAL")))

    def _zone(self, root: MappingNode, text: str) -> MappingNode:
        zone = usable_zone(text)
        if zone is not None:
            return put(root, ("timezone",), Scalar(zone, _place("TZ")))
        message = f"{shown(text)} is no time zone that can be used, and is ignored"
        self.warnings.append(problem(_place("TZ"), ("timezone",), message, "write it like Europe/Madrid"))
        return root

    def _webhook(self, root: MappingNode) -> MappingNode:
        """Over the first Discord receiver of the file, or one more."""
        text = self._text(WEBHOOK)
        if not text:
            return root
        place = _place(WEBHOOK)
        url = Scalar(Outside(text, f"${{{WEBHOOK}}}"), place)
        found = find(root, ("notifications",))
        given = found.node.items if isinstance(found.node, Sequence) else ()
        if found.depth and not isinstance(found.node, Sequence) and not _empty(found.node):
            return root
        items: list[Node] = list(given)
        for index, item in enumerate(items):
            if isinstance(item, MappingNode) and "discord" in item.entries:
                items[index] = put(item, ("discord",), url)
                break
        else:
            items.append(MappingNode({"discord": Entry(place, url)}, place))
        return put(root, ("notifications",), Sequence(tuple(items), found.node.place if found.depth else place))

    def _sources(self, parse_source: ParseSource, providers: Collection[str]) -> Iterator[tuple[str, str, str]]:
        """(variable, source, name) of every entry, each source once; where there is no provider, a warning instead."""
        seen: set[str] = set()
        for variable, provider in LIST_VARIABLES.items():
            written = [entry for part in self._text(variable).split(",") if (entry := part.strip())]
            if written and provider not in providers:
                message = f"there is no provider {provider} yet: {', '.join(written)} left out"
                self.warnings.append(problem(_place(variable), (), message))
                continue
            if variable == "STEVENLU_LISTS":
                # a switch in effect: any value that held the name meant the one list there is
                written = ["stevenlu" if one.lower() in TRUE else one for one in written if one.lower() not in FALSE]
            for entry in written:
                text = source_text(provider, entry)
                try:
                    name = str(parse_source(text))
                except SourceError:
                    name = text  # told of, with its variable, when all sources are checked
                if name not in seen:
                    yield variable, text, name
                seen.add(name)

    def _text(self, name: str) -> str:
        """A variable's value, or that of the file which `NAME_FILE` names; empty where there is none."""
        if self.environ.get(name, "").strip():
            return self.environ[name].strip()
        path = self.environ.get(f"{name}_FILE", "").strip()
        if not path:
            return ""
        try:
            return read_secret_file(self.base_dir / path).strip()
        except Missing as missing:
            one = problem(_place(f"{name}_FILE"), (), str(missing), missing.hint)
            if one not in self.problems:
                self.problems.append(one)
            return ""

    def _read(self, name: str, path: tuple[str, ...], read: Callable[[str], Any]) -> Any:
        text = self._text(name)
        if not text:
            return None
        try:
            return read(text)
        except Wrong as wrong:
            one = problem(_place(name), path, str(wrong), wrong.hint)
            if all((other.file, other.message) != (one.file, one.message) for other in self.problems):
                self.problems.append(one)
            return None


def _place(name: str) -> Place:
    return Place(f"environment variable {name}")


def _empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _is_are(names: Collection[str]) -> str:
    return "is" if len(names) == 1 else "are"


_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|(?:www\.|app\.|m\.)?[a-z0-9-]+\.(?:com|org|net|tv|co|it)/", re.IGNORECASE)
_LETTERBOXD_SECTIONS = {"watchlist", "list", "films", "likes"}


def source_text(provider: str, entry: str) -> str:
    """An entry as `source:` takes it: addresses as they are, anything else behind its provider's name."""
    if _ADDRESS.match(entry) or entry.lower().startswith(f"{provider}:"):
        return entry
    parts = entry.strip("/").split("/")
    if provider == "letterboxd" and len(parts) == 2 and parts[1] not in _LETTERBOXD_SECTIONS:
        # documented by ListSync as USER/SLUG, which never worked there
        entry = f"{parts[0]}/list/{parts[1]}"
    return f"{provider}:{entry}"


def free_name(source: str, used: Collection[str]) -> str:
    """A list's name after its canonical source: `imdb:top` → `imdb-top`."""
    name = re.sub(r"[^a-z0-9]+", "-", source.lower()).strip("-")[:80].strip("-") or "list"
    if name not in used:
        return name
    return next(numbered for count in range(2, 10_000) if (numbered := f"{name}-{count}") not in used)
