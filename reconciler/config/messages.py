"""What pydantic found wrong, in words for people and at the place where it is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from reconciler.config.problems import Place, Problem, problem
from reconciler.config.tree import Mapping as MappingNode
from reconciler.config.tree import Node, Path, Scalar, Sequence, find
from schemas.config import Config, Outside, Service, Wrong, did_you_mean
from schemas.config.base import shown

_Words = tuple[str, str]


def translated(error: ValidationError, root: MappingNode) -> tuple[Problem, ...]:
    """One problem for each wrong value. One that many lists took from `defaults` is told of once, there."""
    found: dict[tuple[Place, str], Problem] = {}
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and detail["input"]:
            continue  # it is not empty: what it holds is wrong, and told of
        path = tuple(detail["loc"])
        about_key = path[-1:] == ("[key]",)
        path = _as_written(path[:-1] if about_key else path, root)
        target = find(root, path)
        message, hint = _words(detail, path, target.node)
        at_key = about_key or detail["type"] in {"missing", "extra_forbidden"} or isinstance(target.node, MappingNode)
        place = target.key if at_key else target.node.place
        if detail["type"] == "missing" and place.line is None:
            place = Place("environment")  # no variable is wrong: one is not there
        one = problem(place, path, message, hint)
        known = found.get((one.place, message))
        if known is None or one.path.startswith("defaults."):
            found[one.place, message] = one
    return tuple(found.values())


def _as_written(path: Path, root: MappingNode) -> Path:
    """Without the `any` that a bare list is short for."""
    at = next((n for n, step in enumerate(path) if step == "any"), None)
    if at is None or not isinstance(find(root, path[:at]).node, Sequence):
        return path
    return path[:at] + path[at + 1 :]


def keys_at(path: Path) -> tuple[str, ...]:
    """The keys that the models know at a place of the file; none where any key may stand."""
    model: Any = Config
    for step in path:
        model = _inside(model, step)
    return keys_of(_bare(model))


def keys_of(model: Any) -> tuple[str, ...]:
    """The keys of a model as the file writes them; none for anything else."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        return tuple(field.alias or name for name, field in model.model_fields.items())
    return ()


