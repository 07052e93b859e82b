"""From a file, or the environment alone, to a configuration: parse, resolve, merge, validate, check."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
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
from reconciler.config.merge import with_defaults
from reconciler.config.messages import keys_at, translated
from reconciler.config.problems import ConfigErrors, Place, Problem, problem, redacted
from reconciler.config.references import STAND_IN, Outsides, SecretStore, resolved
from reconciler.config.revision import Revision, revision_of
from reconciler.config.secrecy import tell_secrets
from reconciler.config.text import Unreadable, parse
from reconciler.config.tree import Mapping as MappingNode
from reconciler.config.tree import Path as TreePath
from reconciler.config.tree import Scalar, find, is_void, places, plain, put
from reconciler.redact import Redactor
from schemas.base import utc_now
from schemas.config import Config, Outside
from schemas.config.times import parse_timezone
from schemas.source import Source

FILE_NAME = "listsync.yaml"
CONFIG_VARIABLE = "LISTSYNC_CONFIG"
CONTAINER_PATH = Path("/config") / FILE_NAME

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
        return _shown(self.path)

    def place(self, *paths: TreePath) -> str:
        """Where the first of these paths that is written stands, `listsync.yaml:12:7`; the file, if none of them is."""
        return str(next((self.places[path] for path in paths if path in self.places), self.name))


def find_config(explicit: Path | None, environ: Mapping[str, str], cwd: Path) -> Path | None:
    """`--config`, else LISTSYNC_CONFIG, else ./listsync.yaml, else /config/listsync.yaml; None: there is no file.

    A file that is named is returned whether it exists or not: loading it says what is wrong.
    """
    if explicit is not None:
        return cwd / explicit
    if named := environ.get(CONFIG_VARIABLE, "").strip():
        return cwd / named
    return next((path for path in (cwd / FILE_NAME, CONTAINER_PATH) if path.is_file()), None)


def load(
    path: Path | None,
    environ: Mapping[str, str],
    *,
    clock: Callable[[], datetime] = utc_now,
    redactor: Redactor | None = None,
    parse_source: ParseSource | None = None,
    providers: Collection[str] | None = None,
    secrets: SecretStore | None = None,
    ask: Ask | None = None,
    references: References = References.NEEDED,
    cwd: Path | None = None,
    content: bytes | None = None,
) -> Loaded:
    """Read a file, or with `path` None the classic environment variables. Raises ConfigErrors with every problem.
    `content` is what the file is about to hold, instead of what it holds."""
    redactor = Redactor() if redactor is None else redactor
    base_dir = (cwd or Path.cwd()) if path is None else path.parent
    loading = _Loading(
        subject=_shown(path),
        base_dir=base_dir.resolve(),
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
    tree = loading.tree(content if path is not None else None, secrets, ask)
    config, findings = loading.valid(tree, clock())
    digest = digest_of(config, tree)
    revision = Revision(None, dirty=False, digest=digest) if path is None else revision_of(path, content)
    warnings = redacted([*loading.warnings, *findings.warnings], redactor)
    return Loaded(config, path, loading.base_dir, digest, revision, findings.sources, warnings, redactor, _places(tree))


@dataclass(slots=True)
class _Loading:
    subject: str
    base_dir: Path
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

    def tree(self, content: bytes | None, secrets: SecretStore | None, ask: Ask | None) -> MappingNode:
        """What is written, with the environment over it, references resolved and defaults merged."""
        classic = Classic(self.environ, self.base_dir)
        if content is None:
            root = classic.alone(self.parse_source, self._provider_names())
        else:
            root = classic.over(self._parsed(content))
        self.problems += classic.problems
        self.warnings += classic.warnings
        outsides = Outsides(self.environ, self.base_dir, self.redactor, secrets)
        root, missing = resolved(root, outsides)
        if self.references is References.NEEDED:
            self.unresolved |= {place for one in missing for place in (one.place, one.path)}
            self.problems += missing
        else:
            self.warnings += missing
        return with_defaults(self._asked(root, secrets, ask), keys_at(("defaults",)))

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

    def _asked(self, root: MappingNode, secrets: SecretStore | None, ask: Ask | None) -> MappingNode:
        for path in ASKED_FOR:
            found = find(root, path)
            if found.depth == len(path) and not is_void(found.node) and plain(found.node) is not None:
                continue
            name = ".".join(path)
            for source, label in ((secrets, f"${{secret:{name}}}"), (ask, f"${{{name}}}")):
                value = source(name) if source is not None else None
                if value:
                    root = put(root, path, Scalar(Outside(value.strip(), label), Place(label)))
                    break
        return root

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


def _shown(path: Path | None) -> str:
    """A file as it is called in messages: relative where it is below the working directory."""
    if path is None:
        return "environment"
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
