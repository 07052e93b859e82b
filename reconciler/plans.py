"""Saved plans: one JSON file, refused when anything in it was edited (design, section 9)."""

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reconciler.core.plan import digest
from reconciler.errors import ListsyncError, Refused
from schemas.plan import PLAN_FORMAT, PLAN_VERSION, Plan

_AGAIN = "make a new plan: `listsync plan --out FILE`"


def write_plan(path: Path, plan: Plan) -> None:
    """Write the plan whole or not at all. Raises ListsyncError."""
    text = plan.model_dump_json(indent=2)
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise ListsyncError(f"{path}: the plan cannot be written: {error.strerror or error}") from error


def read_plan(path: Path) -> Plan:
    """The plan of a file, to be applied. Raises Refused for a file that is not a plan of this format or was edited,
    ListsyncError for one that cannot be read."""
    plan, edited = look_at_plan(path)
    if edited:
        raise Refused(edited, remedy=f"plans are not edited; {_AGAIN}")
    return plan


def look_at_plan(path: Path) -> tuple[Plan, str]:
    """The plan of a file, to be shown, and a sentence if it was edited since it was made. Raises as `read_plan`."""
    document = _read(path)
    if document.get("format") != PLAN_FORMAT:
        raise Refused(f"{path} is not a plan of listsync", remedy=_AGAIN)
    version = str(document.get("format_version", ""))
    if version.partition(".")[0] != PLAN_VERSION.partition(".")[0]:
        raise Refused(f"{path} is a plan of format {version}; this is format {PLAN_VERSION}", remedy=_AGAIN)
    whole = document.get("digest") == digest(document)
    edited = "" if whole else f"{path} was changed after it was made: its digest does not fit"
    try:
        return Plan.model_validate_json(json.dumps(document)), edited
    except ValidationError as error:
        raise Refused(f"{path} is not a whole plan: {error.error_count()} fields are wrong", remedy=_AGAIN) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ListsyncError(f"{path}: the plan cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise Refused(f"{path} is not JSON: {error}", remedy=_AGAIN) from error
    if not isinstance(document, dict):
        raise Refused(f"{path} is not a plan of listsync", remedy=_AGAIN)
    return document
