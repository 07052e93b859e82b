"""`take` and `skip`: no maximum, 0 is the default, -1 is everything, a fraction is an SQL error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, TypeVar

from .wire import Field, refused

Row = TypeVar("Row")
SQL_VARIABLES = 32_766
PAGING = {"take": Field("number", nullable=True), "skip": Field("number", nullable=True)}


def cut(
    rows: Sequence[Row], query: Mapping[str, Any], default: int, *, joined: bool = False
) -> tuple[dict[str, int], Sequence[Row]]:
    """`pageInfo` and the rows of the page. With joins, SQLite allows only so many variables."""
    take = query.get("take") or default
    skip = query.get("skip") or 0
    if isinstance(take, float) or isinstance(skip, float):
        raise refused(500, "SQLITE_MISMATCH: datatype mismatch")
    start = max(0, skip)
    page = rows[start:] if take < 0 else rows[start : start + take]
    if joined and len(page) > SQL_VARIABLES:
        raise refused(500, "SQLITE_ERROR: too many SQL variables")
    info = {
        "pages": ceil(len(rows) / take),
        "pageSize": take,
        "results": len(rows),
        "page": ceil(skip / take) + 1,
    }
    return info, page
