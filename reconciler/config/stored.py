"""The encrypted store of one configuration: where it lies, what opens it, and its values for `${secret:…}`."""

from collections.abc import Callable
from collections.abc import Mapping as Environ
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.config.references import Missing, Outsides, read_secret_file
from reconciler.config.tree import Mapping, Scalar, find
from reconciler.errors import ListsyncError
from reconciler.redact import Redactor
from schemas.config import did_you_mean
from schemas.config.running import State

if TYPE_CHECKING:
    from reconciler.secretstore import SecretsDocument
    from reconciler.secretstore.sealing import Key

FILE_NAME = "secrets.json"
PASSPHRASE = "LISTSYNC_SECRETS_KEY"  # noqa: S105 - the name of a variable
PASSPHRASE_FILE = f"{PASSPHRASE}_FILE"
HOW_TO_OPEN = (
    f"set {PASSPHRASE} to its passphrase, or {PASSPHRASE_FILE} to a file that holds it, such as a Docker secret"
)

AskPassphrase = Callable[[Path], str | None]
"""Asks a person for the passphrase of a store; None: nobody answered."""


def store_path(root: Mapping, home: Path, outsides: Outsides) -> Path | None:
    """Beside the ledger. `root`: with the environment over it, references still in it. None: `state.database` refers to
    something that is not there, or to the store itself."""
    found = find(root, ("state", "database"))
    written = found.node.value if found.depth == 2 and isinstance(found.node, Scalar) else None
    database = str(State.model_fields["database"].default)
    if isinstance(written, str) and written:
        try:
            database = outsides.text(written)
        except Missing:
            return None
    return beside(home / database)


def beside(database: Path) -> Path:
    """The store that belongs to a ledger."""
    return database.parent / FILE_NAME


def passphrase_of(environ: Environ[str, str], home: Path, redactor: Redactor) -> str | None:
    """What LISTSYNC_SECRETS_KEY holds, or the file that LISTSYNC_SECRETS_KEY_FILE names, relative to `home`; None:
    neither is given. Raises Missing for a file that cannot be read."""
    given = environ.get(PASSPHRASE, "").strip()
    named = environ.get(PASSPHRASE_FILE, "").strip()
    if not given and named:
        try:
            given = read_secret_file(home / named).strip()
        except Missing as missing:
            raise Missing(f"{PASSPHRASE_FILE}: {missing}", missing.hint) from None
    redactor.add(given)
    return given or None


class Stored:
    """The values of one store, for one reading of a configuration. It is read, and its key made, once and only where a
    value is asked for."""

    def __init__(
        self,
        path: Path,
        environ: Environ[str, str],
        home: Path,
        redactor: Redactor,
        ask: AskPassphrase | None = None,
    ) -> None:
        self._path, self._environ, self._home = path, environ, home
        self._redactor, self._ask = redactor, ask

    def __repr__(self) -> str:
        return f"Stored({str(self._path)!r})"

    def needed(self, name: str) -> str:
        """A value that has to be there. Raises Missing."""
        from reconciler.secretstore import NAME

        value = self.perhaps(name)
        if value is not None:
            return value
        if NAME.fullmatch(name) is None:
            raise Missing(f"${{secret:{name}}} is not understood", "names are made of letters, digits, -, _ and .")
        document = self._document()
        if document is None:
            raise Missing(f"there is no encrypted store {self._path}", f"`listsync secrets set {name}` makes one")
        guess = did_you_mean(name, document.secrets)
        raise Missing(
            f"the encrypted store {self._path} holds no {name}", guess or f"`listsync secrets set {name}` adds it"
        )

    def perhaps(self, name: str) -> str | None:
        """A value, if there is one. Raises Missing where it is there and cannot be read."""
        from reconciler.secretstore import value_of

        document = self._document()
        if document is None or name not in document.secrets:
            return None
        key = self._key
        if isinstance(key, Missing):
            raise Missing(f"{name} stays closed: {key}", key.hint)
        try:
            return value_of(self._path, document, key, name)
        except ListsyncError as error:
            raise Missing(error.message, error.remedy) from None

    def _document(self) -> "SecretsDocument | None":
        if isinstance(self._read, Missing):
            raise self._read
        return self._read

    @cached_property
    def _read(self) -> "SecretsDocument | Missing | None":
        from reconciler.secretstore import read

        try:
            return read(self._path)
        except ListsyncError as error:
            return Missing(error.message, error.remedy)

    @cached_property
    def _key(self) -> "Key | Missing":
        from reconciler.secretstore import unlock

        try:
            document, passphrase = self._document(), self._passphrase()
            assert document is not None, "a name was found in it"
            return unlock(self._path, document, passphrase)
        except Missing as missing:
            return missing
        except ListsyncError as error:
            return Missing(error.message, error.remedy)

    def _passphrase(self) -> str:
        found = passphrase_of(self._environ, self._home, self._redactor)
        if found is None and self._ask is not None:
            found = self._ask(self._path)
        if not found:
            raise Missing(f"the encrypted store {self._path} is locked", HOW_TO_OPEN)
        return found
