"""From method and path to a route: exact paths first, as express finds them by their order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from starlette.routing import compile_path

from .wire import Route, refused


class Router:
    """The routes of one product."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._exact: dict[str, dict[str, Route]] = {}
        self._patterns: list[tuple[re.Pattern[str], Route]] = []
        for route in routes:
            if "{" in route.path:
                self._patterns.append((compile_path(route.path)[0], route))
            else:
                self._exact.setdefault(route.path, {})[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """The route and its path parameters; Refusal 404 for an unknown path, 405 for another method."""
        methods = self._exact.get(path, {})
        if method in methods:
            return methods[method], {}
        known = bool(methods)
        for pattern, route in self._patterns:
            match = pattern.match(path)
            if match and not known and route.method == method:
                return route, match.groupdict()
        if known or any(pattern.match(path) for pattern, _ in self._patterns):
            message = f"{method} method not allowed"
            raise refused(405, message, [{"path": "/api/v1" + path, "message": message}])
        raise refused(404, "not found", [{"path": "/api/v1" + path, "message": "not found"}])
