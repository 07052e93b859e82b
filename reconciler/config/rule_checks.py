"""Rules that hold by themselves and not beside one another: overrides, budgets, lists read twice, receivers."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from reconciler.config.problems import Problem, problem
from reconciler.config.tree import Entry, Node, Path, Scalar, Sequence, find, plain
from reconciler.config.tree import Mapping as MappingNode
from schemas.config import Outside, Wrong, did_you_mean
from schemas.config.times import format_duration, parse_duration
from schemas.source import Source

SHAPES = ("filter", "request", "request_as", "input_only")
"""Two lists of one source that do not differ in these are one list."""
DATABASES = ("imdb", "tmdb", "tvdb", "file")
"""What rows of files and mirrors are called after, beside the services."""
Intervals = Callable[[str], timedelta]
"""How often a service is asked at most, by its name."""


def contradictions(root: Node) -> Iterator[Problem]:
    """Titles that are denied and allowed. A denied title is denied in both qualities."""
    denied, allowed = entries_at(root, ("overrides", "deny")), entries_at(root, ("overrides", "allow"))
    for key, entry in allowed.items():
        other = denied.get(key) or denied.get(key.removesuffix("@4k"))
        if other is not None:
            message = f"is denied in line {other.key.line} and allowed here"
            yield problem(entry.key, ("overrides", "allow", key), message, "keep one of the two")


def overlaps(root: Node, providers: Collection[str]) -> Iterator[Problem]:
    """Overrides that change nothing."""
    denied = entries_at(root, ("overrides", "deny"))
    for key, entry in denied.items():
        whole = denied.get(key.removesuffix("@4k"))
        if whole is not None and whole is not entry:
            message = f"is denied in line {whole.key.line} already, in HD and 4K"
            yield problem(entry.key, ("overrides", "deny", key), message, "it can be removed")
    known = {*providers, *DATABASES}
    for ref, entry in entries_at(root, ("overrides", "match")).items():
        service, colon, _ = ref.partition(":")
        if colon and service not in known:
            guess = did_you_mean(service, known) or "`listsync unresolved` shows items as they are written here"
            yield problem(entry.key, ("overrides", "match", ref), f"no item begins with {service}:", guess)


def budgets(root: Node) -> Iterator[Problem]:
    """A run that may request more than a day may."""
    paths: list[Path] = [("rails", "budget"), ("defaults", "budget")]
    paths += [("lists", name, "budget") for name in entries_at(root, ("lists",))]
    for path in paths:
        run, day = (find(root, (*path, key)) for key in ("per_run", "per_day"))
        if _is_more(run.node, day.node):
            message = f"a run never requests {plain(run.node)}: `per_day` ends it at {plain(day.node)}"
            yield problem(run.node.place, (*path, "per_run"), message)


def _is_more(run: Node, day: Node) -> bool:
    numbers = [node.value if isinstance(node, Scalar) and type(node.value) is int else None for node in (run, day)]
    return numbers[0] is not None and numbers[1] is not None and numbers[0] > numbers[1]


def read_twice(lists: Mapping[str, Entry], sources: Mapping[str, Source]) -> Iterator[Problem]:
    """Lists that read the same and want the same of it."""
    seen: dict[object, str] = {}
    for name, source in sources.items():
        shape = (str(source), *(repr(_value(lists[name].node, key)) for key in SHAPES))
        if shape in seen:
            message = f"reads the same as {seen[shape]}, with the same filter and requester"
            place = find(lists[name].node, ("source",)).node.place
            yield problem(place, ("lists", name, "source"), message, "one of the two is enough")
        seen.setdefault(shape, name)


def _value(node: Node, key: str) -> object:
    found = find(node, (key,))
    return plain(found.node) if found.depth else None


def hurried(root: Node, sources: Mapping[str, Source], least: Intervals) -> Iterator[Problem]:
    """Lists that are to be fetched more often than their service is ever asked."""
    for name, source in sources.items():
        found = find(root, ("lists", name, "every"))
        if found.depth < 3 or not isinstance(found.node, Scalar):
            continue
        try:
            wanted = parse_duration(found.node.value)
        except Wrong:
            continue
        if wanted < least(source.provider):
            often = format_duration(least(source.provider))
            message = f"{source.provider} is asked every {often} at most"
            yield problem(found.node.place, ("lists", name, "every"), message, f"write {often} or more")


def receivers(root: Node) -> Iterator[Problem]:
    """Receivers without an address. What comes from outside is not shown."""
    node = find(root, ("notifications",)).node
    for number, entry in enumerate(node.items if isinstance(node, Sequence) else ()):
        for kind in ("discord", "webhook", "apprise") if isinstance(entry, MappingNode) else ():
            found = find(entry, (kind,))
            value = found.node.value if found.depth and isinstance(found.node, Scalar) else None
            if isinstance(value, str) and value and not _is_address(kind, value):
                path: Path = ("notifications", number, kind)
                yield problem(found.node.place, path, *_NO_ADDRESS[kind])


_NO_ADDRESS = {
    "discord": ("is no web address", "paste the webhook's URL: https://discord.com/api/webhooks/…"),
    "webhook": ("is no web address", "write it like https://example.org/hook"),
    "apprise": ("is no address of Apprise", "write it like ntfy://ntfy.sh/topic"),
}


def _is_address(kind: str, value: str) -> bool:
    if isinstance(value, Outside) and not value.known:
        return True
    try:
        parts = urlsplit(value.strip())
        return bool(parts.scheme) if kind == "apprise" else parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def entries_at(root: Node, path: Path) -> Mapping[str, Entry]:
    """The entries of a mapping; none where there is no such one."""
    found = find(root, path)
    return found.node.entries if isinstance(found.node, MappingNode) and found.depth == len(path) else {}
