"""Which values of a configuration are secret: the redactor is told of them before anything is said."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from reconciler.config.tree import Mapping, outsiders
from reconciler.redact import Redactor
from schemas.config import Config

_SENSITIVE = re.compile(r"key|token|secret|pass|auth|cookie|session|client|credential|pin|code", re.IGNORECASE)
_SURELY = 16
"""Characters from which an option's value is taken for a secret whatever its name is: nobody misses it in a log.
Shorter ones, a user's name or a country, would take the titles of lists with them."""


def tell_secrets(config: Config | None, tree: Mapping, redactor: Redactor) -> None:
    """Make every secret known. `config` is None where the tree is not valid: then what comes from outside has to do."""
    for path, value in outsiders(tree):
        if not value.known:
            continue
        if path[0] in {"notifications", "providers"} or path[-1] in {"source", "api_key", "token"} or "headers" in path:
            _tell(value, redactor)
        elif path == ("server", "url"):
            _tell_password(value, redactor)
    if config is not None:
        _tell_password(config.server.url, redactor)
        for secret in _secrets(config):
            _tell(secret, redactor)


def _secrets(value: object) -> Iterator[str]:
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case BaseModel():
            options = value.__pydantic_extra__ or {}
            for key, inner in value:
                if key not in options or _is_secret(key, inner):
                    yield from _secrets(inner)
        case dict():
            for inner in value.values():
                yield from _secrets(inner)
        case tuple():
            for inner in value:
                yield from _secrets(inner)


def _is_secret(option: str, value: SecretStr) -> bool:
    return _SENSITIVE.search(option) is not None or len(value.get_secret_value()) >= _SURELY


def _tell(value: str, redactor: Redactor) -> None:
    """The whole value, and the credential behind a scheme such as `Bearer`."""
    redactor.add(value)
    scheme, _, credential = value.partition(" ")
    if scheme.isalpha() and credential:
        redactor.add(credential)


def _tell_password(url: str, redactor: Redactor) -> None:
    try:
        password = urlsplit(url).password
    except ValueError:
        return
    if password:
        redactor.add(password)
