"""Options that several verbs share, spelt once."""

from collections.abc import Callable
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

scope: Decorator = click.option(
    "--list", "scope", multiple=True, metavar="NAME", help="Only this list; may be given several times."
)
everything: Decorator = click.option("--all", "everything", is_flag=True, help="Show long sections whole.")


def rows(*, everything: bool, few: int = 20) -> int | None:
    """How many rows a section shows."""
    return None if everything else few
