"""How much of a quota is used: movies by request, shows by season, within the last so many days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .permissions import Permission, has_any
from .rows import RequestStatus, User
from .state import State


@dataclass(frozen=True, slots=True)
class Quota:
    """A user's quota for one kind. `limit` None is unset, 0 is not applied."""

    days: int | None
    limit: int | None
    used: int

    @property
    def remaining(self) -> int | None:
        """How many more are allowed, None where there is no limit."""
        return max(0, self.limit - self.used) if self.limit else None

    @property
    def restricted(self) -> bool:
        """Whether nothing more is allowed."""
        return self.remaining == 0

    def view(self) -> dict[str, Any]:
        """As GET /user/{id}/quota shows it: what is not set is left out."""
        view = {"days": self.days, "limit": self.limit, "used": self.used, "remaining": self.remaining}
        return {name: value for name, value in view.items() if value is not None} | {"restricted": self.restricted}


def quota_of(state: State, user: User, kind: str) -> Quota:
    """The quota of a user. Declined and deleted requests do not count, 4K ones do."""
    days = user.movie_days if kind == "movie" else user.tv_days
    limit = user.movie_limit if kind == "movie" else user.tv_limit
    if has_any(user.permissions, Permission.MANAGE_USERS):
        limit = 0
    if not limit:
        return Quota(days, limit, 0)
    since = state.now() - timedelta(days=days or 7)
    counted = [
        request
        for request in state.requests.values()
        if request.requested_by == user.id
        and request.kind == kind
        and request.created > since
        and request.status != RequestStatus.DECLINED
    ]
    used = len(counted) if kind == "movie" else sum(len(request.seasons) for request in counted)
    return Quota(days, limit, used)
