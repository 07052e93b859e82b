"""What may be wrong with the encrypted store. None of it holds a value or a passphrase.

SecretsError          1    it cannot be read or written, or is asked for what it does not hold
├── WrongPassphrase   1    it is another one that opens it
└── StoreDamaged      1    somebody or something changed it
StoreBusy             4    another listsync is changing it
"""

from pathlib import Path

from reconciler.errors import ListsyncError, Refused


class SecretsError(ListsyncError):
    """The encrypted store cannot do what it is asked for."""


class WrongPassphrase(SecretsError):
    """Nothing was opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"this passphrase does not open {path}",
            remedy="give the one it was made with; if that is lost, move the file away and set each value again",
        )


class StoreDamaged(SecretsError):
    """The file is not as listsync left it. `name`: of the value; empty where it is the file as a whole."""

    def __init__(self, path: Path, what: str, name: str = "") -> None:
        again = f"`listsync secrets set {name}` keeps it anew" if name else "move it away and set each value again"
        super().__init__(f"{path} is damaged: {what}", remedy=f"put a copy of the file back, or {again}")
        self.name = name


class StoreBusy(Refused):
    """It was waited for, and nothing was changed."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"another listsync is changing {path}", remedy="repeat this when it is done")