def _inside(annotation: Any, step: str | int) -> Any:
    annotation = _bare(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
        return fields.get(str(step))
    origin, arguments = get_origin(annotation), get_args(annotation)
    return arguments[1] if origin is dict else arguments[0] if origin is tuple else None


def _is_secret(path: Path) -> bool:
    """Whether a value is one that nobody may see, also where it is not a text."""
    annotation: Any = Config
    for step in path:
        model = _bare(annotation)
        if model is Service and step not in keys_of(model):
            return True
        annotation = _inside(annotation, step)
    return _bare(annotation) is SecretStr


def _bare(annotation: Any) -> Any:
    """Without `Annotated` and `| None`."""
    while hasattr(annotation, "__metadata__"):
        annotation = annotation.__origin__
    choices = [choice for choice in get_args(annotation) if choice is not type(None)]
    if len(choices) == 1 and type(None) in get_args(annotation):
        return _bare(choices[0])
    return annotation


def _words(detail: ErrorDetails, path: Path, node: Node) -> _Words:
    kind, value = detail["type"], detail["input"]
    if _is_secret(path) and kind == "string_type" and isinstance(node, Scalar):
        return "must be a text", "put it in quotes"
    if kind == "value_error":
        wrong = detail["ctx"]["error"]
        return str(wrong), wrong.hint if isinstance(wrong, Wrong) else ""
    if kind == "missing":
        if path[:2] == ("overrides", "match"):
            return "is missing", "write the title that it is: `to: movie:tmdb:603`"
        return "is missing", _MISSING.get(".".join(map(str, path)), "")
    if kind == "extra_forbidden":
        return "unknown key", _key_meant(str(path[-1]), path[:-1])
    if isinstance(value, Outside) and kind not in _OF_TEXTS:
        what = {"int_type": "a whole number", "bool_type": "true or false"}.get(kind, "a value of its own")
        message = f"takes {what}, and {value.reference} is a text from outside"
        return message, "such a text is never converted: write the value itself here"
    if kind in _WORDS:
        return _WORDS[kind](_Wrong(value, node, path, detail.get("ctx", {})))
    return detail["msg"][:1].lower() + detail["msg"][1:], ""


def _key_meant(key: str, parent: Path) -> str:
    known = keys_at(parent)
    home = next((section for section in known if key in keys_at((*parent, section))), None)
    if home is not None:
        return f"it belongs below `{home}`"
    if parent == ("defaults",) and key in keys_at(("lists", "any")):
        return "it is each list's own"
    return did_you_mean(key, known) or f"known keys: {', '.join(known)}"


@dataclass(frozen=True, slots=True)
class _Wrong:
    value: Any
    node: Node
    path: Path
    limits: Mapping[str, Any]

    def must(self, wanted: str, hint: str = "") -> _Words:
        return f"must be {wanted}, not {shown(self.value) if self.value is not None else 'empty'}", hint


def _text(wrong: _Wrong) -> _Words:
    if isinstance(wrong.node, Scalar):
        return wrong.must("a text", "put it in quotes")
    return wrong.must("a text", "put it in quotes if the brackets belong to it" if wrong.node.flow else "")


def _whole(wrong: _Wrong) -> _Words:
    digits = isinstance(wrong.value, str) and len(wrong.value) < 10 and wrong.value.lstrip("+-").isdigit()
    return wrong.must("a whole number", "remove the quotes" if digits else "")


_MEANT = {
    **dict.fromkeys(("yes", "y", "on", "1", "true"), "write true"),
    **dict.fromkeys(("no", "n", "off", "0", "false"), "write false"),
}


def _flag(wrong: _Wrong) -> _Words:
    return wrong.must("true or false", _MEANT.get(str(wrong.value).lower(), ""))


def _mapping(wrong: _Wrong) -> _Words:
    if wrong.path[:1] == ("lists",) and len(wrong.path) == 2 and isinstance(wrong.value, str):
        return wrong.must("keys with values", f"write `source: {shown(wrong.value).strip(_QUOTE)}` below it")
    short = _SHORT.get(str(wrong.path[-1])) if wrong.path else None
    if short is not None and not isinstance(wrong.value, dict):
        return wrong.must("keys with values", short)
    return wrong.must("keys with values", "write each as `key: value` on a line of its own, indented")


_SHORT = {
    "rating": "write `imdb: 6.5..` below it",
    "budget": "write `per_run: 10` below it",
    "combine": "write `of: [a, b]` with the names of lists below it",
}
"""What stands below keys whose values people write behind them."""


def _sequence(wrong: _Wrong) -> _Words:
    if isinstance(wrong.node, MappingNode):
        return wrong.must("a list", "begin each entry with `- `")
    single = isinstance(wrong.node, Scalar) and isinstance(wrong.value, (str, int))
    return wrong.must("a list", f"write it like [{shown(wrong.value).strip(_QUOTE)}]" if single else "")


def _short(wrong: _Wrong) -> _Words:
    return "must not be empty", "" if isinstance(wrong.node, Sequence) else "remove the key if there is nothing to say"


_QUOTE = "'"
_WORDS: Mapping[str, Callable[[_Wrong], _Words]] = {
    "string_type": _text,
    "string_too_short": _short,
    "too_short": _short,
    "int_type": _whole,
    "int_from_float": _whole,
    "bool_type": _flag,
    "model_type": _mapping,
    "model_attributes_type": _mapping,
    "dict_type": _mapping,
    "tuple_type": _sequence,
    "greater_than_equal": lambda wrong: wrong.must(f"at least {wrong.limits['ge']}"),
    "less_than_equal": lambda wrong: wrong.must(f"at most {wrong.limits['le']}"),
    "literal_error": lambda wrong: wrong.must(str(wrong.limits["expected"])),
}
_OF_TEXTS = {"string_too_short", "string_type", "dict_type", "tuple_type", "model_type"}

_MISSING = {
    "version": "write `version: 1`",
    "server": "write `server:` with a `url` and an `api_key`, or set OVERSEERR_URL and OVERSEERR_API_KEY",
    "server.url": "write it like `url: http://seerr:5055`, or set OVERSEERR_URL",
    "server.api_key": "write `api_key: ${SEERR_API_KEY}`, or set OVERSEERR_API_KEY",
}
