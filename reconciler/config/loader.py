"""From a file, or the environment alone, to a configuration: parse, resolve, merge, validate, check."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from reconciler.config.checks import Findings, ParseSource, checked
from reconciler.config.classic import Classic
from reconciler.config.digest import digest_of
from reconciler.config.exposure import exposed
from reconciler.config.finding import FILE_NAME, shown
from reconciler.config.merge import with_defaults
from reconciler.config.messages import keys_at, translated
from reconciler.config.problems import ConfigErrors, Place, Problem, problem, redacted
from reconciler.config.references import STAND_IN, Missing, Outsides, resolved
from reconciler.config.revision import Revision, revision_of
from reconciler.config.secrecy import tell_secrets
from reconciler.config.stored import AskPassphrase, Stored, store_path
from reconciler.config.text import Unreadable, parse
from reconciler.config.tree import Mapping as MappingNode
from reconciler.config.tree import Path as TreePath
from reconciler.config.tree import Scalar, find, is_void, places, plain, put
from reconciler.redact import Redactor
from schemas.base import utc_now
from schemas.config import Config, Outside
from schemas.config.times import parse_timezone
from schemas.source import Source

Ask = Callable[[str], str | None]
"""Asks a person for a missing single value, by its path (`server.api_key`); None: nobody answered."""
ASKED_FOR = (("server", "url"), ("server", "api_key"))
"""What is looked for in the encrypted store, and then asked for, when nothing else gives it."""


class References(StrEnum):
    """What a reference that leads to nothing means."""

    NEEDED = "needed"
    TOLERATED = "tolerated"
    """A warning: for checks where the secrets are not at hand, as in CI. Such a configuration reaches no server."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A valid configuration and where it came from."""

    config: Config
    path: Path | None
    """Of the file; None: the environment alone."""
    base_dir: Path
    """What relative paths are below."""
    digest: str
    """Of all that decides a plan: references by name, never values."""
    revision: Revision
    sources: Mapping[str, Source]
    """By list, canonical; lists made by `combine` have none."""
    warnings: tuple[Problem, ...] = ()
    redactor: Redactor = field(default_factory=Redactor, compare=False)
    """Knows every secret of the configuration."""
    places: Mapping[TreePath, Place] = field(default_factory=dict, repr=False, compare=False)
    """Where the keys of `server` and `lists` are written; those that a list has of `defaults`, there."""

    @property
    def name(self) -> str:
        """What the configuration is called in messages: its file, or `environment`."""
        return shown(self.path)

    def place(self, *paths: TreePath) -> str:
        """Where the first of these paths that is written stands, `listsync.yaml:12:7`; the file, if none of them is."""
        return str(next((self.places[path] for path in paths if path in self.places), self.name))


def load(
    path: Path | None,
    environ: Mapping[str, str],
    *,
    clock: Callable[[], datetime] = utc_now,
    redactor: Redactor | None = None,
    parse_source: ParseSource | None = None,
    providers: Collection[str] | None = None,
    ask: Ask | None = None,
    ask_passphrase: AskPassphrase | None = None,
    references: References = References.NEEDED,
    cwd: Path | None = None,
    home: Path | None = None,
    content: bytes | None = None,
) -> Loaded:
    """Read a file, or with `path` None the classic environment variables. Raises ConfigErrors with every problem.
    `content` is what the file is about to hold, instead of what it holds. `home`: what the ledger's place is relative
    to, with the encrypted store beside it; the file's folder unless given. `ask_passphrase` is for that store, and is
    called once at most: where a value of it is needed, and values that are missing are not tolerated."""
    redactor = Redactor() if redactor is None else redactor
    base_dir = (cwd or Path.cwd()) if path is None else path.parent
    loading = _Loading(
        subject=shown(path),
        base_dir=base_dir.resolve(),
        home=(home or base_dir).resolve(),
        environ=environ,
        redactor=redactor,
        parse_source=parse_source or _registry_parse,
        providers=providers,
        references=references,
    )
    if path is None:
        content = b""
    elif content is None:
        content = loading.content(path)
    tree = loading.tree(
        content if path is not None else None, ask, ask_passphrase if references is References.NEEDED else None
    )
    config, findings = loading.valid(tree, clock())
    digest = digest_of(config, tree)
    revision = Revision(None, dirty=False, digest=digest) if path is None else revision_of(path, content)
    warnings = redacted([*loading.warnings, *findings.warnings], redactor)
    return Loaded(config, path, loading.base_dir, digest, revision, findings.sources, warnings, redactor, _places(tree))


