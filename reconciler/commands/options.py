"""Options that several verbs share, spelt once."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from reconciler.errors import UsageProblem

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

scope: Decorator = click.option(
    "--list", "scope", multiple=True, metavar="NAME", help="Only this list; may be given several times."
)
everything: Decorator = click.option("--all", "everything", is_flag=True, help="Show long sections whole.")


def rows(*, everything: bool, few: int = 20) -> int | None:
    """How many rows a section shows."""
    return None if everything else few


def declared(scope: Sequence[str], known: Iterable[str]) -> tuple[str, ...] | None:
    """The lists named with `--list`; None: all. Raises UsageProblem for a name that no list has."""
    lists = tuple(known)
    unknown = [name for name in scope if name not in lists]
    if unknown:
        raise UsageProblem(no_such_list(unknown[0], lists), remedy="`listsync lists` shows them")
    return tuple(scope) or None


def no_such_list(name: str, known: Sequence[str]) -> str:
    """The message for a name that no list has."""
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(known)}" if known else "none is declared"
    return f"there is no list `{name}`; {hint}"
