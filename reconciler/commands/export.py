"""`listsync export`: state and snapshots as one document, for plans without network. Holds no secret."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.commands.frame import Settings, Verb
from reconciler.errors import ListsyncError

if TYPE_CHECKING:
    from schemas.export import Export


@click.command("export", cls=Verb)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it there; stdout if not given.",
)
@click.pass_obj
def command(settings: Settings, *, out: Path | None) -> None:
    """Write state and snapshots as one JSON document.

    Holds what a plan rests on: lists as last fetched, what the ledger remembers, what the server says now. No secret is
    in it, but the household's titles and user names are. `listsync plan --offline FILE` makes a plan of it without any
    network, for a change of listsync.yaml that is not merged yet.
    """
    from reconciler.commands.opening import remark, show
    from reconciler.exporting import text_of
    from reconciler.words import count

    made = work(settings)
    text = text_of(made)
    if out is None:
        show(settings, text)
        return
    _write(out, settings.world.redactor(text))
    lists, records = count(len(made.ledger.lists), "list"), count(len(made.ledger.records), "title")
    remark(settings, f"Saved to {out}: {lists}, {records}. `listsync plan --offline {out}` plans with it.")


def work(settings: Settings) -> "Export":
    """Read everything. Fetches no list."""
    from reconciler.commands.opening import with_session
    from reconciler.exporting import make_export

    return with_session(settings, "export", make_export, ledger="write")


def _write(path: Path, text: str) -> None:
    """The file appears whole, or stays as it was."""
    draft = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise ListsyncError(f"{path}: the export cannot be written: {error.strerror or error}") from error