def find_store(
    path: Path | None, environ: Mapping[str, str], redactor: Redactor, *, home: Path | None = None
) -> Path | None:
    """Where the encrypted store of a configuration lies, be that valid or not; None: `state.database` does not say.
    Raises ConfigErrors for a file that is no YAML."""
    loading = _Loading(
        subject=shown(path),
        base_dir=(Path.cwd() if path is None else path.parent).resolve(),
        home=(home or (Path.cwd() if path is None else path.parent)).resolve(),
        environ=environ,
        redactor=redactor,
        parse_source=_registry_parse,
        providers=None,
        references=References.TOLERATED,
    )
    return loading.store(loading.content(path) if path is not None else None)


@dataclass(slots=True)
class _Loading:
    subject: str
    base_dir: Path
    home: Path
    environ: Mapping[str, str]
    redactor: Redactor
    parse_source: ParseSource
    providers: Collection[str] | None
    references: References
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    unresolved: set[Place | str] = field(default_factory=set)
    """Where a reference leads to nothing, by place and path: no further problem is told of such a value."""

    def content(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            self._refuse("does not exist", "`listsync init` writes a first one")
        except IsADirectoryError:
            self._refuse("is a folder, not a file", f"name the file in it, such as {FILE_NAME}")
        except (OSError, ValueError) as error:
            self._refuse(f"cannot be read: {getattr(error, 'strerror', None) or error}")

    def store(self, content: bytes | None) -> Path | None:
        """Where the encrypted store lies."""
        root = self._parsed(content) if content is not None else MappingNode({}, Place(self.subject))
        root = Classic(self.environ, self.base_dir).over(root)
        return store_path(root, self.home, Outsides(self.environ, self.base_dir, self.redactor))

    def tree(self, content: bytes | None, ask: Ask | None, ask_passphrase: AskPassphrase | None) -> MappingNode:
        """What is written, with the environment over it, references resolved and defaults merged."""
        classic = Classic(self.environ, self.base_dir)
        if content is None:
            root = classic.alone(self.parse_source, self._provider_names())
        else:
            root = classic.over(self._parsed(content))
        self.problems += classic.problems
        self.warnings += classic.warnings
        outsides = Outsides(self.environ, self.base_dir, self.redactor)
        where = store_path(root, self.home, outsides)
        stored = None
        if where is not None:
            stored = Stored(where, self.environ, self.home, self.redactor, ask_passphrase)
            outsides = replace(outsides, secrets=stored.needed)
        root, missing = resolved(root, outsides)
        self._miss(missing)
        return with_defaults(self._asked(root, stored, ask), keys_at(("defaults",)))

    def _miss(self, missing: Collection[Problem]) -> None:
        """Note references that lead to nothing, as heavily as they weigh here."""
        if self.references is References.NEEDED:
            self.unresolved |= {place for one in missing for place in (one.place, one.path)}
            self.problems += missing
        else:
            self.warnings += missing

    def valid(self, tree: MappingNode, now: datetime) -> tuple[Config, Findings]:
        """The configuration, if there is not a single problem."""
        findings = checked(tree, self._careful_parse, self._provider_names(), self._interval, _today(tree, now))
        findings.warnings += exposed(tree, self.environ)
        found = list(findings.problems)
        config = None
        try:
            config = Config.model_validate(plain(self._filled(tree)))
        except ValidationError as error:
            found += translated(error, tree)
        tell_secrets(config, tree, self.redactor)
        self.problems += [one for one in found if one.place not in self.unresolved and one.path not in self.unresolved]
        if config is None or self.problems:
            raise ConfigErrors(self._told(), subject=self.subject)
        return config, findings

    def _told(self) -> tuple[Problem, ...]:
        """Each wrong value once, also where two steps noticed it."""
        once = {(one.place, one.path, one.message): one for one in self.problems}
        return redacted(once.values(), self.redactor)

    def _parsed(self, content: bytes) -> MappingNode:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = content[: error.start]
            place = Place(self.subject, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
            self._refuse("is not a text in UTF-8", "save it as UTF-8", place)
        try:
            root, problems = parse(text, self.subject)
        except Unreadable as unreadable:
            raise ConfigErrors((unreadable.problem,), subject=self.subject) from None
        self.problems += problems
        return root

    def _asked(self, root: MappingNode, stored: Stored | None, ask: Ask | None) -> MappingNode:
        for path in ASKED_FOR:
            found = find(root, path)
            if found.depth == len(path) and not is_void(found.node) and plain(found.node) is not None:
                continue
            name = ".".join(path)
            for source, label in ((self._held(stored, path), f"${{secret:{name}}}"), (ask, f"${{{name}}}")):
                value = source(name) if source is not None else None
                if value:
                    root = put(root, path, Scalar(Outside(value.strip(), label), Place(label)))
                    break
        return root

    def _held(self, stored: Stored | None, path: TreePath) -> Ask | None:
        """The encrypted store as somebody to ask. A value that it holds and does not give is a problem of its own."""

        def look(name: str) -> str | None:
            try:
                value = stored.perhaps(name) if stored is not None else None
            except Missing as missing:
                self._miss([problem(Place(f"${{secret:{name}}}"), path, str(missing), missing.hint)])
                return None
            self.redactor.add(value or "")
            return value

        return look

    def _filled(self, tree: MappingNode) -> MappingNode:
        """With references tolerated, a needed value that is not there is stood in for, so that the rest is checked."""
        if self.references is References.TOLERATED:
            for path, stand_in in zip(ASKED_FOR, (f"http://{STAND_IN}", STAND_IN), strict=True):
                found = find(tree, path)
                if found.depth == len(path) - 1 and isinstance(found.node, MappingNode):
                    tree = put(tree, path, Scalar(stand_in, found.key))
        return tree

    def _careful_parse(self, text: str) -> Source:
        if isinstance(text, Outside) and not text.known:
            return Source(STAND_IN, text.reference)
        return self.parse_source(text)

    def _provider_names(self) -> Collection[str]:
        if self.providers is not None:
            return self.providers
        from providers.lists import registry

        return registry.names()

    def _interval(self, provider: str) -> timedelta:
        """How often that service is asked at most."""
        if self.providers is not None or provider not in self._provider_names():
            return timedelta(0)
        from providers.lists import registry

        return registry.get(provider).capabilities.minimum_interval

    def _refuse(self, message: str, hint: str = "", place: Place | None = None) -> NoReturn:
        found = problem(place or Place(self.subject, 1, 1), (), message, hint)
        raise ConfigErrors((found,), subject=self.subject)


def _places(tree: MappingNode) -> Mapping[TreePath, Place]:
    """Of what may turn out wrong later: when the server is asked."""
    tops = ((name,) for name in ("server", "lists"))
    return {path: place for top in tops for path, place in places(find(tree, top).node, top)}


def _today(tree: MappingNode, now: datetime) -> date:
    zone = find(tree, ("timezone",)).node
    try:
        return now.astimezone(ZoneInfo(parse_timezone(zone.value if isinstance(zone, Scalar) else "UTC"))).date()
    except ValueError:
        return now.date()


def _registry_parse(text: str) -> Source:
    from providers.lists import registry

    return registry.parse_source(text)
