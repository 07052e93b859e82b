"""What can go wrong with a repository.

GitError (a ListsyncError)
├── Unreachable     the remote does not answer, or refuses us
├── RefGone         it answers, and has no such branch or tag
└── Unusable        the commit cannot be checked out: no such file, too large, strange names
"""

from reconciler.errors import ListsyncError


class GitError(ListsyncError):
    """The repository could not be read. Its text holds no credential."""


class Unreachable(GitError):
    """No conversation came about."""


class RefGone(GitError):
    """The branch or tag that is followed is not there."""


class Unusable(GitError):
    """The commit was read, and cannot be used."""
