"""A plan as a file: written whole or not at all, read with care."""

import json
import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from reconciler.errors import ListsyncError, Refused
from schemas.plan import PLAN_FORMAT, PLAN_VERSION, Plan

REMEDY = "make a new plan with `listsync plan --out FILE`"


def save_plan(plan: Plan, path: Path) -> None:
    """Replace the file at once: nobody ever reads half a plan."""
    text = plan.model_dump_json(indent=2) + "\n"
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or Path())
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ListsyncError(
            f"the plan cannot be written to {path}: {error.strerror or error}", remedy="choose another place"
        ) from error


def read_plan(path: Path) -> Plan:
    """The plan in a file. Whether it may still be applied is for `apply` to say."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ListsyncError(f"there is no plan at {path}", remedy=REMEDY) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ListsyncError(f"{path} cannot be read: {error}", remedy=REMEDY) from error
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Refused(f"{path} is not a plan: it is not JSON ({error})", remedy=REMEDY) from None
    if not isinstance(document, dict) or document.get("format") != PLAN_FORMAT:
        raise Refused(f"{path} is not a plan: its format is not {PLAN_FORMAT}", remedy=REMEDY)
    version = str(document.get("format_version", ""))
    if version.partition(".")[0] != PLAN_VERSION.partition(".")[0]:
        raise Refused(
            f"{path} is a plan of format version {version or 'unknown'}; this listsync reads {PLAN_VERSION}",
            remedy="apply it with the listsync that made it, or make a new plan",
        )
    try:
        return Plan.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise Refused(f"{path} is damaged: {place}: {first['msg']}", remedy=REMEDY) from None
