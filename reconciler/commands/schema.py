"""`listsync schema`: the JSON Schema of the configuration, and of every document that a command writes."""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ListsyncError

CONFIG = "config"
DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "plan": ("schemas.plan", "Plan"),
    "report": ("schemas.report", "Report"),
    "status": ("schemas.status", "StatusReport"),
    "explanation": ("schemas.explain", "Explanation"),
    "drift": ("schemas.documents", "DriftDocument"),
    "history": ("schemas.documents", "HistoryDocument"),
    "lists": ("schemas.documents", "ListsDocument"),
    "list": ("schemas.documents", "ListDocument"),
    "unresolved": ("schemas.documents", "UnresolvedDocument"),
    "providers": ("schemas.documents", "ProvidersDocument"),
    "validation": ("schemas.config.validation", "Validation"),
    "notification": ("schemas.notification", "Notification"),
    "notified": ("schemas.watching", "NotifiedDocument"),
    "loop-status": ("schemas.watching", "LoopStatus"),
    "doctor": ("schemas.doctor", "Examination"),
    "export": ("schemas.export", "Export"),
    "error": ("schemas.documents", "ErrorDocument"),
}
"""Name → the module and class of the document."""
NAMES = (CONFIG, *DOCUMENTS)


@click.command("schema", cls=Verb)
@click.argument("name", type=click.Choice(NAMES), default=CONFIG)
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write every schema into a folder, as NAME.schema.json.",
)
@click.pass_obj
def command(settings: Settings, *, name: str, folder: Path | None) -> None:
    """Write the JSON Schema of listsync.yaml, or of a document that a command writes with --format json."""
    from reconciler.commands.opening import remark, show

    if folder is None:
        show(settings, text(name))
        return
    for path in write(folder):
        remark(settings, str(path))


def schema_of(name: str) -> dict[str, Any]:
    """A JSON Schema, draft 2020-12. Names of `NAMES` only."""
    from reconciler.commands.document_schema import document_schema
    from reconciler.config.json_schema import DIALECT, json_schema

    if name == CONFIG:
        return json_schema()
    module, model = DOCUMENTS[name]
    return {"$schema": DIALECT, **document_schema(getattr(import_module(module), model))}


def text(name: str) -> str:
    """As it is printed and kept."""
    return json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> tuple[Path, ...]:
    """Every schema into a folder, which is made."""
    paths = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in NAMES:
            path = folder / f"{name}.schema.json"
            path.write_text(text(name), "utf-8")
            paths.append(path)
    except OSError as error:
        raise ListsyncError(f"{folder} cannot be written: {error.strerror or error}") from None
    return tuple(paths)
