"""Whether a configuration would show lists and titles to everybody on the network."""

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from reconciler.config.problems import Problem, problem
from reconciler.config.tree import Mapping as MappingNode
from reconciler.config.tree import Scalar, find, is_void
from reconciler.errors import Refused
from reconciler.watch.access import check_listening
from schemas.config.running import Run


def exposed(root: MappingNode, environ: Mapping[str, str]) -> Iterator[Problem]:
    """A warning where `listsync run` would refuse to listen here: elsewhere, in a container, the file may be right."""
    http, token = (find(root, ("run", name)) for name in ("http", "token"))
    if http.depth < 2 or not isinstance(http.node, Scalar) or (token.depth == 2 and not is_void(token.node)):
        return
    try:
        check_listening(Run(http=str(http.node.value)), environ)
    except ValidationError:
        return  # told of elsewhere
    except Refused as refused:
        yield problem(http.node.place, ("run", "http"), f"{refused.message}: `run` refuses to", refused.remedy)
