"""Values from outside, put where the file asks for them: `${NAME}`, `${NAME:-default}`, `${file:…}`, `${secret:…}`."""

import re
from collections.abc import Callable
from collections.abc import Mapping as Environ
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from reconciler.config.problems import Place, Problem, problem
from reconciler.config.tree import Entry, Mapping, Node, Scalar, Sequence
from reconciler.config.tree import Path as Steps
from reconciler.redact import Redactor
from schemas.config import Outside, did_you_mean

SecretStore = Callable[[str], str | None]
"""Name → value in the encrypted store; None: it holds no such name. Raises Missing where it cannot say."""

STAND_IN = "unresolved"
"""For a value that is not there."""
LARGEST_SECRET = 65_536
_REFERENCE = re.compile(r"\$\$|\$\{([^{}]*)\}|\$\{")
_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)
_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASS|WEBHOOK|CREDENTIAL|AUTH", re.IGNORECASE)


class Missing(Exception):
    """A reference that leads to nothing; says why, and what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Outsides:
    """Where values come from."""

    environ: Environ[str, str] = field(repr=False)
    base_dir: Path
    redactor: Redactor
    secrets: SecretStore | None = None
    """Raises Missing also for a name that the store does not hold. None: there is no place for a store."""

    def value(self, inner: str | None) -> str:
        """What stands for `${inner}`; None is one that was not closed. Raises Missing."""
        if inner is None:
            raise Missing("a ${ is not closed", "write ${NAME}, and $$ for a dollar sign")
        if inner.startswith("file:"):
            return self._secret(read_secret_file(self.base_dir / inner.removeprefix("file:")))
        if inner.startswith("secret:"):
            return self._stored(inner.removeprefix("secret:"))
        match = _VARIABLE.fullmatch(inner)
        if match is None:
            raise Missing(
                f"${{{inner}}} is not understood",
                "write ${NAME}, ${NAME:-default}, ${file:/path} or ${secret:name}, and $$ for a dollar sign",
            )
        name, default = match[1], match[2]
        value = self.environ.get(name, "")
        if value:
            return self._secret(value) if _SECRET_NAME.search(name) else value
        if default is not None:
            return default.replace("$$", "$")
        how = "empty" if name in self.environ else "not set"
        guess = did_you_mean(name, self.environ) if how == "not set" else ""
        other = "${file:/run/secrets/…}" if _SECRET_NAME.search(name) else f"${{{name}:-default}}"
        raise Missing(f"the environment variable {name} is {how}", guess or f"set it, or write {other}")

    def text(self, written: str) -> str:
        """A text with every reference in it resolved. Raises Missing for the first that leads to nothing."""
        return _REFERENCE.sub(lambda found: "$" if found[0] == "$$" else self.value(found[1]), written)

    def _stored(self, name: str) -> str:
        if self.secrets is None:
            raise Missing(
                f"${{secret:{name}}} is not looked for: `state.database` says where the encrypted store is",
                "write that path with ${NAME}, or as it is",
            )
        return self._secret(self.secrets(name) or "")

    def _secret(self, value: str) -> str:
        self.redactor.add(value)
        return value


def read_secret_file(path: Path) -> str:
    """A file's text without the line end at its end; raises Missing."""
    try:
        with path.open("rb") as file:
            return secret_text(file, f"the file {path}")
    except FileNotFoundError:
        raise Missing(f"there is no file {path}", "is it mounted?") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        raise Missing(f"the file {path} cannot be read: {reason}") from None


def secret_text(stream: BinaryIO, what: str) -> str:
    """The one value that a stream holds, without the line end at its end; raises Missing, which says `what` it is."""
    content = stream.read(LARGEST_SECRET + 1)
    if len(content) > LARGEST_SECRET:
        raise Missing(f"{what} is larger than 64 KiB", "it should hold one value and nothing else")
    try:
        text = content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise Missing(f"{what} is not a text in UTF-8") from None
    if not text:
        raise Missing(f"{what} is empty")
    return text


def resolved(root: Mapping, outsides: Outsides) -> tuple[Mapping, tuple[Problem, ...]]:
    """The tree with every reference resolved, and a problem for each that leads to nothing."""
    resolver = _Resolver(outsides)
    entries = {key: Entry(entry.key, resolver.node(entry.node, (key,))) for key, entry in root.entries.items()}
    return Mapping(entries, root.place, root.flow), tuple(resolver.problems.values())


class _Resolver:
    """One walk through a tree. What an alias stands for is complained about once."""

    def __init__(self, outsides: Outsides) -> None:
        self._outsides = outsides
        self.problems: dict[tuple[Place, str], Problem] = {}

    def node(self, node: Node, path: Steps) -> Node:
        match node:
            case Mapping(entries):
                visited = {key: Entry(entry.key, self.node(entry.node, (*path, key))) for key, entry in entries.items()}
                return Mapping(visited, node.place, node.flow)
            case Sequence(items):
                return Sequence(tuple(self.node(item, (*path, i)) for i, item in enumerate(items)), node.place)
            case Scalar(str() as text) if "$" in text and not isinstance(text, Outside):
                return Scalar(self._text(text, node.place, path), node.place)
        return node

    def _text(self, text: str, place: Place, path: Steps) -> str:
        known = True

        def one(match: re.Match[str]) -> str:
            nonlocal known
            if match[0] == "$$":
                return "$"
            try:
                return self._outsides.value(match[1])
            except Missing as missing:
                found = problem(place, path, str(missing), missing.hint)
                self.problems.setdefault((place, str(missing)), found)
                known = False
                return STAND_IN

        result = _REFERENCE.sub(one, text)
        return (
            Outside(result, text, known=known)
            if any(found[0] != "$$" for found in _REFERENCE.finditer(text))
            else result
        )
