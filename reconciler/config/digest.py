"""The digest of what decides a plan: values from outside by reference, secrets not at all."""

import hashlib
import json
from typing import Any

from reconciler.config.tree import Mapping, Path, outsiders
from schemas.config import Config

DECIDING = ("version", "timezone", "server", "lists", "overrides", "rails", "providers", "drift")
"""What is looked at; a saved plan survives another log level or notification."""


def digest_of(config: Config, root: Mapping) -> str:
    """SHA-256 over the effective configuration. Rotating a key, or writing a default out, changes nothing."""
    effective = config.model_dump(mode="json", by_alias=True, exclude_defaults=True, include=set(DECIDING))
    for path, value in outsiders(root):
        _replace(effective, path, value.reference)
    effective["lists"] = list(effective.get("lists", {}).items())  # their order matters
    text = json.dumps(effective, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _replace(document: Any, path: Path, reference: str) -> None:
    """Put the reference where the value is, if the value is there at all."""
    for depth, step in enumerate(path, 1):
        inside = isinstance(document, dict) and step in document
        if isinstance(document, list):
            inside = isinstance(step, int) and step < len(document)
        if not inside:
            return
        if depth == len(path):
            document[step] = reference
        else:
            document = document[step]
