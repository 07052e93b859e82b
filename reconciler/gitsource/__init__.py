"""The configuration from a git repository: followed by polling, one commit at a time. Needs the package dulwich."""

from reconciler.gitsource.errors import GitError
from reconciler.gitsource.following import GitSource
from reconciler.gitsource.place import GitPlace, load_applied, place_of

__all__ = ["GitError", "GitPlace", "GitSource", "load_applied", "place_of"]
