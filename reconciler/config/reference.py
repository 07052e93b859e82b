"""The reference of every option, made from the models: the part of docs/configuration.md between two markers.

`python -m reconciler.config.reference docs/configuration.md` brings that file up to date.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from reconciler.config.classic import LIST_VARIABLES, SINGLE_VARIABLES, SPECIAL_LIMIT, VARIABLES, WEBHOOK
from reconciler.config.describe import Option, options
from reconciler.config.problems import dotted

BEGIN = "<!-- reference: made by `python -m reconciler.config.reference docs/configuration.md` -->"
END = "<!-- end of the reference -->"


def reference() -> str:
    """Markdown: a table for each section of the file, and one of the environment variables."""
    return "\n".join([*_sections(), *_variables()])


def updated(document: str) -> str:
    """A document with the reference between its markers brought up to date; ValueError where there are no markers."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the document has no markers for the reference")
    return f"{before}{BEGIN}\n\n{reference()}\n{END}{after}"


def _sections() -> Iterator[str]:
    every = tuple(options())
    yield from _table("The whole file", every, ())
    for option in every:
        if option.model is not None:
            inner = next((other.path for other in every if _parent(other.path, option.path)), None)
            if inner is not None:
                yield from _table(f"`{_written(inner[:-1])}`", every, inner[:-1], option.model.__doc__ or "")


def _parent(path: tuple[str, ...], of: tuple[str, ...]) -> bool:
    return path[: len(of)] == of and len([step for step in path[len(of) :] if step not in {"NAME", "[]"}]) == 1


def _table(title: str, every: tuple[Option, ...], parent: tuple[str, ...], about: str = "") -> Iterator[str]:
    yield f"### {title}"
    yield ""
    if about:
        yield " ".join(about.split())
        yield ""
    if parent == ("lists", "NAME"):
        yield "Every key of [`defaults`](#defaults), and:"
        yield ""
    yield "| key | takes | unless given | meaning |"
    yield "| --- | --- | --- | --- |"
    for option in every:
        if _is_row(option, parent):
            default = f"`{option.default}`" if option.default else "**needed**" if option.required else ""
            cells = (f"`{option.path[-1]}`", option.takes, default, option.meaning)
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    yield ""


def _is_row(option: Option, parent: tuple[str, ...]) -> bool:
    return option.path[:-1] == parent


def _written(path: tuple[str, ...]) -> str:
    return dotted(path).replace(".[]", "[]")


def _variables() -> Iterator[str]:
    yield "### Environment variables"
    yield ""
    yield "Those of ListSync 0.6. Beside a file they come before its single values, and their lists are not read."
    yield "Without a file they are a whole configuration, its lists named after provider and source (`imdb-top`)."
    yield "Each may be given as `NAME_FILE`, the path of a file that holds the value; an empty one is as if not given."
    yield ""
    yield "| variable | is |"
    yield "| --- | --- |"
    for name in VARIABLES:
        if name in SINGLE_VARIABLES:
            meaning = f"`{_written(SINGLE_VARIABLES[name].path)}`"
        elif name == WEBHOOK:
            meaning = "`notifications[].discord`"
        elif name == SPECIAL_LIMIT:
            meaning = "`limit` of the lists of `TRAKT_SPECIAL_LISTS`; 20 unless given"
        else:
            meaning = f"lists of {LIST_VARIABLES[name]}, separated by commas; read only where there is no file"
        yield f"| `{name}` | {meaning} |"
    yield ""


if __name__ == "__main__":
    for name in sys.argv[1:]:
        target = Path(name)
        target.write_text(updated(target.read_text("utf-8")), "utf-8")
