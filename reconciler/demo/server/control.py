"""The endpoints under /_demo/: what tests do in Python, for people and programs outside the process."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .faults import FaultPlan
from .people import People
from .views import stamp
from .wire import Refusal, Reply, reply

if TYPE_CHECKING:
    from .calls import Call, CallLog
    from .state import State


class Control:
    """POST /_demo/people/{method} with JSON arguments; GET /_demo/state; /_demo/calls; /_demo/faults."""

    def __init__(self, state: State, people: People, faults: FaultPlan, calls: CallLog) -> None:
        self._state = state
        self._people = people
        self._faults = faults
        self._calls = calls

    def handle(self, method: str, path: str, body: bytes) -> Reply:
        """Answer one control call; 404 for an unknown one, 400 with the reason for impossible arguments."""
        try:
            arguments = json.loads(body) if body else {}
            return self._answer(method, path, arguments)
        except Refusal as refusal:
            return reply({"error": str(refusal)}, 400)
        except (LookupError, TypeError, ValueError) as error:
            return reply({"error": f"{type(error).__name__}: {error}"}, 400)

    def _answer(self, method: str, path: str, arguments: dict[str, Any]) -> Reply:
        match method, path.strip("/").split("/"):
            case "POST", ["people", name] if not name.startswith("_") and hasattr(People, name):
                return reply({"result": getattr(self._people, name)(**arguments)})
            case "GET", ["state"]:
                return reply(self._summary())
            case "GET", ["calls"]:
                return reply({"calls": [_call(call) for call in self._calls.all()]})
            case "DELETE", ["calls"]:
                self._calls.clear()
            case "GET", ["faults"]:
                return reply(self._faults.view())
            case "POST", ["faults"]:
                if "share" in arguments:
                    self._faults.at_random(arguments.pop("share"), **arguments)
                else:
                    self._faults.add(arguments.pop("kind"), **arguments)
            case "DELETE", ["faults"]:
                self._faults.clear()
            case _:
                return reply({"error": f"there is no control {method} /_demo/{path}"}, 404)
        return reply({"result": None})

    def _summary(self) -> dict[str, Any]:
        state = self._state
        with state.lock:
            return {
                "product": state.product.name,
                "version": state.product.version,
                "titles": len(state.tmdb.catalogue),
                "users": len(state.users),
                "media": len(state.media),
                "requests": len(state.requests),
                "blocked": len(state.blocked),
                "most_writes_at_once": self._calls.most_writes_at_once,
            }


def _call(call: Call) -> dict[str, Any]:
    return asdict(call) | {"at": stamp(call.at)}
